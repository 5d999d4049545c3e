package reactivate

import "time"

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
	events   map[string][]ArrearsEvent // by instance
}

const (
	orderPatience = time.Second     // how long calls wait to know which is the most urgent
	patience      = 2 * time.Second // how long after its question the report waits for what is nice to know
)

// open tells whether it is not answered yet.
func (h *history) open() bool { return !h.since.IsZero() && !h.complete }

func (h *history) want(now time.Time) {
	if h.since.IsZero() {
		h.since, h.tokens, h.events = now, map[string]bool{}, map[string][]ArrearsEvent{}
	}
}

// waitsForHistory tells whether a region's calls wait a little for their order.
func (a *accountRun) waitsForHistory(g *region, now time.Time) bool {
	until := g.history.since.Add(orderPatience)
	if !g.history.open() || g.ready.Len() < 2 || !now.Before(until) {
		return false
	}
	a.wakeAt(until)
	return true
}

func (a *accountRun) scheduleHistory(g *region, now time.Time) {
	h := &g.history
	switch {
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
		h.complete = true
		note(&a.warnings, RegionError{a.ID, a.Name, g.id, err})
		return
	}
	for _, event := range e.events {
		h.events[event.InstanceID] = append(h.events[event.InstanceID], event)
	}
	h.token = e.next
	h.complete = e.next == "" || h.tokens[e.next] || len(e.events) == 0
	h.tokens[e.next] = true
	if h.complete {
		for _, r := range a.rows {
			if r.region == g {
				a.foresee(r)
			}
		}
		g.ready.reorder()
	}
}

// foresee notes when a row is to be released, as far as its region's history tells.
func (a *accountRun) foresee(r *row) {
	if h := &r.region.history; h.complete {
		r.release = releaseOf(h.events[r.InstanceID], r.startTime, r.lookedAt)
		r.urgency = r.release.urgency(r.lookedAt)
	}
}
