package reactivate

import (
	"fmt"
	"testing"
	"time"
)

const grace10 = 10 * time.Minute

// F1: a try of the money that is answered by nothing (transient) does not put the next try off: every row is called, one by one, without grace.
func TestLostTriesStartEverything(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
		paid: []time.Duration{0, 12 * time.Minute}, requests: []Request{by(SourceBilling)},
		instances: overdueOnes(30, func(i int, in *simInstance) { in.restored = 5 * time.Minute; in.owner = i >= 5 }),
	}}}
	s.lost = func(q *query) *Error {
		if at := s.at(); at > 12*time.Minute && at < 13*time.Minute {
			return errTransient
		}
		return nil
	}
	report := s.play()
	n, owners := 0, 0
	for _, c := range s.calls {
		if c.at > 12*time.Minute && c.at < 22*time.Minute {
			n++
		}
	}
	for _, in := range s.accounts[0].instances {
		if in.owner && in.called {
			owners++
		}
	}
	if n > 1 || owners > 1 {
		t.Errorf("%d calls within the ten minutes after the payment, %d owner-stopped instances started; want one try at most; %v", n, owners, report.Counts)
	}
}

// F1b: the same while unpaid with 500s: the calls in one half minute.
func TestTransientTriesAreNotSpaced(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{paid: []time.Duration{0}, requests: []Request{by(SourceBilling, simIDs(60)...)}, instances: overdueOnes(60, nil)}}}
	var at []time.Duration
	s.judge = func(q *query) {
		if q.calls("") && !q.answered && s.at() > 10*time.Second && s.at() < 59*time.Second {
			at = append(at, s.at())
		}
	}
	s.fault = func(q *query) *Error {
		if q.calls("") && s.at() > 10*time.Second {
			return errTransient
		}
		return nil
	}
	s.play()
	if len(at) > 2 {
		t.Errorf("%d tries of the money in one half minute: %v", len(at), at[:3])
	}
}

// F2: cap 2; one of three patient rows is Starting when the cap is decided, and falls back.
func TestCapForgetsTheStarting(t *testing.T) {
	for _, source := range []Source{SourceTimer, SourceCloudMonitor} {
		s := &sim{t: t, policy: Policy{Cap: 2, Grace: time.Minute}, accounts: []*simAccount{{
			requests: []Request{by(source)},
			instances: overdueOnes(3, func(i int, in *simInstance) {
				if i == 2 {
					in.onLook = func(at time.Duration, in *Instance) {
						if at > 30*time.Second && at < 70*time.Second {
							in.Status, in.Locks = StatusStarting, nil
						}
					}
				}
			}),
		}}}
		report := s.play()
		called := map[string]bool{}
		for _, c := range s.calls {
			called[c.id] = true
		}
		if len(called) > 2 {
			t.Errorf("%s: called %d instances, the cap is 2; %v", source, len(called), report.Counts)
		}
	}
}

// F3: a page that is throttled for good holds the rows of the pages before it until the deadline.
func TestThrottledPageHoldsFoundRows(t *testing.T) {
	for _, hang := range []bool{false} {
		s := &sim{t: t, paging: 5, limit: 10 * time.Minute, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(10, nil)}}}
		s.fault = func(q *query) *Error {
			if q.describes() && q.token != "" && !hang {
				return &Error{Op: opDescribe, Code: "Throttling.User", Class: ClassThrottled}
			}
			return nil
		}
		if hang {
			s.latency = func(q *query) time.Duration {
				if q.describes() && q.token != "" {
					return time.Hour
				}
				return 20 * time.Millisecond
			}
		}
		report := s.play()
		if len(s.calls) == 0 {
			t.Errorf("hang %t: none of the 5 instances that were found in the first second was called within ten minutes; %v", hang, report.Counts)
		}
	}
}

// F3b: an id batch that is throttled holds the ids of another request in the region.
func TestSweepHoldsNamedOfSameRegion(t *testing.T) {
	s := &sim{t: t, limit: 10 * time.Minute, policy: Policy{Grace: time.Minute}, accounts: []*simAccount{{
		requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)}, instances: overdueOnes(10, nil)}}}
	s.fault = func(q *query) *Error {
		if q.describes() && len(q.ids) == 0 {
			return &Error{Op: opDescribe, Code: "Throttling.User", Class: ClassThrottled}
		}
		return nil
	}
	report := s.play()
	if len(s.calls) == 0 {
		t.Errorf("the named instance, seen at once, was never called: the sweep beside it was throttled; %v", report.Counts)
	}
}

// F5: the ids of two requests: the first request's patience/hopelessness is lent to the other.
func TestFirstOfEqualRequestsWins(t *testing.T) {
	t.Run("busy, sweep first: the named request waits for the sweep's grace", func(t *testing.T) {
		s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
			requests: []Request{by(SourceBilling), by(SourceCloudMonitor, simID(0))},
			instances: overdueOnes(1, func(_ int, in *simInstance) {
				in.onLook = func(at time.Duration, in *Instance) {
					if at < 3*time.Second {
						in.Status = StatusStopping
					}
				}
			}),
		}}}
		// the sweep asks Status=Stopped, the named look shows it
		s.play()
		if len(s.calls) != 1 || s.calls[0].at > time.Minute {
			t.Errorf("called %v, want within seconds: a request that acts at once names it", s.calls)
		}
	})
	t.Run("hope", func(t *testing.T) {
		for _, first := range []Request{by(SourceCloudMonitor, simID(0)), by(SourceTimer), by(SourceQueue)} {
			s := &sim{t: t, accounts: []*simAccount{{
				paid: []time.Duration{0, 2 * time.Minute}, requests: []Request{first, by(SourceBilling)}, instances: overdueOnes(1, nil),
			}}}
			report := s.play()
			if report.Counts[OutcomeReactivated] != 1 {
				t.Errorf("%s before a recharge: %v, want the row to wait for the money as the recharge asks", first.Source, report.Counts)
			}
		}
	})
	t.Run("wait", func(t *testing.T) {
		short, long := by(SourceManual, simID(0)), by(SourceManual, simID(0))
		zero, ten := time.Duration(0), 10*time.Minute
		short.Wait, long.Wait = &zero, &ten
		s := &sim{t: t, accounts: []*simAccount{{requests: []Request{short, long}, instances: overdueOnes(1, nil)}}}
		report := s.play()
		if report.Counts[OutcomeReactivated] != 1 {
			t.Errorf("%v, want reactivated: one request waits ten minutes", report.Counts)
		}
	})
}

// F6: the wait runs from the first refused try.
func TestWaitUsedUpByMoney(t *testing.T) {
	t.Run("conflict", func(t *testing.T) {
		s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
			paid: []time.Duration{0, 12*time.Minute + 10*time.Second}, requests: []Request{by(SourceBilling)}, instances: overdueOnes(3, func(i int, in *simInstance) {
				if i == 2 {
					in.restored = time.Second
				}
			}),
		}}}
		n := 0
		s.fault = func(q *query) *Error {
			if q.calls(simID(0)) && s.at() > 20*time.Minute {
				if n++; n == 1 {
					return errConflict
				}
			}
			return nil
		}
		report := s.play()
		if report.Counts[OutcomeFailed] > 0 {
			t.Errorf("%v; %+v: failed at the first conflict, want called again after 30 s", report.Counts, byInstance(report)[simID(0)])
		}
	})
	t.Run("starting", func(t *testing.T) {
		s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
			paid: []time.Duration{0, 12*time.Minute + 10*time.Second}, requests: []Request{by(SourceBilling)}, instances: overdueOnes(3, func(i int, in *simInstance) {
				in.restored = time.Second
				if i == 0 {
					in.restored, in.starts = 10*time.Minute, 2*time.Minute
				}
			}),
		}}}
		report := s.play()
		if report.Counts[OutcomeRecovered] != 3 {
			t.Errorf("%v; %+v: want watched until it runs", report.Counts, byInstance(report)[simID(0)])
		}
	})
	t.Run("busy at first", func(t *testing.T) {
		s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
			requests: []Request{by(SourceTimer)}, instances: overdueOnes(1, func(i int, in *simInstance) {
				in.onLook = func(at time.Duration, in *Instance) {
					switch {
					case at < time.Second:
						in.Status = StatusStopping
					case at < 9*time.Minute:
					case at < 11*time.Minute:
						in.Status, in.Locks = StatusStarting, nil
					default:
						in.Status, in.Locks = StatusRunning, nil
					}
				}
			}),
		}}}
		report := s.play()
		if report.Counts[OutcomeRecovered] != 1 {
			t.Errorf("%v; %+v: want watched until it runs", report.Counts, report.Results)
		}
	})
}

// F7: the try of the money prefers a row with a stop event only within the first region.
func TestTryPrefersAcrossRegions(t *testing.T) {
	stop := time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)
	s := &sim{t: t, policy: Policy{Grace: time.Minute, Regions: []string{"cn-hangzhou", "cn-beijing"}}, accounts: []*simAccount{{
		paid: []time.Duration{0, 80 * time.Second}, requests: []Request{by(SourceBilling)},
		instances: overdueOnes(2, func(i int, in *simInstance) {
			if in.owner = i == 0; i == 1 {
				in.region = "cn-beijing"
			}
			in.restored = time.Minute
		}), events: map[string][]ArrearsEvent{simID(1): {{Status: "Executed", Finished: stop}}},
	}}}
	s.play()
	if s.accounts[0].instances[0].called {
		t.Errorf("calls %v: tried the money with what its owner had stopped, though the other region has one with a stop event", s.calls)
	}
}

// F8: the sign that another region's look in flight brings is not waited for.
func TestTryBeforeOtherRegionsLook(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: time.Minute, Regions: []string{"cn-hangzhou", "cn-beijing"}}, accounts: []*simAccount{{
		paid: []time.Duration{0, 80 * time.Second}, requests: []Request{by(SourceBilling)},
		instances: overdueOnes(2, func(i int, in *simInstance) {
			in.restored = time.Second
			if in.owner = i == 0; i == 1 {
				in.region = "cn-beijing"
			} else {
				in.restored = time.Minute
			}
		}),
	}}}
	s.latency = func(q *query) time.Duration {
		if q.describes() && q.region == "cn-beijing" {
			return time.Second
		}
		return 20 * time.Millisecond
	}
	s.play()
	if s.accounts[0].instances[0].called {
		t.Errorf("calls %v: the look in the other region, under way, tells of the settlement", s.calls)
	}
}

// F9: fresh tokens with the same row: no end.
func TestFreshTokensSameRows(t *testing.T) {
	n := 0
	s := &sim{t: t, limit: time.Hour, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(3, nil)}}}
	s.shows = func(q *query, p Page) Page {
		if len(q.ids) == 0 && n < 20000 {
			n++
			p.NextToken = fmt.Sprint(n)
		}
		return p
	}
	report := s.play()
	if n > 1000 {
		t.Errorf("%d describes of pages that show nothing new (until the simulator had enough); %v %v", n, report.Counts, report.Errors)
	}
}

// F10: DescribeRegions that names none: a sweep that looked nowhere and says nothing.
func TestNoRegionsIsSilent(t *testing.T) {
	s := &sim{t: t, allRegions: []string{}, accounts: []*simAccount{{requests: []Request{by(SourceTimer)}, instances: overdueOnes(3, nil)}}}
	report := s.play()
	if len(report.Errors) == 0 {
		t.Errorf("looked at %v, found %d, and no error", report.Regions, len(report.Results))
	}
}

// F11: history of an instance that is Stopping at the first look.
func TestHistoryOfTheBusy(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceCloudMonitor, simID(0))}, paid: []time.Duration{0}, instances: overdueOnes(1, func(_ int, in *simInstance) {
		in.onLook = func(at time.Duration, in *Instance) {
			if at < time.Second {
				in.Status, in.Locks = StatusStopping, nil
			}
		}
	}), events: map[string][]ArrearsEvent{simID(0): {{Status: "Executed", Finished: time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)}}}}}}
	report := s.play()
	if r := report.Results[0]; r.Outcome != OutcomeAwaitingPayment || r.ReleaseBasis != ReleaseStop {
		t.Errorf("got %s, release %q; want the release, which ECS knows", r.Outcome, r.ReleaseBasis)
	}
}

// A balance that was above zero all the time did not rise: it is no sign of a settlement.
func TestBalanceThatNeverRoseIsNoSign(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: grace10, BalanceFloor: "200"}, accounts: []*simAccount{{
		paid: []time.Duration{0, 20*time.Minute + 20*time.Second}, requests: []Request{by(SourceBilling)},
		balance:   func(bool) (string, error) { return "50.00", nil },
		instances: overdueOnes(30, func(i int, in *simInstance) { in.restored = 5 * time.Minute; in.owner = i >= 5 }),
	}}}
	s.play()
	n, owners := 0, 0
	for _, c := range s.calls {
		if c.at > 20*time.Minute+20*time.Second && c.at < 30*time.Minute+20*time.Second {
			n++
		}
	}
	for _, in := range s.accounts[0].instances {
		if in.owner && in.called {
			owners++
		}
	}
	if n > 1 {
		t.Errorf("%d calls within ten minutes after the payment, %d owner-stopped started: a balance of 50.00 that never changed passed for a settlement at 10m30s", n, owners)
	}
}

// A wait of zero, one lost answer, then a minute of throttling: "throttled is paced, not counted".
func TestThrottledAfterLostWithoutWait(t *testing.T) {
	zero := time.Duration(0)
	req := by(SourceManual, simID(0))
	req.Wait = &zero
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{req}, instances: overdueOnes(1, nil)}}}
	n := 0
	s.fault = func(q *query) *Error {
		if !q.calls("") {
			return nil
		}
		if n++; n == 1 {
			return errTransient
		}
		if s.at() < 80*time.Second {
			return errThrottled
		}
		return nil
	}
	report := s.play()
	if report.Counts[OutcomeAccepted] != 1 && report.Counts[OutcomeReactivated] != 1 {
		t.Errorf("%v: %+v: one failure of five allowed", report.Counts, report.Results[0].Err)
	}
}

// Two regions: a try that hangs (10 s) in one region, rows in the other.
func TestHungRegionHoldsTheMoneyOfAll(t *testing.T) {
	s := &sim{t: t, limit: 25 * time.Minute, policy: Policy{Regions: []string{"cn-hangzhou", "cn-beijing"}}, accounts: []*simAccount{{paid: []time.Duration{0, time.Minute}, requests: []Request{by(SourceBilling, simIDs(60)...)}, instances: overdueOnes(60, func(i int, in *simInstance) {
		if i%2 == 1 {
			in.region = "cn-beijing"
		}
	})}}}
	s.fault = func(q *query) *Error {
		if q.calls("") && s.at() > 10*time.Second && q.region == "cn-hangzhou" {
			return errTransient
		}
		return nil
	}
	s.latency = func(q *query) time.Duration {
		if q.calls("") && s.at() > 10*time.Second && q.region == "cn-hangzhou" {
			return 10 * time.Second
		}
		return 20 * time.Millisecond
	}
	report := s.play()
	var first time.Duration
	for _, c := range s.calls {
		if c.at > time.Minute && c.id[len(c.id)-1]%2 == 1 && first == 0 {
			first = c.at
		}
	}
	if first > 3*time.Minute || first == 0 {
		t.Errorf("cn-beijing was first called %v, a minute and more after the payment: the calls that hang in cn-hangzhou hold it; %v", first, report.Counts)
	}
	_ = fmt.Sprint
}

// A call in flight when the settlement is seen, refused with a conflict; patient rows already ready go on being called until the look after it.
func TestConflictOfAPatientRowIsASign(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: grace10, Concurrency: 16}, accounts: []*simAccount{{
		paid: []time.Duration{0, 10*time.Minute - 10*time.Second}, requests: []Request{by(SourceTimer)},
		instances: overdueOnes(300, func(i int, in *simInstance) {
			in.restored = 10*time.Second + 50*time.Millisecond
			if i > 0 {
				in.restored = 5 * time.Minute
				in.owner = true
			}
		}),
	}}}
	// row 0 is restored between the look at 10m and its call
	s.latency = func(*query) time.Duration { return 30 * time.Millisecond }
	s.play()
	n := 0
	for _, in := range s.accounts[0].instances {
		if in.called {
			n++
		}
	}
	if n > 32 {
		t.Errorf("the first call of a sweep after its grace was refused as not overdue any more, and %d owner-stopped were started in the half second before anybody looked", n)
	}
}
