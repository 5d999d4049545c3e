package reactivate

import (
	"context"
	"time"

	"reactivate/internal/pace"
)

// region is one region of one account. The APIs' quotas are counted per account and region, so calls are paced per region.
type region struct {
	id    string
	index int // in the order in which they were asked for

	sweeps    want      // what all sweeps and watches that cover it ask for together
	swept     *asked    // the first of them; nil: no sweep
	sweep     *read     // the read of the sweep; nil before it begins
	sweptAt   time.Time // when it began, or its last page came
	namedBy   []*asked  // the requests with ids that cover it
	lookedFor int       // how many of these have had their first looks begun
	seen      bool      // some look showed an instance, which proves the permission to look
	checked   bool      // the permission was asked for
	err       *Error    // the error of a first look that failed
	overdue   int       // finished rows that are still overdue
	rows      []*row    // found here
	describe  lane
	history   history

	waiting queue // to be looked at, by their due times
	ready   queue // to be called, the most urgent first
	calling int
	act     pace.Pacer // of the calls
	active  int        // later looks that have not ended
}

func (a *accountRun) regionOf(id string) *region {
	if g := a.byID[id]; g != nil {
		return g
	}
	g := &region{
		id: id, index: len(a.regions), act: a.pacer(a.policy.MaxQPS), describe: lane{pacer: a.pacer(0)},
		waiting: queue{before: byDue}, ready: queue{before: byUrgency},
	}
	g.history.pacer = a.pacer(0)
	for _, req := range a.everywhere {
		g.covers(req)
	}
	a.byID[id] = g
	a.regions, a.looked = append(a.regions, g), append(a.looked, id)
	return g
}

// covers notes what a request asks for in the region.
func (g *region) covers(req *asked) {
	switch {
	case !req.sweeps():
		g.namedBy = append(g.namedBy, req)
	case g.swept == nil:
		g.sweeps, g.swept = req.want, req
	default:
		g.sweeps = g.sweeps.and(req.want)
	}
}

// lookers is how many describes of one region may be in flight: four, or fewer if the account has many regions.
func (a *accountRun) lookers() int { return min(4, max(1, looksInFlight/len(a.regions))) }

// laterLook looks at rows that were found before.
type laterLook struct {
	region *region
	rows   []*row
	found  map[string]*Instance
	sent   time.Time // its first page
}

func (*laterLook) op() string { return opDescribe }

func (q *laterLook) fetch(ctx context.Context, ecs ECS, token string) (reply, error) {
	ids := make([]string, len(q.rows))
	for i, r := range q.rows {
		ids[i] = r.id
	}
	return describe(ctx, ecs, q.region.id, Query{InstanceIDs: ids, NextToken: token})
}

func describe(ctx context.Context, ecs ECS, region string, q Query) (reply, error) {
	page, err := ecs.DescribeInstances(ctx, region, q)
	return reply{instances: page, next: page.NextToken}, err
}

// scheduleLooks begins looks at the waiting rows that are due. A describe takes a hundred ids, so rows that are soon due fill it.
func (a *accountRun) scheduleLooks(g *region, now time.Time) {
	for g.active < a.lookers() && g.waiting.isDue(now) {
		var rows []*row
		for len(rows) < PageSize && g.waiting.isDue(now.Add(minPoll)) {
			r := g.waiting.first()
			a.move(r, looking, r.why)
			rows = append(rows, r)
		}
		g.active++
		a.start(&g.describe, &laterLook{region: g, rows: rows, found: map[string]*Instance{}})
	}
	if r := g.waiting.first(); r != nil && g.active < a.lookers() {
		a.wakeAt(r.due)
	}
	a.send(&g.describe, a.lookers(), now)
}

// isDue tells whether the first of the rows that wait is to be looked at by a time.
func (q *queue) isDue(by time.Time) bool { return len(q.rows) > 0 && !q.rows[0].due.After(by) }

func (q *laterLook) take(a *accountRun, page *reply, sent, _ time.Time) bool {
	if q.sent.IsZero() {
		q.sent = sent
	}
	for i := range page.instances.Instances {
		in := &page.instances.Instances[i]
		if in.RegionID != "" && in.RegionID != q.region.id {
			continue
		}
		if before := q.found[in.ID]; before == nil || a.policy.Check(before, false) == VerdictReactivate {
			q.found[in.ID] = in // if it is shown twice, the one that forbids a call counts
		}
	}
	return len(page.instances.Instances) > 0
}

// end passes what the look showed, or its error, to each of its rows.
func (q *laterLook) end(a *accountRun, err *Error, now time.Time) {
	g := q.region
	g.active--
	for _, r := range q.rows {
		switch {
		case r.phase == done: // another look has ended it
		case err == nil:
			a.onLook(r, q.found[r.id], q.sent, now)
		case r.taken:
			if !err.Class.Passing() {
				a.fail(g.id, err)
			}
			a.lookLater(r, now)
		case a.unpaid != nil && r.verdict == VerdictReactivate && err.Class.Passing(), r.mayRun && r.after == StatusStarting:
			a.leave(r, ReasonNone)
		default: // what was not seen is not called
			a.finish(r, OutcomeFailed, err)
		}
	}
}
