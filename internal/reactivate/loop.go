package reactivate

import (
	"context"
	"sync/atomic"
	"time"
)

// effect is what step has the loop do: one API call, whose answer is the next event.
type effect interface {
	do(ctx context.Context, l *loop) event
}

// loop carries out what one account's steps ask for.
type loop struct {
	account  *accountRun
	places   chan struct{} // the run's calls in flight
	barrier  *barrier
	decided  <-chan struct{} // the barrier's; nil without a cap, and once the run was told
	answers  chan event
	inFlight int // effects that are not answered
	where    chan chan<- Progress
	begun    atomic.Bool
	ended    chan struct{} // closed when the account's run is not touched any more
}

func newLoop(a *accountRun, places chan struct{}, b *barrier) *loop {
	return &loop{
		account: a, places: places, barrier: b, decided: b.decided,
		answers: make(chan event), where: make(chan chan<- Progress), ended: make(chan struct{}),
	}
}

// run steps until everything is settled or ctx is over. The account's seat is given back as soon as it is searched.
func (l *loop) run(ctx context.Context, seat place) {
	defer close(l.ended)
	defer seat.leave()
	ctx, cancel := context.WithCancel(ctx)
	a := l.account
	for e := event(begin{}); e != nil; e = l.next(ctx) {
		a.over = ctx.Err() != nil
		for _, effect := range a.step(e, time.Now()) {
			l.inFlight++
			go func() { l.answers <- effect.do(ctx, l) }()
		}
		if seat.extend(seated); a.searched() {
			seat.leave()
		}
		if a.cap == capOpen {
			l.barrier.update(a, a.demand(time.Now()))
		}
		if a.done(time.Now()) {
			break
		}
	}
	cancel()
	a.over = true
	for ; l.inFlight > 0; l.inFlight-- {
		a.step(<-l.answers, time.Now())
	}
	a.step(timeUp{}, time.Now())
	l.barrier.update(a, demand{complete: true})
	a.close()
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
	case to := <-l.where:
		to <- l.account.progress(time.Now())
		return tick{}
	case <-timer.C:
		return tick{}
	case <-ctx.Done():
		return nil
	}
}

const (
	// callsAtOnce is how many calls of a run are in flight: each holds a connection and an answer.
	callsAtOnce = 128
	// searchedAtOnce is how many accounts are searched side by side, so that the first of a thousand is acted in before the last
	// has a session.
	searchedAtOnce = 64
	// hangs is how long a call keeps its place, and seated how long an account keeps its own that is searched and answers nothing. What
	// hangs costs a connection and no place, so that nobody waits for a stranger.
	hangs  = time.Second
	seated = 2 * time.Second
)

// place is one of the run's places; none in the zero value.
type place struct {
	places chan struct{}
	timer  *time.Timer // gives it back; whoever stops it must
}

// take waits for a place. It is given back anyway after a while without extend.
func take(ctx context.Context, places chan struct{}, while time.Duration) place {
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return place{}
	}
	return place{places, time.AfterFunc(while, func() { <-places })}
}

// extend keeps the place for a while from now on, if it was not given back yet.
func (p place) extend(while time.Duration) {
	if p.timer != nil && p.timer.Stop() {
		p.timer.Reset(while)
	}
}

// leave gives the place back, if it was not given back yet.
func (p place) leave() {
	if p.timer != nil && p.timer.Stop() {
		<-p.places
	}
}

func (e call) do(ctx context.Context, l *loop) event {
	defer take(ctx, l.places, hangs).leave()
	if ctx.Err() != nil || time.Now().After(e.notAfter) {
		return answered{call: e, unsent: true}
	}
	requestID, err := l.account.ECS.ReActivateInstances(ctx, e.row.region.id, e.row.InstanceID)
	return answered{call: e, requestID: requestID, err: err}
}

func (e describe) do(ctx context.Context, l *loop) event {
	defer take(ctx, l.places, hangs).leave()
	page, err := l.account.ECS.DescribeInstances(ctx, e.look.region.id, e.query)
	return described{describe: e, page: page, err: err}
}

func (e askRegions) do(ctx context.Context, l *loop) event {
	defer take(ctx, l.places, hangs).leave()
	regions, err := l.account.ECS.DescribeRegions(ctx)
	return regionsKnown{e, regions, err}
}

func (e askHistory) do(ctx context.Context, l *loop) event {
	defer take(ctx, l.places, hangs).leave()
	events, next, err := l.account.ECS.DescribeInstanceHistoryEvents(ctx, e.region.id, e.token)
	return historyKnown{e, events, next, err}
}

func (e askBalance) do(ctx context.Context, l *loop) event {
	defer take(ctx, l.places, hangs).leave()
	balance, err := l.account.ECS.QueryAccountBalance(ctx)
	return balanceKnown{e, balance, err}
}
