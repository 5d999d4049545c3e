package reactivate

import (
	"sync"
	"time"
)

// capState is where an account's run stands with the cap.
type capState int

const (
	capAllowed capState = iota // no cap, or all that the run would call is within it
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
	least    int  // calls that are sure to be wanted; a row that was busy to the end of its wait counts as one
	most     int  // that may be: the busy, and those in their grace, count too
	complete bool // nothing can come to it
}

// demand counts what the account would call. While nothing is decided, only rows that may be called are under way.
func (a *accountRun) demand() demand {
	return demand{
		least: a.phases[ready] + a.busyLeft, most: len(a.rows) - a.phases[done] - a.phases[sought] + a.busyLeft,
		complete: a.searching == 0 && a.phases[sought] == 0,
	}
}

// barrier holds the calls of all accounts until it is known what comes of the cap: the one thing that they wait for together.
type barrier struct {
	limit    int
	accounts int
	decided  chan struct{} // closed when state is open no longer

	mu       sync.Mutex
	demands  map[*accountRun]demand
	sum      demand
	complete int // accounts
	state    capState
}

func newBarrier(limit, accounts int) *barrier {
	return &barrier{limit: limit, accounts: accounts, decided: make(chan struct{}), demands: map[*accountRun]demand{}, state: undecided(limit)}
}

// update takes in what an account would call now, and tells what is known then.
func (b *barrier) update(a *accountRun, now demand) capState {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state != capOpen {
		return b.state
	}
	before := b.demands[a]
	b.demands[a] = now
	b.sum.least += now.least - before.least
	b.sum.most += now.most - before.most
	if now.complete && !before.complete {
		b.complete++
	}
	switch {
	case b.sum.least > b.limit:
		b.state = capReached
	case b.complete == b.accounts && b.sum.most <= b.limit:
		b.state = capAllowed
	default:
		return capOpen
	}
	close(b.decided)
	return b.state
}

// What comes of the cap lets the account call, or says of all that it would call, now or later, that it is too much.
func (e capped) onto(a *accountRun, now time.Time) {
	if a.cap = e.state; a.cap != capReached {
		return
	}
	for _, g := range a.regions {
		for _, r := range append(g.ready.all(), g.waiting.all()...) {
			if r.verdict == VerdictReactivate {
				a.end(r, whyOverCap, now)
				continue
			}
			a.leave(r, ReasonTimeUp)
		}
	}
}

// boundLooks leaves half of the time to act in where the cap makes everybody wait for the slowest look.
func (a *accountRun) boundLooks(now time.Time) {
	if a.cap != capOpen || a.deadline.IsZero() || a.searching == 0 {
		return
	}
	if by := a.halfTime(); now.Before(by) {
		a.wakeAt(by)
		return
	}
	a.abandonLooks(now)
}

// halfTime is when half of the run's time is over.
func (a *accountRun) halfTime() time.Time { return a.started.Add(a.deadline.Sub(a.started) / 2) }
