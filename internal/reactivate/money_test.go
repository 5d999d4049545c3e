package reactivate

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

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

// TestTheMoneyIsTriedWithOneThatRanBefore prefers an instance of which a stop event is known, newer than its last start: calling it
// starts nothing that its owner had stopped.
func TestTheMoneyIsTriedWithOneThatRanBefore(t *testing.T) {
	const day = 24 * time.Hour
	s := &sim{t: t, policy: Policy{Concurrency: 1, Grace: -1}, accounts: []*simAccount{{
		paid: []time.Duration{0, 40 * time.Second}, requests: []Request{by(SourceBilling, simIDs(60)...)},
		stopped: map[string]time.Duration{simID(42): day, simID(1): 20 * day},
	}}}
	s.accounts[0].instances = overdueOnes(60, func(i int, in *simInstance) {
		if i == 1 { // older arrears; its owner may have stopped it since
			in.onLook = func(_ time.Duration, in *Instance) { in.StartTime = s.start.Add(-10 * day) }
		}
	})
	s.play()
	if len(s.calls) < 2 || s.calls[0].id != simID(0) || s.calls[1].id != simID(42) || s.calls[1].at < 30*time.Second || s.calls[1].at > 31*time.Second {
		t.Errorf("called %v first, want the one with a stop event to try the money", s.calls[:2])
	}
}

func TestShortfall(t *testing.T) {
	for _, tt := range []struct{ have, want, short string }{
		{"-11.19", "0", "11.19"},
		{"-1,012.50", "100", "1112.50"},
		{"99.99", "100", "0.01"},
		{"99.995", "100", "0.005"},
		{"100", "100", ""},
		{"100.00", "99", ""},
		{"-0.00", "0", ""},
		{" 1 ", "+2", "1.00"},
		{"-99999999999999999999.01", "100", "100000000000000000099.01"}, // no float64 holds it
		{"", "100", ""},
		{"much", "100", ""},
		{"1e3", "10000", ""}, // a number, and no amount
	} {
		if got := Shortfall(tt.have, tt.want); got != tt.short {
			t.Errorf("%q of %q: short of %q, want %q", tt.have, tt.want, got, tt.short)
		}
	}
}

// TestAnAccountBelowItsFloorIsLow, though nothing is overdue in it.
func TestAnAccountBelowItsFloorIsLow(t *testing.T) {
	s := &sim{t: t, policy: Policy{BalanceFloor: "200"}, accounts: []*simAccount{
		{id: "poor", paid: []time.Duration{0}, requests: []Request{by(SourceManual)}, instances: overdueOnes(2, nil), balance: shows("-5.00", nil)},
		{id: "blind", paid: []time.Duration{0}, requests: []Request{by(SourceManual)}, instances: overdueOnes(1, nil)},
		{id: "low", requests: []Request{by(SourceManual)}, balance: shows("150.00", nil)},
		{id: "rich", requests: []Request{by(SourceManual)}, balance: shows("200.00", nil)},
	}}
	report := s.play()
	low := map[string]bool{}
	for _, b := range report.Balances {
		low[b.AccountID] = b.Low
	}
	if got, want := fmt.Sprint(low), "map[low:true poor:true rich:false]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if report.Err() != nil || len(report.Warnings) != 1 || report.Warnings[0].AccountID != "blind" {
		t.Errorf("got %v, warnings %v; want money to be no error, and one balance that cannot be read", report.Err(), report.Warnings)
	}
}

// shows is a balance API that says the same always.
func shows(text string, err error) func(bool) (string, error) {
	return func(bool) (string, error) { return text, err }
}

// TestTheBalanceIsAHint plays a recharge that arrives after a while, with a balance API that tells the truth, lies, hangs, refuses
// and fails: the outcome is the same, and only the time and the number of calls differ.
func TestTheBalanceIsAHint(t *testing.T) {
	const late, soon = 100 * time.Second, 20 * time.Second
	denied := &Error{Op: opBalance, Code: "NotAuthorized", Class: ClassDenied}
	truth := func(paid bool) (string, error) {
		if paid {
			return "500.00", nil
		}
		return "-5.00", nil
	}
	for _, tt := range []struct {
		name    string
		floor   string
		balance func(paid bool) (string, error)
		hangs   bool
		paid    time.Duration
		by      time.Duration // the first call that ECS takes, after the payment
		vain    int           // calls that the missing money refuses, at most
	}{
		{"nobody reads it", "", truth, false, late, 35 * time.Second, 4},
		{"it rises: found at the next try", "1", truth, false, late, 35 * time.Second, 4},
		{"it never rises, though paid: as without", "1", shows("-5.00", nil), false, soon, 35 * time.Second, 1},
		{"it is always there, though not paid: as without", "1", shows("50.00", nil), false, late, 35 * time.Second, 4},
		{"denied: as without", "1", shows("", denied), false, late, 35 * time.Second, 4},
		{"no answer: as without", "1", shows("", errTransient), false, late, 35 * time.Second, 4},
		{"nonsense: as without", "1", shows("much", nil), false, late, 35 * time.Second, 4},
		{"it hangs: later by that", "1", truth, true, late, 55 * time.Second, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{BalanceFloor: tt.floor}, accounts: []*simAccount{{
				paid: []time.Duration{0, tt.paid}, requests: []Request{by(SourceBilling)}, instances: overdueOnes(1, nil), balance: tt.balance,
			}}}
			s.latency = func(q *query) time.Duration {
				if q.op == opBalance && tt.hangs {
					return 10 * time.Second // as long as a call may take
				}
				return 20 * time.Millisecond
			}
			report := s.play()
			if got, want := report.Counts[OutcomeReactivated], 1; got != want {
				t.Fatalf("got %v, want all reactivated", report.Counts)
			}
			var first time.Duration
			vain := 0
			for _, c := range s.calls {
				if c.at < tt.paid {
					vain++
				} else if first == 0 {
					first = c.at
				}
			}
			if first-tt.paid > tt.by || vain > tt.vain || vain == 0 {
				t.Errorf("taken %v after the payment and %d calls in vain, want within %v and 1 to %d", first-tt.paid, vain, tt.by, tt.vain)
			}
			if report.Err() != nil || len(report.Errors) > 0 {
				t.Errorf("got %v, %v: a balance is no error", report.Err(), report.Errors)
			}
		})
	}
}

// TestABalanceThatWasThereBeforeIsNoSign: an account with less than ECS wants is called by one row at a time, however often the
// API says that there is money.
func TestABalanceThatWasThereBeforeIsNoSign(t *testing.T) {
	s := &sim{t: t, policy: Policy{BalanceFloor: "1"}, accounts: []*simAccount{{
		paid: []time.Duration{0}, requests: []Request{by(SourceBilling)}, instances: overdueOnes(60, nil), balance: shows("50.00", nil),
	}}}
	report := s.play()
	if got := report.Counts[OutcomeAwaitingPayment]; got != 60 || len(s.calls) > 16+20 {
		t.Errorf("got %v after %d calls, want all unpaid after at most 16 and one every 30 s", report.Counts, len(s.calls))
	}
}

// TestMoneyThatComesIsUsedAtOnce by all that waited for it and give the platform no grace.
func TestMoneyThatComesIsUsedAtOnce(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: -1}, accounts: []*simAccount{{
		paid: []time.Duration{0, 40 * time.Second}, requests: []Request{by(SourceBilling, simIDs(60)...)}, instances: overdueOnes(60, nil),
	}}}
	report := s.play()
	if last := s.calls[len(s.calls)-1].at; report.Counts[OutcomeReactivated] != 60 || last > 63*time.Second {
		t.Errorf("called the last after %v, want a moment after the try at one minute; %v", last, report.Counts)
	}
}

// TestABalanceThatRisesIsASign if it rises above zero: the platform gets its grace, and nothing is called before.
func TestABalanceThatRisesIsASign(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		early         bool
	}{{"-5.00", "12.00", false}, {"0.00", "12.00", false}, {"-5.00", "0.00", true}} {
		s := &sim{t: t, policy: Policy{Grace: 10 * time.Minute, BalanceFloor: "1"}, accounts: []*simAccount{{
			paid: []time.Duration{0, 12 * time.Minute}, requests: []Request{by(SourceBilling, simIDs(3)...)}, instances: overdueOnes(3, nil),
			balance: func(paid bool) (string, error) {
				if paid {
					return tt.after, nil
				}
				return tt.before, nil
			},
		}}}
		report := s.play()
		tried := slices.ContainsFunc(s.calls, func(c simCall) bool { return c.at > 12*time.Minute && c.at < 22*time.Minute })
		if tried != tt.early || report.Counts[OutcomeReactivated] != 3 {
			t.Errorf("%s, then %s: called within a grace of the payment %t, want %t; %v", tt.before, tt.after, tried, tt.early, report.Counts)
		}
	}
}

// TestABalanceThatMayNotBeReadIsAskedForOnce, however often the money is tried.
func TestABalanceThatMayNotBeReadIsAskedForOnce(t *testing.T) {
	asked := 0
	s := &sim{t: t, policy: Policy{Grace: -1, BalanceFloor: "1"}, accounts: []*simAccount{{
		paid: []time.Duration{0}, requests: []Request{by(SourceBilling, simID(0))}, instances: overdueOnes(1, nil),
	}}}
	s.judge = func(q *query) {
		if q.op == opBalance && q.answered {
			asked++
		}
	}
	if s.play(); asked != 1 || len(s.calls) < 15 {
		t.Errorf("asked %d times in %d tries", asked, len(s.calls))
	}
}
