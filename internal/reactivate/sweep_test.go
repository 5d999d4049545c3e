package reactivate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/reactivate"
)

// many are n overdue instances and their ids.
func many(n int) (*fleet, []string) {
	f := &fleet{}
	var ids []string
	for i := range n {
		id := fmt.Sprintf("i-%08d", i)
		ids = append(ids, id)
		f.instances = append(f.instances, overdue(id))
	}
	return f, ids
}

func sweep(source reactivate.Source) reactivate.Request {
	return reactivate.Request{Sweep: true, Source: source}
}

func TestASweepGivesThePlatformItsGrace(t *testing.T) {
	settle := func(in *instance, status reactivate.Status) { in.Status, in.Locks = status, nil }
	for _, tt := range []struct {
		name    string
		source  reactivate.Source
		after   func(*instance) // what the platform does half-way through the grace
		outcome reactivate.Outcome
		verdict reactivate.Verdict
		calls   int
		waits   bool
	}{
		{"still overdue", reactivate.SourceTimer, nil, reactivate.OutcomeReactivated, reactivate.VerdictReactivate, 1, true},
		{"brought back by the platform", reactivate.SourceBilling, func(in *instance) { settle(in, reactivate.StatusRunning) }, reactivate.OutcomeRecovered, reactivate.VerdictRunning, 0, true},
		{"on its way back", reactivate.SourceTimer, func(in *instance) { settle(in, reactivate.StatusStarting) }, reactivate.OutcomeRecovered, reactivate.VerdictRunning, 0, true},
		{"its owner had stopped it", reactivate.SourceTimer, func(in *instance) { settle(in, reactivate.StatusStopped) }, reactivate.OutcomeSkipped, reactivate.VerdictNotOverdue, 0, true},
		{"a person does not wait", reactivate.SourceManual, nil, reactivate.OutcomeReactivated, reactivate.VerdictReactivate, 1, false},
		{"nor over HTTP", reactivate.SourceHTTP, nil, reactivate.OutcomeReactivated, reactivate.VerdictReactivate, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, _ := many(1)
				start := time.Now()
				f.onLook = func(in *instance) {
					if tt.after != nil && time.Since(start) > 5*time.Minute {
						tt.after(in)
					}
				}
				r := reactivator(f)
				r.Policy.Grace = 10 * time.Minute
				got := row(t, r.Run(t.Context(), []reactivate.Request{sweep(tt.source)}))
				if got.Outcome != tt.outcome || got.Verdict != tt.verdict || len(f.calls) != tt.calls {
					t.Errorf("got %s, %s, %d calls; want %s, %s, %d", got.Verdict, got.Outcome, len(f.calls), tt.verdict, tt.outcome, tt.calls)
				}
				if waited := time.Since(start) >= r.Policy.Grace; waited != tt.waits {
					t.Errorf("waited %v, want %v", waited, tt.waits)
				}
			})
		})
	}
}

func TestAGraceThatDoesNotFitDefers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _ := many(1)
		r := reactivator(f)
		r.Policy.Grace = 10 * time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		report := r.Run(ctx, []reactivate.Request{sweep(reactivate.SourceTimer)})
		if got := row(t, report); got.Outcome != reactivate.OutcomeDeferred || len(f.calls) != 0 || got.Reason != reactivate.ReasonNoGrace {
			t.Errorf("got %+v after %d calls, want deferred for want of a grace, after none", got, len(f.calls))
		}
	})
}

func TestASweepShowsWhateverCarriesTheLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _ := many(3)
		f.instances[0].Locks = []string{"financial", "security"}
		f.instances[1].Locks = nil
		f.instances[2].Tags = map[string]string{"reactivate": "never"}
		report := reactivator(f).Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if got, want := fmt.Sprintln(report.Results[0].Verdict, report.Results[1].Verdict, len(report.Results)), "security-locked excluded 2\n"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestADryRunChangesNothing(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*reactivate.Reactivator, *reactivate.Request)
	}{
		{"asked for", func(_ *reactivate.Reactivator, req *reactivate.Request) { req.DryRun = true }},
		{"configured", func(r *reactivate.Reactivator, _ *reactivate.Request) { r.Policy.DryRun = true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, _ := many(2)
				f.instances[1].Status = reactivate.StatusPending
				r, req := reactivator(f), named("i-00000000", "i-00000001")
				tt.edit(r, &req)
				report := r.Run(t.Context(), []reactivate.Request{req})
				if report.Counts[reactivate.OutcomePlanned] != 1 || report.Counts[reactivate.OutcomeSkipped] != 1 || !report.DryRun || len(f.calls) != 0 {
					t.Errorf("got %+v after %d calls", report, len(f.calls))
				}
			})
		})
	}
}

func TestTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(3)
		r := reactivator(f)
		r.Policy.Cap = 2
		report := r.Run(t.Context(), []reactivate.Request{named(ids...)})
		if report.Counts[reactivate.OutcomeSkipped] != 3 || report.Results[0].Verdict != reactivate.VerdictOverLimit || len(f.calls) != 0 {
			t.Errorf("got %+v after %d calls, want none called", report.Results, len(f.calls))
		}
		if _, ok := errors.AsType[*reactivate.LimitError](report.Err()); !ok {
			t.Errorf("got %v, want a LimitError", report.Err())
		}
		if report := r.Run(t.Context(), []reactivate.Request{named(ids[:2]...)}); report.Counts[reactivate.OutcomeReactivated] != 2 {
			t.Errorf("got %v, want 2 reactivated within the cap", report.Counts)
		}
	})
}

func TestMissingIsToldFromMayNotLook(t *testing.T) {
	for _, tt := range []struct {
		name    string
		blind   bool
		verdict reactivate.Verdict
		outcome reactivate.Outcome
		denied  bool
	}{
		{"not there", false, reactivate.VerdictMissing, reactivate.OutcomeSkipped, false},
		{"may not look", true, reactivate.VerdictUnknown, reactivate.OutcomeFailed, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fleet{blind: tt.blind}
				report := reactivator(f).Run(t.Context(), []reactivate.Request{named("i-00000001")})
				got := row(t, report)
				_, denied := errors.AsType[*reactivate.DeniedError](report.Err())
				if got.Verdict != tt.verdict || got.Outcome != tt.outcome || denied != tt.denied || (len(report.Errors) == 1) != tt.denied {
					t.Errorf("got %+v, errors %v, %v", got, report.Errors, report.Err())
				}
			})
		})
	}
	t.Run("an empty sweep", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			report := reactivator(&fleet{blind: true}).Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
			if _, ok := errors.AsType[*reactivate.DeniedError](report.Err()); !ok {
				t.Errorf("got %v, want a DeniedError", report.Err())
			}
		})
	})
}

func TestOneRegionsFailureIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _ := many(2)
		f.instances[1].region = "cn-beijing"
		f.onDescribe = func(region string, _ reactivate.Query) error {
			if region == "cn-shenzhen" {
				return refuse("DescribeInstances", "ServiceUnavailable", reactivate.ClassTransient)
			}
			return nil
		}
		r := reactivator(f)
		r.Policy.Regions = nil
		f.regions = []string{"cn-hangzhou", "cn-beijing", "cn-shenzhen"}
		report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if report.Counts[reactivate.OutcomeReactivated] != 2 || len(report.Errors) != 1 || report.Errors[0].RegionID != "cn-shenzhen" {
			t.Errorf("got %v, %v", report.Counts, report.Errors)
		}
		if _, ok := errors.AsType[*reactivate.UnfinishedError](report.Err()); !ok {
			t.Errorf("got %v, want an UnfinishedError", report.Err())
		}
	})
}

func TestIDsAreLookedForInAllRegions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(2)
		f.instances[1].region = "cn-beijing"
		r := reactivator(f)
		r.Policy.Regions = []string{"cn-hangzhou", "cn-beijing"}
		report := r.Run(t.Context(), []reactivate.Request{named(append(ids, "i-99999999")...)})
		if report.Counts[reactivate.OutcomeReactivated] != 2 || report.Results[2].Verdict != reactivate.VerdictMissing || report.Results[1].RegionID != "cn-beijing" {
			t.Errorf("got %+v", report.Results)
		}
	})
}

func TestNoElementLendsItsFlagsToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(2)
		f.instances[1].Locks = nil // its owner stopped it
		dry := named(ids[0])
		dry.DryRun = true
		forced := named(ids[0])
		forced.Force = true
		report := reactivator(f).Run(t.Context(), []reactivate.Request{dry, named(ids...), forced})
		if len(report.Results) != 2 || report.Results[0].Outcome != reactivate.OutcomeReactivated || report.Results[1].Verdict != reactivate.VerdictNotOverdue {
			t.Errorf("got %+v", report.Results)
		}
	})
}

func TestAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, _ := many(1)
		watched, _ := many(1)
		shut := &fleet{onDescribe: func(string, reactivate.Query) error {
			return refuse("AssumeRole", "NoPermission", reactivate.ClassDenied)
		}}
		r := reactivator(own)
		r.Policy.Regions = []string{"cn-hangzhou", "cn-beijing"}
		r.Watched = []reactivate.Account{{ID: "2", ECS: watched}, {ID: "3", ECS: shut}}
		report := r.Run(t.Context(), []reactivate.Request{sweep(reactivate.SourceManual)})
		if len(own.calls) != 0 || len(watched.calls) != 1 || len(report.Errors) != 1 || report.Errors[0].RegionID != "" || report.Errors[0].AccountID != "3" {
			t.Errorf("got own %v, watched %v, errors %+v", own.calls, watched.calls, report.Errors)
		}
		if _, ok := errors.AsType[*reactivate.DeniedError](report.Err()); !ok {
			t.Errorf("got %v, want a DeniedError", report.Err())
		}
		if report := r.Run(t.Context(), []reactivate.Request{named("i-00000000")}); len(own.calls) != 1 || report.Results[0].AccountID != "1" {
			t.Errorf("ids without an account: got %+v", report.Results)
		}
	})
}

// TestADryRunSaysWhatTheCapWouldMakeOfIt marks what is planned by how much that is.
func TestADryRunSaysWhatTheCapWouldMakeOfIt(t *testing.T) {
	for _, tt := range []struct {
		limit int
		want  reactivate.Reason
	}{{0, reactivate.ReasonNone}, {2, reactivate.ReasonOverCap}, {3, reactivate.ReasonNone}} {
		synctest.Test(t, func(t *testing.T) {
			f, ids := many(4)
			f.instances[3].Status = reactivate.StatusRunning
			r := reactivator(f)
			r.Policy.Cap = tt.limit
			req := named(ids...)
			req.DryRun = true
			report := r.Run(t.Context(), []reactivate.Request{req})
			for i, row := range report.Results {
				if planned := i < 3; planned != (row.Outcome == reactivate.OutcomePlanned) || planned && row.Reason != tt.want {
					t.Errorf("cap %d: %s is %s for reason %d; want planned, %d", tt.limit, row.InstanceID, row.Outcome, row.Reason, tt.want)
				}
			}
			if !report.DryRun || report.Err() != nil {
				t.Errorf("dry %t, %v", report.DryRun, report.Err())
			}
			if report := r.Run(t.Context(), []reactivate.Request{req, named("i-99999999")}); report.DryRun {
				t.Error("a run of which a part is in earnest passes for a dry one")
			}
		})
	}
}
