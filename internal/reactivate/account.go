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
	requests []*asked // those about this account
	watch    *Request // one of them that is a watch; nil: none is
	started  time.Time
	deadline time.Time // when the time is up; zero: never

	everywhere []*asked // those that name no region where none is configured
	regionList lane
	noRegions  *Error // why it is not known which regions there are
	regions    []*region
	byID       map[string]*region
	looked     []string // the ids of the regions
	firsts     []*read  // what finds instances, also what has ended
	searching  int      // of these, those that have not ended
	failures   notes    // what could not be looked at
	warnings   notes    // what could not be known, and stops nothing

	rows   map[string]*row     // by instance
	named  map[string][]*asked // by instance, the requests that name it
	phases [phases]int         // how many rows are in each phase
	whys   [whys]int           // how many each reason keeps there
	stale  bool                // the ready are to be judged anew

	money
	balance   balance
	cap       capState
	freshened bool // see freshen
	busyLeft  int  // rows that were left while they were busy: the cap counts them as if they were called
	calls     int  // answered so far
	throttled int  // answers so far that said: too many calls

	rand    *rand.Rand // of the pacers; nil but in tests
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
	a := &accountRun{
		Account: account, policy: policy, started: now, deadline: deadline,
		byID: map[string]*region{}, rows: map[string]*row{}, named: map[string][]*asked{}, cap: undecided(policy.Cap),
	}
	a.regionList.pacer, a.balance.pacer = a.pacer(0), a.pacer(0)
	return a
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
		a.act(now)
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

// act begins what is due. Regions do not wait for each other.
func (a *accountRun) act(now time.Time) {
	a.send(&a.regionList, 1, now)
	a.boundLooks(now)
	a.readBalanceOnce(now)
	a.freshen(now)
	a.judgeReady(now)
	a.tryMoney(now)
	a.send(&a.balance.lane, 1, now)
	for _, g := range a.regions {
		a.scheduleCalls(g, now)
		a.scheduleLooks(g, now)
		a.send(&g.history.lane, 1, now)
	}
}

// judgeReady asks again whether the ready may be called, after something was learned of their account.
func (a *accountRun) judgeReady(now time.Time) {
	if !a.stale || a.unpaid != nil && a.phases[calling] > 0 && now.Before(a.tryAt) { // one of those may prove that there is money
		return
	}
	a.stale = false
	for _, g := range a.regions {
		for _, r := range g.ready.all() {
			a.schedule(r, now)
		}
	}
}

// freshen has every row looked at that still waits when the time is nearly up, so that none ends on an old look.
func (a *accountRun) freshen(now time.Time) {
	if a.freshened || a.deadline.IsZero() {
		return
	}
	if at := a.deadline.Add(-a.policy.Retry); now.Before(at) {
		a.wakeAt(at)
		return
	}
	a.freshened = true
	for _, g := range a.regions {
		for _, r := range append(g.ready.all(), g.waiting.all()...) {
			if now.Sub(r.look) > a.policy.Retry {
				a.wait(r, now, r.why)
			}
		}
	}
}

// done tells whether the run is over. What is nice to know, when a row that is left is released and what the account has left, is
// waited for a little, and never longer.
func (a *accountRun) done(now time.Time) bool {
	if a.phases[done] < len(a.rows) || a.searching > 0 {
		return false
	}
	for _, g := range a.regions {
		if until := g.history.waitUntil(a.watch != nil); g.overdue > 0 && g.history.open() && now.Before(until) {
			a.wakeAt(until)
			return false
		}
	}
	if a.balance.asking() && now.Before(a.balance.askedAt.Add(patience)) {
		a.wakeAt(a.balance.askedAt.Add(patience))
		return false
	}
	return true
}

// patience is how long after its question the report waits for what is nice to know, and a try of the money for its looks.
const patience = 2 * time.Second

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
	a.abandonLooks(now)
	for _, r := range a.rows {
		a.leave(r, ReasonTimeUp)
	}
}

// abandonLooks ends the first looks that are not answered, and so lets what they showed go on.
func (a *accountRun) abandonLooks(now time.Time) {
	for _, r := range a.firsts {
		a.abandon(r, now)
	}
}

// close gives up what a run that is over needs no more, so that thousands of accounts without anything overdue cost next to nothing.
func (a *accountRun) close() {
	for _, g := range a.regions {
		*g = region{id: g.id} // rows go on telling where they are
	}
	a.firsts, a.effects, a.regions, a.byID = nil, nil, nil, nil
	if a.Close != nil {
		a.Close()
	}
}
