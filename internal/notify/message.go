package notify

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Message is what people are told of one run, before it takes a target's form: plain text, printable, most important first.
type Message struct {
	Title string   // begins with "reactivate:" in good and bad news alike, because robots filter by keyword
	Back  List     // what came back
	Lists []List   // what did not, most urgent first; then what else there is to know
	Notes []string // always shown
	Event Event    // for programs

	lang wording.Lang
}

// List is a heading with a line for each of something.
type List struct {
	Heading string
	Items   []string // at most maxItems: no target is sent more
	More    int      // that have no line
}

// add adds a line, which is made only if there is room for it: a run may have ten thousand.
func (l *List) add(line func() string) {
	if len(l.Items) == maxItems {
		l.More++
		return
	}
	l.Items = append(l.Items, line())
}

func (l *List) len() int { return len(l.Items) + l.More }

// Event is a message as programs read it.
type Event struct {
	ID     string             // of the run, and so of its message: the same at every try
	Source string             // the function, as an ARN; the edge sets it
	Type   string             // what it tells of
	Time   time.Time          // of the message
	Report *reactivate.Report // nil where there was no run

	rows []*reactivate.Result // the report's, most urgent first
}

// The types of events.
const (
	typeRun  = "reactivate.run.completed"
	typeTest = "reactivate.test"
)

// maxBack is how many names of what came back are shown: they need nobody.
const maxBack = 10

// New makes the message of a run.
func New(report *reactivate.Report, now time.Time, l wording.Lang) *Message {
	m := &Message{lang: l, Event: Event{ID: report.RequestID, Type: typeRun, Time: now, Report: report}}
	w := writer{lang: l, now: now, severalAccounts: severalAccounts(report)}
	back, started, planned := w.list(wording.CameBack), w.list(wording.BeingStarted), w.list(wording.WouldBe)
	var stuck, others []*reactivate.Result
	for i := range report.Results {
		row := &report.Results[i]
		if row.Stuck() {
			stuck = append(stuck, row)
			continue
		}
		others = append(others, row)
		list := back
		switch {
		case row.Outcome == reactivate.OutcomeAccepted:
			list = started
		case row.Outcome == reactivate.OutcomePlanned:
			list = planned
		case !row.Changed():
			continue
		}
		list.add(func() string { return w.instance(row) })
	}
	w.sort(stuck)
	unseen, low := w.unseen(report.Errors), w.low(report.Balances)
	m.Event.rows = slices.Concat(stuck, others)
	m.Back, m.Lists = *back, w.stuck(stuck)
	for _, list := range []*List{unseen, low, started, planned} {
		if list.len() > 0 {
			m.Lists = append(m.Lists, *list)
		}
	}
	m.Title = w.title([]count{
		{back.len(), wording.CountBack}, {len(stuck), wording.CountStuck}, {unseen.len(), wording.CountUnseen},
		{low.len(), wording.CountLow}, {started.len(), wording.CountStarted}, {planned.len(), wording.CountPlanned},
	})
	m.Notes = w.notes(report)
	return m
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

// writer words the parts of a message.
type writer struct {
	lang            wording.Lang
	now             time.Time
	severalAccounts bool // that the report is about
}

func severalAccounts(report *reactivate.Report) bool {
	for i := range report.Results {
		if report.Results[i].AccountID != report.Results[0].AccountID {
			return true
		}
	}
	return false
}

func (w *writer) list(heading wording.Text) *List { return &List{Heading: heading.In(w.lang)} }

// count is how many there are of something.
type count struct {
	n    int
	text wording.Text
}

func (w *writer) title(counts []count) string {
	var parts []string
	for _, c := range counts {
		if c.n > 0 {
			parts = append(parts, c.text.Say(w.lang, c.n))
		}
	}
	if len(parts) == 0 {
		parts = []string{wording.NothingToDo.In(w.lang)}
	}
	return "reactivate: " + strings.Join(parts, wording.Comma.In(w.lang))
}

// instance names an instance: by name where it has one, and always by id.
func (w *writer) instance(row *reactivate.Result) string {
	parts := []string{printable(row.Name), row.InstanceID, row.RegionID}
	if row.AccountName != "" || w.severalAccounts {
		parts = append(parts, printable(cmp.Or(row.AccountName, row.AccountID)))
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 1 {
		return parts[0]
	}
	return parts[0] + " (" + strings.Join(parts[1:], ", ") + ")"
}

// sort puts who is released first in front, by the days that are shown, and who is not known to be released last; of those
// alike, neighbours have one reason.
func (w *writer) sort(stuck []*reactivate.Result) {
	days := func(row *reactivate.Result) int {
		if days, known := row.DaysLeft(w.now); known {
			return days
		}
		return math.MaxInt
	}
	slices.SortFunc(stuck, func(a, b *reactivate.Result) int {
		if c := cmp.Compare(days(a), days(b)); c != 0 {
			return c
		}
		return cmp.Or(
			strings.Compare(string(a.Outcome), string(b.Outcome)),
			strings.Compare(string(a.Verdict), string(b.Verdict)),
			strings.Compare(code(a), code(b)),
			strings.Compare(a.Advice, b.Advice),
			a.ReleaseAt.Compare(b.ReleaseAt.Time),
			strings.Compare(a.InstanceID, b.InstanceID),
		)
	})
}

// stuck lists what is not coming back. Neighbours of one reason share its heading.
func (w *writer) stuck(rows []*reactivate.Result) []List {
	var lists []List
	for i, row := range rows {
		if i == 0 || !sameReason(row, rows[i-1]) {
			lists = append(lists, List{Heading: wording.Heading(w.lang, row, printable(code(row)))})
		}
		lists[len(lists)-1].add(func() string { return w.instance(row) + w.left(row) })
	}
	return lists
}

// sameReason tells whether two rows have the same heading.
func sameReason(a, b *reactivate.Result) bool {
	return a.Outcome == b.Outcome && a.Verdict == b.Verdict && a.Advice == b.Advice && code(a) == code(b)
}

// code is what an error is known by; "" if there is none.
func code(row *reactivate.Result) string {
	if row.Err == nil || row.Outcome == reactivate.OutcomeAwaitingPayment {
		return ""
	}
	return cmp.Or(row.Err.Code, row.Err.Message, string(row.Err.Class))
}

// left says how much time there is; "" where that is not known.
func (w *writer) left(row *reactivate.Result) string {
	days, known := row.DaysLeft(w.now)
	if !known {
		return ""
	}
	text := wording.ReleaseDays.Say(w.lang, days)
	switch days {
	case 0:
		text = wording.ReleaseNow.In(w.lang)
	case 1:
		text = wording.ReleaseDay.In(w.lang)
	}
	return wording.Colon.In(w.lang) + text
}

func (w *writer) unseen(errs []reactivate.RegionError) *List {
	list := w.list(wording.NotLookedAt)
	for _, e := range errs {
		list.add(func() string {
			where := cmp.Or(e.AccountName, e.AccountID)
			if e.RegionID != "" {
				where = strings.TrimPrefix(where+", "+e.RegionID, ", ")
			}
			return printable(where) + wording.Colon.In(w.lang) + printable(e.Err.Error())
		})
	}
	return list
}

func (w *writer) low(balances []reactivate.Balance) *List {
	list := w.list(wording.LowBalances)
	for _, b := range balances {
		if b.Low {
			list.add(func() string {
				return printable(cmp.Or(b.AccountName, b.AccountID)) + wording.Colon.In(w.lang) + printable(b.Available+" "+b.Currency)
			})
		}
	}
	return list
}

// notes are the counts, what did not happen, and where to read on.
func (w *writer) notes(report *reactivate.Report) []string {
	var counts []string
	for _, o := range reactivate.Outcomes {
		if n := report.Counts[o]; n > 0 {
			counts = append(counts, fmt.Sprint(wording.Outcome(w.lang, o), " ", n))
		}
	}
	notes := []string{wording.LookedAt.Say(w.lang, len(report.Results))}
	if len(counts) > 0 {
		notes[0] += wording.InBrackets.Say(w.lang, strings.Join(counts, wording.Comma.In(w.lang)))
	}
	if report.DryRun {
		notes = append(notes, wording.WasDryRun.In(w.lang))
	}
	request := wording.RequestID.Say(w.lang, printable(report.RequestID))
	if report.Source != "" {
		request += wording.Comma.In(w.lang) + wording.SourceIs.Say(w.lang, report.Source)
	}
	return append(notes, request)
}

// maxShown is how many characters of a text of others a message shows.
const maxShown = 80

// printable makes a text of others fit to be shown anywhere: on one line, short, and without what steers terminals or turns the
// direction of text.
func printable(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)), " ")
	shown := 0
	for i := range text {
		if shown++; shown > maxShown {
			return text[:i] + "…"
		}
	}
	return text
}
