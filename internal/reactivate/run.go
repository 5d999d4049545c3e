package reactivate

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"reactivate/internal/amount"
	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// Run looks, judges, calls, watches and reports. It never fails as a whole: what could not be looked at or done is in the report.
// It returns by ctx's deadline.
func (r *Reactivator) Run(ctx context.Context, requests []Request) *Report {
	runs, unknown := r.accountRuns(ctx, requests)
	slots, searching := make(pace.Slots, callsAtOnce), make(pace.Slots, searchedAtOnce)
	b := newBarrier(r.Policy.Cap, len(runs))
	loops := make([]*loop, len(runs))
	for i, a := range runs {
		loops[i] = &loop{account: a, slots: slots, barrier: b, decided: b.decided, answers: make(chan event)}
	}
	over := make(chan struct{})
	go func() { // in its own goroutine: progress is reported while accounts wait for a slot
		defer close(over)
		var wg sync.WaitGroup
		for _, l := range loops {
			slot := searching.Take(ctx, searchLease) // if ctx ends first, the account's run reports that the time was up
			wg.Go(func() { l.run(ctx, slot) })
		}
		wg.Wait()
	}()
	reportProgress(r.Progress, loops, over)
	return r.report(requests, runs, unknown)
}

// accountRuns makes a run of each account that the requests are about. The unknown requests are for
// accounts that are neither watched nor our own.
func (r *Reactivator) accountRuns(ctx context.Context, requests []Request) (runs []*accountRun, unknown []*Request) {
	now := time.Now()
	deadline, _ := ctx.Deadline()
	known := map[string]*accountRun{}
	for i := range requests {
		accounts := r.accountsOf(&requests[i])
		if len(accounts) == 0 {
			unknown = append(unknown, &requests[i])
		}
		for _, account := range accounts {
			a := known[account.ID]
			if a == nil {
				a = newAccountRun(account, &r.Policy, now, deadline)
				known[account.ID] = a
				runs = append(runs, a)
			}
			a.request(&requests[i], i)
		}
	}
	return runs, unknown
}

// request adds a request to the account's run. index is its place among all requests of the run.
func (a *accountRun) request(req *Request, index int) {
	a.requests = append(a.requests, &asked{req, int32(index), a.policy.wants(req)})
	if req.Watch > 0 {
		a.watch = req
	}
}

// report makes the report, in the order of the accounts, requests, regions and instances.
func (r *Reactivator) report(requests []Request, runs []*accountRun, unknown []*Request) *Report {
	report := &Report{Regions: []string{}, Counts: map[Outcome]int{}, Balances: []cloud.Balance{}, Errors: []RegionError{}, Results: []Result{}}
	report.ConfiguredDryRun = r.Policy.DryRun
	report.DryRun = r.Policy.DryRun || len(requests) > 0 && !slices.ContainsFunc(requests, func(req Request) bool { return !req.DryRun })
	for _, a := range runs {
		report.take(a)
	}
	for _, req := range unknown {
		report.addUnknown(req)
	}
	for i := range report.Results {
		report.Counts[report.Results[i].Outcome]++
	}
	if limit := r.Policy.Cap; limit > 0 && report.Counts[OutcomePlanned] > limit {
		for i := range report.Results {
			if report.Results[i].Outcome == OutcomePlanned {
				report.Results[i].Reason = ReasonOverCap
			}
		}
	}
	return report
}

// take adds what an account's run has found, and frees its rows: there may be a hundred thousand.
func (r *Report) take(a *accountRun) {
	for _, region := range a.looked {
		if !slices.Contains(r.Regions, region) {
			r.Regions = append(r.Regions, region)
		}
	}
	r.Errors = append(r.Errors, a.failures...)
	r.Warnings = append(r.Warnings, a.warnings...)
	if balance := a.balance.last; balance.Available != "" {
		order, _ := amount.Compare(balance.Available, a.policy.BalanceFloor) // 0 if one of them is no amount
		balance.Low = order < 0
		r.Balances = append(r.Balances, balance)
	}
	rows := slices.AppendSeq(make([]*row, 0, len(a.rows)), maps.Values(a.rows))
	a.rows = nil
	slices.SortFunc(rows, func(a, b *row) int { return slices.Compare(a.place[:], b.place[:]) })
	r.Results = slices.Grow(r.Results, len(rows))
	for i, row := range rows {
		r.Results = append(r.Results, a.result(row))
		rows[i] = nil
	}
}

// addUnknown adds the error for a request whose account is neither watched nor our own, and a failed row for each of its ids.
func (r *Report) addUnknown(req *Request) {
	err := &cloud.Error{Op: cloud.OpDescribe, Class: cloud.ClassInvalid, Message: "the account is neither the function's own nor a watched one"}
	r.Errors = append(r.Errors, RegionError{AccountID: req.AccountID, Err: err})
	for _, id := range req.InstanceIDs {
		r.Results = append(r.Results, Result{InstanceID: id, AccountID: req.AccountID, Outcome: OutcomeFailed, Err: err})
	}
}

// result is the row as the report shows it.
func (a *accountRun) result(r *row) Result {
	result := Result{
		InstanceID: r.id, AccountID: a.ID, AccountName: a.Name, Name: r.name, Verdict: r.verdict, Outcome: r.outcome,
		Before: r.before, After: r.after, Attempts: int(r.attempts), RequestID: r.requestID,
		StoppedAt: timestamp(r.known.Stopped), ScalingGroup: r.group, Err: r.err, Reason: r.reason,
	}
	switch {
	case r.region != nil:
		result.RegionID = r.region.id
	case len(a.looked) == 1: // it was looked for nowhere else
		result.RegionID = a.looked[0]
	}
	switch {
	case r.locked && !result.Changed():
		result.ReleaseAt, result.ReleaseBasis = timestamp(r.known.Release), r.basis()
	case r.outcome == OutcomeSkipped:
		result.Reason = ReasonNotOverdue
	}
	if came := r.outcome == OutcomeReactivated || r.outcome == OutcomeRecovered; came && r.ipBefore != "" && r.ip != r.ipBefore {
		result.IPBefore, result.IPAfter = r.ipBefore, r.ip
	}
	return result
}

// basis says where the row's release time comes from.
func (r *row) basis() ReleaseBasis {
	switch {
	case r.group != "":
		return ReleaseScalingGroup
	case r.known.Release == 0:
		return ReleaseUnknown
	case r.known.ByEvent:
		return ReleaseEvent
	}
	return ReleaseStop
}

// notes is a list of errors, each once, and not more than a person reads.
type notes []RegionError

const maxNotes = 100

func (n *notes) add(e RegionError) {
	known := func(o RegionError) bool {
		return o.RegionID == e.RegionID && o.Err.Op == e.Err.Op && o.Err.Code == e.Err.Code && o.Err.Message == e.Err.Message
	}
	if len(*n) < maxNotes && !slices.ContainsFunc(*n, known) {
		*n = append(*n, e)
	}
}
