package reactivate

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Apply calls what the plan says, and watches until it runs; what is accepted is watched while others are still
// called. It returns when every row is settled or ctx is over.
func (p *Plan) Apply(ctx context.Context) {
	byLane := make(map[*lane][]*row)
	rows := p.unsettled()
	p.tally.left.Store(int64(len(rows)))
	for _, r := range rows {
		byLane[r.lane] = append(byLane[r.lane], r)
	}
	var wg sync.WaitGroup
	for l, rows := range byLane {
		wg.Go(func() { newAction(p, l, rows).run(ctx) })
	}
	wg.Wait()
}

// action is Apply in one lane: one goroutine that owns the rows, some callers that make the calls, and at most one
// look in flight. A row is in one of todo, at a caller, in watched or in doubt, until it is settled.
type action struct {
	plan    *Plan
	lane    *lane
	started time.Time

	todo    []*row // to be called
	watched []*row // accepted, not yet seen Running; the longest not looked at first
	doubt   []*row // busy, or called without a clear answer: to be looked at before anything else
	calling int    // rows at callers
	looking bool

	calls   chan *row
	answers chan answer
	looks   chan look

	rounds int       // looks at those watched that brought no news
	pollAt time.Time // the next look at them; zero while none is watched
}

// answer is what ECS said to a call.
type answer struct {
	row       *row
	requestID string
	err       error
	probe     bool // the call tried whether the account has money again
}

// look is what ECS showed of some rows.
type look struct {
	rows  []*row
	found map[string]*Instance
	err   error
}

func newAction(p *Plan, l *lane, rows []*row) *action {
	a := &action{
		plan: p, lane: l, started: time.Now(),
		calls: make(chan *row), answers: make(chan answer), looks: make(chan look),
	}
	for _, r := range rows {
		if r.Verdict == VerdictBusy {
			a.question(r, minPoll)
			continue
		}
		a.todo = append(a.todo, r)
	}
	return a
}

// run is the lane's loop.
func (a *action) run(ctx context.Context) {
	var callers sync.WaitGroup
	for range min(a.lane.policy.Concurrency, len(a.todo)+len(a.doubt)) {
		callers.Go(func() { a.caller(ctx) })
	}
	defer callers.Wait()
	defer close(a.calls)
	for ctx.Err() == nil {
		next, changed := a.nextCall()
		if a.finished() {
			return
		}
		var calls chan *row
		if next != nil {
			calls = a.calls
		}
		wake := time.NewTimer(time.Until(a.wakeAt()))
		select {
		case calls <- next:
			a.todo = a.todo[1:]
			a.calling++
		case answer := <-a.answers:
			a.take(answer)
		case look := <-a.looks:
			a.see(look)
		case <-wake.C:
			a.lookIfDue(ctx)
		case <-changed:
		case <-ctx.Done():
		}
		wake.Stop()
	}
	a.leave()
}

func (a *action) finished() bool {
	return len(a.todo)+len(a.watched)+len(a.doubt)+a.calling == 0 && !a.looking
}

// caller makes calls until there are no more.
func (a *action) caller(ctx context.Context) {
	account := a.lane.account
	for r := range a.calls {
		answer := answer{row: r}
		answer.err = a.lane.call(ctx, a.lane.act, 1, func(ctx context.Context) (err error) {
			if arrears, _ := account.awaitsPayment(); arrears != nil {
				if answer.probe = a.hopesForPayment(r) && account.claimProbe(); !answer.probe {
					return errNotSent
				}
			}
			a.plan.tally.calls.Add(1)
			answer.requestID, err = account.ECS.ReActivateInstances(ctx, a.lane.region, r.InstanceID)
			return err
		})
		a.answers <- answer
	}
}

// nextCall returns the row to be called next, nil if none may be called now, and the channel that tells when the
// account's money may have changed. Where the account awaits payment the rest is settled without a call, but for a
// billing event's, which waits and probes.
func (a *action) nextCall() (next *row, changed <-chan struct{}) {
	arrears, changed := a.lane.account.awaitsPayment()
	if arrears != nil {
		a.todo = slices.DeleteFunc(a.todo, func(r *row) bool {
			hopeless := !a.hopesForPayment(r)
			if hopeless {
				a.settle(r, OutcomeAwaitingPayment, arrears)
			}
			return hopeless
		})
		if due, _ := a.lane.account.nextProbe(); time.Now().Before(due) {
			return nil, changed
		}
	}
	if len(a.todo) == 0 {
		return nil, changed
	}
	return a.todo[0], changed
}

func (a *action) hopesForPayment(r *row) bool {
	_, since := a.lane.account.nextProbe()
	return r.req.Source == SourceBilling && time.Since(since) < a.wait(r)
}

// wait is how long a row is watched, or hopes.
func (a *action) wait(r *row) time.Duration {
	if r.req.Wait != nil {
		return *r.req.Wait
	}
	return a.lane.policy.Wait
}

// take does what an answer asks for.
func (a *action) take(answer answer) {
	a.calling--
	r := answer.row
	if errors.Is(answer.err, errNotSent) || errors.Is(answer.err, context.Canceled) || errors.Is(answer.err, context.DeadlineExceeded) {
		a.todo = append(a.todo, r) // the money or the time ended before the call was sent
		return
	}
	if answer.err == nil {
		r.Attempts++
		a.accept(r, answer)
		return
	}
	err := asError(opReActivate, answer.err)
	if err.Class == ClassThrottled { // until the time was up
		r.Err = err
		a.todo = append(a.todo, r)
		return
	}
	r.Attempts++
	switch err.Class {
	case ClassArrears:
		a.refused(r, err)
	case ClassTransient, ClassConflict:
		if r.Err = err; err.Class == ClassConflict {
			r.conflicts++
		}
		a.question(r, backoff(r.Attempts))
	case ClassCapacity, ClassLocked, ClassDenied, ClassUnsupported, ClassNotFound, ClassInvalid, ClassUnknown, ClassThrottled:
		a.settle(r, OutcomeFailed, err)
	}
}

func (a *action) accept(r *row, answer answer) {
	if answer.probe {
		a.lane.account.pay()
	}
	r.RequestID, r.acceptedAt, r.Err = answer.requestID, time.Now(), nil
	a.watched = append(a.watched, r)
	if due := time.Now().Add(min(pollDelay(a.rounds), a.wait(r))); a.pollAt.IsZero() || due.Before(a.pollAt) {
		a.pollAt = due
	}
}

// refused settles what ECS wants money for, and with it ends the account's calls, unless it is the instance's own matter.
func (a *action) refused(r *row, err *Error) {
	if err.InstanceOnly {
		a.settle(r, OutcomeAwaitingPayment, err)
		return
	}
	a.lane.account.refuse(err)
	r.Err = err
	a.todo = append(a.todo, r) // nextCall settles it, or lets it hope
}

// question puts a row among those to be looked at before anything else.
func (a *action) question(r *row, after time.Duration) {
	r.due = time.Now().Add(after)
	a.doubt = append(a.doubt, r)
}

func (a *action) settle(r *row, outcome Outcome, err *Error) {
	r.settle(outcome, err)
	a.plan.tally.done.Add(1)
	a.plan.tally.left.Add(-1)
}

// leave ends the lane when the time is up: it takes what is still in flight, and says of each row how far it came.
func (a *action) leave() {
	for a.calling > 0 || a.looking {
		select {
		case answer := <-a.answers:
			a.take(answer)
		case look := <-a.looks:
			a.see(look)
		}
	}
	for _, r := range a.watched {
		a.settle(r, OutcomeAccepted, nil)
	}
	arrears, _ := a.lane.account.awaitsPayment()
	for _, r := range a.todo {
		if arrears != nil {
			a.settle(r, OutcomeAwaitingPayment, arrears)
			continue
		}
		a.settle(r, OutcomeDeferred, r.Err)
	}
	for _, r := range a.doubt {
		if r.Verdict == VerdictRunning {
			a.settle(r, cameBack(r), nil)
			continue
		}
		a.settle(r, OutcomeDeferred, r.Err)
	}
}
