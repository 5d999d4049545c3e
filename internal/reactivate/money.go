package reactivate

import (
	"slices"
	"time"
)

// money is what a run has learned of its account's. The zero value is an account of which nothing bad is known.
type money struct {
	arrears   *Error    // the refusal for want of money; nil while there is some
	since     time.Time // of the first such refusal of the run
	tryAt     time.Time // when one row may try whether there is money again
	tried     int       // the region in which one did last
	settledAt time.Time // the last sign that the account was settled; zero: none
	doubtedAt time.Time // patient rows are looked at after it first: ECS said of one that it is not overdue any more
}

// refused notes that ECS wants money first. A refusal of a call that was sent before the last sign of a settlement says nothing
// of the time after it.
func (m *money) refused(err *Error, sent, now time.Time, retry time.Duration) {
	if sent.Before(m.settledAt) {
		return
	}
	if m.since.IsZero() {
		m.since = now
	}
	m.arrears, m.tryAt = err, now.Add(retry)
}

// hopes tells whether a row waits for money: a billing event says that some is on its way, and billing systems lag behind payments.
func (m *money) hopes(r *row, now time.Time) bool { return r.hopeful && now.Before(m.hopesUntil(r)) }

func (m *money) hopesUntil(r *row) time.Time { return m.since.Add(r.wait) }

// scheduleTry has one row of the account try, from time to time, whether there is money again, after those that wait for it were
// looked at in vain. What hangs elsewhere is waited for a little, and never longer.
func (a *accountRun) scheduleTry(now time.Time) {
	if a.arrears == nil || a.cap != capAllowed {
		return
	}
	waiting, looking := a.giveUpHope(now)
	switch until := a.tryAt.Add(patience); {
	case !waiting:
	case now.Before(a.tryAt):
		a.wakeAt(a.tryAt)
	case looking && now.Before(until):
		a.wakeAt(until)
	case a.balanceAllowsTry(now):
		a.tryMoney(now)
	}
}

// giveUpHope settles the rows that do not wait for money, once no call is out that could bring word of some. It tells whether some
// do wait, and whether some are looked at.
func (a *accountRun) giveUpHope(now time.Time) (waiting, looking bool) {
	for _, g := range a.regions {
		looking = looking || g.looksAt(now)
		for _, r := range g.ready.takeAll() {
			switch {
			case a.hopes(r, now):
				waiting = true
				a.wakeAt(a.hopesUntil(r))
				g.ready.push(r)
			case a.calling > 0:
				g.ready.push(r)
			default:
				a.settle(r, OutcomeAwaitingPayment, a.arrears)
			}
		}
	}
	return waiting, looking
}

// tryMoney calls one row: one of which is known that it ran before the arrears, if there is such a one, else of another region than
// the last that tried. The next try is due an interval later, whatever comes of this one.
func (a *accountRun) tryMoney(now time.Time) {
	var best *region
	at := 0
	for n := range a.regions {
		g := a.regions[(a.tried+1+n)%len(a.regions)]
		i := slices.IndexFunc(g.ready.rows, func(r *row) bool { return r.ranBefore })
		switch {
		case g.ready.Len() == 0 || g.calling >= a.policy.Concurrency:
		case i >= 0 && (best == nil || !best.ready.rows[at].ranBefore):
			best, at = g, i
		case best == nil:
			best, at = g, 0
		}
	}
	if best == nil {
		return
	}
	if now.Sub(best.ready.rows[at].lookedAt) > a.lookAge() {
		a.pend(best.ready.take(at), now)
		return
	}
	slot, wait := best.act.Reserve(now)
	a.tried = best.index
	if wait > 0 {
		a.wakeAt(now.Add(wait))
		return
	}
	r := best.ready.take(at)
	a.tryAt = now.Add(a.policy.Retry)
	a.call(r, slot, now)
	a.requeue(now)
}

// balanceLook is what is known of the account's balance.
type balanceLook struct {
	inFlight  bool
	askedAt   time.Time // when the last reading was asked for; zero: never
	read      Balance   // the last one; zero: none
	above     bool      // it was above zero
	failed    bool      // it cannot be read
	postponed int       // tries of the money that a low balance put off
}

// readsBalance tells whether the operator wants balances read, and the run is about the whole account.
func (a *accountRun) readsBalance() bool {
	return a.policy.BalanceFloor != "" && !a.balance.failed && slices.ContainsFunc(a.requests, func(req *Request) bool { return req.Sweep })
}

// scheduleBalance reads the balance once, beside the look.
func (a *accountRun) scheduleBalance(now time.Time) {
	if a.balance.askedAt.IsZero() && a.readsBalance() {
		a.readBalance(now)
	}
}

func (a *accountRun) readBalance(now time.Time) {
	if !a.balance.inFlight {
		a.balance.inFlight, a.balance.askedAt = true, now
		a.do(askBalance{now})
	}
}

// balanceAllowsTry tells whether the money is to be tried: after the balance was read again, where it can be. One that is not
// above zero puts the try off, but not for ever: it may lag, or lie.
func (a *accountRun) balanceAllowsTry(now time.Time) bool {
	if !a.readsBalance() {
		return true
	}
	if a.balance.askedAt.Before(a.tryAt) {
		a.readBalance(now)
	}
	return !a.balance.inFlight
}

// triesDespite is how often a low balance puts the try off.
const triesDespite = 3

// askBalance is the effect of reading the balance, and balanceKnown is what comes of it.
type (
	askBalance   struct{ sent time.Time }
	balanceKnown struct {
		askBalance
		balance Balance
		err     error
	}
)

func (e balanceKnown) onto(a *accountRun, now time.Time) {
	b := &a.balance
	b.inFlight = false
	if err := asError(opBalance, e.err); err != nil {
		b.failed = true
		a.warnings.add(RegionError{a.ID, a.Name, "", err})
		return
	}
	b.read = e.balance
	b.read.AccountID, b.read.AccountName = a.ID, a.Name
	sign, err := CompareAmounts(b.read.Available, "0")
	rose := sign > 0 && !b.above
	b.above = sign > 0
	switch {
	case err != nil:
		b.failed = true
	case a.arrears == nil || e.sent.Before(a.tryAt):
	case rose:
		a.onSettlement(now)
	case b.above: // as before, and ECS wanted money all the same: one row tries, as if nothing were known
	case b.postponed < triesDespite:
		b.postponed++
		a.tryAt = now.Add(a.policy.Retry)
		a.requeue(now)
	default:
		b.postponed = 0
	}
}
