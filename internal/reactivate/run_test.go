package reactivate_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/reactivate"
)

func TestRunBringsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{latency: 20 * time.Millisecond, instances: []*instance{overdue("i-00000001")}}
		got := row(t, reactivator(f).Run(t.Context(), []reactivate.Request{named("i-00000001")}))
		want := reactivate.Result{
			InstanceID: "i-00000001", AccountID: "1", RegionID: "cn-hangzhou", Name: "web",
			Verdict: reactivate.VerdictReactivate, Outcome: reactivate.OutcomeReactivated, Before: reactivate.StatusStopped, After: reactivate.StatusRunning,
			Attempts: 1, RequestID: "req-i-00000001",
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestRunOneThousand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(1000)
		f.latency = 20 * time.Millisecond
		start := time.Now()
		report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
		if got, want := report.Counts[reactivate.OutcomeReactivated], 1000; got != want {
			t.Errorf("got %d reactivated, want %d: %v", got, want, report.Counts)
		}
		acting := f.calls[len(f.calls)-1].at.Sub(start)
		if want := 1875 * time.Millisecond; acting > want {
			t.Errorf("acted for %v, want at most %v", acting, want)
		}
		if f.describes > 50 {
			t.Errorf("made %d describes, want at most 50", f.describes)
		}
		t.Log(acting, f.describes, time.Since(start))
	})
}

// TestRunUnderQuota paces by a token bucket, told or not told of a time to wait: within a quarter of the quota's own
// time, or half where the bucket holds next to nothing, and with few throttled calls.
func TestRunUnderQuota(t *testing.T) {
	const n = 400
	for _, tt := range []struct {
		rate, burst float64
		retryAfter  time.Duration
		ratio       float64
	}{
		{20, 20, 0, 1.25}, {20, 20, 100 * time.Millisecond, 1.25},
		{20, 5, 0, 1.25}, {20, 1, 0, 1.5}, {20, 1, 100 * time.Millisecond, 1.5},
		{5, 5, 0, 1.25}, {5, 1, 0, 1.5}, {100, 100, 0, 1.25},
	} {
		t.Run(fmt.Sprint(tt.rate, tt.burst, tt.retryAfter), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, ids := many(n)
				f.latency = 20 * time.Millisecond
				start := time.Now()
				tokens, last, throttled := tt.burst, start, 0
				f.onCall = func(*instance, int) (error, bool) {
					now := time.Now()
					tokens = min(tt.burst, tokens+tt.rate*now.Sub(last).Seconds())
					last = now
					if tokens < 1 {
						throttled++
						e := refuse("ReActivateInstances", "Throttling.User", reactivate.ClassThrottled)
						e.RetryAfter = tt.retryAfter
						return e, false
					}
					tokens--
					return nil, false
				}
				report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
				acting := f.calls[len(f.calls)-1].at.Sub(start).Seconds()
				ratio := acting / ((n - tt.burst) / tt.rate)
				if ratio > tt.ratio || throttled >= n*12/100 || report.Counts[reactivate.OutcomeReactivated] != n {
					t.Errorf("took %.2f of the quota's own time, throttled %d times; want at most %.2f and under %d; %v",
						ratio, throttled, tt.ratio, n*12/100, report.Counts)
				}
			})
		})
	}
}

// TestRunUnderWindow paces by a quota of 60 a minute.
func TestRunUnderWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(150)
		f.latency = 20 * time.Millisecond
		start := time.Now()
		used, throttled := map[int]int{}, 0
		f.onCall = func(*instance, int) (error, bool) {
			minute := int(time.Since(start) / time.Minute)
			if used[minute] >= 60 {
				throttled++
				return refuse("ReActivateInstances", "Throttling.User", reactivate.ClassThrottled), false
			}
			used[minute]++
			return nil, false
		}
		report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
		t.Log(used, throttled, f.describes)
		if len(used) != 3 || throttled >= 60 || report.Counts[reactivate.OutcomeReactivated] != 150 {
			t.Errorf("got %d windows and %d throttled, want 3 and under 60; %v", len(used), throttled, report.Counts)
		}
	})
}

func TestRunReturnsBeforeItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{latency: time.Hour, instances: []*instance{overdue("i-00000001")}}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		got := row(t, reactivator(f).Run(ctx, []reactivate.Request{named("i-00000001")}))
		if got.Outcome != reactivate.OutcomeDeferred {
			t.Errorf("got %+v, want deferred", got)
		}
	})
}

// lateFleet answers calls just when the time is up.
type lateFleet struct {
	*fleet
	answer chan struct{}
}

func (f *lateFleet) ReActivateInstances(context.Context, string, string) (string, error) {
	<-f.answer
	return "r", nil
}

func TestAnAnswerIsReadThoughTheTimeIsUp(t *testing.T) {
	for range 1000 { // which of the two comes first is a matter of chance, and rarely that which hurts
		synctest.Test(t, func(t *testing.T) {
			f, ids := many(16)
			late := &lateFleet{f, make(chan struct{})}
			time.AfterFunc(time.Minute, func() { close(late.answer) })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			r := reactivator(f)
			r.Own.ECS = late
			if report := r.Run(ctx, []reactivate.Request{named(ids...)}); report.Counts[reactivate.OutcomeAccepted] != 16 {
				t.Errorf("got %v, want 16 accepted: ECS took the calls", report.Counts)
			}
		})
	}
}
