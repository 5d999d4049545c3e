package history_test

import "strings"

// signs is what the answers to a delivery say about the settlement of one account. The delivery may see a sign later than the judge,
// which counts from the first answer that can have shown it. That only makes the judge more lenient.
type signs struct {
	refused *call                // the last "not enough balance"; nil: since then, an answer may have told of money
	other   *call                // the last look or balance that may have told of money
	last    *call                // the last answer that the delivery certainly took for a sign
	seen    map[string]*sighting // by instance
}

// sighting is what looks have said about an instance.
type sighting struct {
	overdue bool  // it was, at the last look that tells
	called  bool  // by the delivery, so that it proves nothing when it comes back
	since   *call // the first look after that which may have shown it no longer overdue
}

// apart is how far apart two answers must be for the function to be sure to take them in their order.
const apart = retry / 2

// signBefore is the last sign that an account was settled which a delivery saw before it sent a call; nil if it saw none. A sign is an
// instance that was overdue at one look and not at a later one, with no call of the delivery in between. A call that ECS takes, or
// refuses for another reason than money, is one too, if the last that the delivery knew of the money was "not enough balance".
func (h *history) signBefore(c *call, d *delivery) *call {
	s := &signs{seen: map[string]*sighting{}}
	for _, o := range h.answeredTo(c, d) {
		if o.answered.Add(delays + (c.stalled-o.stalled)/4).After(c.Time) {
			break // c may have been on its way by then; some task nearly always waits, and a call is not under way for as long
		}
		switch {
		case o.Action == "ReActivateInstances":
			s.onAnswer(o)
		case o.Action == balanceAction && o.Done:
			s.other = o
		case o.Action == "DescribeInstances" && o.Done && o.Status == 200:
			h.onLook(s, o)
		}
	}
	if s.last != nil {
		h.signs++
	}
	return s.last
}

func (s *signs) of(id string) *sighting {
	if s.seen[id] == nil {
		s.seen[id] = &sighting{}
	}
	return s.seen[id]
}

// onAnswer judges the answer to a ReActivateInstances. An answer close to the refusal, or a refusal close to another sign, proves
// nothing, because the function may take the two in the other order.
func (s *signs) onAnswer(o *call) {
	s.of(o.InstanceIDs[0]).called = true
	wantsMoney := strings.HasSuffix(o.Code, "NotEnoughBalance")
	switch {
	case strings.HasPrefix(o.Code, "Throttling"), wantsMoney && strings.Contains(o.Code, "Image"):
	case wantsMoney && o.Fault == "":
		s.refused = o
	case wantsMoney || s.refused == nil:
	default:
		news := o.Time.Sub(s.refused.answered) > apart && (s.other == nil || s.refused.answered.Sub(s.other.answered) > apart)
		if news && o.Fault == "" && o.Status < 500 {
			s.last = o
		}
		s.refused = nil
	}
}

// onLook judges an answer that shows instances. Of the looks that may have shown an instance no longer overdue, the first counts.
func (h *history) onLook(s *signs, o *call) {
	from := o.Time.Add(-staleAge)
	for i := range h.fleet.Instances {
		in := &h.fleet.Instances[i]
		if in.Account != o.AccountID || in.Region != o.RegionID || !o.shows(in.ID) || o.InstanceIDs == nil && s.seen[in.ID] != nil {
			continue
		}
		y := s.of(in.ID)
		switch {
		case h.overdueAll(in, from, o.answered):
			y.overdue, y.since = y.overdue || o.Fault == "", nil
			continue
		case !y.overdue:
			continue
		}
		if s.other = o; y.since == nil {
			y.since = o
		}
		if y.called || o.Fault != "" || h.overdueIn(in, from, o.answered) {
			continue
		}
		if y.overdue = false; s.last == nil || y.since.answered.After(s.last.answered) {
			s.last = y.since
		}
	}
}
