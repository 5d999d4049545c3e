package reactivate

import (
	"math/rand/v2"
	"time"

	"reactivate/internal/pace"
)

// accountRun is what the run of one account is: a value that one goroutine owns. It starts nothing and waits for nothing: step
// takes what has happened, and says what is to be done next and when to come back though nothing happens.
type accountRun struct {
	Account
	policy   *Policy
	requests []*Request // those about this account
	index    map[*Request]int
	started  time.Time
	deadline time.Time // when the time is up; zero: never

	everywhere everywhere
	regions    []*region
	looked     []string        // the ids of the regions
	firsts     []*look         // first looks, also those that are complete
	rows       map[string]*row // by instance
	absent     []*row          // named, and not known to be there or not
	failures   notes           // what could not be looked at
	warnings   notes           // what could not be known, and stops nothing

	money
	balance   balanceLook
	cap       capState
	calling   int // calls in flight
	unsettled int // rows
	calls     int // sent so far
	throttled int // answers so far that said: too many calls

	rand    *rand.Rand // of the pacers; nil but in tests
	claimed []*Request // see claims
	over    bool       // nothing new is begun
	effects []effect   // what is to be done, as far as the step has come
	wake    time.Time  // when the next step is due though nothing happens
}

// event is what has happened to an account's run.
type event interface {
	onto(a *accountRun, now time.Time) // has the run take it in
}

// Events that are no answers.
type (
	begin  struct{}                 // the run begins
	tick   struct{}                 // the wake time has come
	capped struct{ state capState } // what came of the cap
	timeUp struct{}                 // nothing is in flight any more, and nothing new may begin
)

func newAccountRun(account Account, policy *Policy, now, deadline time.Time) *accountRun {
	return &accountRun{
		Account: account, policy: policy, started: now, deadline: deadline,
		index: map[*Request]int{}, rows: map[string]*row{}, cap: undecided(policy.Cap),
	}
}

func (a *accountRun) pacer(maxPerSecond int) pace.Pacer {
	p := pace.New(maxPerSecond)
	p.Rand = a.rand
	return p
}

// step takes what has happened, and returns what is to be done. If nothing happens before a.wake, it is called with a tick then.
func (a *accountRun) step(e event, now time.Time) []effect {
	a.effects, a.wake = nil, now.Add(pace.Never)
	e.onto(a, now)
	if !a.over {
		a.schedule(now)
	}
	return a.effects
}

func (tick) onto(*accountRun, time.Time) {}

// wakeAt has step called again at t.
func (a *accountRun) wakeAt(t time.Time) { a.wake = earliest(a.wake, t) }

// do has an effect carried out.
func (a *accountRun) do(e effect) { a.effects = append(a.effects, e) }

// The share of one account in what is in flight: each holds a connection, and the smallest function has 128 MB.
const (
	looksInFlight = 64
	callsInFlight = 128
)

// schedule begins what is due. Regions do not wait for each other.
func (a *accountRun) schedule(now time.Time) {
	a.scheduleEverywhere(now)
	a.scheduleBalance(now)
	a.boundLooks(now)
	a.scheduleTry(now)
	for _, g := range a.regions {
		a.scheduleCalls(g, now)
		a.scheduleLooks(g, now)
		a.scheduleHistory(g, now)
	}
}

// done tells whether the run is over. What is nice to know, when a row that is left is released and what the account has left, is
// waited for a little, and never longer.
func (a *accountRun) done(now time.Time) bool {
	if a.unsettled > 0 || !a.searched() {
		return false
	}
	for _, g := range a.regions {
		if g.history.open() && now.Before(g.history.since.Add(patience)) && a.leaves(g) {
			a.wakeAt(g.history.since.Add(patience))
			return false
		}
	}
	if a.balance.inFlight && now.Before(a.balance.askedAt.Add(patience)) {
		a.wakeAt(a.balance.askedAt.Add(patience))
		return false
	}
	return true
}

// leaves tells whether a row of the region is still overdue.
func (a *accountRun) leaves(g *region) bool {
	for _, r := range a.rows {
		if r.region == g && r.stillOverdue() {
			return true
		}
	}
	return false
}

// searched tells whether all first looks are complete, or have failed.
func (a *accountRun) searched() bool {
	if a.everywhere.open() || len(a.absent) > 0 {
		return false
	}
	for _, g := range a.regions {
		if g.open > 0 {
			return false
		}
	}
	return true
}

// queue puts a row that is to be called among the ready or, where a look must come first, among the pending.
func (a *accountRun) queue(r *row, now time.Time) {
	from := a.callableFrom(r, now)
	if r.failures == 0 {
		r.waitsSince = time.Time{} // what it waited for till now is not its own wait
	}
	switch {
	case r.left():
		a.leaveAlone(r)
	case a.cap == capReached:
		a.overLimit(r)
	case a.arrears != nil && !a.hopes(r, now):
		r.region.ready.push(r) // to be settled when the calls in flight are answered
	case !a.deadline.IsZero() && !from.Before(a.deadline):
		a.deferRow(r, from)
	case r.lookedAt.Before(from):
		a.pend(r, from)
	default:
		r.region.ready.push(r)
	}
}

// callableFrom is the time before which a row is not called, nor on a look before it.
func (a *accountRun) callableFrom(r *row, now time.Time) time.Time {
	from := r.callAt
	if r.patient && a.policy.Grace > 0 {
		// Settling a bill restores each instance to what it was before the arrears, so whoever calls too soon starts what its
		// owner had stopped.
		from = latest(from, r.firstLook.Add(a.policy.Grace))
		if !a.settledAt.IsZero() {
			from = latest(from, a.settledAt.Add(a.policy.Grace))
		}
		from = latest(from, a.doubtedAt)
	}
	if a.arrears != nil && a.hopes(r, now) {
		from = latest(from, earliest(a.tryAt, a.hopesUntil(r)))
	}
	return from
}

// deferRow leaves a row that there is no time for, at once: waiting would only cost.
func (a *accountRun) deferRow(r *row, from time.Time) {
	if a.leave(r); r.Outcome == OutcomeDeferred && r.patient && r.callAt.Before(from) {
		r.Reason = ReasonNoGrace
	}
}

// pend has a row looked at when due.
func (a *accountRun) pend(r *row, due time.Time) {
	if a.cap == capReached {
		a.overLimit(r)
		return
	}
	r.due = due
	r.region.pending.push(r)
}

// onSettlement takes a sign that the account was settled just now: the grace of what has one runs anew, and the rest may be called.
func (a *accountRun) onSettlement(now time.Time) {
	if !a.settledAt.Equal(now) { // one look may show a hundred signs
		a.arrears, a.settledAt = nil, now
		a.requeue(now)
	}
}

// requeue judges anew when the rows that are to be called may be.
func (a *accountRun) requeue(now time.Time) {
	for _, g := range a.regions {
		for _, r := range g.ready.takeAll() {
			a.queue(r, now)
		}
		for _, r := range g.pending.takeAll() {
			if r.Verdict == VerdictReactivate && r.patient {
				a.queue(r, now)
				continue
			}
			g.pending.push(r)
		}
	}
}

// lookAge is how old a look may be for a call.
func (a *accountRun) lookAge() time.Duration { return 2 * a.policy.Retry }

// scheduleCalls makes the calls of a region that may be made now, the most urgent first.
func (a *accountRun) scheduleCalls(g *region, now time.Time) {
	if a.arrears != nil || a.cap != capAllowed || a.waitsForOrder(g, now) {
		return
	}
	for g.calling < a.policy.Concurrency && a.calling < callsInFlight && g.ready.Len() > 0 {
		if now.Sub(g.ready.first().lookedAt) > a.lookAge() {
			a.lookAtOld(g, now)
			return
		}
		slot, wait := g.act.Reserve(now)
		if wait > 0 {
			a.wakeAt(now.Add(wait))
			return
		}
		a.call(g.ready.pop(), slot, now)
	}
}

// call sends a row's call.
func (a *accountRun) call(r *row, slot pace.Slot, now time.Time) {
	if r.waitsSince.IsZero() {
		r.waitsSince = now
	}
	r.region.calling++
	a.calling++
	a.calls++
	a.do(call{row: r, slot: slot, sent: now, notAfter: r.lookedAt.Add(a.lookAge())})
}

// lookAtOld has the next rows looked at again, as many as one look shows.
func (a *accountRun) lookAtOld(g *region, now time.Time) {
	for range PageSize {
		if r := g.ready.first(); r == nil || now.Sub(r.lookedAt) <= a.lookAge() {
			return
		}
		a.pend(g.ready.pop(), now)
	}
}

// call is the effect of calling one row, and answered is what comes of it.
type (
	call struct {
		row      *row
		slot     pace.Slot
		sent     time.Time
		notAfter time.Time // the look is too old then
	}
	answered struct {
		call
		requestID string
		err       error
		unsent    bool // it had waited too long
	}
)

func (e answered) onto(a *accountRun, now time.Time) {
	r := e.row
	g := r.region
	g.calling--
	a.calling--
	if e.unsent {
		g.act.Return(e.slot)
		a.queue(r, now)
		return
	}
	err := asError(opReActivate, e.err)
	a.pace(&g.act, e.slot, err, now)
	a.onAnswer(r, e.requestID, err, e.sent, now)
}

// pace tells a pacer how a call was answered, counts those that were throttled, and tells whether this one was.
func (a *accountRun) pace(p *pace.Pacer, slot pace.Slot, err *Error, now time.Time) (throttled bool) {
	if err != nil && err.Class == ClassThrottled {
		p.Throttled(slot, now, err.RetryAfter)
		a.throttled++
		return true
	}
	p.Answered(slot, now)
	return false
}

// When the time is up, each row says how far it came.
func (timeUp) onto(a *accountRun, now time.Time) {
	a.abandonLooks(errTimeUp, now)
	for _, r := range a.rows {
		if !r.settled {
			a.leave(r)
		}
	}
}

// close gives up what a run that is over needs no more, so that thousands of accounts without anything overdue cost next to nothing.
func (a *accountRun) close() {
	a.firsts, a.effects, a.regions = nil, nil, nil
	for _, r := range a.rows {
		r.region = nil
	}
	if a.Close != nil {
		a.Close()
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
