package reactivate

import (
	"slices"
	"time"
)

// watchLag is how late ECS may write its history. The interval of a watch ends this long before the watch runs.
const watchLag = time.Minute

// warnDays are the days before a release on which a watch reports a row again.
var warnDays = [...]time.Duration{7, 3, 1}

// Within tells whether a time lies in the interval of a watch that runs now. The begin of the interval is excluded and the end
// included, so exactly one of several consecutive watches reports a stop.
func (r *Request) Within(at, now time.Time) bool {
	if !r.At.IsZero() {
		now = r.At
	}
	end := now.Add(-watchLag)
	return at.After(end.Add(-r.Watch)) && !at.After(end)
}

// News tells whether a watch that runs now reports a row: the row is to be called, and in the watch's interval it stopped or reached one
// of warnDays. A row whose stop is not known is never news.
func (r *Request) News(row *Result, now time.Time) bool {
	if row.Verdict != VerdictReactivate || row.StoppedAt.IsZero() {
		return false
	}
	return r.Within(row.StoppedAt.Time, now) || slices.ContainsFunc(warnDays[:], func(days time.Duration) bool {
		return r.Within(row.ReleaseAt.Add(-days*24*time.Hour), now)
	})
}

// hasNews tells whether a watch has found all that it can, and has news.
func (a *accountRun) hasNews(now time.Time) bool {
	if a.watch == nil || a.searching > 0 || a.phases[done] < len(a.rows) ||
		slices.ContainsFunc(a.regions, func(g *region) bool { return g.history.read.open() }) {
		return false
	}
	for _, r := range a.rows {
		if row := a.result(r); a.watch.News(&row, now) {
			return true
		}
	}
	return false
}
