package notify

import (
	"slices"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// When says which runs send a message.
type When string

const (
	Changes  When = "changes"  // there is news
	Problems When = "problems" // that, and whatever needs a person
	Always   When = "always"   // every run that was not ignored
)

// whens are all, the quietest first.
var whens = []When{Changes, Problems, Always}

// Louder returns the one of the two that sends more.
func (w When) Louder(other When) When {
	return whens[max(0, slices.Index(whens, w), slices.Index(whens, other))]
}

// Run is a run with all that its message depends on.
type Run struct {
	Report   *reactivate.Report
	Requests []reactivate.Request // what the run was asked for
	Own      string               // the number of the function's own account; "" where it is not known
	Now      time.Time            // when the message is made
	Lang     wording.Lang
	Link     string // for the third line, such as the dashboard's; "" for none
}

// Tells reports whether the run sends a message.
func (r *Run) Tells(w When) bool {
	if r.Report.Ignored != "" {
		return false
	}
	switch w {
	case Always:
		return true
	case Problems:
		return r.news() || r.Report.Trouble() != reactivate.TroubleNone || !r.unasked() && NeedsPerson(r.Report)
	case Changes:
	}
	return r.news()
}

// news tells whether something new happened. There is no memory between runs, so each kind of news belongs to one run alone: what came
// back or fell back in it, a payment that was too little, and what stopped in a watch's interval.
func (r *Run) news() bool {
	for i := range r.Report.Results {
		row := &r.Report.Results[i]
		if row.Changed() || fellBackNow(row) || r.billing() && row.Outcome == reactivate.OutcomeAwaitingPayment || r.newToWatch(row) {
			return true
		}
	}
	return false
}

// fellBack tells whether an instance started and was then seen Stopped again.
func fellBack(row *reactivate.Result) bool {
	return row.Outcome == reactivate.OutcomeFailed && row.Err != nil && row.Err.Class == cloud.ClassFellBack
}

// fellBackNow tells whether it fell back in this run, and not in an earlier one, which has sent its message.
func fellBackNow(row *reactivate.Result) bool { return fellBack(row) && row.Attempts > 0 }

// billing tells whether a billing event asked for the run. Whoever paid waits for the answer.
func (r *Run) billing() bool {
	return slices.ContainsFunc(r.Requests, func(req reactivate.Request) bool { return req.Source == reactivate.SourceBilling })
}

// unasked tells whether only ECS's events, metric alarms or a watch asked for the run. Thousands of them come at once, and the next
// sweep reports what needs a person.
func (r *Run) unasked() bool {
	for _, req := range r.Requests {
		ofECS := req.Source == reactivate.SourceCloudMonitor || req.Source == reactivate.SourceEventBridge
		if req.Watch == 0 && !ofECS {
			return false
		}
	}
	return len(r.Requests) > 0
}

// watches tells whether the run is a watch.
func (r *Run) watches() bool {
	return slices.ContainsFunc(r.Requests, func(req reactivate.Request) bool { return req.Watch > 0 })
}

// newToWatch tells whether a row is a watch's news.
func (r *Run) newToWatch(row *reactivate.Result) bool {
	return slices.ContainsFunc(r.Requests, func(req reactivate.Request) bool { return req.News(row, r.Now) })
}

// NeedsPerson tells whether an instance is overdue and not coming back, the run ends in an error, or a balance is below its floor.
func NeedsPerson(report *reactivate.Report) bool {
	for i := range report.Results {
		if stuck(report, &report.Results[i]) {
			return true
		}
	}
	for _, b := range report.Balances {
		if b.Low {
			return true
		}
	}
	return report.Trouble() != reactivate.TroubleNone
}

// stuck tells whether a row is overdue and not coming back. That includes what a configured dry run plans, because this function does not
// start it.
func stuck(report *reactivate.Report, row *reactivate.Result) bool {
	return row.Stuck() || report.ConfiguredDryRun && row.Outcome == reactivate.OutcomePlanned
}
