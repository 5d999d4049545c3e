package reactivate

import (
	"container/heap"
	"context"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
)

// history is what a region's events say about its overdue instances: when ECS stopped them, and when it will release them. It is read
// once, at the same time as everything else.
type history struct {
	lane
	read   *read                      // nil before the first overdue instance is seen
	events map[string][]arrears.Event // by instance
}

// wantHistory asks for a region's events when the first overdue instance was seen there.
func (a *accountRun) wantHistory(g *region, now time.Time) {
	if g.history.read == nil {
		g.history.events = map[string][]arrears.Event{}
		g.history.read = a.ask(&g.history.lane, cloud.OpHistory, historyOf{g}, now)
	}
}

type historyOf struct{ region *region }

func (q historyOf) fetch(ctx context.Context, ecs cloud.ECS, token string) (reply, error) {
	events, next, err := ecs.DescribeInstanceHistoryEvents(ctx, q.region.id, token)
	return reply{events: events, next: next}, err
}

func (q historyOf) answer(a *accountRun, page *reply, err *cloud.Error, _, now time.Time) {
	h := &q.region.history
	for _, e := range page.events {
		h.events[e.InstanceID] = append(h.events[e.InstanceID], e)
	}
	if err != nil { // the missing part may hold an earlier release
		h.events = nil
		a.warnings.add(RegionError{a.ID, a.Name, q.region.id, err})
	}
	if !h.read.over {
		return
	}
	for _, r := range q.region.rows {
		a.foresee(r)
	}
	heap.Init(&q.region.ready) // the order has changed
	for _, r := range q.region.rows {
		if r.phase == waiting && r.why == whyHistory {
			a.schedule(r, now)
		}
	}
	a.dropHistories()
}

// dropHistories frees the events once all first looks have ended: after that, no new row needs them.
func (a *accountRun) dropHistories() {
	for _, g := range a.regions {
		if a.searching == 0 && g.history.read.closed() {
			g.history.events = nil
		}
	}
}

// foresee sets a row's stop and release times from its region's history, if that was read, and how urgent its call is: those with three
// days left or less come first, then those without a known time. Auto Scaling may release an instance at any time.
func (a *accountRun) foresee(r *row) {
	if r.known = (arrears.Known{}); r.region.history.read.closed() {
		r.known = arrears.Of(r.region.history.events[r.id], r.started, r.look.Unix())
	}
	switch left := time.Duration(r.known.Release-r.look.Unix()) * time.Second; {
	case r.group != "":
		r.known.Release, r.urgency = 0, 0
	case r.known.Release > 0 && left <= 3*24*time.Hour:
		r.urgency = 1
	default:
		r.urgency = 2
	}
}
