package history_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/fakecloud"
)

// calmed is a fleet as a round left it, with every bill paid, every account in the directory, and nothing that
// goes wrong but the API of the balances.
func calmed(fleet fakecloud.Fleet, final []fakecloud.InstanceState) fakecloud.Fleet {
	calm := fleet
	calm.Faults, calm.Quotas = nil, nil
	for _, f := range fleet.Faults {
		if f.Action == balanceAction { // nothing is to come of it
			calm.Faults = append(calm.Faults, f)
		}
	}
	if fleet.Directory != nil {
		calm.Directory = &fakecloud.Directory{Members: slices.Clone(fleet.Directory.Members)}
		for i := range calm.Directory.Members {
			m := &calm.Directory.Members[i]
			m.JoinsAfter, m.LeavesAfter, m.DeletionStatus = 0, 0, ""
		}
	}
	calm.Accounts = slices.Clone(fleet.Accounts)
	for i := range calm.Accounts {
		calm.Accounts[i].Balance, calm.Accounts[i].FallsAfter, calm.Accounts[i].SettlesAfter = nil, 0, 0
	}
	calm.Instances = nil
	for _, in := range fleet.Instances {
		for _, state := range final {
			if state.AccountID == in.Account && state.ID == in.ID && !state.Released {
				in.Status, in.Locks, in.OwnerStopped = state.Status, state.Locks, state.OwnerStopped
				in.Platform = fakecloud.Platform{}
				if in.FallsBack.After > 0 && state.Starts > 0 {
					in.StartedAgo = fakecloud.Duration(time.Second) // after its arrears, of an hour ago
				}
				if in.Status != fakecloud.Stopping { // as it still is where nothing was asked for
					in.Then = fakecloud.Then{}
				}
				calm.Instances = append(calm.Instances, in)
			}
		}
	}
	return calm
}

// calmSweeps are one sweep of the configured accounts, and of the functions' own if that is not among them.
func (r *round) calmSweeps() []*delivery {
	accounts := []string{""}
	if len(r.watched()) > 0 && r.except != ownAccount {
		accounts = append(accounts, ownAccount)
	}
	var sweeps []*delivery
	for i, account := range accounts {
		d := r.timer(account)
		d.number, d.process = i, 0
		d.requestID = fmt.Sprintf("1-%08x-%012x-ca1bca1b", uint32(r.seed), i)
		sweeps = append(sweeps, d)
	}
	return sweeps
}

// leftStopped are the overdue, paid and startable instances that a calm sweep left stopped, those that it should have left, and sweeps
// without a report.
func (h *history) leftStopped(except string) []string {
	var v violations
	for _, d := range h.deliveries {
		if d.report == nil || len(d.report.Errors) > 0 {
			v.add("the calm %s ended in %q: %v", d, d.errorType, d.report)
		}
	}
	for _, in := range h.final {
		spec := h.spec(in.AccountID, in.ID)
		fell := spec.StartedAgo > 0 && spec.Events != fakecloud.NoEvents
		startable := slices.Contains(spec.Locks, "financial") && forbidden(spec) == "" && spec.StartFails == nil && spec.Account != except && !fell
		if spec.FallsBack.After > 0 && startable {
			continue // it falls again
		}
		if startable && in.Status != fakecloud.Running {
			v.add("the calm sweep left %s of %s %s, with the locks %s", in.ID, in.AccountID, in.Status, in.Locks)
		}
		if !startable && spec.Status == fakecloud.Stopped && in.Status != fakecloud.Stopped {
			v.add("the calm sweep made %s of %s %s", in.ID, in.AccountID, in.Status)
		}
	}
	return v
}

func (h *history) startTakes(spec *fakecloud.Instance) time.Duration {
	return time.Duration(cmp.Or(spec.StartTakes, h.fleet.StartTakes))
}

func (h *history) tally() tally {
	t := tally{deliveries: len(h.deliveries), calls: len(h.calls)}
	for _, d := range h.deliveries {
		if d.lost {
			t.lost++
		}
		if d.report != nil {
			t.reports++
			for _, r := range d.report.Results {
				if d.onlyLooks() && r.Outcome == "deferred" {
					t.looked++
				}
				if r.Error.Class == "fell-back" {
					t.fell++
				}
			}
		}
		if d.errorType == "LimitError" {
			t.capped++
		}
		if d.errorType == "DecodeError" {
			t.refused++
		}
	}
	t.signs, t.tries = h.signs, len(h.tries)
	for _, try := range h.tries {
		if try.delivered {
			t.told++
		}
	}
	for i := range h.calls {
		if h.calls[i].Fault != "" {
			t.faults++
		}
		switch h.calls[i].Action {
		case balanceAction:
			t.balances++
		case listAction:
			t.lists++
		}
	}
	for i := range h.final {
		t.starts += h.final[i].Starts
	}
	return t
}

// trace is what a person needs to understand a failure: the deliveries, and the calls for the instances concerned.
func (h *history) trace(found []string) string {
	if h == nil {
		return ""
	}
	var b strings.Builder
	all := strings.Join(found, "\n")
	for _, d := range h.deliveries {
		if len(h.calls) > 0 {
			fmt.Fprintf(&b, "  %v to %v %s: %s %v\n", d.start.Sub(h.calls[0].Time).Round(time.Millisecond), d.end.Sub(h.calls[0].Time).Round(time.Millisecond), d, d.errorType, d.report)
		}
	}
	for i := range h.calls {
		c := &h.calls[i]
		if slices.ContainsFunc(c.InstanceIDs, func(id string) bool { return strings.Contains(all, id) }) {
			fmt.Fprintf(&b, "  %s\n", h.show(c))
		}
	}
	return b.String()
}
