package reactivate

import (
	"fmt"
	"testing"
	"time"
)

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
