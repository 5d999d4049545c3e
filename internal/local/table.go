package local

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// maxName and minName are the most and the fewest columns of an instance's name.
const (
	maxName = 28
	minName = 12
)

// columnName is the column of the names, which are cut if a line would be too long.
const columnName = 1

// tableRow is one instance.
type tableRow struct {
	place string    // the heading above the first of several rows with the same place
	cells [4]string // anything else about a row stands in a note below the table
}

// table writes one row per instance, the most urgent first.
func (p page) table(results []reactivate.Result) {
	results = byUrgency(results)
	rows := []tableRow{{cells: p.head(results)}}
	var notes []string
	accounts := showAccounts(results)
	for i := range results {
		rows = append(rows, p.tableRow(&results[i], accounts, &notes))
	}
	p.rows(rows)
	if len(notes) > 0 {
		fmt.Fprintln(p.w)
	}
	for i, note := range notes {
		p.hanging(fmt.Sprintf("[%d] ", i+1), note)
	}
}

func (p page) head(results []reactivate.Result) (cells [4]string) {
	state := wording.HeadStatus
	if slices.ContainsFunc(results, func(r reactivate.Result) bool { return overdue(&r) }) {
		state = wording.HeadTimeLeft
	}
	for i, head := range [4]wording.Text{wording.HeadInstance, wording.HeadName, state, wording.HeadOutcome} {
		cells[i] = p.paint(bold, head.In(p.lang))
	}
	return cells
}

func (p page) tableRow(r *reactivate.Result, account bool, notes *[]string) tableRow {
	outcome := wording.Printable(wording.Outcome(p.lang, r.Outcome))
	if note := p.note(r); note != "" {
		if !slices.Contains(*notes, note) {
			*notes = append(*notes, note)
		}
		outcome += fmt.Sprintf(" [%d]", slices.Index(*notes, note)+1)
	}
	place := cmp.Or(wording.Printable(r.RegionID), wording.FoundNowhere.In(p.lang))
	if account {
		place = wording.OfAccount.Say(p.lang, place, p.accountTitle(r.AccountID, r.AccountName))
	}
	return tableRow{place, [4]string{
		wording.Printable(r.InstanceID), cut(wording.Printable(r.Name), maxName), p.state(r), p.paint(outcomeColours[r.Outcome], outcome),
	}}
}

// rows writes the rows of a table, of which the first is the head. If the lines would be too long, names are cut.
func (p page) rows(rows []tableRow) {
	var widths [4]int
	total := -len(gap)
	for column := range widths {
		for _, row := range rows {
			widths[column] = max(widths[column], width(row.cells[column]))
		}
		total += widths[column] + len(gap)
	}
	if p.columns > 0 && total > p.columns {
		widths[columnName] = max(min(minName, widths[columnName]), widths[columnName]-(total-p.columns))
	}
	place := ""
	for _, row := range rows {
		if row.place != place {
			place = row.place
			fmt.Fprintln(p.w, p.paint(faint, place))
		}
		var line strings.Builder
		row.cells[columnName] = cut(row.cells[columnName], widths[columnName])
		for column, cell := range row.cells {
			line.WriteString(pad(cell, widths[column]) + gap)
		}
		fmt.Fprintln(p.w, strings.TrimRight(line.String(), " "))
	}
}

// note returns what the columns do not say about a row: why it was skipped, the next step for a person, and the error's code.
func (p page) note(r *reactivate.Result) string {
	step := wording.Printable(r.Advice)
	if r.Err != nil {
		step += " [" + wording.Printable(cmp.Or(r.Err.Code, string(r.Err.Class), wording.NoReasonGiven.In(p.lang))) + "]"
	}
	if r.Outcome != reactivate.OutcomeSkipped && r.Verdict != reactivate.VerdictBusy {
		return strings.TrimSpace(step)
	}
	verdict := wording.Printable(wording.Verdict(p.lang, r.Verdict))
	if verdict == "" || step == "" {
		return verdict + step
	}
	return verdict + wording.Colon.In(p.lang) + strings.TrimSpace(step)
}

// state returns the status before and after, and for an overdue instance the time left.
func (p page) state(r *reactivate.Result) string {
	state := wording.Printable(wording.Status(p.lang, r.After))
	if before := wording.Printable(wording.Status(p.lang, r.Before)); before != state && before != "" {
		state = strings.TrimSuffix(before+" → "+state, " → ")
	}
	if !overdue(r) {
		return state
	}
	left, urgent := p.timeLeft(r)
	state = strings.TrimPrefix(state+wording.Comma.In(p.lang)+left, wording.Comma.In(p.lang))
	if urgent {
		return p.paint(red, state)
	}
	return state
}

// fewHours: if fewer hours than this are left, the time is shown in hours, not days.
const fewHours = 48

// timeLeft returns how long an overdue instance has until its release.
func (p page) timeLeft(r *reactivate.Result) (text string, urgent bool) {
	const urgentDays = 3
	days, known := r.DaysLeft(time.Now())
	left := time.Until(r.ReleaseAt.Time)
	hours := int(left / time.Hour)
	switch {
	case r.ReleaseBasis == reactivate.ReleaseScalingGroup:
		return wording.ReleaseAnyTime.In(p.lang), true
	case !known:
		return wording.ReleaseNotKnown.In(p.lang), false
	case left <= 0:
		return wording.ReleaseDue.In(p.lang), true
	case hours == 0:
		return wording.LastHour.In(p.lang), true
	case hours < fewHours:
		return wording.HoursLeft.Say(p.lang, hours), true
	}
	return wording.DaysLeft.Say(p.lang, days), days < urgentDays
}

// showAccounts reports whether accounts are shown: if there are several, one has a name, or one must pay.
func showAccounts(results []reactivate.Result) bool {
	return slices.ContainsFunc(results, func(r reactivate.Result) bool {
		return r.AccountName != "" || r.AccountID != results[0].AccountID || r.Outcome == reactivate.OutcomeAwaitingPayment
	})
}

// accountTitle returns an account's name, if it has one, and its number.
func (p page) accountTitle(id, name string) string {
	if name == "" {
		return wording.Printable(wording.NumberOf(id).In(p.lang))
	}
	return fmt.Sprintf("%s (%s)", wording.Printable(name), wording.Printable(id))
}

// overdue reports whether an instance is still overdue, so that it will be released one day.
func overdue(r *reactivate.Result) bool {
	_, known := r.DaysLeft(time.Time{})
	switch {
	case known || r.Outcome == reactivate.OutcomePlanned:
		return true
	case r.Outcome == reactivate.OutcomeDeferred:
		return r.Verdict != reactivate.VerdictBusy
	}
	return r.Stuck()
}

// undone reports whether something is left to do about an instance. It is true for an unknown outcome.
func undone(r *reactivate.Result) bool {
	return !slices.Contains([]reactivate.Outcome{
		reactivate.OutcomeReactivated, reactivate.OutcomeRecovered, reactivate.OutcomePlanned, reactivate.OutcomeSkipped,
	}, r.Outcome)
}

// unfinished reports whether a report leaves something to do.
func unfinished(r *reactivate.Report) bool {
	return len(r.Errors) > 0 || slices.ContainsFunc(r.Results, func(row reactivate.Result) bool {
		return undone(&row) || row.Verdict == reactivate.VerdictOverLimit && !r.DryRun
	})
}

// rank orders rows: first those that Auto Scaling may release at any time, then those with a known time of release, other overdue
// ones, other unfinished ones, and the rest.
func rank(r *reactivate.Result) int {
	_, known := r.DaysLeft(time.Time{})
	switch {
	case r.ReleaseBasis == reactivate.ReleaseScalingGroup:
		return 0
	case known:
		return 1
	case overdue(r):
		return 2
	case undone(r):
		return 3
	}
	return 4
}

// byUrgency returns the rows sorted, the most urgent first. No rows stay an empty list, which JSON shows as one.
func byUrgency(rows []reactivate.Result) []reactivate.Result {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b reactivate.Result) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), a.ReleaseAt.Compare(b.ReleaseAt.Time))
	})
	return sorted
}
