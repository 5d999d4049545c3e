package fakecloud

import (
	"slices"
	"time"
)

// event is something that happens to an account at a time.
type event struct {
	at      time.Duration
	account *account
	kind    eventKind
}

type eventKind string

const (
	fall   eventKind = "fall"   // the account falls into arrears
	stop   eventKind = "stop"   // its running instances are stopped for it
	settle eventKind = "settle" // the bill is paid
)

// minimumFen is what an account of the China site needs, vouchers included,
// before ReActivateInstances starts anything: CNY 100.
// Source: https://help.aliyun.com/document_detail/95987.html
const minimumFen = 100 * 100

// schedule inserts an event by its time, after those of the same time.
func (c *Cloud) schedule(e event) {
	i := len(c.due)
	for i > 0 && c.due[i-1].at > e.at {
		i--
	}
	c.due = slices.Insert(c.due, i, e)
}

// advance makes all events up to a time happen.
func (c *Cloud) advance(now time.Duration) {
	for len(c.due) > 0 && c.due[0].at <= now {
		e := c.due[0]
		c.due = slices.Delete(c.due, 0, 1)
		switch e.kind {
		case fall:
			if e.account.fen >= 0 {
				e.account.fen, e.account.vouchers = -1, 0
				c.schedule(event{at: e.at + c.cycle.stop, account: e.account, kind: stop})
			}
		case stop:
			c.stopOverdue(e.account, e.at)
		case settle:
			c.restoreOverdue(e.account, e.at)
		}
	}
}

// stopOverdue stops and locks the pay-as-you-go instances. It also locks those
// that their owners had stopped. That is an assumption: the documents say that
// each instance returns to its state before the arrears.
func (c *Cloud) stopOverdue(a *account, at time.Duration) {
	for in := range a.existing(at) {
		if in.chargeType() == PostPaid && !slices.Contains(in.state(at).locks, lockFinancial) {
			in.expire(at, c.cycle)
		}
	}
}

// restoreOverdue pays the bill. The documents give reasons why the platform does
// not restore an instance: no stock, a security lock, a paid image without cash;
// or the restore just fails. Such instances stay stopped until their release.
func (c *Cloud) restoreOverdue(a *account, at time.Duration) {
	a.fen = max(a.fen, 10*minimumFen)
	c.due = slices.DeleteFunc(c.due, func(e event) bool { return e.account == a && e.kind == stop })
	for in := range a.existing(at) {
		overdue := slices.Contains(in.state(at).locks, lockFinancial) && in.chargeType() == PostPaid
		if overdue && !in.spec.Platform.Fails && in.spec.StartFails == nil {
			in.restore(at+c.cycle.restore, in.startTakes(c.cycle))
		}
	}
}

func (in *instance) startTakes(cycle lifeCycle) time.Duration {
	return in.spec.StartTakes.or(cycle.starts)
}

// existing are the instances of an account that are not released.
func (a *account) existing(at time.Duration) func(yield func(*instance) bool) {
	return func(yield func(*instance) bool) {
		for _, s := range a.regions {
			for _, in := range s.ordered {
				if !in.state(at).released && !yield(in) {
					return
				}
			}
		}
	}
}
