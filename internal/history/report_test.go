package history_test

import (
	"slices"

	"reactivate/internal/fakecloud"
)

// outcomes are those of docs/reference.md.
var outcomes = []string{
	"reactivated", "accepted", "recovered", "planned", "skipped", "awaiting-payment", "deferred", "failed",
}

// errorTypes are the errors in which an invocation may end, because no event and no variable is wrong, and no permission is missing. With
// a cap it may also end in a LimitError.
var errorTypes = []string{"", "FailedError", "UnfinishedError"}

// judgeReport checks that each instance that was asked for ends in exactly one outcome, and that each outcome is true.
func (h *history) judgeReport(v *violations, d *delivery) {
	if !slices.Contains(errorTypes, d.errorType) && (d.errorType != "LimitError" || h.limit == 0) {
		v.add("%s ended in %s", d, d.errorType)
	}
	if (d.report.Ignored != "") != d.ignored && !d.unlisted() {
		v.add("%s was ignored: %t (%s), want %t", d, d.report.Ignored != "", d.report.Ignored, d.ignored)
	}
	if d.ignored || d.refused {
		return // nobody asks for a call that it makes: see askers
	}
	seen := map[string]int{}
	counts := map[string]int{}
	for _, r := range d.report.Results {
		seen[r.AccountID+"/"+r.InstanceID]++
		counts[r.Outcome]++
		h.judgeRow(v, d, r)
	}
	for key, n := range seen {
		if n != 1 {
			v.add("%s has %d outcomes for %s", d, n, key)
		}
	}
	for _, outcome := range outcomes {
		if counts[outcome] != d.report.Counts[outcome] {
			v.add("%s counts %d %s, but has %d rows", d, d.report.Counts[outcome], outcome, counts[outcome])
		}
	}
	for _, key := range h.due(d) {
		if seen[key] == 0 {
			v.add("%s has no outcome for %s", d, key)
		}
	}
	if d.ids != nil && len(seen) != len(unique(d.ids)) && (!d.unlisted() || len(seen) > 0) {
		v.add("%s has outcomes for %d instances, asked were %d", d, len(seen), len(unique(d.ids)))
	}
}

// due are the instances that a report must have a row of: those named, or all that were overdue all the time that a
// sweep took, where it could look.
func (h *history) due(d *delivery) []string {
	var keys []string
	if d.unlisted() {
		return nil
	}
	for _, id := range d.ids {
		keys = append(keys, d.accounts[0]+"/"+id)
	}
	if d.ids != nil {
		return keys
	}
	for i := range h.fleet.Instances {
		spec := &h.fleet.Instances[i]
		asked := slices.Contains(d.accounts, spec.Account) && slices.Contains(d.regions, spec.Region) && spec.ChargeType != fakecloud.PrePaid
		if asked && !d.failedIn(spec.Account, spec.Region) && h.overdueAll(spec, d.start.Add(-staleAge), d.end) {
			keys = append(keys, spec.Account+"/"+spec.ID)
		}
	}
	return keys
}

func (d *delivery) failedIn(account, region string) bool {
	for _, e := range d.report.Errors {
		if e.AccountID == account && (e.RegionID == "" || e.RegionID == region) {
			return true
		}
	}
	return false
}

func unique(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }

// judgeRow checks one row against what happened.
func (h *history) judgeRow(v *violations, d *delivery, r row) {
	if !slices.Contains(outcomes, r.Outcome) {
		v.add("%s has the outcome %q for %s", d, r.Outcome, r.InstanceID)
	}
	if !slices.Contains(d.accounts, r.AccountID) {
		v.add("%s has a row of account %s", d, r.AccountID)
	}
	spec := h.spec(r.AccountID, r.InstanceID)
	if spec == nil {
		if r.Verdict != "missing" && r.Outcome != "failed" && r.Outcome != "deferred" {
			v.add("%s says %s, %s of %s, which does not exist", d, r.Verdict, r.Outcome, r.InstanceID)
		}
		return
	}
	throughout := h.overdueAll(spec, d.start.Add(-staleAge), d.end)
	switch r.Outcome {
	case "reactivated":
		if !h.started(d, spec, true) {
			v.add("%s claims reactivated for %s, which was never so", d, r.InstanceID)
		}
	case "accepted":
		if !h.started(d, spec, false) && (throughout || !h.mayHaveStarted(d, spec)) {
			v.add("%s claims accepted for %s, which was never so", d, r.InstanceID)
		}
	case "recovered":
		if throughout {
			v.add("%s claims recovered for %s, which was overdue all the time", d, r.InstanceID)
		}
	case "deferred", "failed":
		if r.Error.Class == "fell-back" && !h.fell(d, spec) {
			v.add("%s claims that %s fell back, which it never did", d, r.InstanceID)
		}
	case "skipped":
		if throughout && forbidden(spec) == "" && !d.dryRun && r.Verdict != "over-limit" {
			v.add("%s skips %s as %s, which was overdue all the time", d, r.InstanceID, r.Verdict)
		}
	case "planned":
		if !d.dryRun {
			v.add("%s claims planned for %s, but is no dry run", d, r.InstanceID)
		}
	}
}

// mayHaveStarted tells whether the delivery made a call to which it got no clear answer. The call may have started the instance.
func (h *history) mayHaveStarted(d *delivery, spec *fakecloud.Instance) bool {
	return slices.ContainsFunc(h.calls, func(c call) bool {
		return c.Action == "ReActivateInstances" && c.AccountID == spec.Account && c.InstanceIDs[0] == spec.ID &&
			(c.Fault != "" || c.Status >= 500 || c.Code == "OperationConflict") && slices.Contains(h.askers(&c), d)
	})
}

// started tells whether a call of the delivery started an instance, and, if asked, whether it can have been Running before
// the report's end.
func (h *history) started(d *delivery, spec *fakecloud.Instance, running bool) bool {
	ran := slices.ContainsFunc(h.final, func(in fakecloud.InstanceState) bool {
		return in.AccountID == spec.Account && in.ID == spec.ID && in.WasRunning
	})
	for i := range h.calls {
		c := &h.calls[i]
		if !c.starts(spec.Account, spec.ID) || !slices.Contains(h.askers(c), d) {
			continue
		}
		if !running || ran && !c.Time.Add(h.startTakes(spec)).After(d.end) {
			return true
		}
	}
	return false
}
