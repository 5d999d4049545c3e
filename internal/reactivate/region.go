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

	waiting queue // to be looked at, by their due times
	ready   queue // to be called, the most urgent first
	calling int
	act     pace.Pacer // of the calls
	active  int        // later looks that have not ended
}

func (a *accountRun) newRegion(id string) *region {
	g := &region{
		id: id, index: len(a.regions), act: a.pacer(a.policy.MaxQPS), describe: lane{pacer: a.pacer(0)},
		history: history{lane: lane{pacer: a.pacer(0)}}, waiting: queue{before: byDue}, ready: queue{before: byUrgency},
	}
	a.regions, a.looked = append(a.regions, g), append(a.looked, id)
	return g
}

// lookers is how many describes of one region may be in flight: four, or fewer if the account has many regions.
func (a *accountRun) lookers() int { return min(4, max(1, looksInFlight/len(a.regions))) }

// scheduleLooks begins looks at the waiting rows that are due. A describe takes a hundred ids, so rows that are soon due fill it.
func (a *accountRun) scheduleLooks(g *region, now time.Time) {
	for g.active < a.lookers() && g.waiting.isDue(now) {
		q := &look{region: g, began: now}
		for len(q.rows) < cloud.PageSize && g.waiting.isDue(now.Add(minPoll)) {
			r := g.waiting.rows[0]
			a.move(r, looking, r.why)
			q.rows, q.ids = append(q.rows, r), append(q.ids, r.id)
		}
		g.active++
		a.ask(&g.describe, cloud.OpDescribe, q, now)
	}
	if g.waiting.Len() > 0 && g.active < a.lookers() {
		a.wakeAt(g.waiting.rows[0].due)
	}
	a.send(&g.describe, a.lookers(), now)
}

// isDue tells whether the first of the rows that wait is to be looked at by a time.
func (q *queue) isDue(by time.Time) bool { return len(q.rows) > 0 && !q.rows[0].due.After(by) }
