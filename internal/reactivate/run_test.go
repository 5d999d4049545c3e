package reactivate

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// These tests play Run itself, in a bubble: what its loops, slots and timers add to the steps.

func TestRunBringsBack(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{id: "1", requests: []Request{by(SourceManual, simID(0))}, instances: overdueOnes(1, nil)}}}
	got := s.run().Results[0]
	want := Result{
		InstanceID: simID(0), AccountID: "1", RegionID: "cn-hangzhou", Name: "web", Verdict: VerdictReactivate, Outcome: OutcomeReactivated,
		Before: StatusStopped, After: StatusRunning, Attempts: 1, RequestID: "r",
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRunReturnsAtItsDeadline(t *testing.T) {
	s := &sim{t: t, limit: 3 * time.Second, policy: Policy{Attempts: 1}, accounts: []*simAccount{{
		requests: []Request{by(SourceManual, simID(0))}, instances: overdueOnes(1, nil),
	}}}
	s.latency = func(*query) time.Duration { return time.Hour }
	report := s.run()
	if got := report.Results[0]; got.Outcome != OutcomeDeferred || got.Reason != ReasonTimeUp || s.at() != 3*time.Second || len(report.Errors) != 1 {
		t.Errorf("got %+v after %v, errors %v; want deferred after 3 s", got, s.at(), report.Errors)
	}
}

// lateECS answers calls when told to, though the time is up.
type lateECS struct {
	simECS
	answer chan struct{}
}

func (f lateECS) ReActivateInstances(context.Context, string, string) (string, error) {
	<-f.answer
	return "r", nil
}

func TestAnAnswerIsReadThoughTheTimeIsUp(t *testing.T) {
	for range 300 { // which of the two comes first is a matter of chance, and rarely the one that hurts
		synctest.Test(t, func(t *testing.T) {
			s := &sim{t: t, inBubble: true, start: time.Now(), accounts: []*simAccount{{instances: overdueOnes(16, nil)}}}
			s.prepare()
			late := lateECS{simECS{s, s.accounts[0], nil}, make(chan struct{})}
			time.AfterFunc(time.Minute, func() { close(late.answer) })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			r := &Reactivator{Own: Account{ECS: late}, Policy: s.policy}
			if report := r.Run(ctx, []Request{by(SourceManual, simIDs(16)...)}); report.Counts[OutcomeAccepted] != 16 {
				t.Errorf("got %v, want 16 accepted: ECS took the calls", report.Counts)
			}
		})
	}
}

// TestACallThatWaitedTooLongForItsTurnIsNotMade fills the run's slots with calls that hang, while the looks of the others grow old.
func TestACallThatWaitedTooLongForItsTurnIsNotMade(t *testing.T) {
	s := &sim{t: t, policy: Policy{Concurrency: 128, Retry: 100 * time.Millisecond}, requests: []Request{by(SourceManual)}, accounts: []*simAccount{
		{id: "2", instances: overdueOnes(128, nil)}, {id: "1", instances: overdueOnes(1, nil)},
	}}
	var looked, oldest time.Duration
	s.judge = func(q *query) {
		switch {
		case q.account.id != "1":
		case q.describes() && q.answered:
			looked = q.sent
		case q.calls("") && !q.answered:
			oldest = max(oldest, s.at()-looked)
		}
	}
	s.latency = func(q *query) time.Duration {
		switch {
		case q.calls("") && q.account.id == "2":
			return 10 * time.Second
		case q.account.id == "2":
			return time.Millisecond
		}
		return 20 * time.Millisecond
	}
	s.run()
	if calls := slices.DeleteFunc(s.calls, func(c simCall) bool { return c.id != simID(0) }); len(calls) < 2 || oldest > 2*s.policy.Retry {
		t.Errorf("called on a look %v old, want at most %v", oldest, 2*s.policy.Retry)
	}
}

func TestProgressSaysWhereARunStands(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: 12 * time.Second}, requests: []Request{by(SourceTimer)}, accounts: []*simAccount{{
		instances: overdueOnes(5, func(_ int, in *simInstance) { in.starts = time.Minute }),
	}}}
	throttled := map[string]bool{}
	s.fault = func(q *query) *Error {
		if q.calls("") && !throttled[q.ids[0]] {
			throttled[q.ids[0]] = true
			return errThrottled
		}
		return nil
	}
	var seen []Progress
	s.progress = func(p Progress) { seen = append(seen, p) }
	s.run()
	if len(seen) < 10 || seen[0].Grace != 5 || seen[0].Left != 5 || seen[5].Watching != 5 || seen[2].Rate < 1 || seen[5].Throttled < 5 {
		t.Errorf("got %+v", seen)
	}
}

// TestTheMostUrgentGoesFirst, of those that wait for a slot. Nobody waits to know the order.
func TestTheMostUrgentGoesFirst(t *testing.T) {
	const day = 24 * time.Hour
	order := []int{0, 6, 4, 2, 5, 1, 3} // the first is called before the history is known
	s := &sim{t: t, policy: Policy{Concurrency: 1}, accounts: []*simAccount{{
		requests: []Request{by(SourceManual)}, stopped: map[string]time.Duration{simID(1): 9 * day, simID(2): 13 * day, simID(3): 3 * day, simID(4): 14 * day},
		instances: overdueOnes(7, func(i int, in *simInstance) {
			if i == 6 {
				in.onLook = func(_ time.Duration, in *Instance) {
					in.Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"}
				}
			}
		}),
	}}}
	s.play()
	for i, c := range s.calls {
		if want := simID(order[i]); c.id != want && i > 1 || c.at > time.Second {
			t.Errorf("call %d is of %s after %v, want %s", i, c.id, c.at, want)
		}
	}
}
