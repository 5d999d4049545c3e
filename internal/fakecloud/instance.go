package fakecloud

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	lockFinancial = "financial"
	// lockFinancialRecycling stands beside financial once the vCPUs of an
	// overdue instance are reclaimed. It is undocumented: one user saw it.
	lockFinancialRecycling = "financial-recycling"
)

// noAddress is the PublicIPAtStart of an instance that gave its address back.
const noAddress = "none"

// numberMark is replaced by the number in the ids and names of Count instances.
const numberMark = "{n}"

// numbered is the id and name of the n-th instance of an entry. An id is
// padded with zeros to the usual 20 characters after the dash.
func (in *Instance) numbered(n int) (id, name string) {
	digits := strconv.Itoa(n)
	const idLength = len("i-") + 20
	pad := max(0, idLength-(len(in.ID)-len(numberMark))-len(digits))
	id = strings.Replace(in.ID, numberMark, strings.Repeat("0", pad)+digits, 1)
	return id, strings.ReplaceAll(in.Name, numberMark, digits)
}

// instance is one instance. Its time line holds its past states and the future
// ones that follow if nothing else happens, so that the state at any time,
// past ones included, is a look-up.
type instance struct {
	spec    *Instance // shared by the instances of one entry
	id      string
	name    string
	account *account
	region  string

	line    []moment  // by time; the first is the state before everything
	starts  int       // effective ReActivateInstances
	arrears []arrears // by time
	epochs  int       // times that arrears stopped or locked it
	ran     bool      // was Running in the part of the time line that is gone
	owner   bool      // its owner had stopped it before the arrears
}

// moment is a state that begins.
type moment struct {
	at       time.Duration // since the first use
	status   Status
	locks    []string // never changed in place
	released bool
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
	const most = 16         // moments of the past that stale answers may still show
	for len(in.line) > most {
		in.ran = in.ran || in.line[0].status == Running
		in.line = slices.Delete(in.line, 0, 1)
		in.line[0].at = always
	}
}

func (in *instance) add(moments ...moment) { in.line = append(in.line, moments...) }

// wasRunning says whether it was Running at any time up to at, and since when
// it last was.
func (in *instance) wasRunning(at time.Duration) (ran bool, since time.Duration) {
	ran = in.ran
	for _, m := range in.line {
		if m.at <= at && m.status == Running {
			ran, since = true, m.at
		}
	}
	return ran, since
}

// start makes it Starting at a time, and Running later.
func (in *instance) start(at, takes time.Duration) {
	in.cut(at)
	in.endArrears(at)
	in.run(at, takes, nil)
	in.owner = false
}

// restore is what the platform does after a settlement: back to the state
// before the arrears, which need not be Running.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
func (in *instance) restore(at, takes time.Duration) {
	if in.state(at).released {
		return
	}
	in.cut(at)
	in.endArrears(at)
	locks := withoutFinancial(in.state(at).locks)
	if in.owner || hasLock(locks, "security") {
		in.add(moment{at: at, status: Stopped, locks: locks})
		return
	}
	in.run(at, takes, locks)
}

// run adds a start, and the fall back that may follow it.
func (in *instance) run(at, takes time.Duration, locks []string) {
	in.add(moment{at: at, status: Starting, locks: locks})
	falls := time.Duration(in.spec.FallsBack.After)
	if falls == 0 || falls > takes {
		in.add(moment{at: at + takes, status: Running, locks: locks})
	}
	if falls > 0 {
		in.add(moment{at: at + falls, status: Stopped, locks: in.spec.FallsBack.Locks})
	}
}

// started says when it was last started, and whether that was since the first use.
func (in *instance) started(at time.Duration) (since time.Duration, found bool) {
	for i, m := range in.line {
		again := i > 0 && in.line[i-1].status == Starting // that start is known already
		if m.at <= at && m.at != always && (m.status == Starting || m.status == Running && !again) {
			since, found = m.at, true
		}
	}
	return since, found
}

// publicIP is its public address at a time; "": none.
func (in *instance) publicIP(at time.Duration) string {
	_, started := in.started(at)
	switch {
	case !started || in.spec.PublicIPAtStart == "":
		return in.spec.PublicIP
	case in.spec.PublicIPAtStart == noAddress:
		return ""
	}
	return in.spec.PublicIPAtStart
}

// expire is the overdue life cycle from the stop on: stopped and locked, then
// without vCPUs, then released.
// Source: https://help.aliyun.com/zh/ecs/overdue-payments
func (in *instance) expire(stop time.Duration, cycle lifeCycle) {
	in.cut(stop)
	before := in.state(stop)
	locks := append(slices.Clone(before.locks), lockFinancial)
	in.owner = before.status == Stopped || before.status == Stopping
	in.epochs++
	in.arrears = append(slices.Clip(in.arrears), arrears{stop: stop})
	in.add(moment{at: stop, status: Stopped, locks: locks})
	in.fade(stop, locks, cycle)
}

// fade adds what follows a stop.
func (in *instance) fade(stop time.Duration, locks []string, cycle lifeCycle) {
	if !slices.Contains(locks, lockFinancialRecycling) {
		locks = append(slices.Clone(locks), lockFinancialRecycling)
		in.add(moment{at: stop + cycle.reclaim, status: Stopped, locks: locks})
	}
	in.add(moment{at: stop + cycle.release, status: Stopped, released: true})
}

func withoutFinancial(locks []string) []string {
	if !slices.Contains(locks, lockFinancial) {
		return locks
	}
	return slices.DeleteFunc(slices.Clone(locks), func(l string) bool {
		return l == lockFinancial || l == lockFinancialRecycling
	})
}

// hasLock compares without case, since the documents write recycling both ways.
func hasLock(locks []string, lock string) bool {
	return slices.ContainsFunc(locks, func(l string) bool { return strings.EqualFold(l, lock) })
}
