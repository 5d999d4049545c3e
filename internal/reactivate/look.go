package reactivate

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	lookers      = 4  // describes in flight a region while a plan is made
	lanesAtOnce  = 64 // regions looked at side by side
	opDescribe   = "DescribeInstances"
	opRegions    = "DescribeRegions"
	opReActivate = "ReActivateInstances"
	opAssumeRole = "AssumeRole" // an account that cannot be opened fails every call with it
)

// ask is one request's look at one region of one account.
type ask struct {
	req  *Request
	lane *lane

	mu    sync.Mutex
	found map[string]*Instance // by id
	rows  []*row               // a sweep's, in ECS's order
	err   *Error               // why the look is not complete
}

// lookAll makes the first look of every request at every region that it is about, and the rows of it.
func (p *Plan) lookAll(ctx context.Context) {
	p.findRegions(ctx)
	asks := make([][]*ask, len(p.requests))
	var g errgroup.Group
	g.SetLimit(lanesAtOnce)
	for i := range p.requests {
		asks[i] = p.asksOf(&p.requests[i])
		for _, a := range asks[i] {
			g.Go(func() error { a.look(ctx); return nil })
		}
	}
	_ = g.Wait() // what failed stands in the asks
	known := make(map[string]*row)
	for i := range p.requests {
		if p.requests[i].Sweep {
			p.add(p.swept(asks[i]), known)
		} else {
			p.add(p.named(ctx, &p.requests[i], asks[i]), known)
		}
	}
}

func (p *Plan) asksOf(req *Request) []*ask {
	var asks []*ask
	for _, account := range p.accountsOf(req) {
		regions := req.RegionIDs
		if len(regions) == 0 {
			regions = account.regions
		}
		for _, region := range regions {
			asks = append(asks, &ask{req: req, lane: p.laneOf(account, region), found: make(map[string]*Instance)})
		}
	}
	return asks
}

func (p *Plan) laneOf(account *accountRun, region string) *lane {
	for _, l := range account.lanes {
		if l.region == region {
			return l
		}
	}
	l := p.newLane(account, region)
	account.lanes = append(account.lanes, l)
	p.lanes = append(p.lanes, l)
	return l
}

func (a *ask) look(ctx context.Context) {
	var err error
	if a.req.Sweep {
		err = a.sweep(ctx)
	} else {
		err = a.name(ctx)
	}
	if err != nil {
		a.err = lookError(ctx, err)
	}
}

// name looks for the request's ids, some batches at a time.
func (a *ask) name(ctx context.Context) error {
	var g errgroup.Group
	g.SetLimit(lookers)
	for batch := range slices.Chunk(a.req.InstanceIDs, PageSize) {
		g.Go(func() error {
			found, err := a.lane.look(ctx, batch, a.lane.policy.Attempts)
			a.mu.Lock()
			defer a.mu.Unlock()
			for _, id := range batch {
				if in, ok := found[id]; ok {
					a.found[id] = in
				}
			}
			return err
		})
	}
	return g.Wait()
}

// sweep pages through the region's stopped instances and keeps those with a financial lock. Locks are judged
// here because how the server's lock filter treats several locks is not documented.
func (a *ask) sweep(ctx context.Context) error {
	q := Query{}
	seen := make(map[string]bool)
	for {
		var page Page
		err := a.lane.call(ctx, a.lane.describe, a.lane.policy.Attempts, func(ctx context.Context) (err error) {
			page, err = a.lane.account.ECS.DescribeInstances(ctx, a.lane.region, q)
			return err
		})
		if err != nil {
			return err
		}
		for i := range page.Instances {
			in := &page.Instances[i]
			if in.Overdue() && !seen[in.ID] {
				seen[in.ID] = true
				a.rows = append(a.rows, a.row(in.ID, in))
			}
		}
		if len(page.Instances) > 0 {
			a.lane.seenAny.Store(true)
		}
		if page.NextToken == "" || page.NextToken == q.NextToken {
			break
		}
		q.NextToken = page.NextToken
	}
	return a.lane.mayLook(ctx, Query{})
}

// mayLook tells "there is nothing" from "may not look": without the permission a describe answers 200 and an
// empty list, so where nothing was seen yet a dry run asks.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (l *lane) mayLook(ctx context.Context, q Query) error {
	if l.seenAny.Load() {
		return nil
	}
	q.DryRun = true
	return l.call(ctx, l.describe, l.policy.Attempts, func(ctx context.Context) error {
		_, err := l.account.ECS.DescribeInstances(ctx, l.region, q)
		return err
	})
}

func (a *ask) row(id string, in *Instance) *row {
	r := &row{lane: a.lane, req: a.req}
	r.InstanceID, r.AccountID, r.RegionID = id, a.lane.account.ID, a.lane.region
	r.judge(a.lane.policy, in)
	r.overdue = in.Overdue()
	return r
}

// swept gathers a sweep's rows; a region that failed keeps what it had shown.
func (p *Plan) swept(asks []*ask) []*row {
	var rows []*row
	for _, a := range asks {
		rows = append(rows, a.rows...)
		if a.err != nil {
			p.fail(a.lane.account.ID, a.lane.region, a.err)
		}
	}
	return rows
}

// named gathers the rows of a request that names its instances, in its order.
func (p *Plan) named(ctx context.Context, req *Request, asks []*ask) []*row {
	rows := make([]*row, len(req.InstanceIDs))
	lost := 0
	for i, id := range req.InstanceIDs {
		for _, a := range asks {
			if in, ok := a.found[id]; ok {
				rows[i] = a.row(id, in)
				break
			}
		}
		if rows[i] == nil {
			lost++
		}
	}
	if lost == 0 {
		return rows // a region that failed would have added nothing
	}
	cause := p.whyNotFound(ctx, req, asks)
	for i, id := range req.InstanceIDs {
		if rows[i] == nil {
			rows[i] = p.notFound(req, id, asks, cause)
		}
	}
	return rows
}

// whyNotFound returns the error that keeps us from calling an id missing; nil if every region was looked at.
func (p *Plan) whyNotFound(ctx context.Context, req *Request, asks []*ask) *Error {
	var g errgroup.Group
	g.SetLimit(lanesAtOnce)
	for _, a := range asks {
		if a.err == nil {
			g.Go(func() error {
				if err := a.lane.mayLook(ctx, Query{InstanceIDs: req.InstanceIDs[:min(len(req.InstanceIDs), PageSize)]}); err != nil {
					a.err = lookError(ctx, err)
				}
				return nil
			})
		}
	}
	_ = g.Wait() // what failed stands in the asks
	var cause *Error
	for _, a := range asks {
		if a.err != nil {
			p.fail(a.lane.account.ID, a.lane.region, a.err)
			if cause == nil || cause.Class.Passing() {
				cause = a.err
			}
		}
	}
	if len(asks) == 0 {
		cause = &Error{Op: opRegions, Class: ClassInvalid, Message: "no account or region to look in"}
		for _, account := range p.accountsOf(req) {
			if account.err != nil {
				cause = account.err
			}
		}
	}
	return cause
}

func (p *Plan) notFound(req *Request, id string, asks []*ask, cause *Error) *row {
	r := &row{req: req}
	r.InstanceID, r.AccountID = id, req.AccountID
	if r.AccountID == "" {
		r.AccountID = p.reactivator.Own.ID
	}
	if len(asks) == 1 {
		r.RegionID = asks[0].lane.region
	}
	switch {
	case cause == nil:
		r.Verdict = VerdictMissing
	case cause.TimeUp:
		r.settle(OutcomeDeferred, cause)
	default:
		r.settle(OutcomeFailed, cause)
	}
	return r
}

// fail notes what could not be looked at, once; an account that cannot be opened is one error, not one a region.
func (p *Plan) fail(accountID, region string, err *Error) {
	if err.Op == opAssumeRole {
		region = ""
	}
	for _, f := range p.failures {
		if f.AccountID == accountID && f.RegionID == region {
			return
		}
	}
	p.failures = append(p.failures, RegionError{AccountID: accountID, RegionID: region, Err: err})
}

// lookError is asError for a look, which notes where it was our time that ended it.
func lookError(ctx context.Context, err error) *Error {
	e := *asError(opDescribe, err)
	if e.TimeUp = e.Class.Passing() && ctx.Err() != nil; e.TimeUp && e.Code == "" {
		e.Message = "no answer before the time was up"
	}
	return &e
}
