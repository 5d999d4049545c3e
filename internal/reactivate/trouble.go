package reactivate

import "reactivate/internal/cloud"

// Trouble is why an event-triggered invocation ends in an error. The greatest of several counts: what needs a person is greater than
// what another delivery could finish.
type Trouble int8

const (
	TroubleNone       Trouble = iota
	TroubleUnfinished         // another delivery could finish it
	TroubleFailed             // no retry will help
	TroubleDenied             // the role may not do what it must
	TroubleLimit              // more instances than the cap would have been called, so none was
)

// Trouble is the trouble of the whole run. Arrears, locks and ids that do not exist do not count, because no retry helps.
func (r *Report) Trouble() Trouble {
	greatest := TroubleNone
	for i := range r.Results {
		greatest = max(greatest, r.Results[i].Trouble())
	}
	for _, e := range r.Errors {
		greatest = max(greatest, e.Trouble())
	}
	return greatest
}

// Trouble is the trouble that the run would have if this were its only row.
func (r *Result) Trouble() Trouble {
	switch {
	case r.Verdict == VerdictOverLimit:
		return TroubleLimit
	case r.Outcome == OutcomeFailed && r.Err == nil:
		return TroubleFailed
	case r.Outcome == OutcomeFailed:
		return troubleOf(r.Err)
	case r.Outcome == OutcomeDeferred && !r.Reason.OnPurpose():
		return TroubleUnfinished
	}
	return TroubleNone
}

// Trouble is the trouble that the run would have if this were its only error. A region that does not exist counts as a failure, unlike
// an instance that does not exist.
func (e RegionError) Trouble() Trouble {
	if t := troubleOf(e.Err); t != TroubleNone || e.Err.Warning {
		return t
	}
	return TroubleFailed
}

func troubleOf(e *cloud.Error) Trouble {
	switch {
	case e.Warning || e.Class == cloud.ClassArrears || e.Class == cloud.ClassLocked || e.Class == cloud.ClassNotFound:
		return TroubleNone
	case e.Class == cloud.ClassDenied:
		return TroubleDenied
	case e.Class.Passing():
		return TroubleUnfinished
	}
	return TroubleFailed
}
