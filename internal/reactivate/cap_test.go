package reactivate

import (
	"fmt"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

// TestTheCapHolds counts what would be called, before anything is called. Busy rows and rows in their grace count; dry rows do not.
func TestTheCapHolds(t *testing.T) {
	three := []Request{by(SourceManual, simIDs(3)...)}
	sweep := []Request{by(SourceTimer)}
	old := with(by(SourceCloudMonitor, simIDs(9)...), old)
	briefly := with(by(SourceManual, simID(2)), func(req *Request) { req.Wait = new(10 * time.Second) })
	lastIs := func(status cloud.Status, onLook func(time.Duration, *cloud.Instance)) []*simInstance {
		return overdueOnes(10, func(i int, in *simInstance) {
			if i == 2 {
				in.status, in.onLook = status, onLook
			}
		})
	}
	startsFor40s := func(at time.Duration, in *cloud.Instance) {
		if at > 30*time.Second && at < 70*time.Second {
			in.Status, in.Locks = cloud.StatusStarting, nil
		}
	}
	for _, tt := range []struct {
		name     string
		cap      int
		grace    time.Duration
		requests []Request
		accounts int
		fleet    []*simInstance
		paid     []time.Duration
		called   int // 0: none, and the run is over its limit
	}{
		{"as many as it allows", 3, 0, three, 1, nil, nil, 3},
		{"one more: none", 2, 0, three, 1, nil, nil, 0},
		{"over two accounts: none", 5, 0, three, 2, nil, nil, 0},
		{"the busy count as if they would be called", 2, 0, three, 1, lastIs("", busyUntil(30*time.Second)), nil, 0},
		{"those that stay busy too, while others have their grace", 2, time.Minute, []Request{by(SourceManual, simID(0)), briefly, by(SourceTimer, simID(1))}, 1,
			lastIs("", busyUntil(time.Hour)), nil, 0},
		{"the busy that turn out not to be overdue do not", 2, 0, three, 1, lastIs(cloud.StatusRunning, busyUntil(30*time.Second)), nil, 2},
		{"so do the starting, which may fall back", 2, time.Minute, []Request{by(SourceTimer, simIDs(3)...)}, 1, lastIs("", startsFor40s), nil, 0},
		{"dry rows do not count", 1, 0, []Request{with(by(SourceManual, simIDs(9)...), dry), by(SourceManual, simID(9))}, 1, lastIs("", busyUntil(time.Hour)), nil, 1},
		{"nor what is left to the next sweep on purpose", 2, time.Minute, []Request{old, by(SourceManual, simID(9))}, 1, nil, nil, 1},
		{"what the platform brings back in the grace does not count", 3, grace10, sweep, 1, restores(1, 2), []time.Duration{0, time.Minute}, 2},
		{"what it does not bring back does", 3, grace10, sweep, 1, nil, nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Cap: tt.cap, Grace: tt.grace}}
			for i := range tt.accounts {
				fleet := tt.fleet
				if fleet == nil {
					fleet = overdueOnes(10, nil)
				}
				s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(i), instances: fleet, paid: tt.paid})
				for _, req := range tt.requests {
					req.AccountID = fmt.Sprint(i)
					s.requests = append(s.requests, req)
				}
			}
			report := s.run()
			over := tt.called == 0
			if len(s.calls) != tt.called || (report.Trouble() == TroubleLimit) != over || (report.Results[0].Verdict == VerdictOverLimit) != over {
				t.Errorf("made %d calls, want %d; trouble %d, first row %+v", len(s.calls), tt.called, report.Trouble(), report.Results[0])
			}
		})
	}
}

// TestTheSlowestLookHasHalfTheTimeUnderACap has a region that never answers. The others act in the second half of the time.
func TestTheSlowestLookHasHalfTheTimeUnderACap(t *testing.T) {
	tt := story{
		policy: Policy{Cap: 5, Regions: three}, limit: time.Minute, fleet: overdueOnes(3, nil), latency: slow(time.Hour, func(q *query) bool { return q.region == "cn-beijing" }),
		rows: "0 reactivated, 1 reactivated, 2 reactivated", calls: "30s 30s 30s", errors: "cn-beijing:no answer before the time was up", by: 40 * time.Second,
	}
	tt.tell(t)
}

// TestTheCapCountsTheBusyAtTheEnd: a row that is busy when the time is up counts as a call, so a person must look.
func TestTheCapCountsTheBusyAtTheEnd(t *testing.T) {
	tt := story{policy: Policy{Cap: 1}, limit: 20 * time.Second, requests: []Request{by(SourceManual, simIDs(2)...)}, fleet: overdueOnes(2, nil)}
	tt.fleet[1].onLook = busyUntil(time.Hour)
	s := tt.sim(t)
	if report := s.run(); report.Trouble() != TroubleLimit || report.Results[0].Verdict != VerdictOverLimit || report.Results[1].Verdict != VerdictBusy || len(s.calls) > 0 {
		t.Errorf("got trouble %v, %+v after %d calls, want the first over the limit", report.Trouble(), report.Results, len(s.calls))
	}
}
