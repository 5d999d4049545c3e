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
// deadline in fewer words, then the rest, and then it cuts the account's name.
func (w *writer) title(s *sorted, deadlines []string) string {
	place, forms := w.place(s), w.titleForms(s)
	var title string
	for most := maxTitle; most >= minPlace; most -= 2 {
		for _, form := range forms {
			for _, deadline := range deadlines {
				values := append([]any{fitWidth(place, most), deadline}, form.Values...)
				if title = prefix + form.Text.Say(w.lang, values...); wide(title) <= maxTitle {
					return title
				}
			}
		}
	}
	return fitWidth(title, maxTitle)
}

// minPlace is how wide an account's name is at least, however long the rest of a title is.
const minPlace = 10

// titleForms are the possible forms of a title, the best first. Their values lack the place and the deadline.
func (w *writer) titleForms(s *sorted) []wording.Phrase {
	stuck, back := len(s.stuck), len(s.back)
	if stuck == 0 {
		return []wording.Phrase{w.titleOfNoTrouble(s)}
	}
	instances, number := wording.Instances(stuck), wording.BareNumber.With(stuck)
	if slices.ContainsFunc(s.stuck, w.onlyDry) {
		return []wording.Phrase{wording.TitleDryRun.With(instances), wording.TitleDryRun.With(number)}
	}
	if back > 0 {
		return []wording.Phrase{wording.TitleMixed.With(instances, back), wording.TitleMixed.With(number, back)}
	}
	cause, one := w.cause(s.stuck)
	switch {
	case !one:
		return []wording.Phrase{wording.TitleCauses.With(instances)}
	case fellBack(s.stuck[0]) && stuck == 1:
		name := short(cmp.Or(s.stuck[0].Name, s.stuck[0].InstanceID))
		return []wording.Phrase{wording.TitleFell.With(wording.NamedInstance.With(name)), wording.TitleFell.With(name)}
	case fellBack(s.stuck[0]):
		return []wording.Phrase{wording.TitleFell.With(instances)}
	case w.stillStopped(s.stuck):
		return []wording.Phrase{wording.TitleStill.With(cause, instances), wording.TitleStill.With(cause, number)}
	}
	return []wording.Phrase{wording.TitleDown.With(cause, instances), wording.TitleTerse.With(cause, instances)}
}

// titleOfNoTrouble is the title of a run after which no instance needs a person.
func (w *writer) titleOfNoTrouble(s *sorted) wording.Phrase {
	back, starting, unseen := len(s.back), len(s.started), len(w.run.Report.Errors)
	switch {
	case back > 0 && starting > 0:
		return wording.TitleBoth.With(wording.Instances(back), starting)
	case starting > 0:
		return wording.TitleStarting.With(wording.Instances(starting))
	case back > 0:
		return wording.TitleBack.With(wording.Instances(back))
	case unseen > 0:
		return wording.TitleUnseen.With(unseen)
	case len(s.low) > 0:
		return wording.TitleLow.With()
	case len(s.planned) > 0:
		return wording.TitlePlanned.With(wording.Instances(len(s.planned)))
	}
	return wording.TitleNothing.With(wording.Instances(len(w.run.Report.Results)))
}

// onlyDry tells whether this function would not start a row even after a payment, because the dry run is configured.
func (w *writer) onlyDry(row *reactivate.Result) bool {
	planned := row.Outcome == reactivate.OutcomePlanned
	return w.run.Report.ConfiguredDryRun && (planned || row.Outcome == reactivate.OutcomeDeferred && row.Reason == reactivate.ReasonWatch)
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
	return wording.Cause(row)
}

// stillStopped tells whether a watch reports only rows that stopped before its interval: an earlier watch has reported their stop.
func (w *writer) stillStopped(rows []*reactivate.Result) bool {
	return w.run.watches() && !slices.ContainsFunc(rows, func(row *reactivate.Result) bool {
		return slices.ContainsFunc(w.run.Requests, func(req reactivate.Request) bool { return req.Within(row.StoppedAt.Time, w.run.Now) })
	})
}

// deadline says when the first of the rows may be released: for the title, behind a comma and in ever fewer words, and as a sentence.
func (w *writer) deadline(rows []*reactivate.Result) (forms []string, sentence string) {
	if atAnyTime := count(rows, func(row *reactivate.Result) bool { return row.ScalingGroup != "" }); atAnyTime > 0 {
		forms = []string{wording.AnyTime.Say(w.lang, atAnyTime), wording.AnyTimeTerse.Say(w.lang, atAnyTime)}
		return forms, wording.AnyTimeSaid.Say(w.lang, atAnyTime)
	}
	var earliest time.Time
	for _, row := range rows {
		if at := row.ReleaseAt.Time; !at.IsZero() && (earliest.IsZero() || at.Before(earliest)) {
			earliest = at
		}
	}
	at := wording.Clock(w.lang, earliest)
	switch {
	case !slices.ContainsFunc(rows, func(row *reactivate.Result) bool { return !row.ReleaseAt.IsZero() || !fellBack(row) }):
		return []string{""}, ""
	case earliest.IsZero():
		return []string{""}, wording.UnknownSaid.In(w.lang)
	case !earliest.After(w.run.Now):
		return []string{wording.DueSince.Say(w.lang, at), wording.DueTerse.Say(w.lang, at)}, wording.DueSaid.In(w.lang)
	case len(rows) == 1:
		return []string{wording.OneAt.Say(w.lang, at)}, wording.OneSaid.Say(w.lang, at)
	}
	return []string{wording.FirstAt.Say(w.lang, at), wording.OneAt.Say(w.lang, at)}, wording.FirstSaid.Say(w.lang, at)
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
	names := map[string]string{} // of accounts, by their numbers
	for _, row := range slices.Concat(s.stuck, s.back, s.started, s.planned) {
		names[row.AccountID] = row.AccountName
	}
	if len(names) == 0 {
		for _, b := range s.low {
			names[b.AccountID] = b.AccountName
		}
	}
	if len(names) > 1 {
		return wording.Accounts.Say(w.lang, len(names))
	}
	for id, name := range names {
		if name != "" || id != w.run.Own && id != "" {
			return cmp.Or(printable(name), id)
		}
	}
	return wording.ThisAccount.In(w.lang)
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
