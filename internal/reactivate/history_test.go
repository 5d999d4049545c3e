package reactivate

import (
	"fmt"
	"testing"
	"time"
)

// startedAgo has looks show when an instance was last started.
func startedAgo(ago time.Duration) func(time.Duration, *Instance) {
	return func(_ time.Duration, in *Instance) { in.StartTime = simStart.Add(-ago) }
}

func ofHistory(q *query) bool { return q.op == opHistory }

// TestWhatIsNiceToKnowIsNotWaitedFor has the history and the balance hang: the report waits two seconds from the question on, and only
// where a row is left of which they would tell.
func TestWhatIsNiceToKnowIsNotWaitedFor(t *testing.T) {
	for _, tt := range []story{
		{name: "nothing is left", fleet: starting(time.Second), rows: "0 reactivated", by: 1200 * time.Millisecond},
		{name: "a row is left", paid: []time.Duration{0}, rows: "0 awaiting-payment arrears", by: 2100 * time.Millisecond},
		{name: "the balance hangs", policy: Policy{BalanceFloor: "1"}, fleet: starting(time.Second), rows: "0 reactivated", by: 2100 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.latency = slow(time.Hour, func(q *query) bool { return q.op == opHistory || q.op == opBalance })
			tt.tell(t)
		})
	}
}

// TestTheHistoryIsReadToItsEnd, or nothing of it counts.
func TestTheHistoryIsReadToItsEnd(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pages  int
		itself bool // each page but the first names itself as the next
		err    *Error
		known  int
		asked  int
	}{
		{"as many pages as are read", maxPages + 1, false, nil, 4, maxPages + 1},
		{"more pages", maxPages + 2, false, nil, 0, maxPages + 1},
		{"a page that names itself", 100, true, nil, 0, 2},
		{"denied", 1, false, errForbidden, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := (&story{policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)}, fleet: overdueOnes(4, nil), paid: []time.Duration{0}}).sim(t)
			asked := 0
			s.history = func(*query) (reply, *Error) {
				page := reply{next: fmt.Sprint(asked)}
				if asked++; tt.itself {
					page.next = "1"
				}
				if asked == tt.pages {
					page.next = ""
				}
				page.events = []ArrearsEvent{{InstanceID: simID(asked % 4), Status: "Executed", Finished: simStart.Add(-day)}}
				return page, tt.err
			}
			report := s.play()
			known := 0
			for _, r := range report.Results {
				if r.ReleaseBasis == ReleaseStop {
					known++
				}
			}
			if known != tt.known || asked != tt.asked || (len(report.Warnings) == 1) != (tt.known == 0) {
				t.Errorf("got the release of %d rows after %d questions, warnings %v; want %d, %d", known, asked, report.Warnings, tt.known, tt.asked)
			}
		})
	}
}

// TestALaterRunDoesNotStartItAgain, as far as ECS's StartTime and its history tell.
func TestALaterRunDoesNotStartItAgain(t *testing.T) {
	const hour = time.Hour
	fresh, sweep, person := []Request{by(SourceCloudMonitor, simID(0))}, []Request{by(SourceTimer)}, by(SourceManual, simID(0))
	hangs := slow(hour, ofHistory)
	for _, c := range []struct {
		started time.Duration // before the run; 0: not known
		stopped time.Duration // likewise
		story
	}{
		{2 * hour, 3 * hour, story{name: "started after its last stop", requests: fresh, rows: "0 failed fell-back", calls: "none"}},
		{2 * hour, 3 * hour, story{name: "the same in a sweep, after its grace", requests: sweep, rows: "0 failed fell-back", calls: "none"}},
		{2 * hour, 3 * hour, story{name: "a person asks", requests: []Request{person}, rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 3 * hour, story{name: "a person asks beside a sweep", requests: append(sweep, person), rows: "0 reactivated", calls: "0s"}},
		{25 * hour, 26 * hour, story{name: "more than a day ago", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{3 * hour, 2 * hour, story{name: "stopped since", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{-hour, 3 * hour, story{name: "a start in the future tells nothing", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{0, 3 * hour, story{name: "its start is not known", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 0, story{name: "no stop is known", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 3 * hour, story{name: "the history may not be read", requests: fresh, fault: refuses(errForbidden, ofHistory), rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 3 * hour, story{name: "it is slow", requests: fresh, latency: slow(4*time.Second, ofHistory), rows: "0 failed fell-back", calls: "none"}},
		{2 * hour, 3 * hour, story{name: "it hangs", requests: fresh, latency: hangs, rows: "0 reactivated", calls: "5s"}},
		{25 * hour, 0, story{name: "it hangs, and matters not", requests: fresh, latency: hangs, rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 3 * hour, story{name: "in a webhook's time", limit: 4 * time.Second, requests: fresh, rows: "0 failed fell-back", calls: "none"}},
		{2 * hour, 3 * hour, story{name: "it hangs, in a webhook's time", limit: 4 * time.Second, requests: fresh, latency: hangs, rows: "0 accepted", calls: "2s"}},
		{2 * hour, 3 * hour, story{name: "a dry run waits for nothing", requests: []Request{with(fresh[0], dry)}, latency: hangs, rows: "0 planned", calls: "none", by: 3 * time.Second}},
		{2 * hour, 3 * hour, story{name: "a watch judges no fall", requests: []Request{{Watch: hour}}, rows: "0 deferred watch", calls: "none"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.policy.Grace = grace10
			s := c.sim(t)
			if c.stopped > 0 {
				s.accounts[0].stopped = map[string]time.Duration{simID(0): c.stopped}
			}
			if c.started != 0 {
				s.accounts[0].instances[0].onLook = startedAgo(c.started)
			}
			s.hold(&c.story, s.play())
		})
	}
}

// TestAddressesAndGroups shows what a look tells beside the state.
func TestAddressesAndGroups(t *testing.T) {
	for _, c := range []struct{ name, before, after, ips, rows string }{
		{"another address", "47.96.0.1", "47.96.0.2", "47.96.0.1 47.96.0.2", "0 reactivated"},
		{"the same", "47.96.0.1", "47.96.0.1", " ", "0 reactivated"},
		{"none before", "", "47.96.0.2", " ", "0 reactivated"},
		{"given back", "47.96.0.1", "", "47.96.0.1 ", "0 reactivated"},
		{"it does not come back", "47.96.0.1", "47.96.0.2", " ", "0 failed unknown"},
	} {
		tt := story{name: c.name, rows: c.rows, stopped: map[string]time.Duration{simID(0): day}, fleet: seenAs(func(at time.Duration, shown *Instance) {
			if shown.PublicIP = c.before; at > time.Second {
				shown.PublicIP = c.after
			}
			shown.Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"}
		})}
		if c.rows != "0 reactivated" {
			tt.fault = firstly(1, &Error{Op: opReActivate, Class: ClassUnknown})
		}
		s, report := tt.tell(t)
		got := report.Results[0]
		if ips := got.IPBefore + " " + got.IPAfter; ips != c.ips || got.ScalingGroup != "asg-1" {
			t.Errorf("%s: got addresses %q, group %q; want %q", c.name, ips, got.ScalingGroup, c.ips)
		}
		if stuck := tt.fault != nil; stuck != (got.ReleaseBasis == ReleaseScalingGroup) || !got.ReleaseAt.IsZero() || !got.StoppedAt.Equal(s.start.Add(-day)) {
			t.Errorf("%s: stopped at %v, released at %v, by %q", c.name, got.StoppedAt, got.ReleaseAt, got.ReleaseBasis)
		}
	}
}

// TestWhatIsStillOverdueSaysWhenItIsReleased, and nothing else does.
func TestWhatIsStillOverdueSaysWhenItIsReleased(t *testing.T) {
	tt := story{
		requests: []Request{by(SourceCloudMonitor, simIDs(5)...)}, paid: []time.Duration{0},
		stopped: map[string]time.Duration{simID(0): day, simID(2): day, simID(3): day, simID(4): day},
		rows:    "0 awaiting-payment arrears, 1 awaiting-payment arrears, 2 skipped running, 3 skipped not-overdue, 4 awaiting-payment arrears",
	}
	tt.fleet = overdueOnes(5, func(i int, in *simInstance) { in.status = []Status{"", "", StatusRunning, StatusStopped, ""}[i] })
	tt.fleet[4].onLook = busyUntil(time.Second) // it is asked for when it turns out to be overdue
	s, report := tt.tell(t)
	for i, want := range []Timestamp{{s.start.Add(ReleaseAfter - day)}, {}, {}, {}, {s.start.Add(ReleaseAfter - day)}} {
		if r := report.Results[i]; !r.ReleaseAt.Equal(want.Time) || (r.ReleaseBasis == ReleaseStop) != !want.IsZero() {
			t.Errorf("%d: %s has %v, %q; want %v", i, r.Outcome, r.ReleaseAt, r.ReleaseBasis, want)
		}
	}
}

// TestWhenItIsReleased, as far as the history tells.
func TestWhenItIsReleased(t *testing.T) {
	on := func(n float64) time.Time { return simStart.Add(time.Duration(n * float64(day))) }
	stopped := func(status string, at time.Time) ArrearsEvent { return ArrearsEvent{Status: status, Finished: at} }
	deleted := func(status string, at time.Time) ArrearsEvent {
		return ArrearsEvent{Delete: true, Status: status, NotBefore: at}
	}
	for _, tt := range []struct {
		name    string
		events  []ArrearsEvent
		started time.Time
		want    time.Time
		basis   ReleaseBasis
		stop    bool // its stop is known
	}{
		{"nothing known", nil, time.Time{}, time.Time{}, ReleaseUnknown, false},
		{"its stop", []ArrearsEvent{stopped("Executed", on(-3))}, on(-40), on(12), ReleaseStop, true},
		{"the earliest time that the stop's event tells", []ArrearsEvent{{Status: "Executed", Published: on(-4), NotBefore: on(-3.5), Finished: on(-3)}}, on(-40), on(11), ReleaseStop, true},
		{"a stop announced before it was last started", []ArrearsEvent{{Status: "Executed", Published: on(-20), Finished: on(-3)}}, on(-10), on(12), ReleaseStop, true},
		{"its release is scheduled", []ArrearsEvent{deleted("Scheduled", on(9))}, on(-40), on(9), ReleaseEvent, false},
		{"the earlier of both: the event", []ArrearsEvent{stopped("Executed", on(-3)), deleted("Scheduled", on(9))}, on(-40), on(9), ReleaseEvent, true},
		{"the earlier of both: the stop", []ArrearsEvent{stopped("Executed", on(-3)), deleted("Scheduled", on(20))}, on(-40), on(12), ReleaseStop, true},
		{"older arrears, settled, and newer ones", []ArrearsEvent{stopped("Executed", on(-14)), deleted("Avoided", on(1)), stopped("Executed", on(-2))}, on(-10), on(13), ReleaseStop, true},
		{"older arrears alone", []ArrearsEvent{stopped("Executed", on(-14))}, on(-10), time.Time{}, ReleaseUnknown, false},
		{"the latest of two stops since it was started", []ArrearsEvent{stopped("Executed", on(-2)), stopped("Executed", on(-5))}, on(-10), on(13), ReleaseStop, true},
		{"avoided, canceled and failed ones", []ArrearsEvent{stopped("Avoided", on(-2)), stopped("Canceled", on(-2)), deleted("Failed", on(5))}, on(-40), time.Time{}, ReleaseUnknown, false},
		{"an executed release is over", []ArrearsEvent{deleted("Executed", on(-5))}, on(-40), time.Time{}, ReleaseUnknown, false},
		{"its release is moved: the earlier", []ArrearsEvent{deleted("Scheduled", on(9)), deleted("Inquiring", on(7))}, on(-40), on(7), ReleaseEvent, false},
		{"a stop of an unknown status", []ArrearsEvent{stopped("Pondering", on(-3))}, on(-40), time.Time{}, ReleaseUnknown, false},
		{"a stop that is planned, beside an older one", []ArrearsEvent{stopped("Executed", on(-2)), {Status: "Scheduled", Published: on(-0.1)}, {Status: "Executing", NotBefore: on(-0.1)}}, on(-40), on(13), ReleaseStop, true},
		{"a stop that is planned", []ArrearsEvent{{Status: "Scheduled", Published: on(-0.1), NotBefore: on(1)}}, on(-40), time.Time{}, ReleaseUnknown, false},
		{"no start time", []ArrearsEvent{stopped("Executed", on(-3))}, time.Time{}, on(12), ReleaseStop, true},
		{"no times", []ArrearsEvent{{Status: "Executed"}, {Delete: true, Status: "Scheduled"}}, on(-40), time.Time{}, ReleaseUnknown, false},
		{"a clock ahead of ours", []ArrearsEvent{stopped("Executed", on(1))}, on(-40), on(15), ReleaseStop, true},
		{"overdue for its release", []ArrearsEvent{stopped("Executed", on(-16))}, on(-40), on(-1), ReleaseStop, true},
	} {
		s := (&story{paid: []time.Duration{0}, fleet: seenAs(func(_ time.Duration, in *Instance) { in.StartTime = tt.started })}).sim(t)
		s.history = func(*query) (reply, *Error) {
			for i := range tt.events {
				tt.events[i].InstanceID = simID(0)
			}
			return reply{events: tt.events}, nil
		}
		if r := s.play().Results[0]; !r.ReleaseAt.Equal(tt.want) || r.ReleaseBasis != tt.basis || r.StoppedAt.IsZero() == tt.stop {
			t.Errorf("%s: released at %v by %q, stopped at %v; want %v, %q", tt.name, r.ReleaseAt, r.ReleaseBasis, r.StoppedAt, tt.want, tt.basis)
		}
	}
}

// TestTheMostUrgentGoesFirst, of those that wait for a slot. Nobody waits to know the order.
func TestTheMostUrgentGoesFirst(t *testing.T) {
	tt := story{policy: Policy{Concurrency: 1}, fleet: overdueOnes(8, nil), rows: "[reactivated:8]", calls: "8 from 0s to 0s"}
	tt.stopped = map[string]time.Duration{simID(1): 9 * day, simID(2): 13 * day, simID(3): 3 * day, simID(4): 14 * day, simID(7): 12 * day}
	tt.fleet[6].onLook = func(_ time.Duration, in *Instance) {
		in.Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"}
	}
	s, _ := tt.tell(t)
	for i, n := range []int{6, 0, 4, 2, 7, 5, 1, 3} { // the first two are called before the history is known
		if s.calls[i].id != simID(n) {
			t.Errorf("call %d is of %s, want %s", i, s.calls[i].id, simID(n))
		}
	}
}
