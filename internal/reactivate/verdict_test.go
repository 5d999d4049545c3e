package reactivate

import (
	"slices"
	"testing"
	"time"
)

// fell tells whether an instance that was overdue when it was judged was started less than a day ago and after its last stop for
// arrears.
func (j *judge) fell(account *simAccount, in *Instance, overdue bool) bool {
	now := j.sim.start.Add(j.sim.at())
	return overdue && account.stopped[in.ID] > 0 && !in.StartTime.IsZero() && now.Sub(in.StartTime) < 24*time.Hour-time.Second
}

// onEnd is shown a row when it is done.
func (j *judge) onEnd(account *simAccount, r *row) {
	y := j.accounts[account].rows[r.id]
	age := time.Duration(0)
	if y != nil {
		age = j.sim.at() - y.look
	}
	if (r.outcome == OutcomeDeferred || r.outcome == OutcomeAwaitingPayment) && j.bad == 0 && age > time.Minute {
		j.t.Errorf("%v: %s of %s ends %s on a look %v old", j.sim.at(), r.id, account.id, r.outcome, age)
	}
}

// check holds the report against what was seen.
func (j *judge) check(report *Report) {
	if j.t.Failed() {
		return
	}
	called := 0
	for _, w := range j.accounts {
		for _, y := range w.rows {
			if y.called {
				called++
			}
		}
	}
	if limit := j.sim.policy.Cap; limit > 0 && called > limit {
		j.t.Errorf("called %d instances, the cap is %d", called, limit)
	}
	if report.Trouble() == TroubleLimit {
		j.seen["over the cap"]++
		if called > 0 {
			j.t.Errorf("a LimitError after %d calls", called)
		}
	}
	if j.sim.limit > 0 && j.sim.at() > j.sim.limit {
		j.t.Errorf("took %v, want at most %v", j.sim.at(), j.sim.limit)
	}
	known := map[string]bool{}
	for i := range report.Results {
		r := &report.Results[i]
		if known[r.AccountID+r.InstanceID] {
			j.t.Errorf("%s of %s has two rows", r.InstanceID, r.AccountID)
		}
		known[r.AccountID+r.InstanceID] = true
		j.checkRow(r)
	}
	for _, account := range j.sim.accounts {
		for _, in := range account.instances {
			a := account.who(&j.sim.policy, in.id, in.region)
			if in.status == "" && account.paid == nil && j.bad == 0 && a != (asks{}) && !known[account.id+in.id] && j.sim.limit == 0 && !j.sim.slow {
				j.t.Errorf("%s of %s is overdue, asked for (%+v), and has no row", in.id, account.id, a)
			}
		}
	}
}

// agree are the verdicts that go with an outcome.
var agree = map[Outcome][]Verdict{
	OutcomeReactivated: {VerdictReactivate}, OutcomeAccepted: {VerdictReactivate, VerdictRunning}, OutcomeRecovered: {VerdictRunning},
	OutcomePlanned: {VerdictReactivate}, OutcomeAwaitingPayment: {VerdictReactivate},
	OutcomeDeferred: {VerdictReactivate, VerdictBusy, VerdictRunning, VerdictUnknown, VerdictNotOverdue},
	OutcomeFailed:   {VerdictReactivate, VerdictUnknown, VerdictNotOverdue, VerdictRunning, VerdictBusy},
	OutcomeSkipped: {VerdictMissing, VerdictRunning, VerdictBusy, VerdictSecurityLocked, VerdictSubscription, VerdictLocked, VerdictNotOverdue,
		VerdictExcluded, VerdictOverLimit},
}

func (j *judge) checkRow(r *Result) {
	j.seen[string(r.Outcome)]++
	i := slices.IndexFunc(j.sim.accounts, func(account *simAccount) bool { return account.id == r.AccountID })
	account := j.sim.accounts[i]
	y := j.accounts[account].rows[r.InstanceID]
	if y == nil {
		y = &testimony{}
	}
	fail := func(format string, args ...any) {
		j.t.Errorf("%s of %s is %s %s: "+format+"; %+v", append(append([]any{r.InstanceID, r.AccountID, r.Verdict, r.Outcome}, args...), y)...)
	}
	asked := account.who(&j.sim.policy, r.InstanceID, r.RegionID)
	if fell := r.Err != nil && r.Err.Class == ClassFellBack; !fell && !slices.Contains(agree[r.Outcome], r.Verdict) {
		fail("verdict and outcome do not agree")
	}
	wrong := map[Outcome]bool{
		OutcomeReactivated:     !y.taken || !y.ran,
		OutcomeRecovered:       y.taken || !y.ran,
		OutcomeAccepted:        !y.taken && !y.lost,
		OutcomeAwaitingPayment: y.taken || !y.ever && !asked.force || !j.accounts[account].refused,
		OutcomePlanned:         y.called,
		OutcomeDeferred:        y.taken,
		OutcomeFailed:          y.taken && (r.Err == nil || r.Err.Class != ClassFellBack),
		OutcomeSkipped:         y.taken,
		"":                     true,
	}
	if wrong[r.Outcome] {
		fail("not so")
	}
	if r.Verdict == VerdictMissing {
		if j.seen["missing"]++; y.first > 0 && !y.called && y.shown.Status == StatusStopped {
			fail("it was seen")
		}
	}
	if r.Err != nil && r.Err.Class == ClassFellBack {
		if j.seen["fell"]++; (!y.called || !y.rose || y.shown.Status != StatusStopped) && !j.fell(account, &y.shown, y.ever) { // it may have lost its lock since
			fail("it did not fall")
		}
	}
	j.checkReason(r, y, asked, fail)
	j.checkLive(r, y, asked, fail)
}

// checkReason holds why a row was deferred against who asked for it.
func (j *judge) checkReason(r *Result, y *testimony, asked asks, fail func(string, ...any)) {
	acts := asked.now || asked.graced
	switch r.Reason {
	case ReasonLook:
		if j.seen["old events"]++; acts || !asked.look {
			fail("left to the next sweep though %+v ask for it", asked)
		}
	case ReasonWatch:
		if j.seen["watches"]++; acts || asked.look || asked.dry || !asked.watch {
			fail("left by a watch though %+v ask for it", asked)
		}
	case ReasonNoGrace:
		if j.seen["no grace"]++; asked.now || j.sim.limit == 0 || j.sim.at()+j.sim.policy.Grace < j.sim.limit && j.sim.policy.Cap == 0 && y.conflicts == 0 {
			fail("no time for its grace, at %v of %v", j.sim.at(), j.sim.limit)
		}
	case ReasonTimeUp:
		if r.Outcome != OutcomeDeferred {
			fail("for want of time")
		}
	case ReasonDryRun, ReasonOverCap:
		if r.Outcome != OutcomePlanned {
			fail("as if it were planned")
		}
	case ReasonNone:
		if r.Outcome == OutcomeDeferred && r.Err == nil {
			fail("and nobody knows why")
		}
	}
	if on := r.Reason == ReasonLook || r.Reason == ReasonWatch || r.Reason == ReasonNoGrace; on && r.Trouble() != TroubleNone {
		fail("left on purpose, and yet trouble")
	}
}

// checkLive holds what nothing stands in the way of: it is called.
func (j *judge) checkLive(r *Result, y *testimony, asked asks, fail func(string, ...any)) {
	account := j.sim.accounts[slices.IndexFunc(j.sim.accounts, func(account *simAccount) bool { return account.id == r.AccountID })]
	if j.bad > 0 || j.sim.policy.Cap > 0 || j.sim.limit > 0 && j.sim.limit < 24*time.Minute || account.paid != nil || !asked.now && !asked.graced {
		return
	}
	i := slices.IndexFunc(account.instances, func(in *simInstance) bool { return in.id == r.InstanceID })
	if i < 0 || account.instances[i].status != "" || y.forbidden != "" {
		return
	}
	if r.Verdict == VerdictMissing {
		if a := account.who(&j.sim.policy, r.InstanceID, account.instances[i].region); a != (asks{}) && !j.sim.slow {
			fail("it is in a region that %+v are about", a)
		}
		return
	}
	j.seen["live"]++
	switch {
	case r.Outcome == OutcomeReactivated || r.Outcome == OutcomeAccepted:
	case r.Err != nil && r.Err.Class == ClassFellBack:
	default:
		fail("nothing stood in its way")
	}
}

// checkState holds what each phase promises: a row stands in the queue of its phase and in no other, the counters count, and a row that is
// done stays done.
func (s *sim) checkState(account *simAccount) {
	if _, ok := s.t.(*testing.T); !ok {
		return // a benchmark
	}
	a := account.run
	var inPhase [phases]int
	var because [whys]int
	queued := map[*row]phase{}
	inCalls := map[*region]int{}
	for _, g := range a.regions {
		for p, q := range map[phase]*queue{waiting: &g.waiting, ready: &g.ready, watched: &g.watched} {
			for i, r := range q.rows {
				if _, twice := queued[r]; twice || int(r.pos) != i {
					s.t.Errorf("%v: %s stands in two queues, or at %d instead of %d", s.at(), r.id, i, r.pos)
				}
				queued[r] = p
			}
		}
	}
	for _, r := range a.rows {
		inPhase[r.phase]++
		because[r.why]++
		if r.phase == calling {
			inCalls[r.region]++
		}
		p, in := queued[r]
		if wants := r.phase == waiting || r.phase == ready || r.phase == watched; in != wants || in && p != r.phase {
			s.t.Errorf("%v: %s is in phase %d and in the queue of %d", s.at(), r.id, r.phase, p)
		}
		if account.done[r.id] && r.phase != done || r.phase == done && r.outcome == "" {
			s.t.Errorf("%v: %s was done, and is in phase %d with outcome %q", s.at(), r.id, r.phase, r.outcome)
		}
		if r.phase == done && !account.done[r.id] {
			account.done[r.id] = true
			if s.ends != nil {
				s.ends(account, r)
			}
		}
	}
	if inPhase != a.phases || because != a.whys {
		s.t.Errorf("%v: counted %v, %v; want %v, %v", s.at(), a.phases, a.whys, inPhase, because)
	}
	for _, g := range a.regions {
		if g.calling != inCalls[g] {
			s.t.Errorf("%v: %s counts %d calls, want %d", s.at(), g.id, g.calling, inCalls[g])
		}
	}
}
