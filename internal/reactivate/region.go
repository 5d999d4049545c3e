package reactivate

import (
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// region is one region of one account. The APIs' quotas are counted per account and region, so calls are paced per region.
type region struct {
	id    string
	index int // in the order in which they were asked for

	swept    *asked       // what all sweeps and watches that cover it ask for together, in the place of the first; nil: no sweep
	sweep    *read        // the read of the sweep
	seen     bool         // some look showed an instance, which proves the permission to look
	err      *cloud.Error // the error of a first look that failed
	rows     []*row       // found here
	describe lane
	history  history

	waiting queue      // to be looked at, by their due times
	watched queue      // likewise, after ECS took their calls
	hush    time.Time  // no look at watched rows alone begins before: the last may still bring news
	ready   queue      // to be called, the most urgent first
	calling queue      // their calls are in flight
	act     pace.Pacer // of the calls
	active  int        // later looks that have not ended
}

func (a *accountRun) newRegion(id string) *region {
	g := &region{
		id: id, index: len(a.regions), act: a.pacer(a.policy.MaxQPS), describe: lane{pacer: a.pacer(0)},
		history: history{lane: lane{pacer: a.pacer(0)}}, waiting: queue{before: byDue}, watched: queue{before: byDue}, ready: queue{before: byUrgency}, calling: queue{before: byDue},
	}
	a.regions, a.looked = append(a.regions, g), append(a.looked, id)
	return g
}

// queue holds the rows of a phase; it is nil for phases without a queue. The region may be nil.
func (g *region) queue(p phase) *queue {
	if g == nil {
		return nil
	}
	return [phases]*queue{waiting: &g.waiting, watched: &g.watched, ready: &g.ready, calling: &g.calling}[p]
}

// lookers is how many describes of one region may be in flight: four, or fewer if the account has many regions.
func (a *accountRun) lookers() int { return min(4, max(1, looksInFlight/len(a.regions))) }

// scheduleLooks begins looks at the rows that are due. A describe takes a hundred ids, so rows that are soon due fill it.
func (a *accountRun) scheduleLooks(g *region, now time.Time) {
	for g.active < a.lookers() && !g.nextLook().After(now) {
		q := &look{region: g, began: now}
		for _, from := range []*queue{&g.waiting, &g.watched} {
			for len(q.rows) < cloud.PageSize && from.isDue(now.Add(minPoll)) {
				r := from.rows[0]
				a.move(r, looking, r.why)
				q.rows, q.ids = append(q.rows, r), append(q.ids, r.id)
			}
		}
		g.hush = now.Add(minPoll)
		g.active++
		a.ask(&g.describe, cloud.OpDescribe, q, now)
	}
	if g.active < a.lookers() {
		a.wakeAt(g.nextLook())
	}
	a.send(&g.describe, a.lookers(), now)
}

// nextLook is when the next look is due. Watched rows wait for the answer to the look before, but not for long.
func (g *region) nextLook() time.Time {
	at := never()
	if g.waiting.Len() > 0 {
		at = g.waiting.rows[0].due
	}
	if g.watched.Len() > 0 {
		at = earliest(at, latest(g.watched.rows[0].due, g.hush))
	}
	return at
}

// postpone lets all watched rows of a region wait as long as those of a look that has shown nothing new. So a thousand instances that
// start slowly cost one describe at a time, not ten. The hundred that was looked at longest ago comes next.
func (a *accountRun) postpone(q *look) {
	var next time.Time
	q.region.hush = time.Time{}
	for _, r := range q.rows {
		switch {
		case r.phase == done || a.freshened:
			return
		case r.phase == watched && (next.IsZero() || r.due.Before(next)):
			next = r.due
		}
	}
	for w := &q.region.watched; w.Len() > 0 && w.rows[0].due.Before(next); {
		a.wait(w.rows[0], earliest(next, w.rows[0].ends()), w.rows[0].why)
	}
}

// isDue tells whether the first of the rows that wait is to be looked at by a time.
func (q *queue) isDue(by time.Time) bool { return len(q.rows) > 0 && !q.rows[0].due.After(by) }
