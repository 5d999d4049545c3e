package history_test

import (
	"slices"
	"strings"
	"time"

	"reactivate/internal/fakecloud"
)

// delays is how much later than it was sent a call may arrive: its latency, and a little.
const delays = 400 * time.Millisecond

// delays is how much later than meant something may happen in a delivery: what it waited for a processor comes to it.
func (d *delivery) delays() time.Duration { return delays + d.stalled }

// delaysSince is how much later than it was sent a call may arrive, if it was sent after the answer to another.
func (c *call) delaysSince(o *call) time.Duration { return delays + c.stalled - o.stalled }

// signBefore is when a delivery last saw a sign that an account was settled, before it sent a call; zero if it saw none. A sign is an
// answer other than "not enough balance" after one that said so, or an instance that was overdue at one look and not at a later one,
// with no call of the delivery in between.
func (h *history) signBefore(c *call, d *delivery) (sign time.Time) {
	var unpaid bool
	shown, called := map[string]bool{}, map[string]bool{}
	for _, o := range h.answeredTo(c, d) {
		if o.answered.Add(delays + (c.stalled-o.stalled)/4).After(c.Time) {
			break // c may have been on its way by then; some task nearly always waits, and a call is not under way for as long
		}
		switch {
		case o.Action == "ReActivateInstances":
			called[o.InstanceIDs[0]] = true
			plain := o.Fault == "" && o.Status < 500
			switch {
			case !plain || strings.HasPrefix(o.Code, "Throttling"):
			case strings.HasSuffix(o.Code, "NotEnoughBalance") && !strings.Contains(o.Code, "Image"):
				unpaid = true
			case unpaid && !strings.HasSuffix(o.Code, "NotEnoughBalance"):
				unpaid, sign = false, o.answered
			}
		case o.Action == "DescribeInstances" && o.Done && o.Status == 200 && (o.Fault == "" || o.Fault == fakecloud.SlowBody):
			for i := range h.fleet.Instances {
				in := &h.fleet.Instances[i]
				if in.Account != c.AccountID || in.Region != o.RegionID || !o.shows(in.ID) || o.InstanceIDs == nil && len(shown) > 0 {
					continue
				}
				switch {
				case h.overdueAll(in, o.Time.Add(-staleAge), o.answered):
					shown[in.ID] = true
				case shown[in.ID] && !called[in.ID] && !h.overdueIn(in, o.Time.Add(-staleAge), o.answered):
					sign = o.answered
					shown[in.ID] = false
				}
			}
		}
	}
	if !sign.IsZero() {
		h.signs++
	}
	return sign
}

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
