package local

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// tally counts, over all events, the instances that a live run was about. Each
// counts once, by what became of it last.
type tally struct {
	instances map[instanceKey]reactivate.Outcome
	accounts  map[string]bool
}

type instanceKey struct{ account, id string }

func (t *tally) add(a answer) {
	if t.instances == nil {
		t.instances, t.accounts = map[instanceKey]reactivate.Outcome{}, map[string]bool{}
	}
	r := a.report()
	if r == nil {
		return
	}
	for _, row := range r.Results {
		if row.AccountID != "" {
			t.accounts[row.AccountID] = true
		}
		if row.Outcome != reactivate.OutcomeSkipped {
			t.instances[instanceKey{row.AccountID, row.InstanceID}] = row.Outcome
		}
	}
}

func (t *tally) count(outcomes ...reactivate.Outcome) int {
	n := 0
	for _, outcome := range t.instances {
		if slices.Contains(outcomes, outcome) {
			n++
		}
	}
	return n
}

// where names the accounts; the function may not know whose keys it was given.
func (p page) where(t *tally) string {
	ids := slices.Sorted(maps.Keys(t.accounts))
	switch len(ids) {
	case 0:
		return wording.LiveAccount.In(p.lang)
	case 1:
		return wording.OneAccount.Say(p.lang, clean(ids[0]))
	}
	return wording.SeveralAccounts.Say(p.lang, clean(strings.Join(ids, ", ")))
}

// tellLive says last what was, or would be, done to the real cloud.
func (p *program) tellLive(o options, t *tally) {
	out := p.errorsTo(o)
	page, text := p.page().to(out), ""
	where := page.where(t)
	switch planned := t.count(reactivate.OutcomePlanned); {
	case o.yes:
		text = wording.LiveDone.Say(page.lang, where, page.instances(t.count(reactivate.OutcomeReactivated)), t.count(reactivate.OutcomeAccepted),
			t.count(reactivate.OutcomePlanned, reactivate.OutcomeAwaitingPayment, reactivate.OutcomeDeferred, reactivate.OutcomeFailed))
	case planned > 0:
		text = wording.LivePlanned.Say(page.lang, where, page.instances(planned)) + wording.LiveAddYes.In(page.lang)
	default:
		text = wording.LivePlanned.Say(page.lang, where, page.instances(planned))
	}
	fmt.Fprintln(out)
	page.paragraph(text)
}
