package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// maxTitle is how wide a title may be, in Latin letters; a Chinese character counts for two.
const maxTitle = 80

// prefix begins each title in every language, because robots filter by keyword.
const prefix = "reactivate: "

// title says the cause in a word, how many instances in which account, and the first deadline. If that is too wide, it says the
// deadline in fewer words, then the cause, and then it cuts the account's name.
func (w *writer) title(s *sorted) string {
	place, deadlines, forms := w.place(s), w.deadlines(slices.Concat(s.stuck, s.before)), w.titleForms(s)
	var title string
	for most := maxTitle; most >= minPlace; most -= 2 {
		for _, form := range forms {
			for _, deadline := range deadlines {
				if title = prefix + form(fitWidth(place, most), deadline); wide(title) <= maxTitle {
					return title
				}
			}
		}
	}
	return fitWidth(title, maxTitle)
}

// minPlace is how wide an account's name is at least, however long the rest of a title is.
const minPlace = 10

// titleForm is a title without its prefix, as a function of the place and the deadline.
type titleForm func(place, until string) string

// titleForms are the possible forms of a title, the best first.
func (w *writer) titleForms(s *sorted) []titleForm {
	back, stuck := len(s.back), len(s.stuck)
	say := func(text wording.Text, before ...any) titleForm {
		return func(place, until string) string {
			return text.Say(w.lang, append(slices.Clone(before), place, until)...)
		}
	}
	switch {
	case stuck == 0:
		return []titleForm{func(place, _ string) string { return w.titleOfNoTrouble(s, place) }}
	case slices.ContainsFunc(s.stuck, w.onlyDry):
		return []titleForm{say(wording.TitleDryRun, stuck), say(wording.TitleDryTerse, stuck)}
	case back > 0 && stuck == 1:
		return []titleForm{say(wording.TitleMixedOne, back)}
	case back > 0:
		return []titleForm{say(wording.TitleMixed, stuck, back)}
	}
	cause, one := w.cause(s.stuck)
	switch {
	case one && fellBack(s.stuck[0]):
		return []titleForm{func(place, _ string) string { return w.titleOfFall(s.stuck, place) }}
	case one && w.stillStopped(s.stuck):
		return []titleForm{say(wording.TitleStill, cause, stuck)}
	case one:
		return []titleForm{say(wording.TitleStopped, cause, stuck)}
	}
	return []titleForm{say(wording.TitleNeeds, stuck)}
}

func (w *writer) titleOfFall(rows []*reactivate.Result, place string) string {
	if len(rows) == 1 {
		return wording.TitleFellOne.Say(w.lang, short(cmp.Or(rows[0].Name, rows[0].InstanceID)), place)
	}
	return wording.TitleFell.Say(w.lang, len(rows), place)
}

// titleOfNoTrouble is the title of a run after which no instance needs a person.
func (w *writer) titleOfNoTrouble(s *sorted, place string) string {
	if len(s.back)+len(s.started) > 0 {
		return w.goodNews(len(s.back), len(s.started), place)
	}
	return w.noInstance(s, place)
}

// onlyDry tells whether nothing would start a row even after a payment, because the dry run is configured.
func (w *writer) onlyDry(row *reactivate.Result) bool {
	planned := row.Outcome == reactivate.OutcomePlanned
	return w.run.Report.ConfiguredDryRun && (planned || row.Outcome == reactivate.OutcomeDeferred && row.Reason == reactivate.ReasonWatch)
}

func (w *writer) goodNews(back, starting int, place string) string {
	switch {
	case back > 0 && starting > 0:
		return wording.TitleBoth.Say(w.lang, back, starting, place)
	case starting > 0:
		return wording.TitleStarting.Say(w.lang, starting, place)
	case back == 1:
		return wording.TitleBackOne.Say(w.lang, place)
	}
	return wording.TitleBack.Say(w.lang, back, place)
}

// noInstance is the title of a run in which no instance changed, and after which none needs a person.
func (w *writer) noInstance(s *sorted, place string) string {
	switch unseen := len(w.run.Report.Errors); {
	case unseen == 1:
		return wording.TitleUnseenOne.In(w.lang)
	case unseen > 1:
		return wording.TitleUnseen.Say(w.lang, unseen)
	case len(s.low) > 0:
		return wording.TitleLow.Say(w.lang, place)
	case len(s.planned) > 0:
		return wording.TitlePlanned.Say(w.lang, len(s.planned), place)
	}
	return wording.TitleNothing.In(w.lang)
}

// cause is why the rows are not coming back, in a word, if all have the same cause.
func (w *writer) cause(rows []*reactivate.Result) (word wording.Text, one bool) {
	word = w.causeOf(rows[0])
	for _, row := range rows[1:] {
		if w.causeOf(row) != word {
			return wording.Text{}, false
		}
	}
	return word, true
}

func (w *writer) causeOf(row *reactivate.Result) wording.Text {
	if w.unpaid(row) {
		if w.run.billing() {
			return wording.CauseStill
		}
		return wording.CauseUnpaid
	}
	switch row.Outcome {
	case reactivate.OutcomeAwaitingPayment:
		return wording.CauseUnpaid
	case reactivate.OutcomeSkipped:
		return causeOfVerdict(row.Verdict)
	case reactivate.OutcomeDeferred:
		return wording.CauseUnfinished
	case reactivate.OutcomeFailed:
		return causeOfError(row.Err)
	case reactivate.OutcomeReactivated, reactivate.OutcomeAccepted, reactivate.OutcomeRecovered, reactivate.OutcomePlanned:
	}
	return wording.CauseOverdue
}

func causeOfVerdict(v reactivate.Verdict) wording.Text {
	switch v { //nolint:exhaustive // the others are not overdue
	case reactivate.VerdictSecurityLocked:
		return wording.CauseSecurity
	case reactivate.VerdictLocked:
		return wording.CauseLocked
	case reactivate.VerdictExcluded:
		return wording.CauseExcluded
	case reactivate.VerdictOverLimit:
		return wording.CauseOverLimit
	}
	return wording.CauseOverdue
}

func causeOfError(e *reactivate.Error) wording.Text {
	if e == nil {
		return wording.CauseFailed
	}
	switch e.Class { //nolint:exhaustive // the others have no word that is shorter than their code
	case reactivate.ClassCapacity:
		return wording.CauseSoldOut
	case reactivate.ClassLocked:
		return wording.CauseSecurity
	case reactivate.ClassDenied:
		return wording.CauseDenied
	}
	return wording.CauseFailed
}

// stillStopped tells whether a watch reports only rows that stopped before its interval: an earlier watch has reported their stop.
func (w *writer) stillStopped(rows []*reactivate.Result) bool {
	return w.run.watches() && !slices.ContainsFunc(rows, func(row *reactivate.Result) bool {
		return slices.ContainsFunc(w.run.Requests, func(req reactivate.Request) bool { return req.Within(row.StoppedAt.Time, w.run.Now) })
	})
}

// deadlines say when the first of the rows may be released, behind a comma, in ever fewer words; "" where that is not known.
func (w *writer) deadlines(rows []*reactivate.Result) []string {
	if atAnyTime := count(rows, func(row *reactivate.Result) bool { return row.ScalingGroup != "" }); atAnyTime > 0 {
		return []string{wording.AtAnyTime.Say(w.lang, atAnyTime), wording.AnyTime.Say(w.lang, atAnyTime)}
	}
	var earliest time.Time
	for _, row := range rows {
		if at := row.ReleaseAt.Time; !at.IsZero() && (earliest.IsZero() || at.Before(earliest)) {
			earliest = at
		}
	}
	if earliest.IsZero() {
		return []string{""}
	}
	at := wording.Clock(w.lang, earliest)
	if !earliest.After(w.run.Now) {
		return []string{wording.DueSince.Say(w.lang, at), wording.ReleaseIsDue.In(w.lang)}
	}
	first := wording.FirstAt
	if len(rows) == 1 {
		first = wording.OneAt
	}
	return []string{first.Say(w.lang, at), wording.Until.Say(w.lang, at), wording.OnlyAt.Say(w.lang, at)}
}

func count(rows []*reactivate.Result, is func(*reactivate.Result) bool) int {
	n := 0
	for _, row := range rows {
		if is(row) {
			n++
		}
	}
	return n
}

// place is the account that a message is about, by its name if it has one, or how many accounts they are.
func (w *writer) place(s *sorted) string {
	type account struct{ id, name string }
	var first account
	different := map[string]bool{}
	see := func(a account) {
		if len(different) == 0 {
			first = a
		}
		different[a.id] = true
	}
	for _, rows := range [][]*reactivate.Result{s.stuck, s.back, s.started, s.planned} {
		for _, row := range rows {
			see(account{row.AccountID, row.AccountName})
		}
	}
	if len(different) == 0 {
		for _, b := range s.low {
			see(account{b.AccountID, b.AccountName})
		}
	}
	switch {
	case len(different) > 1:
		return wording.Accounts.Say(w.lang, len(different))
	case first.name != "":
		return printable(first.name)
	case first.id == "" || first.id == w.run.Own:
		return wording.ThisAccount.In(w.lang)
	}
	return first.id
}

// short is a name as a title has it.
func short(name string) string { return fitWidth(printable(name), maxNameWidth) }

const maxNameWidth = 24

// wide is the width of a text, in Latin letters.
func wide(text string) int {
	n := 0
	for _, r := range text {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is 2 for characters of East Asia and for emoji. In Unicode the first of them are those of Hangul.
func runeWidth(r rune) int {
	const hangul = 0x1100
	if r >= hangul {
		return 2
	}
	return 1
}

// ellipsis ends what was cut.
const ellipsis = '…'

// fitWidth cuts a text to a width.
func fitWidth(text string, most int) string {
	if wide(text) <= most {
		return text
	}
	n := 0
	for i, r := range text {
		if n += runeWidth(r); n > most-runeWidth(ellipsis) {
			return strings.TrimSpace(text[:i]) + string(ellipsis)
		}
	}
	return text
}
