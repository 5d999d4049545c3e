package local

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tally counts, over all events, the instances that a live run was about. Each
// counts once, by what became of it last.
type tally struct {
	instances map[instanceKey]string // to the outcome
	accounts  map[string]bool
}

type instanceKey struct{ account, id string }

func (t *tally) add(a answer) {
	if t.instances == nil {
		t.instances, t.accounts = map[instanceKey]string{}, map[string]bool{}
	}
	r := a.report()
	if r == nil {
		return
	}
	for _, row := range r.Results {
		if row.AccountID != "" {
			t.accounts[row.AccountID] = true
		}
		if row.Outcome != "skipped" {
			t.instances[instanceKey{row.AccountID, row.InstanceID}] = row.Outcome
		}
	}
}

func (t *tally) count(outcomes ...string) int {
	n := 0
	for _, outcome := range t.instances {
		if slices.Contains(outcomes, outcome) {
			n++
		}
	}
	return n
}

// where names the accounts; the function may not know whose keys it was given.
func (t *tally) where() string {
	ids := slices.Sorted(maps.Keys(t.accounts))
	switch len(ids) {
	case 0:
		return "the account of your access key"
	case 1:
		return "account " + clean(ids[0])
	}
	return "accounts " + clean(strings.Join(ids, ", "))
}

// tellLive says last what was, or would be, done to the real cloud.
func (p *program) tellLive(o options, t tally) {
	out := p.errorsTo(o)
	if planned := t.count("planned"); !o.yes {
		fmt.Fprintf(out, "\nDry run on %s: nothing was changed; %s would be reactivated.", t.where(), instances(planned))
		if planned > 0 {
			fmt.Fprint(out, " Add -yes to do it.")
		}
		fmt.Fprintln(out)
		return
	}
	fmt.Fprintf(out, "\nDone on %s: %s reactivated, %d accepted and not seen running yet, %d not done.\n", t.where(),
		instances(t.count("reactivated")), t.count("accepted"), t.count("planned", "awaiting-payment", "deferred", "failed"))
}
