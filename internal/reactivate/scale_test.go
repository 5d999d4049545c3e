package reactivate_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/reactivate"
)

// sessions is an ECS whose account's first call waits for a session, of which there are so many a second, of all accounts.
type sessions struct {
	*fleet
	spaced *spaced
	had    atomic.Bool
}

// spaced lets its callers go one by one.
type spaced struct {
	interval time.Duration

	mu      sync.Mutex
	next    time.Time
	waiting int
	most    int // that have ever waited at once
}

func (s *spaced) wait(ctx context.Context) {
	s.mu.Lock()
	at := time.Now()
	if s.next.After(at) {
		at = s.next
	}
	s.next = at.Add(s.interval)
	s.waiting++
	s.most = max(s.most, s.waiting)
	s.mu.Unlock()
	select {
	case <-time.After(time.Until(at)):
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
}

func (s *sessions) DescribeInstances(ctx context.Context, region string, q reactivate.Query) (reactivate.Page, error) {
	if !s.had.Swap(true) {
		s.spaced.wait(ctx)
	}
	return s.fleet.DescribeInstances(ctx, region, q)
}

// thousand is a reactivator of so many accounts with one overdue instance each, and their fleets.
func thousand(n int, spaced *spaced) (*reactivate.Reactivator, []*fleet) {
	r := reactivator(nil)
	var fleets []*fleet
	for i := range n {
		f := &fleet{latency: 20 * time.Millisecond, instances: []*instance{overdue("i-00000001")}}
		fleets = append(fleets, f)
		r.Watched = append(r.Watched, reactivate.Account{ID: fmt.Sprint(1000 + i), ECS: &sessions{fleet: f, spaced: spaced}})
	}
	return r, fleets
}

// TestTheFirstOfAThousandAccountsIsActedInAtOnce, and does not wait until the last is searched. Few wait for a session at a time.
func TestTheFirstOfAThousandAccountsIsActedInAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spaced := &spaced{interval: time.Second / 85}
		r, fleets := thousand(1000, spaced)
		start := time.Now()
		report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if got := report.Counts[reactivate.OutcomeReactivated]; got != 1000 {
			t.Fatalf("got %v, want all reactivated", report.Counts)
		}
		var first, last time.Duration = time.Hour, 0
		for _, f := range fleets {
			first, last = min(first, f.calls[0].at.Sub(start)), max(last, f.calls[0].at.Sub(start))
		}
		if first > 100*time.Millisecond || last > 12*time.Second {
			t.Errorf("the first was called after %v and the last after %v, want 100 ms and 12 s", first, last)
		}
		if spaced.most > 64 {
			t.Errorf("%d accounts waited for a session at once, want at most 64", spaced.most)
		}
	})
}

// TestManyAccountsThatHangKeepNoSeat has more accounts hang than are searched at once.
func TestManyAccountsThatHangKeepNoSeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, fleets := thousand(1, &spaced{})
		healthy := r.Watched
		r.Watched = nil
		for i := range 300 {
			r.Watched = append(r.Watched, reactivate.Account{ID: fmt.Sprint(5000 + i), ECS: hangs{}})
		}
		r.Watched = append(r.Watched, healthy...)
		start := time.Now()
		report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if calls := fleets[0].calls; len(calls) != 1 || calls[0].at.Sub(start) > 6*time.Second {
			t.Errorf("called %v, want within 6 s of %v", calls, start)
		}
		if len(report.Errors) != 300 {
			t.Errorf("got %d errors, want one per account that hangs", len(report.Errors))
		}
	})
}

// TestWhatWasNotSearchedInTimeIsInTheReport: an account that got no seat is no account in which nothing is overdue.
func TestWhatWasNotSearchedInTimeIsInTheReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := thousand(1000, &spaced{interval: time.Second / 85})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		report := r.Run(ctx, []reactivate.Request{sweep(reactivate.SourceManual)})
		if got := len(report.Results) + len(report.Errors); got != 1000 {
			t.Errorf("got %d rows and %d errors, want each account in one of them", len(report.Results), len(report.Errors))
		}
		if len(report.Results) < 200 || len(report.Errors) < 700 {
			t.Errorf("got %d rows and %d errors, want 3 s of the 12 to be used", len(report.Results), len(report.Errors))
		}
	})
}

// TestAnAccountIsClosedWhenItsRunIsOver, once, whatever becomes of the others, and not before its last call.
func TestAnAccountIsClosedWhenItsRunIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, fleets := thousand(2, &spaced{})
		fleets[1].instances[0].starts = time.Minute
		start := time.Now()
		var closed [2]atomic.Int64
		for i := range r.Watched {
			r.Watched[i].Close = func() {
				if closed[i].Swap(int64(time.Since(start))) != 0 {
					t.Errorf("account %d is closed twice", i)
				}
			}
		}
		r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if first, second := time.Duration(closed[0].Load()), time.Duration(closed[1].Load()); first < time.Second || first > 10*time.Second || second < time.Minute {
			t.Errorf("closed after %v and %v, want each when its instance runs", first, second)
		}
	})
}
