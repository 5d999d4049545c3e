package local

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/fakefc"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// page writes reports for people.
type page struct {
	w       io.Writer
	colour  bool
	columns int // of a line; 0: no limit, as in a pipe
	lang    wording.Lang
}

// gap separates two columns.
const gap = "  "

// paragraph writes a text, wrapped if lines have a limit.
func (p page) paragraph(text string) { p.hanging("", text) }

// hanging writes a text after a mark. The text's second and later lines are indented to the end of the mark.
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

// The colours of a terminal's own palette.
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

// outcomeColours are green for what is done, yellow for what waits, red for what is wrong.
var outcomeColours = map[reactivate.Outcome]string{
	reactivate.OutcomeReactivated:     green,
	reactivate.OutcomeRecovered:       green,
	reactivate.OutcomePlanned:         cyan,
	reactivate.OutcomeSkipped:         faint,
	reactivate.OutcomeAccepted:        yellow,
	reactivate.OutcomeAwaitingPayment: yellow,
	reactivate.OutcomeDeferred:        yellow,
	reactivate.OutcomeFailed:          red,
}

// heading names the event, and what it asked for if that is known.
func (p page) heading(event string, r *reactivate.Report) {
	event = p.paint(bold, wording.Printable(event))
	if r == nil {
		p.paragraph(event)
		return
	}
	parts := []string{wording.ReportSource.Say(p.lang, wording.Printable(string(r.Source)))}
	if r.EventID != "" {
		parts = append(parts, wording.ReportEvent.Say(p.lang, wording.Printable(r.EventID)))
	}
	if len(r.Regions) > 0 {
		parts = append(parts, wording.Printable(strings.Join(r.Regions, ", ")))
	}
	if r.DryRun {
		parts = append(parts, wording.ReportDryRun.In(p.lang))
	}
	line := strings.Join(parts, " · ")
	if whole := event + "   " + line; p.columns == 0 || width(whole) <= p.columns {
		fmt.Fprintln(p.w, whole)
		return
	}
	p.paragraph(event)
	p.paragraph(line)
}

// report writes a report: the table, what could not be looked at, the balances, the counts.
func (p page) report(r *reactivate.Report) {
	if r.Ignored != "" {
		p.paragraph(wording.ReportIgnored.Say(p.lang, strings.TrimSuffix(wording.Printable(r.Ignored), ".")))
		return
	}
	if len(r.Results) > 0 {
		fmt.Fprintln(p.w)
		p.table(r.Results)
		fmt.Fprintln(p.w)
		p.firstRelease(r.Results)
	}
	for _, e := range r.Errors {
		p.paragraph(p.paint(red, wording.NotSeen.In(p.lang)) + p.lookError(&e))
	}
	p.balances(r.Balances)
	p.paragraph(p.summary(r))
}

// firstRelease says when the first instance may be released, if that is less than two days from now.
func (p page) firstRelease(rows []reactivate.Result) {
	for _, r := range byUrgency(rows) {
		hours := int(time.Until(r.ReleaseAt.Time) / time.Hour)
		if _, known := r.DaysLeft(time.Now()); known && hours < fewHours {
			name := wording.Printable(cmp.Or(r.Name, r.InstanceID))
			p.paragraph(p.paint(red, wording.FirstRelease.Say(p.lang, name, wording.Clock(p.lang, r.ReleaseAt.Time))))
			return
		}
	}
}

// lookError says what could not be looked at, and why.
func (p page) lookError(e *reactivate.RegionError) string {
	where := wording.Printable(e.RegionID)
	switch {
	case where == "" && e.AccountID != "":
		where = wording.OneAccount.Say(p.lang, p.accountTitle(e.AccountID, e.AccountName))
	case where == "":
		where = wording.TheAccount.In(p.lang)
	case e.AccountID != "":
		where = wording.OfAccount.Say(p.lang, where, p.accountTitle(e.AccountID, e.AccountName))
	}
	why := wording.NoReasonGiven.In(p.lang)
	if e.Err != nil {
		why = strings.Trim(wording.Printable(e.Err.Error()), ": ")
	}
	return where + wording.Colon.In(p.lang) + why
}

// maxBalances: if there are more balances, only those of accounts that should pay are shown.
const maxBalances = 5

// balances writes one line for each account whose balance was read.
func (p page) balances(list []cloud.Balance) {
	for _, b := range list {
		if len(list) > maxBalances && !b.Low && !wording.Short(b) {
			continue
		}
		currency := wording.Printable(b.Currency)
		if p.lang == wording.Chinese && currency == "CNY" {
			currency = "元"
		}
		text := wording.BalanceOf.Say(p.lang, p.accountTitle(b.AccountID, b.AccountName), wording.Printable(b.Available), currency)
		if b.Low {
			text += wording.BelowFloor.In(p.lang)
		}
		if b.Low || wording.Short(b) {
			text = p.paint(yellow, text)
		}
		p.paragraph(text + wording.FullStop.In(p.lang))
	}
}

// summary counts the outcomes: "3 instances: 2 reactivated, 1 skipped."
func (p page) summary(r *reactivate.Report) string {
	if len(r.Results) == 0 {
		if len(r.Errors) > 0 {
			return wording.NoneOverdueSeen.In(p.lang)
		}
		return wording.NoneOverdue.In(p.lang)
	}
	instances := wording.Instances(len(r.Results) + r.Cut).In(p.lang)
	return instances + wording.Colon.In(p.lang) + wording.Counts(p.lang, r) + wording.FullStop.In(p.lang)
}

// httpStatus writes the status of an answer to an HTTP request.
func (p page) httpStatus(status int) {
	colour := red
	if status < http.StatusBadRequest {
		colour = green
	}
	fmt.Fprintln(p.w, p.paint(colour, fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))))
}

// functionError writes the error of an invocation, and what a process that died wrote to its standard error.
func (p page) functionError(e *fakefc.FunctionError, stderrLines []string) {
	p.paragraph(p.paint(red, wording.Printable(cmp.Or(e.Type, "Error"))+":") + " " + wording.Printable(e.Message))
	for _, line := range stderrLines {
		fmt.Fprintf(p.w, "  | %s\n", wording.Printable(line))
	}
}
