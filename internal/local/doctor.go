package local

import (
	"context"
	"fmt"

	"reactivate/internal/wording"
)

// The requests for a checkup, without and with a test message.
const (
	doctorEvent       = `{"doctor": true}`
	doctorNotifyEvent = `{"doctor": true, "notify": "always"}`
)

// check is one check in the function's answer to these requests.
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
	if err == nil && a.Error == nil && len(a.checks) == 0 {
		err = wording.NoChecks
	}
	if err != nil {
		return false, err
	}
	return p.show(o, "", a), nil
}

// checkup writes the checks, each with its remedy below it, and the counts.
func (p page) checkup(checks []check) {
	widest := 0
	counts := map[string]int{}
	for _, check := range checks {
		widest = max(widest, width(p.checkStatus(check.Status)))
		counts[check.Status]++
	}
	for _, check := range checks {
		mark := p.paint(checkColours[check.Status], pad(p.checkStatus(check.Status), widest)) + gap
		p.hanging(mark, wording.Printable(check.Name)+wording.Colon.In(p.lang)+wording.Printable(check.Detail))
		if check.Remedy != "" {
			p.hanging(pad("", width(mark))+"→ ", wording.Printable(check.Remedy))
		}
	}
	fmt.Fprintln(p.w)
	p.paragraph(wording.CheckCounts.Say(p.lang, counts["ok"], counts["warning"], len(checks)-counts["ok"]-counts["warning"]))
}

// checkColours are the colours of a check's status.
var checkColours = map[string]string{"ok": green, "warning": yellow, "failed": red}

func (p page) checkStatus(status string) string {
	return wording.Printable(wording.CheckStatus(p.lang, status))
}
