package reactivate

import (
	"context"
	"slices"
	"time"

	"reactivate/internal/amount"
	"reactivate/internal/cloud"
)

// money is what a run knows about the money of its account. The zero value is an account without known arrears.
type money struct {
	unpaid      *cloud.Error // the refusal for arrears that has stopped the account's calls; nil: they go on
	unpaidSince time.Time    // the first such refusal of the run
	broke       bool         // the last answer about money was: not enough
	tryAt       time.Time    // when one row may try whether there is money again
	tried       int          // the index of the region of the last row that tried
	signAt      time.Time    // the last sign that the platform restores instances; zero: none
	doubtUntil  time.Time    // rows with a grace need a look that is sent then or later before they are called
}

// provesMoney tells whether an answer to a call shows that ECS does not want money first, whatever else it says. A refusal for missing
// permission says nothing about money.
func provesMoney(err *cloud.Error) bool {
	return err == nil || err.Class != cloud.ClassArrears && err.Class != cloud.ClassTransient && err.Class != cloud.ClassDenied
}

// onArrears handles a refusal for arrears: of this instance's image or disks, or of the whole account. If the call was sent before the
// last sign, its refusal says nothing about the time after the sign.
func (a *accountRun) onArrears(r *row, err *cloud.Error, sent, now time.Time) {
	if err.InstanceOnly {
		a.finish(r, OutcomeAwaitingPayment, err)
		return
	}
	a.broke = true
	if !sent.Before(a.signAt) {
		if a.unpaidSince.IsZero() {
			a.unpaidSince = now
		}
		a.unpaid, a.tryAt, a.stale = err, now.Add(a.policy.Retry), true
	}
	r.notBefore, r.since = now, time.Time{} // when money comes, the row is looked at before the next call
	a.schedule(r, now)
}

// sign records that the platform is restoring instances, or that money has come. The grace of all rows that have one starts again now,
// and the others may be called.
func (a *accountRun) sign(now time.Time) {
	a.unpaid, a.broke, a.signAt, a.stale = nil, false, now, true
}

// tryMoney calls one row of the account from time to time, to see whether there is money again. Before that, the rows that wait for
// money are looked at and the balance is read, because either may show that money has come. It waits for these answers for patience
// at most.
func (a *accountRun) tryMoney(now time.Time) {
	if a.unpaid == nil || a.early(a.tryAt, now) {
		return
	}
	if b := &a.balance; b.last.Available != "" && b.read.told.Before(a.tryAt) { // a rise shows only beside an earlier balance
		a.readBalance(now)
	}
	looks := slices.ContainsFunc(a.regions, func(g *region) bool { return g.active > 0 })
	if (looks || a.balance.read.open()) && a.early(a.tryAt.Add(patience), now) {
		return
	}
	r := a.candidate()
	if r == nil {
		return
	}
	slot, wait := r.region.act.Reserve(now)
	if a.tried = r.region.index; wait > 0 {
		a.wakeAt(now.Add(wait))
		return
	}
	a.tryAt, a.stale = now.Add(a.policy.Retry), true // when the next row tries, whatever the answer to this one
	a.call(r, slot, now)
}

// candidate is the ready row that tries the money. It prefers a row with a stop event of its own, because that row ran before the
// arrears. It begins with the region after the one that tried last, because calls in that one may get no answer.
func (a *accountRun) candidate() (best *row) {
	ran := func(r *row) bool { return r.known.Stopped > 0 }
	for n := range a.regions {
		g := a.regions[(a.tried+1+n)%len(a.regions)]
		if g.ready.Len() == 0 || g.calling.Len() >= a.policy.Concurrency {
			continue
		}
		r := g.ready.rows[max(0, slices.IndexFunc(g.ready.rows, ran))]
		if best == nil || ran(r) && !ran(best) {
			best = r
		}
	}
	return best
}

// balance is what is known of the account's balance, and the question for it.
type balance struct {
	lane
	read *read         // the last; nil: it was never asked for
	last cloud.Balance // zero: not known
}

// readBalanceOnce reads the balance at the same time as the first looks, if the operator wants balances read and the run is about the whole
// account or its payment. A watch reads it only when it has news.
func (a *accountRun) readBalanceOnce(now time.Time) {
	if a.policy.BalanceFloor == "" || a.balance.read != nil {
		return
	}
	whole := slices.ContainsFunc(a.requests, func(req *asked) bool { return req.Sweep || req.Source == SourceBilling })
	if whole || a.hasNews(now) {
		a.readBalance(now)
	}
}

func (a *accountRun) readBalance(now time.Time) {
	a.balance.read = a.ask(&a.balance.lane, cloud.OpBalance, balanceOf{}, now)
}

type balanceOf struct{}

func (balanceOf) fetch(ctx context.Context, ecs cloud.ECS, _ string) (reply, error) {
	balance, err := ecs.QueryAccountBalance(ctx)
	return reply{balance: balance}, err
}

func (balanceOf) answer(a *accountRun, page *reply, err *cloud.Error, _, now time.Time) {
	if err != nil {
		a.warnings.add(RegionError{a.ID, a.Name, "", err})
		return
	}
	before, unknown := amount.Compare(a.balance.last.Available, "0")
	a.balance.last = page.balance
	a.balance.last.AccountID, a.balance.last.AccountName = a.ID, a.Name
	if after, _ := amount.Compare(page.balance.Available, "0"); unknown == nil && before <= 0 && after > 0 {
		a.sign(now)
	}
}
