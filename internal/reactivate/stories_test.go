package reactivate

import (
	"fmt"
	"testing"
	"time"
)

// TestTheGraceRunsFromTheLastSign plays the moments at which a sweep that nobody asked for could start what its owner had
// stopped. One instance was stopped by its owner before the arrears, and the platform gives it back stopped.
func TestTheGraceRunsFromTheLastSign(t *testing.T) {
	const grace = 10 * time.Minute
	for _, tt := range []struct {
		name    string
		source  Source
		paid    []time.Duration // 0: unpaid from the start
		restore time.Duration   // after the payment
		missed  int             // of 10, by the platform
		limit   time.Duration
		want    map[Outcome]int
		after   time.Duration // no call before
	}{
		{"paid while a billing event hopes: the platform first", SourceBilling, []time.Duration{0, 12 * time.Minute}, 5 * time.Minute, 3, 0,
			map[Outcome]int{OutcomeRecovered: 6, OutcomeSkipped: 1, OutcomeReactivated: 3}, 22 * time.Minute},
		{"restored within the grace: it runs anew from when that was seen", SourceTimer, []time.Duration{0, 9*time.Minute + 58*time.Second}, time.Second, 3, 0,
			map[Outcome]int{OutcomeRecovered: 6, OutcomeSkipped: 1, OutcomeReactivated: 3}, 20 * time.Minute},
		{"what then does not fit is left for the next sweep", SourceTimer, []time.Duration{0, 9*time.Minute + 58*time.Second}, time.Second, 3, 15 * time.Minute,
			map[Outcome]int{OutcomeRecovered: 6, OutcomeSkipped: 1, OutcomeDeferred: 3}, time.Hour},
		{"nothing restored: after one grace", SourceTimer, nil, 0, 10, 0, map[Outcome]int{OutcomeReactivated: 10}, 10 * time.Minute},
		{"never paid", SourceTimer, []time.Duration{0}, 0, 10, 0, map[Outcome]int{OutcomeAwaitingPayment: 10}, 10 * time.Minute},
		{"never paid, though a billing event said so", SourceBilling, []time.Duration{0}, 0, 10, 0, map[Outcome]int{OutcomeAwaitingPayment: 10}, 10 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Grace: grace}, limit: tt.limit, accounts: []*simAccount{{
				paid: tt.paid, requests: []Request{by(tt.source)},
				instances: overdueOnes(10, func(i int, in *simInstance) {
					if i >= tt.missed {
						in.restored = max(tt.restore, 1)
					}
					in.owner = i == 9 && tt.missed < 10
				}),
			}}}
			report := s.play()
			if got, want := fmt.Sprint(report.Counts), fmt.Sprint(tt.want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			early := 0
			for _, c := range s.calls {
				if s.accounts[0].isPaid(c.at) && c.at < tt.after {
					early++
				}
			}
			if early > 1 || early == 1 && tt.source != SourceBilling {
				t.Errorf("made %d calls before %v, want at most one that tries the money", early, tt.after)
			}
			for _, in := range s.accounts[0].instances {
				if in.owner && in.called {
					t.Errorf("started %s, which its owner had stopped", in.id)
				}
			}
		})
	}
}

// TestStories plays one instance, or some, through one kind of trouble each.
func TestStories(t *testing.T) {
	one := func(edit func(*simInstance)) []*simInstance {
		return overdueOnes(1, func(_ int, in *simInstance) {
			if edit != nil {
				edit(in)
			}
		})
	}
	tagged := func(from time.Duration) func(time.Duration, *Instance) {
		return func(at time.Duration, in *Instance) {
			if at >= from {
				in.Tags = map[string]string{"reactivate": "never"}
			}
		}
	}
	isLater := func(q *query) bool { return q.describes() && q.sent > time.Second }
	for _, tt := range []struct {
		name     string
		policy   Policy
		requests []Request
		fleet    []*simInstance
		fault    func(*query) *Error // of what is sent
		lost     func(*query) *Error // of what is answered
		paid     []time.Duration
		limit    time.Duration
		want     map[string]Outcome
		verdicts map[string]Verdict
		calls    []time.Duration
		code     string
	}{
		{
			name: "no one waits for another's grace, nor is called on its old look", policy: Policy{Grace: 10 * time.Minute},
			requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)},
			fleet: overdueOnes(3, func(i int, in *simInstance) {
				if i == 2 {
					in.onLook = tagged(time.Minute)
				}
			}),
			want:     map[string]Outcome{simID(0): OutcomeReactivated, simID(1): OutcomeReactivated, simID(2): OutcomeSkipped},
			verdicts: map[string]Verdict{simID(2): VerdictExcluded},
			calls:    []time.Duration{20 * time.Millisecond, 10*time.Minute + 40*time.Millisecond},
		},
		{
			name: "what waits for its pace is looked at again", policy: Policy{MaxQPS: 1, Concurrency: 1}, requests: []Request{by(SourceManual)},
			fleet: overdueOnes(100, func(i int, in *simInstance) {
				if i >= 70 {
					in.onLook = tagged(30 * time.Second)
				}
			}),
			want: map[string]Outcome{simID(0): OutcomeReactivated, simID(69): OutcomeReactivated, simID(70): OutcomeSkipped, simID(99): OutcomeSkipped},
		},
		{
			name: "a conflict that stays: after 30 s, 60 s, 60 s, until the attempts are used up", requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: firstly(99, errConflict), want: map[string]Outcome{simID(0): OutcomeFailed}, code: errConflict.Code,
			calls: []time.Duration{20 * time.Millisecond, 30*time.Second + 60*time.Millisecond, 90*time.Second + 100*time.Millisecond, 150*time.Second + 140*time.Millisecond, 210*time.Second + 180*time.Millisecond},
		},
		{
			name: "a conflict that stays: within the wait", policy: Policy{Wait: 80 * time.Second}, requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: firstly(99, errConflict), want: map[string]Outcome{simID(0): OutcomeFailed}, code: errConflict.Code,
			calls: []time.Duration{20 * time.Millisecond, 30*time.Second + 60*time.Millisecond},
		},
		{
			name: "a conflict that passes", requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: firstly(1, errConflict), want: map[string]Outcome{simID(0): OutcomeReactivated},
			calls: []time.Duration{20 * time.Millisecond, 30*time.Second + 60*time.Millisecond},
		},
		{
			name: "sold out: a minute apart", requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: firstly(2, errSoldOut), want: map[string]Outcome{simID(0): OutcomeReactivated},
			calls: []time.Duration{20 * time.Millisecond, time.Minute + 60*time.Millisecond, 2*time.Minute + 100*time.Millisecond},
		},
		{
			name: "sold out for longer than the wait", policy: Policy{Wait: 30 * time.Second}, requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: firstly(99, errSoldOut), want: map[string]Outcome{simID(0): OutcomeFailed}, code: errSoldOut.Code,
			calls: []time.Duration{20 * time.Millisecond},
		},
		{
			name: "a slow start after a lost answer is watched, and is no recovery", requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) { in.starts = time.Hour }), lost: firstly(1, errTransient),
			want: map[string]Outcome{simID(0): OutcomeAccepted}, calls: []time.Duration{20 * time.Millisecond},
		},
		{
			name: "one that runs after a lost answer", requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) { in.starts = time.Minute }), lost: firstly(1, errTransient),
			want: map[string]Outcome{simID(0): OutcomeRecovered}, calls: []time.Duration{20 * time.Millisecond},
		},
		{
			name: "a start by the platform that does not end is no recovery either", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)},
			fleet: one(func(in *simInstance) { in.starts = time.Hour; in.restored = 1 }), paid: []time.Duration{0, time.Second},
			want: map[string]Outcome{simID(0): OutcomeDeferred},
		},
		{
			name: "a busy one that runs after all was never overdue", requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) {
				in.onLook = func(at time.Duration, in *Instance) {
					if in.Status, in.Locks = StatusStopping, nil; at > 30*time.Second {
						in.Status = StatusRunning
					}
				}
			}),
			want: map[string]Outcome{simID(0): OutcomeSkipped}, verdicts: map[string]Verdict{simID(0): VerdictRunning},
		},
		{
			name: "what was busy has its whole wait when it starts", policy: Policy{Grace: grace10}, requests: []Request{by(SourceTimer)},
			fleet: one(func(in *simInstance) {
				in.onLook = func(at time.Duration, in *Instance) {
					switch {
					case at < time.Second:
						in.Status = StatusStopping
					case at < 9*time.Minute:
					case at < 11*time.Minute:
						in.Status, in.Locks = StatusStarting, nil
					default:
						in.Status, in.Locks = StatusRunning, nil
					}
				}
			}),
			want: map[string]Outcome{simID(0): OutcomeRecovered},
		},
		{
			name: "the second look fails for good: not called", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)}, fleet: one(nil),
			fault: refuses(&Error{Op: opDescribe, Class: ClassTransient, Message: "no answer"}, isLater),
			want:  map[string]Outcome{simID(0): OutcomeFailed},
		},
		{
			name: "the second look is denied: a person must know", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)}, fleet: one(nil),
			fault: refuses(&Error{Op: opDescribe, Class: ClassDenied, Code: "Forbidden.RAM"}, isLater),
			want:  map[string]Outcome{simID(0): OutcomeFailed}, code: "Forbidden.RAM",
		},
		{
			name: "the deadline finds one starting without a clear answer", limit: time.Minute, requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) { in.starts = time.Hour }), lost: firstly(1, errTransient),
			want: map[string]Outcome{simID(0): OutcomeAccepted}, calls: []time.Duration{20 * time.Millisecond},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: tt.policy, limit: tt.limit, fault: tt.fault, lost: tt.lost}
			s.accounts = []*simAccount{{requests: tt.requests, instances: tt.fleet, paid: tt.paid}}
			var at []time.Duration
			s.judge = func(q *query) {
				if q.calls("") && !q.answered {
					at = append(at, s.at())
				}
			}
			got := byInstance(s.play())
			for id, want := range tt.want {
				if got[id].Outcome != want {
					t.Errorf("%s: got %s, want %s (%+v)", id, got[id].Outcome, want, got[id])
				}
			}
			for id, want := range tt.verdicts {
				if got[id].Verdict != want {
					t.Errorf("%s: got %s, want %s", id, got[id].Verdict, want)
				}
			}
			if tt.calls != nil && fmt.Sprint(at) != fmt.Sprint(tt.calls) {
				t.Errorf("called at %v, want %v", at, tt.calls)
			}
			if tt.code != "" && (got[simID(0)].Err == nil || got[simID(0)].Err.Code != tt.code) {
				t.Errorf("got error %v, want %s", got[simID(0)].Err, tt.code)
			}
		})
	}
}

// TestTheSlowestLookHasHalfTheTimeUnderACap lets the others act in the rest, though a region never answers.
func TestTheSlowestLookHasHalfTheTimeUnderACap(t *testing.T) {
	s := &sim{t: t, policy: Policy{Cap: 5, Regions: []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}}, limit: time.Minute, accounts: []*simAccount{{
		requests: []Request{by(SourceManual)}, instances: overdueOnes(3, nil),
	}}}
	s.latency = slow(time.Hour, func(q *query) bool { return q.describes() && q.region == "cn-beijing" })
	report := s.play()
	if report.Counts[OutcomeReactivated] != 3 || s.calls[0].at < 30*time.Second || s.calls[0].at > 31*time.Second {
		t.Errorf("got %v, called %v, want all three after half of the time", report.Counts, s.calls)
	}
	if took := s.accounts[0].ended; took == 0 || took > 40*time.Second {
		t.Errorf("took %v, want no longer than the three need: nobody waits for the answer of a look that was abandoned", took)
	}
	if len(report.Errors) != 1 || report.Errors[0].RegionID != "cn-beijing" || !report.Errors[0].Err.TimeUp {
		t.Errorf("got errors %+v, want the region that did not answer", report.Errors)
	}
}

// TestTheCapCountsTheBusyAtTheEnd: a row that is busy when the time is up counts as a call, so a person must look.
func TestTheCapCountsTheBusyAtTheEnd(t *testing.T) {
	s := &sim{t: t, policy: Policy{Cap: 1, Wait: 10 * time.Minute}, limit: 20 * time.Second, accounts: []*simAccount{{
		requests: []Request{by(SourceManual, simIDs(2)...)},
		instances: overdueOnes(2, func(i int, in *simInstance) {
			if i == 1 {
				in.onLook = func(_ time.Duration, in *Instance) { in.Status = StatusStopping }
			}
		}),
	}}}
	report := s.run()
	if report.Trouble() != TroubleLimit || report.Results[0].Verdict != VerdictOverLimit || len(s.calls) > 0 {
		t.Errorf("got trouble %v, %+v after %d calls, want it over the limit", report.Trouble(), report.Results[0], len(s.calls))
	}
}

// TestAWatchThatIsDenied says so: the instance was called, and nobody may see whether it runs.
func TestAWatchThatIsDenied(t *testing.T) {
	s := &sim{t: t, policy: Policy{Wait: time.Minute}, accounts: []*simAccount{{requests: []Request{by(SourceManual, simID(0))}, instances: overdueOnes(1, nil)}}}
	s.fault = func(q *query) *Error {
		if q.describes() && len(s.calls) > 0 {
			return &Error{Op: opDescribe, Class: ClassDenied, Code: "Forbidden.RAM"}
		}
		return nil
	}
	report := s.play()
	if report.Results[0].Outcome != OutcomeAccepted || len(report.Errors) != 1 || report.Trouble() != TroubleDenied {
		t.Errorf("got %s, errors %+v, trouble %v", report.Results[0].Outcome, report.Errors, report.Trouble())
	}
}

// TestTheTimeIsUpInALaterLook leaves what was not seen again to another delivery, and says so: that is no refusal.
func TestTheTimeIsUpInALaterLook(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: time.Minute}, limit: 100 * time.Second, accounts: []*simAccount{{requests: []Request{by(SourceTimer)}, instances: overdueOnes(1, nil)}}}
	s.latency = slow(time.Hour, func(q *query) bool { return q.describes() && s.at() > 30*time.Second })
	r := s.run().Results[0]
	if r.Outcome != OutcomeDeferred || r.Reason != ReasonTimeUp || len(s.calls) > 0 {
		t.Errorf("got %s, reason %d, %v after %d calls, want it deferred because the time was up", r.Outcome, r.Reason, r.Err, len(s.calls))
	}
}
