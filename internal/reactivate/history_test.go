package reactivate

import (
	"strconv"
	"testing"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
)

func ofHistory(q *query) bool { return q.op == cloud.OpHistory }
func ofBalance(q *query) bool { return q.op == cloud.OpBalance }

// TestWhatIsNiceToKnowIsWaitedForShortly waits two seconds for the history, and two for the balance.
func TestWhatIsNiceToKnowIsWaitedForShortly(t *testing.T) {
	hangs := slow(time.Hour, func(q *query) bool { return q.op == cloud.OpHistory || q.op == cloud.OpBalance })
	comes := slow(1500*time.Millisecond, ofHistory)
	for _, tt := range []story{
		{name: "a row is left", paid: []time.Duration{0}, latency: hangs, rows: "0 awaiting-payment arrears", by: 2100 * time.Millisecond},
		{name: "and the history comes", paid: []time.Duration{0}, latency: comes, rows: "0 awaiting-payment arrears", by: 1600 * time.Millisecond},
		{name: "also of a busy one that turns out to be overdue", requests: []Request{by(SourceManual, simID(0))}, paid: []time.Duration{0}, fleet: seenAs(busyUntil(time.Second)),
			rows: "0 awaiting-payment arrears", by: 1600 * time.Millisecond},
		{name: "and comes after our own start", latency: comes, fleet: seenAs(func(at time.Duration, in *cloud.Instance) {
			if at > 0 {
				in.Status, in.StartTime = cloud.StatusRunning, simStart
			}
		}), rows: "0 reactivated", by: 1600 * time.Millisecond},
		{name: "the balance hangs", policy: Policy{BalanceFloor: "1"}, fleet: starting(time.Second), latency: hangs, rows: "0 reactivated", by: 2100 * time.Millisecond},
	} {
		tt.stopped = map[string]time.Duration{simID(0): day}
		if _, report := tt.tell(t); report.Results[0].StoppedAt.IsZero() != (tt.by != 1600*time.Millisecond) {
			t.Errorf("%s: stopped at %v", tt.name, report.Results[0].StoppedAt)
		}
	}
}

// TestTheHistoryIsReadToItsEnd has histories that can and that cannot be read to their end. Of the latter nothing counts.
func TestTheHistoryIsReadToItsEnd(t *testing.T) {
	for _, tt := range []struct {
		pages int
		fault *cloud.Error
		known int
	}{{maxPages + 1, nil, 4}, {maxPages + 2, nil, 0}, {1, errForbidden, 0}} {
		s := (&story{fleet: overdueOnes(4, nil), paid: []time.Duration{0}, latency: slow(0, ofHistory), fault: refuses(tt.fault, ofHistory)}).sim(t)
		s.history = func(q *query) (page reply, _ *cloud.Error) {
			n, _ := strconv.Atoi(q.token) // "" is page 0
			if n+1 < tt.pages {
				page.next = strconv.Itoa(n + 1)
			}
			page.events = []arrears.Event{
				{InstanceID: simID(n % 4), Status: "Executed", Finished: simStart.Add(-day).Unix()},
				{InstanceID: simID(3), Delete: true, Status: "Scheduled", NotBefore: simStart.Add(day).Unix()},
			}
			return page, nil
		}
		report, known := s.play(), 0
		for i, r := range report.Results {
			if r.ReleaseBasis == []ReleaseBasis{ReleaseStop, ReleaseStop, ReleaseStop, ReleaseEvent}[i] {
				known++
			}
		}
		if known != tt.known || (len(report.Warnings) == 1) != (tt.known == 0) {
			t.Errorf("%d pages: got the release of %d rows, want %d; warnings %v", tt.pages, known, tt.known, report.Warnings)
		}
	}
}

// TestALongHistoryHoldsNoReport has a row be found after the first page of a history without end, which may hold an earlier release.
func TestALongHistoryHoldsNoReport(t *testing.T) {
	s := (&story{fleet: overdueOnes(2, nil), paid: []time.Duration{0}, paging: 1, latency: slow(400*time.Millisecond, func(q *query) bool { return ofHistory(q) || q.token != "" })}).sim(t)
	s.fault = times(1, errDown, func(q *query) bool { return q.describes() && q.token != "" })
	s.history = func(q *query) (page reply, _ *cloud.Error) {
		return reply{next: q.token + "x", events: []arrears.Event{{InstanceID: simID(1), Status: "Executed", Finished: simStart.Add(-day).Unix()}}}, nil
	}
	if report := s.play(); s.accounts[0].ended > 2100*time.Millisecond || !report.Results[1].ReleaseAt.IsZero() {
		t.Errorf("the run took %v, want 2 s for a history without end; %+v", s.accounts[0].ended, report.Results)
	}
}

// TestALaterRunDoesNotStartItAgain plays what ECS may say of the last start and the last stop of an instance.
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
		{2 * hour, 3 * hour, story{name: "a person asks beside a sweep", requests: append(sweep, person), rows: "0 reactivated", calls: "0s"}},
		{3 * hour, 2 * hour, story{name: "stopped since", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{-hour, 3 * hour, story{name: "a start in the future tells nothing", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{0, 3 * hour, story{name: "its start is not known", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 0, story{name: "no stop is known", requests: fresh, rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 3 * hour, story{name: "the history may not be read", requests: fresh, fault: refuses(errForbidden, ofHistory), rows: "0 reactivated", calls: "0s"}},
		{2 * hour, 3 * hour, story{name: "it is slow", requests: fresh, latency: slow(4*time.Second, ofHistory), rows: "0 failed fell-back", calls: "none"}},
		{2 * hour, 3 * hour, story{name: "it hangs", limit: hour, requests: fresh, latency: hangs, rows: "0 reactivated", calls: "5s"}},
		{25 * hour, 0, story{name: "it hangs, and matters not", requests: fresh, latency: hangs, rows: "0 reactivated", calls: "0s"}},
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
				s.accounts[0].instances[0].onLook = func(_ time.Duration, in *cloud.Instance) { in.StartTime = simStart.Add(-c.started) }
			}
			s.hold(&c.story, s.play())
		})
	}
}

// TestTheMostUrgentGoesFirst of the rows that wait for a slot. No row waits until the order is known.
func TestTheMostUrgentGoesFirst(t *testing.T) {
	tt := story{policy: Policy{Concurrency: 1}, fleet: overdueOnes(8, nil), rows: "[reactivated:8]", calls: "8 from 0s to 0s"}
	tt.stopped = map[string]time.Duration{simID(1): 9 * day, simID(2): 13 * day, simID(3): 3 * day, simID(4): 14 * day, simID(7): 12 * day}
	tt.fleet[6].onLook = func(_ time.Duration, in *cloud.Instance) {
		in.Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"}
	}
	s, _ := tt.tell(t)
	for i, n := range []int{6, 0, 4, 2, 7, 5, 1, 3} { // the first two are called before the history is known
		if s.calls[i].id != simID(n) {
			t.Errorf("call %d is of %s, want %s", i, s.calls[i].id, simID(n))
		}
	}
}

// TestAWatchTellsTheNewsOfItsTime holds each stop, and each day before a release, to being the news of exactly one of several
// consecutive watches.
func TestAWatchTellsTheNewsOfItsTime(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) Timestamp { return Timestamp{now.Add(-d)} }
	for _, tt := range []struct {
		name string
		row  Result
		want bool
	}{
		{"just stopped: told by the next", Result{StoppedAt: ago(59 * time.Second)}, false},
		{"the end belongs to it", Result{StoppedAt: ago(time.Minute)}, true},
		{"stopped within", Result{StoppedAt: ago(3 * time.Minute)}, true},
		{"the begin belongs to the one before", Result{StoppedAt: ago(6 * time.Minute)}, false},
		{"7 days before its release", Result{StoppedAt: ago(8 * day), ReleaseAt: ago(-7*day + 2*time.Minute)}, true},
		{"3 days", Result{StoppedAt: ago(12 * day), ReleaseAt: ago(-3*day + 2*time.Minute)}, true},
		{"1 day", Result{StoppedAt: ago(14 * day), ReleaseAt: ago(-1*day + 2*time.Minute)}, true},
		{"2 days", Result{StoppedAt: ago(13 * day), ReleaseAt: ago(-2*day + 2*time.Minute)}, false},
		{"its stop is not known", Result{ReleaseAt: ago(-7*day + 2*time.Minute)}, false},
		{"it is excluded", Result{StoppedAt: ago(3 * time.Minute), Verdict: VerdictExcluded}, false},
	} {
		if tt.row.Verdict == "" {
			tt.row.Verdict = VerdictReactivate
		}
		if got := (&Request{Watch: 5 * time.Minute}).News(&tt.row, now); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestAWatchReadsTheBalanceOfAccountsWithNews has a slow history. The watch waits for it, because it has no other news.
func TestAWatchReadsTheBalanceOfAccountsWithNews(t *testing.T) {
	for _, c := range []struct {
		ago  time.Duration
		at   time.Duration // of the watch, before the run; 0: by the clock
		read bool
	}{{3 * time.Minute, 0, true}, {7 * time.Minute, 0, false}, {7 * time.Minute, 4 * time.Minute, true}} {
		watch := Request{Watch: 5 * time.Minute}
		if c.at > 0 {
			watch.At = simStart.Add(-c.at)
		}
		tt := story{policy: Policy{BalanceFloor: "200"}, requests: []Request{watch}, balance: "-5.00", latency: slow(8*time.Second, ofHistory)}
		tt.stopped = map[string]time.Duration{simID(0): c.ago}
		if report := tt.sim(t).play(); len(report.Balances) == 1 != c.read || report.Results[0].StoppedAt.IsZero() {
			t.Errorf("stopped %v ago: got balances %v, rows %+v", c.ago, report.Balances, report.Results)
		}
	}
}
