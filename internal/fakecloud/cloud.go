package fakecloud

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// defaultAccount is the account of a fleet that names none.
const defaultAccount = "1234567890123456"

// Cloud is the fake: an http.Handler for all services and regions. The API
// version of a request says which service it is for. It is safe for concurrent use.
type Cloud struct {
	// Now is the clock; New sets it to time.Now, ahead as far as the fleet says.
	// Set it before the first use.
	// Latency and faults that take time wait by timers, not by this clock.
	Now func() time.Time
	// OnCall, if not nil, is called once for each API call, when its answer is
	// decided. It runs on the serving goroutine and must not block.
	OnCall func(Call)

	fleet   Fleet
	regions []string
	cycle   lifeCycle

	mu       sync.Mutex // guards everything below
	anchored bool
	anchor   time.Time // first use
	accounts []*account
	byID     map[string]*account
	keys     map[string]*key
	roles    map[string]*role
	due      []event // of accounts, by time
	nonces   nonces
	quotas   quotas
	faults   []*fault
	calls    []*Call
	serial   uint64 // of requests, for request ids
	random   *rand.Rand
}

// account is an account and its instances.
type account struct {
	id       string
	site     Site
	fen      int64  // balance; 100 fen are CNY 1
	vouchers int64  // fen
	shows    string // instead of the balance; "": nothing else
	keys     []*key
	regions  map[string]*shard
}

// shard is what one account has in one region.
type shard struct {
	byID    map[string]*instance
	ordered []*instance
}

// lifeCycle is LifeCycle with its defaults filled in.
type lifeCycle struct {
	stop, reclaim, release, restore, starts time.Duration
	stopNotice, stopTakes                   time.Duration
}

// New builds a cloud. A fleet that ParseFleet would refuse is an error here too.
func New(fleet Fleet) (*Cloud, error) {
	if err := fleet.validate(); err != nil {
		return nil, fmt.Errorf("fleet: %w", err)
	}
	c := &Cloud{
		Now:   func() time.Time { return time.Now().Add(time.Duration(fleet.ClockAhead)) },
		fleet: fleet,
		cycle: lifeCycle{
			stop:    time.Duration(fleet.LifeCycle.StopAfter),
			reclaim: fleet.LifeCycle.ReclaimAfter.or(48 * time.Hour),
			release: fleet.LifeCycle.ReleaseAfter.or(15 * 24 * time.Hour),
			restore: fleet.LifeCycle.RestoreAfter.or(time.Minute),
			starts:  fleet.StartTakes.or(5 * time.Second),

			stopNotice: time.Duration(fleet.LifeCycle.StopNotice),
			stopTakes:  time.Duration(fleet.LifeCycle.StopTakes),
		},
		byID:   map[string]*account{},
		keys:   map[string]*key{},
		roles:  map[string]*role{},
		nonces: nonces{},
		random: rand.New(rand.NewPCG(fleet.Seed, 0)),
	}
	c.quotas.state = map[quotaKey]*quotaState{}
	c.addAccounts()
	if err := c.addInstances(); err != nil {
		return nil, fmt.Errorf("fleet: %w", err)
	}
	for i := range fleet.Faults {
		c.faults = append(c.faults, newFault(&fleet.Faults[i], uint64(i)))
	}
	c.regions = c.knownRegions()
	return c, nil
}

func (c *Cloud) addAccounts() {
	specs := c.fleet.Accounts
	if len(specs) == 0 {
		specs = []Account{{ID: defaultAccount}}
	}
	for i := range specs {
		spec := &specs[i]
		a := &account{
			id: spec.ID, site: spec.Site, fen: fen(1000), vouchers: fen(spec.Vouchers),
			shows:   spec.BalanceShows,
			regions: map[string]*shard{},
		}
		if spec.Balance != nil {
			a.fen = fen(*spec.Balance)
		}
		c.accounts = append(c.accounts, a)
		c.byID[a.id] = a
		c.addKeys(a, spec.AccessKeys, i == 0)
		for j := range spec.Roles {
			r := &spec.Roles[j]
			c.roles[r.ARN] = &role{spec: r, account: a, id: fmt.Sprintf("3%s%02d", a.id, j)}
		}
		if spec.FallsAfter > 0 {
			c.schedule(event{at: time.Duration(spec.FallsAfter), account: a, kind: fall})
		}
		if spec.SettlesAfter > 0 {
			c.schedule(event{at: time.Duration(spec.SettlesAfter), account: a, kind: settle})
		}
	}
}

func fen(yuan float64) int64 { return int64(math.Round(yuan * 100)) }

func (c *Cloud) addInstances() error {
	for i := range c.fleet.Instances {
		spec := &c.fleet.Instances[i]
		a := c.accounts[0]
		if spec.Account != "" {
			a = c.byID[spec.Account]
		}
		s := a.regions[spec.Region]
		if s == nil {
			s = &shard{byID: map[string]*instance{}}
			a.regions[spec.Region] = s
		}
		line := c.firstLine(spec)
		for n := 1; n <= max(1, spec.Count); n++ {
			id, name := spec.numbered(n)
			if s.byID[id] != nil {
				return fmt.Errorf("instances[%d].id: %s is in the fleet twice", i, id)
			}
			if !instancePattern.MatchString(id) {
				return fmt.Errorf("instances[%d].id: number %d makes %q, which is no instance id", i, n, id)
			}
			in := &instance{
				spec: spec, id: id, name: name, account: a, region: spec.Region,
				line: slices.Clip(line.line), owner: spec.OwnerStopped, epochs: line.epochs, arrears: slices.Clip(line.arrears),
			}
			s.byID[id] = in
			s.ordered = append(s.ordered, in)
		}
	}
	return nil
}

// firstLine is the time line of the instances of an entry. They share it until
// one of them changes, so that a big fleet takes little memory.
func (c *Cloud) firstLine(spec *Instance) *instance {
	status := spec.Status
	if status == "" {
		status = Running
		if len(spec.Locks) > 0 {
			status = Stopped
		}
	}
	in := &instance{spec: spec, owner: spec.OwnerStopped}
	in.add(moment{at: always, status: status, locks: spec.Locks})
	if spec.Then.After > 0 {
		end := spec.Then.Status
		if end == "" {
			end = Stopped
			if status == Starting {
				end = Running
			}
		}
		in.add(moment{at: time.Duration(spec.Then.After), status: end, locks: spec.Locks})
	}
	if slices.Contains(spec.Locks, lockFinancial) {
		in.epochs = 1
		if status == Stopped && spec.ChargeType != PrePaid {
			stop := -spec.OverdueFor.or(time.Hour)
			in.arrears = []arrears{{stop: stop}}
			in.fade(stop, spec.Locks, c.cycle)
		}
	}
	if spec.Platform.After > 0 {
		in.restore(time.Duration(spec.Platform.After), spec.StartTakes.or(c.cycle.starts))
	}
	return in
}

// knownRegions are the fleet's regions; by default five common ones and those of the instances.
func (c *Cloud) knownRegions() []string {
	if len(c.fleet.Regions) > 0 {
		return c.fleet.Regions
	}
	regions := []string{"cn-hangzhou", "cn-beijing", "cn-shanghai", "cn-shenzhen", "ap-southeast-1"}
	for i := range c.fleet.Instances {
		if r := c.fleet.Instances[i].Region; !slices.Contains(regions, r) {
			regions = append(regions, r)
		}
	}
	return regions
}

// since is the time on the fleet's clock; the first use starts it.
func (c *Cloud) since(now time.Time) time.Duration {
	if !c.anchored {
		c.anchored, c.anchor = true, now
	}
	return now.Sub(c.anchor)
}

// instance finds an instance by its id; nil if it does not exist at that time.
func (a *account) instance(region, id string, at time.Duration) *instance {
	s := a.regions[region]
	if s == nil {
		return nil
	}
	in := s.byID[id]
	if in == nil || in.state(at).released {
		return nil
	}
	return in
}

func (in *instance) chargeType() ChargeType {
	return cmp.Or(in.spec.ChargeType, PostPaid)
}

// Credentials are what a client signs with.
type Credentials struct {
	AccountID       string // whose they are
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // "": the key is long-lived
}

// Credentials are those of the first access key of an account; "" is the first
// account. An account for which the fleet names no key has one: the first
// account fakeAccessKeyId, fakeAccessKeySecret and fakeSecurityToken, another
// the same with a dash and its id behind. The result is zero for an account
// that the fleet does not have.
func (c *Cloud) Credentials(accountID string) Credentials {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.accounts[0]
	if accountID != "" {
		a = c.byID[accountID]
	}
	if a == nil {
		return Credentials{}
	}
	k := a.keys[0]
	return Credentials{AccountID: a.id, AccessKeyID: k.id, AccessKeySecret: k.secret, SecurityToken: k.token}
}
