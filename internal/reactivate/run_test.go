package reactivate

import (
	"context"
	"fmt"
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

func TestRunOneThousand(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual, simIDs(1000)...)}, instances: overdueOnes(1000, nil)}}}
	report := s.run()
	if got, want := report.Counts[OutcomeReactivated], 1000; got != want {
		t.Errorf("got %d reactivated, want %d: %v", got, want, report.Counts)
	}
	if acting, want := s.calls[len(s.calls)-1].at, 1875*time.Millisecond; acting > want || s.looks > 50 {
		t.Errorf("acted for %v with %d looks, want at most %v and 50", acting, s.looks, want)
	}
}

// TestRunUnderQuota paces by a token bucket, with and without a time to wait in its answers: within a quarter of the quota's own time, or
// half where the bucket holds next to nothing, and with few throttled calls.
func TestRunUnderQuota(t *testing.T) {
	const n = 400
	for _, tt := range []struct {
		rate, burst float64
		retryAfter  time.Duration
		ratio       float64
	}{
		{20, 20, 0, 1.25}, {20, 20, 100 * time.Millisecond, 1.25},
		{20, 5, 0, 1.25}, {20, 1, 0, 1.5}, {20, 1, 100 * time.Millisecond, 1.5},
		{5, 5, 0, 1.25}, {5, 1, 0, 1.5},
	} {
		t.Run(fmt.Sprint(tt.rate, tt.burst, tt.retryAfter), func(t *testing.T) {
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual, simIDs(n)...)}, instances: overdueOnes(n, nil)}}}
			tokens, last, throttled := tt.burst, time.Duration(0), 0
			s.fault = func(q *query) *Error {
				if !q.calls("") {
					return nil
				}
				tokens = min(tt.burst, tokens+tt.rate*(s.at()-last).Seconds())
				last = s.at()
				if tokens < 1 {
					throttled++
					return &Error{Op: opReActivate, Code: "Throttling.User", Class: ClassThrottled, RetryAfter: tt.retryAfter}
				}
				tokens--
				return nil
			}
			report := s.run()
			ratio := s.calls[n-1].at.Seconds() / ((n - tt.burst) / tt.rate)
			if ratio > tt.ratio || throttled >= n*12/100 || report.Counts[OutcomeReactivated] != n {
				t.Errorf("took %.2f of the quota's own time, throttled %d times; want at most %.2f and under %d; %v",
					ratio, throttled, tt.ratio, n*12/100, report.Counts)
			}
		})
	}
}

// TestRunUnderWindow paces by a quota of 60 a minute.
func TestRunUnderWindow(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual, simIDs(150)...)}, instances: overdueOnes(150, nil)}}}
	used, throttled := map[time.Duration]int{}, 0
	s.fault = func(q *query) *Error {
		if !q.calls("") {
			return nil
		}
		if minute := s.at() / time.Minute; used[minute] < 60 {
			used[minute]++
			return nil
		}
		throttled++
		return errThrottled
	}
	report := s.run()
	if len(used) != 3 || throttled >= 60 || report.Counts[OutcomeReactivated] != 150 {
		t.Errorf("got %d windows and %d throttled, want 3 and under 60; %v", len(used), throttled, report.Counts)
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

// TestOneCannotBlockAnother has accounts, regions and calls that hang beside some that answer.
func TestOneCannotBlockAnother(t *testing.T) {
	var regions []string
	for i := range 39 {
		regions = append(regions, fmt.Sprintf("cn-region%d", i))
	}
	regions = append(regions, "cn-hangzhou")
	for _, tt := range []struct {
		name   string
		shut   int // accounts beside the one that answers
		hangs  func(q *query) bool
		within time.Duration // the last call of what does not hang
		errors int
	}{
		{"two accounts of forty regions", 2, func(q *query) bool { return q.account.id != "1" }, 2 * time.Second, 80},
		{"twenty", 20, func(q *query) bool { return q.account.id != "1" }, 12 * time.Second, 800},
		{"a region", 0, func(q *query) bool { return q.region == regions[0] }, time.Second, 1},
		{"most regions", 0, func(q *query) bool { return slices.Contains(regions[:35], q.region) }, time.Second, 35},
		{"most calls", 0, func(q *query) bool { return q.calls("") && q.ids[0] < simID(15) }, time.Second, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Regions: regions}, accounts: []*simAccount{}}
			for i := range tt.shut {
				s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(10 + i)})
			}
			s.accounts = append(s.accounts, &simAccount{id: "1", instances: overdueOnes(20, nil)})
			s.requests = []Request{by(SourceManual)}
			s.latency = func(q *query) time.Duration {
				if tt.hangs(q) {
					return 10 * time.Second
				}
				return 20 * time.Millisecond
			}
			s.fault = func(q *query) *Error {
				if tt.hangs(q) {
					return &Error{Op: q.op, Class: ClassTransient, Message: "no answer in time"}
				}
				return nil
			}
			report := s.run()
			last := time.Hour
			for _, c := range s.calls {
				if c.id == simID(19) {
					last = c.at
				}
			}
			if last > tt.within || len(report.Errors) != tt.errors || report.Counts[OutcomeReactivated] < 5 {
				t.Errorf("called the last after %v, %d errors; want within %v, %d; %v", last, len(report.Errors), tt.within, tt.errors, report.Counts)
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
