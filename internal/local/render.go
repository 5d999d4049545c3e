package local

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"reactivate/internal/fakefc"
	"reactivate/internal/lang"
)

// page writes reports for a person. The zero value writes without colour and
// without a limit to its lines.
type page struct {
	w       io.Writer
	colour  bool
	columns int // of a line; 0: no limit
	now     time.Time
	lang    lang.Lang
}

func (p *program) page() page {
	return page{w: p.stdout, colour: p.colour, columns: p.columns, now: time.Now(), lang: p.lang}
}

// paragraph writes a text, broken into lines where they have a limit.
func (p page) paragraph(text string) { p.hanging("", text) }

// hanging writes a text behind a mark; its further lines begin below its first.
func (p page) hanging(mark, text string) {
	indent, limit := width(mark), 0
	if p.columns > 0 {
		limit = max(p.columns-indent, 1)
	}
	for i, line := range wrap(text, limit) {
		if i > 0 {
			mark = strings.Repeat(" ", indent)
		}
		fmt.Fprintln(p.w, strings.TrimRight(mark+line, " "))
	}
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

// outcomeColour: what is well, what waits, what is wrong.
func outcomeColour(outcome string) string {
	switch outcome {
	case "reactivated", "recovered":
		return green
	case "planned":
		return cyan
	case "skipped":
		return faint
	case "accepted", "awaiting-payment", "deferred":
		return yellow
	case "failed":
		return red
	}
	return ""
}

// heading says which event it is, and what it asked for if that is known.
func (p page) heading(event string, r *report) {
	event = p.paint(bold, clean(event))
	if r == nil {
		p.paragraph(event)
		return
	}
	parts := []string{p.lang.Sprintf(sourceText, clean(r.Source))}
	if r.EventID != "" {
		parts = append(parts, p.lang.Sprintf(eventText, clean(r.EventID)))
	}
	if len(r.Regions) > 0 {
		parts = append(parts, clean(strings.Join(r.Regions, ", ")))
	}
	if r.DryRun {
		parts = append(parts, p.lang.Text(dryRunText))
	}
	line := strings.Join(parts, " · ")
	if whole := event + "   " + line; p.columns == 0 || width(whole) <= p.columns {
		fmt.Fprintln(p.w, whole)
		return
	}
	p.paragraph(event)
	p.paragraph(line)
}

// report writes a report: the table, what could not be looked at, the balances,
// the counts.
func (p page) report(r *report) {
	if r.Ignored != "" {
		p.paragraph(p.lang.Sprintf(ignoredText, strings.TrimSuffix(clean(r.Ignored), ".")))
		return
	}
	if len(r.Results) > 0 {
		fmt.Fprintln(p.w)
		p.table(r.Results)
		fmt.Fprintln(p.w)
	}
	p.lookErrors(r.Errors)
	p.balances(r.Balances)
	p.paragraph(p.summary(r))
}

func (p page) lookErrors(list []lookError) {
	for _, e := range list {
		p.paragraph(p.paint(red, p.lang.Text(notLookedAt)) + p.lookError(&e))
	}
}

// lookError says where it could not be looked, and why.
func (p page) lookError(e *lookError) string {
	where := clean(e.RegionID)
	switch {
	case where == "" && e.AccountID != "":
		where = p.lang.Sprintf(accountText, clean(e.title()))
	case where == "":
		where = p.lang.Text(theAccount)
	case e.AccountID != "":
		where = p.lang.Sprintf(ofAccountText, where, clean(e.title()))
	}
	why := p.lang.Text(noReason)
	if e.Error != nil {
		why = strings.Trim(clean(e.Error.Op)+": "+clean(e.Error.Code)+": "+clean(e.Error.Message), ": ")
	}
	return where + p.lang.Text(": ") + why
}

// balances says what the accounts have left, where it was read.
func (p page) balances(list []balance) {
	if len(list) == 0 {
		return
	}
	parts := make([]string, len(list))
	for i, b := range list {
		parts[i] = p.lang.Sprintf(accountText, clean(b.title())) + p.lang.Text(": ") + clean(b.Available) + " " + clean(b.Currency)
	}
	p.paragraph(p.lang.Text(balancesText) + strings.Join(parts, p.lang.Text("; ")))
	for _, b := range list {
		if b.Low {
			p.paragraph(p.paint(yellow, p.lang.Sprintf(balanceLowText, clean(b.title()))))
		}
	}
}

// summary counts the outcomes: "3 instances: 2 reactivated, 1 skipped."
func (p page) summary(r *report) string {
	if len(r.Results) == 0 {
		if len(r.Errors) > 0 {
			return p.lang.Text(noneSeenText)
		}
		return p.lang.Text(noneText)
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
			parts = append(parts, p.paint(outcomeColour(name), p.count(n, clean(name))))
		}
	}
	return p.instances(len(r.Results)) + p.lang.Text(": ") + strings.Join(parts, p.lang.Text(", ")) + p.lang.Text(".")
}

// count is so many of an outcome. One that is not known here is said as it is.
func (p page) count(n int, outcome string) string {
	if format, known := countTexts[outcome]; known {
		return p.lang.Sprintf(format, n)
	}
	return fmt.Sprintf("%d %s", n, outcome)
}

func (p page) instances(n int) string {
	if n == 1 {
		return p.lang.Text(oneInstance)
	}
	return p.lang.Sprintf(manyInstances, n)
}

// functionError writes the error that an invocation ended with, and what the
// process said last if it died.
func (p page) functionError(e *fakefc.FunctionError, lastWords []string) {
	name := e.Type
	if name == "" {
		name = "Error"
	}
	p.paragraph(p.paint(red, clean(name)+":") + " " + clean(e.Message))
	if e.Cause == fakefc.Exited {
		for _, line := range lastWords {
			fmt.Fprintf(p.w, "  | %s\n", clean(line))
		}
	}
}
