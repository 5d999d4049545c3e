package history_test

import (
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

// span is a time in which an instance was overdue; a zero end: it still is.
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

// overdue is when an instance was overdue, told from the fleet and from the calls that were carried out, not from what
// the cloud or the function say. A start counts from when its answer was decided, the latest that it can have been.
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
