package history_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/fakecloud"
)

// history is what happened in front of one cloud: what there was, what was asked, every API call, and how it ended.
type history struct {
	fleet      fakecloud.Fleet
	limit      int // REACTIVATE_MAX_INSTANCES; 0: none
	signs      int // of settlements that deliveries saw before they called on
	deliveries []*delivery
	calls      []call // by arrival
	final      []fakecloud.InstanceState
}

// call is the record of an API call, when its answer was decided, and cpuStalled then.
type call struct {
	fakecloud.Call
	answered time.Time
	stalled  time.Duration
}

// lateness is how long after the end of its invocation a call may still arrive. It was sent before the end.
const lateness = time.Second

// violations are the invariants that the history breaks, one line per case.
func (h *history) violations() []string {
	var v violations
	for i := range h.calls {
		h.judgeCall(&v, &h.calls[i])
	}
	for i := range h.final {
		h.judgeStarts(&v, &h.final[i])
	}
	for _, d := range h.deliveries {
		if late := d.end.Sub(d.start) - d.timeout; late > d.delays() && d.killed == 0 {
			v.add("%s was answered %v late", d, late)
		}
		switch wrong := d.errorType == "DecodeError"; {
		case d.refused && !wrong && !d.lost && !d.unlisted():
			v.add("%s ended in %q: want a request for an account that is not served to be refused", d, d.errorType)
		case wrong && !d.refused:
			v.add("%s is refused, but its account is served", d)
		}
		h.judgeCap(&v, d)
		if d.report != nil {
			h.judgeReport(&v, d)
		}
	}
	return v
}

type violations []string

func (v *violations) add(format string, args ...any) { *v = append(*v, fmt.Sprintf(format, args...)) }

// judgeCall checks that a delivery asked for a call, that it named the instances, and that their account's session was used.
func (h *history) judgeCall(v *violations, c *call) {
	if c.AccountID == "" {
		v.add("refused before it was known whose it is: %s", h.show(c))
		return
	}
	askers := h.askers(c)
	switch {
	case len(askers) == 0:
		v.add("nobody asked for it: %s", h.show(c))
	case c.Action == "AssumeRole":
		if !slices.ContainsFunc(askers, func(d *delivery) bool { return d.accounts[0] != ownAccount }) {
			v.add("a role assumed for the function's own account: %s", h.show(c))
		}
	case c.Action == "ReActivateInstances":
		h.judgeAct(v, c, askers)
	default:
		for _, id := range c.InstanceIDs {
			if h.spec(c.AccountID, id) == nil && !slices.ContainsFunc(askers, func(d *delivery) bool { return slices.Contains(d.ids, id) }) {
				v.add("%s is looked for with another account's session: %s", id, h.show(c))
			}
		}
	}
}

// unlisted tells whether a delivery had no list of the directory's accounts.
func (d *delivery) unlisted() bool { return d.report != nil && d.failedIn(ownAccount, "") }

// askers are the deliveries that may have made a call: it came from their process or session, in their time, for one of their accounts
// and regions.
func (h *history) askers(c *call) []*delivery {
	var askers []*delivery
	for _, d := range h.deliveries {
		mine := c.Caller == principal(d.process) || strings.HasSuffix(c.Caller, "@"+d.requestID)
		inTime := !d.start.IsZero() && !c.Time.Before(d.start) && c.Time.Before(d.end.Add(lateness+d.stalled))
		if mine && inTime && (d.mayAsk(c) || c.Action == listAction) { // whose an event is, the list tells
			askers = append(askers, d)
		}
	}
	return askers
}

// mayAsk tells whether a delivery may make a call in the call's account and region.
func (d *delivery) mayAsk(c *call) bool {
	switch {
	case d.ignored || d.refused:
		return false
	case c.Action == "AssumeRole":
		return true
	case c.Action == balanceAction: // the account's, in no region
		return (d.ids == nil || d.billing) && slices.Contains(d.accounts, c.AccountID)
	}
	return slices.Contains(d.accounts, c.AccountID) && slices.Contains(d.regions, c.RegionID)
}

// judgeAct checks a ReActivateInstances: by a delivery that asked for the instance, and only where it was right.
func (h *history) judgeAct(v *violations, c *call, askers []*delivery) {
	if len(c.InstanceIDs) != 1 {
		v.add("a call for %d instances: %s", len(c.InstanceIDs), h.show(c))
		return
	}
	id := c.InstanceIDs[0]
	spec := h.spec(c.AccountID, id)
	if spec == nil || spec.Region != c.RegionID {
		v.add("%s is called with another account's session, or in another region: %s", id, h.show(c))
		return
	}
	if why := forbidden(spec); why != "" {
		v.add("%s is called though it is %s: %s", id, why, h.show(c))
	}
	var faults []string
	for _, d := range askers {
		fault := h.actFault(c, spec, d)
		if fault == "" {
			return
		}
		faults = append(faults, fault)
	}
	v.add("%s is called, but %s: %s", id, strings.Join(faults, "; "), h.show(c))
}

// forbidden is why an instance must never be called, whatever its state; "" if it may be.
func forbidden(spec *fakecloud.Instance) string {
	for _, lock := range spec.Locks {
		switch strings.ToLower(lock) {
		case "security":
			return "security-locked"
		case "recycling", "refunded", "dedicatedhostfinancial":
			return "locked by " + lock
		}
	}
	switch {
	case spec.ChargeType == fakecloud.PrePaid:
		return "prepaid"
	case spec.Tags["keep"] == "out":
		return "excluded"
	}
	for key, value := range spec.Tags {
		if strings.EqualFold(key, "reactivate") && strings.EqualFold(strings.TrimSpace(value), "never") {
			return "excluded"
		}
	}
	return ""
}

// actFault returns why a delivery should not have made a call, and "" if it was right to. It must have looked at the instance before, and
// again since its last call, unless ECS throttled that call. The instance must have been overdue at some time between that look and the
// call, because the platform may restore it in between. A delivery that lets the platform go first must have given it its grace. And the
// instance must not have fallen back.
func (h *history) actFault(c *call, spec *fakecloud.Instance, d *delivery) string {
	switch {
	case d.dryRun:
		return "in a dry run"
	case d.watch || slices.Contains(d.looks, spec.ID):
		return "only a look was asked for"
	case d.ids != nil && !slices.Contains(d.ids, spec.ID):
		return "it was not named"
	}
	var first, last *call
	fresh := false // a look stands between the call before and this one
	for i := range h.calls {
		o := &h.calls[i]
		if o == c {
			break
		}
		if o.Caller != c.Caller || o.Time.Before(d.start) || o.RegionID != c.RegionID {
			continue
		}
		switch {
		case o.Action == "ReActivateInstances" && o.InstanceIDs[0] == spec.ID && !strings.HasPrefix(o.Code, "Throttling"):
			fresh = false
		case o.shows(spec.ID) && !o.answered.After(c.Time):
			fresh, last = true, o
			if first == nil {
				first = o
			}
		}
	}
	switch {
	case last == nil:
		return "without a look"
	case !fresh:
		return "without a look since the call before"
	case !h.overdueIn(spec, last.asOf(), c.Time):
		return "it was not overdue at any time since the look"
	case d.patient && last.Time.Sub(first.Time) < grace:
		return fmt.Sprintf("%v after the first look, want the platform to have %v", last.Time.Sub(first.Time), grace)
	case c.Time.Sub(last.Time) > 2*retry+c.delaysSince(last):
		return fmt.Sprintf("on a look %v old, want at most %v", c.Time.Sub(last.Time), 2*retry)
	}
	if why := h.fellBefore(c, last, spec, d); why != "" {
		return why
	}
	if !d.patient {
		return ""
	}
	if sign := h.signBefore(c, d); sign != nil && last.Time.Sub(sign.answered) < grace {
		return fmt.Sprintf("on a look %v after a sign of a settlement, want the platform to have %v; the sign is %s", last.Time.Sub(sign.answered), grace, h.show(sign))
	}
	return ""
}

// judgeCap checks that a delivery calls no more instances than the cap, and none if it ends in a LimitError. So no redelivery of it can
// exceed the cap either.
func (h *history) judgeCap(v *violations, d *delivery) {
	if h.limit == 0 {
		return
	}
	called := map[string]bool{}
	for i := range h.calls {
		c := &h.calls[i]
		if askers := h.askers(c); c.Action == "ReActivateInstances" && len(askers) == 1 && askers[0] == d {
			called[c.AccountID+"/"+c.InstanceIDs[0]] = true
		}
	}
	if len(called) > h.limit || d.errorType == "LimitError" && len(called) > 0 {
		v.add("%s called %d instances and ended in %q, the cap is %d", d, len(called), d.errorType, h.limit)
	}
}

// shows tells whether a call is a look at an instance that was answered.
func (c *call) shows(id string) bool {
	return c.Action == "DescribeInstances" && c.Done && c.Status == 200 && (c.InstanceIDs == nil || slices.Contains(c.InstanceIDs, id))
}

// asOf is the earliest time whose state a look may show.
func (c *call) asOf() time.Time {
	if c.Fault == fakecloud.Stale {
		return c.Time.Add(-staleAge)
	}
	return c.Time
}

func (h *history) spec(account, id string) *fakecloud.Instance {
	for i := range h.fleet.Instances {
		if in := &h.fleet.Instances[i]; in.Account == account && in.ID == id {
			return in
		}
	}
	return nil
}

// judgeStarts checks that no instance was started more than once in an epoch. One that falls back has no new epoch, and fellBefore
// judges who may start it again.
func (h *history) judgeStarts(v *violations, in *fakecloud.InstanceState) {
	done := 0
	for i := range h.calls {
		if h.calls[i].starts(in.AccountID, in.ID) {
			done++
		}
	}
	fallen := h.spec(in.AccountID, in.ID).FallsBack.After > 0
	if in.Starts > in.Epochs && !fallen || done != in.Starts {
		v.add("%s was started %d times (%d calls carried out) in %d epochs", in.ID, in.Starts, done, in.Epochs)
	}
}

// starts tells whether a call started an instance, whatever its client saw.
func (c *call) starts(account, id string) bool {
	return c.Action == "ReActivateInstances" && c.Done && c.AccountID == account && c.InstanceIDs[0] == id
}

// show is a call in a line: how long after the first, and what it was.
func (h *history) show(c *call) string {
	return fmt.Sprintf("+%v %s %s by %s of %s in %s: status %d %s%s done %v", c.Time.Sub(h.calls[0].Time).Round(time.Millisecond),
		c.Action, c.InstanceIDs, c.Caller, c.AccountID, c.RegionID, c.Status, c.Code, c.Fault, c.Done)
}
