package reactivate

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

var (
	seeds    = flag.Int("seeds", 1500, "how many random runs TestAnyInterleaving plays")
	runs     = flag.Int("runs", 400, "how many random runs TestAnyRun plays")
	fromSeed = flag.Uint64("from", 1, "the first seed of both; one that failed replays with -seeds=1 -runs=1")
)

// TestAnyInterleaving plays random accounts, requests, faults, payments, latencies and deadlines step by step, and judges every call and
// the report.
func TestAnyInterleaving(t *testing.T) {
	judgeMany(t, *seeds, func(s *sim) *Report { return s.play() })
}

// TestAnyRun does the same with Run itself, with goroutines and timers, and with the time that Function Compute gives at most by default.
func TestAnyRun(t *testing.T) {
	judgeMany(t, *runs, func(s *sim) *Report {
		s.limit = 25*time.Minute - 10*time.Second
		return s.run()
	})
}

func judgeMany(t *testing.T, n int, play func(*sim) *Report) {
	total := map[string]int{}
	for seed := *fromSeed; seed < *fromSeed+uint64(n); seed++ {
		j := newJudge(t, seed, total)
		j.check(play(j.sim))
		if t.Failed() {
			t.Fatalf("seed %d: %+v, policy %+v, limit %v", seed, j.sim.accounts[0].requests, j.sim.policy, j.sim.limit)
		}
	}
	t.Log(total)
	if n < 1000 {
		return
	}
	for _, what := range []string{"calls", "tries", "signs", "graced", "graced after a sign", "over the cap", "transient", "conflict", "capacity", "throttled",
		"reactivated", "recovered", "accepted", "awaiting-payment", "deferred", "failed", "skipped", "planned", "missing", "fell", "live",
		"no grace", "old events", "watches"} {
		if total[what] == 0 {
			t.Errorf("no %s in any run: the proof proves nothing about it", what)
		}
	}
}

// judge watches one random run. It knows what ECS was asked and has answered, and nothing of the run's state.
type judge struct {
	t        *testing.T
	sim      *sim
	bad      float64
	blind    bool
	seen     map[string]int
	accounts map[*simAccount]*witness
}

// witness is what the answers to one account have said so far.
type witness struct {
	rows      map[string]*testimony
	flying    map[string]int  // calls in flight by region
	looking   map[string]int  // describes in flight by region
	arrears   map[string]bool // by region: a look has shown an overdue instance
	histories map[string]time.Duration
	refused   bool          // ECS has refused a call because of arrears
	broke     bool          // its last answer about money was: not enough
	unpaid    time.Duration // when a refusal because of arrears stopped the calls; 0: they go on
	sign      time.Duration // the last sign that the platform is at work; 0: none
	maybe     time.Duration // the last answer that the run may have taken for a sign
	tried     time.Duration
	conflict  time.Duration // the last conflict: the locks of the whole account may have ended
	balance   string        // the last one that was read
	noBalance bool
}

// testimony is what the answers have said about one instance.
type testimony struct {
	first, look time.Duration // when the first look was answered, and when the last one was sent
	before      cloud.Status
	ip          string                // at the first look
	statuses    map[cloud.Status]bool // that looks have shown
	shown       cloud.Instance        // by the last
	overdue     bool
	ever        bool    // some look showed it overdue; a look for another request may show it again when its row is done
	ran         bool    // some look showed it Running
	forbidden   Verdict // of any look that forbade a call
	inFlight    bool
	called      bool
	taken       bool
	lost        bool
	rose        bool
	notBefore   time.Duration
	attempts    int
	failures    int
	conflicts   int
}

func newJudge(t *testing.T, seed uint64, seen map[string]int) *judge {
	d := dice{rand.New(rand.NewPCG(seed, 10))}
	j := &judge{t: t, sim: &sim{t: t}, seen: seen, accounts: map[*simAccount]*witness{}}
	j.bad = d.world(j.sim)
	for _, account := range j.sim.accounts {
		j.accounts[account] = &witness{
			rows: map[string]*testimony{}, flying: map[string]int{}, looking: map[string]int{}, arrears: map[string]bool{}, histories: map[string]time.Duration{},
		}
	}
	j.sim.judge, j.sim.ends = j.watch, j.onEnd
	return j
}

// watch is shown every query, when it is sent and when it is answered.
func (j *judge) watch(q *query) {
	w := j.accounts[q.account]
	switch {
	case q.calls("") && !q.answered:
		j.onCall(w, q)
	case q.calls(""):
		j.onCallAnswered(w, q)
	case q.op == cloud.OpDescribe:
		j.onLook(w, q)
	case q.op == cloud.OpHistory && q.answered && q.err == nil:
		w.histories[q.region] = j.sim.at()
	case q.op == cloud.OpHistory && !q.answered && !w.arrears[q.region]:
		j.t.Errorf("%v: the history of %s is asked for, where nothing is overdue", j.sim.at(), q.region)
	case q.op == cloud.OpBalance && !q.answered && w.noBalance:
		j.t.Errorf("%v: the balance of %s is asked for again, which may not be read", j.sim.at(), q.account.id)
	case q.op == cloud.OpBalance && q.answered && q.err != nil:
		w.noBalance = q.err.Class == cloud.ClassDenied
	case q.op == cloud.OpBalance && q.answered:
		if w.balance == "-1,234.50" && q.balance == "12.00" {
			j.sign(w)
		}
		w.balance = q.balance
	}
}

// onLook checks how many ids a describe names and how many describes are in flight, and notes what they show.
func (j *judge) onLook(w *witness, q *query) {
	if !q.answered {
		if w.looking[q.region]++; w.looking[q.region] > 4 || len(q.ids) > cloud.PageSize {
			j.t.Errorf("%d describes in flight in %s, the last for %d ids", w.looking[q.region], q.region, len(q.ids))
		}
		return
	}
	w.looking[q.region]--
	if half := j.sim.limit / 2; j.sim.policy.Cap > 0 && half > 0 && q.sent <= half && j.sim.at() >= half {
		j.blind = true // the judge cannot know whether the run still uses this answer
	}
	if q.err != nil {
		return
	}
	for i := range q.page.Instances {
		j.onSeen(w, q, &q.page.Instances[i])
	}
}

func (j *judge) onSeen(w *witness, q *query, in *cloud.Instance) {
	asked := q.account.who(&j.sim.policy, in.ID, q.region)
	overdue := in.Overdue() && in.Status != cloud.StatusRunning
	w.arrears[q.region] = w.arrears[q.region] || in.Overdue()
	y := w.rows[in.ID]
	switch {
	case y == nil:
		y = &testimony{first: j.sim.at(), before: in.Status, ip: in.PublicIP, statuses: map[cloud.Status]bool{}}
		w.rows[in.ID] = y
	case q.sent < y.look: // an older look that is answered later only proves what ran
		y.ran, y.statuses[in.Status] = y.ran || in.Status == cloud.StatusRunning, true
		return
	case y.overdue && !overdue && !y.called && q.sent > y.look:
		j.sign(w)
	case y.overdue && !overdue:
		w.maybe, w.broke = j.sim.at(), false // our own call may have done it, though it was refused
	}
	y.look, y.overdue, y.shown, y.statuses[in.Status] = q.sent, overdue, *in, true
	y.ever, y.ran = y.ever || overdue, y.ran || in.Status == cloud.StatusRunning
	y.rose = y.rose || y.called && (in.Status == cloud.StatusStarting || in.Status == cloud.StatusRunning)
	switch v := j.sim.policy.Check(in, asked.force); v { //nolint:exhaustive // the others do not forbid
	case VerdictSecurityLocked, VerdictSubscription, VerdictLocked, VerdictExcluded:
		y.forbidden = v
	}
}

func (j *judge) sign(w *witness) {
	j.seen["signs"]++
	w.sign, w.maybe, w.unpaid, w.broke = j.sim.at(), j.sim.at(), 0, false
}

// rule is broken if something is so that must not be.
type rule struct {
	broken bool
	what   string
}

// hold reports the broken rules, and what the judge knows.
func (j *judge) hold(rules []rule, about ...any) {
	for _, r := range rules {
		if r.broken {
			j.t.Errorf("%v: %s; %+v", j.sim.at(), r.what, about)
		}
	}
}

func (j *judge) onCall(w *witness, q *query) {
	now, p, y := j.sim.at(), &j.sim.policy, w.rows[q.ids[0]]
	if y == nil {
		j.t.Errorf("%v: %s of %s is called without a look", now, q.ids[0], q.account.id)
		return
	}
	w.flying[q.region]++
	flying, inFlight := w.flying[q.region], y.inFlight
	y.inFlight, y.called = true, true
	if j.blind {
		return
	}
	asked := q.account.who(p, q.ids[0], q.region)
	told, whole := w.histories[q.region]
	graced := !asked.now && p.Grace > 0
	// a refusal at this same moment may have come after the call
	tries := w.unpaid > 0 && w.unpaid < now && w.maybe <= w.unpaid
	j.count(map[string]bool{"calls": true, "graced": graced, "graced after a sign": graced && w.sign > 0, "tries": tries})
	j.hold([]rule{
		{flying > p.Concurrency, "more calls in flight in its region than the policy allows"},
		{inFlight, "called while a call is in flight"},
		{now-y.look > 50*time.Second, "called on a look that is older than a minute if it takes 10 s to open a session"},
		{y.forbidden != "", "called though a look forbade it"},
		{p.Check(&y.shown, asked.force) != VerdictReactivate, "called though its last look says otherwise"},
		{now < y.notBefore, "called too early after a refusal"},
		{y.look < y.notBefore, "called on a look from before the pause"},
		{y.failures >= p.Attempts, "called after too many failures"},
		{y.taken, "called after ECS took a call"},
		{!asked.now && !asked.graced, "called though nobody asks for a call"},
		{whole && told < now && !asked.person && j.fell(q.account, &y.shown, y.shown.Overdue(), j.sim.at()), "called though it fell back, as the history had told"},
		{graced && w.conflict > 0 && w.conflict < now && y.look < w.conflict+time.Second, "called on a look from before a conflict was looked into"},
		{graced && y.look-y.first < p.Grace, "called on a look within the grace from the first"},
		{graced && w.sign > 0 && y.look-w.sign < p.Grace, "called on a look within the grace from the last sign"},
		{tries && !asked.hopes, "tried the money though nobody hopes"},
		{tries && y.look-w.unpaid < DefaultRetry, "tried the money on a look too soon after ECS asked for it"},
		{tries && w.tried > 0 && y.look-w.tried < DefaultRetry, "tried the money on a look too soon after the last try"},
	}, q.ids[0], *y, asked, w.sign, w.unpaid, w.tried)
	if tries {
		w.tried = now
	}
}

func (j *judge) count(seen map[string]bool) {
	for what, so := range seen {
		if so {
			j.seen[what]++
		}
	}
}

func (j *judge) onCallAnswered(w *witness, q *query) {
	now, y, class := j.sim.at(), w.rows[q.ids[0]], cloud.Class("")
	if q.err != nil {
		class = q.err.Class
		j.seen[string(class)]++
	}
	y.inFlight = false
	w.flying[q.region]--
	switch {
	case class == cloud.ClassThrottled:
		return
	case q.err != nil && q.err.Op == cloud.OpAssumeRole:
		y.notBefore = now
		return
	}
	y.attempts++
	if class == cloud.ClassConflict || class == cloud.ClassCapacity || class == cloud.ClassTransient && w.unpaid == 0 {
		y.failures++
	}
	y.taken, y.lost = class == "", y.lost || class == cloud.ClassTransient
	switch y.notBefore = now; class { //nolint:exhaustive // the others end the row
	case cloud.ClassTransient:
		return
	case cloud.ClassArrears:
		w.broke, w.refused = true, true
		if q.sent >= max(w.sign, w.maybe) {
			w.unpaid = now
		}
		return
	case cloud.ClassConflict:
		y.conflicts++
		y.notBefore, w.conflict = now+DefaultRetry*time.Duration(min(y.conflicts, 2)), now
	case cloud.ClassCapacity:
		y.notBefore = now + time.Minute
	}
	if w.broke {
		j.sign(w)
	}
}
