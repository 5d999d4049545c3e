package fakecloud

import "time"

// change is something that happens to an account at a time.
type change struct {
	at     time.Duration
	happen func(at time.Duration)
}

// minimumFen is what an account of the China site needs before
// ReActivateInstances starts anything: CNY 100.
// Source: https://help.aliyun.com/document_detail/95987.html
const minimumFen = 100 * 100

// What follows the stop of an overdue instance, counted from it.
// Source: https://help.aliyun.com/zh/ecs/overdue-payments
const (
	reclaimAfter = 48 * time.Hour      // its vCPUs are taken back
	releaseAfter = 15 * 24 * time.Hour // it is released
)

// schedule is what will happen to an account.
func (a *account) schedule() []change {
	var changes []change
	if a.FallsAfter > 0 {
		changes = append(changes, change{time.Duration(a.FallsAfter), a.fall})
	}
	if a.SettlesAfter > 0 {
		changes = append(changes, change{time.Duration(a.SettlesAfter), a.settle})
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

// fall makes the account owe money, and stops and locks the pay-as-you-go
// instances at once, as on the China site. It is an assumption that those which
// their owners had stopped are locked too. The documents only say that each
// instance returns to its state before the arrears.
func (a *account) fall(at time.Duration) {
	a.fen = min(a.fen, -1)
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
