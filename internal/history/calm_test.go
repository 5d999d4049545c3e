package history_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/fakecloud"
)

// calmed is a fleet as a round left it, with every bill paid, and nothing that goes wrong but the API of the balances.
func calmed(fleet fakecloud.Fleet, final []fakecloud.InstanceState) fakecloud.Fleet {
	calm := fleet
	calm.Faults, calm.Quotas = nil, nil
	for _, f := range fleet.Faults {
		if f.Action == balanceAction { // nothing is to come of it
			calm.Faults = append(calm.Faults, f)
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
	if len(r.watched()) > 0 && !r.closed(ownAccount) {
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

// leftStopped reports startable instances that a calm sweep left stopped, instances that it should not have started, and calm sweeps
// without a report.
func (h *history) leftStopped(closed func(account string) bool) []string {
	var v violations
	for _, d := range h.deliveries {
		if d.report == nil || len(d.report.Errors) > 0 {
			v.add("the calm %s ended in %q: %v", d, d.errorType, d.report)
		}
	}
	for _, in := range h.final {
		spec := h.spec(in.AccountID, in.ID)
		fell := spec.StartedAgo > 0 && spec.Events != fakecloud.NoEvents
		startable := slices.Contains(spec.Locks, "financial") && forbidden(spec) == "" && spec.StartFails == nil && !closed(spec.Account) && !fell
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

// tally counts what happened.
type tally map[string]int

func (t tally) add(o tally) {
	for what, n := range o {
		t[what] += n
	}
}

// idle returns what did not happen once in so many rounds: nothing is proved about it.
func (t tally) idle(rounds int) []string {
	parts := []string{"started", "reports", "calls"}
	if rounds >= 8 {
		parts = append(parts, "balances", "lists")
	}
	if rounds >= 100 {
		parts = append(parts, "only looked at", "fell back", "signs of settlements", "refused")
	}
	return slices.DeleteFunc(parts, func(part string) bool { return t[part] > 0 })
}

func (h *history) tally() tally {
	t := tally{"deliveries": len(h.deliveries), "calls": len(h.calls), "signs of settlements": h.signs}
	count := func(what string, happened bool) {
		if happened {
			t[what]++
		}
	}
	for _, d := range h.deliveries {
		count("killed or out of time", d.lost)
		count("over their cap", d.errorType == "LimitError")
		count("refused", d.errorType == "DecodeError")
		if d.report == nil {
			continue
		}
		t["reports"]++
		for _, r := range d.report.Results {
			count("only looked at", d.onlyLooks() && r.Outcome == "deferred")
			count("fell back", r.Error.Class == "fell-back")
		}
	}
	for i := range h.calls {
		count("calls with faults", h.calls[i].Fault != "")
		count("balances", h.calls[i].Action == balanceAction)
		count("lists", h.calls[i].Action == listAction)
	}
	for i := range h.final {
		t["started"] += h.final[i].Starts
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
