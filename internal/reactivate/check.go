package reactivate

import (
	"slices"
	"strings"
)

// Verdict is what one look at an instance means for it.
type Verdict string

const (
	VerdictUnknown        Verdict = ""                // it could not be looked at
	VerdictMissing        Verdict = "missing"         // ECS does not know it in any region looked at
	VerdictRunning        Verdict = "running"         // Running, or Starting
	VerdictBusy           Verdict = "busy"            // Stopping or Pending: too early to judge
	VerdictSecurityLocked Verdict = "security-locked" // never touched
	VerdictSubscription   Verdict = "subscription"    // prepaid: to be renewed
	VerdictLocked         Verdict = "locked"          // recycling, refunded, or its dedicated host overdue
	VerdictNotOverdue     Verdict = "not-overdue"     // stopped by its owner, or left stopped after the bill was settled
	VerdictExcluded       Verdict = "excluded"        // kept out by a tag
	VerdictOverLimit      Verdict = "over-limit"      // to be called, but the run has more of these than the cap allows
	VerdictReactivate     Verdict = "reactivate"      // to be called
)

// Check judges one instance: the first verdict that applies. A nil instance is one that ECS does not
// know. Force lifts VerdictNotOverdue and nothing else. Check never returns VerdictOverLimit, which depends on
// all instances of a run.
func (p *Policy) Check(in *Instance, force bool) Verdict {
	switch {
	case in == nil:
		return VerdictMissing
	case in.Status == StatusRunning || in.Status == StatusStarting:
		return VerdictRunning
	case in.Status != StatusStopped:
		return VerdictBusy
	case in.Locked(lockSecurity):
		return VerdictSecurityLocked
	case !strings.EqualFold(in.ChargeType, "PostPaid"):
		return VerdictSubscription
	case in.forbidden():
		return VerdictLocked
	case !in.Overdue() && !force:
		return VerdictNotOverdue
	case p.excludes(in):
		return VerdictExcluded
	}
	return VerdictReactivate
}

func (p *Policy) excludes(in *Instance) bool {
	carried := func(t Tag) bool { return t.On(in) }
	lacked := func(t Tag) bool { return !t.On(in) }
	return in.never() || slices.ContainsFunc(p.ExcludeTags, carried) || slices.ContainsFunc(p.IncludeTags, lacked)
}
