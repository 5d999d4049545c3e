package reactivate

import (
	"cmp"
	"slices"
)

// The errors that an invocation ends in where a person or another delivery is needed. Function Compute publishes
// the names of these types as errorType. Whoever returns one fills its Summary, which is for a person.
type (
	// LimitError says that more instances than the cap would have been called, so none was.
	LimitError struct{ Summary string }
	// DeniedError says that the role may not do what it must.
	DeniedError struct{ Summary string }
	// FailedError says that something failed, and that no retry will help.
	FailedError struct{ Summary string }
	// UnfinishedError says that another delivery could finish the work.
	UnfinishedError struct{ Summary string }
)

func (e *LimitError) Error() string      { return cmp.Or(e.Summary, "LimitError") }
func (e *DeniedError) Error() string     { return cmp.Or(e.Summary, "DeniedError") }
func (e *FailedError) Error() string     { return cmp.Or(e.Summary, "FailedError") }
func (e *UnfinishedError) Error() string { return cmp.Or(e.Summary, "UnfinishedError") }

// Trouble is the kind of error that an event-triggered invocation ends in. If there are several, the first in this list counts: what
// needs a person comes before what another delivery could finish.
type Trouble int8

const (
	TroubleNone       Trouble = iota
	TroubleLimit              // more instances than the cap would have been called, so none was
	TroubleDenied             // the role may not do what it must
	TroubleFailed             // no retry will help
	TroubleUnfinished         // another delivery could finish it
)

// Err is the error that publishes the trouble, with a summary for a person; nil if there is no trouble.
func (t Trouble) Err(summary string) error {
	switch t {
	case TroubleLimit:
		return &LimitError{summary}
	case TroubleDenied:
		return &DeniedError{summary}
	case TroubleFailed:
		return &FailedError{summary}
	case TroubleUnfinished:
		return &UnfinishedError{summary}
	case TroubleNone:
	}
	return nil
}

// Trouble is the trouble of the whole run. Arrears, locks and ids that do not exist do not count, because no retry helps.
func (r *Report) Trouble() Trouble {
	for _, t := range []Trouble{TroubleLimit, TroubleDenied, TroubleFailed, TroubleUnfinished} {
		if r.has(t) {
			return t
		}
	}
	return TroubleNone
}

// Err is the error of the run's trouble, without a summary.
func (r *Report) Err() error { return r.Trouble().Err("") }

// Trouble is the trouble that the run would have if this were its only row.
func (r *Result) Trouble() Trouble {
	switch r.Outcome {
	case OutcomeSkipped:
		if r.Verdict == VerdictOverLimit {
			return TroubleLimit
		}
	case OutcomeFailed:
		if r.Err != nil {
			return r.Err.trouble()
		}
		return TroubleFailed
	case OutcomeDeferred:
		if !r.Reason.OnPurpose() {
			return TroubleUnfinished
		}
	case OutcomeReactivated, OutcomeAccepted, OutcomeRecovered, OutcomePlanned, OutcomeAwaitingPayment:
	}
	return TroubleNone
}

func (e *Error) trouble() Trouble {
	if e.Warning {
		return TroubleNone
	}
	switch e.Class {
	case ClassDenied:
		return TroubleDenied
	case ClassThrottled, ClassTransient, ClassConflict, ClassCapacity:
		return TroubleUnfinished
	case ClassUnsupported, ClassInvalid, ClassFellBack, ClassUnknown:
		return TroubleFailed
	case ClassArrears, ClassLocked, ClassNotFound:
	}
	return TroubleNone
}

func (r *Report) has(t Trouble) bool {
	if t == TroubleLimit && r.DryRun {
		return false
	}
	return slices.ContainsFunc(r.Results, func(row Result) bool { return row.Trouble() == t }) ||
		slices.ContainsFunc(r.Errors, func(e RegionError) bool { return e.Trouble() == t })
}

// Trouble is the trouble that the run would have if this were its only error. A region that does not exist counts as a failure, unlike
// an instance that does not exist.
func (e RegionError) Trouble() Trouble {
	if t := e.Err.trouble(); t != TroubleNone || e.Err.Warning {
		return t
	}
	return TroubleFailed
}

// Action is the operation's name in a RAM policy.
func (e *Error) Action() string {
	switch e.Op {
	case opAssumeRole:
		return "sts:AssumeRole"
	case "ListAccounts", "ListAccountsForParent", "ListFoldersForParent":
		return "resourcemanager:" + e.Op
	case "PutCustomEvent":
		return "cms:PutCustomEvent"
	case opBalance:
		return "bss:DescribeAcccount" // so spelt: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
	}
	return "ecs:" + e.Op
}
