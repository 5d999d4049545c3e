package history_test

import (
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

const listAction = "ListAccounts"

// listed tells whether accounts are watched because the directory lists them, so that they may be members or not.
func (h *history) listed(accounts []string) bool {
	return h.fleet.Directory != nil && !slices.Contains(accounts, ownAccount)
}

// judgeMember checks that a call reaches a member of the directory, as of the list that one of its askers went by.
func (h *history) judgeMember(v *violations, c *call, askers []*delivery) {
	if len(askers) == 0 || !h.listed([]string{c.AccountID}) {
		return
	}
	if !slices.ContainsFunc(askers, func(d *delivery) bool { mayBe, _ := h.member(c.AccountID, h.listFor(d, c.Time)); return mayBe }) {
		v.add("%s is no member as of the list that counts: %s", c.AccountID, h.show(c))
	}
}

// listFor is the list by which a delivery went at a time: one that it asked for, else the last of its process, if that was
// young enough, or asking again failed; nil: none.
func (h *history) listFor(d *delivery, at time.Time) *call {
	var last *call
	asked := false
	for i := range h.calls {
		o := &h.calls[i]
		if o.Action != listAction || o.Caller != principal(d.process) || o.Time.After(at) {
			continue
		}
		asked = asked || !o.Time.Before(d.start)
		if o.Done && o.Status == 200 && (o.Fault == "" || o.Fault == fakecloud.SlowBody) {
			last = o
		}
	}
	if last == nil || !asked && d.start.Sub(last.answered) > listLasts+d.delays() {
		return nil
	}
	return last
}

// member tells whether a list can show an account, and whether it must. When exactly the cloud began to count is not known.
func (h *history) member(account string, list *call) (mayBe, mustBe bool) {
	const slack = 50 * time.Millisecond
	if list == nil {
		return false, false
	}
	for _, m := range h.fleet.Directory.Members {
		if m.ID != account || m.DeletionStatus == "Deleting" {
			continue // any other is alive and billed
		}
		from, to := list.Time.Sub(h.calls[0].Time), list.answered.Sub(h.calls[0].Time)
		joins, leaves := time.Duration(m.JoinsAfter), time.Duration(m.LeavesAfter)
		mayBe = to+slack >= joins && (leaves == 0 || from-slack < leaves)
		mustBe = (joins == 0 || from-slack >= joins) && (leaves == 0 || to+slack < leaves)
	}
	return mayBe, mustBe
}

// looksIn tells whether a sweep has to look in an account: it is certain to have had a list that shows it.
func (h *history) looksIn(d *delivery, account string) bool {
	if !h.listed([]string{account}) {
		return true
	}
	_, mustBe := h.member(account, h.listFor(d, d.end))
	return mustBe && !d.failedIn(ownAccount, "")
}
