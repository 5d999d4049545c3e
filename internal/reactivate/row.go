package reactivate

import (
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
)

// row is one instance in a run. phase says where it is, and only move changes it. gate says when it may be called. A row has no field
// that its region or account already has, because a sweep may hold a hundred thousand rows.
type row struct {
	id, name string
	region   *region  // nil until a look shows it
	want     want     // of all requests together
	place    [3]int32 // in its account: the request, the region, the order of finding

	phase phase
	why   why
	pos   int32     // in the queue of its phase
	due   time.Time // its next look, while it is waiting

	// What looks have shown.
	verdict       Verdict
	before, after cloud.Status // at the first look and at the last
	first         time.Time    // when the first was answered
	look          time.Time    // when the last look that showed it was sent
	started       int64        // ECS's own StartTime, in Unix seconds; 0: not known
	ipBefore, ip  string       // its public address at the first look and at the last
	group         string       // its scaling group
	overdue       bool         // at the first look
	locked        bool         // at the last look: still overdue
	rose          bool         // a look after a call of ours showed it Starting
	fellAt        time.Time    // when the first look that then showed it Stopped was sent; zero: none did

	known   arrears.Known // what its history says
	urgency int8          // of its call; the lowest goes first

	// What came of calls.
	attempts  int32
	failures  int32     // of these, those that count against the policy's attempts
	conflicts int32     // of these, those that were conflicts
	mayRun    bool      // a call may have worked although its answer was lost
	notBefore time.Time // no call before this time, and none on a look that was sent before it
	since     time.Time // when its wait began: when it was called, was seen starting or stopping, or ECS took our call
	taken     bool      // ECS took our call
	requestID string    // of that call

	outcome Outcome
	reason  Reason
	err     *cloud.Error // the last refusal
}

// The pause between two looks at a row on its way to another status: a third of the time that it has waited so far, from minPoll to maxPoll.
const (
	minPoll = time.Second
	maxPoll = 30 * time.Second
)

// see records what a look shows; in is nil for an instance that it does not show. The verdict stays what it was before the call that
// ECS took.
func (r *row) see(p *Policy, in *cloud.Instance, sent time.Time) {
	if r.look = sent; !r.taken {
		r.verdict, r.locked = p.Check(in, r.want.force), false
	}
	if in == nil {
		return
	}
	r.name, r.after, r.ip, r.group = in.Name, in.Status, in.PublicIP, in.ScalingGroup()
	if !in.StartTime.IsZero() && !r.taken {
		r.started = in.StartTime.Unix()
	}
	r.locked = in.Overdue() && in.Status != cloud.StatusRunning
	r.rose = r.rose || r.attempts > 0 && in.Status == cloud.StatusStarting
}

// onFirstLook handles the look that found a row, and decides what happens to the row next.
func (a *accountRun) onFirstLook(r *row, in *cloud.Instance, sent, now time.Time) {
	r.see(a.policy, in, sent)
	r.first, r.before, r.ipBefore, r.overdue = now, in.Status, in.PublicIP, in.Overdue()
	if r.overdue {
		a.wantHistory(r.region, now)
	}
	a.foresee(r)
	switch {
	case r.verdict == VerdictReactivate:
		a.schedule(r, now)
	case r.verdict != VerdictBusy || r.want.claim == claimDry:
		a.finish(r, OutcomeSkipped, nil)
	case !r.want.claim.calls():
		a.end(r, uncalled[r.want.claim], now)
	default:
		a.lookLater(r, now)
	}
}

// onLook decides what happens to a row after another look; in is nil if the look does not show it.
func (a *accountRun) onLook(r *row, in *cloud.Instance, sent, now time.Time) {
	wasLocked := r.locked
	r.see(a.policy, in, sent)
	if wasLocked && !r.locked && in != nil && !r.taken && (!r.mayRun || a.unpaid != nil) {
		a.sign(now) // the platform has lifted the lock: no call of ours can have done it
	}
	if r.locked {
		a.wantHistory(r.region, now)
	}
	switch {
	case in != nil && in.Status == cloud.StatusStopped && r.rose:
		a.fell(r, sent, now)
	case in != nil && in.Status == cloud.StatusRunning:
		a.finish(r, r.cameBack(), nil)
	case r.taken || r.verdict == VerdictRunning || r.verdict == VerdictBusy:
		a.lookLater(r, now)
	case r.verdict == VerdictReactivate:
		a.schedule(r, now)
	default:
		a.finish(r, OutcomeSkipped, nil)
	}
}

// cameBack is the outcome of a row that runs.
func (r *row) cameBack() Outcome {
	switch {
	case r.taken:
		return OutcomeReactivated
	case r.overdue || r.attempts > 0:
		return OutcomeRecovered
	}
	return OutcomeSkipped
}

// lookLater plans another look at a row that is on its way to another status, until its wait is over.
func (a *accountRun) lookLater(r *row, now time.Time) {
	r.fellAt = time.Time{}
	if r.since.IsZero() {
		r.since = now
	}
	waited, ends := now.Sub(r.since), r.ends()
	if a.cap == capReached || !now.Before(ends) && !r.look.Before(r.since) {
		a.leave(r)
		return
	}
	because := whyStarting
	if r.verdict == VerdictBusy {
		because = whyBusy
	}
	a.wait(r, earliest(now.Add(min(max(waited/3, minPoll), maxPoll)), ends), because)
}

// ends is when a row's wait is over.
func (r *row) ends() time.Time { return r.since.Add(r.want.wait) }

var (
	errFell       = &cloud.Error{Op: cloud.OpReActivate, Class: cloud.ClassFellBack, Message: "it started after a call, and was then seen Stopped again"}
	errFellBefore = &cloud.Error{Op: cloud.OpDescribe, Class: cloud.ClassFellBack, Message: "it was started after its last stop for arrears, less than a day ago, and is Stopped again"}
)

// fell handles a row that rose after our call and is Stopped. Two looks at least 5 s apart (with the default Retry) prove a fall, because
// one alone may be answered by a server that lags behind. The second look takes place also after the row's wait.
func (a *accountRun) fell(r *row, sent, now time.Time) {
	apart := a.policy.Retry / 6
	if r.fellAt.IsZero() {
		r.fellAt = sent
	}
	if sent.Sub(r.fellAt) < apart {
		a.wait(r, now.Add(apart), whyStarting)
		return
	}
	a.finish(r, OutcomeFailed, errFell)
}

// leave ends a row whose wait or time is over, or that could not be looked at. The outcome says how far the row came.
func (a *accountRun) leave(r *row) {
	switch {
	case r.phase == done:
	case r.taken, r.mayRun && r.after == cloud.StatusStarting:
		a.finish(r, OutcomeAccepted, nil)
	case a.unpaid != nil && r.verdict == VerdictReactivate:
		a.finish(r, OutcomeAwaitingPayment, a.unpaid)
	default:
		r.reason = ReasonTimeUp
		a.finish(r, OutcomeDeferred, r.err)
	}
}

// finish gives a row its outcome.
func (a *accountRun) finish(r *row, outcome Outcome, err *cloud.Error) {
	r.outcome, r.err = outcome, err
	a.move(r, done, whyNothing)
	if r.verdict == VerdictBusy && r.want.claim.calls() {
		a.busyLeft++
	}
}
