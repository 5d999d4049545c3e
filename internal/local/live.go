package local

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// tally holds what happened to each instance of a live run, over all events: its last outcome that was not skipped.
type tally map[instanceKey]reactivate.Outcome

type instanceKey struct{ account, id string }

func (t tally) add(r *reactivate.Report) {
	if r == nil {
		return
	}
	for _, row := range r.Results {
		key := instanceKey{row.AccountID, row.InstanceID}
		if _, known := t[key]; !known || row.Outcome != reactivate.OutcomeSkipped {
			t[key] = row.Outcome
		}
	}
}

// accounts names the accounts. The function may not know which account its keys belong to.
func (t tally) accounts(l wording.Lang) string {
	ids := map[string]bool{}
	for key := range t {
		ids[clean(key.account)] = true
	}
	delete(ids, "")
	switch names := slices.Sorted(maps.Keys(ids)); len(names) {
	case 0:
		return wording.LiveAccount.In(l)
	case 1:
		return wording.OneAccount.Say(l, names[0])
	default:
		return wording.SeveralAccounts.Say(l, strings.Join(names, ", "))
	}
}

// tellLive prints a closing summary of what was done, or would be done, in the real cloud.
func (p *program) tellLive(o options, t tally) {
	counts := map[reactivate.Outcome]int{}
	for _, outcome := range t {
		counts[outcome]++
	}
	page := p.page().to(p.errorsTo(o))
	fmt.Fprintln(page.w)
	if o.yes {
		undone := counts[reactivate.OutcomePlanned] + counts[reactivate.OutcomeAwaitingPayment] + counts[reactivate.OutcomeDeferred] + counts[reactivate.OutcomeFailed]
		page.paragraph(wording.LiveDone.Say(p.lang, t.accounts(p.lang), wording.Instances(counts[reactivate.OutcomeReactivated]), counts[reactivate.OutcomeAccepted], undone))
		return
	}
	text := wording.LivePlanned.Say(p.lang, t.accounts(p.lang), wording.Instances(counts[reactivate.OutcomePlanned]))
	if counts[reactivate.OutcomePlanned] > 0 {
		text += wording.LiveAddYes.In(p.lang)
	}
	page.paragraph(text)
}
