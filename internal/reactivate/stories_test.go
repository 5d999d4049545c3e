package reactivate

import (
	"fmt"
	"testing"
	"time"
)

// TestTheGraceRunsFromTheLastSettlement plays the moments at which a sweep that nobody asked for could start what its owner had
// stopped. One instance was stopped by its owner before the arrears, and the platform gives it back stopped.
func TestTheGraceRunsFromTheLastSettlement(t *testing.T) {
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

// TestMoney plays what an account without money, and then with some, answers.
func TestMoney(t *testing.T) {
	minute := func(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }
	for _, tt := range []struct {
		name     string
		n        int
		requests []Request
		policy   Policy
		paid     []time.Duration
		restored int // of n, by the platform, at once after the payment
		fault    func(s *sim) func(q *query) *Error
		want     map[Outcome]int
		calls    int // at most
		by       time.Duration
	}{
		{"an answer that is no success proves money too", 60, []Request{by(SourceBilling)}, Policy{Grace: time.Minute}, []time.Duration{0, minute(1.75)}, 57, nil,
			map[Outcome]int{OutcomeRecovered: 57, OutcomeReactivated: 3}, 16 + 1 + 3, minute(5)},
		{"tries of the money use up no attempts", 1, []Request{by(SourceBilling, simID(0))}, Policy{Attempts: 2}, []time.Duration{0, minute(4.2)}, 0,
			func(s *sim) func(q *query) *Error {
				failed := false
				return func(q *query) *Error {
					if q.calls("") && s.at() > minute(4.2) && !failed {
						failed = true
						return errTransient
					}
					return nil
				}
			}, map[Outcome]int{OutcomeReactivated: 1}, 12, minute(6)},
		{"a person does not hope", 60, []Request{by(SourceManual)}, Policy{}, []time.Duration{0, minute(1)}, 0, nil, map[Outcome]int{OutcomeAwaitingPayment: 60}, 16, minute(0.1)},
		{"a billing event hopes for its wait and no longer", 60, []Request{by(SourceBilling, simIDs(60)...)}, Policy{}, []time.Duration{0, minute(11)}, 0, nil,
			map[Outcome]int{OutcomeAwaitingPayment: 60}, 16 + 20, minute(10.1)},
		{"money that comes between the answers of one burst", 60, []Request{by(SourceManual)}, Policy{MaxQPS: 200}, []time.Duration{0, 80 * time.Millisecond}, 0, nil,
			map[Outcome]int{OutcomeReactivated: 60}, 60 + 16, minute(1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: tt.policy, accounts: []*simAccount{{
				paid: tt.paid, requests: tt.requests,
				instances: overdueOnes(tt.n, func(i int, in *simInstance) {
					if i < tt.restored {
						in.restored = 1
					}
				}),
			}}}
			if tt.fault != nil {
				s.fault = tt.fault(s)
			}
			s.latency = func(*query) time.Duration { return 60 * time.Millisecond }
			report := s.play()
			if got, want := fmt.Sprint(report.Counts), fmt.Sprint(tt.want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if len(s.calls) > tt.calls {
				t.Errorf("made %d calls, want at most %d", len(s.calls), tt.calls)
			}
			if took := s.accounts[0].ended; took > tt.by {
				t.Errorf("took %v, want at most %v", took, tt.by)
			}
		})
	}
}

// TestStories plays one fault of the reviews each.
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
	calls := func(refusal *Error, times int) func(*sim) func(*query) *Error {
		return func(*sim) func(*query) *Error {
			n := 0
			return func(q *query) *Error {
				if q.calls("") && n < times {
					n++
					return refusal
				}
				return nil
			}
		}
	}
	for _, tt := range []struct {
		name     string
		policy   Policy
		requests []Request
		fleet    []*simInstance
		fault    func(*sim) func(*query) *Error // of what is sent
		lost     func(*sim) func(*query) *Error // of what is answered
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
			fault: calls(errConflict, 99), want: map[string]Outcome{simID(0): OutcomeFailed}, code: errConflict.Code,
			calls: []time.Duration{20 * time.Millisecond, 30*time.Second + 60*time.Millisecond, 90*time.Second + 100*time.Millisecond, 150*time.Second + 140*time.Millisecond, 210*time.Second + 180*time.Millisecond},
		},
		{
			name: "a conflict that stays: within the wait", policy: Policy{Wait: 80 * time.Second}, requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: calls(errConflict, 99), want: map[string]Outcome{simID(0): OutcomeFailed}, code: errConflict.Code,
			calls: []time.Duration{20 * time.Millisecond, 30*time.Second + 60*time.Millisecond},
		},
		{
			name: "a conflict that passes", requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: calls(errConflict, 1), want: map[string]Outcome{simID(0): OutcomeReactivated},
			calls: []time.Duration{20 * time.Millisecond, 30*time.Second + 60*time.Millisecond},
		},
		{
			name: "sold out: a minute apart", requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: calls(errSoldOut, 2), want: map[string]Outcome{simID(0): OutcomeReactivated},
			calls: []time.Duration{20 * time.Millisecond, time.Minute + 60*time.Millisecond, 2*time.Minute + 100*time.Millisecond},
		},
		{
			name: "sold out for longer than the wait", policy: Policy{Wait: 30 * time.Second}, requests: []Request{by(SourceCloudMonitor, simID(0))}, fleet: one(nil),
			fault: calls(errSoldOut, 99), want: map[string]Outcome{simID(0): OutcomeFailed}, code: errSoldOut.Code,
			calls: []time.Duration{20 * time.Millisecond},
		},
		{
			name: "a slow start after a lost answer is watched, and is no recovery", requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) { in.starts = time.Hour }), lost: calls(errTransient, 1),
			want: map[string]Outcome{simID(0): OutcomeAccepted}, calls: []time.Duration{20 * time.Millisecond},
		},
		{
			name: "one that runs after a lost answer", requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) { in.starts = time.Minute }), lost: calls(errTransient, 1),
			want: map[string]Outcome{simID(0): OutcomeRecovered}, calls: []time.Duration{20 * time.Millisecond},
		},
		{
			name: "a start by the platform that does not end is no recovery either", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)},
			fleet: one(func(in *simInstance) { in.starts = time.Hour; in.restored = 1 }), paid: []time.Duration{0, time.Second},
			want: map[string]Outcome{simID(0): OutcomeDeferred},
		},
		{
			name: "the second look fails for good: not called", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)}, fleet: one(nil),
			fault: func(s *sim) func(*query) *Error {
				return func(q *query) *Error {
					if q.describes() && s.at() > time.Second {
						return &Error{Op: opDescribe, Class: ClassTransient, Message: "no answer"}
					}
					return nil
				}
			},
			want: map[string]Outcome{simID(0): OutcomeDeferred},
		},
		{
			name: "the deadline finds one starting without a clear answer", limit: time.Minute, requests: []Request{by(SourceManual, simID(0))},
			fleet: one(func(in *simInstance) { in.starts = time.Hour }), lost: calls(errTransient, 1),
			want: map[string]Outcome{simID(0): OutcomeAccepted}, calls: []time.Duration{20 * time.Millisecond},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: tt.policy, limit: tt.limit, accounts: []*simAccount{{requests: tt.requests, instances: tt.fleet, paid: tt.paid}}}
			if tt.fault != nil {
				s.fault = tt.fault(s)
			}
			if tt.lost != nil {
				s.lost = tt.lost(s)
			}
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
	s.latency = func(q *query) time.Duration {
		if q.describes() && q.region == "cn-beijing" {
			return time.Hour
		}
		return 20 * time.Millisecond
	}
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

// TestTheMoneyIsTriedWhenAllWasLookedAtInVain has a hundred and fifty rows wait for money, so that two looks are needed.
func TestTheMoneyIsTriedWhenAllWasLookedAtInVain(t *testing.T) {
	s := &sim{t: t, policy: Policy{Concurrency: 1, Grace: time.Minute}, accounts: []*simAccount{{
		paid: []time.Duration{0, 70 * time.Second}, requests: []Request{by(SourceBilling)},
		instances: overdueOnes(150, func(i int, in *simInstance) {
			if i >= 100 {
				in.restored = 1
			}
		}),
	}}}
	s.latency = func(q *query) time.Duration {
		if q.describes() && len(q.ids) == 50 {
			return 2 * time.Second // the look that shows what the platform brings back is the slower one
		}
		return 20 * time.Millisecond
	}
	report := s.play()
	if report.Counts[OutcomeReactivated] != 100 || report.Counts[OutcomeRecovered] != 50 {
		t.Errorf("got %v", report.Counts)
	}
	if len(s.calls) < 2 || s.calls[0].at > 61*time.Second || s.calls[1].at < 150*time.Second {
		t.Errorf("called %v, want one that is refused, and the others a grace after what was brought back was seen", s.calls[:2])
	}
}

// TestTheMoneyIsTriedWithOneThatRanBefore prefers an instance of which a stop event is known: calling it starts nothing that its
// owner had stopped.
func TestTheMoneyIsTriedWithOneThatRanBefore(t *testing.T) {
	stop := time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)
	s := &sim{t: t, policy: Policy{Concurrency: 1}, accounts: []*simAccount{{
		paid: []time.Duration{0, 40 * time.Second}, requests: []Request{by(SourceBilling, simIDs(60)...)},
		instances: overdueOnes(60, nil), events: map[string][]ArrearsEvent{simID(42): {{Status: "Executed", Finished: stop}}},
	}}}
	s.play()
	if len(s.calls) < 2 || s.calls[0].id != simID(0) || s.calls[1].id != simID(42) || s.calls[1].at < 30*time.Second {
		t.Errorf("called %v first, want the one with a stop event to try the money", s.calls[:2])
	}
}

// TestAnAccountHasItsShare bounds what one account has in flight, however many regions and instances it has.
func TestAnAccountHasItsShare(t *testing.T) {
	s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual)}}}}
	for i := range 80 {
		s.policy.Regions = append(s.policy.Regions, fmt.Sprintf("cn-region%d", i))
	}
	s.accounts[0].instances = overdueOnes(800, func(i int, in *simInstance) { in.region = s.policy.Regions[i%80] })
	var looks, calls, mostLooks, mostCalls int
	s.judge = func(q *query) {
		n := 1
		if q.answered {
			n = -1
		}
		switch q.op {
		case opDescribe:
			looks += n
		case opReActivate:
			calls += n
		}
		mostLooks, mostCalls = max(mostLooks, looks), max(mostCalls, calls)
	}
	report := s.play()
	if mostLooks > 80 || mostCalls != callsInFlight || report.Counts[OutcomeReactivated] != 800 {
		t.Errorf("%d describes and %d calls in flight at most, want one per region and %d; %v", mostLooks, mostCalls, callsInFlight, report.Counts)
	}
}

// TestWhatIsNiceToKnowIsNotWaitedFor has the history and the balance hang: the report waits two seconds from the question on, and only
// where a row is left of which they would tell.
func TestWhatIsNiceToKnowIsNotWaitedFor(t *testing.T) {
	for _, tt := range []struct {
		name    string
		paid    []time.Duration
		balance bool
		by      time.Duration
	}{
		{"nothing is left", nil, false, 2500 * time.Millisecond}, // of which it runs after two
		{"a row is left", []time.Duration{0}, false, 2100 * time.Millisecond},
		{"the balance hangs", nil, true, 3500 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(1, nil), paid: tt.paid}}}
			if tt.balance {
				s.policy.BalanceFloor = "1"
			}
			s.latency = func(q *query) time.Duration {
				if q.op == opHistory || q.op == opBalance {
					return time.Hour
				}
				return 20 * time.Millisecond
			}
			s.play()
			if took := s.accounts[0].ended; took > tt.by {
				t.Errorf("took %v, want at most %v", took, tt.by)
			}
		})
	}
}

// TestTheHistoryIsReadToItsEnd pages through a region's events, and asks again where that may help.
func TestTheHistoryIsReadToItsEnd(t *testing.T) {
	at := time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)
	page := func(next string, n ...int) reply {
		e := reply{next: next}
		for _, i := range n {
			e.events = append(e.events, ArrearsEvent{InstanceID: simID(i), Status: "Executed", Finished: at})
		}
		return e
	}
	pages := func(n int) map[string]reply {
		all := map[string]reply{}
		for i, token := 0, ""; i < n; i++ {
			next := fmt.Sprint(i)
			if i == n-1 {
				next = ""
			}
			all[token], token = page(next, i%4), next
		}
		return all
	}
	for _, tt := range []struct {
		name  string
		pages map[string]reply
		errs  []*Error // before the first answer
		known int
		asked int
	}{
		{"one page", map[string]reply{"": page("", 0, 1)}, nil, 2, 1},
		{"three pages", map[string]reply{"": page("a", 0), "a": page("b", 1), "b": page("", 2)}, nil, 3, 3},
		{"pages in a ring", map[string]reply{"": page("a", 0), "a": page("b", 1), "b": page("a", 2)}, nil, 0, 3},
		{"as many pages as are read", pages(maxPages + 1), nil, 4, maxPages + 1},
		{"more pages", pages(maxPages + 2), nil, 0, maxPages + 1},
		{"an empty page is no end", map[string]reply{"": page("a", 0), "a": page("b"), "b": page("", 1)}, nil, 2, 3},
		{"empty pages without end", map[string]reply{"": page("a"), "a": page("b"), "b": page("c"), "c": page("d")}, nil, 0, 3},
		{"throttled, then answered", map[string]reply{"": page("", 0)}, []*Error{errThrottled}, 1, 2},
		{"no answer, then one", map[string]reply{"": page("", 0)}, []*Error{errTransient, errTransient}, 1, 3},
		{"no answer for good", map[string]reply{"": page("", 0)}, []*Error{errTransient, errTransient, errTransient, errTransient, errTransient}, 0, 5},
		{"denied", map[string]reply{"": page("", 0)}, []*Error{{Op: opHistory, Code: "Forbidden.RAM", Class: ClassDenied}}, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceTimer)}, instances: overdueOnes(4, nil), paid: []time.Duration{0}}}}
			s.policy.Grace = time.Minute
			asked := 0
			s.history = func(q *query) (reply, *Error) {
				if asked++; asked <= len(tt.errs) {
					return reply{}, tt.errs[asked-1]
				}
				return tt.pages[q.token], nil
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

// TestTheHistoryIsOfRowsFoundLateToo has a region's history answered long before the rows that a second request asks for are found. One
// that ends half-way tells nothing of any row: what is missing may be the earlier release.
func TestTheHistoryIsOfRowsFoundLateToo(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   *Error // of the second page
		known int
	}{{"whole", nil, 4}, {"half", &Error{Op: opHistory, Code: "Forbidden.RAM", Class: ClassDenied}, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			first := by(SourceManual, simID(0))
			first.RegionIDs = []string{"cn-hangzhou"}
			s := &sim{t: t, allRegions: []string{"cn-hangzhou"}, accounts: []*simAccount{{
				requests: []Request{first, by(SourceManual)}, instances: overdueOnes(4, nil), paid: []time.Duration{0},
			}}}
			s.latency = func(q *query) time.Duration {
				if q.op == opRegions {
					return 10 * time.Second
				}
				return 20 * time.Millisecond
			}
			s.history = func(q *query) (reply, *Error) {
				if q.token != "" {
					return reply{}, tt.err
				}
				answer := reply{next: "a"}
				for i := range 4 {
					answer.events = append(answer.events, ArrearsEvent{InstanceID: simID(i), Status: "Executed", Finished: s.start.Add(-time.Hour)})
				}
				return answer, nil
			}
			known := 0
			for _, r := range s.play().Results {
				if r.ReleaseBasis == ReleaseStop {
					known++
				}
			}
			if known != tt.known {
				t.Errorf("got the release of %d rows, want %d", known, tt.known)
			}
		})
	}
}
