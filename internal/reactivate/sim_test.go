package reactivate

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/cloud"
)

// sim simulates the ECS of some accounts, and plays runs against it in two ways. play passes the answers to step in the order of their
// times, without goroutines, timers or a clock, and checks the state after each step. run calls Run itself, in a bubble of synctest.
type sim struct {
	t      *testing.T
	policy Policy
	limit  time.Duration // the run's time; 0: none
	paging int           // instances on a page of a sweep; 0: all

	latency    func(q *query) time.Duration            // of an answer; nil: 20 ms
	fault      func(q *query) *cloud.Error             // refuses a query before ECS sees it; nil: none
	lost       func(q *query) *cloud.Error             // replaces the answer to a call that has worked; nil: none
	shows      func(q *query, p cloud.Page) cloud.Page // edits a page
	history    func(q *query) (reply, *cloud.Error)    // instead of the accounts' history
	judge      func(q *query)                          // is shown every query when it is sent and when it is answered
	ends       func(account *simAccount, r *row)       // of play: is shown each row when it is done
	allRegions []string                                // what DescribeRegions names
	progress   func(Progress)

	accounts []*simAccount
	requests []Request
	mu       sync.Mutex
	start    time.Time
	now      time.Time // of play
	inBubble bool
	returns  bool // of run: half of a latency is the way of the answer back
	slow     bool // calls may begin before the next page comes, which may then skip instances
	flying   []*delivery
	sequence int
	calls    []simCall
	looks    int
}

type simCall struct {
	id, region string
	at         time.Duration
}

// delivery is an answer on its way, or a wake time.
type delivery struct {
	account  *simAccount
	at       time.Time
	sequence int
	event    event
	query    *query
}

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

// run calls Run with the requests of the simulation and those of its accounts.
func (s *sim) run() (report *Report) {
	s.prepare()
	synctest.Test(s.t, func(*testing.T) {
		s.inBubble, s.start = true, time.Now()
		r := &Reactivator{Policy: s.policy, Progress: s.progress}
		requests := slices.Clone(s.requests)
		for _, account := range s.accounts {
			r.Watched = append(r.Watched, Account{ID: account.id, Name: simName, ECS: simECS{s, account, nil}, Close: func() { account.closed++ }})
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
		for _, account := range s.accounts {
			if account.closed != 1 {
				s.t.Errorf("%s is closed %d times", account.id, account.closed)
			}
		}
	})
	return report
}

// simStart is when played runs begin. It is far ahead of the real clock, so that no look is too old for a call that is sent at once.
var simStart = time.Date(2126, 11, 1, 0, 0, 0, 0, time.UTC)

// play plays the steps.
func (s *sim) play() *Report {
	s.prepare()
	s.start, s.now = simStart, simStart
	var deadline time.Time
	if s.limit > 0 {
		deadline = s.start.Add(s.limit)
	}
	var requests []Request
	var runs []*accountRun
	b := newBarrier(s.policy.Cap, len(s.accounts))
	for _, account := range s.accounts {
		a := newAccountRun(Account{ID: account.id, Name: simName}, &s.policy, s.now, deadline)
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
					if other.ended == 0 {
						s.step(other, capped{state})
					}
				}
			}
		}
	}
	for _, account := range s.accounts {
		step(account, begin{})
	}
	for steps := 0; s.next(step); steps++ {
		if steps > 200_000 {
			s.t.Fatalf("no end at %v: %d in flight", s.at(), len(s.flying))
		}
	}
	return (&Reactivator{Policy: s.policy}).report(requests, runs, nil)
}

// next plays the next event: an answer, a wake time or the deadline.
func (s *sim) next(step func(*simAccount, event)) bool {
	coming := slices.Clone(s.flying)
	for _, account := range s.accounts {
		if account.ended == 0 {
			coming = append(coming, &delivery{account: account, at: account.run.wake, event: tick{}})
		}
	}
	if len(coming) == 0 {
		return false
	}
	d := slices.MinFunc(coming, func(a, b *delivery) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.sequence, b.sequence)) })
	if s.limit > 0 && d.at.After(s.start.Add(s.limit)) {
		s.now = s.start.Add(s.limit)
		for _, account := range s.accounts {
			s.end(account)
		}
		return false
	}
	s.now = latest(s.now, d.at)
	if d.query != nil {
		s.flying = slices.DeleteFunc(s.flying, func(w *delivery) bool { return w == d })
		s.tell(d.query, true)
	}
	step(d.account, d.event)
	return true
}

// end cancels what is in flight, as the loop does when an account is done or the time is up.
func (s *sim) end(account *simAccount) {
	if account.ended > 0 {
		return
	}
	account.ended, account.run.over = s.at()+1, true
	canceled := &cloud.Error{Class: cloud.ClassTransient, Message: "canceled before the answer"}
	s.flying = slices.DeleteFunc(s.flying, func(d *delivery) bool {
		if d.account != account {
			return false
		}
		switch e := d.event.(type) {
		case answered:
			s.step(account, answered{call: e.call, err: canceled})
		case replied:
			s.step(account, replied{ask: e.ask, err: canceled})
		}
		return true
	})
	s.step(account, timeUp{})
}

func (s *sim) tell(q *query, answered bool) {
	if q.account.closed > 0 {
		s.t.Errorf("%v: %s is asked of %s, which is closed", s.at(), q.op, q.account.id)
	}
	if q.answered = answered; s.judge != nil {
		s.judge(q)
	}
}

func (s *sim) step(account *simAccount, e event) {
	a := account.run
	effects := a.step(e, s.now)
	s.checkState(account)
	for _, effect := range effects {
		s.sequence++
		d := &delivery{account: account, sequence: s.sequence, query: &query{}}
		d.event = effect.do(context.Background(), simECS{s, account, d.query})
		d.at = s.now.Add(d.query.takes)
		s.flying = append(s.flying, d)
	}
	if a.done(s.now) {
		s.end(account)
	}
}
