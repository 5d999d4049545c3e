package reactivate

import (
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

// demand counts what the account would call. While nothing is decided, only rows that may be called are under way.
func (a *accountRun) demand() demand {
	return demand{
		least: a.phases[ready], most: len(a.rows) - a.phases[done] - a.phases[sought],
		complete: a.searching == 0 && a.phases[sought] == 0,
	}
}

// demands are those of all accounts, and their sum.
type demands struct {
	limit    int
	of       map[*accountRun]demand
	least    int
	most     int
	complete int // accounts
	accounts int
}

// update takes in what an account would call now, and tells what is known then: allowed, reached, or open.
func (d *demands) update(a *accountRun, now demand) capState {
	before := d.of[a]
	d.of[a] = now
	d.least += now.least - before.least
	d.most += now.most - before.most
	if now.complete != before.complete {
		d.complete++ // and never back
	}
	switch {
	case d.least > d.limit:
		return capReached
	case d.complete == d.accounts && d.most <= d.limit:
		return capAllowed
	}
	return capOpen
}

// barrier holds the calls of all accounts until it is known what comes of the cap: the one thing that they wait for together.
type barrier struct {
	decided chan struct{} // closed when state is open no longer; nil without a cap

	mu      sync.Mutex
	demands demands
	state   capState
}

func newBarrier(limit, accounts int) *barrier {
	b := &barrier{demands: demands{limit: limit, accounts: accounts, of: map[*accountRun]demand{}}, state: undecided(limit)}
	if b.state == capOpen {
		b.decided = make(chan struct{})
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
	if b.state = b.demands.update(a, d); b.state != capOpen {
		close(b.decided)
	}
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
	if by := a.started.Add(a.deadline.Sub(a.started) / 2); now.Before(by) {
		a.wakeAt(by)
		return
	}
	a.abandonLooks(now)
}
