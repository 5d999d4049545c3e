package reactivate

import (
	"fmt"
	"testing"
	"time"
)

// TestWhatIsThrottledHoldsNothingElse: neither the rows of the pages before, nor the named ones beside a sweep.
func TestWhatIsThrottledHoldsNothingElse(t *testing.T) {
	sweep := func(q *query) bool { return q.describes() && q.ids == nil }
	for _, tt := range []story{
		{name: "a later page", requests: []Request{by(SourceManual)}, fault: refuses(errThrottled, func(q *query) bool { return sweep(q) && q.token != "" })},
		{name: "a sweep", requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)}, fault: refuses(errThrottled, sweep)},
	} {
		tt.paging, tt.limit, tt.policy, tt.fleet = 5, grace10, Policy{Grace: time.Minute}, overdueOnes(10, nil)
		s := tt.sim(t)
		if report := s.play(); len(s.calls) == 0 || s.calls[0].at > 3*time.Second {
			t.Errorf("%s: called %v, want at once; %v", tt.name, s.calls, report.Counts)
		}
	}
}

// TestASlowSweepLeavesHalfTheTimeToCall begins with the calls before the last page, where the pages need all the time.
func TestASlowSweepLeavesHalfTheTimeToCall(t *testing.T) {
	// a hundred pages, each before the patience with the one before ends
	tt := story{limit: 2 * time.Minute, fleet: overdueOnes(2000, nil), paging: 20, latency: slow(1900*time.Millisecond, func(q *query) bool { return q.ids == nil })}
	s := tt.sim(t)
	if s.play(); len(s.calls) == 0 || s.calls[0].at < time.Minute || s.calls[0].at > 63*time.Second {
		t.Errorf("made %d calls, want the first after half of the time", len(s.calls))
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
