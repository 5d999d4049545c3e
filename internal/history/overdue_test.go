package history_test

import (
	"fmt"
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

// span is a time in which an instance was overdue. If its end is zero, the instance still is.
type span struct{ from, to time.Time }

// overdueIn tells whether an instance was overdue at some time from one to another.
func (h *history) overdueIn(spec *fakecloud.Instance, from, to time.Time) bool {
	return slices.ContainsFunc(h.overdue(spec), func(s span) bool {
		return !s.from.After(to) && (s.to.IsZero() || !s.to.Before(from))
	})
}

// overdueAll tells whether an instance was overdue all the time from one to another.
func (h *history) overdueAll(spec *fakecloud.Instance, from, to time.Time) bool {
	return slices.ContainsFunc(h.overdue(spec), func(s span) bool {
		return !s.from.After(from) && (s.to.IsZero() || s.to.After(to))
	})
}

// overdue returns when an instance was overdue. It follows from the fleet and from the calls that were carried out, not from what the
// cloud or the function say. A start counts from when its answer was decided, because it cannot have been later.
func (h *history) overdue(spec *fakecloud.Instance) []span {
	if spec.ChargeType == fakecloud.PrePaid && !slices.Contains(spec.Locks, "financial") || len(h.calls) == 0 {
		return nil
	}
	began := h.calls[0].Time
	at := func(d fakecloud.Duration) time.Time { return began.Add(time.Duration(d)) }
	account := h.account(spec.Account)
	var ends []time.Time
	for i := range h.calls {
		if h.calls[i].starts(spec.Account, spec.ID) {
			ends = append(ends, h.calls[i].answered)
		}
	}
	relapses := slices.Contains(spec.FallsBack.Locks, "financial")
	if account.SettlesAfter > 0 && !spec.Platform.Fails && spec.StartFails == nil && spec.ChargeType != fakecloud.PrePaid {
		ends = append(ends, at(account.SettlesAfter).Add(restores))
	}
	var spans []span
	if slices.Contains(spec.Locks, "financial") {
		first := ends
		if spec.Platform.After > 0 {
			first = append(slices.Clone(ends), at(spec.Platform.After))
		}
		spans = append(spans, span{to: earliest(first, time.Time{})})
	}
	if falls := at(account.FallsAfter); account.FallsAfter > 0 && spec.ChargeType != fakecloud.PrePaid {
		if len(spans) == 0 || !spans[0].to.IsZero() && spans[0].to.Before(falls) {
			spans = append(spans, span{falls, earliest(ends, falls)})
		}
	}
	for _, start := range ends {
		if falls := start.Add(time.Duration(spec.FallsBack.After)); relapses {
			spans = append(spans, span{falls, earliest(ends, falls)})
		}
	}
	return spans
}

// earliest is the first of the times after one; zero without one.
func earliest(times []time.Time, after time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if t.After(after) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

func (h *history) account(id string) *fakecloud.Account {
	for i := range h.fleet.Accounts {
		if h.fleet.Accounts[i].ID == id {
			return &h.fleet.Accounts[i]
		}
	}
	return &fakecloud.Account{}
}

// fellBefore returns why an instance that fell back must not be called again, and "" if it may be. A delivery that saw it rise after its
// own call does not call it again. Neither does any other, except a person's, if it has read in the history that the last stop for arrears
// was before the last start.
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

// sawRise tells whether a delivery may have started an instance with a call, and then saw it Starting or Running.
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

// plain tells whether a client gets the whole answer, even if slowly.
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

// delays is how long after it was sent a call may arrive.
const delays = 400 * time.Millisecond

// delays is how much later than planned something may happen in a delivery. It includes the time that tasks waited for a processor.
func (d *delivery) delays() time.Duration { return delays + d.stalled }

// delaysSince is how much later than it was sent a call may arrive, if it was sent after the answer to another.
func (c *call) delaysSince(o *call) time.Duration { return delays + c.stalled - o.stalled }

// answeredTo are the calls of a delivery in the account of one of them, by the time of their answers.
func (h *history) answeredTo(c *call, d *delivery) []*call {
	var mine []*call
	for i := range h.calls {
		if o := &h.calls[i]; o.AccountID == c.AccountID && o.Caller == c.Caller && !o.Time.Before(d.start) {
			mine = append(mine, o)
		}
	}
	slices.SortStableFunc(mine, func(a, b *call) int { return a.answered.Compare(b.answered) })
	return mine
}
