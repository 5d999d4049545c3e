package reactivate

import (
	"context"
	"time"

	"reactivate/internal/pace"
)

// call is the effect of calling one row, and answered is what comes of it.
type (
	call struct {
		row      *row
		slot     pace.Slot
		sent     time.Time
		notAfter time.Time // the look is too old then
	}
	answered struct {
		call
		requestID string
		err       error
		unsent    bool // it had waited too long for its turn
	}
)

func (e call) do(ctx context.Context, ecs ECS) event {
	if ctx.Err() != nil || time.Now().After(e.notAfter) {
		return answered{call: e, unsent: true}
	}
	requestID, err := ecs.ReActivateInstances(ctx, e.row.region.id, e.row.id)
	return answered{call: e, requestID: requestID, err: err}
}

// scheduleCalls makes the calls of a region that may be made now, the most urgent first.
func (a *accountRun) scheduleCalls(g *region, now time.Time) {
	if a.unpaid != nil || a.cap != capAllowed || a.sweepsOn(g, now) {
		return
	}
	for g.calling < a.policy.Concurrency && a.phases[calling] < callsInFlight && g.ready.Len() > 0 {
		r := g.ready.first()
		if now.Sub(r.look) > a.freshFor() {
			a.lookAtOld(g, now)
			return
		}
		if a.schedule(r, now); r.phase != ready {
			continue
		}
		slot, wait := g.act.Reserve(now)
		if wait > 0 {
			a.wakeAt(now.Add(wait))
			return
		}
		a.call(r, slot, now)
	}
}

// sweepsOn tells whether the next page of the region's sweep is to come soon. What is started meanwhile leaves the list of the stopped,
// and where ECS counts its pages within that list, the next page would leave out as many. Half of the time is left to call in.
func (a *accountRun) sweepsOn(g *region, now time.Time) bool {
	until := g.sweptAt.Add(patience)
	if !a.deadline.IsZero() {
		until = earliest(until, a.halfTime())
	}
	if g.sweep == nil || g.sweep.over || !now.Before(until) {
		return false
	}
	a.wakeAt(until)
	return true
}

// lookAtOld has the next rows looked at again, as many as one look shows.
func (a *accountRun) lookAtOld(g *region, now time.Time) {
	for range PageSize {
		if r := g.ready.first(); r == nil || now.Sub(r.look) <= a.freshFor() {
			return
		}
		a.wait(g.ready.first(), now, whyNothing)
	}
}

// call sends a row's call.
func (a *accountRun) call(r *row, slot pace.Slot, now time.Time) {
	if r.since.IsZero() {
		r.since = now
	}
	a.move(r, calling, whyNothing)
	a.do(call{row: r, slot: slot, sent: now, notAfter: r.look.Add(a.freshFor())})
}

func (e answered) onto(a *accountRun, now time.Time) {
	r := e.row
	g := r.region
	a.move(r, looking, whyNothing) // for a moment: what follows says where it goes
	if e.unsent {
		g.act.Return(e.slot)
		a.schedule(r, now)
		return
	}
	a.calls++
	err := asError(opReActivate, e.err)
	a.pace(&g.act, e.slot, err, now)
	a.onAnswer(r, e.requestID, err, e.sent, now)
}

// reaction is what a refusal of a call leads to. The zero value ends the row as failed.
type reaction struct {
	again  bool          // it is called again, after a look and a pause
	mayRun bool          // the call may have worked
	lasts  bool          // also within its wait alone, since the state may last
	pause  time.Duration // from the refusal to the next call
	look   time.Duration // from the refusal to the look that tells what the call did; 0: it did nothing
}

// reactionTo is the table of docs/reference.md, but for throttling, which is the pacer's matter, and arrears, which is the account's.
func (a *accountRun) reactionTo(r *row, class Class) reaction {
	switch class { //nolint:exhaustive // the others end the row
	case ClassTransient: // 0.5, 1, 2 … s
		pause := Backoff(int(r.failures))
		return reaction{again: true, mayRun: true, pause: pause, look: pause}
	case ClassConflict: // it may run by now, so it is looked at long before it is called again
		return reaction{again: true, lasts: true, pause: a.policy.Retry << min(r.conflicts, 1), look: Backoff(1)}
	case ClassCapacity:
		return reaction{again: true, lasts: true, pause: 2 * a.policy.Retry}
	}
	return reaction{}
}

// onAnswer decides what a row comes to, now that ECS has answered its call, sent at a time.
func (a *accountRun) onAnswer(r *row, requestID string, err *Error, sent, now time.Time) {
	r.err = err
	switch {
	case err != nil && err.Class == ClassThrottled:
		a.schedule(r, now)
		return
	case err != nil && err.Op == opAssumeRole && err.Class.Passing(): // nothing was sent, so it is no attempt
		r.notBefore = now.Add(Backoff(3))
		a.wait(r, r.notBefore, whyPause)
		return
	case err != nil && err.Op == opAssumeRole:
		a.finish(r, OutcomeFailed, err)
		return
	}
	r.attempts++
	if a.broke && provesMoney(err) {
		a.sign(now)
	}
	switch {
	case err == nil:
		a.accept(r, requestID, now)
	case err.Class == ClassArrears:
		a.onArrears(r, err, sent, now)
	default:
		a.onRefusal(r, err, now)
	}
}

func (a *accountRun) onRefusal(r *row, err *Error, now time.Time) {
	if err.Class != ClassTransient || a.unpaid == nil { // one that tried the money in vain does not count
		r.failures++
	}
	to := a.reactionTo(r, err.Class)
	r.lasting, r.mayRun, r.notBefore = to.lasts, r.mayRun || to.mayRun, now.Add(to.pause)
	if err.Class == ClassConflict {
		r.conflicts++
		// It may have lost its lock, and with it all others of the account, so those in their grace are called after the look at it.
		a.doubtUntil = now.Add(2 * Backoff(1))
	}
	switch {
	case !to.again:
		a.finish(r, OutcomeFailed, err)
	case to.look == 0:
		a.schedule(r, now)
	default:
		a.wait(r, now.Add(to.look), whyPause)
	}
}

// accept has a row whose call ECS took watched.
func (a *accountRun) accept(r *row, requestID string, now time.Time) {
	g := r.region
	r.requestID, r.taken, r.since = requestID, true, now
	a.move(r, watched, whyStarting)
	if due := now.Add(min(pollDelay(g.rounds), r.want.wait)); g.pollAt.IsZero() || due.Before(g.pollAt) {
		g.pollAt = due
	}
}
