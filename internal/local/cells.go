package local

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// cell is one of a table.
type cell struct {
	text, colour string
	note         int // the number of its note; 0: none
}

func (c cell) mark() string {
	if c.note == 0 {
		return ""
	}
	return fmt.Sprintf(" [%d]", c.note)
}

func (c cell) width() int { return width(c.text) + len(c.mark()) }

// noteOf is what the columns do not say of a row.
func (p page) noteOf(r *result, verdict bool) string {
	step, judged := p.nextStep(r), p.lang.Text(clean(r.Verdict))
	switch {
	case !verdict || r.Outcome != "skipped" && r.Verdict != "busy" || judged == "":
		return step
	case step == "":
		return judged
	}
	return judged + p.lang.Text(": ") + step
}

// nextStep is what a person does next, with the code of the error behind it.
func (p page) nextStep(r *result) string {
	step := clean(r.Advice)
	if r.Error == nil {
		return step
	}
	code := clean(cmp.Or(r.Error.Code, r.Error.Class, p.lang.Text(noReason)))
	return strings.TrimSpace(step + " [" + code + "]")
}

// state is what the instance was and is, in one cell.
func (p page) state(r *result) cell {
	state := p.lang.Text(clean(r.After))
	if before := p.lang.Text(clean(r.Before)); before != state && before != "" {
		state = strings.TrimSuffix(before+" → "+state, " → ")
	}
	return p.withTimeLeft(r, state)
}

// withTimeLeft says after the state how long an overdue instance has left.
func (p page) withTimeLeft(r *result, state string) cell {
	if !r.overdue() {
		return cell{text: state}
	}
	days, known := r.daysLeft(p.now)
	between := p.lang.Text(", ")
	c := cell{text: state + between + p.lang.Text(unknownText)}
	if known {
		c.text = state + between + p.timeLeft(days)
	}
	if known && days < fewDays {
		c.colour = red
	}
	c.text = strings.TrimPrefix(c.text, between)
	return c
}

func (p page) timeLeft(days int) string {
	if days == 0 {
		return p.lang.Text(todayText)
	}
	return p.lang.Sprintf(daysLeftText, days)
}

// showAccounts tells whether accounts are worth a word: where there are several,
// or one has a name.
func showAccounts(rows []result) bool {
	return slices.ContainsFunc(rows, func(r result) bool { return r.AccountName != "" || r.AccountID != rows[0].AccountID })
}

// title is the account by its name, if it has one, and always by its number.
func (a account) title() string {
	if a.AccountName == "" {
		return a.AccountID
	}
	return fmt.Sprintf("%s (%s)", a.AccountName, a.AccountID)
}

// place is where an instance is, in words.
func (p page) place(r *result, account bool) string {
	place := cmp.Or(clean(r.RegionID), p.lang.Text(nowhere))
	if account {
		place = p.lang.Sprintf(ofAccountText, place, clean(r.title()))
	}
	return place
}
