package reactivate

import (
	"context"
	"time"
)

// firstLook finds instances: the named ids or, without ids, all that are stopped. With dry it only checks the permission.
type firstLook struct {
	region *region
	ids    []string
	dry    bool
	firsts map[string]bool // of a sweep: the first instance of each page
}

func (*firstLook) op() string { return opDescribe }

func (q *firstLook) fetch(ctx context.Context, ecs ECS, token string) (reply, error) {
	return describe(ctx, ecs, q.region.id, Query{InstanceIDs: q.ids, NextToken: token, DryRun: q.dry})
}

func (q *firstLook) sweeps() bool { return q.ids == nil && !q.dry }

func (q *firstLook) take(a *accountRun, page *reply, sent, now time.Time) (news bool) {
	g := q.region
	instances := page.instances.Instances
	g.seen = g.seen || len(instances) > 0
	if q.sweeps() {
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
	if page.next != "" {
		if q.firsts == nil {
			q.firsts = map[string]bool{}
		}
		q.firsts[instances[0].ID] = true
	}
	return true
}

func (q *firstLook) end(a *accountRun, err *Error, _ time.Time) {
	g := q.region
	q.firsts = nil
	switch {
	case err != nil:
		if g.err = err; q.ids == nil {
			a.fail(g.id, err)
		}
	case q.sweeps() && !g.seen:
		a.checkPermission(g)
	}
	a.lookEnded()
}

// checkPermission asks whether the account may look at a region in which no instance was seen. Without the permission a describe may
// answer 200 with an empty list.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (a *accountRun) checkPermission(g *region) {
	g.checked = true
	a.search(g, &firstLook{region: g, dry: true})
}
