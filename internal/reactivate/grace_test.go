package reactivate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestPaidDuringTheGrace has a sweep with the default times in which the bill is paid a minute after its begin, and the platform restores
// all but one instance of each region. The sweep brings back those itself, and no call comes while the platform is at work.
func TestPaidDuringTheGrace(t *testing.T) {
	for _, spread := range []time.Duration{1, 3 * time.Minute} { // the platform takes
		for _, c := range []struct{ perRegion, regions int }{{5, 1}, {5, 3}, {20, 6}, {50, 12}, {90, 1}, {150, 1}, {200, 1}, {300, 1}, {500, 1}} {
			for seed := range uint64(2) {
				s := &sim{t: t, paging: PageSize, limit: 25*time.Minute - 10*time.Second, policy: Policy{Grace: 10 * time.Minute, Regions: []string{}}}
				r := rand.New(rand.NewPCG(seed, 9))
				var fleet []*simInstance
				for n := range c.regions * c.perRegion {
					region := fmt.Sprintf("cn-%c", 'a'+n%c.regions)
					if n < c.regions {
						s.policy.Regions = append(s.policy.Regions, region)
					}
					in := &simInstance{id: simID(n), region: region, restored: 2*time.Minute + time.Duration(r.Int64N(int64(spread)))}
					if n >= c.regions && n < 2*c.regions {
						in.owner = true
					}
					if n < c.regions {
						in.restored = 0
					}
					fleet = append(fleet, in)
				}
				s.accounts = []*simAccount{{paid: []time.Duration{0, time.Minute}, requests: []Request{by(SourceTimer)}, instances: fleet}}
				s.latency = func(*query) time.Duration {
					if r.Float64() < 0.03 {
						return time.Second
					}
					return time.Millisecond + time.Duration(r.Int64N(int64(200*time.Millisecond)))
				}
				report := s.play()
				if report.Counts[OutcomeReactivated] != c.regions || report.Counts[OutcomeDeferred] != 0 || len(s.calls) != c.regions || report.Trouble() != TroubleNone {
					t.Errorf("%d of %d in each of %d regions, within %v: got %v, calls %v, %v", c.perRegion, c.perRegion-1, c.regions, spread, report.Counts, s.calls, report.Trouble())
				}
				for _, in := range fleet {
					if in.owner && in.called {
						t.Errorf("started %s, which its owner had stopped", in.id)
					}
				}
			}
		}
	}
}

// TestAGraceThatDoesNotFit ends at once, on a look that is fresh: the next sweep takes the rows up.
func TestAGraceThatDoesNotFit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit time.Duration
		paid  []time.Duration
		by    time.Duration
		rows  map[Outcome]int
	}{
		{"never", 5 * time.Minute, nil, time.Second, map[Outcome]int{OutcomeDeferred: 4}},
		{"after a sign", 15 * time.Minute, []time.Duration{0, 7 * time.Minute}, 9 * time.Minute, map[Outcome]int{OutcomeDeferred: 3, OutcomeRecovered: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, limit: tt.limit, policy: Policy{Grace: 10 * time.Minute}, accounts: []*simAccount{{
				paid: tt.paid, requests: []Request{by(SourceTimer)}, instances: overdueOnes(4, func(i int, in *simInstance) {
					if i == 0 {
						in.restored = time.Minute
					}
				}),
			}}}
			s.ends = func(_ *simAccount, r *row) {
				if age := s.now.Sub(r.look); r.outcome == OutcomeDeferred && (age > time.Minute || r.reason != ReasonNoGrace) {
					t.Errorf("%s ends on a look %v old, for reason %d", r.id, age, r.reason)
				}
			}
			report := s.play()
			if fmt.Sprint(report.Counts) != fmt.Sprint(tt.rows) || s.accounts[0].ended > tt.by+time.Minute || len(s.calls) > 0 || report.Trouble() != TroubleNone {
				t.Errorf("got %v after %v, calls %v, %v; want %v after %v", report.Counts, s.accounts[0].ended, s.calls, report.Trouble(), tt.rows, tt.by)
			}
		})
	}
}

// TestWhatWaitsForItsPaceIsLookedAtLast has more rows than their pace allows: when the time is nearly up, they are looked at once more.
func TestWhatWaitsForItsPaceIsLookedAtLast(t *testing.T) {
	s := &sim{t: t, limit: 10 * time.Minute, policy: Policy{MaxQPS: 1, Concurrency: 1}, accounts: []*simAccount{{
		requests: []Request{by(SourceManual)}, instances: overdueOnes(700, func(i int, in *simInstance) {
			if i >= 650 {
				in.onLook = func(at time.Duration, in *Instance) {
					if at > 5*time.Minute {
						in.Status, in.Locks = StatusRunning, nil
					}
				}
			}
		}),
	}}}
	if report := s.play(); report.Counts[OutcomeRecovered] != 50 || report.Counts[OutcomeDeferred] < 50 {
		t.Errorf("got %v, want what came back meanwhile to be seen", report.Counts)
	}
}

// TestAPauseThatDoesNotFit ends the run at once: waiting would only cost.
func TestAPauseThatDoesNotFit(t *testing.T) {
	s := &sim{t: t, limit: 100 * time.Second, fault: firstly(9, errSoldOut), accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(1, nil)}}}
	got := s.play().Results[0]
	if took := s.accounts[0].ended; got.Outcome != OutcomeDeferred || got.Err != errSoldOut || got.Reason != ReasonTimeUp || took == 0 || took > 75*time.Second {
		t.Errorf("got %s, %v, reason %d after %v", got.Outcome, got.Err, got.Reason, took)
	}
}

// TestWhoWaitsForMoneyEndsOnAFreshLook: the account runs dry while most rows wait for their pace, on old looks.
func TestWhoWaitsForMoneyEndsOnAFreshLook(t *testing.T) {
	s := &sim{t: t, policy: Policy{MaxQPS: 1, Concurrency: 1}, accounts: []*simAccount{{
		paid: []time.Duration{2 * time.Minute}, requests: []Request{by(SourceManual)}, instances: overdueOnes(400, nil),
	}}}
	s.ends = func(_ *simAccount, r *row) {
		if age := s.now.Sub(r.look); r.outcome == OutcomeAwaitingPayment && age > time.Minute {
			t.Errorf("%s ends on a look %v old", r.id, age)
		}
	}
	if report := s.play(); report.Counts[OutcomeAwaitingPayment] < 250 {
		t.Errorf("got %v", report.Counts)
	}
}

// TestWhatIsReleasedInItsGrace is missing then, and no sign that the platform restores anything.
func TestWhatIsReleasedInItsGrace(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: 10 * time.Minute}, accounts: []*simAccount{{requests: []Request{by(SourceTimer)}, instances: overdueOnes(2, nil)}}}
	s.shows = func(_ *query, p Page) Page {
		if s.at() > 5*time.Minute {
			p.Instances = p.Instances[:1]
		}
		return p
	}
	got := byInstance(s.play())
	if r := got[simID(1)]; r.Verdict != VerdictMissing || r.Outcome != OutcomeSkipped || !r.ReleaseAt.IsZero() {
		t.Errorf("got %+v, want it to be missing", r)
	}
	if got[simID(0)].Outcome != OutcomeReactivated || s.calls[0].at > 11*time.Minute {
		t.Errorf("got %+v, called %v, want the other to be called after its grace", got[simID(0)], s.calls)
	}
}

// TestALockThatEndsIsASignThoughTheRowIsDone: a person's dry run has shown the instance, and a page of a sweep shows it again.
func TestALockThatEndsIsASignThoughTheRowIsDone(t *testing.T) {
	tagged := by(SourceManual, simID(0))
	s := &sim{t: t, policy: Policy{Grace: 10 * time.Minute}, paging: 1, accounts: []*simAccount{{
		requests: []Request{tagged, by(SourceTimer)}, instances: overdueOnes(2, nil), stopped: map[string]time.Duration{simID(0): time.Hour},
	}}}
	s.accounts[0].instances[0].onLook = func(at time.Duration, in *Instance) {
		if in.Tags = map[string]string{"reactivate": "never"}; at > time.Second {
			in.Locks = nil
		}
	}
	// before the sweep's page is answered, it is asked for again
	s.latency = slow(5*time.Second, func(q *query) bool { return q.ids == nil && q.token == "" })
	s.fault = times(1, errDown, func(q *query) bool { return q.describes() && q.ids == nil })
	report := s.play()
	if len(s.calls) != 1 || s.calls[0].at < 10*time.Minute+5*time.Second {
		t.Errorf("called %v, want a grace after the sign", s.calls)
	}
	if r := byInstance(report)[simID(0)]; r.ReleaseBasis != ReleaseUnknown || r.StoppedAt.IsZero() {
		t.Errorf("got %+v, want no release of what is not overdue", r)
	}
}

// TestErrorsAreNotMoreThanAPersonReads: of very many, the first hundred and that there are more.
func TestErrorsAreNotMoreThanAPersonReads(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(1, nil)}}}
	s.shows = func(q *query, p Page) Page {
		for i := range 150 {
			p.Errors = append(p.Errors, &Error{Op: opDescribe, Class: ClassUnknown, Message: fmt.Sprintf("odd row %d", i%120)})
		}
		return p
	}
	if report := s.play(); len(report.Errors) != maxNotes+1 || report.Errors[maxNotes].Err.Message != "there are more errors than these" {
		t.Errorf("got %d errors", len(report.Errors))
	}
}
