package reactivate

import (
	"cmp"
	"context"
	"time"

	"reactivate/internal/cloud"
)

// look describes instances of a region: those of its rows, the named ids or, without either, all that are stopped. A look without rows
// is a first look: it finds instances. A dry one only checks the permission.
type look struct {
	region *region
	ids    []string
	rows   []*row
	began  time.Time
	dry    bool
	err    *cloud.Error // the first row that could not be read: it hides an instance
}

func (q *look) fetch(ctx context.Context, ecs cloud.ECS, token string) (reply, error) {
	page, err := ecs.DescribeInstances(ctx, q.region.id, cloud.Query{InstanceIDs: q.ids, NextToken: token, DryRun: q.dry})
	return reply{instances: page, next: page.NextToken}, err
}

func (q *look) answer(a *accountRun, page *reply, err *cloud.Error, sent, now time.Time) {
	g, instances := q.region, page.instances.Instances
	g.seen = g.seen || len(instances) > 0
	for _, unreadable := range page.instances.Errors {
		a.fail(g.id, unreadable)
		q.err = cmp.Or(q.err, unreadable)
	}
	for i := range instances {
		a.sight(q, &instances[i], sent, now)
	}
	switch err = cmp.Or(err, q.err); {
	case page.next != "": // more pages come
	case q.rows != nil:
		q.miss(a, err, now)
	default:
		if g.err = cmp.Or(err, g.err); err != nil && q.ids == nil {
			a.fail(g.id, err)
		}
		a.lookEnded(now)
	}
}

// miss handles the rows that the look was for and has not shown; err is why it failed.
func (q *look) miss(a *accountRun, err *cloud.Error, now time.Time) {
	g := q.region
	if g.active--; err != nil && !err.Class.Passing() {
		a.fail(g.id, err)
	}
	for _, r := range q.rows {
		switch {
		case r.phase != looking || !r.look.Before(q.began): // this look has shown it, or a newer one
		case err == nil || r.taken:
			a.onLook(r, nil, q.began, now)
		default: // what was not seen is not called
			a.finish(r, OutcomeFailed, err)
		}
	}
	a.postpone(q)
}

// sight handles an instance that a look shows.
func (a *accountRun) sight(q *look, in *cloud.Instance, sent, now time.Time) {
	g, r := q.region, a.rows[in.ID]
	switch {
	case in.RegionID != "" && in.RegionID != g.id: // another region's
	case !cloud.ValidInstanceID(in.ID):
		a.fail(g.id, &cloud.Error{Op: cloud.OpDescribe, Class: cloud.ClassInvalid, Message: "shows an instance with an invalid id"})
	case r == nil || r.phase == sought:
		a.found(g, r, in, sent, now)
	case sent.Before(r.look): // a newer look has shown it
	case r.phase == done:
		if r.locked && !in.Overdue() && r.attempts == 0 {
			r.locked = false
			a.sign(now)
		}
	case r.phase == calling || r.phase == looking && q.rows == nil:
		r.notBefore = latest(r.notBefore, now) // it is looked at again before its next call
	default:
		a.onLook(r, in, sent, now)
	}
}

// found makes a row of an instance that a request asks for; r is its row if the request names it.
func (a *accountRun) found(g *region, r *row, in *cloud.Instance, sent, now time.Time) {
	w, wanted := a.wantOf(g, in)
	if !wanted {
		return
	}
	if r == nil {
		r = a.newRow(in.ID, g.swept, g.index)
	}
	r.region, r.want = g, w
	g.rows = append(g.rows, r)
	a.onFirstLook(r, in, sent, now)
}
