package notify

import (
	"cmp"
	"slices"
	"strings"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// sayer adds a sentence to the second line.
type sayer func(text wording.Text, values ...any)

// act is the second line: who pays how much, what else to do now and by when, and what happens then.
func (w *writer) act(deadline wording.Phrase) string {
	var sentences []string
	say := func(text wording.Text, values ...any) { sentences = append(sentences, text.Say(w.lang, values...)) }
	dry := slices.ContainsFunc(w.stuck, w.onlyDry)
	if dry {
		say(wording.DownDryRun, wording.Instances(len(w.stuck)))
	}
	w.pay(say)
	w.about(say)
	allSaid := w.others(say) && len(w.run.Report.Errors) == 0
	if len(w.before) > 0 {
		say(wording.EarlierToo, len(w.before))
	}
	if deadline.Text != (wording.Text{}) {
		say(deadline.Text, deadline.Values...)
	}
	w.afterwards(dry, allSaid, say)
	w.ofBack(say)
	if len(w.run.Report.Errors) > 0 {
		say(wording.SeeUnseen, w.unseenPlaces())
	}
	if len(w.low) > 0 && len(w.payers) == 0 {
		w.topUp(say)
	}
	if w.lang == wording.Chinese {
		return strings.Join(sentences, "")
	}
	return strings.Join(sentences, " ")
}

// pay says who pays, and how much if that is known.
func (w *writer) pay(say sayer) {
	switch {
	case len(w.payers) > 1:
		say(wording.PaySeveral, w.some(len(w.payers), maxPayers, wording.MoreAccounts, func(i int) string { return w.payOf(w.payers[i]) }))
	case len(w.payers) == 1 && w.run.billing():
		say(wording.PayMore, w.accountInFull(w.payers[0]), wording.Payment.Of(w.payers[0].balance))
	case len(w.payers) == 1:
		say(wording.Pay, w.accountInFull(w.payers[0]), wording.Payment.Of(w.payers[0].balance))
	}
}

// about names the account by its number if nobody has to pay: the title has its name alone.
func (w *writer) about(say sayer) {
	if len(w.stuck) == 0 || len(w.payers) > 0 || slices.ContainsFunc(w.stuck, w.onlyDry) {
		return
	}
	first := w.stuck[0]
	elsewhere := func(row *reactivate.Result) bool { return row.AccountID != first.AccountID }
	if !slices.ContainsFunc(w.stuck, elsewhere) {
		say(wording.AboutAccount, w.accountInFull(payer{id: first.AccountID, name: first.AccountName}))
	}
}

// maxOthers is how many different pieces of advice the second line has in addition to who pays.
const maxOthers = 2

// others says what to do about the rows that do not wait for money, and reports whether it could say all of it. Rows with the same
// advice are named together.
func (w *writer) others(say sayer) (all bool) {
	said := 0
	for same := range runsOf(w.stuck, w.sameReason) {
		if w.unpaid(same[0]) || w.onlyDry(same[0]) {
			continue
		}
		if said++; said > maxOthers {
			say(wording.SeeList)
			return false
		}
		text := wording.OneDown
		if len(same) > 1 {
			text = wording.SeveralDown
		}
		say(text, short(same[0]), w.toDo(same[0]), len(same))
	}
	return true
}

func (w *writer) toDo(row *reactivate.Result) string {
	if row.Err != nil && row.Err.Class == cloud.ClassDenied {
		return wording.DeniedRemedy(w.lang, []*cloud.Error{row.Err})
	}
	return cmp.Or(row.Advice, wording.Outcome(w.lang, row.Outcome))
}

// afterwards says what happens by itself to what is not coming back yet. allSaid: there is nothing to do beside what was said.
func (w *writer) afterwards(dry, allSaid bool, say sayer) {
	switch {
	case dry && len(w.payers) == 0:
		say(wording.EnoughMoney)
	case dry:
		say(wording.OncePaid)
	case len(w.payers) > 0 && allSaid:
		say(wording.ThenNothing)
	case len(w.payers) > 0:
		say(wording.OncePaid)
		say(wording.LooksAgain)
	case slices.ContainsFunc(w.stuck, func(row *reactivate.Result) bool { return !fellBack(row) }):
		say(wording.LooksAgain)
	}
	if dry {
		say(wording.GoLive)
	}
	if slices.ContainsFunc(w.stuck, func(row *reactivate.Result) bool { return row.Reason == reactivate.ReasonOverCap }) {
		say(wording.OverCap)
	}
}

// ofBack says who started the instances that are back, and what is left to do about them and about those that are starting.
func (w *writer) ofBack(say sayer) {
	back, changed := len(w.back), count(w.back, moved)
	if back > 0 {
		byUs := count(w.back, func(row *reactivate.Result) bool { return row.Outcome == reactivate.OutcomeReactivated })
		say(wording.ByWhom, byUs, back-byUs)
	}
	if changed > 0 {
		say(wording.Moved, changed)
	}
	if len(w.started) > 0 {
		say(wording.AreStarting, wording.Instances(len(w.started)))
	}
	switch rest := len(w.started) + len(w.stuck) + len(w.low) + len(w.run.Report.Errors); {
	case back == 0 || rest > 0:
	case changed > 0:
		say(wording.NothingElse)
	default:
		say(wording.NothingToDo)
	}
}

// maxUnseen is how many places that could not be looked at the second line names.
const maxUnseen = 3

// unseenPlaces names them, and says what to grant where that is the cause.
func (w *writer) unseenPlaces() string {
	errs := w.run.Report.Errors
	places := w.some(len(errs), maxUnseen, wording.MoreInLog, func(i int) string { return w.unseenPlace(&errs[i]) })
	var refused []*cloud.Error
	for _, e := range errs {
		refused = append(refused, e.Err)
	}
	if remedy := wording.DeniedRemedy(w.lang, refused); remedy != "" {
		places += wording.Semicolon.In(w.lang) + remedy
	}
	return places
}

// topUp says which balances are low.
func (w *writer) topUp(say sayer) {
	text := wording.TopUp
	if len(w.stuck)+len(w.planned) == 0 {
		text = wording.TopUpBefore
	}
	say(text, w.some(len(w.low), maxPayers, wording.MoreAccounts, func(i int) string {
		b := &w.low[i]
		return wording.HasBalance.Say(w.lang, w.nameAndNumber(b.AccountID, b.AccountName), b.Currency, b.Available)
	}))
}

// some joins the first texts, and says how many more there are.
func (w *writer) some(n, most int, more wording.Text, text func(i int) string) string {
	var parts []string
	for i := range min(n, most) {
		parts = append(parts, text(i))
	}
	if n > most {
		parts = append(parts, more.Say(w.lang, n-most))
	}
	return strings.Join(parts, wording.Semicolon.In(w.lang))
}
