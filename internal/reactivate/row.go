package reactivate

import (
	"math"
	"time"
)

// row is one instance on its way through the run:
//
//	found by a first look -> pending (to be looked at when due) <-> ready (to be called) -> called -> watched -> settled
//
// What happens to it stands in this file, in that order; when it may be called, in account.go.
type row struct {
	Result
	region *region    // nil until it is found
	named  []*Request // those that name it
	place  [4]int32   // in the report: the request, the account, the region, the order of finding

	// What is asked of it, by all requests that are in earnest together.
	wait    time.Duration // the longest
	dry     bool          // none is
	force   bool          // one lifts VerdictNotOverdue
	patient bool          // the platform goes first: none but sweeps that no person asked for
	hopeful bool          // a billing event says that money is on its way

	overdue   bool // at the first look
	locked    bool // at the last look: it is still overdue
	settled   bool
	mayRun    bool // a call of ours may have worked though its answer was lost
	lasting   bool // the last call that counts against the attempts met a state that may last
	ranBefore bool // its history shows that it ran before the arrears
	urgency   int8 // of its release: the lower goes first

	looks     int32 // that showed it on its way, and no news
	failures  int32 // calls that count against the attempts
	conflicts int32 // of these, those that ECS refused for the instance's state

	startTime  time.Time
	firstLook  time.Time // when it was answered
	lookedAt   time.Time // when the last look that showed it was sent
	due        time.Time // of a pending row: its next look
	callAt     time.Time // no call before, nor on a look before
	waitsSince time.Time // when its wait began: it could be called, or was on its way; zero before
	acceptedAt time.Time // when ECS took our call; zero before

	twice   *Error  // ECS shows it in two regions: it is left alone
	forbids Verdict // ECS shows it twice, and once so: it is left alone; "": not so
}

// sight writes a first look into the row.
func (r *row) sight(p *Policy, g *region, in *Instance, claims []*Request, at, now time.Time) {
	r.region, r.RegionID = g, g.id
	r.dry, r.patient = p.dry(claims[0]), true
	for _, req := range claims {
		wait := p.Wait
		if req.Wait != nil {
			wait = *req.Wait
		}
		r.wait = max(r.wait, wait)
		r.force = r.force || req.Force
		r.hopeful = r.hopeful || req.Source == SourceBilling
		r.patient = r.patient && req.needsGrace()
	}
	r.firstLook, r.startTime = now, in.StartTime
	r.judge(p, in, at)
	r.Before, r.overdue = in.Status, in.Overdue()
}

// sightAgain takes in that a second look shows an instance that is on its way already: the more forbidding word counts.
func (a *accountRun) sightAgain(r *row, in *Instance, sent, now time.Time) {
	switch verdict := a.policy.Check(in, r.force); {
	case r.settled || !r.acceptedAt.IsZero() || verdict == VerdictReactivate:
		return
	case verdict == VerdictRunning || verdict == VerdictBusy:
		r.callAt = latest(r.callAt, now) // not before a look of its own
	default:
		r.forbids = verdict
	}
	if r.locked && !in.Overdue() && sent.After(r.lookedAt) && !r.mayRun {
		a.onSettlement(now)
		return
	}
	a.requeue(now)
}

// left tells whether the row is to be left alone, since ECS contradicts itself.
func (r *row) left() bool { return r.twice != nil || r.forbids != "" }

// leaveAlone settles a row of which ECS contradicts itself.
func (a *accountRun) leaveAlone(r *row) {
	if r.twice != nil {
		a.settle(r, OutcomeFailed, r.twice)
		return
	}
	r.Verdict = r.forbids
	a.settle(r, OutcomeSkipped, nil)
}

// judge writes what a look shows into the row; a nil instance is one that ECS does not know.
func (r *row) judge(p *Policy, in *Instance, at time.Time) {
	r.Verdict, r.lookedAt, r.locked = p.Check(in, r.force), at, false
	if in == nil {
		return
	}
	r.Name, r.After, r.locked = in.Name, in.Status, in.Overdue() && in.Status != StatusRunning
}

// admit sends a row that the first look found on its way.
func (a *accountRun) admit(r *row, now time.Time) {
	switch {
	case r.left():
		a.leaveAlone(r)
	case r.dry && r.Verdict == VerdictReactivate:
		a.settle(r, OutcomePlanned, nil)
	case r.Verdict == VerdictReactivate:
		a.queue(r, now)
	case r.Verdict == VerdictBusy && !r.dry:
		r.waitsSince = now
		a.pend(r, now.Add(minPoll))
	default:
		a.settle(r, OutcomeSkipped, nil)
	}
}

// onLook decides what a row comes to, now that it was seen again.
func (a *accountRun) onLook(r *row, in *Instance, at, now time.Time) {
	if !r.acceptedAt.IsZero() {
		a.onWatch(r, in, now)
		return
	}
	wasOverdue := r.locked
	r.judge(a.policy, in, at)
	if wasOverdue && !r.locked && in != nil && (!r.mayRun || a.arrears != nil) {
		a.onSettlement(now) // nobody but the platform lifts the lock, nor a call of ours without money
	}
	if r.locked {
		r.region.history.want(now)
	}
	switch r.Verdict {
	case VerdictReactivate:
		if r.exhausted(a.policy) {
			a.settle(r, OutcomeFailed, r.Err)
			return
		}
		a.queue(r, now)
	case VerdictRunning:
		if in.Status == StatusRunning {
			a.settle(r, cameBack(r), nil)
			return
		}
		a.lookLater(r, now)
	case VerdictBusy:
		a.lookLater(r, now)
	case VerdictUnknown, VerdictMissing, VerdictSecurityLocked, VerdictSubscription, VerdictLocked, VerdictNotOverdue, VerdictExcluded, VerdictOverLimit:
		a.settle(r, OutcomeSkipped, nil)
	}
}

// cameBack is the outcome of a row that runs though no call of ours was answered with success.
func cameBack(r *row) Outcome {
	if r.overdue || r.Attempts > 0 {
		return OutcomeRecovered
	}
	return OutcomeSkipped
}

// lookLater has a row that is on its way looked at again, while its wait lasts.
func (a *accountRun) lookLater(r *row, now time.Time) {
	if r.waitsSince.IsZero() {
		r.waitsSince = now
	}
	if now.Sub(r.waitsSince) < r.wait {
		r.looks++
		a.pend(r, now.Add(pollDelay(int(r.looks))))
		return
	}
	a.leave(r)
}

// fails counts a call against the attempts.
func (r *row) fails(err *Error) {
	r.failures++
	r.lasting = err.Class == ClassConflict || err.Class == ClassCapacity
}

// exhausted tells whether a row that was refused is not to be called again: its attempts are used up or, of a state that lasts, its
// wait is.
func (r *row) exhausted(p *Policy) bool {
	return int(r.failures) >= p.Attempts || r.lasting && !r.waitsSince.IsZero() && !r.callAt.Before(r.waitsSince.Add(r.wait))
}

// onAnswer decides what a row comes to, now that ECS has answered its call, sent at a time.
func (a *accountRun) onAnswer(r *row, requestID string, err *Error, sent, now time.Time) {
	if err != nil && err.Class == ClassThrottled {
		r.Err = err
		a.queue(r, now)
		return
	}
	r.Attempts++
	if a.arrears != nil && provesMoney(err) {
		a.onSettlement(now)
	}
	if r.Err = err; err == nil {
		a.accept(r, requestID, now)
		return
	}
	switch err.Class {
	case ClassArrears:
		a.onArrears(r, err, sent, now)
	case ClassTransient:
		if r.mayRun = true; a.arrears == nil { // one that tried the money in vain is none the worse
			r.fails(err)
		}
		r.callAt = now.Add(backoff(max(int(r.failures), 1)))
		a.pend(r, r.callAt)
	case ClassConflict:
		// The documents say that an instance being recycled may fail and is to be tried later. But it may run by now, or have lost
		// its lock, and with it all others of the account: look soon, and before any patient row is called.
		r.fails(err)
		if r.patient {
			a.doubtedAt = now.Add(2 * backoff(1))
			a.requeue(now)
		}
		r.callAt = now.Add(a.policy.Retry << min(r.conflicts, 1))
		r.conflicts++
		a.pend(r, now.Add(backoff(1)))
	case ClassCapacity:
		r.fails(err)
		if r.callAt = now.Add(2 * a.policy.Retry); r.exhausted(a.policy) {
			a.settle(r, OutcomeFailed, err)
			return
		}
		a.pend(r, r.callAt)
	case ClassLocked, ClassDenied, ClassUnsupported, ClassNotFound, ClassInvalid, ClassUnknown, ClassThrottled:
		a.settle(r, OutcomeFailed, err)
	}
}

// provesMoney tells whether an answer to a call shows that ECS does not want money first, whatever else it says. A refusal of who
// we are says nothing of the money.
func provesMoney(err *Error) bool {
	return err == nil || err.Op == opReActivate && err.Class != ClassArrears && err.Class != ClassThrottled && err.Class != ClassTransient && err.Class != ClassDenied
}

// onArrears notes that ECS wants money first: for this instance's image or disks, or from the account.
func (a *accountRun) onArrears(r *row, err *Error, sent, now time.Time) {
	if err.InstanceOnly {
		a.settle(r, OutcomeAwaitingPayment, err)
		return
	}
	a.refused(err, sent, now, a.policy.Retry)
	r.callAt, r.waitsSince = now, time.Time{} // should money come, a look goes before the next call
	a.queue(r, now)
	a.requeue(now)
}

// accept has a row whose call ECS took watched.
func (a *accountRun) accept(r *row, requestID string, now time.Time) {
	g := r.region
	r.RequestID, r.acceptedAt = requestID, now
	g.watched = append(g.watched, r)
	if due := now.Add(min(pollDelay(g.rounds), r.wait)); g.pollAt.IsZero() || due.Before(g.pollAt) {
		g.pollAt = due
	}
}

// onWatch settles an accepted row that runs, or whose wait is over.
func (a *accountRun) onWatch(r *row, in *Instance, now time.Time) {
	if in != nil {
		r.After = in.Status
	}
	switch {
	case r.After == StatusRunning:
		a.settle(r, OutcomeReactivated, nil)
	case now.Sub(r.acceptedAt) >= r.wait:
		a.settle(r, OutcomeAccepted, nil)
	default:
		r.region.watched = append(r.region.watched, r)
	}
}

// leave says how far a row came that must be left: its wait or the run's time is over.
func (a *accountRun) leave(r *row) {
	switch {
	case !r.acceptedAt.IsZero(), r.mayRun && r.After == StatusStarting:
		a.settle(r, OutcomeAccepted, nil)
	case a.arrears != nil && r.Verdict == VerdictReactivate:
		a.settle(r, OutcomeAwaitingPayment, a.arrears)
	default:
		a.settle(r, OutcomeDeferred, r.Err)
	}
}

// settle ends the row's way.
func (a *accountRun) settle(r *row, outcome Outcome, err *Error) {
	r.Outcome, r.Err, r.settled = outcome, err, true
	a.unsettled--
}

// Watching costs one describe per hundred instances and round: rounds are a second apart at first and half a minute later, and a
// round looks at the next hundred only while the last brought news.
const (
	minPoll   = time.Second
	maxPoll   = 30 * time.Second
	pollRatio = 1.25 // of one interval to the one before
)

// pollDelay is how long to wait after so many looks that brought no news.
func pollDelay(looks int) time.Duration {
	return time.Duration(min(float64(minPoll)*math.Pow(pollRatio, float64(looks)), float64(maxPoll)))
}

// backoff is the pause after so many failures: 0.5, 1, 2 … 15 s.
func backoff(failures int) time.Duration {
	return min(time.Second/2<<min(failures-1, 5), 15*time.Second)
}
