package local

import (
	"cmp"
	"slices"
	"time"

	"reactivate/internal/reactivate"
)

// overdue reports whether an instance is still overdue, and so will be released one day.
func overdue(r *reactivate.Result) bool {
	_, known := r.DaysLeft(time.Time{})
	switch {
	case known || r.Outcome == reactivate.OutcomePlanned:
		return true
	case r.Outcome == reactivate.OutcomeDeferred:
		return r.Verdict != reactivate.VerdictBusy
	}
	return r.Stuck()
}

// undone reports whether something is left to do about an instance. It is true for an unknown outcome.
func undone(r *reactivate.Result) bool {
	return !slices.Contains([]reactivate.Outcome{
		reactivate.OutcomeReactivated, reactivate.OutcomeRecovered, reactivate.OutcomePlanned, reactivate.OutcomeSkipped,
	}, r.Outcome)
}

// unfinished reports whether a report leaves something to do.
func unfinished(r *reactivate.Report) bool {
	return len(r.Errors) > 0 || slices.ContainsFunc(r.Results, func(row reactivate.Result) bool {
		return undone(&row) || row.Verdict == reactivate.VerdictOverLimit && !r.DryRun
	})
}

// rank orders rows: first those that Auto Scaling may release at any time, then those with a known time of release, other overdue
// ones, other unfinished ones, and the rest.
func rank(r *reactivate.Result) int {
	_, known := r.DaysLeft(time.Time{})
	switch {
	case r.ReleaseBasis == reactivate.ReleaseScalingGroup:
		return 0
	case known:
		return 1
	case overdue(r):
		return 2
	case undone(r):
		return 3
	}
	return 4
}

// byUrgency sorts rows, the most urgent first.
func byUrgency(rows []reactivate.Result) []reactivate.Result {
	return slices.SortedStableFunc(slices.Values(rows), func(a, b reactivate.Result) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), a.ReleaseAt.Compare(b.ReleaseAt.Time))
	})
}
