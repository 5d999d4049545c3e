package reactivate_test

import (
	"errors"
	"testing"

	"reactivate/internal/reactivate"
)

// TestWhatARunEndsIn is the greatest trouble of its rows and errors: docs/reference.md has the table.
func TestWhatARunEndsIn(t *testing.T) {
	type rows = []reactivate.Result
	type errs = []reactivate.RegionError
	failed := func(class reactivate.Class) reactivate.Result {
		return reactivate.Result{Outcome: reactivate.OutcomeFailed, Err: &reactivate.Error{Class: class}}
	}
	deferred := func(reason reactivate.Reason) reactivate.Result {
		return reactivate.Result{Outcome: reactivate.OutcomeDeferred, Reason: reason}
	}
	overLimit := reactivate.Result{Outcome: reactivate.OutcomeSkipped, Verdict: reactivate.VerdictOverLimit}
	for _, tt := range []struct {
		name string
		rows rows
		errs errs
		want reactivate.Trouble
	}{
		{"all is well", rows{{Outcome: reactivate.OutcomeReactivated}, {Outcome: reactivate.OutcomeAwaitingPayment}, {Outcome: reactivate.OutcomePlanned}}, nil, reactivate.TroubleNone},
		{"over the cap", rows{overLimit, failed(reactivate.ClassDenied)}, nil, reactivate.TroubleLimit},
		{"denied before failed", rows{failed(reactivate.ClassUnknown), failed(reactivate.ClassDenied)}, nil, reactivate.TroubleDenied},
		{"failed before unfinished", rows{deferred(reactivate.ReasonTimeUp), failed(reactivate.ClassInvalid)}, nil, reactivate.TroubleFailed},
		{"sold out is unfinished business", rows{failed(reactivate.ClassCapacity)}, nil, reactivate.TroubleUnfinished},
		{"a conflict too", rows{failed(reactivate.ClassConflict)}, nil, reactivate.TroubleUnfinished},
		{"left to the next sweep", rows{deferred(reactivate.ReasonLook), deferred(reactivate.ReasonWatch), deferred(reactivate.ReasonNoGrace)}, nil, reactivate.TroubleNone},
		{"out of time", rows{deferred(reactivate.ReasonTimeUp)}, nil, reactivate.TroubleUnfinished},
		{"failed without a word", rows{{Outcome: reactivate.OutcomeFailed}}, nil, reactivate.TroubleFailed},
		{"locked is a report", rows{failed(reactivate.ClassLocked), failed(reactivate.ClassNotFound), failed(reactivate.ClassArrears)}, nil, reactivate.TroubleNone},
		{"a region that is not", nil, errs{{Err: &reactivate.Error{Class: reactivate.ClassNotFound}}}, reactivate.TroubleFailed},
		{"a region that is down", nil, errs{{Err: &reactivate.Error{Class: reactivate.ClassTransient}}}, reactivate.TroubleUnfinished},
		{"a role that may not be assumed", nil, errs{{Err: &reactivate.Error{Class: reactivate.ClassDenied}}}, reactivate.TroubleDenied},
		{"a warning is no error", nil, errs{{Err: &reactivate.Error{Class: reactivate.ClassNotFound, Warning: true}}}, reactivate.TroubleNone},
	} {
		report := &reactivate.Report{Results: tt.rows, Errors: tt.errs}
		if got := report.Trouble(); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestErrorsSayWhatTheyAre(t *testing.T) {
	cause := errors.New("reset")
	e := &reactivate.Error{Op: "DescribeInstances", Message: "no answer", Cause: cause}
	if e.Error() != "DescribeInstances: no answer" || !errors.Is(e, cause) {
		t.Errorf("got %q, %v", e, errors.Unwrap(e))
	}
	if e.Code = "Throttling"; e.Error() != "DescribeInstances: Throttling: no answer" {
		t.Errorf("got %q", e)
	}
}
