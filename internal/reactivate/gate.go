package reactivate

import "time"

// never is the time of what does not happen in this run.
var never = time.Unix(1<<40, 0)

// gate says from when on a row that is overdue may be called, on a look that was sent then or later, and what keeps it until then.
// It reads the row and what is known of the account, and changes nothing.
func (a *accountRun) gate(r *row, now time.Time) (time.Time, why) {
	switch {
	case !r.want.claim.calls():
		return never, uncalled[r.want.claim]
	case a.cap == capReached:
		return never, whyOverCap
	case r.spent(a.policy):
		return never, whySpent
	}
	from, because := r.notBefore, whyPause
	if until := a.graceUntil(r); until.After(from) {
		from, because = until, whyGrace
	}
	if a.unpaid != nil {
		hope := a.hopeUntil(r)
		switch try := earliest(a.tryAt, hope); {
		case !now.Before(hope) && (because != whyGrace || !now.Before(from)):
			return never, whyUnpaid
		case now.Before(hope) && try.After(from):
			from, because = try, whyUnpaid
		}
	}
	if r.look.Before(from) {
		return from, because
	}
	return a.fallGate(r, now, from)
}

// fallGate is the last question before a call: whether the instance was started after its last stop for arrears, less than a day ago,
// and is Stopped again. Who did that, nobody knows, but to start it over and over helps nobody.
func (a *accountRun) fallGate(r *row, now, from time.Time) (time.Time, why) {
	h, ago := &r.region.history, now.Sub(time.Unix(r.started, 0))
	switch {
	case r.want.person || !r.locked || r.started == 0 || ago < 0 || ago >= fallMemory:
	case !h.complete:
		patience := historyTime
		if !a.deadline.IsZero() { // a webhook has less
			patience = min(patience, a.deadline.Sub(r.first)/2)
		}
		if until := r.first.Add(patience); now.Before(until) {
			return until, whyHistory
		}
	case r.executedAt > 0 && r.started > r.executedAt:
		return never, whyFell
	}
	return from, whyNothing
}

const (
	fallMemory  = 24 * time.Hour  // how long a start counts
	historyTime = 5 * time.Second // how long a row waits for its history, from its first look
)

// graceUntil is when the platform has had its time with a row. Settling a bill restores each instance to what it was before the arrears,
// so whoever calls too soon starts what its owner had stopped.
func (a *accountRun) graceUntil(r *row) time.Time {
	if r.want.claim != claimGrace {
		return time.Time{}
	}
	return latest(latest(r.first, a.signAt).Add(a.policy.Grace), a.doubtUntil)
}

// hopeUntil is until when a row waits for money: billing systems lag behind payments.
func (a *accountRun) hopeUntil(r *row) time.Time {
	if !r.want.hopeful {
		return time.Time{}
	}
	return a.unpaidSince.Add(r.want.wait)
}

// spent tells whether a row that was refused is not to be called again: its attempts are used up or, of a state that lasts, its wait is.
func (r *row) spent(p *Policy) bool {
	return int(r.failures) >= p.Attempts || r.lasting && !r.since.IsZero() && !r.notBefore.Before(r.since.Add(r.want.wait))
}

// uncalled is what keeps a row of each claim from being called at all.
var uncalled = [...]why{claimWatch: whyWatch, claimDry: whyDry, claimLook: whyLook, claimNow: whyNothing}

// lookAge is how old a look may be when a call is made on it, and freshFor when the call is scheduled: a session of another account may
// have to be opened before, which takes up to 10 s.
func (a *accountRun) lookAge() time.Duration  { return 2 * a.policy.Retry }
func (a *accountRun) freshFor() time.Duration { return a.lookAge() * 5 / 6 }

// schedule has a row called as soon as gate allows it, and looked at until then.
func (a *accountRun) schedule(r *row, now time.Time) {
	from, because := a.gate(r, now)
	if r.failures == 0 {
		r.since = time.Time{} // what it waited for so far is not its own wait
	}
	late := from.Equal(never) || !a.deadline.IsZero() && !from.Before(a.deadline)
	switch old := now.Sub(r.look) > a.freshFor(); {
	case late && old && r.want.claim.calls() && because != whyOverCap:
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

// graceLooks is how often a row is looked at in its grace.
const graceLooks = 5

// reasons are what the report says of rows that are left to the next sweep on purpose.
var reasons = [whys]Reason{whyLook: ReasonLook, whyWatch: ReasonWatch, whyGrace: ReasonNoGrace}

// end finishes a row that is not called in this run, by what keeps it from that.
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
			a.stale = true
			return
		}
		a.finish(r, OutcomeAwaitingPayment, a.unpaid)
	default:
		a.leave(r, ReasonTimeUp)
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
