package reactivate

import (
	"context"
	"sync/atomic"
	"time"
)

// effect is what step has the loop do: one API call, whose answer is the next event.
type effect interface {
	do(ctx context.Context, ecs ECS) event
}

// loop carries out what one account's steps ask for.
type loop struct {
	account  *accountRun
	slots    chan struct{} // the run's calls in flight
	barrier  *barrier
	decided  <-chan struct{} // the barrier's; nil without a cap, and once the account was told
	answers  chan event
	inFlight int // effects that are not answered
	tells    bool
	stand    atomic.Pointer[Progress] // where the account stood after its last step, if somebody wants to know; nil before
}

func newLoop(a *accountRun, slots chan struct{}, b *barrier, tells bool) *loop {
	return &loop{account: a, slots: slots, barrier: b, decided: b.decided, answers: make(chan event), tells: tells}
}

// run steps until every row is done or ctx is over. The account's slot is given back as soon as its instances are found.
func (l *loop) run(ctx context.Context, searching lease) {
	defer searching.end()
	ctx, cancel := context.WithCancel(ctx)
	a := l.account
	for e := event(begin{}); e != nil; e = l.next(ctx) {
		a.over = ctx.Err() != nil
		for _, effect := range l.step(e) {
			l.inFlight++
			go func() { l.answers <- l.perform(ctx, effect) }()
		}
		if searching.extend(searchLease); a.searching == 0 {
			searching.end()
		}
		if a.cap == capOpen {
			l.barrier.update(a, a.demand())
		}
		if a.done(time.Now()) {
			break
		}
	}
	cancel()
	a.over = true
	for ; l.inFlight > 0; l.inFlight-- {
		l.step(<-l.answers)
	}
	l.step(timeUp{})
	l.barrier.update(a, demand{complete: true})
	a.close()
}

func (l *loop) step(e event) []effect {
	effects := l.account.step(e, time.Now())
	if l.tells {
		stand := l.account.progress()
		l.stand.Store(&stand)
	}
	return effects
}

// next waits for what happens next: nil when ctx is over.
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

func (l *loop) perform(ctx context.Context, e effect) event {
	defer take(ctx, l.slots, callLease).end()
	return e.do(ctx, l.account.ECS)
}

const (
	// callsAtOnce is how many calls of a run are in flight: each holds a connection and an answer.
	callsAtOnce = 128
	// searchedAtOnce is how many accounts are searched side by side, so that the first of a thousand is acted in before the last
	// has a session.
	searchedAtOnce = 64
	// callLease is how long a call keeps its slot, and searchLease how long an account keeps its own while nothing is answered. A call
	// that hangs gives up its slot, so one account cannot block another.
	callLease   = time.Second
	searchLease = 2 * time.Second
)

// lease is a slot that is held for a while; none in the zero value.
type lease struct {
	slots chan struct{}
	timer *time.Timer // gives the slot back; whoever stops it must
}

// take waits for a slot, and holds it for a while.
func take(ctx context.Context, slots chan struct{}, while time.Duration) lease {
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return lease{}
	}
	return lease{slots, time.AfterFunc(while, func() { <-slots })}
}

// extend holds the slot for a while from now on, unless it was given back.
func (h lease) extend(while time.Duration) {
	if h.timer != nil && h.timer.Stop() {
		h.timer.Reset(while)
	}
}

// end gives the slot back, unless it was given back.
func (h lease) end() {
	if h.timer != nil && h.timer.Stop() {
		<-h.slots
	}
}
