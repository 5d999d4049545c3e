package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// statusEvent asks for what is overdue, everywhere, and for nothing else.
const statusEvent = `{"sweep": true, "dryRun": true}`

func runStatus(ctx context.Context, p *program, args []string) (int, error) {
	o, operands, err := p.parse(liveFlags, args)
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
	if o.json {
		fmt.Fprintf(p.stdout, "%s\n", byUrgency(document(a, "results")))
	} else {
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

// errorsTo is where errors are told: not among JSON.
func (p *program) errorsTo(o options) io.Writer {
	if o.json {
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
