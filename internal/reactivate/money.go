package reactivate

import "time"

// money is what a run has learned of its account's. The zero value is an account of which nothing bad is known.
type money struct {
	arrears   *Error    // the refusal for want of money; nil while there is some
	since     time.Time // of the first such refusal of the run
	tryAt     time.Time // when one row may try whether there is money again
	settledAt time.Time // the last sign that the account was settled; zero: none
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
func (m *money) hopes(r *row, now time.Time) bool {
	return r.req.Source == SourceBilling && now.Before(m.hopesUntil(r))
}

func (m *money) hopesUntil(r *row) time.Time { return m.since.Add(r.wait) }

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
	if a.policy.BalanceFloor == "" || a.balance.failed {
		return false
	}
	for _, req := range a.requests {
		if req.Sweep {
			return true
		}
	}
	return false
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
		note(&a.warnings, RegionError{a.ID, a.Name, "", err})
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
