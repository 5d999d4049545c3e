package local

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// statusEvent is a dry sweep of everything.
const statusEvent = `{"sweep": true, "dryRun": true}`

const floorVariable = "REACTIVATE_BALANCE_FLOOR"

// statusDefaults replace the function's defaults. With a floor the function reads the balances, which decide whether an instance can
// be brought back. With all regions no instance is missed.
var statusDefaults = []string{floorVariable + "=0", "REACTIVATE_REGIONS=*"}

func (p *program) runStatus(ctx context.Context, o options) (left bool, err error) {
	given := p.environOf(o)
	env := slices.Concat(statusDefaults, given, []string{dryRun, notifyVariable + "="}) // status only looks
	a, err := p.ask(ctx, o, env, statusEvent)
	if err != nil {
		return false, err
	}
	if a.report == nil && a.Error == nil {
		return false, wording.NotAReport
	}
	if o.json {
		if a.report != nil {
			a.report.Results = byUrgency(a.report.Results)
			a.Payload = encode(a.report)
		}
		fmt.Fprintf(p.stdout, "%s\n", a.document())
	} else {
		if a.report != nil && lookup(given, floorVariable) == "" { // the floor is ours, so it is not named
			for i := range a.report.Balances {
				a.report.Balances[i].Low = false
			}
		}
		p.status(a.report)
	}
	if a.Error != nil {
		p.to(p.errorsTo(o)).functionError(a.Error, a.stderrLines)
	}
	return a.left(), nil
}

// errorsTo returns where errors are written: with -json on stderr, so that stdout has nothing but JSON.
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

// status writes what is overdue; with a nil report it writes nothing.
func (p page) status(r *reactivate.Report) {
	if r == nil {
		return
	}
	title := p.paint(bold, wording.StatusTitle.In(p.lang))
	if len(r.Regions) > 0 {
		title += " · " + wording.Printable(strings.Join(r.Regions, ", "))
	}
	p.paragraph(title)
	p.report(r)
	if r.Counts[reactivate.OutcomePlanned] > 0 {
		p.paragraph(wording.StatusHint.In(p.lang))
	}
}
