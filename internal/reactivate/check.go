package reactivate

import (
	"slices"
	"strings"

	"reactivate/internal/cloud"
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
func (p *Policy) Check(in *cloud.Instance, force bool) Verdict {
	switch {
	case in == nil:
		return VerdictMissing
	case in.Status == cloud.StatusRunning || in.Status == cloud.StatusStarting:
		return VerdictRunning
	case in.Status != cloud.StatusStopped:
		return VerdictBusy
	case in.Locked(cloud.LockSecurity):
		return VerdictSecurityLocked
	case !strings.EqualFold(in.ChargeType, "PostPaid"):
		return VerdictSubscription
	case in.Forbidden():
		return VerdictLocked
	case !in.Overdue() && !force:
		return VerdictNotOverdue
	case p.excludes(in):
		return VerdictExcluded
	}
	return VerdictReactivate
}

func (p *Policy) excludes(in *cloud.Instance) bool {
	carried := func(t cloud.Tag) bool { return t.On(in) }
	lacked := func(t cloud.Tag) bool { return !t.On(in) }
	return in.Never() || slices.ContainsFunc(p.ExcludeTags, carried) || slices.ContainsFunc(p.IncludeTags, lacked)
}
