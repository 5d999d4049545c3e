package notify

import "reactivate/internal/reactivate"

// When says of which runs people are told.
type When string

const (
	Changes  When = "changes"  // something came back, or was called
	Problems When = "problems" // that, and whatever needs a person
	Always   When = "always"   // every run that was not ignored
)

// Valid tells whether w is one of the three.
func (w When) Valid() bool { return w == Changes || w == Problems || w == Always }

// Louder returns the one of the two that tells more.
func (w When) Louder(other When) When {
	if w == Always || other == Always {
		return Always
	}
	if w == Problems || other == Problems {
		return Problems
	}
	return Changes
}

// Tells tells whether people are told of a run.
func (w When) Tells(report *reactivate.Report) bool {
	if report.Ignored != "" {
		return false
	}
	switch w {
	case Always:
		return true
	case Problems:
		return changed(report) || NeedsPerson(report)
	case Changes:
	}
	return changed(report)
}

func changed(report *reactivate.Report) bool {
	for i := range report.Results {
		if report.Results[i].Changed() {
			return true
		}
	}
	return false
}

// NeedsPerson tells whether something is overdue and not coming back, the run ends in an error, or money runs out.
func NeedsPerson(report *reactivate.Report) bool {
	for i := range report.Results {
		if report.Results[i].Stuck() {
			return true
		}
	}
	for _, b := range report.Balances {
		if b.Low {
			return true
		}
	}
	return report.Err() != nil
}
