package fakecloud

import "time"

// change is something that happens to an account at a time.
type change struct {
	at     time.Duration
	happen func(at time.Duration)
}

// minimumFen is what an account of the China site needs, vouchers included,
// before ReActivateInstances starts anything: CNY 100.
// Source: https://help.aliyun.com/document_detail/95987.html
const minimumFen = 100 * 100

// schedule is what will happen to an account. If it pays before the stop, its instances are not stopped.
func (a *account) schedule(cycle *LifeCycle) []change {
	var changes []change
	falls, settles := time.Duration(a.FallsAfter), time.Duration(a.SettlesAfter)
	if falls > 0 {
		changes = append(changes, change{falls, a.fall})
		if stops := falls + time.Duration(cycle.StopAfter); settles == 0 || stops < settles {
			changes = append(changes, change{stops, a.stop})
		}
	}
	if settles > 0 {
		changes = append(changes, change{settles, a.settle})
	}
	return changes
}

// advance carries out the changes that are due by now.
func (c *Cloud) advance(now time.Duration) {
	for _, a := range c.accounts {
		for len(a.due) > 0 && a.due[0].at <= now {
			next := a.due[0]
			a.due = a.due[1:]
			next.happen(next.at)
		}
	}
}

// fall makes the account owe money.
func (a *account) fall(time.Duration) { a.fen, a.vouchers = min(a.fen, -1), 0 }

// stop stops and locks the pay-as-you-go instances. It is an
// assumption that those which their owners had stopped are locked too. The documents
// only say that each instance returns to its state before the arrears.
func (a *account) stop(at time.Duration) {
	for _, in := range a.instances {
		m := in.state(at)
		if !m.released && !in.prepaid() && !hasLock(m.locks, lockFinancial) {
			in.expire(at)
		}
	}
}

// settle pays the bill. The documents say why the platform may not restore an
// instance: no stock, a security lock, a paid image without cash, or a failure.
// Such instances stay stopped until their release.
func (a *account) settle(at time.Duration) {
	a.fen = max(a.fen, 10*minimumFen)
	for _, in := range a.instances {
		m := in.state(at)
		overdue := !m.released && hasLock(m.locks, lockFinancial) && !in.prepaid()
		if overdue && !in.spec.Platform.Fails && in.spec.StartFails == nil {
			in.restore(at + time.Duration(in.cycle.RestoreAfter))
		}
	}
}
