package fakecloud

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	lockFinancial = "financial"
	// lockFinancialRecycling joins financial once the vCPUs of an
	// overdue instance are reclaimed. It is undocumented: one user saw it.
	lockFinancialRecycling = "financial-recycling"
)

// numberMark is replaced by the number in the ids and names of Count instances.
const numberMark = "{n}"

// numbered is the id and name of the n-th instance of an entry. An id is
// padded with zeros to the usual 20 characters after the dash.
func (in *Instance) numbered(n int) (id, name string) {
	width := max(0, len("i-")+20-len(in.ID)+len(numberMark))
	id = strings.Replace(in.ID, numberMark, fmt.Sprintf("%0*d", width, n), 1)
	return id, strings.ReplaceAll(in.Name, numberMark, strconv.Itoa(n))
}

// instance is one instance. Its time line holds its past states, and the future
// ones if nothing else happens. So its state can be looked up for any time.
type instance struct {
	spec    *Instance // its entry, shared by all instances of the entry
	cycle   *LifeCycle
	id      string
	name    string
	account *account

	line         []moment  // by time; the first has always begun
	arrears      []arrears // by time
	starts       int       // effective ReActivateInstances
	epochs       int       // times that arrears stopped or locked it
	ownerStopped bool      // before the arrears
}

// newInstance is the first instance of an entry, without its id and name.
func newInstance(spec Instance, cycle *LifeCycle) *instance {
	in := &instance{spec: &spec, cycle: cycle, ownerStopped: spec.OwnerStopped}
	overdue := hasLock(spec.Locks, lockFinancial)
	status := spec.Status
	if status == "" && len(spec.Locks) > 0 {
		status = Stopped
	}
	status = cmp.Or(status, Running)
	in.add(moment{at: always, status: status, locks: spec.Locks})
	if spec.Then.After > 0 {
		end := Stopped
		if status == Starting {
			end = Running
		}
		in.add(moment{at: time.Duration(spec.Then.After), status: cmp.Or(spec.Then.Status, end), locks: spec.Locks})
	}
	if overdue {
		in.epochs = 1
	}
	if overdue && status == Stopped && !in.prepaid() {
		stop := -spec.OverdueFor.or(time.Hour)
		in.arrears = []arrears{{stop: stop}}
		in.fade(stop, spec.Locks)
	}
	if spec.Platform.After > 0 {
		in.restore(time.Duration(spec.Platform.After))
	}
	return in
}

// instance finds an instance by its id; nil if it does not exist at that time.
func (a *account) instance(region, id string, at time.Duration) *instance {
	in := a.byPlace[place{region, id}]
	if in == nil || in.state(at).released {
		return nil
	}
	return in
}

func (in *instance) prepaid() bool { return in.spec.ChargeType == PrePaid }

// moment is a state and when it begins.
type moment struct {
	at       time.Duration // since the first use
	status   Status
	locks    []string // never changed in place
	released bool
	started  time.Duration // when it was last started; 0: before the first use
}

const always = time.Duration(math.MinInt64) // before every other time

// state is the state at a time.
func (in *instance) state(at time.Duration) moment {
	i := len(in.line) - 1
	for in.line[i].at > at {
		i--
	}
	return in.line[i]
}

// cut drops what the time line holds after a time.
func (in *instance) cut(at time.Duration) {
	n := len(in.line)
	for n > 1 && in.line[n-1].at > at {
		n--
	}
	in.line = in.line[:n:n] // what is added next must not overwrite a shared time line
}

// add adds a moment after all others.
func (in *instance) add(m moment) {
	if n := len(in.line); n > 0 {
		m.started = cmp.Or(m.started, in.line[n-1].started)
	}
	in.line = append(in.line, m)
}

// wasRunning says whether it was Running at any time up to at.
func (in *instance) wasRunning(at time.Duration) bool {
	return slices.ContainsFunc(in.line, func(m moment) bool { return m.at <= at && m.status == Running })
}

// start makes it Starting at a time, and Running later.
func (in *instance) start(at time.Duration) {
	in.cut(at)
	in.endArrears(at)
	in.run(at, nil)
	in.ownerStopped = false
	in.starts++
}

// restore is what the platform does after a settlement: back to the state
// before the arrears, which need not be Running.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
func (in *instance) restore(at time.Duration) {
	if in.state(at).released {
		return
	}
	in.cut(at)
	in.endArrears(at)
	locks := slices.DeleteFunc(slices.Clone(in.state(at).locks), func(lock string) bool {
		return lock == lockFinancial || lock == lockFinancialRecycling
	})
	if in.ownerStopped || hasLock(locks, "security") {
		in.add(moment{at: at, status: Stopped, locks: locks})
		return
	}
	in.run(at, locks)
}

// run adds a start, and the fall back that may follow it.
func (in *instance) run(at time.Duration, locks []string) {
	takes := time.Duration(in.spec.StartTakes)
	in.add(moment{at: at, status: Starting, locks: locks, started: max(1, at)})
	falls := time.Duration(in.spec.FallsBack.After)
	if falls == 0 || falls > takes {
		in.add(moment{at: at + takes, status: Running, locks: locks})
	}
	if falls > 0 {
		in.add(moment{at: at + falls, status: Stopped, locks: in.spec.FallsBack.Locks})
	}
}

// expire is the overdue life cycle from the stop on: stopped and locked, then
// without vCPUs, then released.
// Source: https://help.aliyun.com/zh/ecs/overdue-payments
func (in *instance) expire(stop time.Duration) {
	in.cut(stop)
	before := in.state(stop)
	locks := append(slices.Clone(before.locks), lockFinancial)
	in.ownerStopped = before.status == Stopped || before.status == Stopping
	in.epochs++
	in.arrears = append(slices.Clip(in.arrears), arrears{stop: stop})
	in.add(moment{at: stop, status: Stopped, locks: locks})
	in.fade(stop, locks)
}

// fade adds what follows a stop: the loss of the vCPUs, and the release.
func (in *instance) fade(stop time.Duration, locks []string) {
	if !hasLock(locks, lockFinancialRecycling) {
		locks = append(slices.Clone(locks), lockFinancialRecycling)
		in.add(moment{at: stop + reclaimAfter, status: Stopped, locks: locks})
	}
	in.add(moment{at: stop + releaseAfter, status: Stopped, released: true})
}

// hasLock compares without case, since the documents write recycling both ways.
func hasLock(locks []string, lock string) bool {
	return slices.ContainsFunc(locks, func(l string) bool { return strings.EqualFold(l, lock) })
}
