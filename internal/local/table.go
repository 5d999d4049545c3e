package local

import (
	"fmt"
	"slices"
	"strings"
)

// maxName and minName are how many columns of an instance's name are shown: the
// first where there is room, never less than the second.
const (
	maxName = 28
	minName = 12
)

// shape is what of a row stands in columns. The rest stands below the table, in
// notes, or above the rows that share it.
type shape struct{ advice, verdict, place bool }

// shapes are tried in turn until one fits.
var shapes = []shape{
	{advice: true, verdict: true, place: true},
	{verdict: true, place: true},
	{},
}

// sheet is a table that is laid out.
type sheet struct {
	heads  []string
	groups []group
	alike  []string // what all rows have in common, and no column shows
	notes  []string
}

// group is rows of one place that follow each other: the order is that of
// urgency. Where places have columns, all rows are one.
type group struct {
	place string // "" if it need not be said
	rows  [][]cell
}

// table writes a row an instance, the most urgent first. Without a limit to its
// width, for pipes, it always has the same columns, but for the account, which
// is left out where there is one alone.
func (p page) table(rows []result) {
	rows = sortedByUrgency(rows, p.now)
	var s sheet
	for _, shape := range shapes {
		if s = p.layOut(rows, shape); p.columns == 0 || s.width() <= p.columns {
			break
		}
	}
	if over := s.width() - p.columns; p.columns > 0 && over > 0 {
		s.cutNames(over)
	}
	if len(s.alike) > 0 {
		p.paragraph(p.lang.Text(allAlike) + strings.Join(s.alike, " · "))
	}
	p.sheet(s)
	if len(s.notes) > 0 {
		fmt.Fprintln(p.w)
	}
	for i, note := range s.notes {
		p.hanging(fmt.Sprintf("[%d] ", i+1), note)
	}
}

// column makes one cell of each row.
type column struct {
	head   string
	cell   func(*result) cell
	always bool // it is shown even where all rows have the same
}

// layOut lays rows out in a shape.
func (p page) layOut(rows []result, s shape) sheet {
	var laid sheet
	accounts := showAccounts(rows)
	columns := p.columnsOf(rows, s, accounts, &laid)
	if p.columns > 0 && len(rows) > 1 {
		columns = slices.DeleteFunc(columns, func(c column) bool {
			first := c.cell(&rows[0])
			if c.always || slices.ContainsFunc(rows, func(r result) bool { return c.cell(&r) != first }) {
				return false
			}
			if first.text != "" {
				laid.alike = append(laid.alike, first.text)
			}
			return true
		})
	}
	for _, c := range columns {
		laid.heads = append(laid.heads, p.lang.Text(c.head))
	}
	for i := range rows {
		place := ""
		if !s.place {
			place = p.place(&rows[i], accounts)
		}
		if n := len(laid.groups); n == 0 || laid.groups[n-1].place != place {
			laid.groups = append(laid.groups, group{place: place})
		}
		line := make([]cell, len(columns))
		for j, c := range columns {
			line[j] = c.cell(&rows[i])
		}
		last := &laid.groups[len(laid.groups)-1]
		last.rows = append(last.rows, line)
	}
	return laid
}

// columnsOf are the columns of a shape; notes are written into the sheet.
func (p page) columnsOf(rows []result, s shape, accounts bool, laid *sheet) []column {
	plain := func(text func(*result) string) func(*result) cell {
		return func(r *result) cell { return cell{text: clean(text(r))} }
	}
	columns := []column{
		{headInstance, plain(func(r *result) string { return r.InstanceID }), true},
		{headName, func(r *result) cell { return cell{text: cut(clean(r.Name), maxName)} }, true},
	}
	if s.place && accounts {
		columns = append(columns, column{headAccount, plain(func(r *result) string { return r.title() }), false})
	}
	if s.place {
		columns = append(columns, column{headRegion, plain(func(r *result) string { return r.RegionID }), false})
	}
	if p.columns == 0 {
		columns = append(columns,
			column{headBefore, plain(func(r *result) string { return p.lang.Text(r.Before) }), false},
			column{headAfter, func(r *result) cell { return p.withTimeLeft(r, p.lang.Text(clean(r.After))) }, false})
	} else {
		state := column{headStatus, p.state, false}
		if slices.ContainsFunc(rows, func(r result) bool { return r.overdue() }) {
			state.head, state.always = headTimeLeft, true
		}
		columns = append(columns, state)
	}
	if s.verdict {
		columns = append(columns, column{headVerdict, plain(func(r *result) string { return p.lang.Text(r.Verdict) }), false})
	}
	outcome := func(r *result) cell {
		c := cell{text: p.lang.Text(clean(r.Outcome)), colour: outcomeColour(r.Outcome)}
		if !s.advice {
			c.note = laid.note(p.noteOf(r, !s.verdict))
		}
		return c
	}
	columns = append(columns, column{headOutcome, outcome, true})
	if s.advice {
		columns = append(columns, column{headNextStep, plain(p.nextStep), false})
	}
	return columns
}

// note is the number of a note, which is written down once; 0: there is none.
func (s *sheet) note(text string) int {
	if text == "" {
		return 0
	}
	i := slices.Index(s.notes, text)
	if i < 0 {
		i = len(s.notes)
		s.notes = append(s.notes, text)
	}
	return i + 1
}

// widths are those of the columns.
func (s sheet) widths() []int {
	widths := make([]int, len(s.heads))
	for i, head := range s.heads {
		widths[i] = width(head)
	}
	for _, g := range s.groups {
		for _, row := range g.rows {
			for i, c := range row {
				widths[i] = max(widths[i], c.width())
			}
		}
	}
	return widths
}

const gap = 2 // columns between two columns

func (s sheet) width() int {
	total := -gap
	for _, w := range s.widths() {
		total += w + gap
	}
	return total
}

// cutNames makes the names, the second column, shorter by so many columns.
func (s sheet) cutNames(over int) {
	const names = 1
	most := max(minName, s.widths()[names]-over)
	for _, g := range s.groups {
		for _, row := range g.rows {
			row[names].text = cut(row[names].text, most)
		}
	}
}

// sheet writes a table. Where even so it is too wide, each instance's id has a
// line of its own.
func (p page) sheet(s sheet) {
	widths := s.widths()
	broken := p.columns > 0 && s.width() > p.columns
	head := make([]cell, len(s.heads))
	for i, text := range s.heads {
		head[i] = cell{text: text, colour: bold}
	}
	p.row(head, widths, broken)
	for _, g := range s.groups {
		if g.place != "" {
			fmt.Fprintln(p.w, p.paint(faint, g.place))
		}
		for _, row := range g.rows {
			p.row(row, widths, broken)
		}
	}
}

func (p page) row(cells []cell, widths []int, broken bool) {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(p.paint(c.colour, c.text) + c.mark())
		switch {
		case broken && i == 0:
			b.WriteString("\n  ")
		case i < len(cells)-1:
			b.WriteString(strings.Repeat(" ", widths[i]-c.width()+gap))
		}
	}
	fmt.Fprintln(p.w, strings.TrimRight(b.String(), " "))
}
