package local

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// statusEvent asks for what is overdue, everywhere, and for nothing else.
const statusEvent = `{"sweep": true, "dryRun": true}`

func runStatus(ctx context.Context, p *program, args []string) (int, error) {
	o, operands, err := p.parse(statusFlags, args)
	if err != nil {
		return 0, err
	}
	if len(operands) > 0 {
		return 0, &usageError{noOperands}
	}
	o.env = append(o.env, "REACTIVATE_DRY_RUN=true") // whatever is said before
	r, err := p.newRig(ctx, o)
	if err != nil {
		return 0, err
	}
	r.mute()
	if err := r.start(ctx); err != nil {
		return 0, err
	}
	defer r.close()
	a, err := p.invoke(ctx, r, o, []byte(statusEvent))
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return 0, err
	}
	found := a.report()
	if found == nil && a.Error == nil {
		return 0, errors.New("the function's answer is no report")
	}
	switch {
	case o.json:
		fmt.Fprintf(p.stdout, "%s\n", byUrgency(document(a, "results")))
	case o.csv:
		p.statusCSV(found)
	default:
		p.page().status(found)
	}
	if a.Error != nil {
		p.page().to(p.errorsTo(o)).functionError(a.Error, a.lastWords)
	}
	if a.Error != nil || len(found.Results)+len(found.Errors) > 0 {
		return exitLeft, nil
	}
	return exitDone, nil
}

// errorsTo is where errors are told: not among JSON or CSV.
func (p *program) errorsTo(o options) io.Writer {
	if o.json || o.csv {
		return p.stderr
	}
	return p.stdout
}

func (p page) to(w io.Writer) page {
	p.w = w
	return p
}

// status writes what is overdue; nil: nobody knows.
func (p page) status(r *report) {
	if r == nil {
		return
	}
	title := p.paint(bold, p.lang.Text(statusTitle))
	if len(r.Regions) > 0 {
		title += " · " + clean(strings.Join(r.Regions, ", "))
	}
	p.paragraph(title)
	p.report(r)
	if r.Counts["planned"] > 0 {
		p.paragraph(p.lang.Text(statusHint))
	}
}

// byUrgency sorts the rows of a report, the most urgent first.
func byUrgency(doc []byte) []byte {
	type row struct {
		raw json.RawMessage
		result
	}
	now := time.Now()
	sorted := parseFields(doc)
	var raws []json.RawMessage
	if json.Unmarshal(sorted["results"], &raws) != nil {
		return doc
	}
	rows := make([]row, len(raws))
	for i, raw := range raws {
		rows[i].raw = raw
		if json.Unmarshal(raw, &rows[i].result) != nil {
			return doc
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.urgency(now), b.urgency(now)) })
	for i, row := range rows {
		raws[i] = row.raw
	}
	sorted.set("results", raws)
	return sorted.line()
}

var statusColumns = []string{
	"instanceId", "name", "accountId", "accountName", "regionId", "status", "verdict", "outcome", "daysLeft", "releaseAt", "releaseBasis", "advice", "error",
}

// statusCSV writes a line an instance, the most urgent first. What could not be
// looked at is told on standard error.
func (p *program) statusCSV(r *report) {
	w := csv.NewWriter(p.stdout)
	defer w.Flush()
	w.Write(statusColumns) //nolint:errcheck // the output remembers its error
	if r == nil {
		return
	}
	p.page().to(p.stderr).lookErrors(r.Errors)
	now := time.Now()
	for _, row := range sortedByUrgency(r.Results, now) {
		left := ""
		if days, known := row.daysLeft(now); known {
			left = strconv.Itoa(days)
		}
		code := ""
		if row.Error != nil {
			code = cmp.Or(row.Error.Code, row.Error.Class)
		}
		line := []string{
			row.InstanceID, row.Name, row.AccountID, row.AccountName, row.RegionID, row.After, row.Verdict, row.Outcome,
			left, row.ReleaseAt, row.ReleaseBasis, row.Advice, code,
		}
		for i := range line {
			line[i] = plainCell(line[i])
		}
		w.Write(line) //nolint:errcheck // the output remembers its error
	}
}

// plainCell is a text that a spreadsheet takes for a text: who names an instance
// must not write its formulas.
// https://owasp.org/www-community/attacks/CSV_Injection
func plainCell(text string) string {
	text = clean(text)
	if first, _ := utf8.DecodeRuneInString(text); strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + text
	}
	return text
}
