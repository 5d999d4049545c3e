package reactivate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"reactivate/internal/pace"
)

// How an account's instances are found: the regions to look in, the first looks there, and what comes of ids that none shows.

const (
	opDescribe   = "DescribeInstances"
	opRegions    = "DescribeRegions"
	opReActivate = "ReActivateInstances"
	opHistory    = "DescribeInstanceHistoryEvents"
	opBalance    = "QueryAccountBalance"
	opAssumeRole = "AssumeRole" // an account that cannot be opened fails every call with it
)

// errTimeUp is the error of what was not answered before the time was up.
var errTimeUp = &Error{Op: opDescribe, Class: ClassTransient, Message: "no answer before the time was up", TimeUp: true}

// everywhere is the question which regions the account has, for requests that name none where none is configured.
type everywhere struct {
	requests []*Request // that wait for the answer; nil: it need not be asked
	pacer    pace.Pacer
	inFlight bool
	failed   int
	due      time.Time
	err      *Error // why it has no answer
}

func (q *everywhere) open() bool { return q.requests != nil }

// A run begins with a look at every region that a request names, that is configured or, where neither says any, that there is.
func (begin) onto(a *accountRun, now time.Time) {
	for _, req := range a.requests {
		for _, id := range req.InstanceIDs {
			a.name(id, req)
		}
	}
	for _, req := range a.requests {
		if regions := a.regionsOf(req); regions != nil {
			a.lookFor(req, regions)
			continue
		}
		a.everywhere.requests = append(a.everywhere.requests, req)
	}
	a.everywhere.pacer = a.pacer(0)
	a.settleAbsent()
}

// regionsOf are those that a request is about; nil means all that there are.
func (a *accountRun) regionsOf(req *Request) []string {
	if len(req.RegionIDs) > 0 {
		return req.RegionIDs
	}
	return a.policy.Regions
}

// covers tells whether a request is about a region.
func (a *accountRun) covers(req *Request, region string) bool {
	regions := a.regionsOf(req)
	return regions == nil || slices.Contains(regions, region)
}

// name takes a named instance into the account's rows.
func (a *accountRun) name(id string, req *Request) {
	r := a.rows[id]
	if r == nil {
		r = a.newRow(id, req, 0)
		a.absent = append(a.absent, r)
	}
	r.named = append(r.named, req)
}

// newRow takes in an instance that a request asks for, seen in the region of an index.
func (a *accountRun) newRow(id string, req *Request, region int) *row {
	r := &row{place: [4]int32{int32(a.index[req]), 0, int32(region), int32(len(a.rows))}}
	r.InstanceID, r.AccountID, r.AccountName = id, a.ID, a.Name
	a.rows[id] = r
	a.unsettled++
	return r
}

// lookFor has a request's instances looked for in some regions: an instance that several requests name is asked for once.
func (a *accountRun) lookFor(req *Request, regions []string) {
	for _, id := range regions {
		g := a.regionOf(id)
		if req.Sweep && !g.sweep {
			g.sweep = true
			a.startLook(g, Query{})
		}
		var ids []string
		for _, id := range req.InstanceIDs {
			if !g.named[id] {
				g.named[id] = true
				ids = append(ids, id)
			}
		}
		for batch := range slices.Chunk(ids, PageSize) {
			a.startLook(g, Query{InstanceIDs: batch})
		}
	}
}

// scheduleEverywhere asks which regions there are.
func (a *accountRun) scheduleEverywhere(now time.Time) {
	q := &a.everywhere
	if !q.open() || q.inFlight {
		return
	}
	if q.due.After(now) {
		a.wakeAt(q.due)
		return
	}
	slot, wait := q.pacer.Reserve(now)
	if wait > 0 {
		a.wakeAt(now.Add(wait))
		return
	}
	q.inFlight = true
	a.do(askRegions{slot})
}

// askRegions is the effect of asking for the regions, and regionsKnown is what comes of it.
type (
	askRegions   struct{ slot pace.Slot }
	regionsKnown struct {
		askRegions
		regions []string
		err     error
	}
)

func (e regionsKnown) onto(a *accountRun, now time.Time) {
	q := &a.everywhere
	q.inFlight = false
	err := asError(opRegions, e.err)
	throttled := a.pace(&q.pacer, e.slot, err, now)
	switch {
	case !q.open() || a.over && err != nil:
		return
	case throttled:
		return
	case err != nil && err.Class == ClassTransient && q.failed+1 < a.policy.Attempts:
		q.failed++
		q.due = now.Add(backoff(q.failed))
		return
	case err != nil:
		a.noRegions(err)
		return
	}
	waiting := q.requests
	q.requests = nil
	regions := slices.DeleteFunc(e.regions, func(id string) bool { return !ValidRegionID(id) })
	if len(regions) == 0 {
		a.noRegions(&Error{Op: opRegions, Class: ClassInvalid, Message: "names no region to look in"})
		return
	}
	for _, req := range waiting {
		a.lookFor(req, regions)
	}
	a.settleAbsent()
}

func (a *accountRun) noRegions(err *Error) {
	a.everywhere.requests, a.everywhere.err = nil, err
	a.fail("", err)
	a.settleAbsent()
}

// sight takes an instance that a first look shows, once, for all requests that ask for it.
func (a *accountRun) sight(g *region, in *Instance, sent, now time.Time) {
	r := a.rows[in.ID]
	claims := a.claims(r, in, g)
	switch {
	case len(claims) == 0: // nobody asked for it
		return
	case r == nil:
		r = a.newRow(in.ID, claims[0], g.index)
	case r.region == nil:
	case r.region != g:
		r.twice = &Error{Op: opDescribe, Class: ClassInvalid, Message: r.InstanceID + " is shown in two regions"}
		a.fail(g.id, r.twice)
		a.requeue(now)
		return
	default:
		a.sightAgain(r, in, sent, now)
		return
	}
	g.found = append(g.found, r)
	r.sight(a.policy, g, in, claims, sent, now)
	if r.overdue {
		g.history.want(now)
	}
	a.foresee(r)
}

// claims are the requests that ask for an instance: those in earnest or, where none is, the dry ones. None lends another its flags:
// what one asks in earnest it asks of each instance that it is about. They are good until the next call.
func (a *accountRun) claims(r *row, in *Instance, g *region) []*Request {
	a.claimed = a.claimed[:0]
	for _, dry := range []bool{false, true} {
		for _, req := range a.requests {
			asks := req.Sweep && in.Overdue() || r != nil && slices.Contains(r.named, req)
			if asks && a.policy.dry(req) == dry && a.covers(req, g.id) {
				a.claimed = append(a.claimed, req)
			}
		}
		if len(a.claimed) > 0 {
			break
		}
	}
	return a.claimed
}

// dry tells whether a request may change nothing.
func (p *Policy) dry(req *Request) bool { return req.DryRun || p.DryRun }

// settleAbsent settles the named instances that every region was asked for in vain. Where nothing was seen, whether one may
// look there is asked first.
func (a *accountRun) settleAbsent() {
	a.absent = slices.DeleteFunc(a.absent, func(r *row) bool { return r.region != nil || r.settled })
	var ids []string
	for _, r := range a.absent {
		if !a.looksFor(r) && len(ids) < PageSize {
			ids = append(ids, r.InstanceID)
		}
	}
	if len(ids) == 0 {
		return
	}
	for _, g := range a.regions {
		if g.open == 0 && g.err == nil && !g.seen && !g.asked && a.wanted(ids[0], g) {
			g.asked = true
			a.startLook(g, Query{InstanceIDs: ids, DryRun: true})
		}
	}
	a.absent = slices.DeleteFunc(a.absent, func(r *row) bool {
		if a.looksFor(r) {
			return false
		}
		a.onAbsent(r)
		return true
	})
}

// wanted tells whether some request looks for the instance in the region.
func (a *accountRun) wanted(id string, g *region) bool {
	return slices.ContainsFunc(a.rows[id].named, func(req *Request) bool { return a.covers(req, g.id) })
}

// looksFor tells whether a region that may show the instance is still being looked at.
func (a *accountRun) looksFor(r *row) bool {
	return a.everywhere.open() && slices.ContainsFunc(r.named, func(req *Request) bool { return a.regionsOf(req) == nil }) ||
		slices.ContainsFunc(a.regions, func(g *region) bool { return g.open > 0 && a.wanted(r.InstanceID, g) })
}

// onAbsent settles an instance that no region showed: it is missing, if every region could be looked at.
func (a *accountRun) onAbsent(r *row) {
	var asked []*region
	var cause *Error
	for _, g := range a.regions {
		if !a.wanted(r.InstanceID, g) {
			continue
		}
		asked = append(asked, g)
		if g.err != nil {
			a.fail(g.id, g.err)
			if cause == nil || cause.Class.Passing() {
				cause = g.err
			}
		}
	}
	switch len(asked) {
	case 0:
		cause = cmp.Or(a.everywhere.err, &Error{Op: opRegions, Class: ClassInvalid, Message: "no region to look in"})
	case 1:
		r.RegionID = asked[0].id
	}
	switch {
	case cause == nil:
		r.Verdict = VerdictMissing
		a.settle(r, OutcomeSkipped, nil)
	case cause.TimeUp:
		a.settle(r, OutcomeDeferred, cause)
	default:
		a.settle(r, OutcomeFailed, cause)
	}
}

// abandonLooks ends the first looks that are not complete, and so lets what they showed go on.
func (a *accountRun) abandonLooks(err *Error, now time.Time) {
	if a.everywhere.open() {
		a.noRegions(err)
	}
	for _, l := range a.firsts {
		if l.over {
			continue
		}
		cause := *err
		if l.err != nil && l.err.Code != "" { // what kept us waiting
			cause = *l.err
			cause.TimeUp = true
		}
		a.endLook(l, &cause, now)
	}
}

// fail notes what could not be looked at, once; an account that cannot be opened is one error, not one per region.
func (a *accountRun) fail(region string, err *Error) {
	if err.Op == opAssumeRole {
		region = ""
	}
	a.failures.add(RegionError{a.ID, a.Name, region, err})
}

// notes are errors, each once per region, and not more of them than a person would read.
type notes struct {
	list  []RegionError
	known map[string]bool
}

const maxNotes = 100

func (n *notes) add(e RegionError) {
	key := strings.Join([]string{e.RegionID, e.Err.Op, e.Err.Code, e.Err.Message}, "\n")
	if len(n.list) > maxNotes || n.known[key] {
		return
	}
	if n.known == nil {
		n.known = map[string]bool{}
	}
	n.known[key] = true
	if len(n.list) == maxNotes {
		e.Err = &Error{Op: e.Err.Op, Class: e.Err.Class, Message: "there are more errors than these"}
	}
	n.list = append(n.list, e)
}
