package reactivate_test

import (
	"errors"
	"testing"

	"reactivate/internal/reactivate"
)

// TestWhatARunEndsIn is the first error that applies: docs/reference.md has the table.
func TestWhatARunEndsIn(t *testing.T) {
	failed := func(class reactivate.Class) reactivate.Result {
		return reactivate.Result{InstanceID: "i-00000001", Outcome: reactivate.OutcomeFailed, Err: refusal("ReActivateInstances", "Code", class)}
	}
	row := func(outcome reactivate.Outcome) reactivate.Result {
		return reactivate.Result{InstanceID: "i-00000002", Outcome: outcome}
	}
	overLimit := reactivate.Result{InstanceID: "i-00000003", Outcome: reactivate.OutcomeSkipped, Verdict: reactivate.VerdictOverLimit}
	region := func(class reactivate.Class) reactivate.RegionError {
		return reactivate.RegionError{AccountID: "1", AccountName: "shop", RegionID: "cn-beijing", Err: refusal("DescribeInstances", "Code", class)}
	}
	noRole := refusal("AssumeRole", "EntityNotExist.Role", reactivate.ClassDenied)
	noRole.Hint = reactivate.HintNoRole
	risk := refusal("ReActivateInstances", "Forbidden.RiskControl", reactivate.ClassDenied)
	risk.Hint = reactivate.HintRiskControl
	warning := refusal("AssumeRole", "EntityNotExist.Role", reactivate.ClassNotFound)
	warning.Warning = true
	for _, tt := range []struct {
		name string
		rows []reactivate.Result
		errs []reactivate.RegionError
		want reactivate.Trouble
	}{
		{"all is well", []reactivate.Result{row(reactivate.OutcomeReactivated), row(reactivate.OutcomeAwaitingPayment), row(reactivate.OutcomePlanned)}, nil, reactivate.TroubleNone},
		{"over the cap", []reactivate.Result{overLimit, failed(reactivate.ClassDenied)}, nil, reactivate.TroubleLimit},
		{"denied before failed", []reactivate.Result{failed(reactivate.ClassUnknown), failed(reactivate.ClassDenied)}, nil, reactivate.TroubleDenied},
		{"failed before unfinished", []reactivate.Result{row(reactivate.OutcomeDeferred), failed(reactivate.ClassInvalid)}, nil, reactivate.TroubleFailed},
		{"sold out is unfinished business", []reactivate.Result{failed(reactivate.ClassCapacity)}, nil, reactivate.TroubleUnfinished},
		{"a conflict too", []reactivate.Result{failed(reactivate.ClassConflict)}, nil, reactivate.TroubleUnfinished},
		{"left to the next sweep", []reactivate.Result{
			{Outcome: reactivate.OutcomeDeferred, Reason: reactivate.ReasonLook}, {Outcome: reactivate.OutcomeDeferred, Reason: reactivate.ReasonWatch},
			{Outcome: reactivate.OutcomeDeferred, Reason: reactivate.ReasonNoGrace},
		}, nil, reactivate.TroubleNone},
		{"out of time", []reactivate.Result{{Outcome: reactivate.OutcomeDeferred, Reason: reactivate.ReasonTimeUp}}, nil, reactivate.TroubleUnfinished},
		{"failed without a word", []reactivate.Result{{InstanceID: "i-00000001", Outcome: reactivate.OutcomeFailed}}, nil, reactivate.TroubleFailed},
		{"locked is a report", []reactivate.Result{failed(reactivate.ClassLocked), failed(reactivate.ClassNotFound), failed(reactivate.ClassArrears)}, nil, reactivate.TroubleNone},
		{"a region that is not", nil, []reactivate.RegionError{region(reactivate.ClassNotFound)}, reactivate.TroubleFailed},
		{"a region that is down", nil, []reactivate.RegionError{region(reactivate.ClassTransient)}, reactivate.TroubleUnfinished},
		{"a role that does not exist is rolled out, not granted", nil, []reactivate.RegionError{{AccountID: "2", Err: noRole}}, reactivate.TroubleDenied},
		{"both kinds of denial", []reactivate.Result{failed(reactivate.ClassDenied), {Outcome: reactivate.OutcomeFailed, Err: risk}}, nil, reactivate.TroubleDenied},
		{"a warning is no error", nil, []reactivate.RegionError{{AccountID: "2", Err: warning}}, reactivate.TroubleNone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := &reactivate.Report{Results: tt.rows, Errors: tt.errs, Counts: map[reactivate.Outcome]int{}}
			for _, r := range tt.rows {
				report.Counts[r.Outcome]++
			}
			if got := report.Trouble(); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestErrorsSayWhatTheyAre(t *testing.T) {
	cause := errors.New("reset")
	e := &reactivate.Error{Op: "DescribeInstances", Message: "no answer", Cause: cause}
	if e.Error() != "DescribeInstances: no answer" || !errors.Is(e, cause) {
		t.Errorf("got %q, %v", e, errors.Unwrap(e))
	}
	e.Code = "Throttling"
	if e.Error() != "DescribeInstances: Throttling: no answer" {
		t.Errorf("got %q", e)
	}
}

func refusal(op, code string, class reactivate.Class) *reactivate.Error {
	return &reactivate.Error{Op: op, Code: code, Class: class, Message: code, Status: 400, RequestID: "r"}
}
