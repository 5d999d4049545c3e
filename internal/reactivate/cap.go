package reactivate

import (
	"slices"
	"sync"
	"time"
)

// capState is where an account's run stands with the cap.
type capState int

const (
	capAllowed capState = iota // there is none, or all that the run would call is within it
	capOpen                    // not known yet
	capReached                 // more would be called: none is
)

// undecided is where a run begins.
func undecided(limit int) capState {
	if limit > 0 {
		return capOpen
	}
	return capAllowed
}

// demand is what an account's run would call, as far as it is known.
type demand struct {
	least    int  // calls that are sure to be wanted
	most     int  // that may be: the busy, and those in their grace, count too
	complete bool // nothing can come to it
}

// demand counts what the account would call.
func (a *accountRun) demand(now time.Time) demand {
	d := demand{complete: a.searched()}
	for _, r := range a.rows {
		if r.settled || r.dry || r.region == nil { // one that is starting may fall back
			continue
		}
		d.most++
		if r.Verdict == VerdictReactivate && !r.lookedAt.Before(a.callableFrom(r, now)) {
			d.least++
		}
	}
	return d
}

// within tells what is known of the demands of all accounts: allowed, reached, or open.
func within(limit int, demands map[*accountRun]demand, accounts int) capState {
	sum := demand{complete: len(demands) == accounts}
	for _, d := range demands {
		sum.least += d.least
		sum.most += d.most
		sum.complete = sum.complete && d.complete
	}
	switch {
	case sum.least > limit:
		return capReached
	case sum.complete && sum.most <= limit:
		return capAllowed
	}
	return capOpen
}

// barrier holds the calls of all accounts until it is known what comes of the cap: the one thing that they wait for together.
type barrier struct {
	limit    int
	accounts int
	decided  chan struct{} // closed when state is open no longer; nil without a cap

	mu      sync.Mutex
	demands map[*accountRun]demand
	state   capState
}

func newBarrier(limit, accounts int) *barrier {
	b := &barrier{limit: limit, accounts: accounts, state: undecided(limit)}
	if b.state == capOpen {
		b.decided, b.demands = make(chan struct{}), map[*accountRun]demand{}
	}
	return b
}

// update tells the barrier what an account would call.
func (b *barrier) update(a *accountRun, d demand) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state != capOpen {
		return
	}
	b.demands[a] = d
	if b.state = within(b.limit, b.demands, b.accounts); b.state != capOpen {
		close(b.decided)
	}
}

// What comes of the cap lets the account call, or says of all that it would call, now or later, that it is too much.
func (e capped) onto(a *accountRun, _ time.Time) {
	if a.cap = e.state; a.cap != capReached {
		return
	}
	for _, g := range a.regions {
		for _, r := range slices.Concat(g.ready.takeAll(), g.pending.takeAll()) {
			a.overLimit(r)
		}
	}
}

// overLimit settles a row of a run that calls none.
func (a *accountRun) overLimit(r *row) {
	if r.Verdict != VerdictReactivate {
		a.leave(r)
		return
	}
	r.Verdict = VerdictOverLimit
	a.settle(r, OutcomeSkipped, nil)
}

// boundLooks leaves half of the time to act in where the cap makes everybody wait for the slowest look.
func (a *accountRun) boundLooks(now time.Time) {
	if a.cap != capOpen || a.deadline.IsZero() || a.searched() {
		return
	}
	if by := a.started.Add(a.deadline.Sub(a.started) / 2); now.Before(by) {
		a.wakeAt(by)
		return
	}
	a.abandonLooks(errTimeUp, now)
}
