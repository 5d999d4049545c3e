package reactivate

import (
	"fmt"
	"slices"
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

// TestTheCapAtTheEnd has the time end before the cap is decided. A row that is still busy then counts as a call, so a person must look. A row
// whose grace is not over does not count, so another delivery could finish all.
func TestTheCapAtTheEnd(t *testing.T) {
	busy := overdueOnes(2, nil)
	busy[1].onLook = busyUntil(time.Hour)
	for _, tt := range []story{
		{name: "busy", policy: Policy{Cap: 1}, requests: []Request{by(SourceManual, simIDs(2)...)}, fleet: busy, rows: "0 skipped over-limit, 1 deferred time-up"},
		{name: "in its grace", policy: Policy{Cap: 1, Grace: 15 * time.Second}, requests: []Request{by(SourceManual, simID(0)), by(SourceTimer, simID(1))}, fleet: overdueOnes(2, nil),
			latency: slow(time.Hour, func(q *query) bool { return q.sent > 14*time.Second }), rows: "0 deferred time-up, 1 deferred time-up"},
	} {
		tt.limit, tt.calls = 20*time.Second, "none"
		s := tt.sim(t)
		report := s.run()
		if s.hold(&tt, report); (report.Trouble() == TroubleLimit) != (tt.name == "busy") {
			t.Errorf("%s: got trouble %v", tt.name, report.Trouble())
		}
	}
}

// TestOverTheCapNothingIsWatched has the cap reached while a look at a busy row is under way.
func TestOverTheCapNothingIsWatched(t *testing.T) {
	tt := story{
		policy: Policy{Cap: 1, Regions: three[:2]}, requests: []Request{by(SourceManual, simIDs(3)...)}, fleet: slices.Concat(in("cn-hangzhou", 0), in("cn-beijing", 1, 2)),
		latency: slow(1500*time.Millisecond, func(q *query) bool { return q.region == "cn-beijing" || q.sent > 0 }), by: 5 * time.Second,
		rows: "0 deferred time-up, 1@cn-beijing skipped over-limit, 2@cn-beijing skipped over-limit", calls: "none",
	}
	tt.fleet[0].onLook = busyUntil(time.Hour)
	tt.tell(t)
}
