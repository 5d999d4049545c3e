package reactivate

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var (
	seeds    = flag.Int("seeds", 3000, "how many random runs TestAnyInterleaving plays")
	fromSeed = flag.Uint64("from", 1, "the first seed of TestAnyInterleaving; one that failed replays with -seeds=1")
)

// TestAnyInterleaving plays random accounts, faults, payments, latencies and deadlines, and holds every call that is made, and what
// the report says in the end, against the contract.
func TestAnyInterleaving(t *testing.T) {
	total := map[string]int{}
	for seed := *fromSeed; seed < *fromSeed+uint64(*seeds); seed++ {
		j := newJudge(t, seed)
		j.check(j.sim.play())
		for what, n := range j.seen {
			total[what] += n
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Log(total)
	if *seeds < 1000 {
		return
	}
	for _, what := range []string{"calls", "tries", "signs", "graces after a sign", "looks again", "capped", "lost", "conflict", "capacity", "throttled",
		"reactivated", "recovered", "accepted", "awaiting-payment", "deferred", "failed", "skipped", "planned"} {
		if total[what] == 0 {
			t.Errorf("no %s in any run: the proof proves nothing about it", what)
		}
	}
}

// judge watches one random run. It knows what ECS was asked and has answered, and nothing of the run's state.
type judge struct {
	t        *testing.T
	sim      *sim
	rand     *rand.Rand
	seen     map[string]int
	accounts map[*simAccount]*witness
}

// witness is what the answers to one account have said so far.
type witness struct {
	rows                         map[string]*testimony
	arrears                      time.Time // the last refusal for want of money since a sign; zero: none
	signAt, maybeSigned, triedAt time.Time
	flying                       map[string]int // calls in flight by region
	looking                      map[string]int // describes in flight by region
	calls                        int
}

// unpaid tells whether the account is known to want money: what its balance may have told since leaves that open.
func (w *witness) unpaid() bool { return !w.arrears.IsZero() && w.maybeSigned.Before(w.arrears) }

type testimony struct {
	first, look time.Time // when the describes were sent that showed it
	overdue     bool      // at the last look
	status      Status
	taken, lost bool
	inFlight    bool
	notBefore   time.Time
	failures    int
	conflicts   int
	called      bool
}

func newJudge(t *testing.T, seed uint64) *judge {
	r := rand.New(rand.NewPCG(seed, 10))
	j := &judge{t: t, rand: r, seen: map[string]int{}, accounts: map[*simAccount]*witness{}}
	chance := func(p float64) bool { return r.Float64() < p }
	pick := func(of ...time.Duration) time.Duration { return of[r.IntN(len(of))] }
	s := &sim{t: t, policy: Policy{
		Grace: pick(0, time.Minute, 10*time.Minute), Wait: pick(1, 30*time.Second, 2*time.Minute, 10*time.Minute),
		Concurrency: 1 + r.IntN(16), Attempts: 1 + r.IntN(5), DryRun: chance(0.02),
		Regions: []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}[:1+r.IntN(3)],
	}}
	j.sim = s
	if chance(0.3) {
		s.policy.MaxQPS = 1 + r.IntN(3)
	}
	if chance(0.3) {
		s.policy.Cap = 1 + r.IntN(30)
	}
	if chance(0.4) {
		s.limit = time.Second + time.Duration(r.Int64N(int64(30*time.Minute)))
	}
	if chance(0.3) {
		s.paging = 1 + r.IntN(10)
	}
	if chance(0.2) {
		s.policy.BalanceFloor = "0"
	}
	for i := range 1 + r.IntN(3) {
		account := j.account(fmt.Sprint(i), chance, pick)
		s.accounts = append(s.accounts, account)
		j.accounts[account] = &witness{rows: map[string]*testimony{}, flying: map[string]int{}, looking: map[string]int{}}
	}
	bad := r.Float64() * 0.3 * float64(r.IntN(2))
	slow := pick(20*time.Millisecond, 200*time.Millisecond, 5*time.Second)
	s.latency = func(effect) time.Duration {
		if chance(bad / 4) {
			return 10 * time.Second
		}
		return 1 + time.Duration(r.Int64N(int64(slow)))
	}
	s.fault = func(e effect) *Error {
		if !chance(bad) {
			return nil
		}
		refusals := []*Error{errThrottled, errThrottled, errTransient, errTransient}
		if _, is := e.(call); is {
			refusals = append(refusals, errConflict, errSoldOut, &Error{Op: opReActivate, Code: "Surprise", Class: ClassUnknown})
		}
		return refusals[r.IntN(len(refusals))]
	}
	s.lost = func(effect) *Error {
		if chance(bad / 4) {
			return errTransient
		}
		return nil
	}
	s.judge = j.watch
	return j
}

func (j *judge) account(id string, chance func(float64) bool, pick func(...time.Duration) time.Duration) *simAccount {
	r, p := j.rand, &j.sim.policy
	account := &simAccount{id: id}
	if chance(0.5) {
		account.paid = append(account.paid, 0)
		if chance(0.7) {
			account.paid = append(account.paid, time.Duration(r.Int64N(int64(15*time.Minute))))
		}
	}
	restored := pick(0, time.Second, time.Minute, 5*time.Minute)
	account.instances = overdueOnes(1+r.IntN(40), func(_ int, in *simInstance) {
		in.region = p.Regions[r.IntN(len(p.Regions))]
		in.starts = pick(time.Second, time.Minute, time.Hour)
		in.owner = chance(0.2)
		if chance(0.8) && restored > 0 {
			in.restored = restored + time.Duration(r.Int64N(int64(restored)))
		}
		if chance(0.05) {
			in.status = []Status{StatusRunning, StatusStopping, StatusStarting, StatusStopped}[r.IntN(4)]
		}
	})
	if chance(0.3) {
		account.balance = func(paid bool) (string, error) {
			if paid != chance(0.2) {
				return "12.00", nil
			}
			return "-1,234.50", nil
		}
	}
	named := func() Request {
		req := nameBy([]Source{SourceManual, SourceBilling, SourceCloudMonitor}[r.IntN(3)])
		for _, in := range account.instances {
			if chance(0.4) {
				req.InstanceIDs = append(req.InstanceIDs, in.id)
			}
		}
		req.InstanceIDs = append(req.InstanceIDs, "i-99999999")
		return req
	}
	if chance(0.8) {
		account.requests = append(account.requests, sweepBy([]Source{SourceTimer, SourceBilling, SourceManual}[r.IntN(3)]))
	}
	for len(account.requests) == 0 || chance(0.3) {
		req := named()
		req.DryRun = chance(0.2)
		account.requests = append(account.requests, req)
	}
	return account
}

// patient tells whether nobody but a sweep without a person asks for the instance in earnest.
func (c *simAccount) patient(id string) bool {
	for _, req := range c.requests {
		if !req.DryRun && (slices.Contains(req.InstanceIDs, id) || req.Sweep && req.person()) {
			return false
		}
	}
	return true
}

// hopes tells whether a billing event asks for anything in the account.
func (c *simAccount) hopes() bool {
	return slices.ContainsFunc(c.requests, func(req Request) bool { return req.Source == SourceBilling })
}

// watch is shown every effect, when it is sent and when it is answered.
func (j *judge) watch(s *sim, d *delivery) {
	w := j.accounts[d.account]
	switch e := d.effect.(type) {
	case call:
		if !d.answered {
			j.onCall(w, d.account, e)
			return
		}
		j.onCallAnswered(w, e, d.event.(answered))
	case describe:
		j.onLook(w, e, d.answered)
		if event := d.event.(described); d.answered && event.err == nil && !e.look.over {
			for i := range event.page.Instances {
				j.onSeen(w, &event.page.Instances[i], d.sent)
			}
		}
	case askBalance:
		event := d.event.(balanceKnown)
		if sign, err := CompareAmounts(event.balance.Available, "0"); d.answered && event.err == nil && err == nil && sign > 0 && !w.arrears.IsZero() && w.signAt.Before(d.sent) {
			w.maybeSigned = s.now
		}
	}
}

// onLook holds the describes to a page's ids and to what may be in flight.
func (j *judge) onLook(w *witness, e describe, answered bool) {
	region := e.look.region.id
	if answered {
		w.looking[region]--
		return
	}
	if w.looking[region]++; w.looking[region] > 4 || len(e.query.InstanceIDs) > PageSize {
		j.t.Errorf("%d describes in flight in %s, the last for %d ids", w.looking[region], region, len(e.query.InstanceIDs))
	}
}

func (j *judge) onSeen(w *witness, in *Instance, sent time.Time) {
	overdue := in.Overdue() && in.Status != StatusRunning
	y := w.rows[in.ID]
	switch {
	case y == nil:
		y = &testimony{first: sent}
		w.rows[in.ID] = y
	case sent.Before(y.look):
		return // an older look, answered later
	case y.overdue && !overdue && (!y.lost || w.unpaid()) && !y.taken:
		j.sign(w)
	}
	y.look, y.overdue, y.status = sent, overdue, in.Status
}

func (j *judge) sign(w *witness) {
	j.seen["signs"]++
	w.signAt, w.arrears = j.sim.now, time.Time{}
}

func (j *judge) onCall(w *witness, account *simAccount, e call) {
	now, p := j.sim.now, &j.sim.policy
	id := e.row.InstanceID
	fail := func(format string, args ...any) {
		j.t.Errorf("%v %s of %s: "+format, append([]any{now.Sub(j.sim.start), id, account.id}, args...)...)
	}
	y := w.rows[id]
	if y == nil {
		fail("called without a look")
		return
	}
	j.seen["calls"]++
	w.calls++
	w.flying[e.row.region.id]++
	if w.flying[e.row.region.id] > p.Concurrency {
		fail("%d calls in flight in its region, want at most %d", w.flying[e.row.region.id], p.Concurrency)
	}
	switch {
	case y.inFlight:
		fail("called while a call is in flight")
	case now.Sub(y.look) > time.Minute:
		fail("called on a look %v old", now.Sub(y.look))
	case !y.overdue || y.status != StatusStopped:
		fail("called though it was last seen %s, overdue %t", y.status, y.overdue)
	case now.Before(y.notBefore):
		fail("called %v too early after a refusal", y.notBefore.Sub(now))
	case y.look.Before(y.notBefore):
		fail("called on a look from before the pause")
	case y.failures >= p.Attempts:
		fail("called after %d failures, want at most %d", y.failures, p.Attempts)
	case p.DryRun:
		fail("called in a dry run")
	case y.taken:
		fail("called after ECS took a call")
	}
	if account.patient(id) && p.Grace > 0 {
		for what, since := range map[string]time.Time{"first look": y.first, "last sign": w.signAt} {
			if since.IsZero() {
				continue
			}
			if what == "last sign" && w.arrears.IsZero() {
				j.seen["graces after a sign"]++
			}
			if y.look.Sub(since) < p.Grace {
				fail("called on a look %v after the %s, want the grace of %v", y.look.Sub(since), what, p.Grace)
			}
		}
	}
	if w.unpaid() {
		j.seen["tries"]++
		flying := 0
		for _, n := range w.flying {
			flying += n
		}
		if !account.hopes() || y.look.Sub(w.arrears) < DefaultRetry || now.Sub(w.triedAt) < DefaultRetry {
			fail("called on a look %v after ECS asked for money, %v after the last try, %d calls in flight", y.look.Sub(w.arrears), now.Sub(w.triedAt), flying)
		}
		w.triedAt = now
	}
	if y.called {
		j.seen["looks again"]++
	}
	y.inFlight, y.called = true, true
}

func (j *judge) onCallAnswered(w *witness, e call, event answered) {
	y := w.rows[e.row.InstanceID]
	y.inFlight = false
	w.flying[e.row.region.id]--
	now := j.sim.now
	err, _ := errors.AsType[*Error](event.err)
	if err != nil {
		j.seen[string(err.Class)]++
	}
	switch {
	case err == nil:
		y.taken = true
	case err.Class == ClassThrottled:
		return
	case err.Class == ClassTransient:
		if y.lost = true; w.arrears.IsZero() {
			y.failures++
		}
		y.notBefore = now
		j.seen["lost"]++
		return
	case err.Class == ClassArrears:
		y.notBefore = now
		if !e.sent.Before(latest(w.signAt, w.maybeSigned)) {
			w.arrears = now
		}
		return
	case err.Class == ClassConflict:
		y.failures++
		y.conflicts++
		y.notBefore = now.Add(DefaultRetry * time.Duration(min(y.conflicts, 2)))
	case err.Class == ClassCapacity:
		y.failures++
		y.notBefore = now.Add(time.Minute)
	}
	if w.unpaid() {
		j.sign(w)
	}
}

// check holds the report against what was seen.
func (j *judge) check(report *Report) {
	if j.t.Failed() {
		return
	}
	called := map[string]bool{}
	for account, w := range j.accounts {
		for id, y := range w.rows {
			if y.called {
				called[account.id+"/"+id] = true
			}
		}
	}
	if limit := j.sim.policy.Cap; limit > 0 && len(called) > limit {
		j.t.Errorf("called %d instances, the cap is %d", len(called), limit)
	}
	if _, is := errors.AsType[*LimitError](report.Err()); is {
		j.seen["capped"]++
		if len(called) > 0 {
			j.t.Errorf("a LimitError after %d calls", len(called))
		}
	}
	for i := range report.Results {
		j.checkRow(&report.Results[i])
	}
}

func (j *judge) checkRow(r *Result) {
	j.seen[string(r.Outcome)]++
	i := slices.IndexFunc(j.sim.accounts, func(account *simAccount) bool { return account.id == r.AccountID })
	y := j.accounts[j.sim.accounts[i]].rows[r.InstanceID]
	if y == nil {
		y = &testimony{}
	}
	running := y.status == StatusRunning
	alone := len(j.sim.accounts[i].requests) == 1 // else another request's first look may have shown it after it was settled
	wrong := map[Outcome]bool{
		OutcomeReactivated:     !y.taken || !running,
		OutcomeRecovered:       y.taken || !running,
		OutcomeAccepted:        !y.taken && (!y.lost || y.status != StatusStarting && alone) || running && j.sim.limit == 0 && alone,
		OutcomeAwaitingPayment: y.taken || running || !y.overdue,
		OutcomePlanned:         y.called || !y.overdue,
		OutcomeDeferred:        y.taken,
		OutcomeFailed:          y.taken,
		OutcomeSkipped:         y.taken,
		"":                     true,
	}
	if wrong[r.Outcome] {
		j.t.Errorf("%s of %s is %q, but was %+v", r.InstanceID, r.AccountID, r.Outcome, y)
	}
}
