package reactivate

import (
	"context"
	"time"
)

// firstLook looks for instances: of ids or, without any, of everything that is stopped.
type firstLook struct {
	region *region
	ids    []string
	firsts map[string]bool // of a sweep: the first instance of each page
}

func (*firstLook) op() string { return opDescribe }

func (q *firstLook) fetch(ctx context.Context, ecs ECS, token string) (reply, error) {
	return describe(ctx, ecs, q.region.id, Query{InstanceIDs: q.ids, NextToken: token})
}

func (q *firstLook) take(a *accountRun, page *reply, sent, now time.Time) (news bool) {
	g := q.region
	instances := page.instances.Instances
	g.seen = g.seen || len(instances) > 0
	if q.ids == nil {
		g.sweptAt = now
	}
	for _, err := range page.instances.Errors {
		a.fail(g.id, err)
	}
	for i := range instances {
		a.sight(g, &instances[i], sent, now)
	}
	if len(instances) == 0 || q.firsts[instances[0].ID] {
		return false
	}
	if q.firsts == nil && page.next != "" {
		q.firsts = map[string]bool{}
	}
	if q.firsts != nil {
		q.firsts[instances[0].ID] = true
	}
	return true
}

func (q *firstLook) end(a *accountRun, err *Error, now time.Time) {
	g := q.region
	q.firsts = nil
	if err != nil {
		g.err = err
		if q.ids == nil {
			a.fail(g.id, err)
		}
	}
	if err == nil && q.ids == nil && !g.seen {
		a.checkPermission(g)
	}
	a.lookEnded(now)
}

// permission asks whether an account may look at a region in which no instance was seen: without the permission a describe may answer 200
// and an empty list.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type permission struct{ region *region }

func (permission) op() string { return opDescribe }

func (q permission) fetch(ctx context.Context, ecs ECS, _ string) (reply, error) {
	_, err := ecs.DescribeInstances(ctx, q.region.id, Query{DryRun: true})
	return reply{}, err
}

func (permission) take(*accountRun, *reply, time.Time, time.Time) bool { return true }

func (q permission) end(a *accountRun, err *Error, now time.Time) {
	if err != nil {
		q.region.err = err
		a.fail(q.region.id, err)
	}
	a.lookEnded(now)
}

func (a *accountRun) checkPermission(g *region) {
	g.checked = true
	a.search(g, permission{g})
}
