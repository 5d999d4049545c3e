package reactivate_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/reactivate"
)

// hangs is an ECS that answers nothing before its caller gives up after ten seconds.
type hangs struct{ reactivate.ECS }

func (hangs) wait(ctx context.Context, op string) error {
	select {
	case <-time.After(10 * time.Second):
	case <-ctx.Done():
	}
	return &reactivate.Error{Op: op, Class: reactivate.ClassTransient, Message: "no answer in time"}
}

func (h hangs) DescribeInstances(ctx context.Context, _ string, _ reactivate.Query) (reactivate.Page, error) {
	return reactivate.Page{}, h.wait(ctx, "DescribeInstances")
}

func manyRegions(n int) []string {
	var regions []string
	for i := range n {
		regions = append(regions, fmt.Sprintf("cn-region%d", i))
	}
	return regions
}

// TestNobodyWaitsForAStranger has accounts, regions and requests that hang beside one that answers.
func TestNobodyWaitsForAStranger(t *testing.T) {
	regions := append(manyRegions(39), "cn-hangzhou")
	for _, tt := range []struct {
		name    string
		hanging int // accounts
		request reactivate.Request
		within  time.Duration
	}{
		{"two accounts of forty regions hang (B3)", 2, sweep(reactivate.SourceManual), 2 * time.Second},
		{"twenty do", 20, sweep(reactivate.SourceManual), 12 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, _ := many(1)
				f.latency = 20 * time.Millisecond
				r := reactivator(f)
				r.Policy.Regions = regions
				for i := range tt.hanging {
					r.Watched = append(r.Watched, reactivate.Account{ID: fmt.Sprint(10 + i), ECS: hangs{}})
				}
				r.Watched = append(r.Watched, reactivate.Account{ID: "1", ECS: f})
				start := time.Now()
				report := r.Run(t.Context(), []reactivate.Request{tt.request})
				if len(f.calls) != 1 || f.calls[0].at.Sub(start) > tt.within {
					t.Errorf("called %v, want within %v of %v", f.calls, tt.within, start)
				}
				if got, want := len(report.Errors), 40*tt.hanging; got != want {
					t.Errorf("got %d errors, want one per region that hangs: %d", got, want)
				}
			})
		})
	}
}

func TestARegionThatHangsHoldsNoOther(t *testing.T) {
	for _, hanging := range []int{1, 35} {
		synctest.Test(t, func(t *testing.T) {
			f, _ := many(3)
			f.latency = 20 * time.Millisecond
			regions := append(manyRegions(39), "cn-hangzhou")
			f.onDescribe = func(region string, _ reactivate.Query) error {
				for _, dead := range regions[:hanging] {
					if region == dead {
						time.Sleep(10 * time.Second)
						return refuse("DescribeInstances", "", reactivate.ClassTransient)
					}
				}
				return nil
			}
			f.unlocked = true
			r := reactivator(f)
			r.Policy.Regions = regions
			start := time.Now()
			report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
			if report.Counts[reactivate.OutcomeReactivated] != 3 || f.calls[2].at.Sub(start) > time.Second {
				t.Errorf("%d hang: got %v, called %v, want all three within a second", hanging, report.Counts, f.calls)
			}
		})
	}
}

func TestACallThatHangsHoldsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(20)
		f.latency = 20 * time.Millisecond
		f.onCall = func(in *instance, _ int) (error, bool) {
			if in.ID < ids[15] {
				time.Sleep(10 * time.Second)
				return refuse("ReActivateInstances", "", reactivate.ClassTransient), true
			}
			return nil, false
		}
		f.unlocked = true
		start := time.Now()
		report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
		last := f.callsOf(ids[19])
		if len(last) != 1 || last[0].at.Sub(start) > time.Second {
			t.Errorf("the last called %v, want within a second; %v", last, report.Counts)
		}
	})
}

func TestAStrangersAccountIsNoneOfOurs(t *testing.T) {
	for _, tt := range []struct{ own, account string }{{"", "999"}, {"1", "999"}, {"1", "2"}} {
		synctest.Test(t, func(t *testing.T) {
			f, ids := many(2)
			r := reactivator(f)
			r.Own.ID = tt.own
			r.Watched = []reactivate.Account{{ID: "3", ECS: f}}
			byID, all := named(ids[0]), sweep(reactivate.SourceBilling)
			byID.AccountID, all.AccountID = tt.account, tt.account
			report := r.Run(t.Context(), []reactivate.Request{byID, all})
			if len(f.calls) != 0 || f.describes != 0 || len(report.Errors) == 0 || report.Counts[reactivate.OutcomeFailed] != 1 {
				t.Errorf("own %q, asked for %s: %d calls, %d describes, errors %v, %v", tt.own, tt.account, len(f.calls), f.describes, report.Errors, report.Counts)
			}
			byID.AccountID = "3"
			if report := r.Run(t.Context(), []reactivate.Request{byID}); len(f.calls) != 1 || report.Results[0].AccountID != "3" {
				t.Errorf("a watched account's own: %d calls, %+v", len(f.calls), report.Results)
			}
		})
	}
}

func TestProgressSaysWhereARunStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _ := many(5)
		f.latency = 20 * time.Millisecond
		for _, in := range f.instances {
			in.starts = time.Minute
		}
		r := reactivator(f)
		r.Policy.Grace = 12 * time.Second
		f.onCall = func(_ *instance, calls int) (error, bool) {
			if calls == 1 {
				return refuse("ReActivateInstances", "Throttling.User", reactivate.ClassThrottled), false
			}
			return nil, false
		}
		var seen []reactivate.Progress
		r.Progress = func(p reactivate.Progress) { seen = append(seen, p) }
		r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceTimer)})
		if len(seen) < 10 || seen[0].Grace != 5 || seen[0].Left != 5 || seen[5].Watching != 5 || seen[2].Rate < 1 || seen[5].Throttled < 5 {
			t.Errorf("got %+v", seen)
		}
	})
}

func TestTheMostUrgentGoesFirst(t *testing.T) {
	day := 24 * time.Hour
	for _, tt := range []struct {
		name  string
		edit  func(f *fleet)
		order []int
		by    time.Duration
	}{
		{"the nearest release, the unknown before those with more than three days", nil, []int{3, 1, 4, 0, 2}, time.Minute},
		{"through throttling and transient faults", func(f *fleet) {
			f.onCall = func(_ *instance, calls int) (error, bool) {
				switch calls {
				case 1:
					return refuse("ReActivateInstances", "Throttling.User", reactivate.ClassThrottled), false
				case 2:
					return refuse("ReActivateInstances", "", reactivate.ClassTransient), false
				}
				return nil, false
			}
		}, []int{3, 1, 4, 0, 2}, 10 * time.Minute},
		{"a history that hangs costs no more than a moment", func(f *fleet) {
			f.onHistory = func(ctx context.Context, _, _ string) ([]reactivate.ArrearsEvent, string, error) {
				<-ctx.Done()
				return nil, "", ctx.Err()
			}
		}, []int{0, 1, 2, 3, 4}, 10 * time.Second},
		{"a history that is denied costs nothing", func(f *fleet) {
			f.onHistory = func(context.Context, string, string) ([]reactivate.ArrearsEvent, string, error) {
				return nil, "", refuse("DescribeInstanceHistoryEvents", "Forbidden.RAM", reactivate.ClassDenied)
			}
		}, []int{0, 1, 2, 3, 4}, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, ids := many(5)
				f.latency = 20 * time.Millisecond
				now := time.Now()
				left := map[int]time.Duration{0: 6 * day, 1: 2 * day, 2: 12 * day, 3: day}
				f.onHistory = func(context.Context, string, string) ([]reactivate.ArrearsEvent, string, error) {
					var events []reactivate.ArrearsEvent
					for i, d := range left {
						events = append(events, reactivate.ArrearsEvent{InstanceID: ids[i], Status: "Executed", Finished: now.Add(d - reactivate.ReleaseAfter)})
					}
					return events, "", nil
				}
				if tt.edit != nil {
					tt.edit(f)
				}
				r := reactivator(f)
				r.Policy.Concurrency = 1
				report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
				var order []string
				for _, c := range f.calls {
					if len(order) == 0 || order[len(order)-1] != c.id {
						order = append(order, c.id)
					}
				}
				var want []string
				for _, i := range tt.order {
					want = append(want, ids[i])
				}
				if got := first(order); fmt.Sprint(got) != fmt.Sprint(want) || report.Counts[reactivate.OutcomeReactivated] != 5 {
					t.Errorf("called %v, want %v; %v", got, want, report.Counts)
				}
				if report.Err() != nil || len(report.Errors) != 0 || time.Since(now) > tt.by {
					t.Errorf("ended in %v, %v after %v", report.Err(), report.Errors, time.Since(now))
				}
			})
		})
	}
}

// first are the ids in the order of their first appearance.
func first(ids []string) (once []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			once = append(once, id)
		}
	}
	return once
}

// TestWhatWaitedTooLongForItsPlaceIsLookedAtAgain fills the process's places with calls that hang, while the looks of the others grow old.
func TestWhatWaitedTooLongForItsPlaceIsLookedAtAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead, _ := many(128)
		dead.latency, dead.unlocked = time.Millisecond, true
		dead.onCall = func(*instance, int) (error, bool) {
			time.Sleep(10 * time.Second)
			return refuse("ReActivateInstances", "", reactivate.ClassTransient), true
		}
		f, _ := many(1) // several would wait for their order first
		f.latency = 20 * time.Millisecond
		looked := map[string]time.Time{}
		f.onLook = func(in *instance) { looked[in.ID] = time.Now() }
		oldest := time.Duration(0)
		f.onCall = func(in *instance, _ int) (error, bool) {
			oldest = max(oldest, time.Since(looked[in.ID]))
			return nil, false
		}
		r := reactivator(f)
		r.Policy.Concurrency, r.Policy.Retry = 128, 100*time.Millisecond
		r.Watched = []reactivate.Account{{ID: "2", ECS: dead}, {ID: "1", ECS: f}}
		report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if len(f.calls) != 1 || oldest > 2*r.Policy.Retry+f.latency {
			t.Errorf("called %d on looks up to %v old, want at most %v; %v", len(f.calls), oldest, 2*r.Policy.Retry, report.Counts)
		}
	})
}
