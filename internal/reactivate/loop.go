package reactivate

import (
	"context"
	"sync/atomic"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// effect is one API call that step asks the loop to make. Its answer comes back as an event.
type effect interface {
	do(ctx context.Context, ecs cloud.ECS) event
}

// loop carries out what one account's steps ask for.
type loop struct {
	account  *accountRun
	slots    pace.Slots // one for each call in flight, shared by all accounts
	barrier  *barrier
	decided  <-chan struct{} // the barrier's; nil once the account knows the decision
	answers  chan event
	inFlight int                      // effects that are not answered
	stand    atomic.Pointer[Progress] // the account's progress after its last step; nil before
}

// run steps until the account is done or ctx ends. It gives the search slot back as soon as the account's instances are found.
func (l *loop) run(ctx context.Context, searching pace.Lease) {
	defer searching.End()
	ctx, cancel := context.WithCancel(ctx)
	a := l.account
	for e := event(begin{}); e != nil; e = l.next(ctx) {
		a.over = ctx.Err() != nil
		for _, effect := range l.step(e) {
			l.inFlight++
			go func() {
				slot := l.slots.Take(ctx, callLease)
				answer := effect.do(ctx, a.ECS)
				slot.End()
				l.answers <- answer
			}()
		}
		if searching.Extend(searchLease); a.searching == 0 {
			searching.End()
		}
		l.barrier.update(a, a.demand())
		if a.done(time.Now()) {
			break
		}
	}
	cancel()
	a.over = true
	for ; l.inFlight > 0; l.inFlight-- {
		l.step(<-l.answers)
	}
	if l.barrier.update(a, a.lastDemand()) == capReached {
		l.step(capped{capReached})
	}
	l.step(timeUp{})
	a.close()
}

func (l *loop) step(e event) []effect {
	effects := l.account.step(e, time.Now())
	stand := l.account.progress()
	l.stand.Store(&stand)
	return effects
}

// next waits for the next event. It returns nil when ctx has ended.
func (l *loop) next(ctx context.Context) event {
	timer := time.NewTimer(time.Until(l.account.wake))
	defer timer.Stop()
	select {
	case e := <-l.answers:
		l.inFlight--
		return e
	case <-l.decided:
		l.decided = nil
		return capped{l.barrier.state}
	case <-timer.C:
		return tick{}
	case <-ctx.Done():
		return nil
	}
}

const (
	// callsAtOnce is how many calls of a run are in flight: each holds a connection and an answer.
	callsAtOnce = 128
	// searchedAtOnce is how many accounts are searched at the same time. Because of this limit, calls in the first of a thousand
	// accounts begin before the last has a session.
	searchedAtOnce = 64
	// callLease is how long a call keeps its slot. searchLease is how long an account keeps its search slot without an answer. A call
	// that hangs gives up its slot, so one account cannot block another.
	callLease   = time.Second
	searchLease = 2 * time.Second
)
