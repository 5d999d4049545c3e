package reactivate

import (
	"fmt"
	"testing"
	"time"
)

// What must not hold up or lead on something else: a page, a request, a region, a wait.

const grace10 = 10 * time.Minute

// TestTheTryOfTheMoneyStartsNothingOfItsOwners, as far as the history or a look under way can tell.
func TestTheTryOfTheMoneyStartsNothingOfItsOwners(t *testing.T) {
	for _, known := range []bool{true, false} { // the other region's instance has a stop event
		s := &sim{t: t, policy: Policy{Grace: time.Minute, Regions: []string{"cn-hangzhou", "cn-beijing"}}, accounts: []*simAccount{{
			paid: []time.Duration{0, 80 * time.Second}, requests: []Request{by(SourceBilling)},
			instances: overdueOnes(2, func(i int, in *simInstance) {
				if in.restored, in.owner = time.Minute, i == 0; i == 1 {
					in.region = "cn-beijing"
				}
				if i == 1 && !known {
					in.restored = time.Second
				}
			}),
		}}}
		if known {
			s.accounts[0].stopped = map[string]time.Duration{simID(1): 24 * time.Hour}
		} else {
			// the look that shows what the platform restored
			s.latency = slow(time.Second, func(q *query) bool { return q.describes() && q.region == "cn-beijing" })
		}
		if s.play(); s.accounts[0].instances[0].called {
			t.Errorf("known %t: calls %v: tried the money with what its owner had stopped", known, s.calls)
		}
	}
}

// TestThrottledAfterALostAnswer: what is throttled is paced and not counted, also where the request waits for nothing.
func TestThrottledAfterALostAnswer(t *testing.T) {
	req := by(SourceManual, simID(0))
	req.Wait = ptr(time.Duration(0))
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{req}, instances: overdueOnes(1, nil)}}}
	lost := firstly(1, errTransient)
	s.fault = func(q *query) *Error {
		if err := lost(q); err != nil || !q.calls("") || s.at() > 80*time.Second {
			return err
		}
		return errThrottled
	}
	if report := s.play(); report.Counts[OutcomeAccepted]+report.Counts[OutcomeReactivated] != 1 {
		t.Errorf("%v: %+v: one failure of five", report.Counts, report.Results[0].Err)
	}
}

// TestARegionThatHangsHoldsNoMoneyOfAnother: the calls in one region hang, and a payment is seen in the other.
func TestARegionThatHangsHoldsNoMoneyOfAnother(t *testing.T) {
	s := &sim{t: t, limit: 25 * time.Minute, policy: Policy{Regions: []string{"cn-hangzhou", "cn-beijing"}}, accounts: []*simAccount{{
		paid: []time.Duration{0, time.Minute}, requests: []Request{by(SourceBilling, simIDs(60)...)}, instances: overdueOnes(60, func(i int, in *simInstance) {
			if i%2 == 1 {
				in.region = "cn-beijing"
			}
		}),
	}}}
	s.policy.Grace = -1
	hangs := func(q *query) bool { return q.calls("") && q.sent > 10*time.Second && q.region == "cn-hangzhou" }
	s.fault = refuses(errTransient, hangs)
	s.latency = slow(10*time.Second, hangs)
	report := s.play()
	for _, c := range s.calls {
		if c.at > time.Minute && (c.id[len(c.id)-1]-'0')%2 == 1 {
			if c.at > 3*time.Minute {
				t.Errorf("cn-beijing was first called after %v, two minutes after the payment; %v", c.at, report.Counts)
			}
			return
		}
	}
	t.Errorf("cn-beijing was never called after the payment; %v", report.Counts)
}

// TestEachRequestCounts, whatever its place among those that ask for the same instance.
func TestEachRequestCounts(t *testing.T) {
	short, long := by(SourceManual, simID(0)), by(SourceManual, simID(0))
	short.Wait, long.Wait = ptr(time.Duration(0)), ptr(grace10)
	for _, requests := range [][]Request{
		{by(SourceCloudMonitor, simID(0)), by(SourceBilling)}, {by(SourceTimer), by(SourceBilling)}, {by(SourceBilling), by(SourceQueue)}, {short, long}, {long, short},
	} {
		s := &sim{t: t, accounts: []*simAccount{{requests: requests, instances: overdueOnes(1, nil)}}}
		if requests[0].Wait == nil { // the recharge waits for the money, so all do
			s.accounts[0].paid = []time.Duration{0, 2 * time.Minute}
		}
		if report := s.play(); report.Counts[OutcomeReactivated] != 1 {
			t.Errorf("%s and %s: %v, want the row to wait as one of them asks", requests[0].Source, requests[1].Source, report.Counts)
		}
	}
}

// TestTheHistoryOfTheBusy is asked for when they turn out to be overdue.
func TestTheHistoryOfTheBusy(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{
		requests: []Request{by(SourceCloudMonitor, simID(0))}, paid: []time.Duration{0}, stopped: map[string]time.Duration{simID(0): time.Hour},
		instances: overdueOnes(1, func(_ int, in *simInstance) { in.onLook = busyUntil(time.Second) }),
	}}}
	if r := s.play().Results[0]; r.Outcome != OutcomeAwaitingPayment || r.ReleaseBasis != ReleaseStop {
		t.Errorf("got %s, release %q; want the release, which ECS knows", r.Outcome, r.ReleaseBasis)
	}
}

// TestWhatIsThrottledHoldsNothingElse: neither the rows of the pages before, nor the named ones beside a sweep.
func TestWhatIsThrottledHoldsNothingElse(t *testing.T) {
	for _, tt := range []struct {
		name     string
		requests []Request
		held     func(q *query) bool
	}{
		{"a later page", []Request{by(SourceManual)}, func(q *query) bool { return q.describes() && q.token != "" }},
		{"a sweep", []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)}, func(q *query) bool { return q.describes() && q.ids == nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, paging: 5, limit: grace10, policy: Policy{Grace: time.Minute}, accounts: []*simAccount{{requests: tt.requests, instances: overdueOnes(10, nil)}}}
			s.fault = refuses(errThrottled, tt.held)
			if report := s.play(); len(s.calls) == 0 || s.calls[0].at > 3*time.Second {
				t.Errorf("called %v, want at once; %v", s.calls, report.Counts)
			}
		})
	}
}

// TestAConflictStopsTheOthers, which give the platform its grace: the instance may have lost its lock just then, and with it all others.
func TestAConflictStopsTheOthers(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
		paid: []time.Duration{0, grace10 - 10*time.Second}, requests: []Request{by(SourceTimer)},
		instances: overdueOnes(300, func(i int, in *simInstance) {
			if in.restored = 10*time.Second + 50*time.Millisecond; i > 0 { // between the last look and the call
				in.restored, in.owner = 5*time.Minute, true
			}
		}),
	}}}
	s.latency = func(*query) time.Duration { return 30 * time.Millisecond }
	s.play()
	n := 0
	for _, in := range s.accounts[0].instances {
		if in.called {
			n++
		}
	}
	if n > 32 {
		t.Errorf("%d that their owner had stopped were started before anybody looked", n)
	}
}

// TestAnAccountHasItsShare bounds what one account has in flight, however many regions and instances it has, and one region, however many
// ids are named.
func TestAnAccountHasItsShare(t *testing.T) {
	for _, tt := range []struct{ regions, instances, named, looks, calls int }{{80, 800, 0, 80, callsInFlight}, {1, 0, 1000, 4, 0}} {
		s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual, simIDs(tt.named)...)}}}}
		for i := range tt.regions {
			s.policy.Regions = append(s.policy.Regions, fmt.Sprintf("cn-region%d", i))
		}
		s.accounts[0].instances = overdueOnes(tt.instances, func(i int, in *simInstance) { in.region = s.policy.Regions[i%tt.regions] })
		flying, most := map[string]int{}, map[string]int{}
		s.judge = func(q *query) {
			if flying[q.op]++; q.answered {
				flying[q.op] -= 2
			}
			most[q.op] = max(most[q.op], flying[q.op])
		}
		report := s.play()
		if most[opDescribe] != tt.looks || most[opReActivate] != tt.calls || report.Counts[OutcomeReactivated] != tt.instances {
			t.Errorf("%d describes and %d calls in flight at most, want %d and %d; %v", most[opDescribe], most[opReActivate], tt.looks, tt.calls, report.Counts)
		}
	}
}

// TestASlowSweepLeavesHalfTheTimeToCall begins with the calls before the last page, where the pages need all the time.
func TestASlowSweepLeavesHalfTheTimeToCall(t *testing.T) {
	s := &sim{t: t, limit: 2 * time.Minute, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(2000, nil)}}}
	// a hundred pages, each before the patience with the one before ends
	s.latency = slow(1900*time.Millisecond, func(q *query) bool { return q.describes() && q.ids == nil })
	s.paging = 20
	s.play()
	if len(s.calls) == 0 || s.calls[0].at < time.Minute || s.calls[0].at > 63*time.Second {
		t.Errorf("made %d calls, want the first after half of the time", len(s.calls))
	}
}
