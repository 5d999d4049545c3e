package history_test

import (
	"cmp"
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

// judgeDetails checks what a row tells of its instance besides its outcome.
func (h *history) judgeDetails(v *violations, d *delivery, r row, spec *fakecloud.Instance) {
	if group := spec.Tags[groupTag]; r.ScalingGroup != group && (r.ScalingGroup != "" || r.Verdict != "missing" && r.Outcome != "deferred" && r.Outcome != "failed") {
		v.add("%s says that %s belongs to the scaling group %q, want %q", d, r.InstanceID, r.ScalingGroup, group)
	}
	if (r.ReleaseBasis == "scaling-group") != (r.ReleaseBasis != "" && r.ScalingGroup != "") || (r.ReleaseAt == "") != (r.ReleaseBasis == "" || r.ReleaseBasis == "scaling-group") {
		v.add("%s says that %s is released at %q by %q, in the scaling group %q", d, r.InstanceID, r.ReleaseAt, r.ReleaseBasis, r.ScalingGroup)
	}
	if r.StoppedAt != "" && !slices.ContainsFunc(h.stops(spec), func(at time.Time) bool { return within(r.StoppedAt, at) }) {
		v.add("%s says that %s was stopped at %s, want one of %v", d, r.InstanceID, r.StoppedAt, h.stops(spec))
	}
	h.judgeAddress(v, d, r, spec)
}

// stops are the times at which arrears stopped an instance.
func (h *history) stops(spec *fakecloud.Instance) []time.Time {
	if len(h.calls) == 0 || spec.ChargeType == fakecloud.PrePaid {
		return nil
	}
	began := h.calls[0].Time
	stops := []time.Time{began.Add(time.Duration(h.account(spec.Account).FallsAfter))}
	if slices.Contains(spec.Locks, "financial") {
		stops = append(stops, began.Add(-cmp.Or(time.Duration(spec.OverdueFor), time.Hour)))
	}
	return stops
}

// within tells whether a time of a report, in whole seconds, is a time.
func within(text string, at time.Time) bool {
	got, err := time.Parse(time.RFC3339, text)
	return err == nil && got.Sub(at).Abs() <= 2*time.Second
}

// judgeAddress checks that a changed address is reported, and no other.
func (h *history) judgeAddress(v *violations, d *delivery, r row, spec *fakecloud.Instance) {
	after := cmp.Or(spec.PublicIPAtStart, spec.PublicIP)
	if after == "none" {
		after = ""
	}
	changes := spec.EIP == "" && after != spec.PublicIP
	told := r.IPBefore != "" || r.IPAfter != ""
	if told && (!changes || r.IPBefore != spec.PublicIP || r.IPAfter != after) {
		v.add("%s says that the address of %s went from %q to %q, want %q to %q", d, r.InstanceID, r.IPBefore, r.IPAfter, spec.PublicIP, after)
	}
	if changes && !told && r.Outcome == "reactivated" && h.startsOf(spec) == 1 && h.account(spec.Account).FallsAfter == 0 {
		v.add("%s does not say that the address of %s went from %q to %q", d, r.InstanceID, spec.PublicIP, after)
	}
}

// startsOf counts the calls that started an instance.
func (h *history) startsOf(spec *fakecloud.Instance) int {
	n := 0
	for i := range h.calls {
		if h.calls[i].starts(spec.Account, spec.ID) {
			n++
		}
	}
	return n
}

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
