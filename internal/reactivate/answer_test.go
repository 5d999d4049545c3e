package reactivate_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/reactivate"
)

// TestWhatECSAnswers runs one instance through what ECS may answer.
func TestWhatECSAnswers(t *testing.T) {
	throttled := refuse("ReActivateInstances", "Throttling.User", reactivate.ClassThrottled)
	transient := refuse("ReActivateInstances", "InternalError", reactivate.ClassTransient)
	conflict := refuse("ReActivateInstances", "ReopenInstance.InstanceStatusNotValid", reactivate.ClassConflict)
	arrears := refuse("ReActivateInstances", "ReopenInstance.InstanceNotEnoughBalance", reactivate.ClassArrears)
	unknown := refuse("ReActivateInstances", "Surprise", reactivate.ClassUnknown)
	lost := &reactivate.Error{Op: "ReActivateInstances", Class: reactivate.ClassTransient, Message: "no answer"}

	firstly := func(n int, err error, worked bool) func(*instance, int) (error, bool) {
		return func(_ *instance, calls int) (error, bool) {
			if calls <= n {
				return err, worked
			}
			return nil, false
		}
	}
	for _, tt := range []struct {
		name     string
		onCall   func(*instance, int) (error, bool)
		outcome  reactivate.Outcome
		calls    int
		attempts int
		code     string
	}{
		{"taken", nil, reactivate.OutcomeReactivated, 1, 1, ""},
		{"throttled often does not use up attempts", firstly(9, throttled, false), reactivate.OutcomeReactivated, 10, 1, ""},
		{"transient, then taken", firstly(2, transient, false), reactivate.OutcomeReactivated, 3, 3, ""},
		{"transient for ever", firstly(99, transient, false), reactivate.OutcomeFailed, 5, 5, "InternalError"},
		{"answer lost, but the call worked", firstly(1, lost, true), reactivate.OutcomeRecovered, 1, 1, ""},
		{"answer lost, and the call too", firstly(1, lost, false), reactivate.OutcomeReactivated, 2, 2, ""},
		{"conflict because it runs already", firstly(1, conflict, true), reactivate.OutcomeRecovered, 1, 1, ""},
		{"conflict once", firstly(1, conflict, false), reactivate.OutcomeReactivated, 2, 2, ""},
		{"conflict for ever", firstly(99, conflict, false), reactivate.OutcomeFailed, 5, 5, "ReopenInstance.InstanceStatusNotValid"},
		{"no money", firstly(99, arrears, false), reactivate.OutcomeAwaitingPayment, 1, 1, "ReopenInstance.InstanceNotEnoughBalance"},
		{"unknown code", firstly(99, unknown, false), reactivate.OutcomeFailed, 1, 1, "Surprise"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fleet{latency: 20 * time.Millisecond, instances: []*instance{overdue("i-00000001")}, onCall: tt.onCall}
				got := row(t, reactivator(f).Run(t.Context(), []reactivate.Request{named("i-00000001")}))
				code := ""
				if got.Err != nil {
					code = got.Err.Code
				}
				if got.Outcome == reactivate.OutcomeRecovered && got.After != reactivate.StatusRunning {
					t.Errorf("recovered, but last seen %s", got.After)
				}
				if got.Outcome != tt.outcome || len(f.calls) != tt.calls || got.Attempts != tt.attempts || code != tt.code {
					t.Errorf("got %s, %d calls, %d attempts, code %q; want %s, %d, %d, %q",
						got.Outcome, len(f.calls), got.Attempts, code, tt.outcome, tt.calls, tt.attempts, tt.code)
				}
			})
		})
	}
}

func TestItIsWatchedForAsLongAsAsked(t *testing.T) {
	for _, tt := range []struct {
		name   string
		wait   time.Duration
		starts time.Duration
		want   reactivate.Outcome
	}{
		{"until it runs", 10 * time.Minute, 9 * time.Minute, reactivate.OutcomeReactivated},
		{"until the wait is over", 10 * time.Minute, 11 * time.Minute, reactivate.OutcomeAccepted},
		{"one look without a wait", 0, time.Minute, reactivate.OutcomeAccepted},
		{"one look is enough where it is quick", 0, 0, reactivate.OutcomeReactivated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := overdue("i-00000001")
				in.starts = tt.starts
				f := &fleet{latency: 20 * time.Millisecond, instances: []*instance{in}}
				req := named("i-00000001")
				req.Wait = &tt.wait
				start := time.Now()
				got := row(t, reactivator(f).Run(t.Context(), []reactivate.Request{req}))
				if got.Outcome != tt.want {
					t.Errorf("got %s, want %s", got.Outcome, tt.want)
				}
				if took := time.Since(start); took > tt.wait+time.Second {
					t.Errorf("took %v, want about %v", took, tt.wait)
				}
				if f.describes < 2 || f.describes > 40 {
					t.Errorf("made %d describes, want some, but few", f.describes)
				}
			})
		})
	}
}

func TestTheBusyAreLookedAtAgain(t *testing.T) {
	for _, tt := range []struct {
		name    string
		becomes reactivate.Status
		locks   []string
		verdict reactivate.Verdict
		outcome reactivate.Outcome
	}{
		{"stopped for overdue payment", reactivate.StatusStopped, []string{"financial"}, reactivate.VerdictReactivate, reactivate.OutcomeReactivated},
		{"stopped by its owner", reactivate.StatusStopped, nil, reactivate.VerdictNotOverdue, reactivate.OutcomeSkipped},
		{"busy for ever", reactivate.StatusStopping, nil, reactivate.VerdictBusy, reactivate.OutcomeDeferred},
		{"running after all", reactivate.StatusRunning, nil, reactivate.VerdictRunning, reactivate.OutcomeSkipped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := overdue("i-00000001")
				in.Status, in.Locks = reactivate.StatusStopping, nil
				f := &fleet{instances: []*instance{in}}
				start := time.Now()
				f.onLook = func(in *instance) {
					if in.Status == reactivate.StatusStopping && time.Since(start) > 30*time.Second {
						in.Status, in.Locks = tt.becomes, tt.locks
					}
				}
				got := row(t, reactivator(f).Run(t.Context(), []reactivate.Request{named("i-00000001")}))
				if got.Verdict != tt.verdict || got.Outcome != tt.outcome {
					t.Errorf("got %s, %s; want %s, %s", got.Verdict, got.Outcome, tt.verdict, tt.outcome)
				}
				if f.describes > 45 {
					t.Errorf("made %d describes, want few", f.describes)
				}
			})
		})
	}
}

func TestNoMoneyEndsTheAccountsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(60)
		f.onCall = func(*instance, int) (error, bool) {
			return refuse("ReActivateInstances", "InsufficientBalance", reactivate.ClassArrears), false
		}
		report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
		if got, want := report.Counts[reactivate.OutcomeAwaitingPayment], 60; got != want || len(f.calls) > 16 {
			t.Errorf("got %d awaiting payment after %d calls, want %d after at most 16", got, len(f.calls), want)
		}
		if err := report.Err(); err != nil {
			t.Errorf("got %v, want no error: no retry cures arrears", err)
		}
	})
}

func TestAnImageThatWantsCashIsItsOwnMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(60)
		f.onCall = func(in *instance, _ int) (error, bool) {
			if in.ID != ids[0] {
				return nil, false
			}
			err := refuse("ReActivateInstances", "ReopenInstance.ImageNotEnoughBalance", reactivate.ClassArrears)
			err.InstanceOnly = true
			return err, false
		}
		report := reactivator(f).Run(t.Context(), []reactivate.Request{named(ids...)})
		if report.Counts[reactivate.OutcomeAwaitingPayment] != 1 || report.Counts[reactivate.OutcomeReactivated] != 59 {
			t.Errorf("got %v, want 1 awaiting payment and 59 reactivated", report.Counts)
		}
	})
}

func TestABillingEventProbesUntilTheMoneyIsThere(t *testing.T) {
	for _, tt := range []struct {
		name  string
		money time.Duration
		want  reactivate.Outcome
		calls int
	}{
		{"it comes", 100 * time.Second, reactivate.OutcomeReactivated, 16 + 3 + 60},
		{"it does not", time.Hour, reactivate.OutcomeAwaitingPayment, 16 + 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, ids := many(60)
				f.latency = 20 * time.Millisecond
				start := time.Now()
				f.onCall = func(*instance, int) (error, bool) {
					if time.Since(start) < tt.money {
						return refuse("ReActivateInstances", "InsufficientBalance", reactivate.ClassArrears), false
					}
					return nil, false
				}
				req := named(ids...)
				req.Source = reactivate.SourceBilling
				report := reactivator(f).Run(t.Context(), []reactivate.Request{req})
				if report.Counts[tt.want] != 60 || len(f.calls) > tt.calls {
					t.Errorf("got %v after %d calls, want 60 %s after at most %d", report.Counts, len(f.calls), tt.want, tt.calls)
				}
			})
		})
	}
}

func TestADeadlineFindsTheUnpaidStillUnpaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(60)
		f.onCall = func(*instance, int) (error, bool) {
			return refuse("ReActivateInstances", "InsufficientBalance", reactivate.ClassArrears), false
		}
		req := named(ids...)
		req.Source = reactivate.SourceBilling
		ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second)
		defer cancel()
		report := reactivator(f).Run(ctx, []reactivate.Request{req})
		if got, want := report.Counts[reactivate.OutcomeAwaitingPayment], 60; got != want {
			t.Errorf("got %v, want %d awaiting payment", report.Counts, want)
		}
	})
}

func TestWhatIsThrottledUntilTheEndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, ids := many(1)
		f.onCall = func(*instance, int) (error, bool) {
			return refuse("ReActivateInstances", "Throttling.User", reactivate.ClassThrottled), false
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		got := row(t, reactivator(f).Run(ctx, []reactivate.Request{named(ids...)}))
		if got.Outcome != reactivate.OutcomeDeferred || got.Err == nil || got.Err.Code != "Throttling.User" || got.Attempts != 0 {
			t.Errorf("got %+v, want deferred with the throttling and no attempts", got)
		}
	})
}
