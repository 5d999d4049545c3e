package reactivate

import (
	"context"
	"slices"
	"strings"
	"time"
)

// history is what a region's events say about its overdue instances: when ECS stopped them, and when it will release them. It is read
// once, at the same time as everything else.
type history struct {
	lane
	read   *read // nil before the first overdue instance is seen
	events []arrearsNote
}

// wantHistory asks for a region's events when the first overdue instance was seen there.
func (a *accountRun) wantHistory(g *region, now time.Time) {
	if g.history.read == nil {
		g.history.read = a.ask(&g.history.lane, opHistory, historyOf{g}, now)
	}
}

type historyOf struct{ region *region }

func (q historyOf) fetch(ctx context.Context, ecs ECS, token string) (reply, error) {
	events, next, err := ecs.DescribeInstanceHistoryEvents(ctx, q.region.id, token)
	return reply{events: events, next: next}, err
}

func (q historyOf) answer(a *accountRun, page *reply, err *Error, _, now time.Time) {
	h := &q.region.history
	for i := range page.events {
		event := &page.events[i]
		if !event.matters() {
			continue
		}
		if r := a.rows[event.InstanceID]; r != nil {
			event.InstanceID = r.id // both share one string, to save memory
		}
		h.events = append(h.events, noteOf(event))
	}
	if err != nil { // the missing part may hold an earlier release
		h.events = nil
		a.warnings.add(RegionError{a.ID, a.Name, q.region.id, err})
	}
	if h.read.over {
		a.historyRead(q.region, now)
	}
}

// historyRead sets the release times of all rows of a region.
func (a *accountRun) historyRead(g *region, now time.Time) {
	h := &g.history
	slices.SortFunc(h.events, func(a, b arrearsNote) int { return strings.Compare(a.instanceID, b.instanceID) })
	for _, r := range g.rows {
		a.foresee(r)
	}
	g.ready.reorder()
	for _, r := range g.rows {
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

// foresee sets a row's stop and release times from its region's history, if that was read.
func (a *accountRun) foresee(r *row) {
	var known release
	if h := &r.region.history; h.read.closed() {
		from, _ := slices.BinarySearchFunc(h.events, r.id, func(e arrearsNote, id string) int { return strings.Compare(e.instanceID, id) })
		to := from
		for to < len(h.events) && h.events[to].instanceID == r.id {
			to++
		}
		known = releaseOf(h.events[from:to], r.started, r.look)
	}
	r.stoppedAt, r.releaseAt, r.byEvent, r.executedAt = known.stopped, known.at, known.byEvent, known.executed
	if r.urgency = known.urgency(r.look); r.group != "" {
		r.releaseAt, r.urgency = 0, mostUrgent // Auto Scaling may release it at any time
	}
}
