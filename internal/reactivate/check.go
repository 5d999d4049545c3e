package reactivate

import (
	"slices"
	"strings"
)

// Verdict is what one look at an instance means for it.
type Verdict string

const (
	Unknown        Verdict = ""                // it could not be looked at
	Missing        Verdict = "missing"         // ECS does not know it in any region looked at
	AlreadyRunning Verdict = "running"         // Running, or Starting
	Busy           Verdict = "busy"            // Stopping or Pending: too early to judge
	SecurityLocked Verdict = "security-locked" // never touched
	Subscription   Verdict = "subscription"    // prepaid: to be renewed
	Locked         Verdict = "locked"          // recycling, refunded, or its dedicated host overdue
	NotOverdue     Verdict = "not-overdue"     // stopped by its owner, or settled and left
	Excluded       Verdict = "excluded"        // kept out by a tag
	OverLimit      Verdict = "over-limit"      // would be called, but more than the cap would be
	Reactivate     Verdict = "reactivate"      // to be called
)

// Check judges one instance: the first verdict that applies. A nil instance is one that ECS does not
// know. Force lifts NotOverdue and nothing else. OverLimit is not Check's: it is no matter of one instance.
func (p *Policy) Check(in *Instance, force bool) Verdict {
	switch {
	case in == nil:
		return Missing
	case in.Status == Running || in.Status == Starting:
		return AlreadyRunning
	case in.Status != Stopped:
		return Busy
	case in.Locked(lockSecurity):
		return SecurityLocked
	case strings.EqualFold(in.ChargeType, "PrePaid"):
		return Subscription
	case slices.ContainsFunc(forbiddingLocks, in.Locked):
		return Locked
	case !in.Overdue() && !force:
		return NotOverdue
	case p.excludes(in):
		return Excluded
	}
	return Reactivate
}

func (p *Policy) excludes(in *Instance) bool {
	carried := func(t Tag) bool { return t.On(in) }
	lacked := func(t Tag) bool { return !t.On(in) }
	return neverTag.On(in) || slices.ContainsFunc(p.ExcludeTags, carried) || slices.ContainsFunc(p.IncludeTags, lacked)
}
