package reactivate

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sim is an imagined ECS of some accounts, and plays runs against it in two ways. play hands step the answers in the order of their
// times, without goroutines, timers or a clock, and checks the state after each step. run is Run itself, in a bubble.
type sim struct {
	t      testing.TB
	policy Policy
	limit  time.Duration // the run's time; 0: none
	paging int           // instances on a page of a sweep; 0: all

	latency    func(q *query) time.Duration   // of an answer; nil: 20 ms
	fault      func(q *query) *Error          // what a query is refused with before ECS sees it; nil: nothing
	lost       func(q *query) *Error          // what becomes of a call's answer on its way: the call has worked
	shows      func(q *query, p Page) Page    // what a page is made into
	history    func(q *query) (reply, *Error) // instead of the accounts' history
	judge      func(q *query)                 // is shown every query when it is sent and when it is answered
	ends       func(account *simAccount, r *row)
	allRegions []string // what DescribeRegions names
	progress   func(Progress)

	accounts []*simAccount
	requests []Request
	mu       sync.Mutex
	start    time.Time
	now      time.Time // of play
	inBubble bool
	returns  bool // half of a latency is the answer's way back, in run
	slow     bool // pages may come too late for those that are called meanwhile
	flying   []*delivery
	sequence int
	calls    []simCall
	looks    int
	steps    int
	inStep   time.Duration // what the domain took
}

// simAccount is one account.
type simAccount struct {
	id        string
	requests  []Request // those about it; run takes their account as it is
	instances []*simInstance
	paid      []time.Duration // when the account changes between unpaid and paid, which it is at first
	events    map[string][]ArrearsEvent
	stopped   map[string]time.Duration // when an instance was stopped for arrears, before the run
	balance   func(paid bool) (string, error)
	closed    func()

	run   *accountRun
	ended time.Duration
	done  map[string]bool
}

// simInstance is an instance that is overdue from the start, unless status says otherwise.
type simInstance struct {
	id       string
	region   string
	status   Status        // "" is Stopped and overdue
	owner    bool          // stopped by its owner before the arrears: the platform gives it back stopped
	restored time.Duration // after a payment, by the platform; 0: never
	starts   time.Duration // from a call to Running; 0: 2 s
	falls    time.Duration // from a call to Stopped again; 0: never
	onLook   func(at time.Duration, in *Instance)

	unlocked time.Duration // when the lock ends; 0: not known
	runs     time.Duration // when it runs; 0: it does not
	fallen   time.Duration // when it has fallen back
	called   bool
}

type simCall struct {
	id string
	at time.Duration
}

// query is one API call as ECS sees it.
type query struct {
	sim      *sim
	account  *simAccount
	op       string
	region   string
	ids      []string // of a describe; of a call its one
	token    string
	dry      bool
	sent     time.Duration
	answered bool
	page     Page
	balance  string
	err      *Error
}

// delivery is an answer on its way.
type delivery struct {
	account  *simAccount
	at       time.Time
	sequence int
	effect   effect
	event    event
	query    *query
}

func (q *query) describes() bool { return q.op == opDescribe && !q.dry }
func (q *query) calls(id string) bool {
	return q.op == opReActivate && (id == "" || q.ids[0] == id)
}

// first tells whether the query is part of a first look.
func (q *query) first() bool { return q.describes() && (q.ids == nil || q.sent == 0) }

// at is how long the run has lasted.
func (s *sim) at() time.Duration {
	if s.inBubble {
		return time.Since(s.start)
	}
	return s.now.Sub(s.start)
}

func (s *sim) prepare() {
	s.policy.Retry = cmp.Or(s.policy.Retry, DefaultRetry)
	s.policy.Concurrency, s.policy.Attempts = cmp.Or(s.policy.Concurrency, 16), cmp.Or(s.policy.Attempts, 5)
	s.policy.Wait = cmp.Or(s.policy.Wait, 10*time.Minute)
	if s.policy.Regions == nil && s.allRegions == nil {
		s.policy.Regions = []string{"cn-hangzhou"}
	}
}

// run plays Run. The accounts' requests are asked as they are, after the run's own.
func (s *sim) run() (report *Report) {
	s.prepare()
	body := func(*testing.T) {
		s.inBubble, s.start = true, time.Now()
		r := &Reactivator{Policy: s.policy, Progress: s.progress}
		requests := slices.Clone(s.requests)
		for _, account := range s.accounts {
			r.Watched = append(r.Watched, Account{ID: account.id, ECS: simECS{s, account, nil}, Close: account.closed})
			requests = append(requests, account.requests...)
		}
		if len(r.Watched) > 0 {
			r.Own = r.Watched[0]
		}
		ctx, cancel := context.Background(), func() {}
		if s.limit > 0 {
			ctx, cancel = context.WithTimeout(ctx, s.limit)
		}
		defer cancel()
		report = r.Run(ctx, requests)
		s.now, s.inBubble = time.Now(), false
	}
	if t, ok := s.t.(*testing.T); ok {
		synctest.Test(t, body)
	}
	return report
}

// play plays the steps. The clock is far ahead of the real one, so that no look is too old for a call that is sent at once.
func (s *sim) play() *Report {
	s.prepare()
	s.start = time.Date(2126, 11, 1, 0, 0, 0, 0, time.UTC)
	s.now = s.start
	var deadline time.Time
	if s.limit > 0 {
		deadline = s.start.Add(s.limit)
	}
	var requests []Request
	var runs []*accountRun
	b := newBarrier(s.policy.Cap, len(s.accounts))
	for _, account := range s.accounts {
		a := newAccountRun(Account{ID: account.id}, &s.policy, s.now, deadline)
		a.rand = rand.New(rand.NewPCG(1, uint64(len(runs))))
		for i := range account.requests {
			a.request(&account.requests[i], len(requests)+i)
		}
		account.run, account.done = a, map[string]bool{}
		requests, runs = append(requests, account.requests...), append(runs, a)
	}
	state := undecided(s.policy.Cap)
	step := func(account *simAccount, e event) {
		if s.step(account, e); state == capOpen {
			if state = b.update(account.run, account.run.demand()); state != capOpen {
				for _, other := range s.accounts {
					other.ended = 0
					s.step(other, capped{state})
				}
			}
		}
	}
	for _, account := range s.accounts {
		step(account, begin{})
	}
	for s.next(step) {
		if s.steps++; s.steps > 200_000 {
			s.t.Fatalf("no end at %v: %d in flight", s.at(), len(s.flying))
		}
	}
	return (&Reactivator{Policy: s.policy}).report(requests, runs, nil)
}

// next plays what comes next: an answer, a wake time or the deadline.
func (s *sim) next(step func(*simAccount, event)) bool {
	at := s.now.Add(1000 * time.Hour)
	var woken *simAccount
	var d *delivery
	for _, w := range s.flying {
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
		step(woken, tick{})
		return true
	}
	s.flying = slices.DeleteFunc(s.flying, func(w *delivery) bool { return w == d })
	s.tell(d.query, true)
	step(d.account, d.event)
	return true
}

// end cancels what is in flight, as the loop does when the time is up.
func (s *sim) end() {
	for _, account := range s.accounts {
		account.run.over = true
	}
	canceled := &Error{Class: ClassTransient, Message: "canceled before the answer"}
	for _, d := range s.flying {
		switch e := d.effect.(type) {
		case call:
			s.step(d.account, answered{call: e, err: canceled})
		case ask:
			s.step(d.account, told{ask: e, err: canceled})
		}
	}
	for _, account := range s.accounts {
		s.step(account, timeUp{})
	}
}

func (s *sim) tell(q *query, answered bool) {
	if q.answered = answered; s.judge != nil {
		s.judge(q)
	}
}

func (s *sim) step(account *simAccount, e event) {
	a := account.run
	begin := time.Now()
	effects := a.step(e, s.now)
	s.inStep += time.Since(begin)
	s.checkState(account)
	for _, effect := range effects {
		s.sequence++
		d := &delivery{account: account, sequence: s.sequence, effect: effect, query: &query{}}
		d.event = effect.do(context.Background(), simECS{s, account, d.query})
		d.at = s.now.Add(s.delay(d.query))
		s.flying = append(s.flying, d)
	}
	if a.done(s.now) && account.ended == 0 {
		account.ended = s.at() + 1
	}
}

// checkState holds what each phase promises: a row stands in the queue of its phase and in no other, the counters count, and a row that is
// done stays done.
func (s *sim) checkState(account *simAccount) {
	if _, ok := s.t.(*testing.T); !ok {
		return // a benchmark
	}
	a := account.run
	var inPhase [phases]int
	var because [whys]int
	queued := map[*row]phase{}
	inCalls := map[*region]int{}
	for _, g := range a.regions {
		for p, q := range map[phase]*queue{waiting: &g.waiting, ready: &g.ready, watched: &g.watched} {
			for i, r := range q.rows {
				if _, twice := queued[r]; twice || int(r.pos) != i {
					s.t.Errorf("%v: %s stands in two queues, or at %d instead of %d", s.at(), r.id, i, r.pos)
				}
				queued[r] = p
			}
		}
	}
	for _, r := range a.rows {
		inPhase[r.phase]++
		because[r.why]++
		if r.phase == calling {
			inCalls[r.region]++
		}
		p, in := queued[r]
		if wants := r.phase == waiting || r.phase == ready || r.phase == watched; in != wants || in && p != r.phase {
			s.t.Errorf("%v: %s is in phase %d and in the queue of %d", s.at(), r.id, r.phase, p)
		}
		if account.done[r.id] && r.phase != done || r.phase == done && r.outcome == "" {
			s.t.Errorf("%v: %s was done, and is in phase %d with outcome %q", s.at(), r.id, r.phase, r.outcome)
		}
		if r.phase == done && !account.done[r.id] {
			account.done[r.id] = true
			if s.ends != nil {
				s.ends(account, r)
			}
		}
	}
	if inPhase != a.phases || because != a.whys {
		s.t.Errorf("%v: counted %v, %v; want %v, %v", s.at(), a.phases, a.whys, inPhase, because)
	}
	for _, g := range a.regions {
		if g.calling != inCalls[g] {
			s.t.Errorf("%v: %s counts %d calls, want %d", s.at(), g.id, g.calling, inCalls[g])
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

// simECS is an account's ECS. In play it answers at once, and notes the query; the answer is delivered later.
type simECS struct {
	s       *sim
	account *simAccount
	noted   *query
}

func (s *sim) delay(q *query) time.Duration {
	if s.latency == nil {
		return 20 * time.Millisecond
	}
	return s.latency(q)
}

// serve has a query travel to ECS, be answered and travel back.
func (e simECS) serve(ctx context.Context, q query, answer func(q *query)) (*query, error) {
	s := e.s
	kept := e.noted
	if kept == nil {
		kept = &query{}
	}
	s.mu.Lock()
	q.sim, q.account, q.sent = s, e.account, s.at()
	*kept = q
	if s.tell(kept, false); kept.describes() {
		s.looks++
	}
	var delay time.Duration
	if s.inBubble {
		delay = s.delay(kept)
	}
	s.mu.Unlock()
	back := time.Duration(0)
	if s.returns {
		back = delay / 2
	}
	cut := s.travel(ctx, delay-back)
	if !cut {
		s.mu.Lock()
		if s.fault != nil {
			kept.err = s.fault(kept)
		}
		if kept.err == nil {
			answer(kept)
		}
		s.mu.Unlock()
		cut = s.travel(ctx, back)
	}
	if cut {
		return kept, &Error{Op: q.op, Class: ClassTransient, Message: "canceled before the answer"}
	}
	if s.inBubble {
		s.mu.Lock()
		s.tell(kept, true)
		s.mu.Unlock()
	}
	if kept.err != nil {
		return kept, kept.err
	}
	return kept, nil
}

func (s *sim) travel(ctx context.Context, d time.Duration) (cut bool) {
	if !s.inBubble || d == 0 {
		return false
	}
	select {
	case <-time.After(d):
		return false
	case <-ctx.Done():
		return true
	}
}

func (e simECS) DescribeInstances(ctx context.Context, region string, q Query) (Page, error) {
	got, err := e.serve(ctx, query{op: opDescribe, region: region, ids: q.InstanceIDs, token: q.NextToken, dry: q.DryRun}, func(q *query) {
		if !q.dry {
			q.page = e.account.page(e.s, q)
		}
		if e.s.shows != nil {
			q.page = e.s.shows(q, q.page)
		}
	})
	return got.page, err
}

func (e simECS) ReActivateInstances(ctx context.Context, region, id string) (string, error) {
	_, err := e.serve(ctx, query{op: opReActivate, region: region, ids: []string{id}}, func(q *query) {
		e.s.calls = append(e.s.calls, simCall{id, e.s.at()})
		q.err = e.account.call(e.s, id, e.s.at())
		if e.s.lost != nil {
			if lost := e.s.lost(q); lost != nil {
				q.err = lost
			}
		}
	})
	return "r", err
}

func (e simECS) DescribeRegions(ctx context.Context) ([]string, error) {
	_, err := e.serve(ctx, query{op: opRegions}, func(*query) {})
	return slices.Clone(e.s.allRegions), err
}

func (e simECS) DescribeInstanceHistoryEvents(ctx context.Context, region, token string) (events []ArrearsEvent, next string, err error) {
	_, err = e.serve(ctx, query{op: opHistory, region: region, token: token}, func(q *query) {
		if e.s.history != nil {
			var page reply
			page, q.err = e.s.history(q)
			events, next = page.events, page.next
			return
		}
		for id, ago := range e.account.stopped {
			events = append(events, ArrearsEvent{InstanceID: id, Status: "Executed", Finished: e.s.start.Add(-ago)})
		}
		for id, of := range e.account.events {
			for _, event := range of {
				event.InstanceID = id
				events = append(events, event)
			}
		}
	})
	return events, next, err
}

func (e simECS) QueryAccountBalance(ctx context.Context) (Balance, error) {
	got, err := e.serve(ctx, query{op: opBalance}, func(q *query) {
		if e.account.balance == nil {
			q.err = &Error{Op: opBalance, Code: "NoPermission", Class: ClassDenied}
			return
		}
		var err error
		q.balance, err = e.account.balance(e.account.isPaid(e.s.at()))
		q.err = asError(opBalance, err)
	})
	return Balance{Available: got.balance, Currency: "CNY"}, err
}

// advance brings an instance to a time: what the platform and our calls have made of it.
func (c *simAccount) advance(in *simInstance, at time.Duration) (Status, bool) {
	if in.restored > 0 {
		paid := true
		for _, change := range c.paid {
			if paid = !paid; paid && in.unlocked == 0 && at >= change+in.restored {
				in.unlocked = change + in.restored
				if !in.owner && in.runs == 0 {
					in.runs = in.unlocked + cmp.Or(in.starts, 2*time.Second)
				}
			}
		}
	}
	locked := in.status == "" && (in.unlocked == 0 || at < in.unlocked)
	switch {
	case in.status != "":
		return in.status, locked
	case in.fallen > 0 && at >= in.fallen:
		return StatusStopped, true
	case locked || in.runs == 0:
		return StatusStopped, locked
	case at < in.runs:
		return StatusStarting, false
	}
	return StatusRunning, false
}

func (c *simAccount) page(s *sim, q *query) Page {
	var page Page
	var named map[string]bool
	if q.ids != nil {
		named = map[string]bool{}
		for _, id := range q.ids {
			named[id] = true
		}
	}
	for _, in := range c.instances {
		if cmp.Or(in.region, "cn-hangzhou") != q.region || named != nil && !named[in.id] {
			continue
		}
		status, locked := c.advance(in, s.at())
		if named == nil && status != StatusStopped {
			continue
		}
		shown := Instance{ID: in.id, Name: "web", RegionID: q.region, Status: status, ChargeType: "PostPaid"}
		if locked {
			shown.Locks = []string{"financial"}
		}
		if in.onLook != nil {
			in.onLook(s.at(), &shown)
		}
		page.Instances = append(page.Instances, shown)
	}
	if s.paging > 0 && named == nil {
		from, _ := strconv.Atoi(q.token)
		to := min(from+s.paging, len(page.Instances))
		if page.Instances = page.Instances[min(from, to):to]; to == from+s.paging {
			page.NextToken = strconv.Itoa(to)
		}
	}
	return page
}

func (c *simAccount) call(s *sim, id string, at time.Duration) *Error {
	in := c.instances[slices.IndexFunc(c.instances, func(in *simInstance) bool { return in.id == id })]
	status, locked := c.advance(in, at)
	switch {
	case !c.isPaid(at):
		return &Error{Op: opReActivate, Code: "InsufficientBalance", Class: ClassArrears}
	case in.status == StatusStopped: // its owner's: a forced call
		in.status = ""
	case status != StatusStopped || !locked:
		return &Error{Op: opReActivate, Code: "ReopenInstance.InstanceStatusNotValid", Class: ClassConflict}
	}
	in.called = true
	in.unlocked, in.runs, in.fallen = at, at+cmp.Or(in.starts, 2*time.Second), 0
	if in.falls > 0 {
		in.fallen = at + in.falls
	}
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

func simIDs(n int) (all []string) {
	for i := range n {
		all = append(all, simID(i))
	}
	return all
}

// overdueOnes are n instances that are overdue, with an edit for each.
func overdueOnes(n int, edit func(i int, in *simInstance)) (all []*simInstance) {
	for i := range n {
		in := &simInstance{id: simID(i)}
		if edit != nil {
			edit(i, in)
		}
		all = append(all, in)
	}
	return all
}

// by is a request of a source, with the standing that the source has as a rule: of ids or, without any, a sweep.
func by(source Source, ids ...string) Request {
	standing := map[Source]Standing{
		SourceManual: StandingPerson, SourceHTTP: StandingPerson, SourceCloudMonitor: StandingFresh, SourceEventBridge: StandingFresh,
	}[source]
	return Request{InstanceIDs: ids, Sweep: len(ids) == 0, Source: source, Standing: standing}
}

var (
	errThrottled = &Error{Op: opReActivate, Code: "Throttling.User", Class: ClassThrottled}
	errTransient = &Error{Op: opReActivate, Class: ClassTransient, Message: "no answer"}
	errSoldOut   = &Error{Op: opReActivate, Code: "OperationDenied.NoStock", Class: ClassCapacity}
	errConflict  = &Error{Op: opReActivate, Code: "ReopenInstance.InstanceStatusNotValid", Class: ClassConflict}
	errDown      = &Error{Op: opDescribe, Code: "ServiceUnavailable", Class: ClassTransient}
	errForbidden = &Error{Op: opDescribe, Code: "Forbidden.RAM", Class: ClassDenied}
)
