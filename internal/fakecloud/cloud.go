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
	// Now is the clock. New sets it to time.Now plus Fleet.ClockAhead. A caller may
	// set it before the first use.
	// Latency and slow faults wait by timers, not by this clock.
	Now func() time.Time
	// OnCall, if not nil, is called once for each API call, when its answer is
	// decided. It runs on the serving goroutine and must not block.
	OnCall func(Call)

	fleet Fleet // its defaults filled in

	mu       sync.Mutex // guards everything below
	anchor   time.Time  // first use; zero: not yet
	accounts []*account
	keys     map[string]*key
	roles    map[string]*role
	nonces   map[[2]string]bool // that were used, by key
	quotas   map[quotaKey]*quotaState
	faults   []*fault
	calls    []*Call
	random   *rand.Rand
}

// account is an account and its instances.
type account struct {
	*Account
	fen       int64 // balance; 100 fen are CNY 1
	firstKey  *key
	instances []*instance
	byPlace   map[place]*instance
	due       []change // by time
}

// place identifies an instance of an account: ids are unique only within a region.
type place struct{ region, id string }

// New builds a cloud. A bad value in the fleet is an error that names the field.
func New(fleet Fleet) (*Cloud, error) {
	fleet = fleet.withDefaults()
	if err := fleet.validate(); err != nil {
		return nil, fmt.Errorf("fleet: %w", err)
	}
	c := &Cloud{
		Now:    func() time.Time { return time.Now().Add(time.Duration(fleet.ClockAhead)) },
		fleet:  fleet,
		keys:   map[string]*key{},
		roles:  map[string]*role{},
		nonces: map[[2]string]bool{},
		quotas: map[quotaKey]*quotaState{},
		random: rand.New(rand.NewPCG(fleet.Seed, 0)),
	}
	for i := range fleet.Accounts {
		c.addAccount(&fleet.Accounts[i])
	}
	for i := range fleet.Instances {
		if err := c.addInstances(fleet.Instances[i]); err != nil {
			return nil, fmt.Errorf("fleet: instances[%d].id: %w", i, err)
		}
	}
	for i := range fleet.Faults {
		c.faults = append(c.faults, &fault{spec: &fleet.Faults[i], number: uint64(i), seen: map[string]uint64{}})
	}
	return c, nil
}

// withDefaults fills in what the fleet leaves out.
func (f Fleet) withDefaults() Fleet {
	if len(f.Accounts) == 0 {
		f.Accounts = []Account{{ID: defaultAccount}}
	}
	if len(f.Regions) == 0 {
		f.Regions = []string{"cn-hangzhou", "cn-beijing", "cn-shanghai", "cn-shenzhen", "ap-southeast-1"}
		for i := range f.Instances {
			if r := f.Instances[i].Region; !slices.Contains(f.Regions, r) {
				f.Regions = append(f.Regions, r)
			}
		}
	}
	f.Deployment = cmp.Or(f.Deployment, &Deployment{})
	f.StartTakes = cmp.Or(f.StartTakes, Duration(5*time.Second))
	f.LifeCycle.RestoreAfter = cmp.Or(f.LifeCycle.RestoreAfter, Duration(time.Minute))
	return f
}

func (c *Cloud) addAccount(spec *Account) {
	a := &account{Account: spec, fen: fen(1000), byPlace: map[place]*instance{}}
	if spec.Balance != nil {
		a.fen = fen(*spec.Balance)
	}
	a.due = a.schedule()
	c.accounts = append(c.accounts, a)
	c.addKeys(a)
	for _, r := range spec.Roles {
		c.roles[r.ARN] = &role{Role: r, account: a}
	}
}

func fen(yuan float64) int64 { return int64(math.Round(yuan * 100)) }

// addInstances adds the instances of an entry. They share its time line until
// one of them changes, so that a big fleet takes little memory.
func (c *Cloud) addInstances(spec Instance) error {
	a := c.account(spec.Account)
	spec.StartTakes = cmp.Or(spec.StartTakes, c.fleet.StartTakes)
	first := newInstance(spec, &c.fleet.LifeCycle)
	for n := 1; n <= max(1, spec.Count); n++ {
		in := *first
		in.id, in.name = spec.numbered(n)
		in.account = a
		at := place{spec.Region, in.id}
		if a.byPlace[at] != nil {
			return fmt.Errorf("%s is in the fleet twice", in.id)
		}
		a.byPlace[at] = &in
		a.instances = append(a.instances, &in)
	}
	return nil
}

// account finds an account; "" is the first. It is nil for one that the fleet does not have.
func (c *Cloud) account(id string) *account {
	for _, a := range c.accounts {
		if id == "" || id == a.ID {
			return a
		}
	}
	return nil
}

// since is the time on the fleet's clock; the first use starts it.
func (c *Cloud) since(now time.Time) time.Duration {
	if c.anchor.IsZero() {
		c.anchor = now
	}
	return now.Sub(c.anchor)
}

// Credentials are what a client signs with.
type Credentials struct {
	AccountID       string // whose they are
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // "": the key is long-lived
}

// Credentials are those of the first access key of an account of the fleet; "" is
// its first account. An account for which the fleet names no key has one: the first
// account fakeAccessKeyId, fakeAccessKeySecret and fakeSecurityToken. Any other
// account has the same with a dash and its id appended.
func (c *Cloud) Credentials(accountID string) Credentials {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.account(accountID)
	return Credentials{AccountID: a.ID, AccessKeyID: a.firstKey.ID, AccessKeySecret: a.firstKey.Secret, SecurityToken: a.firstKey.Token}
}
