package reactivate

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// lane is one region of one account: the unit in which the APIs' quotas are counted, so in which calls
// are paced.
type lane struct {
	account  *accountRun
	region   string
	policy   *Policy
	tally    *tally
	describe *pacer
	act      *pacer

	seenAny atomic.Bool // some look found an instance, which proves the permission to look
}

func (p *Plan) newLane(account *accountRun, region string) *lane {
	policy := &p.reactivator.Policy
	return &lane{account: account, region: region, policy: policy, tally: &p.tally, describe: newPacer(0), act: newPacer(policy.MaxQPS)}
}

// row is one instance on its way through the run.
type row struct {
	Result
	lane *lane
	req  *Request // the one that asks most of it

	overdue    bool      // at our first look
	settled    bool      // the outcome stands
	acceptedAt time.Time // when ECS took our call; zero before
	due        time.Time // of a row in doubt or busy: its next look
	looks      int       // of a row in doubt: looks that brought no news
	unseen     int       // of a row in doubt: looks in a row that failed
	conflicts  int       // calls that ECS refused as conflicting
}

// call makes one API call, paced, until it is answered with anything but throttling; what is transient is
// tried again up to attempts times in all. It is the program's one retry loop: a call of
// ReActivateInstances gives it one attempt, because a look must come before the next.
func (l *lane) call(ctx context.Context, p *pacer, attempts int, op func(context.Context) error) error {
	var throttling error // what kept us waiting, should the time end first
	for failed := 0; ; {
		s, err := p.wait(ctx)
		if err != nil {
			return cmp.Or(throttling, err)
		}
		err = op(ctx)
		if errors.Is(err, errNotSent) {
			p.cancel(s)
			return err
		}
		e, refused := errors.AsType[*Error](err)
		throttled := refused && e.Class == ClassThrottled
		if throttled {
			throttling = err
			l.tally.throttled.Add(1)
			p.done(s, true, e.RetryAfter)
			continue
		}
		p.done(s, false, 0)
		if failed++; !refused || e.Class != ClassTransient || failed >= attempts || ctx.Err() != nil {
			return err
		}
		if sleepUntil(ctx, backoff(failed), nil) != nil {
			return err
		}
	}
}

// errNotSent says that an operation saw, at the last moment, that it should not be done.
var errNotSent = errors.New("not sent")

// backoff is the pause after so many failures: 0.5, 1, 2 … 15 s.
func backoff(failures int) time.Duration {
	return jitter(min(time.Second/2<<min(failures-1, 5), maxProbeDelay))
}

// look describes up to PageSize instances by id, as one call.
func (l *lane) look(ctx context.Context, ids []string, attempts int) (map[string]*Instance, error) {
	var page Page
	err := l.call(ctx, l.describe, attempts, func(ctx context.Context) (err error) {
		page, err = l.account.ECS.DescribeInstances(ctx, l.region, Query{InstanceIDs: ids})
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(page.Instances) > 0 {
		l.seenAny.Store(true)
	}
	found := make(map[string]*Instance, len(page.Instances))
	for i := range page.Instances {
		found[page.Instances[i].ID] = &page.Instances[i]
	}
	return found, nil
}

// judge writes what a look shows into the row: its name, its status and its verdict.
func (r *row) judge(policy *Policy, in *Instance) {
	r.Verdict = policy.Check(in, r.req.Force)
	if in == nil {
		return
	}
	r.Name, r.After = in.Name, in.Status
	if r.Before == "" {
		r.Before = in.Status
	}
}

// settle ends the row's way.
func (r *row) settle(outcome Outcome, err *Error) {
	r.Outcome, r.Err, r.settled = outcome, err, true
}
