package reactivate

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Run looks, judges, calls, watches and reports. It never fails as a whole: what could not be looked at or done is in the report.
// It returns by ctx's deadline.
func (r *Reactivator) Run(ctx context.Context, requests []Request) *Report {
	runs, strays := r.accountRuns(ctx, requests)
	places, seats := make(chan struct{}, callsAtOnce), make(chan struct{}, searchedAtOnce)
	b := newBarrier(r.Policy.Cap, len(runs))
	loops := make([]*loop, len(runs))
	for i, a := range runs {
		loops[i] = newLoop(a, places, b)
	}
	over := make(chan struct{})
	go func() { // beside what tells the progress, since a seat may be long in coming
		defer close(over)
		var wg sync.WaitGroup
		for _, l := range loops {
			seat := take(ctx, seats, seated) // where the time is up meanwhile, the account's run says so
			l.begun.Store(true)
			wg.Go(func() { l.run(ctx, seat) })
		}
		wg.Wait()
	}()
	reportProgress(r.Progress, loops, over)
	return r.report(requests, runs, strays)
}

// accountRuns makes a run of each account that the requests are about. Strays are the requests that are about none of ours.
func (r *Reactivator) accountRuns(ctx context.Context, requests []Request) (runs []*accountRun, strays []*Request) {
	now := time.Now()
	deadline, _ := ctx.Deadline()
	known := map[string]*accountRun{}
	for i := range requests {
		accounts := r.accountsOf(&requests[i])
		if len(accounts) == 0 {
			strays = append(strays, &requests[i])
		}
		for _, account := range accounts {
			a := known[account.ID]
			if a == nil {
				a = newAccountRun(account, &r.Policy, now, deadline)
				known[account.ID] = a
				runs = append(runs, a)
			}
			a.requests = append(a.requests, &requests[i])
			a.index[&requests[i]] = i
		}
	}
	return runs, strays
}

// report tells what became of everything, in the order of the requests, accounts, regions and instances.
func (r *Reactivator) report(requests []Request, runs []*accountRun, strays []*Request) *Report {
	report := &Report{Regions: []string{}, Counts: map[Outcome]int{}, Balances: []Balance{}, Errors: []RegionError{}, Results: []Result{}}
	report.DryRun = r.Policy.DryRun || len(requests) > 0 && !slices.ContainsFunc(requests, func(req Request) bool { return !req.DryRun })
	var rows []*row
	for i, a := range runs {
		report.take(a)
		rows = slices.Grow(rows, len(a.rows))
		for _, row := range a.rows {
			row.place[1] = int32(i)
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b *row) int { return slices.Compare(a.place[:], b.place[:]) })
	report.Results = slices.Grow(report.Results, len(rows)) // all at once: a hundred thousand are copied no more than once
	for _, row := range rows {
		report.add(row.result())
	}
	report.planOverCap(r.Policy.Cap)
	for _, req := range strays {
		report.addStray(req)
	}
	return report
}

// take takes in what an account's run tells beside its rows.
func (r *Report) take(a *accountRun) {
	r.Errors = append(r.Errors, a.failures.list...)
	r.Warnings = append(r.Warnings, a.warnings.list...)
	if a.balance.read.Available != "" {
		balance := a.balance.read
		sign, err := CompareAmounts(balance.Available, a.policy.BalanceFloor)
		balance.Low = err == nil && sign < 0
		r.Balances = append(r.Balances, balance)
	}
	for _, region := range a.looked {
		if !slices.Contains(r.Regions, region) {
			r.Regions = append(r.Regions, region)
		}
	}
}

func (r *Report) add(result Result) {
	r.Counts[result.Outcome]++
	r.Results = append(r.Results, result)
}

// planOverCap says of a dry run what the cap would make of it.
func (r *Report) planOverCap(limit int) {
	if limit == 0 || r.Counts[OutcomePlanned] <= limit {
		return
	}
	for i := range r.Results {
		if r.Results[i].Outcome == OutcomePlanned {
			r.Results[i].Reason = ReasonOverCap
		}
	}
}

// addStray says that a request's account is none of ours.
func (r *Report) addStray(req *Request) {
	err := &Error{Op: opDescribe, Class: ClassInvalid, Message: "the account is neither the function's own nor a watched one"}
	r.Errors = append(r.Errors, RegionError{AccountID: req.AccountID, Err: err})
	for _, id := range req.InstanceIDs {
		r.add(Result{InstanceID: id, AccountID: req.AccountID, Outcome: OutcomeFailed, Err: err})
	}
}

// stillOverdue tells whether a settled row is left as it was.
func (r *row) stillOverdue() bool {
	return r.locked && !r.Changed()
}

// result is the row as the report shows it. While the run lasts, ReleaseAt is what the history tells of every row.
func (r *row) result() Result {
	result := r.Result
	if !r.stillOverdue() {
		result.ReleaseAt, result.ReleaseBasis = Timestamp{}, ReleaseUnknown
	}
	return result
}
