package reactivate

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// queue holds rows, the first by its order on top.
type queue struct {
	rows   []*row
	before func(a, b *row) bool
}

// byDue is the order of the pending, byUrgency that of the ready.
func byDue(a, b *row) bool { return a.due.Before(b.due) }

func byUrgency(a, b *row) bool {
	return cmp.Or(cmp.Compare(a.urgency, b.urgency), a.ReleaseAt.Compare(b.ReleaseAt.Time), slices.Compare(a.place[:], b.place[:])) < 0
}

func (q *queue) Len() int           { return len(q.rows) }
func (q *queue) Less(i, j int) bool { return q.before(q.rows[i], q.rows[j]) }
func (q *queue) Swap(i, j int)      { q.rows[i], q.rows[j] = q.rows[j], q.rows[i] }
func (q *queue) Push(r any)         { q.rows = append(q.rows, r.(*row)) } //nolint:errcheck // rows alone are pushed

// Pop is container/heap's; callers use pop.
func (q *queue) Pop() any {
	last := q.rows[len(q.rows)-1]
	q.rows[len(q.rows)-1] = nil
	q.rows = q.rows[:len(q.rows)-1]
	return last
}

func (q *queue) push(r *row) { heap.Push(q, r) }
func (q *queue) pop() *row   { return q.take(0) }

// take takes the row that stands at i.
func (q *queue) take(i int) *row { return heap.Remove(q, i).(*row) } //nolint:errcheck // rows alone are pushed

// first is the row on top, nil if there is none.
func (q *queue) first() *row {
	if len(q.rows) == 0 {
		return nil
	}
	return q.rows[0]
}

// takeDue takes up to n rows that are due.
func (q *queue) takeDue(n int, now time.Time) []*row {
	var due []*row
	for len(due) < n && q.Len() > 0 && !q.first().due.After(now) {
		due = append(due, q.pop())
	}
	return due
}

// takeAll empties the queue.
func (q *queue) takeAll() []*row {
	all := q.rows
	q.rows = nil
	return all
}

// reorder is to be called when the order of the rows has changed.
func (q *queue) reorder() { heap.Init(q) }
