package reactivate

import (
	"context"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// call is the effect that calls one row. answered is its answer.
type (
	call struct {
		row      *row
		slot     pace.Slot
		sent     time.Time
		notAfter time.Time // when its look becomes too old
	}
	answered struct {
		call
		requestID string
		err       error
		unsent    bool // it was not sent: the time was up, or its look had become too old
	}
)

func (e call) do(ctx context.Context, ecs cloud.ECS) event {
	if ctx.Err() != nil || time.Now().After(e.notAfter) {
		return answered{call: e, unsent: true}
	}
	requestID, err := ecs.ReActivateInstances(ctx, e.row.region.id, e.row.id)
	return answered{call: e, requestID: requestID, err: err}
}

// scheduleCalls makes the calls that a region may make now, the most urgent first.
func (a *accountRun) scheduleCalls(g *region, now time.Time) {
	if a.unpaid != nil || a.cap != capAllowed || a.awaitsSweep(g, now) {
		return
	}
	for g.calling.Len() < a.policy.Concurrency && a.phases[calling] < callsInFlight && g.ready.Len() > 0 {
		r := g.ready.rows[0]
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

// awaitsSweep tells whether calls must wait for the next page of the region's sweep. A started instance leaves the list of stopped
// instances. If ECS counts its pages within that list, the next page would skip as many instances as were started. Calls wait no
// longer than patience after the last page, and not beyond half of the run's time.
func (a *accountRun) awaitsSweep(g *region, now time.Time) bool {
	if !g.sweep.open() {
		return false
	}
	return a.early(earliest(g.sweep.told.Add(patience), a.halfTime()), now)
}

// call sends a row's call.
func (a *accountRun) call(r *row, slot pace.Slot, now time.Time) {
	if r.since.IsZero() {
		r.since = now
	}
	a.move(r, calling, whyNothing)
	a.effects = append(a.effects, call{row: r, slot: slot, sent: now, notAfter: r.look.Add(a.freshFor())})
}

func (e answered) onto(a *accountRun, now time.Time) {
	r := e.row
	g := r.region
	a.move(r, looking, whyNothing) // until its next phase is decided below
	if e.unsent {
		g.act.Return(e.slot)
		a.schedule(r, now)
		return
	}
	err := cloud.AsError(cloud.OpReActivate, e.err)
	pacedBy(&g.act, e.slot, err, now)
	a.onAnswer(r, e.requestID, err, e.sent, now)
}

// pauses are the times from a refusal to the next call, and to the look that shows what the refused call did. Without a next call the row
// has failed; without a look the call did nothing. This is the table of error classes in docs/reference.md, without throttling, which the
// pacer handles, and arrears, which onArrears handles.
func (a *accountRun) pauses(r *row, class cloud.Class) (call, look time.Duration) {
	switch class { //nolint:exhaustive // the others end the row
	case cloud.ClassTransient: // 0.5, 1, 2 … s
		return pace.Backoff(int(r.failures)), pace.Backoff(int(r.failures))
	case cloud.ClassConflict: // it may run by now, so the look comes long before the next call
		return a.policy.Retry << min(r.conflicts, 1), pace.Backoff(1)
	case cloud.ClassCapacity:
		return 2 * a.policy.Retry, 0
	}
	return 0, 0
}

// onAnswer decides what happens to a row after the answer to its call; sent is when the call was sent.
func (a *accountRun) onAnswer(r *row, requestID string, err *cloud.Error, sent, now time.Time) {
	r.err = err
	switch {
	case err != nil && err.Class == cloud.ClassThrottled:
		a.schedule(r, now)
		return
	case err != nil && err.Op == cloud.OpAssumeRole && err.Class.Passing(): // ECS was not called, so this is not an attempt
		r.notBefore = now.Add(pace.Backoff(3))
		a.wait(r, r.notBefore, whyPause)
		return
	case err != nil && err.Op == cloud.OpAssumeRole:
		a.finish(r, OutcomeFailed, err)
		return
	}
	r.attempts++
	if a.broke && provesMoney(err) {
		a.sign(now)
	}
	switch {
	case err == nil:
		r.requestID, r.taken, r.since = requestID, true, now
		a.lookLater(r, now)
	case err.Class == cloud.ClassArrears:
		a.onArrears(r, err, sent, now)
	default:
		a.onRefusal(r, err, now)
	}
}

func (a *accountRun) onRefusal(r *row, err *cloud.Error, now time.Time) {
	if a.unpaid == nil { // a try of the money whose answer was lost does not count
		r.failures++
	}
	call, look := a.pauses(r, err.Class)
	r.notBefore, r.mayRun = now.Add(call), r.mayRun || err.Class == cloud.ClassTransient
	if err.Class == cloud.ClassConflict {
		// The platform may have lifted the locks of the whole account. So rows in their grace are called only after the look at this one.
		a.doubtUntil = now.Add(2 * look)
		r.conflicts++
	}
	switch {
	case call == 0:
		a.finish(r, OutcomeFailed, err)
	case look == 0:
		a.schedule(r, now)
	default:
		a.wait(r, now.Add(look), whyPause)
	}
}
