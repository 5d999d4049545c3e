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
	startsUntil := func(end time.Duration) func(time.Duration, *cloud.Instance) {
		return func(at time.Duration, in *cloud.Instance) {
			if at > 30*time.Second && at < end {
				in.Status, in.Locks = cloud.StatusStarting, nil
			}
		}
	}
	long := with(by(SourceManual, simID(0), simID(2)), func(req *Request) { req.Wait = new(time.Hour) })
	busy := overdueOnes(4, func(i int, in *simInstance) {
		if i > 0 {
			in.onLook = busyUntil(time.Hour)
		}
	})
	for _, tt := range []struct {
		name     string
		cap      int
		grace    time.Duration
		requests []Request
		accounts int
		fleet    []*simInstance
		paid     []time.Duration
		called   int // 0: none, and the run is over its limit; -1: none before the time is up
	}{
		{"as many as it allows", 3, 0, three, 1, nil, nil, 3},
		{"one more: none", 2, 0, three, 1, nil, nil, 0},
		{"over two accounts: none", 5, 0, three, 2, nil, nil, 0},
		{"the busy count as if they would be called", 2, 0, three, 1, lastIs("", busyUntil(30*time.Second)), nil, 0},
		{"those that stay busy too, while others have their grace", 2, time.Minute, []Request{by(SourceManual, simID(0)), briefly, by(SourceTimer, simID(1))}, 1,
			lastIs("", busyUntil(time.Hour)), nil, 0},
		{"those that are busy when the time is up, in each of two accounts", 2, 0, []Request{long}, 2, busy, nil, 0},
		{"those that were when their wait was over", 2, 0, []Request{long, by(SourceManual, simID(3))}, 1, busy, nil, 0},
		{"but not those that are starting then", 1, time.Minute, []Request{with(long, func(req *Request) { req.Standing = StandingOther }), by(SourceManual, simID(0))}, 1,
			lastIs("", startsUntil(time.Hour)), nil, -1},
		{"the busy that turn out not to be overdue do not", 2, 0, three, 1, lastIs(cloud.StatusRunning, busyUntil(30*time.Second)), nil, 2},
		{"so do the starting, which may fall back", 2, time.Minute, []Request{by(SourceTimer, simIDs(3)...)}, 1, lastIs("", startsUntil(70*time.Second)), nil, 0},
		{"dry rows do not count", 1, 0, []Request{with(by(SourceManual, simIDs(9)...), dry), by(SourceManual, simID(9))}, 1, lastIs("", busyUntil(time.Hour)), nil, 1},
		{"nor what is left to the next sweep on purpose", 2, time.Minute, []Request{old, by(SourceManual, simID(9))}, 1, nil, nil, 1},
		{"what the platform brings back in the grace does not count", 3, grace10, sweep, 1, restores(1, 2), []time.Duration{0, time.Minute}, 2},
		{"what it does not bring back does", 3, grace10, sweep, 1, nil, nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Cap: tt.cap, Grace: tt.grace}}
			if tt.requests[0].Wait != nil {
				s.limit = 25 * time.Minute
			}
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
			otherwise := func(r Result) bool { return r.InstanceID == simID(0) && (r.Verdict == VerdictOverLimit) != over }
			if len(s.calls) != max(0, tt.called) || (report.Trouble() == TroubleLimit) != over || slices.ContainsFunc(report.Results, otherwise) {
				t.Errorf("made %d calls, want %d; trouble %d, rows %+v", len(s.calls), tt.called, report.Trouble(), report.Results)
			}
		})
	}
}

// TestBeforeTheCapIsDecided plays what the decision waits for, how long it waits, and what may change before.
func TestBeforeTheCapIsDecided(t *testing.T) {
	const given, over = "0 reactivated, 1 reactivated, 2 reactivated", "0 deferred time-up, 1@cn-beijing skipped over-limit, 2@cn-beijing skipped over-limit"
	beijing := func(q *query) bool { return q.region == "cn-beijing" }
	fleet, two, named := append(overdueOnes(3, nil), in("cn-beijing", 3)...), three[:2], []Request{by(SourceManual, simIDs(3)...)}
	busy := append(seenAs(busyUntil(time.Hour)), in("cn-beijing", 1, 2)...)
	tell(t, []story{
		{name: "a region that never answers has half of the time", policy: Policy{Cap: 3, Regions: two}, limit: time.Minute, fleet: fleet, latency: slow(time.Hour, beijing),
			rows: given, calls: "30s 30s 30s", errors: "cn-beijing:transient no answer before the time was up", by: 40 * time.Second},
		{name: "what it answers later does not count", policy: Policy{Cap: 3, Regions: two}, limit: time.Minute, fleet: fleet, latency: slow(31*time.Second, beijing),
			rows: given, calls: "30s 30s 30s", errors: "cn-beijing:transient no answer before the time was up", by: 40 * time.Second},
		{name: "over the cap, a busy row is not looked at again", policy: Policy{Cap: 1, Regions: two}, requests: named, fleet: busy, latency: slow(36*time.Second, beijing),
			rows: over, calls: "none", by: 39 * time.Second},
		{name: "nor if a look at it is under way", policy: Policy{Cap: 1, Regions: two}, requests: named, fleet: busy, rows: over, calls: "none", by: 5 * time.Second,
			latency: slow(1500*time.Millisecond, func(q *query) bool { return beijing(q) || q.sent > 0 })},
		{name: "a sign starts the grace again of one whose grace was over", policy: Policy{Cap: 1, Grace: grace10, Regions: two}, requests: []Request{by(SourceTimer)},
			paid: []time.Duration{0, 9 * time.Minute}, latency: slow(30*time.Second, func(q *query) bool { return beijing(q) && q.sent > 9*time.Minute }),
			fleet: append(in("cn-beijing", 2), &simInstance{id: simID(0), restored: 3 * time.Minute}, &simInstance{id: simID(1), region: "cn-beijing", restored: 59 * time.Second}),
			rows:  "0 recovered, 2@cn-beijing reactivated, 1@cn-beijing recovered", calls: "23m30s"},
	})
}
