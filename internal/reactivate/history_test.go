package reactivate

import (
	"fmt"
	"testing"
	"time"

	"reactivate/internal/arrears"
)

// startedAgo has looks show when an instance was last started.
func startedAgo(ago time.Duration) func(time.Duration, *Instance) {
	return func(_ time.Duration, in *Instance) { in.StartTime = simStart.Add(-ago) }
}

func ofHistory(q *query) bool { return q.op == opHistory }

// TestWhatIsNiceToKnowIsWaitedForShortly: two seconds for the history, and two for the balance.
func TestWhatIsNiceToKnowIsWaitedForShortly(t *testing.T) {
	hangs := slow(time.Hour, func(q *query) bool { return q.op == opHistory || q.op == opBalance })
	comes := slow(1500*time.Millisecond, ofHistory)
	for _, tt := range []story{
		{name: "a row is left", paid: []time.Duration{0}, latency: hangs, rows: "0 awaiting-payment arrears", by: 2100 * time.Millisecond},
		{name: "and the history comes", paid: []time.Duration{0}, latency: comes, rows: "0 awaiting-payment arrears", by: 1600 * time.Millisecond},
		{name: "the balance hangs", policy: Policy{BalanceFloor: "1"}, fleet: starting(time.Second), latency: hangs, rows: "0 reactivated", by: 2100 * time.Millisecond},
	} {
		tt.stopped = map[string]time.Duration{simID(0): day}
		if _, report := tt.tell(t); report.Results[0].StoppedAt.IsZero() != (tt.by != 1600*time.Millisecond) {
			t.Errorf("%s: stopped at %v", tt.name, report.Results[0].StoppedAt)
		}
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
				page.events = []arrears.Event{{InstanceID: simID(asked % 4), Status: "Executed", Finished: simStart.Add(-day).Unix()}}
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
