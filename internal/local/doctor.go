package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// doctorEvent asks the function to check itself.
const doctorEvent = `{"doctor": true}`

// checkup is the function's answer to it.
type checkup struct {
	RequestID string  `json:"requestId"`
	Checks    []check `json:"checks"`
}

type check struct {
	Name   string `json:"name"`
	Status string `json:"status"` // ok, warning or failed
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // "" if there is nothing to do
}

func runDoctor(ctx context.Context, p *program, args []string) (int, error) {
	o, operands, err := parse(doctorFlags, args)
	if err != nil {
		return 0, err
	}
	if len(operands) > 0 {
		return 0, &usageError{"it takes no arguments beside its flags"}
	}
	r, err := p.newRig(o)
	if err != nil {
		return 0, err
	}
	if err := r.start(ctx); err != nil {
		return 0, err
	}
	defer r.close()
	a, err := p.invoke(ctx, r, o, []byte(doctorEvent))
	if err != nil {
		return 0, err
	}
	if o.json {
		fmt.Fprintf(p.stdout, "%s\n", document(a))
	}
	if a.Error != nil {
		if !o.json {
			page{w: p.stdout, colour: p.colour}.functionError(a.Error, a.lastWords)
		}
		return exitLeft, nil
	}
	c, ok := parseCheckup(a.Payload)
	if !ok {
		return 0, errors.New("the function's answer holds no checks")
	}
	if !o.json {
		page{w: p.stdout, colour: p.colour}.checkup(c)
	}
	if c.failed() {
		return exitLeft, nil
	}
	return exitDone, nil
}

func parseCheckup(payload []byte) (c checkup, ok bool) {
	err := json.Unmarshal(payload, &c)
	return c, err == nil && len(c.Checks) > 0
}

// failed tells whether a check has failed. A status of a newer function counts
// as failed.
func (c checkup) failed() bool {
	return slices.ContainsFunc(c.Checks, func(c check) bool { return c.Status != "ok" && c.Status != "warning" })
}

var checkColours = map[string]string{"ok": green, "warning": yellow, "failed": red}

// checkup writes a line a check, with the remedy below it, and the counts.
func (p page) checkup(c checkup) {
	statusWidth, nameWidth := 0, 0
	counts := map[string]int{}
	for _, check := range c.Checks {
		statusWidth = max(statusWidth, width(clean(check.Status)))
		nameWidth = max(nameWidth, width(clean(check.Name)))
		counts[check.Status]++
	}
	for _, check := range c.Checks {
		status := p.paint(checkColours[check.Status], pad(clean(check.Status), statusWidth))
		fmt.Fprintf(p.w, "%s  %s  %s\n", status, pad(clean(check.Name), nameWidth), clean(check.Detail))
		if check.Remedy != "" {
			fmt.Fprintf(p.w, "%s  %s\n", pad("", statusWidth+nameWidth+2), "→ "+clean(check.Remedy))
		}
	}
	fmt.Fprintf(p.w, "\n%d ok, %d with a warning, %d failed\n", counts["ok"], counts["warning"], len(c.Checks)-counts["ok"]-counts["warning"])
}
