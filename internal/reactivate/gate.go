package reactivate

import (
	"slices"
	"time"

	"reactivate/internal/cloud"
)

// never is what gate returns for a row that may not be called in this run. It is later than any other time.
func never() time.Time { return time.Unix(1<<40, 0) }

// gate returns when a row may be called, and the reason why not before. The call needs a look that was sent at that time or later.
// gate changes nothing.
func (a *accountRun) gate(r *row, now time.Time) (time.Time, why) {
	switch {
	case !r.want.claim.calls():
		return never(), uncalled[r.want.claim]
	case a.cap == capReached:
		return never(), whyOverCap
	case r.spent(a.policy):
		return never(), whySpent
	}
	from, because := r.notBefore, whyPause
	if until := a.graceUntil(r); until.After(from) {
		from, because = until, whyGrace
	}
	if a.unpaid != nil {
		hope := a.hopeUntil(r)
		switch try := earliest(a.tryAt, hope); {
		case !now.Before(hope) && (because != whyGrace || !now.Before(from)):
			return never(), whyUnpaid
		case try.After(from):
			from, because = try, whyUnpaid
		}
	}
	if r.look.Before(from) {
		return from, because
	}
	return a.fallGate(r, now, from)
}

// fallGate holds back an instance that was started after its last stop for arrears, less than a day ago, and is Stopped again. ECS does
// not say who started it, and starting it again and again does not help.
func (a *accountRun) fallGate(r *row, now, from time.Time) (time.Time, why) {
	h, ago := &r.region.history, now.Sub(time.Unix(r.started, 0))
	switch {
	case r.want.person || ago < 0 || ago >= fallMemory:
	case !h.read.closed():
		patience := min(historyTime, a.deadline.Sub(r.first)/2) // the run of a webhook has less time
		return r.first.Add(patience), whyHistory
	case r.known.LastStop > 0 && r.started > r.known.LastStop:
		return never(), whyFell
	}
	return from, whyNothing
}

const (
	fallMemory  = 24 * time.Hour  // how long a start counts
	historyTime = 5 * time.Second // how long a row waits for its history, from its first look
)

// graceUntil is when a row's grace is over. Once the bill is settled, the platform restores each instance to its state before the arrears.
// A call before that would start an instance that its owner had stopped.
func (a *accountRun) graceUntil(r *row) time.Time {
	if r.want.claim != claimGrace {
		return time.Time{}
	}
	return latest(r.first.Add(a.policy.Grace), a.signAt.Add(a.policy.Grace), a.doubtUntil)
}

// hopeUntil is how long a row that a billing event asks for waits for money: billing systems lag behind payments.
func (a *accountRun) hopeUntil(r *row) time.Time {
	if !r.want.hopeful {
		return time.Time{}
	}
	return a.unpaidSince.Add(r.want.wait)
}

// spent tells whether a refused row may not be called again: its attempts are used up, or it was refused for a state that may last and
// its wait is over.
func (r *row) spent(p *Policy) bool {
	lasts := r.err != nil && (r.err.Class == cloud.ClassConflict || r.err.Class == cloud.ClassCapacity)
	return int(r.failures) >= p.Attempts || lasts && !r.notBefore.Before(r.ends())
}

// uncalled is why rows of each claim are not called at all.
var uncalled = [...]why{claimWatch: whyWatch, claimDry: whyDry, claimLook: whyLook}

// freshFor is how old a look may be when a call that relies on it is scheduled. The call may be sent 10 s later, because a session in
// another account may have to be opened first. So with the default Retry no call relies on a look older than a minute.
func (a *accountRun) freshFor() time.Duration { return a.policy.Retry * 5 / 3 }

// schedule makes a row ready if gate allows its call now. Otherwise it plans a look or, if no call is possible in this run, ends the row.
func (a *accountRun) schedule(r *row, now time.Time) {
	from, because := a.gate(r, now)
	if r.failures == 0 {
		r.since = time.Time{} // its wait begins with a refusal of its own
	}
	late := !from.Before(a.deadline)
	switch old := now.Sub(r.look) > a.freshFor(); {
	case late && old && r.want.claim.calls():
		a.wait(r, now, because) // no row ends on an old look
	case late:
		a.end(r, because, now)
	case because == whyGrace:
		a.wait(r, earliest(from, now.Add(a.policy.Grace/graceLooks)), because)
	case r.look.Before(from):
		a.wait(r, from, because)
	case old:
		a.wait(r, now, because)
	case r.phase == ready:
	case a.unpaid != nil:
		a.move(r, ready, whyUnpaid)
	default:
		a.move(r, ready, whyNothing)
	}
}

// graceLooks is how many times a row is looked at during its grace.
const graceLooks = 5

// reasons are the report's reasons for rows that are left to the next sweep on purpose.
var reasons = [whys]Reason{whyLook: ReasonLook, whyWatch: ReasonWatch, whyGrace: ReasonNoGrace}

// end finishes a row that is not called in this run. because says why.
func (a *accountRun) end(r *row, because why, now time.Time) {
	switch because { //nolint:exhaustive // the time is up for the others
	case whyDry:
		if a.policy.DryRun {
			r.reason = ReasonDryRun
		}
		a.finish(r, OutcomePlanned, nil)
	case whyLook, whyWatch, whyGrace:
		r.reason = reasons[because]
		a.finish(r, OutcomeDeferred, r.err)
	case whyOverCap:
		r.verdict = VerdictOverLimit
		a.finish(r, OutcomeSkipped, nil)
	case whyFell:
		a.finish(r, OutcomeFailed, errFellBefore)
	case whySpent:
		a.finish(r, OutcomeFailed, r.err)
	case whyUnpaid:
		if a.phases[calling] > 0 && now.Before(a.tryAt) { // a call under way may still prove that there is money
			a.move(r, ready, because)
			return
		}
		a.finish(r, OutcomeAwaitingPayment, a.unpaid)
	default:
		a.leave(r)
	}
}

func latest(times ...time.Time) time.Time   { return slices.MaxFunc(times, time.Time.Compare) }
func earliest(times ...time.Time) time.Time { return slices.MinFunc(times, time.Time.Compare) }
