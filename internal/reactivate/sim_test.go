package reactivate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// sim plays accounts' runs without goroutines, timers or a clock: it hands step what an imagined ECS answers, in the order of the
// times at which the answers come, and notes every call.
type sim struct {
	t      testing.TB
	policy Policy
	limit  time.Duration // the run's time; 0: none
	paging int           // instances on a page of a sweep; 0: all

	latency     func(e effect) time.Duration    // of an answer; nil: 20 ms
	fault       func(e effect) *Error           // what an effect is refused with before ECS sees it; nil: nothing
	lost        func(e effect) *Error           // what becomes of an answer on its way: the call has worked
	judge       func(s *sim, d *delivery)       // is shown every effect when it is sent and when it is answered
	historyPage func(e askHistory) historyKnown // instead of the accounts' history
	shows       func(e describe, p Page) Page   // what a page is made into
	allRegions  []string                        // what DescribeRegions names

	accounts []*simAccount
	now      time.Time
	start    time.Time
	waiting  []*delivery
	sequence int
	calls    []simCall
	demands  map[*accountRun]demand
	steps    int
	inStep   time.Duration // what the domain took
}

// simAccount is one account and its ECS.
type simAccount struct {
	id        string
	requests  []Request
	instances []*simInstance
	paid      []time.Duration // when the account changes between unpaid and paid, which it is at first
	history   map[string][]ArrearsEvent
	balance   func(paid bool) (string, error)

	run     *accountRun
	decided bool
	ended   time.Duration
}

// simInstance is an instance that is overdue from the start, unless status says otherwise.
type simInstance struct {
	id       string
	region   string
	status   Status        // "" is Stopped and overdue
	owner    bool          // stopped by its owner before the arrears: the platform gives it back stopped
	restored time.Duration // after a payment, by the platform; 0: never
	starts   time.Duration // from a call to Running; 0: 2 s
	onLook   func(at time.Duration, in *Instance)

	unlocked time.Time // when a lock ends; zero: not known
	runs     time.Time // when it runs; zero: it does not
	called   bool
}

type simCall struct {
	id string
	at time.Duration
}

// delivery is an effect on its way, and the event that answers it.
type delivery struct {
	account  *simAccount
	at       time.Time
	sequence int
	effect   effect
	event    event
	sent     time.Time
	answered bool
}

func (s *sim) play() *Report {
	s.now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	s.start, s.demands = s.now, map[*accountRun]demand{}
	if s.policy.Retry == 0 {
		s.policy.Retry = DefaultRetry
	}
	s.policy.Concurrency, s.policy.Attempts = cmp.Or(s.policy.Concurrency, 16), cmp.Or(s.policy.Attempts, 5)
	s.policy.Wait = cmp.Or(s.policy.Wait, 10*time.Minute)
	if s.policy.Regions == nil && s.allRegions == nil {
		s.policy.Regions = []string{"cn-hangzhou"}
	}
	var deadline time.Time
	if s.limit > 0 {
		deadline = s.start.Add(s.limit)
	}
	var requests []Request
	var runs []*accountRun
	for _, account := range s.accounts {
		a := newAccountRun(Account{ID: account.id}, &s.policy, s.now, deadline)
		a.rand = rand.New(rand.NewPCG(1, uint64(len(runs))))
		for i := range account.requests {
			a.requests = append(a.requests, &account.requests[i])
			a.index[&account.requests[i]] = i
		}
		account.run, requests, runs = a, append(requests, account.requests...), append(runs, a)
	}
	for _, account := range s.accounts {
		s.step(account, begin{})
	}
	for s.next() {
		if s.steps++; s.steps > 200_000 {
			s.t.Fatalf("no end at %v: %d waiting, accounts %+v", s.now.Sub(s.start), len(s.waiting), *s.accounts[0].run)
		}
	}
	return (&Reactivator{Policy: s.policy}).report(requests, runs, nil)
}

// next plays what comes next: an answer, a wake time or the deadline.
func (s *sim) next() bool {
	at := s.now.Add(1000 * time.Hour)
	var woken *simAccount
	var d *delivery
	for _, w := range s.waiting {
		if w.at.Before(at) || w.at.Equal(at) && d != nil && w.sequence < d.sequence {
			at, d = w.at, w
		}
	}
	for _, account := range s.accounts {
		if account.ended == 0 && account.run.wake.Before(at) {
			at, d, woken = account.run.wake, nil, account
		}
	}
	if d == nil && woken == nil {
		return false
	}
	if s.limit > 0 && at.After(s.start.Add(s.limit)) {
		s.now = s.start.Add(s.limit)
		s.end()
		return false
	}
	s.now = latest(s.now, at)
	if woken != nil {
		s.step(woken, tick{})
		return true
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(w *delivery) bool { return w == d })
	s.show(d, true)
	s.step(d.account, d.event)
	return true
}

// end cancels what is in flight, as the loop does when the time is up.
func (s *sim) end() {
	for _, account := range s.accounts {
		account.run.over = true
	}
	for _, d := range s.waiting {
		d.account.run.step(s.cancelled(d.effect), s.now)
	}
	for _, account := range s.accounts {
		account.run.step(timeUp{}, s.now)
	}
}

func (s *sim) cancelled(e effect) event {
	err := &Error{Class: ClassTransient, Message: "canceled before the answer"}
	switch e := e.(type) {
	case call:
		return answered{call: e, err: err}
	case describe:
		return described{describe: e, err: err}
	case askRegions:
		return regionsKnown{e, nil, err}
	case askHistory:
		return historyKnown{e, nil, "", err}
	case askBalance:
		return balanceKnown{e, Balance{}, err}
	}
	panic("no such effect")
}

func (s *sim) show(d *delivery, answered bool) {
	if d.answered = answered; s.judge != nil {
		s.judge(s, d)
	}
}

func (s *sim) step(account *simAccount, e event) {
	a := account.run
	begin := time.Now()
	effects := a.step(e, s.now)
	s.inStep += time.Since(begin)
	for _, effect := range effects {
		latency := 20 * time.Millisecond
		if s.latency != nil {
			latency = s.latency(effect)
		}
		s.sequence++
		d := &delivery{account: account, at: s.now.Add(latency), sequence: s.sequence, effect: effect, sent: s.now}
		d.event = s.answer(account, effect)
		s.waiting = append(s.waiting, d)
		s.show(d, false)
	}
	if a.done(s.now) && account.ended == 0 {
		account.ended = s.now.Sub(s.start) + 1
	}
	if s.policy.Cap == 0 || account.decided {
		return
	}
	s.demands[a] = a.demand(s.now)
	if state := within(s.policy.Cap, s.demands, len(s.accounts)); state != capOpen {
		for _, other := range s.accounts {
			other.decided = true
		}
		for _, other := range s.accounts {
			other.ended = 0
			s.step(other, capped{state})
		}
	}
}

func (c *simAccount) isPaid(at time.Duration) bool {
	paid := true
	for _, change := range c.paid {
		if at >= change {
			paid = !paid
		}
	}
	return paid
}

// answer is what ECS says to an effect that it is sent now.
func (s *sim) answer(account *simAccount, e effect) event {
	var fault, lost *Error
	if s.fault != nil {
		fault = s.fault(e)
	}
	if s.lost != nil {
		lost = s.lost(e)
	}
	at := s.now.Sub(s.start)
	switch e := e.(type) {
	case call:
		if fault != nil {
			return answered{call: e, err: asError("", fault)}
		}
		s.calls = append(s.calls, simCall{e.row.InstanceID, at})
		err := account.call(s, e.row.InstanceID, at)
		if lost != nil {
			err = lost
		}
		if err != nil {
			return answered{call: e, err: err}
		}
		return answered{call: e, requestID: "r"}
	case describe:
		if fault != nil {
			return described{describe: e, err: fault}
		}
		page := account.page(s, e, at)
		if s.shows != nil {
			page = s.shows(e, page)
		}
		return described{describe: e, page: page}
	case askRegions:
		if fault != nil {
			return regionsKnown{e, nil, fault}
		}
		return regionsKnown{e, s.allRegions, nil}
	case askHistory:
		if s.historyPage != nil {
			return s.historyPage(e)
		}
		if fault != nil {
			return historyKnown{e, nil, "", fault}
		}
		var events []ArrearsEvent
		for id, of := range account.history {
			for _, event := range of {
				event.InstanceID = id
				events = append(events, event)
			}
		}
		return historyKnown{e, events, "", nil}
	case askBalance:
		if account.balance == nil {
			return balanceKnown{e, Balance{}, &Error{Op: opBalance, Code: "NoPermission", Class: ClassDenied}}
		}
		available, err := account.balance(account.isPaid(at))
		return balanceKnown{e, Balance{Available: available, Currency: "CNY"}, err}
	}
	panic("no such effect")
}

// advance brings an instance to a time: what the platform and our calls have made of it.
func (c *simAccount) advance(s *sim, in *simInstance, at time.Duration) (Status, bool) {
	if in.restored > 0 {
		paid := true
		for _, change := range c.paid {
			if paid = !paid; paid && in.unlocked.IsZero() && at >= change+in.restored {
				in.unlocked = s.start.Add(change + in.restored)
				if !in.owner && in.runs.IsZero() {
					in.runs = in.unlocked.Add(cmp.Or(in.starts, 2*time.Second))
				}
			}
		}
	}
	now := s.start.Add(at)
	locked := in.status == "" && (in.unlocked.IsZero() || now.Before(in.unlocked))
	switch {
	case in.status != "":
		return in.status, locked
	case locked || in.runs.IsZero():
		return StatusStopped, locked
	case now.Before(in.runs):
		return StatusStarting, false
	}
	return StatusRunning, false
}

func (c *simAccount) page(s *sim, e describe, at time.Duration) Page {
	var page Page
	if e.query.DryRun {
		return page
	}
	for _, in := range c.instances {
		if cmp.Or(in.region, "cn-hangzhou") != e.look.region.id {
			continue
		}
		status, locked := c.advance(s, in, at)
		if len(e.query.InstanceIDs) == 0 && status != StatusStopped || len(e.query.InstanceIDs) > 0 && !slices.Contains(e.query.InstanceIDs, in.id) {
			continue
		}
		shown := Instance{ID: in.id, Name: "web", RegionID: e.look.region.id, Status: status, ChargeType: "PostPaid"}
		if locked {
			shown.Locks = []string{"financial"}
		}
		if in.onLook != nil {
			in.onLook(at, &shown)
		}
		page.Instances = append(page.Instances, shown)
	}
	if s.paging > 0 && len(e.query.InstanceIDs) == 0 {
		from, _ := strconv.Atoi(e.query.NextToken)
		to := min(from+s.paging, len(page.Instances))
		if page.Instances = page.Instances[min(from, to):to]; to < from+s.paging {
			return page
		}
		page.NextToken = strconv.Itoa(to)
	}
	return page
}

func (c *simAccount) call(s *sim, id string, at time.Duration) *Error {
	i := slices.IndexFunc(c.instances, func(in *simInstance) bool { return in.id == id })
	in := c.instances[i]
	status, locked := c.advance(s, in, at)
	switch {
	case !c.isPaid(at):
		return &Error{Op: opReActivate, Code: "InsufficientBalance", Class: ClassArrears}
	case status != StatusStopped || !locked:
		return &Error{Op: opReActivate, Code: "ReopenInstance.InstanceStatusNotValid", Class: ClassConflict}
	}
	in.called = true
	in.unlocked = s.now
	in.runs = s.now.Add(cmp.Or(in.starts, 2*time.Second))
	return nil
}

// byInstance is the report's rows by instance.
func byInstance(report *Report) map[string]Result {
	all := map[string]Result{}
	for _, r := range report.Results {
		all[r.InstanceID] = r
	}
	return all
}

func simID(i int) string { return fmt.Sprintf("i-%08d", i) }

// overdueOnes are n instances that are overdue, with an edit for each.
func overdueOnes(n int, edit func(i int, in *simInstance)) []*simInstance {
	var all []*simInstance
	for i := range n {
		in := &simInstance{id: simID(i)}
		if edit != nil {
			edit(i, in)
		}
		all = append(all, in)
	}
	return all
}
