package reactivate

import (
	"slices"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

// TestMoney plays accounts that are unpaid, and are paid later.
func TestMoney(t *testing.T) {
	minute := func(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }
	billing, sixty := []Request{by(SourceBilling)}, []Request{by(SourceBilling, simIDs(60)...)}
	paidAfter := func(m float64) []time.Duration { return []time.Duration{0, minute(m)} }
	many := overdueOnes(60, nil)
	missed := overdueOnes(60, func(i int, in *simInstance) {
		if i < 20 {
			in.restored = 1
		}
	})
	for _, tt := range []story{
		{name: "an answer that is no success proves money too", policy: Policy{Grace: time.Minute}, requests: billing, fleet: missed, paid: paidAfter(1.75),
			rows: "[reactivated:40 recovered:20]", calls: "57 from 1m0s to 3m1s", by: minute(5)},
		{name: "tries of the money use up no attempts", policy: Policy{Attempts: 1}, requests: billing, paid: paidAfter(4.2),
			fault: times(1, errTransient, func(q *query) bool { return q.calls("") && q.sent > minute(4.2) }), rows: "0 reactivated x11", by: minute(6)},
		{name: "the time without money is no part of the wait for a conflict", policy: Policy{Wait: 5 * time.Minute}, requests: billing, paid: paidAfter(4),
			fault: times(2, errConflict, func(q *query) bool { return q.calls("") && (q.sent < time.Second || q.sent > minute(4)) }), rows: "0 reactivated x10"},
		{name: "a person waits for a call under way, which may prove money", policy: Policy{Concurrency: 2}, fleet: overdueOnes(2, nil), fault: firstly(1, errArrears),
			latency: slow(20*time.Second, func(q *query) bool { return q.calls(simID(1)) && q.sent < time.Second }), rows: "0 reactivated x2, 1 reactivated"},
		{name: "a try keeps to the pace", requests: billing, paid: paidAfter(1.2), calls: "0s 30s 1m23s", rows: "0 reactivated x2",
			fault: times(1, &cloud.Error{Op: cloud.OpReActivate, Class: cloud.ClassThrottled, RetryAfter: 50 * time.Second}, func(q *query) bool { return q.calls("") && q.sent > 0 && q.sent > minute(0.4) })},
		{name: "not in a region whose calls are under way", policy: Policy{Concurrency: 1, Regions: three[:2]}, requests: billing, paid: []time.Duration{0, minute(3)},
			fleet: slices.Concat(in("cn-hangzhou", 0, 1), in("cn-beijing", 2)), stopped: map[string]time.Duration{simID(1): day},
			latency: slow(75*time.Second, func(q *query) bool { return q.calls(simID(0)) && q.sent < time.Second }), rows: "0 reactivated x2, 1 reactivated x4, 2@cn-beijing reactivated x4"},
		{name: "a person does not hope", fleet: many, fault: firstly(1, errConflict), paid: paidAfter(1), rows: "[awaiting-payment:60]", calls: "17 from 0s to 0s", by: minute(0.1)},
		{name: "a missing permission proves no money", fleet: many, paid: []time.Duration{0}, fault: refuses(errForbidden, func(q *query) bool { return q.calls(simID(15)) }),
			rows: "[awaiting-payment:59 failed:1]", calls: "16 from 0s to 0s"},
		{name: "a refusal that comes after the money proves nothing", policy: Policy{MaxQPS: 200}, fleet: many, paid: []time.Duration{0, 35 * time.Millisecond},
			latency: slow(3*time.Second, func(q *query) bool { return q.calls(simID(0)) }), rows: "[reactivated:60]"},
		{name: "who waits for money ends on a fresh look", policy: Policy{MaxQPS: 1, Concurrency: 1}, fleet: overdueOnes(400, nil), paid: []time.Duration{minute(2)},
			rows: "[awaiting-payment:280 reactivated:120]"},
		{name: "a billing event hopes for its wait and no longer", requests: sixty, fleet: many, paid: paidAfter(11),
			rows: "[awaiting-payment:60]", calls: "35 from 0s to 9m32s", by: minute(10.1)},
		{name: "whatever its place among those that ask", requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceBilling)}, paid: paidAfter(2), rows: "0 reactivated x5"},
		{name: "money that comes between the answers of one burst", policy: Policy{MaxQPS: 200}, fleet: many, paid: []time.Duration{0, 80 * time.Millisecond},
			rows: "[reactivated:60]", by: minute(1)},
		{name: "it is used at once by those that hope, but for the first, which are looked at again", policy: Policy{MaxQPS: 200, Grace: -1}, requests: sixty, fleet: many, paid: []time.Duration{0, 80 * time.Millisecond},
			fault: refuses(errDown, func(q *query) bool { return q.describes() && q.sent > 10*time.Second }), rows: "[failed:4 reactivated:56]"},
		{name: "money that comes is used at once by all that give the platform no grace", policy: Policy{Grace: -1}, requests: sixty, fleet: many, paid: paidAfter(0.7),
			rows: "[reactivated:60]", calls: "77 from 0s to 1m1s", by: minute(1.2)},
		{name: "a balance that was there before is no sign", policy: Policy{BalanceFloor: "1"}, requests: billing, fleet: many, paid: []time.Duration{0}, balance: "50.00",
			rows: "[awaiting-payment:60]", calls: "35 from 0s to 9m32s", by: minute(10.1)},
		{name: "nor does one that stays below stop the tries", policy: Policy{BalanceFloor: "1"}, requests: billing, paid: paidAfter(1.7), balance: "-5.00", rows: "0 reactivated x5", by: minute(2.4)},
		{name: "nor one that is no amount", policy: Policy{BalanceFloor: "1"}, requests: billing, paid: paidAfter(1.7), balance: "much", rows: "0 reactivated x5", by: minute(2.4)},
		{name: "nor one that may not be read any more", policy: Policy{BalanceFloor: "1"}, requests: billing, paid: paidAfter(1.7), balance: "-5.00", rows: "0 reactivated x5",
			fault: refuses(errForbidden, func(q *query) bool { return ofBalance(q) && q.sent > time.Second })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.latency == nil {
				tt.latency = func(*query) time.Duration { return 60 * time.Millisecond }
			}
			if _, report := tt.tell(t); (len(report.Balances) == 1) != (tt.balance != "") {
				t.Errorf("got balances %v, want %q", report.Balances, tt.balance)
			}
		})
	}
}

// TestTheTryOfTheMoneyStartsNothingOfItsOwners has a history, or a look under way, tell which instance its owner had stopped. An instance
// with a stop event newer than its last start ran before the arrears.
func TestTheTryOfTheMoneyStartsNothingOfItsOwners(t *testing.T) {
	fleet := func(restored time.Duration, ownersRegion, region string) []*simInstance {
		return []*simInstance{{id: simID(0), region: ownersRegion, restored: time.Minute, owner: true}, {id: simID(1), region: region, restored: restored}}
	}
	known := map[string]time.Duration{simID(1): day}
	for _, tt := range []story{
		{name: "the other instance has a stop event", fleet: fleet(time.Minute, "", ""), stopped: known, rows: "0 skipped not-overdue, 1 reactivated x2"},
		{name: "likewise in another region", fleet: fleet(time.Minute, "cn-beijing", ""), stopped: known, rows: "1 reactivated x2, 0@cn-beijing skipped not-overdue"},
		{name: "or the other way round", fleet: fleet(time.Minute, "", "cn-beijing"), stopped: known, rows: "0 skipped not-overdue, 1@cn-beijing reactivated x2"},
		{name: "a look shows what the platform has restored", fleet: fleet(time.Second, "", "cn-beijing"), rows: "0 skipped not-overdue, 1@cn-beijing recovered",
			latency: slow(time.Second, func(q *query) bool { return q.describes() && q.region == "cn-beijing" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.policy, tt.requests = Policy{Grace: time.Minute, Regions: three[:2]}, []Request{by(SourceBilling)}
			tt.paid = []time.Duration{0, 80 * time.Second}
			tt.tell(t)
		})
	}
}

// TestARegionThatHangsHoldsNoMoneyOfAnother has one region hang while the other region shows the payment.
func TestARegionThatHangsHoldsNoMoneyOfAnother(t *testing.T) {
	whole := func(q *query) bool { return q.sent > 10*time.Second && q.region == "cn-hangzhou" }
	calls := func(q *query) bool { return whole(q) && q.calls("") }
	for i, hangs := range []func(*query) bool{whole, calls, calls} {
		tt := story{limit: 25 * time.Minute, policy: Policy{Grace: -1, Regions: three[:2]}, paid: []time.Duration{0, time.Minute}, requests: []Request{by(SourceBilling, simIDs(60)...)}}
		tt.stopped = map[string]time.Duration{}
		tt.fleet = overdueOnes(60, func(n int, in *simInstance) {
			if in.region = three[n%2]; i == 2 {
				tt.stopped[in.id] = day
			}
		})
		tt.fault, tt.latency = refuses(errTransient, hangs), slow(time.Minute, hangs)
		s := tt.sim(t)
		report := s.play()
		if !slices.ContainsFunc(s.calls, func(c simCall) bool { return c.region == "cn-beijing" && c.at > time.Minute && c.at < 3*time.Minute }) {
			t.Errorf("%d: cn-beijing was not called within two minutes after the payment; %v", i, report.Counts)
		}
	}
}

// TestABalanceThatRisesIsASign if it rises above zero. Then nothing is called before the platform has had its grace.
func TestABalanceThatRisesIsASign(t *testing.T) {
	const grace, noGrace = "10m0s 10m31s 11m1s 11m32s 22m3s", "10m0s 10m31s 11m1s 11m32s 12m3s"
	for _, c := range []struct{ before, after, calls string }{{"-5.00", "12.00", grace}, {"0.00", "12.00", grace}, {"-5.00", "0.00", noGrace}, {"12.00", "12.00", noGrace}} {
		tt := story{
			name: c.before + ", then " + c.after, policy: Policy{Grace: grace10, BalanceFloor: "1"}, requests: []Request{by(SourceBilling, simID(0))},
			paid: []time.Duration{0, 12 * time.Minute}, rows: "0 reactivated x5", calls: c.calls, latency: slow(700*time.Millisecond, ofBalance),
		}
		s := tt.sim(t)
		s.accounts[0].balance = func(paid bool) string {
			if paid {
				return c.after
			}
			return c.before
		}
		s.hold(&tt, s.play())
	}
}
