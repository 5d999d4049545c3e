package reactivate

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/cloud"
)

// These tests play Run itself, in a bubble of synctest, for what its loops, slots and timers add to the steps.

func TestRunBringsBack(t *testing.T) {
	s := (&story{requests: []Request{by(SourceManual, simID(0))}, latency: slow(time.Hour, ofHistory)}).sim(t)
	s.accounts[0].id = "1"
	want := Result{
		InstanceID: simID(0), AccountID: "1", AccountName: simName, RegionID: "cn-hangzhou", Name: "web", Verdict: VerdictReactivate, Outcome: OutcomeReactivated,
		Before: cloud.StatusStopped, After: cloud.StatusRunning, Attempts: 1, RequestID: "r",
	}
	if got := s.run().Results[0]; got != want || s.at() > 5*time.Second {
		t.Errorf("got %+v, want %+v; took %v", got, want, s.at())
	}
}

// TestRunUnderQuota has ECS grant calls by a token bucket, and say when to come again, or not. The run may take a quarter longer than the
// bucket allows, or half longer if the bucket holds one token, with few throttled calls.
func TestRunUnderQuota(t *testing.T) {
	const n = 400
	for _, tt := range []struct {
		rate, burst float64
		retryAfter  time.Duration
		ratio       float64
	}{
		{20, 20, 0, 1.25}, {20, 20, 100 * time.Millisecond, 1.25}, {20, 1, 0, 1.5}, {20, 1, 100 * time.Millisecond, 1.5}, {5, 5, 0, 1.25}, {5, 1, 0, 1.5},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			s := (&story{requests: []Request{by(SourceManual, simIDs(n)...)}, fleet: overdueOnes(n, nil)}).sim(t)
			tokens, last, throttled := tt.burst, time.Duration(0), 0
			s.fault = func(q *query) *cloud.Error {
				if !q.calls("") {
					return nil
				}
				tokens = min(tt.burst, tokens+tt.rate*(s.at()-last).Seconds())
				last = s.at()
				if tokens < 1 {
					throttled++
					return &cloud.Error{Op: cloud.OpReActivate, Code: "Throttling.User", Class: cloud.ClassThrottled, RetryAfter: tt.retryAfter}
				}
				tokens--
				return nil
			}
			report := s.run()
			ratio := last.Seconds() / ((n - tt.burst) / tt.rate)
			if ratio > tt.ratio || throttled >= n*12/100 || report.Counts[OutcomeReactivated] != n {
				t.Errorf("took %.2f of the quota's own time, throttled %d times; want at most %.2f and under %d; %v", ratio, throttled, tt.ratio, n*12/100, report.Counts)
			}
		})
	}
}

// TestRunReturnsAtItsDeadline though its queries hang. A row that was not seen again is left to another delivery, without an error.
func TestRunReturnsAtItsDeadline(t *testing.T) {
	for _, tt := range []story{
		{name: "all hangs", limit: 3 * time.Second, requests: []Request{by(SourceManual, simID(0))}, latency: slow(time.Hour, func(*query) bool { return true }),
			rows: "0 deferred time-up transient", calls: "none", errors: "cn-hangzhou:transient no answer before the time was up"},
		{name: "the last try hangs", limit: 8 * time.Second, requests: []Request{by(SourceManual, simID(0))}, fault: refuses(errDown, (*query).describes), looks: maxTries,
			latency: slow(time.Hour, func(q *query) bool { return q.sent > 7*time.Second }), rows: "0 deferred time-up transient", calls: "none", errors: "cn-hangzhou:ServiceUnavailable"},
		{name: "a later look hangs", limit: 100 * time.Second, policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)},
			latency: slow(time.Hour, func(q *query) bool { return q.sent > 30*time.Second }), rows: "0 deferred time-up", calls: "none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.sim(t)
			if s.hold(&tt, s.run()); s.at() != tt.limit {
				t.Errorf("took %v, want %v", s.at(), tt.limit)
			}
		})
	}
}

// lateECS ignores the deadline of calls, and answers them on demand.
type lateECS struct {
	simECS
	answer chan struct{}
}

func (f lateECS) ReActivateInstances(context.Context, string, string) (string, error) {
	<-f.answer
	return "r", nil
}

func TestAnAnswerIsReadThoughTheTimeIsUp(t *testing.T) {
	for range 300 { // chance decides whether the answers or the deadline comes first
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
	regions := regionIDs(40)
	elsewhere := func(q *query) bool { return q.account.id != "1" }
	for _, tt := range []struct {
		name    string
		shut    int // accounts beside the one that answers
		regions []string
		hangs   func(q *query) bool
		within  time.Duration // the last call that does not hang
		errors  int
	}{
		{"two accounts of forty regions", 2, regions, elsewhere, 2 * time.Second, 80},
		{"twenty", 20, regions, elsewhere, 12 * time.Second, 800},
		{"more accounts than are searched at once", 300, regions[39:], elsewhere, 12 * time.Second, 300},
		{"a region", 0, regions, func(q *query) bool { return q.region == regions[0] }, time.Second, 1},
		{"most regions", 0, regions, func(q *query) bool { return slices.Contains(regions[:35], q.region) }, time.Second, 35},
		{"most calls", 0, regions, func(q *query) bool { return q.calls("") && q.ids[0] < simID(15) }, time.Second, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Regions: tt.regions}, requests: []Request{by(SourceManual)}}
			for i := range tt.shut {
				s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(10 + i)})
			}
			s.accounts = append(s.accounts, &simAccount{id: "1", instances: overdueOnes(20, nil)})
			s.latency, s.fault = slow(10*time.Second, tt.hangs), refuses(errTransient, tt.hangs)
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

// TestACallThatWaitedTooLongForItsTurnIsNotMade fills the run's slots with calls that hang. Meanwhile another account, whose first call
// was throttled, waits for a slot to probe again, and its look grows old, or the time is up. If there is time, it probes later.
func TestACallThatWaitedTooLongForItsTurnIsNotMade(t *testing.T) {
	for limit, want := range map[time.Duration]int{1500 * time.Millisecond: 1, time.Minute: 2} {
		s := &sim{t: t, limit: limit, policy: Policy{Concurrency: 128, Retry: 300 * time.Millisecond}, requests: []Request{by(SourceManual)}, accounts: []*simAccount{
			{id: "2", instances: overdueOnes(128, nil)}, {id: "1", instances: one(nil)},
		}}
		throttled, down := firstly(1, errThrottled), times(1, errDown, (*query).describes)
		s.fault = func(q *query) *cloud.Error {
			if q.account.id == "1" {
				return throttled(q)
			}
			return down(q)
		}
		var looked, oldest time.Duration
		calls := 0
		s.judge = func(q *query) {
			switch {
			case q.account.id != "1":
			case q.describes() && q.answered:
				looked = q.sent
			case q.calls("") && !q.answered:
				calls++
				oldest = max(oldest, s.at()-looked)
			}
		}
		s.latency = func(q *query) time.Duration {
			switch {
			case q.account.id == "2" && !q.describes():
				return 10 * time.Second
			case q.account.id == "2":
				return 400 * time.Millisecond // so that the slots are taken after 1.3 s
			case q.calls(""):
				return 20 * time.Millisecond
			}
			return 150 * time.Millisecond // so that its second look is sent after 1.17 s to 1.27 s, and answered after 1.32 s to 1.42 s
		}
		if s.run(); calls != want || oldest > 2*s.policy.Retry {
			t.Errorf("within %v: made %d calls, on a look %v old, want %d, and at most %v", limit, calls, oldest, want, 2*s.policy.Retry)
		}
	}
}

func TestProgressSaysWhereARunStands(t *testing.T) {
	tt := story{policy: Policy{Grace: 12 * time.Second, Concurrency: 4}, requests: []Request{by(SourceBilling)}, paid: []time.Duration{0, 40 * time.Second}, latency: slow(6*time.Second, func(q *query) bool { return q.calls("") }),
		fleet: overdueOnes(5, func(_ int, in *simInstance) { in.starts = time.Minute })}
	s := tt.sim(t)
	var seen []Progress
	s.progress = func(p Progress) { seen = append(seen, p) }
	s.run()
	for _, want := range []Progress{{Left: 5, Grace: 5}, {Left: 5, Calling: 4}, {Left: 5, Unpaid: 5}, {Left: 5, Calling: 1, Unpaid: 4}, {Left: 5, Grace: 4, Watching: 1}, {Done: 1, Left: 4, Watching: 4}} {
		if !slices.Contains(seen, want) {
			t.Errorf("%+v is not among %+v", want, seen)
		}
	}
}

// TestWhoseAccount has requests for the function's own account, for a watched one, and for accounts that are neither.
func TestWhoseAccount(t *testing.T) {
	for _, tt := range []struct{ own, asked, want string }{
		{"", "999", "none"}, {"1", "999", "none"}, {"1", "2", "none"}, {"", "3", "3"}, {"1", "3", "3"}, {"", "", ""}, {"1", "", "1"}, {"1", "1", "1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &sim{t: t, inBubble: true, start: time.Now(), accounts: []*simAccount{{instances: one(nil)}}}
			s.prepare()
			ecs := simECS{s, s.accounts[0], nil}
			r := &Reactivator{Own: Account{ID: tt.own, ECS: ecs}, Watched: []Account{{ID: "3", ECS: ecs}}, Policy: s.policy}
			ids, all := by(SourceManual, simID(0)), by(SourceBilling)
			ids.AccountID, all.AccountID = tt.asked, tt.asked
			if tt.want != "none" {
				report := r.Run(t.Context(), []Request{ids})
				if len(s.calls) != 1 || report.Results[0].AccountID != tt.want {
					t.Errorf("%+v: called %v, got %+v", tt, s.calls, report.Results)
				}
				return
			}
			report := r.Run(t.Context(), []Request{ids, all})
			if s.looks != 0 || len(report.Errors) == 0 || report.Errors[0].Err.Class != cloud.ClassInvalid || report.Counts[OutcomeFailed] != 1 {
				t.Errorf("%+v: %d looks, errors %v, %v; want none, and a failed row", tt, s.looks, report.Errors, report.Counts)
			}
		})
	}
}

// TestAnAccountThatCannotBeOpened is one error, not one per region, and does not block another account.
func TestAnAccountThatCannotBeOpened(t *testing.T) {
	s := &sim{t: t, policy: Policy{Regions: three}, requests: []Request{by(SourceManual)}, accounts: []*simAccount{{id: "1", instances: one(nil)}, {id: "2"}}}
	noRole := &cloud.Error{Op: cloud.OpAssumeRole, Code: "NoPermission", Class: cloud.ClassDenied}
	s.fault = refuses(noRole, func(q *query) bool { return q.account.id == "2" })
	report := s.run()
	if len(s.calls) != 1 || len(report.Errors) != 1 || report.Errors[0] != (RegionError{AccountID: "2", AccountName: simName, Err: noRole}) || report.Trouble() != TroubleDenied {
		t.Errorf("called %v, errors %+v, trouble %v", s.calls, report.Errors, report.Trouble())
	}
}

// TestAThousandAccounts has them wait for their sessions one after the other. Calls in the first begin at once, and few accounts wait at
// the same time. An account that has no session before the deadline is an error of the report, not an account without overdue instances.
func TestAThousandAccounts(t *testing.T) {
	for _, limit := range []time.Duration{0, 3 * time.Second} {
		s := &sim{t: t, limit: limit, requests: []Request{by(SourceManual)}, progress: func(Progress) {}}
		for i := range 1000 {
			s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(1000 + i), instances: one(nil)})
		}
		opened := map[*simAccount]bool{}
		var ends []time.Duration // of the waits for a session
		most := 0
		s.latency = func(q *query) time.Duration {
			if opened[q.account] {
				return 20 * time.Millisecond
			}
			opened[q.account] = true
			ends = slices.DeleteFunc(ends, func(at time.Duration) bool { return at <= s.at() })
			end := s.at() + time.Second/85
			if len(ends) > 0 {
				end = ends[len(ends)-1] + time.Second/85
			}
			ends = append(ends, end)
			most = max(most, len(ends))
			return end - s.at() + 20*time.Millisecond
		}
		report := s.run()
		rows, errs := len(report.Results), len(report.Errors)
		if rows+errs != 1000 || rows < 200 || (limit == 0) != (report.Counts[OutcomeReactivated] == 1000) {
			t.Errorf("got %d rows and %d errors, want each account in one of them, and 3 s of the 12 to be used; %v", rows, errs, report.Counts)
		}
		if first, last := s.calls[0].at, s.calls[len(s.calls)-1].at; first > 100*time.Millisecond || last > 12*time.Second || most > 65 {
			t.Errorf("the first was called after %v and the last after %v, want 100 ms and 12 s; %d waited for a session at once", first, last, most)
		}
	}
}
