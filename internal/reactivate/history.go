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
	wanted   time.Time // when it was asked for; zero: not so far
	told     time.Time // when its last page came
	complete bool      // read to its end, or failed
	events   []arrearsNote
}

// open tells whether the history was asked for and has not ended.
func (h *history) open() bool { return !h.wanted.IsZero() && !h.complete }

// watchPatience is how long a watch waits for the next page. It is longer than patience because a watch reports nothing else.
const watchPatience = 30 * time.Second

// waitUntil is how long the report waits for the history.
func (h *history) waitUntil(watch bool) time.Time {
	if watch {
		return latest(h.wanted, h.told).Add(watchPatience)
	}
	return h.wanted.Add(patience)
}

// wantHistory asks for a region's events when the first overdue instance was seen there.
func (a *accountRun) wantHistory(g *region, now time.Time) {
	if h := &g.history; h.wanted.IsZero() {
		h.wanted = now
		a.start(&h.lane, historyQuestion{g})
	}
}

type historyQuestion struct{ region *region }

func (historyQuestion) op() string { return opHistory }

func (q historyQuestion) fetch(ctx context.Context, ecs ECS, token string) (reply, error) {
	events, next, err := ecs.DescribeInstanceHistoryEvents(ctx, q.region.id, token)
	return reply{events: events, next: next}, err
}

func (q historyQuestion) take(a *accountRun, page *reply, _, now time.Time) (news bool) {
	h := &q.region.history
	h.told = now
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
	return len(page.events) > 0
}

// end sets the release times of all rows of the region. A history that was not read to its end is dropped, because the missing part may
// hold an earlier release.
func (q historyQuestion) end(a *accountRun, err *Error, now time.Time) {
	g, h := q.region, &q.region.history
	h.complete = true
	if err != nil {
		h.events = nil
		a.warnings.add(RegionError{a.ID, a.Name, g.id, err})
	}
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
		if a.searching == 0 && g.history.complete {
			g.history.events = nil
		}
	}
}

// foresee sets a row's stop and release times from its region's history, if that was read.
func (a *accountRun) foresee(r *row) {
	var known release
	if h := &r.region.history; h.complete {
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
