package reactivate

import (
	"slices"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
)

// fell tells whether an instance that was overdue when it was judged was started less than a day ago and after its last stop for
// arrears.
func (j *judge) fell(account *simAccount, in *cloud.Instance, overdue bool, at time.Duration) bool {
	ago, began := account.stopped[in.ID], j.sim.start
	return overdue && ago > 0 && in.StartTime.After(began.Add(-ago)) && began.Add(at).Sub(in.StartTime) < 24*time.Hour-time.Second
}

// onEnd is shown a row when it is done.
func (j *judge) onEnd(account *simAccount, r *row) {
	y := j.accounts[account].rows[r.id]
	left := r.outcome == OutcomeDeferred || r.outcome == OutcomeAwaitingPayment || r.outcome == OutcomeAccepted
	j.hold([]rule{
		{left && y != nil && j.bad == 0 && j.sim.at()-y.look > time.Minute, "ends on a look older than a minute"},
		{r.taken && j.bad == 0 && j.sim.now.Sub(r.ends()) > 20*time.Second, "is watched long after its wait"},
	}, r.id, account.id, r.outcome)
}

// check compares the report with what was seen.
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
	limit, most := j.sim.limit, j.sim.policy.Cap
	known := map[string]bool{}
	for i := range report.Results {
		r := &report.Results[i]
		id := r.AccountID + r.InstanceID
		tooMany := r.Outcome == OutcomePlanned && most > 0 && report.Counts[OutcomePlanned] > most
		j.hold([]rule{
			{known[id], "an instance has two rows"},
			{r.RegionID != "" && !slices.Contains(report.Regions, r.RegionID), "its region is not in the report"},
			{tooMany != (r.Reason == ReasonOverCap), "planned, and over the cap or not"},
		}, *r, report.Counts)
		known[id] = true
		j.checkRow(r)
	}
	wet := slices.ContainsFunc(j.sim.accounts, func(account *simAccount) bool {
		return slices.ContainsFunc(account.requests, func(r Request) bool { return !r.DryRun })
	})
	over := report.Trouble() == TroubleLimit
	j.count(map[string]bool{"over the cap": over})
	j.hold([]rule{
		{most > 0 && called > most, "more calls than the cap"},
		{over && called > 0, "over the cap, after calls"},
		{limit > 0 && j.sim.at() > limit, "not over at the deadline"},
		{report.DryRun != (j.sim.policy.DryRun || !wet) || report.ConfiguredDryRun != j.sim.policy.DryRun, "a dry run or not"},
		{len(slices.Compact(slices.Sorted(slices.Values(report.Regions)))) != len(report.Regions), "a region is named twice"},
	}, called, j.sim.policy)
	for _, account := range j.sim.accounts {
		j.checkBalance(report, account)
		for _, in := range account.instances {
			asked := account.who(&j.sim.policy, in.id, in.region) != (asks{})
			overdue := in.status == "" && account.paid == nil
			j.hold([]rule{{asked && overdue && j.bad == 0 && j.unhurried() && !j.sim.slow && !known[account.id+in.id], "asked for and overdue, and has no row"}}, account.id, in.id)
		}
	}
}

// checkBalance checks for which requests an account's balance is read.
func (j *judge) checkBalance(report *Report, account *simAccount) {
	reads := slices.ContainsFunc(account.requests, func(r Request) bool { return r.Sweep || r.Source == SourceBilling })
	watches := slices.ContainsFunc(account.requests, func(r Request) bool { return r.Watch > 0 })
	floor := j.sim.policy.BalanceFloor != ""
	must := floor && reads && j.bad == 0 && j.unhurried() && !j.sim.slow
	i := slices.IndexFunc(report.Balances, func(b cloud.Balance) bool { return b.AccountID == account.id })
	warned := slices.ContainsFunc(report.Warnings, func(e RegionError) bool { return e.AccountID == account.id && e.Err.Op == cloud.OpBalance })
	j.hold([]rule{
		{i >= 0 && (!floor || !reads && !watches), "a balance that nobody asked for"},
		{i >= 0 && report.Balances[max(i, 0)].Low != (report.Balances[max(i, 0)].Available == "-1,234.50"), "low or not"},
		{must && account.balance != nil && i < 0, "no balance"},
		{i < 0 && j.accounts[account].balance != "", "a balance that was read is not told"},
		{i >= 0 && report.Balances[max(i, 0)].AccountName != simName, "whose balance it is"},
		{must && account.balance == nil && !warned, "no word of a balance that may not be read"},
	}, account.id, account.requests, report.Balances)
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
	account := j.sim.accounts[slices.IndexFunc(j.sim.accounts, func(account *simAccount) bool { return account.id == r.AccountID })]
	y := j.accounts[account].rows[r.InstanceID]
	if y == nil {
		y = &testimony{}
	}
	p, limit := &j.sim.policy, j.sim.limit
	asked := account.who(p, r.InstanceID, r.RegionID)
	acts := asked.now || asked.graced
	missing, fell := r.Verdict == VerdictMissing, r.Err != nil && r.Err.Class == cloud.ClassFellBack
	late := limit > 0 && (j.sim.at()+p.Grace >= limit || p.Cap > 0 || y.conflicts > 0)
	onPurpose := r.Reason == ReasonLook || r.Reason == ReasonWatch || r.Reason == ReasonNoGrace
	j.count(map[string]bool{
		string(r.Outcome): true, "missing": missing, "fell": fell, "old events": r.Reason == ReasonLook, "watches": r.Reason == ReasonWatch, "no grace": r.Reason == ReasonNoGrace,
	})
	ips := [2]string{}
	if came := r.Outcome == OutcomeReactivated || r.Outcome == OutcomeRecovered; came && y.ip != "" {
		i := slices.IndexFunc(account.instances, func(in *simInstance) bool { return in.id == r.InstanceID })
		if ip := account.instances[i].ips[1]; ip != y.ip {
			ips = [2]string{y.ip, ip}
		}
	}
	ago, told := account.stopped[r.InstanceID], j.accounts[account].histories[r.RegionID] > 0
	stopped := Timestamp{}
	if told && ago > 0 && y.shown.StartTime.Before(j.sim.start.Add(-ago)) {
		stopped.Time = j.sim.start.Add(-ago)
	}
	stuck := y.overdue && r.Stuck() && (!stopped.IsZero() || r.ScalingGroup != "")
	wrong := map[Outcome]bool{
		OutcomeReactivated:     !y.taken || !y.ran,
		OutcomeRecovered:       y.taken || !y.ran,
		OutcomeAccepted:        !y.taken && !y.lost,
		OutcomeAwaitingPayment: y.taken || !y.ever && !asked.force || !j.accounts[account].refused,
		OutcomePlanned:         y.called,
		OutcomeDeferred:        y.taken,
		OutcomeFailed:          y.taken && !fell,
		OutcomeSkipped:         y.taken,
		"":                     true,
	}
	j.hold([]rule{
		{!fell && !slices.Contains(agree[r.Outcome], r.Verdict), "verdict and outcome do not agree"},
		{wrong[r.Outcome], "the outcome is not so"},
		{missing && y.first > 0 && !y.called && y.shown.Status == cloud.StatusStopped, "missing, though it was seen"},
		// its lock may have ended later
		{fell && (!y.called || !y.rose || y.shown.Status != cloud.StatusStopped) && !j.fell(account, &y.shown, y.ever, 0), "it did not fall"},
		{r.Reason == ReasonLook && (acts || !asked.look), "left to the next sweep, though others ask for it"},
		{r.Reason == ReasonWatch && (acts || asked.look || asked.dry || !asked.watch), "left by a watch, though others ask for it"},
		{r.Reason == ReasonNoGrace && (asked.now || !late), "there was time for its grace"},
		{r.Reason == ReasonTimeUp && r.Outcome != OutcomeDeferred, "for want of time, but not deferred"},
		{(r.Reason == ReasonDryRun || r.Reason == ReasonOverCap) && r.Outcome != OutcomePlanned, "as if it were planned"},
		{r.Reason == ReasonNone && r.Outcome == OutcomeDeferred && r.Err == nil, "deferred, and nobody knows why"},
		{r.Outcome == OutcomeFailed && r.Err == nil, "failed without an error"},
		{onPurpose && r.Trouble() != TroubleNone, "left on purpose, and yet trouble"},
		{r.Attempts != y.attempts && !y.inFlight, "another number of attempts"},
		{(r.RequestID != "") != y.taken && !y.inFlight, "the request id of no call"},
		{r.Before != "" && r.Before != y.before, "it was not so before"},
		// after the row is done, a look for another request may show it once more
		{r.After != "" && !y.statuses[r.After], "it was never so after"},
		{[2]string{r.IPBefore, r.IPAfter} != ips, "other addresses than were shown"},
		{r.ScalingGroup != y.shown.ScalingGroup(), "another scaling group than was shown"},
		{y.first > 0 && r.Before != "" && r.StoppedAt.Unix() != stopped.Unix(), "another stop than the history tells"},
		{(!r.ReleaseAt.IsZero() || r.ReleaseBasis == ReleaseStop) && (r.ScalingGroup != "" || !r.ReleaseAt.Equal(stopped.Add(arrears.ReleaseAfter))), "another release than the history tells"},
		{r.ReleaseBasis != ReleaseUnknown && (!y.ever || r.Changed()), "a release of what is not overdue"},
		{r.ReleaseBasis != ReleaseUnknown && r.ReleaseBasis != map[bool]ReleaseBasis{true: ReleaseScalingGroup, false: ReleaseStop}[r.ScalingGroup != ""], "another basis"},
		{stuck && r.ReleaseBasis == ReleaseUnknown, "its release is known"},
		{r.Outcome == OutcomeSkipped && r.Verdict != VerdictOverLimit && r.Stuck() && !y.ever, "stuck, though it was never overdue"},
		{y.overdue && r.Stuck() && !told && j.bad == 0 && j.unhurried() && !j.sim.slow, "its history was not read"},
		{j.mustBeCalled(r, y, account, asked), "nothing stood in its way"},
	}, *r, *y, asked)
}

// unhurried tells whether the run has enough time for everything.
func (j *judge) unhurried() bool { return j.sim.limit == 0 || j.sim.limit > 24*time.Minute }

// mustBeCalled tells whether a row was not called although nothing prevented its call.
func (j *judge) mustBeCalled(r *Result, y *testimony, account *simAccount, asked asks) bool {
	if j.bad > 0 || j.sim.policy.Cap > 0 || !j.unhurried() || account.paid != nil || !asked.now && !asked.graced {
		return false
	}
	i := slices.IndexFunc(account.instances, func(in *simInstance) bool { return in.id == r.InstanceID })
	if i < 0 || account.instances[i].status != "" || y.forbidden != "" {
		return false
	}
	if r.Verdict == VerdictMissing { // it may be in a region that nobody asked for
		return account.who(&j.sim.policy, r.InstanceID, account.instances[i].region) != (asks{}) && !j.sim.slow
	}
	j.seen["live"]++
	return r.Outcome != OutcomeReactivated && r.Outcome != OutcomeAccepted && (r.Err == nil || r.Err.Class != cloud.ClassFellBack)
}

// checkState checks what holds after each step: a row is in the queue of its phase and in no other, the counters are right, and a row that
// is done stays done.
func (s *sim) checkState(account *simAccount) {
	a := account.run
	var inPhase [phases]int
	var because [whys]int
	queued := 0
	for _, r := range a.rows {
		inPhase[r.phase]++
		because[r.why]++
		if account.done[r.id] && r.phase != done || r.phase == done && r.outcome == "" {
			s.t.Errorf("%v: %s was done, and is in phase %d with outcome %q", s.at(), r.id, r.phase, r.outcome)
		}
		if r.phase == watched && (!r.taken || !r.fellAt.IsZero()) {
			s.t.Errorf("%v: %s is watched as if it were starting after a call", s.at(), r.id)
		}
		if q := r.region.queue(r.phase); q != nil {
			queued++
			if int(r.pos) >= q.Len() || q.rows[r.pos] != r {
				s.t.Errorf("%v: %s is not in the queue of its phase, %d", s.at(), r.id, r.phase)
			}
		}
		if r.phase == done && !account.done[r.id] {
			account.done[r.id] = true
			if s.ends != nil {
				s.ends(account, r)
			}
		}
	}
	for _, g := range a.regions {
		queued -= g.waiting.Len() + g.watched.Len() + g.ready.Len() + g.calling.Len()
	}
	if queued != 0 || inPhase != a.phases || because != a.whys {
		s.t.Errorf("%v: counted %v, %v; want %v, %v; %d rows too few are queued", s.at(), a.phases, a.whys, inPhase, because, queued)
	}
}
