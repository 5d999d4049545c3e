package reactivate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"reactivate/internal/cloud"
)

// dice makes a random world for a run: accounts, their instances, requests and faults.
type dice struct{ *rand.Rand }

func (d dice) chance(p float64) bool { return d.Float64() < p }

func (d dice) pick(of ...time.Duration) time.Duration { return of[d.IntN(len(of))] }

// some of a list, at least one.
func (d dice) some(of []string) []string {
	some := slices.DeleteFunc(slices.Clone(of), func(string) bool { return d.chance(0.5) })
	if len(some) == 0 {
		return of[:1]
	}
	return some
}

func (d dice) policy() Policy {
	p := Policy{
		Grace: d.pick(0, time.Minute, 10*time.Minute), Wait: d.pick(1, 30*time.Second, 2*time.Minute, 10*time.Minute), Retry: DefaultRetry,
		Concurrency: 1 + d.IntN(16), Attempts: 1 + d.IntN(5), DryRun: d.chance(0.03),
		Regions: []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}[:1+d.IntN(3)],
	}
	if d.chance(0.3) {
		p.MaxQPS = 1 + d.IntN(3)
	}
	if d.chance(0.3) {
		p.Cap = 1 + d.IntN(30)
	}
	if d.chance(0.3) {
		p.BalanceFloor = "12"
	}
	return p
}

// world fills the simulation. bad is how often a query is refused.
func (d dice) world(s *sim) (bad float64) {
	s.policy = d.policy()
	regions := s.policy.Regions
	if d.chance(0.1) {
		s.allRegions, s.policy.Regions = regions, nil
	}
	if d.chance(0.4) {
		s.limit = time.Second + time.Duration(d.Int64N(int64(30*time.Minute)))
	}
	if d.chance(0.3) {
		s.paging = 1 + d.IntN(10)
	}
	for i := range 1 + d.IntN(3) {
		s.accounts = append(s.accounts, d.account(fmt.Sprint(100+i), regions, s))
	}
	bad = d.Float64() * 0.3 * float64(d.IntN(2))
	slow := d.pick(20*time.Millisecond, 200*time.Millisecond, 5*time.Second)
	s.slow, s.returns = slow > patience, true
	s.latency = func(*query) time.Duration {
		if d.chance(bad / 4) {
			return 10 * time.Second
		}
		return 1 + time.Duration(d.Int64N(int64(slow)))
	}
	s.fault = func(q *query) *cloud.Error {
		if !d.chance(bad) {
			return nil
		}
		refusals := []*cloud.Error{errThrottled, errThrottled, errTransient, errTransient}
		if q.calls("") {
			refusals = append(refusals, errConflict, errSoldOut, &cloud.Error{Op: cloud.OpReActivate, Code: "Surprise", Class: cloud.ClassUnknown},
				&cloud.Error{Op: cloud.OpAssumeRole, Code: "Throttling", Class: cloud.ClassTransient}, &cloud.Error{Op: cloud.OpAssumeRole, Code: "NoPermission", Class: cloud.ClassDenied})
		}
		return refusals[d.IntN(len(refusals))]
	}
	s.lost = func(*query) *cloud.Error {
		if d.chance(bad / 4) {
			return errTransient
		}
		return nil
	}
	return bad
}

func (d dice) account(id string, regions []string, s *sim) *simAccount {
	account := &simAccount{id: id, stopped: map[string]time.Duration{}}
	if d.chance(0.5) {
		account.paid = append(account.paid, 0)
		if d.chance(0.7) {
			account.paid = append(account.paid, time.Duration(d.Int64N(int64(15*time.Minute))))
		}
	}
	restored := d.pick(0, time.Second, time.Minute, 5*time.Minute)
	fleet := 1 + d.IntN(40)
	if d.chance(0.01) { // more than a page
		fleet += 300
	}
	account.instances = overdueOnes(fleet, func(_ int, in *simInstance) {
		in.region = regions[d.IntN(len(regions))]
		in.starts = d.pick(time.Second, time.Minute, time.Hour)
		in.owner = d.chance(0.2)
		if d.chance(0.8) && restored > 0 {
			in.restored = restored + time.Duration(d.Int64N(int64(restored)))
		}
		if d.chance(0.07) {
			in.status = []cloud.Status{cloud.StatusRunning, cloud.StatusStopping, cloud.StatusStarting, cloud.StatusStopped}[d.IntN(4)]
		}
		if d.chance(0.05) {
			in.falls = d.pick(500*time.Millisecond, 20*time.Second, 30*time.Minute)
		}
		in.ips = [][2]string{{}, {"47.96.0.1", "47.96.0.1"}, {"47.96.0.1", "47.96.0.2"}, {"47.96.0.1", ""}, {"", "47.96.0.2"}}[d.IntN(5)]
		if d.chance(0.5) {
			account.stopped[in.id] = d.pick(time.Hour, 26*time.Hour)
		}
		d.quirk(account, in, s)
	})
	if d.chance(0.4) {
		account.balance = func(paid bool) string {
			if paid != d.chance(0.2) {
				return "12.00"
			}
			return "-1,234.50"
		}
	}
	for len(account.requests) == 0 || d.chance(0.45) {
		account.requests = append(account.requests, d.request(account, regions))
	}
	return account
}

// quirk gives some instances a reason not to be called, such as a tag, another lock or a recent start, or a scaling group.
func (d dice) quirk(account *simAccount, in *simInstance, s *sim) {
	from := time.Duration(d.Int64N(int64(20*time.Minute))) * time.Duration(d.IntN(2))
	switch d.IntN(25) {
	case 0:
		in.onLook = taggedFrom(from)
	case 1:
		in.onLook = func(at time.Duration, in *cloud.Instance) {
			if at >= from {
				in.Locks = append(in.Locks, "security")
			}
		}
	case 2, 3:
		age := d.pick(time.Hour, 23*time.Hour, 25*time.Hour)
		in.onLook = func(_ time.Duration, in *cloud.Instance) { in.StartTime = s.start.Add(-age) }
		if d.chance(0.8) {
			account.stopped[in.id] = 26 * time.Hour
		}
	case 4:
		in.onLook = func(_ time.Duration, in *cloud.Instance) {
			in.Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"}
		}
	case 5:
		in.onLook = func(_ time.Duration, in *cloud.Instance) {
			if in.Status == cloud.StatusRunning { // its lock ends later
				in.Locks = []string{"financial"}
			}
		}
	}
}

// busyUntil makes looks show an instance that is Stopping, for a while.
func busyUntil(until time.Duration) func(time.Duration, *cloud.Instance) {
	return func(at time.Duration, in *cloud.Instance) {
		if at < until {
			in.Status, in.Locks = cloud.StatusStopping, nil
		}
	}
}

// unlockedAfter makes looks show no lock, after some time.
func unlockedAfter(after time.Duration) func(time.Duration, *cloud.Instance) {
	return func(at time.Duration, in *cloud.Instance) {
		if at > after {
			in.Locks = nil
		}
	}
}

// taggedFrom makes looks show the tag that forbids a call, from some time on.
func taggedFrom(from time.Duration) func(time.Duration, *cloud.Instance) {
	return func(at time.Duration, in *cloud.Instance) {
		if at >= from {
			in.Tags = map[string]string{" Reactivate": "never "}
		}
	}
}

func (d dice) request(account *simAccount, regions []string) Request {
	sources := []Source{SourceManual, SourceHTTP, SourceTimer, SourceBilling, SourceCloudMonitor, SourceEventBridge, SourceQueue}
	req := by(sources[d.IntN(len(sources))])
	req.AccountID, req.DryRun, req.Sweep = account.id, d.chance(0.15), false
	if req.Standing == StandingFresh && d.chance(0.5) {
		req.Standing = StandingLook
	}
	switch n := d.IntN(10); {
	case n == 0:
		req.Watch = 5 * time.Minute
	case n < 5:
		req.Sweep = true
	default:
		for _, in := range account.instances {
			if d.chance(0.4) {
				req.InstanceIDs = append(req.InstanceIDs, in.id)
			}
		}
		req.InstanceIDs = append(req.InstanceIDs, "i-99999999")
		req.Force = req.Standing == StandingPerson && d.chance(0.2)
	}
	if d.chance(0.4) {
		req.RegionIDs = d.some(regions)
	}
	if d.chance(0.2) {
		wait := d.pick(0, 10*time.Second, 5*time.Minute)
		req.Wait = &wait
	}
	return req
}

// asks is what the requests of an account ask for one instance in a region.
type asks struct {
	now, graced, person, hopes, force, dry, look, watch bool
}

// who returns who asks for an instance that is overdue or named.
func (c *simAccount) who(p *Policy, id, region string) (a asks) {
	for i := range c.requests {
		req := &c.requests[i]
		regions := req.RegionIDs
		if regions == nil {
			regions = p.Regions
		}
		if regions != nil && !slices.Contains(regions, region) || req.InstanceIDs != nil && !slices.Contains(req.InstanceIDs, id) {
			continue
		}
		switch {
		case req.Watch > 0:
			a.watch = true
			continue
		case req.DryRun || p.DryRun:
			a.dry = true
			continue
		case req.Standing == StandingPerson || req.Standing == StandingFresh || p.Grace == 0:
			a.now = true
		case req.Standing == StandingLook:
			a.look = true
			continue
		default:
			a.graced = true
		}
		a.person = a.person || req.Standing == StandingPerson
		a.hopes = a.hopes || req.Source == SourceBilling
		a.force = a.force || req.Force
	}
	return a
}
