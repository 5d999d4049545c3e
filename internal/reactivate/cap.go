package reactivate

import (
	"sync"
	"time"
)

// capState says whether the cap allows the calls of an account's run.
type capState int

const (
	capAllowed capState = iota // no cap, or all that the run would call is within it
	capOpen                    // not known yet
	capReached                 // more would be called, so nothing is called
)

// undecided is the state in which a run begins.
func undecided(limit int) capState {
	if limit > 0 {
		return capOpen
	}
	return capAllowed
}

// demand is how many instances an account's run would call, as far as is known.
type demand struct {
	least int // calls that are certainly wanted; a row that was still busy when it ended counts as one
	most  int // calls that may be wanted: busy rows, and rows in their grace, count too
}

// unbounded is the most that an account may want to call while rows of it may still be found.
const unbounded = 1 << 40

// demand counts what the account would call. Until the cap is decided, every row that was found and is not done may be called.
func (a *accountRun) demand() demand {
	d := demand{a.phases[ready] + a.busyLeft, unbounded}
	if a.searching == 0 {
		d.most = len(a.rows) - a.phases[done] + a.busyLeft
	}
	return d
}

// lastDemand is the demand when the time is up: a row that is still busy counts as a call.
func (a *accountRun) lastDemand() demand {
	calls := a.phases[ready] + a.busyLeft + a.whys[whyBusy]
	return demand{calls, calls}
}

// barrier holds back the calls of all accounts until the cap is decided. Accounts wait for each other for nothing else.
type barrier struct {
	limit   int
	decided chan struct{} // closed when state is no longer open

	mu    sync.Mutex
	sum   demand // of all accounts
	state capState
}

func newBarrier(limit, accounts int) *barrier {
	return &barrier{limit: limit, decided: make(chan struct{}), sum: demand{0, accounts * unbounded}, state: undecided(limit)}
}

// update replaces the demand of an account, and returns the state of the cap.
func (b *barrier) update(a *accountRun, now demand) capState {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state != capOpen {
		return b.state
	}
	b.sum.least += now.least - a.demanded.least
	b.sum.most += now.most - a.demanded.most
	a.demanded = now
	switch {
	case b.sum.least > b.limit:
		b.state = capReached
	case b.sum.most <= b.limit:
		b.state = capAllowed
	default:
		return capOpen
	}
	close(b.decided)
	return b.state
}

// The decision of the cap allows the account's calls, or ends all rows that it would call now or later.
func (e capped) onto(a *accountRun, now time.Time) {
	if a.cap = e.state; a.cap != capReached {
		return
	}
	for _, r := range a.pending() {
		if r.verdict == VerdictReactivate {
			a.end(r, whyOverCap, now)
		} else {
			a.leave(r)
		}
	}
}

// halfTime is when half of the run's time is over.
func (a *accountRun) halfTime() time.Time { return a.started.Add(a.deadline.Sub(a.started) / 2) }
