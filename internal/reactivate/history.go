package reactivate

import (
	"slices"
	"strings"
	"time"
)

// history is the question when a region's overdue instances are to be released: asked beside everything else, once, and never
// waited for longer than the constants below.
type history struct {
	since    time.Time // when it was first wanted; zero before
	complete bool      // or given up
	inFlight bool
	token    string
	tokens   map[string]bool
	failed   int
	due      time.Time
	events   []arrearsNote // read so far; by instance once complete, and nil when no row can be found any more
}

const (
	maxHistoryPages = 1000 // of 100 events: two for each of fifty thousand overdue instances

	orderPatience = time.Second     // how long calls wait to know which is the most urgent
	patience      = 2 * time.Second // how long after its question the report waits for what is nice to know
)

// open tells whether it is not answered yet.
func (h *history) open() bool { return !h.since.IsZero() && !h.complete }

func (h *history) want(now time.Time) {
	if h.since.IsZero() {
		h.since, h.tokens = now, map[string]bool{}
	}
}

// waitsForOrder tells whether a region's calls wait a little to know which is the most urgent: while pages of the first looks come
// in, and for the history.
func (a *accountRun) waitsForOrder(g *region, now time.Time) bool {
	until := time.Time{}
	if g.open > 0 {
		until = g.readAt.Add(patience)
	}
	if g.history.open() && g.ready.Len() > 1 {
		until = latest(until, g.history.since.Add(orderPatience))
	}
	if !now.Before(until) {
		return false
	}
	a.wakeAt(until)
	return true
}

func (a *accountRun) scheduleHistory(g *region, now time.Time) {
	h := &g.history
	switch {
	case h.complete && h.tokens != nil && a.searched():
		h.events, h.tokens = nil, nil // only rows that a first look shows are foreseen
	case !h.open() || h.inFlight:
	case h.due.After(now):
		a.wakeAt(h.due)
	default:
		h.inFlight = true
		a.do(askHistory{g, h.token})
	}
}

// askHistory is the effect of asking for a page of a region's events, and historyKnown is what comes of it.
type (
	askHistory struct {
		region *region
		token  string
	}
	historyKnown struct {
		askHistory
		events []ArrearsEvent
		next   string
		err    error
	}
)

func (e historyKnown) onto(a *accountRun, now time.Time) {
	g := e.region
	h := &g.history
	h.inFlight = false
	if err := asError(opHistory, e.err); err != nil {
		if h.failed++; (err.Class == ClassTransient || err.Class == ClassThrottled) && h.failed < a.policy.Attempts {
			h.due = now.Add(max(backoff(h.failed), err.RetryAfter))
			return
		}
		a.endHistory(g, err)
		return
	}
	for i := range e.events {
		event := &e.events[i]
		if !event.matters() {
			continue
		}
		if r := a.rows[event.InstanceID]; r != nil {
			event.InstanceID = r.InstanceID // one text, not two
		}
		h.events = append(h.events, noteOf(event))
	}
	switch {
	case e.next == "" || len(e.events) == 0:
		a.endHistory(g, nil)
	case h.tokens[e.next] || len(h.tokens) == maxHistoryPages:
		a.endHistory(g, &Error{Op: opHistory, Class: ClassInvalid, Message: "its pages have no end, or are too many"})
	default:
		h.token, h.tokens[e.next] = e.next, true
	}
}

// endHistory has all rows of the region foreseen. One that was not read to its end tells nothing: what is missing may be the earlier
// release.
func (a *accountRun) endHistory(g *region, err *Error) {
	h := &g.history
	h.complete = true
	if err != nil {
		h.events = nil
		a.warnings.add(RegionError{a.ID, a.Name, g.id, err})
	}
	slices.SortFunc(h.events, func(a, b arrearsNote) int { return strings.Compare(a.instanceID, b.instanceID) })
	for _, r := range a.rows {
		if r.region == g {
			a.foresee(r)
		}
	}
	g.ready.reorder()
}

// foresee notes when a row is to be released, as far as its region's history tells.
func (a *accountRun) foresee(r *row) {
	h := &r.region.history
	if !h.complete {
		return
	}
	from, _ := slices.BinarySearchFunc(h.events, r.InstanceID, func(e arrearsNote, id string) int { return strings.Compare(e.instanceID, id) })
	to := from
	for to < len(h.events) && h.events[to].instanceID == r.InstanceID {
		to++
	}
	release := releaseOf(h.events[from:to], r.startTime, r.lookedAt)
	r.ReleaseAt, r.ReleaseBasis, r.ranBefore = Timestamp{release.at}, release.basis, release.stop
	r.urgency = release.urgency(r.lookedAt)
}
