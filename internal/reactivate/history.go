package reactivate

import (
	"context"
	"slices"
	"strings"
	"time"
)

// history is what the events of a region tell of its overdue instances: when ECS stopped them, and when it will release them. It is asked
// for once, beside everything else.
type history struct {
	lane
	wanted   time.Time // when it was asked for; zero: not so far
	told     time.Time // when its last page came
	complete bool      // or given up
	events   []arrearsNote
}

// open tells whether it is not answered yet.
func (h *history) open() bool { return !h.wanted.IsZero() && !h.complete }

// watchPatience is how long a watch waits for the next page: it tells nothing else.
const watchPatience = 30 * time.Second

// waitUntil is until when the report waits for it.
func (h *history) waitUntil(watch bool) time.Time {
	if watch {
		return latest(h.wanted, h.told).Add(watchPatience)
	}
	return h.wanted.Add(patience)
}

// wantHistory has a region's events asked for, when something overdue was seen there.
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
			event.InstanceID = r.id // one text, not two
		}
		h.events = append(h.events, noteOf(event))
	}
	return len(page.events) > 0
}

// end has all rows of the region foreseen. A history that was not read to its end tells nothing: what is missing may be the earlier
// release.
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

// dropHistories gives up the events that no row needs any more: first looks alone find rows.
func (a *accountRun) dropHistories() {
	for _, g := range a.regions {
		if a.searching == 0 && g.history.complete {
			g.history.events = nil
		}
	}
}

// foresee notes what its region's history tells of a row, as far as it is known.
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
