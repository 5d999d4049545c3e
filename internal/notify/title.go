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

// title says the cause in a word, how many instances in which account, and the first deadline. If that is too wide, it takes a
// shorter form of the title, then a shorter deadline, and then it cuts the account's name.
func (w *writer) title(deadlines []wording.Phrase) string {
	place, forms := w.place(), w.titleForms()
	var title string
	for most := maxTitle; most >= minPlace; most -= 2 {
		for _, deadline := range deadlines {
			for _, form := range forms {
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
func (w *writer) titleForms() []wording.Phrase {
	stuck, back := len(w.stuck), len(w.back)
	if stuck == 0 {
		return []wording.Phrase{w.titleOfNoTrouble()}
	}
	instances, number := wording.Instances(stuck), wording.BareNumber.With(stuck)
	if slices.ContainsFunc(w.stuck, w.onlyDry) {
		return []wording.Phrase{wording.TitleDryRun.With(instances), wording.TitleDryRun.With(number)}
	}
	if back > 0 {
		return []wording.Phrase{wording.TitleMixed.With(instances, back), wording.TitleMixed.With(number, back)}
	}
	cause := w.cause(w.stuck[0])
	switch mixed := slices.ContainsFunc(w.stuck, func(row *reactivate.Result) bool { return w.cause(row) != cause }); {
	case mixed && len(w.payers) == 0:
		return []wording.Phrase{wording.TitleCauses.With(instances)}
	case mixed:
		cause = wording.CauseAmong
	case w.run.watches() && !slices.ContainsFunc(w.stuck, w.stoppedNow):
		return []wording.Phrase{wording.TitleStill.With(cause, instances), wording.TitleStill.With(cause, number)}
	}
	return []wording.Phrase{wording.TitleDown.With(cause, instances), wording.TitleTerse.With(cause, instances)}
}

// titleOfNoTrouble is the title of a run after which no instance needs a person.
func (w *writer) titleOfNoTrouble() wording.Phrase {
	back, starting, unseen := len(w.back), len(w.started), len(w.run.Report.Errors)
	switch {
	case back > 0 && starting > 0:
		return wording.TitleBoth.With(wording.Instances(back), starting)
	case starting > 0:
		return wording.TitleStarting.With(wording.Instances(starting))
	case back > 0:
		return wording.TitleBack.With(wording.Instances(back))
	case unseen > 0:
		return wording.TitleUnseen.With(unseen)
	case len(w.low) > 0:
		return wording.TitleLow.With()
	case len(w.planned) > 0:
		return wording.TitlePlanned.With(wording.Instances(len(w.planned)))
	}
	return wording.TitleNothing.With(wording.Instances(len(w.run.Report.Results)))
}

// onlyDry tells whether this function would not start a row even after a payment, because the dry run is configured.
func (w *writer) onlyDry(row *reactivate.Result) bool {
	planned := row.Outcome == reactivate.OutcomePlanned
	return w.run.Report.ConfiguredDryRun && (planned || row.Outcome == reactivate.OutcomeDeferred && row.Reason == reactivate.ReasonWatch)
}

// cause is why a row is not coming back, in a word.
func (w *writer) cause(row *reactivate.Result) wording.Text {
	switch {
	case !w.unpaid(row):
		return wording.Cause(row)
	case w.run.billing():
		return wording.CauseStill
	}
	return wording.CauseUnpaid
}

// stoppedNow tells whether a row stopped in the interval of a watch. An earlier watch has reported the other stops.
func (w *writer) stoppedNow(row *reactivate.Result) bool {
	return slices.ContainsFunc(w.run.Requests, func(req reactivate.Request) bool { return req.Within(row.StoppedAt.Time, w.run.Now) })
}

// deadline says when the first of the rows may be released: for the title, in ever fewer words, and as a sentence.
func (w *writer) deadline() (forms []wording.Phrase, sentence wording.Phrase) {
	rows := slices.Concat(w.stuck, w.before)
	if grouped := count(rows, inGroup); grouped > 0 {
		return []wording.Phrase{wording.AnyTime.With(grouped), wording.AnyTimeTerse.With(grouped)}, wording.AnyTimeSaid.With(grouped)
	}
	first, latest, unknown := releases(rows)
	at := wording.Clock(w.lang, first.ReleaseAt.Time)
	switch {
	case unknown == len(rows) && count(rows, fellBack) == len(rows):
		return []wording.Phrase{{}}, sentence
	case unknown == len(rows):
		return []wording.Phrase{{}}, wording.UnknownSaid.With()
	case !first.ReleaseAt.After(w.run.Now):
		return []wording.Phrase{wording.DueSince.With(at), wording.DueTerse.With(at)}, wording.DueSaid.With()
	case len(rows) == 1:
		return []wording.Phrase{wording.OneAt.With(at), wording.By.With(at)}, wording.OneSaid.With(at)
	}
	forms = []wording.Phrase{wording.FirstAt.With(at), wording.OneAt.With(at), wording.By.With(at)}
	switch {
	case unknown > 0:
		return forms, wording.SomeSaid.With(at, short(first), unknown)
	case at == wording.Clock(w.lang, latest):
		return forms, wording.AllSaid.With(at)
	}
	return forms, wording.FirstSaid.With(at, short(first))
}

// releases finds the first row to be released, the time of the last release, and how many rows have no known time. If none has one,
// first has none either.
func releases(rows []*reactivate.Result) (first *reactivate.Result, latest time.Time, unknown int) {
	first = &reactivate.Result{}
	for _, row := range rows {
		at := row.ReleaseAt.Time
		if at.IsZero() {
			unknown++
			continue
		}
		if first.ReleaseAt.IsZero() || at.Before(first.ReleaseAt.Time) {
			first = row
		}
		if at.After(latest) {
			latest = at
		}
	}
	return first, latest, unknown
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

// place is the name of the account that a message is about, else its number. Several accounts are counted.
func (w *writer) place() string {
	names := map[string]string{} // of accounts, by their numbers
	for _, row := range slices.Concat(w.stuck, w.back, w.started, w.planned) {
		names[row.AccountID] = row.AccountName
	}
	if len(names) == 0 {
		for _, b := range w.low {
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

// short is a row's name as a title has it, or its id.
func short(row *reactivate.Result) string {
	return fitWidth(printable(cmp.Or(row.Name, row.InstanceID)), maxNameWidth)
}

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
