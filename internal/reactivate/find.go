package reactivate

import (
	"context"
	"slices"
	"time"

	"reactivate/internal/cloud"
)

// A run begins with the first looks.
func (begin) onto(a *accountRun, now time.Time) {
	var regions []string
	everywhere := false
	for _, req := range a.requests {
		for _, id := range req.InstanceIDs {
			if a.rows[id] == nil {
				a.newRow(id, req, 0)
			}
			a.named[id] = append(a.named[id], req)
		}
		named := a.regionsFor(req)
		regions = append(regions, named...)
		everywhere = everywhere || len(named) == 0
	}
	a.lookIn(regions, now)
	if everywhere {
		a.search(&a.regionList, cloud.OpRegions, allRegions{}, now)
	}
}

// regionsFor returns the regions of a request: those that it names, else those of the policy; none means all regions.
func (a *accountRun) regionsFor(req *asked) []string {
	if len(req.RegionIDs) > 0 {
		return req.RegionIDs
	}
	return a.policy.Regions
}

// covers tells whether a request asks for a region.
func (a *accountRun) covers(req *asked, region string) bool {
	regions := a.regionsFor(req)
	return len(regions) == 0 || slices.Contains(regions, region)
}

// newRow adds a row for an instance that a request asks for. region is the index of the region that shows it, 0 if none has yet.
func (a *accountRun) newRow(id string, req *asked, region int) *row {
	r := &row{id: id, place: [3]int32{req.index, int32(region), int32(len(a.rows))}}
	a.rows[id] = r
	a.phases[sought]++
	a.whys[whyNothing]++
	return r
}

// search asks a question that finds instances.
func (a *accountRun) search(l *lane, op string, q question, now time.Time) *read {
	r := a.ask(l, op, q, now)
	a.searching++
	a.firsts = append(a.firsts, r)
	return r
}

// lookIn begins the first looks in those of the regions that have none: one sweep in each, and one look for each named instance, however
// many requests ask for it.
func (a *accountRun) lookIn(regions []string, now time.Time) {
	var before []*asked
	var batches [][]string
	for _, id := range regions {
		if slices.Contains(a.looked, id) {
			continue
		}
		g := a.newRegion(id)
		var naming []*asked
		for _, req := range a.requests {
			switch {
			case !a.covers(req, id):
			case !req.sweeps():
				naming = append(naming, req)
			case g.swept == nil:
				g.swept = &asked{req.Request, req.index, req.want}
			default:
				g.swept.want = g.swept.want.and(req.want)
			}
		}
		if g.swept != nil {
			g.sweep = a.search(&g.describe, cloud.OpDescribe, &look{region: g}, now)
		}
		if !slices.Equal(naming, before) { // usually all regions have the same
			before, batches = naming, batchesOf(naming)
		}
		for _, ids := range batches {
			a.search(&g.describe, cloud.OpDescribe, &look{region: g, ids: ids}, now)
		}
	}
}

// batchesOf returns the ids that requests name, each once, in batches that one describe takes.
func batchesOf(requests []*asked) [][]string {
	var ids []string
	known := map[string]bool{}
	for _, req := range requests {
		for _, id := range req.InstanceIDs {
			if !known[id] {
				known[id] = true
				ids = append(ids, id)
			}
		}
	}
	return slices.Collect(slices.Chunk(ids, cloud.PageSize))
}

// allRegions lists the regions of the account, for requests without regions when the policy has none either.
type allRegions struct{}

func (allRegions) fetch(ctx context.Context, ecs cloud.ECS, _ string) (reply, error) {
	regions, err := ecs.DescribeRegions(ctx)
	return reply{regions: regions}, err
}

func (allRegions) answer(a *accountRun, page *reply, err *cloud.Error, _, now time.Time) {
	if err == nil && len(page.regions) == 0 {
		err = &cloud.Error{Op: cloud.OpRegions, Class: cloud.ClassInvalid, Message: "names no region to look in"}
	}
	if err != nil {
		a.noRegions = err
		a.fail("", err)
	}
	a.lookIn(page.regions, now)
	a.lookEnded(now)
}

// wantOf joins what all requests ask of an instance that a look shows in the region; found is false if no request asks for it. A sweep
// asks for overdue instances, and also for named ones, because those may be overdue at the next look.
func (a *accountRun) wantOf(g *region, in *cloud.Instance) (w want, found bool) {
	named := a.named[in.ID]
	if g.swept != nil && (len(named) > 0 || in.Overdue()) {
		w, found = g.swept.want, true
	}
	for _, req := range named {
		if a.covers(req, g.id) {
			w, found = w.and(req.want), true // the zero want, a watch's, adds nothing
		}
	}
	return w, found
}

// lookEnded is called when a first look has ended. After the last one, an id that no region has shown is missing, if all regions could be
// looked at. Without the permission a describe may answer 200 with an empty list, so where no instance was seen the permission is checked.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (a *accountRun) lookEnded(now time.Time) {
	if a.searching--; a.searching > 0 {
		return
	}
	a.dropHistories()
	for _, g := range a.regions {
		if !g.seen && g.err == nil && !a.over && (g.swept != nil || a.phases[sought] > 0) {
			g.seen = true // or its error will say so
			a.search(&g.describe, cloud.OpDescribe, &look{region: g, dry: true}, now)
		}
	}
	if a.searching == 0 && a.phases[sought] > 0 {
		a.giveUpSought()
	}
}

// giveUpSought finishes the rows that no region has shown.
func (a *accountRun) giveUpSought() {
	cause := a.noRegions
	for _, g := range a.regions {
		if g.err == nil {
			continue
		}
		a.fail(g.id, g.err)
		if cause == nil || cause.Class.Passing() {
			cause = g.err
		}
	}
	for _, r := range a.rows {
		if r.phase != sought {
			continue
		}
		switch {
		case cause == nil:
			r.verdict = VerdictMissing
			a.finish(r, OutcomeSkipped, nil)
		case cause.TimeUp:
			r.reason = ReasonTimeUp
			a.finish(r, OutcomeDeferred, cause)
		default:
			a.finish(r, OutcomeFailed, cause)
		}
	}
}

// fail records an error once. An account whose role cannot be assumed is one error, not one per region.
func (a *accountRun) fail(region string, err *cloud.Error) {
	if err.Op == cloud.OpAssumeRole {
		region = ""
	}
	a.failures.add(RegionError{a.ID, a.Name, region, err})
}
