package reactivate

import (
	"context"
	"slices"
	"sync"
	"time"

	"reactivate/internal/amount"
)

// Run looks, judges, calls, watches and reports. It never fails as a whole: what could not be looked at or done is in the report.
// It returns by ctx's deadline.
func (r *Reactivator) Run(ctx context.Context, requests []Request) *Report {
	runs, unknown := r.accountRuns(ctx, requests)
	slots, searching := make(chan struct{}, callsAtOnce), make(chan struct{}, searchedAtOnce)
	b := newBarrier(r.Policy.Cap, len(runs))
	loops := make([]*loop, len(runs))
	for i, a := range runs {
		loops[i] = &loop{account: a, slots: slots, barrier: b, decided: b.decided, answers: make(chan event), tells: r.Progress != nil}
	}
	over := make(chan struct{})
	go func() { // in its own goroutine: progress is reported while accounts wait for a slot
		defer close(over)
		var wg sync.WaitGroup
		for _, l := range loops {
			slot := take(ctx, searching, searchLease) // if ctx ends first, the account's run reports that the time was up
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

// report makes the report, in the order of the requests, accounts, regions and instances.
func (r *Reactivator) report(requests []Request, runs []*accountRun, unknown []*Request) *Report {
	report := &Report{Regions: []string{}, Counts: map[Outcome]int{}, Balances: []Balance{}, Errors: []RegionError{}, Results: []Result{}}
	report.ConfiguredDryRun = r.Policy.DryRun
	report.DryRun = r.Policy.DryRun || len(requests) > 0 && !slices.ContainsFunc(requests, func(req Request) bool { return !req.DryRun })
	var rows []*row
	regions := map[string]bool{}
	for i, a := range runs {
		report.take(a)
		for _, region := range a.looked {
			if !regions[region] {
				regions[region] = true
				report.Regions = append(report.Regions, region)
			}
		}
		rows = slices.Grow(rows, len(a.rows))
		for _, row := range a.rows {
			row.place[1] = int32(i)
			rows = append(rows, row)
		}
		a.rows = nil
	}
	slices.SortFunc(rows, func(a, b *row) int { return slices.Compare(a.place[:], b.place[:]) })
	report.Results = slices.Grow(report.Results, len(rows)) // one allocation: there may be a hundred thousand rows
	for i, row := range rows {
		a := runs[row.place[1]]
		report.add(a.result(row))
		rows[i] = nil
	}
	report.markOverCap(r.Policy.Cap)
	for _, req := range unknown {
		report.addUnknown(req)
	}
	return report
}

// take adds the errors, the warnings and the balance of an account's run.
func (r *Report) take(a *accountRun) {
	r.Errors = append(r.Errors, a.failures...)
	r.Warnings = append(r.Warnings, a.warnings...)
	if a.balance.last.Available != "" {
		balance := a.balance.last
		order, err := amount.Compare(balance.Available, a.policy.BalanceFloor)
		balance.Low = err == nil && order < 0
		r.Balances = append(r.Balances, balance)
	}
}

func (r *Report) add(result Result) {
	r.Counts[result.Outcome]++
	r.Results = append(r.Results, result)
}

// markOverCap marks the planned rows of a dry run if they are more than the cap allows.
func (r *Report) markOverCap(limit int) {
	if limit == 0 || r.Counts[OutcomePlanned] <= limit {
		return
	}
	for i := range r.Results {
		if r.Results[i].Outcome == OutcomePlanned {
			r.Results[i].Reason = ReasonOverCap
		}
	}
}

// addUnknown adds the error for a request whose account is neither watched nor our own, and a failed row for each of its ids.
func (r *Report) addUnknown(req *Request) {
	err := &Error{Op: opDescribe, Class: ClassInvalid, Message: "the account is neither the function's own nor a watched one"}
	r.Errors = append(r.Errors, RegionError{AccountID: req.AccountID, Err: err})
	for _, id := range req.InstanceIDs {
		r.add(Result{InstanceID: id, AccountID: req.AccountID, Outcome: OutcomeFailed, Err: err})
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
	if r.stillOverdue() {
		result.ReleaseAt, result.ReleaseBasis = timestamp(r.known.Release), r.basis()
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
