package reactivate

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// accountRun is the state of one account's run, owned by one goroutine. It makes no call and never waits: step takes an event and
// returns the effects to carry out. wake says when the next step is due if no event comes before.
type accountRun struct {
	Account
	policy   *Policy
	requests []*asked // those about this account
	watch    *Request // the last of them that is a watch; nil if there is no watch
	started  time.Time
	deadline time.Time // when the time is up

	regionList lane
	noRegions  *cloud.Error // why the regions could not be listed
	regions    []*region
	looked     []string // the ids of the regions
	firsts     []*read  // the first looks and the list of regions, ended ones too
	searching  int      // of these, those that have not ended
	failures   notes    // what could not be looked at
	warnings   notes    // errors that stop nothing, such as a history that cannot be read

	rows   map[string]*row     // by instance
	named  map[string][]*asked // by instance, the requests that name it
	phases [phases]int         // how many rows are in each phase
	whys   [whys]int           // how many rows each reason keeps from being called
	stale  bool                // judgeReady must ask gate again about the ready rows

	money
	balance   balance
	cap       capState
	demanded  demand // what the barrier was told last
	freshened bool   // see freshen
	busyLeft  int    // rows that were still busy when they ended: the cap counts them as if they were called

	rand    *rand.Rand // of the pacers; nil except in tests
	over    bool       // no new call is begun
	effects []effect   // what the current step has asked for so far
	wake    time.Time  // when the next step is due if no event comes before
}

// event is something that an account's run reacts to: an answer, a timer, or the decision of the cap.
type event interface {
	onto(a *accountRun, now time.Time) // changes the state of the run
}

// The events that are not answers.
type (
	begin  struct{}                 // the run begins
	tick   struct{}                 // the wake time has come
	capped struct{ state capState } // the cap is decided
	timeUp struct{}                 // nothing is in flight any more, and nothing new may begin
)

func newAccountRun(account Account, policy *Policy, now, deadline time.Time) *accountRun {
	return &accountRun{
		Account: account, policy: policy, started: now, deadline: cmp.Or(deadline, never()),
		rows: map[string]*row{}, named: map[string][]*asked{}, cap: undecided(policy.Cap), demanded: demand{0, unbounded},
	}
}

func (a *accountRun) pacer(maxPerSecond int) pace.Pacer {
	p := pace.New(maxPerSecond)
	p.Rand = a.rand
	return p
}

// step handles an event and returns the effects to carry out. If no event comes before a.wake, the loop calls it with a tick.
func (a *accountRun) step(e event, now time.Time) []effect {
	a.effects, a.wake = nil, now.Add(pace.Never)
	e.onto(a, now)
	if !a.over {
		a.act(now)
	}
	return a.effects
}

func (tick) onto(*accountRun, time.Time) {}

// wakeAt makes sure that step is called again by t.
func (a *accountRun) wakeAt(t time.Time) { a.wake = earliest(a.wake, t) }

// early tells whether t is still to come. Then step is called again at t.
func (a *accountRun) early(t, now time.Time) bool {
	if !now.Before(t) {
		return false
	}
	a.wakeAt(t)
	return true
}

// How many looks and calls of one account may be in flight. Each holds a connection, and the smallest function has 128 MB.
const (
	looksInFlight = 64
	callsInFlight = 128
)

// act begins what is due. Regions do not wait for each other.
func (a *accountRun) act(now time.Time) {
	a.send(&a.regionList, 1, now)
	if a.cap == capOpen && !a.early(a.halfTime(), now) { // every account waits for the slowest look
		a.abandonLooks(now)
	}
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

// pending are the rows that wait for a look or a call.
func (a *accountRun) pending() (rows []*row) {
	for _, g := range a.regions {
		rows = slices.Concat(rows, g.ready.rows, g.waiting.rows, g.watched.rows)
	}
	return rows
}

// judgeReady asks gate again about all ready rows after something has changed for their account.
func (a *accountRun) judgeReady(now time.Time) {
	if !a.stale || a.phases[calling] > 0 && now.Before(a.tryAt) { // a call in flight may prove that there is money
		return
	}
	a.stale = false
	for _, r := range a.pending() {
		if r.phase == ready {
			a.schedule(r, now)
		}
	}
}

// freshen looks once more at every row that still waits when the time is nearly up, so that no row ends on an old look.
func (a *accountRun) freshen(now time.Time) {
	if a.freshened || a.early(a.deadline.Add(-a.policy.Retry), now) {
		return
	}
	a.freshened = true
	for _, r := range a.pending() {
		if now.Sub(r.look) > a.policy.Retry {
			a.wait(r, now, r.why)
		}
	}
}

// done tells whether the run is over. It waits a limited time for answers that only complete the report: the release times of rows
// that are still overdue, and the balance.
func (a *accountRun) done(now time.Time) bool {
	if a.phases[done] < len(a.rows) || a.searching > 0 {
		return false
	}
	for _, g := range a.regions {
		if a.awaits(g.history.read, now) {
			return false
		}
	}
	return !a.awaits(a.balance.read, now)
}

// patience is how long the report waits for a history or a balance, and how long a try of the money waits for the looks before it.
// watchPatience is for the next page alone, and longer, because a watch reports nothing else.
const (
	patience      = 2 * time.Second
	watchPatience = 30 * time.Second
)

// awaits tells whether the report waits for a read.
func (a *accountRun) awaits(r *read, now time.Time) bool {
	if !r.open() {
		return false
	}
	until := r.asked.Add(patience)
	if a.watch != nil {
		until = r.told.Add(watchPatience)
	}
	return a.early(until, now)
}

// When the time is up, each row ends with an outcome that says how far it came.
func (timeUp) onto(a *accountRun, now time.Time) {
	a.abandonLooks(now)
	for _, r := range a.rows {
		a.leave(r)
	}
}

// abandonLooks ends the first looks that are not answered yet. The rows that they have found go on.
func (a *accountRun) abandonLooks(now time.Time) {
	for _, r := range a.firsts {
		a.abandon(r, now)
	}
}

// close frees the memory of a finished run, so that thousands of accounts without anything overdue need little.
func (a *accountRun) close() {
	for _, g := range a.regions {
		*g = region{id: g.id} // rows still need their region's id
	}
	a.firsts, a.effects, a.regions = nil, nil, nil
	if a.Close != nil {
		a.Close()
	}
}
