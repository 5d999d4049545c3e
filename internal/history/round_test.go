package history_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

const (
	ownAccount = "1000000000000001" // the functions' own
	roleName   = "reactivate-watched"
	grace      = 600 * time.Millisecond // more than delays, so that a call too soon after a sign can be told from a late one
	staleAge   = 120 * time.Millisecond // how old a stale describe is
	restores   = 60 * time.Millisecond  // from settlement to the platform's start
	retry      = 200 * time.Millisecond // from one try of the money to the next; a look holds twice as long
	processes  = 3
)

var regions = []string{"cn-hangzhou", "cn-beijing"}

// round is all that a seed decides: what there is, what goes wrong, and what is delivered when. How real processes
// interleave is not in it.
type round struct {
	seed       uint64
	fleet      fakecloud.Fleet
	accounts   []string // the first is the functions' own
	timeouts   []time.Duration
	except     string // the account that REACTIVATE_ROLES leaves out; "": none
	deleted    string // the account that is being deleted from the directory; "": none
	wait       time.Duration
	limit      int    // REACTIVATE_MAX_INSTANCES; 0: none
	floor      string // REACTIVATE_BALANCE_FLOOR; "": none
	deliveries []*delivery
	quiet      time.Duration // from the first call on, nothing happens by itself any more
	falls      time.Duration // from its start on, no instance falls back any more
}

// watched are the accounts whose roles are configured.
func (r *round) watched() []string { return r.accounts[1:] }

// sweeps are the accounts of a sweep that names none.
func (r *round) sweeps() []string {
	if len(r.watched()) == 0 {
		return r.accounts
	}
	return slices.DeleteFunc(slices.Clone(r.watched()), r.closed)
}

// closed tells whether an account is not served.
func (r *round) closed(account string) bool { return account == r.except || account == r.deleted }

func newRound(seed uint64) *round {
	r := &round{seed: seed}
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range 1 + max(0, random.IntN(4)-1) { // half of the rounds have one account
		r.accounts = append(r.accounts, fmt.Sprintf("100000000000000%d", i+1))
	}
	r.fleet = fakecloud.Fleet{
		Regions: regions, Seed: seed,
		StartTakes: fakecloud.Duration(between(random, 20, 300)),
		LifeCycle: fakecloud.LifeCycle{
			RestoreAfter: fakecloud.Duration(restores),
			StopNotice:   fakecloud.Duration(20 * time.Minute), StopTakes: fakecloud.Duration(10 * time.Minute),
		},
	}
	switch { // one of the watched has to be left
	case len(r.accounts) > 2 && random.IntN(3) == 0:
		r.except = pick(random, r.accounts[0], r.accounts[1])
	case len(r.accounts) == 2 && random.IntN(3) == 0:
		r.except = ownAccount
	}
	r.wait = 700 * time.Millisecond
	if random.IntN(4) == 0 {
		r.wait = 3 * time.Second // enough for an instance that falls back
	}
	for _, id := range r.accounts {
		r.fleet.Accounts = append(r.fleet.Accounts, r.account(random, id))
	}
	r.addDirectory(random)
	r.addInstances(random)
	r.addFaults(random)
	r.timeouts = append(r.timeouts, 5*time.Second) // of the process that makes the calm sweep too
	for range processes - 1 {
		r.timeouts = append(r.timeouts, between(random, 1200, 3500))
	}
	r.addDeliveries(random)
	if random.IntN(4) == 0 {
		r.limit = 1 + random.IntN(8)
	}
	r.addBalances(random)
	return r
}

// addBalances makes half of the rounds read balances, from an API that lies, hangs, refuses and fails. That must change nothing.
func (r *round) addBalances(random *rand.Rand) {
	if random.IntN(2) == 0 {
		return
	}
	r.floor = "200"
	for i := range r.fleet.Accounts {
		r.fleet.Accounts[i].BalanceShows = pick(random, "", "", "-5.00", "0.00", "50.00", "1,000.00")
	}
	r.fleet.Faults = append([]fakecloud.Fault{{
		Action: balanceAction, Chance: pick(random, 0.3, 1), Always: true, Fault: pick(random,
			fakecloud.FaultAct{Error: fakecloud.Error{Code: "NotAuthorized"}}, fakecloud.FaultAct{Error: fakecloud.Error{Code: "Throttling.User"}},
			fakecloud.FaultAct{Kind: fakecloud.Hang}, fakecloud.FaultAct{Kind: fakecloud.Hang}, fakecloud.FaultAct{Kind: fakecloud.Empty200}, fakecloud.FaultAct{Kind: fakecloud.HTML502}),
	}}, r.fleet.Faults...)
}

// The API operations that rounds treat in their own way.
const (
	balanceAction = "QueryAccountBalance"
	listAction    = "ListAccounts"
)

// addDirectory makes the watched accounts of half of the rounds members of a resource directory. One of several members may be about to leave.
func (r *round) addDirectory(random *rand.Rand) {
	if len(r.watched()) == 0 || random.IntN(2) == 0 {
		return
	}
	r.fleet.Directory = &fakecloud.Directory{}
	for _, account := range r.watched() {
		r.fleet.Directory.Members = append(r.fleet.Directory.Members, fakecloud.Member{ID: account, Name: "team-" + account[12:]})
	}
	if len(r.watched()) < 2 || r.except == r.accounts[1] {
		return
	}
	leaving := &r.fleet.Directory.Members[1]
	leaving.DeletionStatus = pick(random, "", "Checking", "Deleting", "Deleting", "CheckFailed", "DeleteFailed")
	if leaving.DeletionStatus == "Deleting" { // any other is alive and billed
		r.deleted = leaving.ID
	}
}

// between is a time of low to high milliseconds.
func between(random *rand.Rand, low, high int) time.Duration {
	return time.Duration(low+random.IntN(high-low+1)) * time.Millisecond
}

// pick is one of all.
func pick[T any](random *rand.Rand, all ...T) T { return all[random.IntN(len(all))] }

// account makes an account that is paid, that pays during the round, or that falls into arrears and then pays.
func (r *round) account(random *rand.Rand, id string) fakecloud.Account {
	a := fakecloud.Account{ID: id, Site: pick(random, fakecloud.China, fakecloud.International)}
	if id == ownAccount {
		for p := range processes {
			name := fmt.Sprintf("fakeKey%d", p)
			a.AccessKeys = append(a.AccessKeys, fakecloud.AccessKey{
				ID: name, Secret: name + "Secret", Token: name + "Token", Principal: principal(p),
			})
		}
	} else {
		a.Roles = []fakecloud.Role{{ARN: roleARN(id), Trusted: []string{"acs:ram::" + ownAccount + ":root"}}}
	}
	switch random.IntN(4) {
	case 0:
		owes := -5.0
		a.Balance = &owes
		a.SettlesAfter = fakecloud.Duration(between(random, 200, 1200))
	case 1:
		a.FallsAfter = fakecloud.Duration(between(random, 50, 500))
		a.SettlesAfter = a.FallsAfter + fakecloud.Duration(between(random, 100, 700))
	}
	r.quiet = max(r.quiet, time.Duration(a.SettlesAfter)+restores+time.Duration(r.fleet.StartTakes))
	return a
}

func principal(process int) string {
	return fmt.Sprintf("acs:ram::%s:role/function-%d", ownAccount, process)
}

func roleARN(account string) string { return "acs:ram::" + account + ":role/" + roleName }

// addInstances makes most of the fleet plainly overdue. The others show every reason not to be touched.
func (r *round) addInstances(random *rand.Rand) {
	for _, account := range r.accounts {
		for n := range 4 + random.IntN(9) {
			in := fakecloud.Instance{
				ID:      fmt.Sprintf("i-bp1%s%02d%04d", account[len(account)-4:], n, random.IntN(10000)),
				Account: account, Region: pick(random, regions...), Status: fakecloud.Stopped,
			}
			in.Locks = []string{"financial"}
			r.spoil(random, &in)
			r.unsteady(random, &in)
			if random.IntN(4) == 0 && slices.Contains(in.Locks, "financial") && in.FallsBack.After == 0 {
				in.Platform = fakecloud.Platform{After: fakecloud.Duration(between(random, 50, 1500))}
				r.quiet = max(r.quiet, time.Duration(in.Platform.After+r.fleet.StartTakes))
			}
			r.fleet.Instances = append(r.fleet.Instances, in)
		}
	}
}

// spoil makes two of three instances something else than plainly overdue.
func (r *round) spoil(random *rand.Rand, in *fakecloud.Instance) {
	in.Platform.Fails = random.IntN(2) == 0
	switch random.IntN(18) {
	case 0:
		in.Locks = append(in.Locks, "security")
	case 1:
		in.ChargeType = fakecloud.PrePaid
	case 2:
		in.Tags = map[string]string{pick(random, "reactivate", "Reactivate"): pick(random, "never", " Never ")}
	case 3:
		in.Tags = map[string]string{"team": "lab", "keep": "out"}
	case 4:
		in.Locks = nil // its owner stopped it
	case 5:
		in.Locks, in.Status = nil, fakecloud.Running
	case 6:
		in.Locks = append(in.Locks, pick(random, "recycling", "Recycling", "refunded", "dedicatedhostfinancial"))
	case 7:
		in.Locks = append(in.Locks, "financial-recycling")
	case 8:
		in.OwnerStopped = true
	case 9:
		in.StartFails = &fakecloud.Error{Code: "OperationDenied.NoStock"}
	case 10:
		in.Locks, in.Status = nil, fakecloud.Stopping
		in.Then = fakecloud.Then{After: fakecloud.Duration(between(random, 50, 400))}
	case 12:
		in.Events = pick(random, fakecloud.StopOnly, fakecloud.NoEvents)
	case 13, 14:
		in.StartTakes = fakecloud.Duration(between(random, 500, 2000)) // mostly longer than it is watched
	}
}

// unsteady makes a few of the plainly overdue instances fall back after each start. Their accounts are paid, so nobody but the functions
// starts them, and arrears do not stop them again.
func (r *round) unsteady(random *rand.Rand, in *fakecloud.Instance) {
	i := slices.IndexFunc(r.fleet.Accounts, func(a fakecloud.Account) bool { return a.ID == in.Account })
	paid := r.fleet.Accounts[i].Balance == nil && r.fleet.Accounts[i].FallsAfter == 0
	if random.IntN(8) > 0 || !paid || !slices.Equal(in.Locks, []string{"financial"}) || in.StartFails != nil {
		return
	}
	in.Platform.Fails = true
	in.StartTakes = fakecloud.Duration(between(random, 100, 2000))
	in.FallsBack = fakecloud.FallsBack{After: fakecloud.Duration(between(random, 50, 2000)), Locks: pick(random, nil, []string{"financial"})}
	r.falls = max(r.falls, time.Duration(in.FallsBack.After))
}

// addFaults makes calls fail in a few random ways. Only describes are stale: that does no harm once nothing changes.
func (r *round) addFaults(random *rand.Rand) {
	acts := []fakecloud.FaultAct{
		{Error: fakecloud.Error{Code: "Throttling.User"}}, {Error: fakecloud.Error{Code: "ServiceUnavailable"}},
		{Error: fakecloud.Error{Code: "InternalError"}}, {Error: fakecloud.Error{Code: "OperationConflict"}},
		{Kind: fakecloud.HTML502}, {Kind: fakecloud.Empty503}, {Kind: fakecloud.Empty200}, {Kind: fakecloud.Empty500},
		{Kind: fakecloud.Reset}, {Kind: fakecloud.Hang}, {Kind: fakecloud.Lost}, {Kind: fakecloud.Lost},
		{Kind: fakecloud.SlowBody, Takes: fakecloud.Duration(between(random, 50, 400))},
		{Kind: fakecloud.Stale, Age: fakecloud.Duration(staleAge)}, {Kind: fakecloud.Stale, Age: fakecloud.Duration(staleAge)},
	}
	for range 1 + random.IntN(5) {
		f := fakecloud.Fault{
			Action: pick(random, "*", "DescribeInstances", "ReActivateInstances", "ReActivateInstances"),
			Chance: pick(random, 0.05, 0.15, 0.3), Always: true, Fault: pick(random, acts...),
		}
		if f.Fault.Kind == fakecloud.Stale {
			f.Action = "DescribeInstances"
		}
		if f.Fault.Kind == fakecloud.Hang {
			f.Always, f.Count = false, 1+random.IntN(2)
		}
		r.fleet.Faults = append(r.fleet.Faults, f)
	}
	if random.IntN(4) == 0 {
		r.fleet.Quotas = []fakecloud.Quota{{Action: "ReActivateInstances", Rate: 5, Burst: 3, RetryAfter: random.IntN(2) == 0}}
	}
}
