package local

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"reactivate/internal/fakefc"
)

// maxName is how many columns of an instance's name are shown.
const maxName = 28

// page writes reports for a person. The zero value writes without colour.
type page struct {
	w      io.Writer
	colour bool
}

// The colours, as a terminal's own palette has them.
const (
	green  = "32"
	yellow = "33"
	red    = "31"
	cyan   = "36"
	faint  = "2"
	bold   = "1"
)

func (p page) paint(colour, s string) string {
	if !p.colour || colour == "" || s == "" {
		return s
	}
	return "\x1b[" + colour + "m" + s + "\x1b[0m"
}

// outcomeColours: what is well, what waits, what is wrong.
var outcomeColours = map[string]string{
	"reactivated": green, "recovered": green, "planned": cyan, "skipped": faint,
	"accepted": yellow, "awaiting-payment": yellow, "deferred": yellow, "failed": red,
}

// heading says which event it is, and what it asked for if that is known.
func (p page) heading(event string, r *report) {
	line := p.paint(bold, clean(event))
	if r != nil {
		parts := []string{"source " + clean(r.Source)}
		if r.EventID != "" {
			parts = append(parts, "event "+clean(r.EventID))
		}
		if len(r.Regions) > 0 {
			parts = append(parts, clean(strings.Join(r.Regions, ", ")))
		}
		if r.DryRun {
			parts = append(parts, "dry run")
		}
		line += "   " + strings.Join(parts, " · ")
	}
	fmt.Fprintln(p.w, line)
}

// report writes a report: the table, what could not be looked at, the counts.
func (p page) report(r *report) {
	if r.Ignored != "" {
		fmt.Fprintf(p.w, "Ignored: %s.\n", strings.TrimSuffix(clean(r.Ignored), "."))
		return
	}
	if len(r.Results) > 0 {
		fmt.Fprintln(p.w)
		p.table(r.Results)
		fmt.Fprintln(p.w)
	}
	for _, e := range r.Errors {
		p.lookError(e)
	}
	fmt.Fprintln(p.w, p.summary(r))
}

// table writes a row an instance, in the report's order. The account is shown
// where there is more than one.
func (p page) table(rows []result) {
	several := slices.ContainsFunc(rows, func(r result) bool { return r.AccountID != rows[0].AccountID })
	head := []string{"INSTANCE", "NAME", "REGION", "BEFORE", "AFTER", "VERDICT", "OUTCOME", "WHAT TO DO NEXT"}
	if several {
		head = slices.Insert(head, 2, "ACCOUNT")
	}
	lines := [][]string{head}
	for _, r := range rows {
		line := []string{
			clean(r.InstanceID), cut(clean(r.Name), maxName), clean(r.RegionID),
			clean(r.Before), clean(r.After), clean(r.Verdict), clean(r.Outcome), nextStep(r),
		}
		if several {
			line = slices.Insert(line, 2, clean(r.AccountID))
		}
		lines = append(lines, line)
	}
	p.columns(lines)
}

// nextStep is what a person does next, with the code of the error behind it.
func nextStep(r result) string {
	step := clean(r.Advice)
	if r.Error == nil {
		return step
	}
	code := clean(r.Error.Code)
	if code == "" {
		code = clean(r.Error.Class)
	}
	return strings.TrimSpace(step + " [" + code + "]")
}

// columns aligns cells; the first line is the head.
func (p page) columns(lines [][]string) {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], width(cell))
		}
	}
	for n, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			colour := outcomeColours[cell] // no other column has such words
			if n == 0 {
				colour = bold
			}
			text := p.paint(colour, cell)
			if i < len(line)-1 {
				text += strings.Repeat(" ", widths[i]-width(cell)+2)
			}
			b.WriteString(text)
		}
		fmt.Fprintln(p.w, strings.TrimRight(b.String(), " "))
	}
}

func (p page) lookError(e lookError) {
	where := clean(e.RegionID)
	switch {
	case where == "" && e.AccountID != "":
		where = "account " + clean(e.AccountID)
	case where == "":
		where = "the account"
	case e.AccountID != "":
		where += " of account " + clean(e.AccountID)
	}
	why := "no reason given"
	if e.Error != nil {
		why = strings.Trim(clean(e.Error.Op)+": "+clean(e.Error.Code)+": "+clean(e.Error.Message), ": ")
	}
	fmt.Fprintf(p.w, "%s %s: %s\n", p.paint(red, "Not looked at:"), where, why)
}

// summary counts the outcomes: "3 instances: 2 reactivated, 1 skipped."
func (p page) summary(r *report) string {
	if len(r.Results) == 0 {
		if len(r.Errors) > 0 {
			return "No overdue instance was found where it could be looked."
		}
		return "No overdue instance was found."
	}
	names := slices.Clone(outcomes)
	var others []string
	for name := range r.Counts {
		if !slices.Contains(outcomes, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	var parts []string
	for _, name := range append(names, others...) {
		if n := r.Counts[name]; n > 0 {
			parts = append(parts, p.paint(outcomeColours[name], fmt.Sprintf("%d %s", n, clean(name))))
		}
	}
	return fmt.Sprintf("%s: %s.", instances(len(r.Results)), strings.Join(parts, ", "))
}

func instances(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return fmt.Sprintf("%d instances", n)
}

// functionError writes the error that an invocation ended with, and what the
// process said last if it died.
func (p page) functionError(e *fakefc.FunctionError, lastWords []string) {
	name := e.Type
	if name == "" {
		name = "Error"
	}
	fmt.Fprintf(p.w, "%s %s\n", p.paint(red, clean(name)+":"), clean(e.Message))
	if e.Cause == fakefc.Exited {
		for _, line := range lastWords {
			fmt.Fprintf(p.w, "  | %s\n", clean(line))
		}
	}
}
