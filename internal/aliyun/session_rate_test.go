package aliyun_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// TestSessionsAreSpaced: never more than 100 calls in a second, however many accounts begin at once, and no call waits without
// need.
func TestSessionsAreSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := aliyun.NewCloud(aliyun.Endpoint{}).WaitForSession
		began := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if err := wait(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				at = append(at, time.Since(began))
			})
		}
		wg.Wait()
		slices.Sort(at)
		for i := range at[100:] {
			if at[i+100]-at[i] <= time.Second {
				t.Fatalf("101 calls in %v", at[i+100]-at[i])
			}
		}
		if at[0] != 0 || at[999] > 13*time.Second {
			t.Errorf("the first after %v and the last after %v, want at once and within 13 s", at[0], at[999])
		}
		time.Sleep(time.Minute)
		before := time.Now()
		for range 9 { // up to a tenth of a second is made up for
			if err := wait(t.Context()); err != nil || time.Since(before) != 0 {
				t.Errorf("later: got %v after %v, want at once", err, time.Since(before))
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := wait(ctx); err == nil || time.Since(before) > time.Millisecond {
			t.Errorf("no time left: got %v after %v, want an error", err, time.Since(before))
		}
	})
}

// TestAssumeRoleWaitsForItsTurn, and no longer than it has time.
func TestAssumeRoleWaitsForItsTurn(t *testing.T) {
	fake, c, creds := cloudOf(t, watchedFleet(trustsUs))
	c.HoldSessions()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Watched(t.Context(), creds, "cn-hangzhou", watchedRole, "s").DescribeRegions(ctx)
	if refused, ok := errors.AsType[*cloud.Error](err); !ok || refused.Op != "AssumeRole" || refused.Class != cloud.ClassTransient {
		t.Errorf("got %v, want it given up as passing", err)
	}
	if calls := fake.Calls(); len(calls) != 0 {
		t.Errorf("got %d calls, want none before its turn", len(calls))
	}
}
