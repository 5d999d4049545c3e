package reactivate

import (
	"context"
	"math"
	"time"
)

// Watching costs one describe a hundred instances and round: rounds are a second apart at first and half a
// minute later, and a round looks at the next hundred only while the last brought news.
const (
	minPoll   = time.Second
	maxPoll   = 30 * time.Second
	pollRatio = 1.25 // of one interval to the one before
	farFuture = 24 * time.Hour
)

// wakeAt is when the lane has something to do though nothing is answered.
func (a *action) wakeAt() time.Time {
	at := time.Now().Add(farFuture)
	if !a.looking {
		if !a.pollAt.IsZero() {
			at = earlier(at, a.pollAt)
		}
		for _, r := range a.doubt {
			at = earlier(at, r.due)
		}
	}
	if arrears, _ := a.lane.account.awaitsPayment(); arrears != nil && len(a.todo) > 0 {
		probe, since := a.lane.account.nextProbe()
		if time.Now().Before(probe) {
			at = earlier(at, probe)
		}
		at = earlier(at, since.Add(a.wait(a.todo[0])))
	}
	return at
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// lookIfDue starts the next look: at the rows in doubt that are due, filled up with those watched.
func (a *action) lookIfDue(ctx context.Context) {
	if a.looking {
		return
	}
	now := time.Now()
	var rows, rest []*row
	for _, r := range a.doubt {
		if len(rows) < PageSize && !r.due.After(now.Add(minPoll/4)) {
			rows = append(rows, r)
			continue
		}
		rest = append(rest, r)
	}
	if len(rows) == 0 && (a.pollAt.IsZero() || a.pollAt.After(now)) {
		return
	}
	a.doubt = rest
	n := min(PageSize-len(rows), len(a.watched))
	rows = append(rows, a.watched[:n]...)
	a.watched = a.watched[n:]
	a.looking = true
	go func() {
		found, err := a.lane.look(ctx, ids(rows), 1)
		a.looks <- look{rows, found, err}
	}()
}

// see does what a look asks for.
func (a *action) see(l look) {
	a.looking = false
	news := false
	for _, r := range l.rows {
		switch {
		case !r.acceptedAt.IsZero():
			news = a.seeAccepted(r, l) || news
		case l.err != nil:
			a.notSeen(r)
		default:
			a.seeDoubtful(r, l.found[r.InstanceID])
		}
	}
	a.planPoll(news)
}

// seeAccepted tells whether an accepted row was seen Running at last.
func (a *action) seeAccepted(r *row, l look) bool {
	if in := l.found[r.InstanceID]; in != nil {
		r.After = in.Status
	}
	if r.After == StatusRunning {
		a.settle(r, OutcomeReactivated, nil)
		return true
	}
	if time.Since(r.acceptedAt) >= a.wait(r) {
		a.settle(r, OutcomeAccepted, nil)
		return false
	}
	a.watched = append(a.watched, r)
	return false
}

// planPoll sets the next look at those watched: at once while looks bring news, else an interval later, and no later than
// the first wait is over.
func (a *action) planPoll(news bool) {
	a.pollAt = time.Time{}
	if len(a.watched) == 0 {
		return
	}
	now := time.Now()
	if news {
		a.pollAt = now
		return
	}
	a.rounds++
	a.pollAt = now.Add(pollDelay(a.rounds))
	for _, r := range a.watched {
		a.pollAt = earlier(a.pollAt, r.acceptedAt.Add(a.wait(r)))
	}
}

// pollDelay is how long to wait after so many looks that brought no news.
func pollDelay(looks int) time.Duration {
	return time.Duration(min(float64(minPoll)*math.Pow(pollRatio, float64(looks)), float64(maxPoll)))
}

// notSeen puts a row that a failed look did not show back in doubt, or gives it up.
func (a *action) notSeen(r *row) {
	if r.unseen++; r.unseen < a.lane.policy.Attempts {
		a.question(r, backoff(r.unseen))
		return
	}
	a.settle(r, OutcomeDeferred, r.Err)
}

// seeDoubtful decides what a row in doubt comes to, now that it was seen.
func (a *action) seeDoubtful(r *row, in *Instance) {
	r.unseen, r.looks = 0, r.looks+1
	r.judge(a.lane.policy, in)
	switch r.Verdict {
	case VerdictReactivate:
		a.tryAgain(r)
	case VerdictRunning:
		if r.After == StatusStarting && a.mayWait(r) {
			a.question(r, pollDelay(r.looks))
			return
		}
		a.settle(r, cameBack(r), nil)
	case VerdictBusy:
		if a.mayWait(r) {
			a.question(r, pollDelay(r.looks))
			return
		}
		a.settle(r, OutcomeDeferred, r.Err)
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

// mayWait tells whether a row in doubt may be looked at once more.
func (a *action) mayWait(r *row) bool { return time.Since(a.started) < a.wait(r) }

// tryAgain calls a row that is still to be reactivated, if its attempts and the cap allow: one more time after a
// conflict, as often as configured after a passing fault.
func (a *action) tryAgain(r *row) {
	switch {
	case r.Attempts >= a.lane.policy.Attempts || r.conflicts > 1:
		a.settle(r, OutcomeFailed, r.Err)
	case r.Attempts == 0 && !a.plan.withinCap():
		r.Verdict = VerdictOverLimit
		a.settle(r, OutcomeSkipped, nil)
	default:
		a.todo = append(a.todo, r)
	}
}
