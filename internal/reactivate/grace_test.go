package reactivate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

// TestWhoGoesFirst plays an overdue and a busy instance, with each kind of request for them. None of these runs ends in trouble.
func TestWhoGoesFirst(t *testing.T) {
	event := func(standing Standing) Request {
		return Request{InstanceIDs: simIDs(2), Standing: standing, Source: SourceCloudMonitor}
	}
	sweep := func(standing Standing) Request {
		return Request{Sweep: true, Standing: standing, Source: SourceTimer}
	}
	watch := Request{Watch: 5 * time.Minute, Standing: StandingPerson}
	const both, bothWait, bothOld = "0 reactivated, 1 reactivated", "0 planned, 1 skipped busy", "0 deferred old-event, 1 deferred old-event"
	for _, tt := range []story{
		{name: "a person", requests: []Request{event(StandingPerson)}, rows: both, calls: "0s 6s"},
		{name: "a person's sweep", requests: []Request{sweep(StandingPerson)}, rows: "0 reactivated", calls: "0s"},
		{name: "a fresh event", requests: []Request{event(StandingFresh)}, rows: both, calls: "0s 6s"},
		{name: "an old event", requests: []Request{event(StandingLook)}, rows: bothOld, calls: "none", by: time.Second},
		{name: "any other with ids", requests: []Request{event(StandingOther)}, rows: both, calls: "10m0s 10m0s"},
		{name: "any other sweep", requests: []Request{sweep(StandingOther)}, rows: "0 reactivated", calls: "10m0s", looks: 1 + graceLooks + 2},
		{name: "a watch", requests: []Request{watch}, rows: "0 deferred watch", calls: "none", by: time.Second},
		{name: "a watch in a configured dry run", policy: Policy{DryRun: true}, requests: []Request{watch}, rows: "0 deferred watch", calls: "none", by: time.Second},
		{name: "a dry run", requests: []Request{with(event(StandingOther), dry)}, rows: bothWait, calls: "none", by: time.Second},
		{name: "a configured dry run", policy: Policy{DryRun: true}, requests: []Request{event(StandingOther)}, rows: "0 planned dry-run, 1 skipped busy", calls: "none", by: time.Second},
		{name: "without a grace: an old event", policy: Policy{Grace: -1}, requests: []Request{event(StandingLook)}, rows: both, calls: "0s 6s"},
		{name: "without a grace: a watch", policy: Policy{Grace: -1}, requests: []Request{watch}, rows: "0 deferred watch", calls: "none", by: time.Second},
		{name: "an old event and a person's dry run", requests: []Request{event(StandingLook), with(event(StandingPerson), dry)}, rows: bothOld, calls: "none", by: time.Second},
		{name: "a watch and a dry run", requests: []Request{watch, with(event(StandingPerson), dry)}, rows: bothWait, calls: "none", by: time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.policy.Grace == 0 {
				tt.policy.Grace = grace10
			}
			tt.fleet = overdueOnes(2, func(i int, in *simInstance) {
				if i == 1 {
					in.onLook = busyUntil(5 * time.Second)
				}
			})
			if _, report := tt.tell(t); report.Trouble() != TroubleNone {
				t.Errorf("ended in trouble %v, want none", report.Trouble())
			}
		})
	}
}

// restores is a fleet of ten. The platform misses the first few, and restores the others after the payment. The last was stopped by its
// owner.
func restores(after time.Duration, missed int) []*simInstance {
	return overdueOnes(10, func(i int, in *simInstance) {
		if i >= missed {
			in.restored = after
		}
		in.owner = i == 9 && missed < 10
	})
}

// TestTheGraceRunsFromTheLastSign plays the moments at which a sweep that nobody asked for could start what its owner had stopped.
func TestTheGraceRunsFromTheLastSign(t *testing.T) {
	sweep, billing := []Request{by(SourceTimer)}, []Request{by(SourceBilling)}
	const paidLate = 9*time.Minute + 58*time.Second
	for _, tt := range []story{
		{name: "paid while a billing event hopes: the platform first", requests: billing, paid: []time.Duration{0, 12 * time.Minute}, fleet: restores(5*time.Minute, 3),
			rows: "[reactivated:3 recovered:6 skipped:1]"},
		{name: "restored within the grace: it runs anew from when that was seen", requests: sweep, paid: []time.Duration{0, paidLate}, fleet: restores(time.Second, 3),
			rows: "[reactivated:3 recovered:6 skipped:1]", calls: "20m0s 20m0s 20m0s"},
		{name: "what then does not fit is left for the next sweep", limit: 15 * time.Minute, requests: sweep, paid: []time.Duration{0, paidLate}, fleet: restores(time.Second, 3),
			rows: "[deferred:3 recovered:6 skipped:1]", calls: "none", by: 11 * time.Minute},
		{name: "it does not fit from the start", limit: 5 * time.Minute, requests: sweep, rows: "0 deferred no-grace", calls: "none", by: time.Second},
		{name: "never paid", requests: sweep, paid: []time.Duration{0}, rows: "0 awaiting-payment arrears", calls: "10m0s"},
		{name: "another was refused, and its own grace goes on", requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceTimer)}, paid: []time.Duration{0, time.Minute},
			fleet: []*simInstance{{id: simID(0)}, {id: simID(1), restored: 3 * time.Minute}}, rows: "0 awaiting-payment arrears, 1 recovered", calls: "0s"},
		{name: "a call whose answer was lost is no sign if it ends a lock", requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceTimer)}, fleet: overdueOnes(2, nil),
			lost: firstly(1, errTransient), rows: "0 recovered, 1 reactivated", calls: "0s 10m0s"},
		{name: "but if the account was unpaid since, a payment did it", requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)}, fault: firstly(1, errTransient),
			paid: []time.Duration{0, 550 * time.Second}, fleet: []*simInstance{{id: simID(0), restored: 5 * time.Second}, {id: simID(1)}}, rows: "0 recovered x20, 1 reactivated",
			calls: "21 from 0s to 19m31s"},
		{name: "a start by the platform that does not end is no recovery", requests: sweep, paid: []time.Duration{0, time.Second},
			fleet: one(func(in *simInstance) { in.starts, in.restored = time.Hour, 1 }), rows: "0 deferred time-up", calls: "none"},
		{name: "no one waits for another's grace, nor is called on its old look", requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)},
			fleet: overdueOnes(3, func(i int, in *simInstance) {
				if i == 2 {
					in.onLook = taggedFrom(time.Minute)
				}
			}), rows: "0 reactivated, 1 reactivated, 2 skipped excluded", calls: "0s 10m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.policy.Grace = grace10
			if _, report := tt.tell(t); tt.limit > 0 && report.Trouble() != TroubleNone {
				t.Errorf("ended in trouble %v, want none", report.Trouble())
			}
		})
	}
}

// TestPaidDuringTheGrace has a sweep with the default times in which the bill is paid a minute after its begin, and the platform restores
// all but one instance of each region. The sweep brings back those itself, and no call comes while the platform is at work.
func TestPaidDuringTheGrace(t *testing.T) {
	for _, spread := range []time.Duration{1, 3 * time.Minute} { // from the first to the last that the platform restores
		for _, c := range []struct{ perRegion, regions int }{{8, 1}, {5, 3}, {20, 6}, {50, 12}, {90, 1}, {150, 1}, {300, 1}, {500, 1}} {
			tt := story{
				name: fmt.Sprint(c, " within ", spread), paging: cloud.PageSize, limit: 25*time.Minute - 10*time.Second,
				policy: Policy{Grace: grace10, Regions: regionIDs(c.regions)}, requests: []Request{by(SourceTimer)}, paid: []time.Duration{0, time.Minute}, by: 19 * time.Minute,
			}
			r := rand.New(rand.NewPCG(1, 9))
			tt.fleet = overdueOnes(c.regions*c.perRegion, func(n int, in *simInstance) {
				in.region, in.owner = tt.policy.Regions[n%c.regions], n/c.regions == 1
				if n >= c.regions {
					in.restored = 2*time.Minute + time.Duration(r.Int64N(int64(spread)))
				}
			})
			tt.latency = func(*query) time.Duration {
				return time.Millisecond + time.Duration(r.Int64N(int64(200*time.Millisecond)))
			}
			tt.rows = fmt.Sprintf("[reactivated:%d recovered:%d skipped:%d]", c.regions, c.regions*(c.perRegion-2), c.regions)
			if s, report := tt.tell(t); len(s.calls) != c.regions || report.Trouble() != TroubleNone {
				t.Errorf("%s: calls %v, trouble %v", tt.name, s.calls, report.Trouble())
			}
		}
	}
}

// TestWhatIsReleasedInItsGrace has an instance that ECS releases. It is missing then, which is no sign that the platform restores anything.
func TestWhatIsReleasedInItsGrace(t *testing.T) {
	tt := story{policy: Policy{Grace: grace10}, requests: []Request{by(SourceTimer)}, fleet: overdueOnes(2, nil), rows: "0 reactivated, 1 skipped missing", calls: "10m0s",
		stopped: map[string]time.Duration{simID(1): day}}
	tt.shows = func(q *query, p cloud.Page) cloud.Page {
		if q.sent > 5*time.Minute {
			p.Instances = p.Instances[:1]
		}
		return p
	}
	if _, report := tt.tell(t); !report.Results[1].ReleaseAt.IsZero() {
		t.Errorf("got %+v, want no release of what is missing", report.Results[1])
	}
}

// TestALockThatEndsIsASignThoughTheRowIsDone has a late page of a sweep show an instance again, which a person's request had shown before.
func TestALockThatEndsIsASignThoughTheRowIsDone(t *testing.T) {
	late := func(q *query) bool { return q.ids == nil && q.token != "" }
	tt := story{
		policy: Policy{Grace: grace10}, requests: []Request{by(SourceManual, simID(0)), by(SourceTimer)}, paging: 1, stopped: map[string]time.Duration{simID(0): time.Hour},
		fault: times(1, errDown, late), latency: slow(5*time.Second, late), rows: "0 skipped excluded, 1 reactivated", calls: "10m11s",
		fleet: []*simInstance{{id: simID(1)}, {id: simID(0), onLook: func(at time.Duration, in *cloud.Instance) {
			taggedFrom(0)(at, in)
			unlockedAfter(time.Second)(at, in)
		}}},
	}
	_, report := tt.tell(t)
	tt.rows, tt.calls = "0 failed unknown, 1 reactivated", "2s 10m0s"
	down, unknown := times(1, errDown, late), firstly(1, &cloud.Error{Op: cloud.OpReActivate, Class: cloud.ClassUnknown})
	tt.fault = func(q *query) *cloud.Error { return cmp.Or(down(q), unknown(q)) }
	tt.fleet[1].onLook = unlockedAfter(3 * time.Second)
	tt.tell(t)
	if r := report.Results[0]; r.ReleaseBasis != ReleaseUnknown || r.StoppedAt.IsZero() {
		t.Errorf("got %+v, want no release of what is not overdue", r)
	}
}
