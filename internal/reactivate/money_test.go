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
		fault    func(q *query) *Error
		balance  string // what the API says all the time; "": no balance is read
		want     map[Outcome]int
		calls    int // at most
		by       time.Duration
	}{
		{"an answer that is no success proves money too", 60, []Request{by(SourceBilling)}, Policy{Grace: time.Minute}, []time.Duration{0, minute(1.75)}, 57, nil, "",
			map[Outcome]int{OutcomeRecovered: 57, OutcomeReactivated: 3}, 16 + 1 + 3, minute(5)},
		{"tries of the money use up no attempts", 1, []Request{by(SourceBilling, simID(0))}, Policy{Attempts: 2}, []time.Duration{0, minute(4.2)}, 0,
			times(1, errTransient, func(q *query) bool { return q.calls("") && q.sent > minute(4.2) }), "", map[Outcome]int{OutcomeReactivated: 1}, 12, minute(6)},
		{"a person does not hope", 60, []Request{by(SourceManual)}, Policy{}, []time.Duration{0, minute(1)}, 0, nil, "", map[Outcome]int{OutcomeAwaitingPayment: 60}, 16, minute(0.1)},
		{"a billing event hopes for its wait and no longer", 60, []Request{by(SourceBilling, simIDs(60)...)}, Policy{}, []time.Duration{0, minute(11)}, 0, nil, "",
			map[Outcome]int{OutcomeAwaitingPayment: 60}, 16 + 20, minute(10.1)},
		{"money that comes between the answers of one burst", 60, []Request{by(SourceManual)}, Policy{MaxQPS: 200}, []time.Duration{0, 80 * time.Millisecond}, 0, nil, "",
			map[Outcome]int{OutcomeReactivated: 60}, 60 + 16, minute(1)},
		{"money that comes is used at once by all that give the platform no grace", 60, []Request{by(SourceBilling, simIDs(60)...)}, Policy{Grace: -1},
			[]time.Duration{0, minute(0.7)}, 0, nil, "", map[Outcome]int{OutcomeReactivated: 60}, 60 + 17, minute(1.2)},
		{"a balance that was there before is no sign", 60, []Request{by(SourceBilling)}, Policy{BalanceFloor: "1"}, []time.Duration{0}, 0, nil, "50.00",
			map[Outcome]int{OutcomeAwaitingPayment: 60}, 16 + 20, minute(10.1)},
		{"nor does one that stays below stop the tries", 1, []Request{by(SourceBilling)}, Policy{BalanceFloor: "1"}, []time.Duration{0, minute(1.7)}, 0, nil, "-5.00",
			map[Outcome]int{OutcomeReactivated: 1}, 5, minute(2.4)},
		{"nor one that is no amount", 1, []Request{by(SourceBilling)}, Policy{BalanceFloor: "1"}, []time.Duration{0, minute(1.7)}, 0, nil, "much",
			map[Outcome]int{OutcomeReactivated: 1}, 5, minute(2.4)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: tt.policy, fault: tt.fault, accounts: []*simAccount{{
				paid: tt.paid, requests: tt.requests,
				instances: overdueOnes(tt.n, func(i int, in *simInstance) {
					if i < tt.restored {
						in.restored = 1
					}
				}),
			}}}
			if tt.balance != "" {
				s.accounts[0].balance = shows(tt.balance, nil)
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
	if report.Trouble() != TroubleNone || len(report.Warnings) != 1 || report.Warnings[0].AccountID != "blind" {
		t.Errorf("got %v, warnings %v; want money to be no error, and one balance that cannot be read", report.Trouble(), report.Warnings)
	}
}

// shows is a balance API that says the same always.
func shows(text string, err error) func(bool) (string, error) {
	return func(bool) (string, error) { return text, err }
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
