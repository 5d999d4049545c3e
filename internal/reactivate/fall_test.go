package reactivate

import (
	"testing"
	"time"
)

// TestWhatFallsBack plays an instance that starts after our call and is then Stopped again.
func TestWhatFallsBack(t *testing.T) {
	blink := func(from, to time.Duration) func(time.Duration, *Instance) {
		return func(at time.Duration, in *Instance) {
			if at >= from && at < to {
				in.Status, in.Locks = StatusStopped, []string{"financial"}
			}
		}
	}
	lags := func(in *simInstance) { // some looks, well apart, are answered by a server that lags behind
		n := 0
		in.starts, in.onLook = time.Minute, func(at time.Duration, in *Instance) {
			if n++; n == 4 || n == 8 {
				in.Status, in.Locks = StatusStopped, []string{"financial"}
			}
		}
	}
	zero := time.Duration(0)
	for _, tt := range []struct {
		name   string
		edit   func(in *simInstance)
		lost   *Error
		wait   *time.Duration
		want   Outcome
		class  Class
		calls  int
		within time.Duration
	}{
		{"it does", func(in *simInstance) { in.starts, in.falls = time.Hour, 3*time.Second }, nil, nil, OutcomeFailed, ClassFellBack, 1, 20 * time.Second},
		{"without its lock", func(in *simInstance) {
			in.starts, in.falls = time.Hour, 3*time.Second
			in.onLook = func(at time.Duration, in *Instance) {
				if at > time.Second {
					in.Locks = nil
				}
			}
		}, nil, nil, OutcomeFailed, ClassFellBack, 1, 20 * time.Second},
		{"one look that lags behind is no fall", func(in *simInstance) {
			in.starts, in.onLook = 30*time.Second, blink(4*time.Second, 5*time.Second)
		}, nil, nil, OutcomeReactivated, "", 1, time.Minute},
		{"nor are two, with one between them that shows it starting", lags, nil, nil, OutcomeReactivated, "", 1, 2 * time.Minute},
		{"nor after a call whose answer was lost", lags, errTransient, nil, OutcomeRecovered, "", 1, 2 * time.Minute},
		{"it was never seen to start", func(in *simInstance) { in.starts, in.onLook = time.Minute, blink(0, 30*time.Second) }, nil, nil, OutcomeReactivated, "", 1, 2 * time.Minute},
		{"after its wait", func(in *simInstance) { in.starts, in.falls = time.Hour, 4*time.Second }, nil, ptr(5 * time.Second), OutcomeFailed, ClassFellBack, 1, 30 * time.Second},
		{"no wait, and no time to see it", func(in *simInstance) { in.starts, in.falls = time.Hour, time.Minute }, nil, &zero, OutcomeAccepted, "", 1, time.Minute},
		{"after a call whose answer was lost", func(in *simInstance) { in.starts, in.falls = time.Hour, 3*time.Second }, errTransient, nil, OutcomeFailed, ClassFellBack, 1, 20 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := by(SourceManual, simID(0))
			req.Wait = tt.wait
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{req}, instances: overdueOnes(1, func(_ int, in *simInstance) { tt.edit(in) })}}}
			if tt.lost != nil {
				s.lost = firstly(1, tt.lost)
			}
			report := s.play()
			got := report.Results[0]
			var class Class
			if got.Err != nil {
				class = got.Err.Class
			}
			if took := s.accounts[0].ended; got.Outcome != tt.want || class != tt.class || len(s.calls) != tt.calls || took > tt.within {
				t.Errorf("got %s, %q after %d calls and %v; want %s, %q, %d, %v", got.Outcome, class, len(s.calls), took, tt.want, tt.class, tt.calls, tt.within)
			}
			if class == ClassFellBack && report.Trouble() != TroubleFailed {
				t.Errorf("its trouble is %v, want TroubleFailed", report.Trouble())
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// TestALaterRunDoesNotStartItAgain, as far as ECS's StartTime and its history tell.
func TestALaterRunDoesNotStartItAgain(t *testing.T) {
	const hour = time.Hour
	person, fresh, sweep := by(SourceManual, simID(0)), by(SourceCloudMonitor, simID(0)), by(SourceTimer)
	dry, watch := fresh, Request{Watch: hour}
	dry.DryRun = true
	for _, tt := range []struct {
		name     string
		requests []Request
		started  time.Duration // before the run; 0: not known
		stopped  time.Duration // likewise
		history  time.Duration // how long it takes
		fault    *Error
		want     Outcome
		called   time.Duration // 0: not
		limit    time.Duration
	}{
		{"started after its last stop", []Request{fresh}, 2 * hour, 3 * hour, 0, nil, OutcomeFailed, 0, 0},
		{"the same in a sweep, after its grace", []Request{sweep}, 2 * hour, 3 * hour, 0, nil, OutcomeFailed, 0, 0},
		{"a person asks", []Request{person}, 2 * hour, 3 * hour, 0, nil, OutcomeReactivated, time.Second, 0},
		{"a person asks beside a sweep", []Request{sweep, person}, 2 * hour, 3 * hour, 0, nil, OutcomeReactivated, time.Second, 0},
		{"more than a day ago", []Request{fresh}, 25 * hour, 26 * hour, 0, nil, OutcomeReactivated, time.Second, 0},
		{"stopped since", []Request{fresh}, 3 * hour, 2 * hour, 0, nil, OutcomeReactivated, time.Second, 0},
		{"a start in the future tells nothing", []Request{fresh}, -hour, 3 * hour, 0, nil, OutcomeReactivated, time.Second, 0},
		{"its start is not known", []Request{fresh}, 0, 3 * hour, 0, nil, OutcomeReactivated, time.Second, 0},
		{"no stop is known", []Request{fresh}, 2 * hour, 0, 0, nil, OutcomeReactivated, time.Second, 0},
		{"the history may not be read", []Request{fresh}, 2 * hour, 3 * hour, 0, errForbidden, OutcomeReactivated, time.Second, 0},
		{"it is slow", []Request{fresh}, 2 * hour, 3 * hour, 4 * time.Second, nil, OutcomeFailed, 0, 0},
		{"it hangs", []Request{fresh}, 2 * hour, 3 * hour, hour, nil, OutcomeReactivated, 6 * time.Second, 0},
		{"it hangs, and matters not", []Request{fresh}, 25 * hour, 0, hour, nil, OutcomeReactivated, time.Second, 0},
		{"in a webhook's time", []Request{fresh}, 2 * hour, 3 * hour, 0, nil, OutcomeFailed, 0, 4 * time.Second},
		{"it hangs, in a webhook's time", []Request{fresh}, 2 * hour, 3 * hour, hour, nil, OutcomeAccepted, 3 * time.Second, 4 * time.Second},
		{"a dry run waits for nothing", []Request{dry}, 2 * hour, 3 * hour, hour, nil, OutcomePlanned, 0, 0},
		{"a watch judges no fall", []Request{watch}, 2 * hour, 3 * hour, 0, nil, OutcomeDeferred, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, limit: tt.limit, policy: Policy{Grace: 10 * time.Minute}, accounts: []*simAccount{{requests: tt.requests, instances: overdueOnes(1, nil)}}}
			if tt.stopped > 0 {
				s.accounts[0].stopped = map[string]time.Duration{simID(0): tt.stopped}
			}
			s.accounts[0].instances[0].onLook = func(_ time.Duration, in *Instance) {
				if tt.started != 0 {
					in.StartTime = s.start.Add(-tt.started)
				}
			}
			s.latency = slow(max(tt.history, 20*time.Millisecond), func(q *query) bool { return q.op == opHistory })
			s.fault = refuses(tt.fault, func(q *query) bool { return q.op == opHistory })
			got := s.play().Results[0]
			if got.Outcome != tt.want || len(s.calls) > 0 != (tt.called > 0) {
				t.Errorf("got %s, %v after calls %v; want %s", got.Outcome, got.Err, s.calls, tt.want)
			}
			if len(s.calls) > 0 && s.calls[0].at > tt.called {
				t.Errorf("called after %v, want at most %v", s.calls[0].at, tt.called)
			}
			if tt.want == OutcomeFailed && got.Err.Class != ClassFellBack {
				t.Errorf("got %v", got.Err)
			}
		})
	}
}

// TestAddressesAndGroups shows what a look tells beside the state.
func TestAddressesAndGroups(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after string
		fault         *Error
		ips           string
	}{
		{"another address", "47.96.0.1", "47.96.0.2", nil, "47.96.0.1 47.96.0.2"},
		{"the same", "47.96.0.1", "47.96.0.1", nil, " "},
		{"none before", "", "47.96.0.2", nil, " "},
		{"given back", "47.96.0.1", "", nil, "47.96.0.1 "},
		{"it does not come back", "47.96.0.1", "47.96.0.2", &Error{Op: opReActivate, Class: ClassUnknown}, " "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, fault: firstly(1, tt.fault), accounts: []*simAccount{{
				requests: []Request{by(SourceManual)}, stopped: map[string]time.Duration{simID(0): 24 * time.Hour},
			}}}
			s.accounts[0].instances = overdueOnes(1, func(_ int, in *simInstance) {
				in.onLook = func(at time.Duration, shown *Instance) {
					if shown.PublicIP = tt.before; at > time.Second {
						shown.PublicIP = tt.after
					}
					shown.Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"}
				}
			})
			got := s.play().Results[0]
			if ips := got.IPBefore + " " + got.IPAfter; ips != tt.ips || got.ScalingGroup != "asg-1" {
				t.Errorf("got addresses %q, group %q; want %q", ips, got.ScalingGroup, tt.ips)
			}
			if stuck := got.Outcome == OutcomeFailed; stuck != (got.ReleaseBasis == ReleaseScalingGroup) || !got.ReleaseAt.IsZero() {
				t.Errorf("%s: released at %v, by %q", got.Outcome, got.ReleaseAt, got.ReleaseBasis)
			}
			if want := s.start.Add(-24 * time.Hour); !got.StoppedAt.Equal(want) {
				t.Errorf("stopped at %v, want %v", got.StoppedAt, want)
			}
		})
	}
}

// TestAWatchTellsTheNewsOfItsTime: each stop, and each day mark, is the news of one of the watches that follow each other.
func TestAWatchTellsTheNewsOfItsTime(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) Timestamp { return Timestamp{now.Add(-d)} }
	const day = 24 * time.Hour
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

// TestAWatchReadsTheBalanceOfAccountsWithNews, and waits for the history, without which it has nothing to tell.
func TestAWatchReadsTheBalanceOfAccountsWithNews(t *testing.T) {
	for _, tt := range []struct {
		ago  time.Duration
		at   time.Duration // of the watch, before the run; 0: by the clock
		read bool
	}{{3 * time.Minute, 0, true}, {7 * time.Minute, 0, false}, {7 * time.Minute, 4 * time.Minute, true}} {
		s := &sim{t: t, policy: Policy{BalanceFloor: "200"}, accounts: []*simAccount{{
			requests: []Request{{Watch: 5 * time.Minute}}, instances: overdueOnes(3, nil), balance: shows("-5.00", nil),
			stopped: map[string]time.Duration{simID(1): tt.ago},
		}}}
		if tt.at > 0 {
			s.accounts[0].requests[0].At = time.Date(2126, 11, 1, 0, 0, 0, 0, time.UTC).Add(-tt.at)
		}
		s.latency = slow(8*time.Second, func(q *query) bool { return q.op == opHistory })
		if report := s.play(); len(report.Balances) == 1 != tt.read || report.Results[1].StoppedAt.IsZero() {
			t.Errorf("stopped %v ago: got balances %v, rows %+v", tt.ago, report.Balances, report.Results)
		}
	}
}
