package reactivate

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

// TestWhatECSAnswers runs one instance through what ECS may answer to its call: docs/reference.md has the table.
func TestWhatECSAnswers(t *testing.T) {
	refusal := func(class cloud.Class) *cloud.Error {
		return &cloud.Error{Op: cloud.OpReActivate, Code: "Code", Class: class}
	}
	ownMoney := refusal(cloud.ClassArrears)
	ownMoney.InstanceOnly = true
	noSession := &cloud.Error{Op: cloud.OpAssumeRole, Code: "Throttling", Class: cloud.ClassTransient}
	noRole := &cloud.Error{Op: cloud.OpAssumeRole, Code: "NoPermission", Class: cloud.ClassDenied}
	lost, first, conflict := firstly(1, errTransient), firstly(1, errTransient), firstly(2, errConflict)
	tell(t, []story{
		{name: "taken", rows: "0 reactivated", calls: "0s"},
		{name: "no answer, then taken", fault: firstly(2, errTransient), rows: "0 reactivated x3", calls: "0s 1s 2s"},
		{name: "no answer for ever", fault: firstly(99, errTransient), rows: "0 failed transient x5"},
		{name: "the answer lost, but the call worked", lost: firstly(1, errTransient), rows: "0 recovered"},
		{name: "a slow start after a lost answer is watched, and is no recovery", lost: firstly(1, errTransient), fleet: starting(time.Hour), rows: "0 accepted", calls: "0s"},
		{name: "one that runs after a lost answer", lost: firstly(1, errTransient), fleet: starting(time.Minute), rows: "0 recovered", calls: "0s"},
		{name: "the deadline finds one starting without a clear answer", lost: firstly(1, errTransient), fleet: starting(time.Hour), limit: time.Minute,
			rows: "0 accepted"},
		{name: "throttled after a lost answer, without a wait: one failure of five", requests: waits(0), fault: func(q *query) *cloud.Error {
			if err := lost(q); err != nil || !q.calls("") || q.sent > 80*time.Second {
				return err
			}
			return errThrottled
		}, rows: "0 accepted x2"},
		{name: "a conflict, for it runs already", lost: firstly(1, errConflict), rows: "0 recovered", by: 5 * time.Second},
		{name: "a conflict once, and then a slow start", fault: firstly(1, errConflict), fleet: starting(grace10 - 1), rows: "0 reactivated x2", calls: "0s 30s"},
		{name: "a conflict for ever: after 30 s, 60 s, 60 s, until the attempts are used up", fault: firstly(99, errConflict),
			rows: "0 failed conflict x5", calls: "0s 30s 1m30s 2m30s 3m30s"},
		{name: "no answer, then a conflict: 30 s after it", fault: func(q *query) *cloud.Error { return cmp.Or(first(q), conflict(q)) }, rows: "0 reactivated x3", calls: "0s 1s 31s"},
		{name: "a conflict for ever: within the wait", policy: Policy{Wait: 80 * time.Second}, fault: firstly(99, errConflict), rows: "0 failed conflict x2", calls: "0s 30s"},
		{name: "sold out: a minute apart", fault: firstly(2, errSoldOut), rows: "0 reactivated x3", calls: "0s 1m0s 2m0s", looks: 3 + 3},
		{name: "sold out for longer than the wait", policy: Policy{Wait: 30 * time.Second}, fault: firstly(99, errSoldOut), rows: "0 failed capacity", calls: "0s"},
		{name: "a pause that does not fit ends the run at once", limit: 100 * time.Second, fault: firstly(9, errSoldOut), rows: "0 deferred time-up capacity x2", by: 75 * time.Second},
		{name: "no money, after so long that its look is old", paid: []time.Duration{0}, latency: slow(65*time.Second, func(q *query) bool { return q.calls("") }),
			rows: "0 awaiting-payment arrears", calls: "0s"},
		{name: "no money for its image: the others are called", policy: Policy{Concurrency: 1}, fleet: overdueOnes(2, nil), fault: firstly(1, ownMoney),
			rows: "0 awaiting-payment arrears, 1 reactivated", calls: "0s 0s"},
		{name: "no money at the deadline, while it is looked at", limit: 31 * time.Second, requests: []Request{by(SourceBilling)}, paid: []time.Duration{0},
			latency: slow(5*time.Second, func(q *query) bool { return q.sent > 10*time.Second }), rows: "0 awaiting-payment arrears"},
		{name: "unknown", fault: firstly(1, refusal(cloud.ClassUnknown)), rows: "0 failed unknown", calls: "0s"},
		{name: "no session, then one: no attempt", fault: firstly(7, noSession), rows: "0 reactivated", calls: "8 from 0s to 14s"},
		{name: "never a session: the role is refused", fault: firstly(1, noRole), rows: "0 failed denied", calls: "0s"},
	})
}

// TestItIsWatchedForAsLongAsAsked watches an instance that was called, with few looks.
func TestItIsWatchedForAsLongAsAsked(t *testing.T) {
	tell(t, []story{
		{name: "until it runs", fleet: starting(8 * time.Minute), looks: 29, rows: "0 reactivated", by: 8*time.Minute + maxPoll + time.Second},
		{name: "until the wait is over", fleet: starting(11 * time.Minute), looks: 40, rows: "0 accepted", by: grace10 + time.Second},
		{name: "one look without a wait", requests: waits(0), fleet: starting(time.Minute), rows: "0 accepted", by: time.Second},
		{name: "one look is enough where it is quick", requests: waits(0), fleet: starting(1), rows: "0 reactivated", by: time.Second},
		{name: "the longest wait that is asked for counts", requests: slices.Concat(waits(0), waits(grace10), waits(0)), rows: "0 reactivated"},
		{name: "a thousand with one look at a time, while none of them runs", fleet: overdueOnes(1000, func(_ int, in *simInstance) { in.starts = 3 * time.Minute }),
			looks: 40, rows: "[reactivated:1000]"},
		{name: "a thousand that start quickly are seen as quickly", fleet: overdueOnes(1000, nil), looks: 15, rows: "[reactivated:1000]", calls: "1000 from 0s to 1s", by: 4200 * time.Millisecond},
		{name: "each until its own wait is over", fleet: overdueOnes(1000, func(_ int, in *simInstance) { in.starts = time.Hour }), requests: waits(time.Minute),
			rows: "[accepted:1000]", by: 65 * time.Second},
		{name: "or once more when the time is nearly up", limit: 2 * time.Minute, fleet: overdueOnes(1000, func(i int, in *simInstance) {
			if i >= 150 {
				in.starts = time.Hour
			}
		}), rows: "[accepted:850 reactivated:150]"},
	})
}

// TestWhatFallsBack plays an instance that starts after our call and is then Stopped again.
func TestWhatFallsBack(t *testing.T) {
	falls := func(after time.Duration, onLook func(time.Duration, *cloud.Instance)) []*simInstance {
		return one(func(in *simInstance) { in.starts, in.falls, in.onLook = time.Hour, after, onLook })
	}
	stopped := func(starts time.Duration, when func(look int, at time.Duration) bool) []*simInstance { // according to looks that lag behind
		look := 0
		return one(func(in *simInstance) {
			in.starts, in.onLook = starts, func(at time.Duration, in *cloud.Instance) {
				if look++; when(look, at) {
					in.Status, in.Locks = cloud.StatusStopped, []string{"financial"}
				}
			}
		})
	}
	once := func(_ int, at time.Duration) bool { return at >= 4*time.Second && at < 5*time.Second }
	several := func(_ int, at time.Duration) bool { return at >= 4*time.Second && at < 8900*time.Millisecond }
	twice := func(look int, _ time.Duration) bool { return look == 4 || look == 8 }
	first := func(_ int, at time.Duration) bool { return at < 30*time.Second }
	tell(t, []story{
		{name: "it does", fleet: falls(3*time.Second, nil), rows: "0 failed fell-back", calls: "0s", by: 20 * time.Second},
		{name: "without its lock", fleet: falls(3*time.Second, unlockedAfter(time.Second)), rows: "0 failed fell-back", calls: "0s", by: 20 * time.Second},
		{name: "after a call whose answer was lost", fleet: falls(3*time.Second, nil), lost: firstly(1, errTransient), rows: "0 failed fell-back", calls: "0s", by: 20 * time.Second},
		{name: "after its wait", requests: waits(5 * time.Second), fleet: falls(4*time.Second, nil), rows: "0 failed fell-back", calls: "0s", by: 30 * time.Second},
		{name: "no wait, and no time to see it", requests: waits(0), fleet: falls(time.Minute, nil), rows: "0 accepted", calls: "0s"},
		{name: "one look that lags behind is no fall", fleet: stopped(30*time.Second, once), rows: "0 reactivated", calls: "0s", by: time.Minute},
		{name: "nor are some within less than 5 s", fleet: stopped(30*time.Second, several), rows: "0 reactivated", calls: "0s", by: time.Minute},
		{name: "nor are two, with one between them that shows it starting", fleet: stopped(time.Minute, twice), rows: "0 reactivated", calls: "0s"},
		{name: "nor after a call whose answer was lost", fleet: stopped(time.Minute, twice), lost: firstly(1, errTransient), rows: "0 recovered", calls: "0s"},
		{name: "it was never seen to start", fleet: stopped(time.Minute, first), rows: "0 reactivated", calls: "0s"},
	})
}

// TestALaterLook plays later looks that fail, or show something else than the first.
func TestALaterLook(t *testing.T) {
	later := func(q *query) bool { return q.describes() && q.sent > time.Second }
	called := func(q *query) bool { return q.describes() && !q.first() }
	sweep, grace, slowPace := []Request{by(SourceTimer)}, Policy{Grace: grace10}, Policy{MaxQPS: 1, Concurrency: 1}
	const forbidden = "cn-hangzhou:Forbidden.RAM"
	tell(t, []story{
		{name: "no answer for good: not called", policy: grace, requests: sweep, fault: refuses(errDown, later), rows: "0 failed transient", calls: "none"},
		{name: "denied: a person must know", policy: grace, requests: sweep, fault: refuses(errForbidden, later), rows: "0 failed denied", errors: forbidden, calls: "none"},
		{name: "denied after the call: nobody may see whether it runs", fault: refuses(errForbidden, called), rows: "0 accepted", errors: forbidden},
		{name: "a busy one that runs after all was never overdue", fleet: seenAs(func(at time.Duration, in *cloud.Instance) {
			if in.Status, in.Locks = cloud.StatusStopping, nil; at > 30*time.Second {
				in.Status = cloud.StatusRunning
			}
		}), requests: []Request{by(SourceManual, simID(0))}, rows: "0 skipped running"},
		{name: "but it has recovered if it was called before it ran", fleet: seenAs(busyUntil(5 * time.Second)), requests: []Request{by(SourceManual, simID(0))},
			lost: firstly(1, errTransient), rows: "0 recovered"},
		{name: "a dry run tells what is over the cap", policy: Policy{Cap: 1}, requests: []Request{with(by(SourceManual), dry)}, fleet: overdueOnes(2, nil), rows: "0 planned over-cap, 1 planned over-cap"},
		{name: "a dry run looks once, however slow the look", requests: []Request{with(by(SourceManual, simID(0)), dry)}, latency: slow(time.Minute, (*query).describes), looks: 1,
			rows: "0 planned"},
		{name: "what was busy has its whole wait when it starts", policy: grace, requests: sweep, fleet: seenAs(func(at time.Duration, in *cloud.Instance) {
			switch {
			case at < time.Second:
				in.Status = cloud.StatusStopping
			case at < 9*time.Minute:
			case at < 11*time.Minute:
				in.Status, in.Locks = cloud.StatusStarting, nil
			default:
				in.Status, in.Locks = cloud.StatusRunning, nil
			}
		}), rows: "0 recovered"},
		{name: "what waits for its pace is looked at again", policy: slowPace, fleet: overdueOnes(100, func(i int, in *simInstance) {
			if i >= 70 {
				in.onLook = taggedFrom(30 * time.Second)
			}
		}), rows: "[reactivated:70 skipped:30]"},
		// the instances that are called leave the list of stopped ones, so that its next page skips as many
		{name: "so are the pages of a slow sweep, when the time is nearly up", limit: 95 * time.Second, policy: slowPace, paging: cloud.PageSize, fleet: overdueOnes(300, nil),
			latency: slow(15*time.Second, func(q *query) bool { return q.describes() && q.ids == nil }), rows: "[accepted:2 deferred:209 reactivated:75]"},
	})
}
