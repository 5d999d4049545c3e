package reactivate

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// phase is where a row is. Its longest path is
//
//	sought -> waiting <-> looking -> ready -> calling -> watched <-> looking -> done
//
// docs/architecture.md has the others. From each phase a row may be done, and done is final.
type phase int8

const (
	sought  phase = iota // no look has shown it so far
	waiting              // for its next look
	watched              // likewise, after ECS took its call
	looking              // that look is under way
	ready                // to be called
	calling              // its call is under way
	done                 // it has its outcome
)

const phases = int(done) + 1

// why is what keeps a row from being called.
type why int8

const (
	whyNothing  why = iota
	whyPause        // ECS refused it: it is called again a little later
	whyBusy         // it is on its way to Stopped
	whyStarting     // it is on its way to Running
	whyGrace        // the platform goes first
	whyUnpaid       // ECS wants money first
	whyHistory      // whether it fell back is not known yet
	whyFell         // it fell back after an earlier call
	whySpent        // its attempts, or the time for them, are used up
	whyOverCap      // more would be called than the cap allows
	whyLook         // it was asked for by an old event or an alarm
	whyWatch        // it was asked for by a watch
	whyDry          // it was asked for by a dry run
)

const whys = int(whyDry) + 1

// move puts a row into a phase, and records why it is not called yet. Only move adds rows to queues, removes them, and counts them.
func (a *accountRun) move(r *row, to phase, because why) {
	if r.phase == done {
		return
	}
	if q := r.region.queue(r.phase); q != nil {
		heap.Remove(q, int(r.pos))
	}
	a.phases[r.phase]--
	a.whys[r.why]--
	r.phase, r.why = to, because
	a.phases[to]++
	a.whys[because]++
	if q := r.region.queue(to); q != nil {
		heap.Push(q, r)
	}
}

// wait plans a look at a row.
func (a *accountRun) wait(r *row, due time.Time, because why) {
	to := waiting
	if r.due = due; r.taken && r.fellAt.IsZero() && due.Before(r.ends()) {
		to = watched
	}
	a.move(r, to, because)
}

// queue is a heap of rows, the first by its order on top. Each row knows its position in the one queue that holds it.
type queue struct {
	rows   []*row
	before func(a, b *row) bool
}

// The orders of the queues: waiting and watched rows by the times of their next looks and their last ones, ready rows
// by urgency.
func byDue(a, b *row) bool { return cmp.Or(a.due.Compare(b.due), a.look.Compare(b.look)) < 0 }
func byUrgency(a, b *row) bool {
	return cmp.Or(cmp.Compare(a.urgency, b.urgency), cmp.Compare(a.known.Release, b.known.Release), slices.Compare(a.place[:], b.place[:])) < 0
}

func (q *queue) Len() int           { return len(q.rows) }
func (q *queue) Less(i, j int) bool { return q.before(q.rows[i], q.rows[j]) }

func (q *queue) Swap(i, j int) {
	q.rows[i], q.rows[j] = q.rows[j], q.rows[i]
	q.rows[i].pos, q.rows[j].pos = int32(i), int32(j)
}

func (q *queue) Push(x any) {
	r := x.(*row) //nolint:errcheck // rows alone are pushed
	r.pos = int32(len(q.rows))
	q.rows = append(q.rows, r)
}

func (q *queue) Pop() any {
	last := q.rows[len(q.rows)-1]
	q.rows[len(q.rows)-1] = nil
	q.rows = q.rows[:len(q.rows)-1]
	return last
}
