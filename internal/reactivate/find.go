package reactivate

import (
	"context"
	"slices"
	"time"
)

// This file finds an account's instances: it chooses the regions, begins the first looks, and ends the ids that no look shows.

// A run begins with the first looks. The regions of a request are those that it names, else those of the policy, else all regions.
func (begin) onto(a *accountRun, now time.Time) {
	for _, req := range a.requests {
		if a.regionsFor(req) == nil {
			a.everywhere = append(a.everywhere, req)
		}
		for _, id := range req.InstanceIDs {
			if a.rows[id] == nil {
				a.newRow(id, req, 0)
			}
			a.named[id] = append(a.named[id], req)
		}
	}
	var regions []*region
	for _, req := range a.requests {
		for _, id := range a.regionsFor(req) {
			g := a.regionOf(id)
			g.covers(req)
			regions = append(regions, g)
		}
	}
	a.lookIn(regions, now)
	if len(a.everywhere) > 0 {
		a.searching++
		a.firsts = append(a.firsts, a.start(&a.regionList, &allRegions{}))
	}
	if a.searching == 0 {
		a.giveUpSought()
	}
}

// regionsFor returns the regions of a request; nil means all regions.
func (a *accountRun) regionsFor(req *asked) []string {
	if len(req.RegionIDs) > 0 {
		return req.RegionIDs
	}
	return a.policy.Regions
}

// newRow adds a row for an instance that a request asks for. region is the index of the region that shows it, 0 if none has yet.
func (a *accountRun) newRow(id string, req *asked, region int) *row {
	r := &row{id: id, place: [4]int32{req.index, 0, int32(region), int32(len(a.rows))}}
	a.rows[id] = r
	a.phases[sought]++
	a.whys[whyNothing]++
	return r
}

// lookIn begins the first looks in regions. Each region has one sweep, and one look for each named instance, however many requests
// name it.
func (a *accountRun) lookIn(regions []*region, now time.Time) {
	var before []*asked
	var batches [][]string
	for _, g := range regions {
		if g.swept != nil && g.sweep == nil {
			g.sweep, g.sweptAt = a.search(g, &firstLook{region: g}), now
		}
		named := g.namedBy[g.lookedFor:]
		g.lookedFor = len(g.namedBy)
		if !slices.Equal(named, before) { // usually all regions have the same list
			before, batches = named, batchesOf(named)
		}
		for _, ids := range batches {
			a.search(g, &firstLook{region: g, ids: ids})
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
	return slices.Collect(slices.Chunk(ids, PageSize))
}

// allRegions lists the regions of the account, for requests without regions when the policy has none either.
type allRegions struct{ ids []string }

func (*allRegions) op() string { return opRegions }

func (*allRegions) fetch(ctx context.Context, ecs ECS, _ string) (reply, error) {
	regions, err := ecs.DescribeRegions(ctx)
	return reply{regions: regions}, err
}

func (q *allRegions) take(_ *accountRun, page *reply, _, _ time.Time) bool {
	q.ids = slices.DeleteFunc(page.regions, func(id string) bool { return !ValidRegionID(id) })
	return len(q.ids) > 0
}

func (q *allRegions) end(a *accountRun, err *Error, now time.Time) {
	if err == nil && len(q.ids) == 0 {
		err = &Error{Op: opRegions, Class: ClassInvalid, Message: "names no region to look in"}
	}
	if err != nil {
		a.noRegions = err
		a.fail("", err)
	}
	regions := make([]*region, len(q.ids))
	for i, id := range q.ids {
		regions[i] = a.regionOf(id)
	}
	a.lookIn(regions, now)
	a.lookEnded()
}

// search begins a first look.
func (a *accountRun) search(g *region, q question) *read {
	r := a.start(&g.describe, q)
	a.searching++
	a.firsts = append(a.firsts, r)
	return r
}

// wantOf joins what all requests ask of an instance that a look shows in the region; found is false if no request asks for it. A sweep
// asks for overdue instances, and also for named ones, because those may be overdue at the next look.
func (a *accountRun) wantOf(g *region, in *Instance) (w want, found bool) {
	named := a.named[in.ID]
	if g.swept != nil && (len(named) > 0 || in.Overdue()) {
		w, found = g.sweeps, true
	}
	for _, req := range named {
		if regions := a.regionsFor(req); regions != nil && !slices.Contains(regions, g.id) {
			continue
		}
		if !found {
			w, found = req.want, true
			continue
		}
		w = w.and(req.want)
	}
	return w, found
}

// sight handles an instance that a first look shows.
func (a *accountRun) sight(g *region, in *Instance, sent, now time.Time) {
	switch {
	case in.RegionID != "" && in.RegionID != g.id:
		return
	case !ValidInstanceID(in.ID):
		a.fail(g.id, &Error{Op: opDescribe, Class: ClassInvalid, Message: "shows an instance with an invalid id"})
		return
	}
	r := a.rows[in.ID]
	if r != nil && r.phase != sought {
		a.sightAgain(r, in, sent, now)
		return
	}
	w, found := a.wantOf(g, in)
	if !found { // nobody asked for it
		return
	}
	if r == nil {
		r = a.newRow(in.ID, g.swept, g.index)
	}
	r.region, r.want = g, w
	g.rows = append(g.rows, r)
	a.onFirstLook(r, in, sent, now)
}

// sightAgain handles an instance that a first look shows again. If any look forbids a call, the row is not called.
func (a *accountRun) sightAgain(r *row, in *Instance, sent, now time.Time) {
	if r.phase == done {
		if r.locked && !in.Overdue() && sent.After(r.look) && r.attempts == 0 {
			r.locked = false
			a.sign(now)
		}
		return
	}
	verdict := a.policy.Check(in, r.want.force)
	forbids := verdict != VerdictRunning && verdict != VerdictBusy && verdict != VerdictNotOverdue
	switch {
	case verdict == VerdictReactivate || r.taken:
	case r.phase == calling:
		r.notBefore = now // if ECS refuses the call, the row is looked at before the next
	case !forbids && (r.phase == looking || r.look.After(sent)): // the row has a newer look, or soon will
	default:
		a.onLook(r, in, sent, now)
	}
}

// lookEnded is called when a first look has ended. After the last one, an id that no region has shown is missing, if all regions could be
// looked at. In a region that showed no instance at all, the permission is checked first.
func (a *accountRun) lookEnded() {
	if a.searching--; a.searching > 0 {
		return
	}
	a.dropHistories()
	if a.phases[sought] == 0 {
		return
	}
	for _, g := range a.regions {
		if g.err == nil && !g.seen && !g.checked && !a.over {
			a.checkPermission(g)
		}
	}
	if a.searching == 0 {
		a.giveUpSought()
	}
}

// giveUpSought finishes the rows that no region has shown.
func (a *accountRun) giveUpSought() {
	cause := a.noRegions
	if cause == nil && len(a.regions) == 0 {
		cause = &Error{Op: opRegions, Class: ClassInvalid, Message: "no region to look in"}
	}
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

// onlyRegion is where a named instance was looked for, if that is one region; else "".
func (a *accountRun) onlyRegion(r *row) string {
	only := ""
	for _, req := range a.named[r.id] {
		regions := a.regionsFor(req)
		if regions == nil {
			regions = a.looked
		}
		if len(regions) != 1 || only != "" && only != regions[0] {
			return ""
		}
		only = regions[0]
	}
	return only
}

// fail records an error once. An account whose role cannot be assumed is one error, not one per region.
func (a *accountRun) fail(region string, err *Error) {
	if err.Op == opAssumeRole {
		region = ""
	}
	a.failures.add(RegionError{a.ID, a.Name, region, err})
}
