package notify

import (
	"cmp"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// act is the second line: who pays how much, what else to do now and by when, and what happens then.
func (w *writer) act(s *sorted, payers []payer, deadline string) string {
	var down, earlier string
	if slices.ContainsFunc(s.stuck, w.onlyDry) {
		down = wording.DownDryRun.Say(w.lang, wording.Instances(len(s.stuck)))
	}
	if len(s.before) > 0 {
		earlier = wording.EarlierToo.Say(w.lang, len(s.before))
	}
	sentences := slices.Concat(
		[]string{down, w.pay(payers)}, w.others(s.stuck), []string{earlier, deadline}, w.afterwards(s, payers), w.ofBack(s), w.besides(s, payers),
	)
	sentences = slices.DeleteFunc(sentences, func(sentence string) bool { return sentence == "" })
	if w.lang == wording.Chinese {
		return strings.Join(sentences, "")
	}
	return strings.Join(sentences, " ")
}

// afterwards says what happens by itself to what is not coming back yet.
func (w *writer) afterwards(s *sorted, payers []payer) []string {
	var sentences []string
	switch {
	case slices.ContainsFunc(s.stuck, w.onlyDry):
		paid := wording.PaidDryRun
		if len(payers) == 0 {
			paid = wording.EnoughMoney
		}
		sentences = append(sentences, paid.In(w.lang), wording.GoLive.In(w.lang))
	case len(payers) > 0:
		sentences = append(sentences, wording.ThenNothing.In(w.lang))
	case slices.ContainsFunc(s.stuck, func(row *reactivate.Result) bool { return !fellBack(row) }):
		sentences = append(sentences, wording.LooksAgain.In(w.lang))
	}
	if slices.ContainsFunc(s.stuck, func(row *reactivate.Result) bool { return row.Reason == reactivate.ReasonOverCap }) {
		sentences = append(sentences, wording.OverCap.In(w.lang))
	}
	return sentences
}

// ofBack says what to do about the instances that came back or start.
func (w *writer) ofBack(s *sorted) []string {
	var sentences []string
	if len(s.back) > 0 {
		sentences = append(sentences, w.byWhom(s.back))
	}
	changed := count(s.back, moved)
	switch {
	case changed == 1:
		sentences = append(sentences, wording.MovedOne.In(w.lang))
	case changed > 1:
		sentences = append(sentences, wording.Moved.Say(w.lang, changed))
	}
	if len(s.started) > 0 {
		sentences = append(sentences, wording.AreStarting.Say(w.lang, wording.Instances(len(s.started))))
	}
	if len(sentences) == 1 && len(s.back) > 0 && len(s.stuck)+changed+len(s.low)+len(w.run.Report.Errors) == 0 {
		sentences = append(sentences, wording.NothingMore.In(w.lang))
	}
	return sentences
}

// besides says what to do if the message is not about an instance.
func (w *writer) besides(s *sorted, payers []payer) []string {
	var sentences []string
	if len(w.run.Report.Errors) > 0 {
		sentences = append(sentences, wording.SeeUnseen.Say(w.lang, w.unseenPlaces()))
	}
	if len(s.low) > 0 && len(payers) == 0 {
		topUp := wording.TopUp
		if len(s.stuck) == 0 {
			topUp = wording.TopUpBefore
		}
		sentences = append(sentences, topUp.Say(w.lang, w.lowBalances(s.low)))
	}
	return sentences
}

// byWhom says who started what is back.
func (w *writer) byWhom(back []*reactivate.Result) string {
	switch byUs := count(back, func(row *reactivate.Result) bool { return row.Outcome == reactivate.OutcomeReactivated }); byUs {
	case len(back):
		return wording.AllByUs.In(w.lang)
	case 0:
		return wording.AllByOther.In(w.lang)
	default:
		return wording.ByWhom.Say(w.lang, byUs, len(back)-byUs)
	}
}

// maxOthers is how many different pieces of advice the second line has in addition to who pays.
const maxOthers = 2

// others says what to do about the rows that do not wait for money. Rows with the same advice are named together.
func (w *writer) others(rows []*reactivate.Result) []string {
	var sentences []string
	for i := 0; i < len(rows); {
		first := rows[i]
		n := 1
		for i+n < len(rows) && sameReason(first, rows[i+n]) {
			n++
		}
		i += n
		if w.unpaid(first) || w.onlyDry(first) {
			continue
		}
		if len(sentences) == maxOthers {
			return append(sentences, wording.SeeList.In(w.lang))
		}
		sentences = append(sentences, w.sentence(first, n))
	}
	return sentences
}

func (w *writer) sentence(row *reactivate.Result, n int) string {
	if fellBack(row) && n == 1 && len(w.run.Report.Results) == 1 {
		return wording.LookAtFell.In(w.lang)
	}
	who := short(cmp.Or(row.Name, row.InstanceID))
	if n > 1 {
		who = wording.NamesMore.Say(w.lang, who, n-1)
		if w.lang == wording.Chinese {
			who = wording.NamesMore.Say(w.lang, short(cmp.Or(row.Name, row.InstanceID)), n)
		}
	}
	advice := row.Advice
	if row.Err != nil && row.Err.Class == reactivate.ClassDenied {
		advice = wording.DeniedRemedy(w.lang, slices.Values([]*reactivate.Error{row.Err}))
	}
	return wording.NamesDo.Say(w.lang, who, cmp.Or(advice, wording.Outcome(w.lang, row.Outcome)))
}

// maxUnseen is how many places that could not be looked at the second line names.
const maxUnseen = 3

// unseenPlaces names them, and says what to grant where that is the cause.
func (w *writer) unseenPlaces() string {
	errs := w.run.Report.Errors
	var places []string
	for _, e := range errs[:min(maxUnseen, len(errs))] {
		places = append(places, w.unseenPlace(&e))
	}
	if more := len(errs) - len(places); more > 0 {
		places = append(places, wording.MoreInLog.Say(w.lang, more))
	}
	var refused []*reactivate.Error
	for _, e := range errs {
		if e.Err != nil {
			refused = append(refused, e.Err)
		}
	}
	if remedy := wording.DeniedRemedy(w.lang, slices.Values(refused)); remedy != "" {
		places = append(places, remedy)
	}
	return strings.Join(places, wording.Semicolon.In(w.lang))
}

func (w *writer) lowBalances(low []reactivate.Balance) string {
	var parts []string
	for _, b := range low[:min(maxPayers, len(low))] {
		parts = append(parts, wording.HasBalance.Say(w.lang, w.nameAndNumber(b.AccountID, b.AccountName), b.Currency, b.Available))
	}
	if more := len(low) - len(parts); more > 0 {
		parts = append(parts, wording.MoreAccounts.Say(w.lang, more))
	}
	return strings.Join(parts, wording.Semicolon.In(w.lang))
}
