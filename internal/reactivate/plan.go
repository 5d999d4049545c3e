package reactivate

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Plan is what a run found and decided: a verdict for each instance. Apply does what they say.
type Plan struct {
	DryRun bool // nothing in it may be called

	reactivator *Reactivator
	requests    []Request
	accounts    map[string]*accountRun
	lanes       []*lane
	rows        []*row
	failures    []RegionError // what could not be looked at
	budget      atomic.Int64  // calls that the cap still allows; only with a cap
	tally       tally
}

// Plan looks and judges: regions side by side, and a patient sweep's instances twice, the grace apart.
// Nothing is changed.
func (r *Reactivator) Plan(ctx context.Context, requests []Request) *Plan {
	p := newPlan(r, requests)
	p.decide(ctx)
	return p
}

func newPlan(r *Reactivator, requests []Request) *Plan {
	p := &Plan{reactivator: r, requests: requests, accounts: make(map[string]*accountRun)}
	p.DryRun = len(requests) > 0 || r.Policy.DryRun
	for i := range requests {
		p.DryRun = p.DryRun && p.dry(&requests[i])
	}
	return p
}

func (p *Plan) decide(ctx context.Context) {
	looking, cancel := lookTime(ctx)
	defer cancel()
	p.lookAll(looking)
	p.tally.left.Store(int64(len(p.unsettled())))
	p.giveGrace(ctx)
	p.limit()
}

// lookTime leaves half of the time to act in: a region that hangs must not take the share of the others.
func lookTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

func (p *Plan) dry(req *Request) bool { return req.DryRun || p.reactivator.Policy.DryRun }

// add takes a row into the plan, once an instance: where two requests name the same one, the row goes on for the
// request that asks more, and neither lends the other its flags.
func (p *Plan) add(rows []*row, known map[string]*row) {
	for _, r := range rows {
		key := r.AccountID + "/" + r.InstanceID
		first, found := known[key]
		if !found {
			known[key] = r
			p.rows = append(p.rows, r)
			continue
		}
		if p.asksMore(r, first) {
			*first = *r
		}
	}
}

func (p *Plan) asksMore(r, than *row) bool {
	calls := func(r *row) bool { return r.Verdict == VerdictReactivate && !p.dry(r.req) }
	return calls(r) && !calls(than)
}

// giveGrace lets the platform go first: what a patient sweep found overdue is looked at again when the grace is over,
// and stays to be called only if it is still overdue.
func (p *Plan) giveGrace(ctx context.Context) {
	grace := p.reactivator.Policy.Grace
	byLane := make(map[*lane][]*row)
	for _, r := range p.rows {
		if r.Verdict == VerdictReactivate && r.req.patient() && !p.dry(r.req) && grace > 0 {
			byLane[r.lane] = append(byLane[r.lane], r)
		}
	}
	if len(byLane) == 0 {
		return
	}
	fits := graceFits(ctx, grace)
	if fits {
		fits = sleepUntil(ctx, grace, nil) == nil
	}
	looking, cancel := lookTime(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for l, rows := range byLane {
		if !fits {
			deferForGrace(rows)
			continue
		}
		wg.Go(func() { p.lookAgain(looking, l, rows) })
	}
	wg.Wait()
}

// graceFits tells whether there is time to act after the grace. Where there is not, waiting would only cost.
func graceFits(ctx context.Context, grace time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > grace
}

func deferForGrace(rows []*row) {
	for _, r := range rows {
		r.settle(OutcomeDeferred, nil)
		r.Advice = "there is no time for REACTIVATE_GRACE, before which nothing is called: raise the function's timeout or lower the grace; over HTTP, send a request and no event"
	}
}

// lookAgain is the second look: who runs now has recovered; who was not seen is not called.
func (p *Plan) lookAgain(ctx context.Context, l *lane, rows []*row) {
	for batch := range slices.Chunk(rows, PageSize) {
		found, err := l.look(ctx, ids(batch), l.policy.Attempts)
		for _, r := range batch {
			if err != nil {
				r.settle(OutcomeDeferred, lookError(ctx, err))
				continue
			}
			if r.judge(l.policy, found[r.InstanceID]); r.Verdict == VerdictRunning {
				r.settle(OutcomeRecovered, nil)
			}
		}
	}
}

// unsettled are the rows that Apply has something to do with.
func (p *Plan) unsettled() []*row {
	var rows []*row
	for _, r := range p.rows {
		if !r.settled && !p.dry(r.req) && (r.Verdict == VerdictReactivate || r.Verdict == VerdictBusy) {
			rows = append(rows, r)
		}
	}
	return rows
}

// limit applies the cap: if more instances would be called, none is.
func (p *Plan) limit() {
	limit := p.reactivator.Policy.Cap
	if limit == 0 {
		return
	}
	var called []*row
	for _, r := range p.rows {
		if r.Verdict == VerdictReactivate && !r.settled {
			called = append(called, r)
		}
	}
	if len(called) > limit {
		for _, r := range called {
			r.Verdict = VerdictOverLimit
		}
		return
	}
	p.budget.Store(int64(limit - len(called)))
}

// withinCap takes one more call from what the cap still allows, for an instance that was too busy to be judged
// with the others.
func (p *Plan) withinCap() bool {
	return p.reactivator.Policy.Cap == 0 || p.budget.Add(-1) >= 0
}

// Report is the plan as far as it has come: before Apply, what would be done.
func (p *Plan) Report() *Report {
	report := &Report{DryRun: p.DryRun, Regions: []string{}, Counts: map[Outcome]int{}, Balances: []Balance{}, Errors: p.failures, Results: make([]Result, 0, len(p.rows))}
	if len(p.requests) > 0 {
		report.Source, report.EventID = p.requests[0].Source, p.requests[0].EventID
	}
	if report.Errors == nil {
		report.Errors = []RegionError{}
	}
	for _, l := range p.lanes {
		if !slices.Contains(report.Regions, l.region) {
			report.Regions = append(report.Regions, l.region)
		}
	}
	for _, r := range p.rows {
		if !r.settled {
			r.settle(p.unapplied(r), r.Err)
		}
		if r.Advice == "" {
			r.Advice = r.advice()
		}
		report.Counts[r.Outcome]++
		report.Results = append(report.Results, r.Result)
	}
	return report
}

// unapplied is the outcome of a row that Apply has nothing to do with.
func (p *Plan) unapplied(r *row) Outcome {
	if r.Verdict == VerdictReactivate && p.dry(r.req) {
		return OutcomePlanned
	}
	return OutcomeSkipped
}

func ids(rows []*row) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.InstanceID
	}
	return ids
}
