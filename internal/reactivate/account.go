package reactivate

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// accountRun is one account in one run: its regions and its money.
type accountRun struct {
	Account
	regions []string // where to look by default; nil means still to be asked for
	lanes   []*lane
	err     *Error // why it has no regions

	mu      sync.Mutex
	arrears *Error        // the refusal that ended the account's calls; nil while there is money
	since   time.Time     // of the first such refusal
	probeAt time.Time     // when a billing event's run may try the money again
	changed chan struct{} // closed when arrears may have changed
}

// probeInterval is how often a billing event's run tries whether the money has arrived: billing systems lag
// behind payments.
const probeInterval = 30 * time.Second

// accountsOf are those that a request is about.
func (p *Plan) accountsOf(req *Request) []*accountRun {
	r := p.reactivator
	var accounts []*accountRun
	switch {
	case req.AccountID != "" && r.Own.ID != "" && req.AccountID != r.Own.ID:
		for i := range r.Watched {
			if r.Watched[i].ID == req.AccountID {
				accounts = append(accounts, p.account(r.Watched[i]))
			}
		}
	case req.AccountID == "" && req.Sweep && len(r.Watched) > 0:
		for i := range r.Watched {
			accounts = append(accounts, p.account(r.Watched[i]))
		}
	default:
		accounts = append(accounts, p.account(r.Own))
	}
	return accounts
}

func (p *Plan) account(a Account) *accountRun {
	run, found := p.accounts[a.ID]
	if !found {
		run = &accountRun{Account: a, changed: make(chan struct{}), regions: p.reactivator.Policy.Regions}
		p.accounts[a.ID] = run
	}
	return run
}

// findRegions asks the accounts for their regions where neither a request nor the configuration says them.
func (p *Plan) findRegions(ctx context.Context) {
	var g errgroup.Group
	g.SetLimit(lanesAtOnce)
	asked := make(map[*accountRun]bool)
	for i := range p.requests {
		for _, account := range p.accountsOf(&p.requests[i]) {
			if len(p.requests[i].RegionIDs) == 0 && account.regions == nil && !asked[account] {
				asked[account] = true
				g.Go(func() error { account.findRegions(ctx, p.newLane(account, "")); return nil })
			}
		}
	}
	_ = g.Wait() // what failed stands in the accounts
	for account := range asked {
		if account.err != nil {
			p.fail(account.ID, "", account.err)
		}
	}
}

func (a *accountRun) findRegions(ctx context.Context, l *lane) {
	err := l.call(ctx, l.describe, l.policy.Attempts, func(ctx context.Context) (err error) {
		a.regions, err = a.ECS.DescribeRegions(ctx)
		return err
	})
	if err != nil {
		a.err = asError(opRegions, err)
	}
}

// awaitsPayment returns the refusal that ended the account's calls, nil while there is money, and a channel that is
// closed when that may have changed.
func (a *accountRun) awaitsPayment() (*Error, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.arrears, a.changed
}

// refuse notes that ECS wants money first; the next probe is due an interval later.
func (a *accountRun) refuse(err *Error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.since.IsZero() {
		a.since = time.Now()
	}
	a.arrears, a.probeAt = err, time.Now().Add(probeInterval)
	a.notify()
}

// pay notes that a probe was taken: there is money again.
func (a *accountRun) pay() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrears, a.since = nil, time.Time{}
	a.notify()
}

// claimProbe lets one caller an interval try the money again.
func (a *accountRun) claimProbe() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.arrears == nil || time.Now().Before(a.probeAt) {
		return false
	}
	a.probeAt = time.Now().Add(probeInterval)
	return true
}

// nextProbe returns when the next probe is due, and when the first refusal came.
func (a *accountRun) nextProbe() (due, since time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.probeAt, a.since
}

func (a *accountRun) notify() {
	close(a.changed)
	a.changed = make(chan struct{})
}
