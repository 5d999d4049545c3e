package local

import (
	"context"
	"fmt"
	"slices"

	"reactivate/internal/wording"
)

// The requests for a checkup, without and with a test message.
const (
	doctorEvent       = `{"doctor": true}`
	doctorNotifyEvent = `{"doctor": true, "notify": "always"}`
)

// checkup is the function's answer to these requests.
type checkup struct {
	Checks []check `json:"checks"`
}

type check struct {
	Name   string `json:"name"`
	Status string `json:"status"` // ok, warning or failed
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // "" if there is nothing to do
}

func (p *program) runDoctor(ctx context.Context, o options) (left bool, err error) {
	event := doctorEvent
	if o.notify {
		event = doctorNotifyEvent
	}
	a, err := p.ask(ctx, o, p.environOf(o), event)
	if err == nil && a.Error == nil && a.checkup == nil {
		err = wording.NoChecks
	}
	if err != nil {
		return false, err
	}
	left = p.show(o, "", a)
	if !o.json {
		p.messages(a.texts)
	}
	return left, nil
}

// failed reports whether a check failed. An unknown status counts as failed.
func (c checkup) failed() bool {
	return slices.ContainsFunc(c.Checks, func(c check) bool { return c.Status != "ok" && c.Status != "warning" })
}

// checkup writes the checks, each with its remedy below it, and the counts. Names and details stand in columns if they fit.
func (p page) checkup(c checkup) {
	statusWidth, nameWidth, widest := 0, 0, 0
	counts := map[string]int{}
	for _, check := range c.Checks {
		statusWidth = max(statusWidth, width(p.checkStatus(check.Status)))
		nameWidth = max(nameWidth, width(clean(check.Name)))
		widest = max(widest, width(clean(check.Detail)), width(clean(check.Remedy))+len(gapText))
		counts[check.Status]++
	}
	inColumns := p.columns == 0 || statusWidth+nameWidth+2*len(gapText)+widest <= p.columns
	for _, check := range c.Checks {
		mark := p.paint(checkColours[check.Status], pad(p.checkStatus(check.Status), statusWidth)) + gapText
		name := clean(check.Name) + wording.Colon.In(p.lang)
		if inColumns {
			mark += pad(clean(check.Name), nameWidth) + gapText
			name = ""
		}
		p.hanging(mark, name+clean(check.Detail))
		if check.Remedy != "" {
			p.hanging(pad("", width(mark))+"→ ", clean(check.Remedy))
		}
	}
	fmt.Fprintln(p.w)
	p.paragraph(wording.CheckCounts.Say(p.lang, counts["ok"], counts["warning"], len(c.Checks)-counts["ok"]-counts["warning"]))
}

// checkColours are the colours of a check's status.
var checkColours = map[string]string{"ok": green, "warning": yellow, "failed": red}

func (p page) checkStatus(status string) string { return clean(wording.CheckStatus(p.lang, status)) }

// gapText separates two columns of a checkup.
const gapText = "  "
