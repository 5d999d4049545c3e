package notify

import (
	"slices"
	"strings"

	"reactivate/internal/wording"
)

// line is one line of a message.
type line struct {
	text  string
	kind  lineKind
	links []Link // of the line of links; it has no text
}

type lineKind int

const (
	title lineKind = iota
	act
	where
	heading
	item
	note
)

// lines are the message's lines with at most n items. What did not come back goes before what did.
func (m *Message) lines(n int) []line {
	all := []line{{text: m.Title, kind: title}}
	if m.Act != "" {
		all = append(all, line{text: m.Act, kind: act})
	}
	if len(m.Links) > 0 {
		all = append(all, line{kind: where, links: m.Links})
	}
	hidden := 0
	for _, list := range m.Lists {
		shown := min(n, len(list.Items))
		n -= shown
		hidden += len(list.Items) - shown + list.More
		if shown > 0 {
			all = append(all, line{text: list.Heading, kind: heading})
		}
		for _, text := range list.Items[:shown] {
			all = append(all, line{text: text, kind: item})
		}
	}
	if hidden > 0 {
		all = append(all, line{text: wording.MoreInLog.Say(m.lang, hidden), kind: heading})
	}
	for _, text := range m.Notes {
		all = append(all, line{text: text, kind: note})
	}
	return all
}

// fit encodes the message with as many items as fit into the limit.
func (m *Message) fit(limit int, encode func([]line) string) []byte {
	m = m.shorten(limit, encode)
	return largest(maxItems, limit, func(n int) []byte { return []byte(encode(m.lines(n))) })
}

// shorten returns a message that fits into the limit without items. It leaves out what a person needs least: the counts, then
// the dashboard, and then the end of the second line. The request id stays, because it finds the rest in the log.
func (m *Message) shorten(limit int, encode func([]line) string) *Message {
	short := *m
	tooLong := func() int { return len(encode(short.lines(0))) - limit }
	if tooLong() > 0 {
		short.Notes = m.Notes[len(m.Notes)-1:]
	}
	if tooLong() > 0 {
		short.Links = slices.DeleteFunc(slices.Clone(m.Links), func(l Link) bool { return l.Text == wording.LinkDashboard.In(m.lang) })
	}
	if n := tooLong(); n > 0 {
		short.Act = cutLine(m.Act, len(m.Act)-n)
	}
	return &short
}

// cutLine cuts the second line to a number of bytes, after a sentence or after one of several accounts, so that no amount is cut.
func cutLine(text string, most int) string {
	text = text[:max(0, most-len(string(ellipsis)))]
	end := 0
	for _, mark := range []string{". ", "; ", "。", "；"} {
		end = max(end, strings.LastIndex(text, mark))
	}
	return text[:end] + string(ellipsis)
}

// largest returns build(n) for the largest n from 0 to most whose result is within the limit.
func largest(most, limit int, build func(n int) []byte) []byte {
	best := build(0)
	for low, high := 0, most; low < high; {
		n := (low + high + 1) / 2
		if b := build(n); len(b) <= limit {
			low, best = n, b
		} else {
			high = n - 1
		}
	}
	return best
}

// Text is the message for a terminal or a log.
func (m *Message) Text() string { return m.text(maxPrint) }

func (m *Message) text(limit int) string {
	plainLink := func(l Link) string { return l.Text + wording.Colon.In(m.lang) + l.URL } // with the URL in full, so that it can be copied
	return string(m.fit(limit, func(lines []line) string { return join(lines, &plainMarks, "\n", asItIs, plainLink) }))
}

// marks has the markup before and after a line's text, by the kind of line.
type marks [note + 1][2]string

var (
	plainMarks    = marks{item: {"  - "}}
	dingTalkMarks = marks{title: {"### "}, heading: {"**", "**"}, item: {"- "}, note: {"> "}}
	weComMarks    = marks{title: {"### "}, heading: {"**", "**"}, item: {"> "}, note: {`<font color="comment">`, "</font>"}}
	slackMarks    = marks{title: {"*", "*"}, heading: {"*", "*"}, item: {"• "}, note: {"_", "_"}}
)

// join writes the lines with their marks. Texts are made inert first, and links are written by show.
func join(lines []line, of *marks, end string, inert func(string) string, show func(Link) string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString(end)
		}
		b.WriteString(of[l.kind][0])
		for j, link := range l.links {
			if j > 0 {
				b.WriteString(betweenLinks)
			}
			b.WriteString(show(link))
		}
		b.WriteString(inert(l.text) + of[l.kind][1])
	}
	return b.String()
}

const betweenLinks = " · "

func asItIs(text string) string { return text }

// markdownLink encodes the brackets in a URL: they would end the link.
func markdownLink(l Link) string {
	return "[" + l.Text + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(l.URL) + ")"
}

// https://docs.slack.dev/messaging/formatting-message-text
func slackLink(l Link) string {
	return "<" + strings.ReplaceAll(l.URL, "&", "&amp;") + "|" + l.Text + ">"
}
