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
func noteOf(r *result, verdict bool) string {
	step, judged := nextStep(r), clean(r.Verdict)
	switch {
	case !verdict || r.Outcome != "skipped" && r.Verdict != "busy" || judged == "":
		return step
	case step == "":
		return judged
	}
	return judged + ": " + step
}

// nextStep is what a person does next, with the code of the error behind it.
func nextStep(r *result) string {
	step := clean(r.Advice)
	if r.Error == nil {
		return step
	}
	code := clean(cmp.Or(r.Error.Code, r.Error.Class, noReason))
	return strings.TrimSpace(step + " [" + code + "]")
}

// state is what the instance was and is, in one cell.
func (p page) state(r *result) cell {
	state := clean(r.After)
	if before := clean(r.Before); before != state && before != "" {
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
	c := cell{text: state + ", " + unknownText}
	if known {
		c.text = state + ", " + timeLeft(days)
	}
	if known && days < fewDays {
		c.colour = red
	}
	c.text = strings.TrimPrefix(c.text, ", ")
	return c
}

func timeLeft(days int) string {
	if days == 0 {
		return todayText
	}
	return fmt.Sprintf(daysLeftText, days)
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
func (r *result) place(account bool) string {
	place := cmp.Or(clean(r.RegionID), nowhere)
	if account {
		place = fmt.Sprintf(ofAccountText, place, clean(r.title()))
	}
	return place
}
