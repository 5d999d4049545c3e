package reactivate

import (
	"hash/maphash"
	"slices"
	"time"

	"reactivate/internal/pace"
)

// region is one region of one account: the unit in which the APIs' quotas are counted, so in which calls are paced.
type region struct {
	id    string
	index int // in the order in which they were asked for

	describe, act pace.Pacer

	sweep  bool            // one is asked for
	named  map[string]bool // looked for
	looks  []*look         // to be sent, the first first
	open   int             // first looks that are not complete
	active int             // later looks that are not complete
	asking int             // describes in flight
	seen   bool            // some look showed an instance, which proves the permission to look
	asked  bool            // whether the permission was checked, or is being
	err    *Error          // why a first look is not complete
	found  []*row          // by the page that is being read
	readAt time.Time       // when a first look was last answered

	pending queue  // to be looked at, by their due times
	ready   queue  // to be called, the most urgent first
	watched []*row // accepted, not yet seen Running; the longest not looked at first
	calling int    // calls in flight

	rounds  int       // looks at those watched that brought no news
	pollAt  time.Time // the next look at them; zero while none is watched
	history history
}

func (a *accountRun) regionOf(id string) *region {
	for _, g := range a.regions {
		if g.id == id {
			return g
		}
	}
	g := &region{
		id: id, index: len(a.regions), describe: a.pacer(0), act: a.pacer(a.policy.MaxQPS), named: map[string]bool{},
		pending: queue{before: byDue}, ready: queue{before: byUrgency},
	}
	a.regions, a.looked = append(a.regions, g), append(a.looked, id)
	return g
}

// looksAt tells whether rows are being looked at, or are to be.
func (g *region) looksAt(now time.Time) bool {
	return g.active > 0 || g.pending.Len() > 0 && !g.pending.first().due.After(now)
}

// look is a line of describes: the ids of a first look, a sweep page after page, or rows that are looked at again.
type look struct {
	region *region
	query  Query
	first  bool
	rows   []*row               // of a later look
	found  map[string]*Instance // of a later look
	since  time.Time            // when the describe that found the first of them was sent; zero before
	tokens map[string]bool      // the pages asked for
	ids    map[uint32]struct{}  // of a first look: short hashes of what it showed, see onInstance
	empty  int                  // pages in a row that showed nothing new
	failed int                  // describes that failed
	due    time.Time            // not before
	err    *Error               // what the last describe was refused with, if it is to be sent again
	over   bool                 // complete, failed or abandoned
}

// lookers is how many describes of one region are in flight at most: some, but no more than its share of the account's.
func (a *accountRun) lookers() int { return min(4, max(1, looksInFlight/len(a.regions))) }

// maxEmptyPages is how many pages in a row that show nothing new are believed.
const maxEmptyPages = 3

var idSeed = maphash.MakeSeed()

// startLook has a first look sent.
func (a *accountRun) startLook(g *region, q Query) {
	l := &look{region: g, first: true, query: q, ids: map[uint32]struct{}{}}
	g.open++
	g.looks = append(g.looks, l)
	a.firsts = append(a.firsts, l)
}

// scheduleLooks sends the looks that are due: first ones, those at pending rows, and, where there is room in those, at watched ones.
func (a *accountRun) scheduleLooks(g *region, now time.Time) {
	for g.active < a.lookers() {
		rows := g.pending.takeDue(PageSize, now)
		if len(rows) == 0 && (g.active > 0 || g.pollAt.IsZero() || g.pollAt.After(now)) {
			break
		}
		n := min(PageSize-len(rows), len(g.watched))
		rows = append(rows, g.watched[:n]...)
		g.watched = g.watched[n:]
		g.pollAt = time.Time{}
		g.active++
		g.looks = append(g.looks, &look{
			region: g, rows: rows, query: Query{InstanceIDs: ids(rows)}, found: map[string]*Instance{},
		})
	}
	if r := g.pending.first(); r != nil && g.active < a.lookers() {
		a.wakeAt(r.due)
	}
	if !g.pollAt.IsZero() && g.active == 0 {
		a.wakeAt(g.pollAt)
	}
	a.sendLooks(g, now)
}

func (a *accountRun) sendLooks(g *region, now time.Time) {
	g.looks = slices.DeleteFunc(g.looks, func(l *look) bool {
		if l.over || g.asking >= a.lookers() {
			return l.over
		}
		if l.due.After(now) {
			a.wakeAt(l.due)
			return false
		}
		slot, wait := g.describe.Reserve(now)
		if wait > 0 {
			a.wakeAt(now.Add(wait))
			return false
		}
		g.asking++
		a.do(describe{look: l, query: l.query, slot: slot, sent: now})
		return true
	})
}

// describe is the effect of asking for one page of a look, and described is what comes of it.
type (
	describe struct {
		look  *look
		query Query
		slot  pace.Slot
		sent  time.Time
	}
	described struct {
		describe
		page Page
		err  error
	}
)

func (e described) onto(a *accountRun, now time.Time) {
	l, g := e.look, e.look.region
	g.asking--
	err := asError(opDescribe, e.err)
	throttled := a.pace(&g.describe, e.slot, err, now)
	switch {
	case l.over:
	case throttled:
		l.err = err
		g.looks = append(g.looks, l)
	case err != nil && a.over: // it was our time that ended it
	case err != nil && err.Class == ClassTransient && l.failed+1 < a.policy.Attempts:
		l.failed++
		l.err, l.due = err, now.Add(backoff(l.failed))
		g.looks = append(g.looks, l)
	case err != nil:
		a.endLook(l, err, now)
	default:
		a.onPage(l, e.page, e.sent, now)
	}
}

// onPage reads one page of a look, and ends the look or has its next page asked for.
func (a *accountRun) onPage(l *look, page Page, sent, now time.Time) {
	g := l.region
	if l.query.DryRun {
		a.endLook(l, nil, now)
		return
	}
	g.seen = g.seen || len(page.Instances) > 0
	for _, err := range page.Errors {
		a.fail(g.id, err)
	}
	if l.since.IsZero() {
		l.since = sent
	}
	before := len(l.ids)
	for i := range page.Instances {
		a.onInstance(l, &page.Instances[i], sent, now)
	}
	a.admitFound(g, now)
	if l.empty++; len(l.ids) > before || !l.first {
		l.empty = 0
	}
	switch next := page.NextToken; {
	case next == "" && l.first && len(l.query.InstanceIDs) == 0 && !g.seen:
		a.checkPermission(l) // nothing there, or may not look?
	case next == "":
		a.endLook(l, nil, now)
	case l.tokens[next] || l.empty == maxEmptyPages:
		a.endLook(l, &Error{Op: opDescribe, Class: ClassInvalid, Message: "its pages have no end: ECS repeats itself or shows nothing new"}, now)
	default:
		if l.tokens == nil { // most looks have one page
			l.tokens = map[string]bool{}
		}
		l.tokens[next] = true
		l.query.NextToken, l.failed = next, 0
		g.looks = append(g.looks, l)
	}
}

// checkPermission goes on with a dry run, which tells "there is nothing" from "may not look": without the permission a describe
// may answer 200 and an empty list.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (a *accountRun) checkPermission(l *look) {
	l.query.DryRun, l.query.NextToken, l.failed, l.region.asked = true, "", 0, true
	l.region.looks = append(l.region.looks, l)
}

// onInstance takes what a page shows, if it was asked for.
func (a *accountRun) onInstance(l *look, in *Instance, sent, now time.Time) {
	g := l.region
	switch {
	case in.RegionID != "" && in.RegionID != g.id:
		return
	case !ValidInstanceID(in.ID):
		a.fail(g.id, &Error{Op: opDescribe, Class: ClassInvalid, Message: "shows an instance whose id is none"})
	case l.first:
		// Two may be equal, which matters only where a page shows nothing but such, three times running.
		l.ids[uint32(maphash.String(idSeed, in.ID))] = struct{}{}
		a.sight(g, in, sent, now)
	case l.found[in.ID] == nil || a.policy.Check(l.found[in.ID], false) == VerdictReactivate:
		l.found[in.ID] = in // of two, the more forbidding
	}
}

// endLook ends a look: a first one that is the last of its region lets the region act.
func (a *accountRun) endLook(l *look, err *Error, now time.Time) {
	l.over, l.ids, l.tokens = true, nil, nil
	g := l.region
	if !l.first {
		g.active--
		a.onRows(l, err, now)
		return
	}
	if err != nil {
		g.err = err
		if len(l.query.InstanceIDs) == 0 {
			a.fail(g.id, err)
		}
	}
	g.open--
	a.settleAbsent()
}

// admitFound sends the rows that a page showed on their way.
func (a *accountRun) admitFound(g *region, now time.Time) {
	g.readAt = now
	for _, r := range g.found {
		a.admit(r, now)
	}
	g.found = nil
}

// onRows does what a later look asks for.
func (a *accountRun) onRows(l *look, err *Error, now time.Time) {
	g := l.region
	news := false
	for _, r := range l.rows {
		switch {
		case r.settled:
		case err == nil:
			a.onLook(r, l.found[r.InstanceID], l.since, now)
			news = news || r.settled && r.After == StatusRunning
		case !r.acceptedAt.IsZero():
			a.onWatch(r, nil, now)
		default:
			r.Err = err
			a.leave(r) // who was not seen is not called
		}
	}
	g.planPoll(news, now)
}

// planPoll sets the next look at those watched: at once while looks bring news, else an interval later, and no later than the
// first wait is over.
func (g *region) planPoll(news bool, now time.Time) {
	if g.pollAt = (time.Time{}); len(g.watched) == 0 {
		return
	}
	if news {
		g.pollAt = now
		return
	}
	g.rounds++
	g.pollAt = now.Add(pollDelay(g.rounds))
	for _, r := range g.watched {
		g.pollAt = earliest(g.pollAt, r.acceptedAt.Add(r.wait))
	}
}

func ids(rows []*row) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.InstanceID
	}
	return ids
}
