package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Message is the message about one run before it is encoded for a target: plain printable text, most important first. On a phone the
// first three lines are enough.
type Message struct {
	Title string   // always begins with "reactivate:", because robots filter by keyword
	Act   string   // who pays how much, and what to do now; "" if there is nothing to do
	Links []Link   // the third line
	Lists []List   // what did not come back, most urgent first; then the rest, and what came back
	Notes []string // the last line has the request id, and is always shown
	Event Event    // for programs

	lang wording.Lang
}

// List is a heading with one line per item.
type List struct {
	Heading string
	Items   []string // at most maxItems: no target is sent more
	More    int      // how many have no line
}

// Event is the message for programs.
type Event struct {
	ID     string             // the run's request id: the same at every try
	Source string             // the function, as an ARN; the edge sets it
	Type   string             // one of the types below
	Time   time.Time          // of the message
	Report *reactivate.Report // nil where there was no run

	rows []*reactivate.Result // the report's, most urgent first
}

// The types of events.
const (
	typeRun  = "reactivate.run.completed"
	typeTest = "reactivate.test"
)

// maxBack is how many instances that came back are listed: nobody has to act on them.
const maxBack = 10

// Message makes the message of the run.
func (r *Run) Message() *Message {
	w := r.writer()
	forms, deadline := w.deadline()
	return &Message{
		Title: w.title(forms), Act: w.act(deadline), Links: w.links(), Lists: w.lists(), Notes: w.notes(), lang: r.Lang,
		Event: Event{
			ID: r.Report.RequestID, Type: typeRun, Time: r.Now, Report: r.Report,
			rows: slices.Concat(w.stuck, w.planned, w.started, w.back, w.rest),
		},
	}
}

// NewTest makes the message that shows whether a target works.
func NewTest(requestID string, now time.Time, l wording.Lang) *Message {
	return &Message{
		Title: wording.TestTitle.In(l),
		Notes: []string{wording.TestNote.In(l), wording.RequestID.Say(l, printable(requestID))},
		Event: Event{ID: requestID, Type: typeTest, Time: now},
		lang:  l,
	}
}

// writer makes the parts of a message. It has the report's rows by their part in it.
type writer struct {
	run             *Run
	lang            wording.Lang
	balances        map[string]cloud.Balance // by account, those that were read
	short           map[string]bool          // of these, the accounts whose balance is too low
	low             []cloud.Balance          // those below the floor
	severalAccounts bool                     // the report has rows of more than one account

	stuck, back, started, planned, rest []*reactivate.Result
	before                              []*reactivate.Result          // stuck in the same accounts, and reported by an earlier watch
	headings                            map[*reactivate.Result]string // why each row of stuck and before is not coming back
	payers                              []payer                       // the accounts of what is stuck for money
}

func (r *Run) writer() *writer {
	w := &writer{run: r, lang: r.Lang, balances: map[string]cloud.Balance{}, short: map[string]bool{}, headings: map[*reactivate.Result]string{}}
	for _, b := range r.Report.Balances {
		w.balances[b.AccountID], w.short[b.AccountID] = b, wording.Short(b)
		if b.Low {
			w.low = append(w.low, b)
		}
	}
	w.sort()
	stopped := map[string]bool{} // accounts
	for _, row := range w.stuck {
		stopped[row.AccountID] = true
	}
	w.before = slices.DeleteFunc(w.before, func(row *reactivate.Result) bool { return !stopped[row.AccountID] })
	made := map[reason]string{} // ten thousand rows have few reasons
	for _, row := range slices.Concat(w.stuck, w.before) {
		reason := w.reason(row)
		if made[reason] == "" {
			made[reason] = w.heading(row)
		}
		w.headings[row] = made[reason]
	}
	slices.SortFunc(w.stuck, w.compare)
	slices.SortFunc(w.before, w.compare)
	w.payers = w.payersOf(w.stuck)
	return w
}

// sort finds each row's part in the message. If a watch has news, its message has only the news.
func (w *writer) sort() {
	newsAlone := w.run.watches() && w.run.news()
	for i := range w.run.Report.Results {
		row := &w.run.Report.Results[i]
		w.severalAccounts = w.severalAccounts || row.AccountID != w.run.Report.Results[0].AccountID
		to := &w.rest
		switch {
		case newsAlone && !w.run.newToWatch(row):
			if stuck(w.run.Report, row) {
				w.before = append(w.before, row)
			}
		case stuck(w.run.Report, row):
			to = &w.stuck
		case row.Outcome == reactivate.OutcomeAccepted:
			to = &w.started
		case row.Outcome == reactivate.OutcomePlanned:
			to = &w.planned
		case row.Changed():
			to = &w.back
		}
		*to = append(*to, row)
	}
}

// compare orders scaling groups first, then by the hour of the release, then rows without a known release. Rows of the same urgency are
// ordered by reason, so that those of one reason stand together.
func (w *writer) compare(a, b *reactivate.Result) int {
	urgency := func(row *reactivate.Result) int64 {
		switch {
		case row.ScalingGroup != "":
			return -1 << 62
		case row.ReleaseAt.IsZero():
			return 1 << 62
		}
		return row.ReleaseAt.Unix() / int64(time.Hour/time.Second)
	}
	excluded := func(row *reactivate.Result) int { // on purpose: after the others of the same urgency
		if row.Verdict == reactivate.VerdictExcluded {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(urgency(a), urgency(b)),
		strings.Compare(a.ScalingGroup, b.ScalingGroup),
		cmp.Compare(excluded(a), excluded(b)),
		strings.Compare(w.headings[a], w.headings[b]),
		a.ReleaseAt.Compare(b.ReleaseAt.Time),
		strings.Compare(a.InstanceID, b.InstanceID),
	)
}

// notes are the counts, the dry run, and the request id by which the log is searched.
func (w *writer) notes() []string {
	report := w.run.Report
	notes := []string{wording.LookedAt.Say(w.lang, len(report.Results))}
	if counts := wording.Counts(w.lang, report); counts != "" {
		notes[0] += wording.InBrackets.Say(w.lang, counts)
	}
	if report.DryRun {
		notes = append(notes, wording.WasDryRun.In(w.lang))
	}
	request := wording.RequestID.Say(w.lang, printable(report.RequestID))
	if report.Source != "" {
		request += wording.Comma.In(w.lang) + wording.ReportSource.Say(w.lang, report.Source)
	}
	return append(notes, request)
}

// maxShown is how many characters of a foreign text are shown.
const maxShown = 80

// printable makes a foreign text safe to show, and short.
func printable(text string) string {
	text = wording.Printable(text)
	shown := 0
	for i := range text {
		if shown++; shown > maxShown {
			return text[:i] + "…"
		}
	}
	return text
}
