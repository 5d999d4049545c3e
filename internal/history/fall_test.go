package history_test

import (
	"fmt"
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

// fellBefore is why an instance that fell back is not to be called again; "": it may be. The delivery that saw it rise after its own call
// does not call it again. Another, but for a person's, does not either where it has read that the last stop for arrears was before the
// last start.
func (h *history) fellBefore(c, last *call, spec *fakecloud.Instance, d *delivery) string {
	falls := time.Duration(spec.FallsBack.After)
	if falls == 0 {
		return ""
	}
	for i := range h.calls {
		start := &h.calls[i]
		if !start.starts(spec.Account, spec.ID) || !last.asOf().After(start.answered.Add(falls)) {
			continue // it had not fallen when it was looked at
		}
		if h.sawRise(start, spec, d) {
			return "it fell back after the same run's call"
		}
		if !d.person && spec.Events != fakecloud.NoEvents && h.readHistory(c, spec.Region, d) {
			return fmt.Sprintf("it was started %v before and fell back", c.Time.Sub(start.Time))
		}
	}
	return ""
}

// sawRise tells whether a delivery started an instance, knew it, and saw it Starting or Running then.
func (h *history) sawRise(start *call, spec *fakecloud.Instance, d *delivery) bool {
	if !slices.Contains(h.askers(start), d) {
		return false
	}
	fell := start.answered.Add(time.Duration(spec.FallsBack.After))
	return slices.ContainsFunc(h.calls, func(o call) bool {
		return o.Caller == start.Caller && o.RegionID == spec.Region && o.plain() && o.shows(spec.ID) &&
			o.Time.After(start.answered) && o.answered.Before(fell)
	})
}

// readHistory tells whether a delivery knew of the region's arrears before it sent a call.
func (h *history) readHistory(c *call, region string, d *delivery) bool {
	return slices.ContainsFunc(h.answeredTo(c, d), func(o *call) bool {
		return o.Action == "DescribeInstanceHistoryEvents" && o.RegionID == region && o.Done && o.Status == 200 && o.plain() &&
			o.answered.Add(c.delaysSince(o)).Before(c.Time)
	})
}

// plain tells whether a client gets an answer as it is, if maybe slowly.
func (c *call) plain() bool { return c.Fault == "" || c.Fault == fakecloud.SlowBody }

// fell tells whether an instance can seem to have fallen back before a delivery's end. New arrears look the same to a run that read the
// history before them.
func (h *history) fell(d *delivery, spec *fakecloud.Instance) bool {
	if spec.FallsBack.After == 0 {
		return h.account(spec.Account).FallsAfter > 0
	}
	return spec.StartedAgo > 0 || slices.ContainsFunc(h.calls, func(c call) bool {
		return c.starts(spec.Account, spec.ID) && c.Time.Add(time.Duration(spec.FallsBack.After)).Before(d.end)
	})
}
