package reactivate_test

import (
	"context"
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
			Verdict: reactivate.Reactivate, Outcome: reactivate.Reactivated, Before: reactivate.Stopped, After: reactivate.Running,
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
		if got, want := report.Counts[reactivate.Reactivated], 1000; got != want {
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

// TestRunUnderQuota paces by a token bucket, told of no time to wait.
func TestRunUnderQuota(t *testing.T) {
	for _, retryAfter := range []time.Duration{0, 100 * time.Millisecond} {
		t.Run(retryAfter.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, ids := many(400)
				f.latency = 20 * time.Millisecond
				start := time.Now()
				tokens, last, throttled := 20.0, start, 0
				f.onCall = func(*instance, int) (error, bool) {
					now := time.Now()
					tokens = min(20, tokens+20*now.Sub(last).Seconds())
					last = now
					if tokens < 1 {
						throttled++
						e := refuse("ReActivateInstances", "Throttling.User", reactivate.Throttled)
						e.RetryAfter = retryAfter
						return e, false
					}
					tokens--
					return nil, false
				}
				report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
				acting := f.calls[len(f.calls)-1].at.Sub(start)
				t.Log(acting, throttled, f.describes)
				if want := 19 * time.Second * 5 / 4; acting > want || throttled > 40 || report.Counts[reactivate.Reactivated] != 400 {
					t.Errorf("got %v and %d throttled, want at most %v and 40; %v", acting, throttled, want, report.Counts)
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
				return refuse("ReActivateInstances", "Throttling.User", reactivate.Throttled), false
			}
			used[minute]++
			return nil, false
		}
		report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
		t.Log(used, throttled, f.describes)
		if len(used) != 3 || throttled >= 60 || report.Counts[reactivate.Reactivated] != 150 {
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
		if got.Outcome != reactivate.Deferred {
			t.Errorf("got %+v, want deferred", got)
		}
	})
}
