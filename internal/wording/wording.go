// Package wording is every text that a person reads, in English and Chinese: outcomes and verdicts, advice, the summaries of
// errors, what is wrong with a payload or a variable, the doctor's lines, messages and what the local commands say.
//
// The rest of the program passes values: an outcome, a code with its arguments, a Text. They become words where they leave the
// program, in packages handler, notify and local:
//
//	text.In(l), text.Say(l, values...)          a Text in a language, the second with its values
//	text.With(values...)                        a Phrase: a text with its values, for later; it can be returned as an error
//	Outcome(l, o), Verdict(l, v), Status(l, s)  the word for a value of the domain
//	Advise(l, place, report)                    fills each row's Advice; AdviceFor does that for one row
//	Summary(l, report)                          what the run's error says; DecodeError and Reason do that for a payload
//
// Each text stands in one place, with both languages side by side, so a new outcome needs one entry. The Chinese is that of
// Alibaba Cloud's own console.
package wording

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lang is a language. The zero value is English.
type Lang string

const (
	English Lang = "en"
	Chinese Lang = "zh"
)

// Valid tells whether l is one of the two.
func (l Lang) Valid() bool { return l == English || l == Chinese }

// Words are what can be put into words.
type Words interface{ In(l Lang) string }

// Text is one text in both languages: a format for fmt.Sprintf, whose values are the same in both.
type Text struct{ EN, ZH string }

// In returns the text in the language.
func (t Text) In(l Lang) string {
	if l == Chinese {
		return t.ZH
	}
	return t.EN
}

// Error is the text in English, so that a text can be returned as an error.
func (t Text) Error() string { return t.EN }

// Say returns the text in the language with its values. Values that are Words are put into the same language.
func (t Text) Say(l Lang, values ...any) string {
	said := make([]any, len(values))
	for i, value := range values {
		said[i] = value
		if words, ok := value.(Words); ok {
			said[i] = words.In(l)
		}
	}
	return fmt.Sprintf(t.In(l), said...)
}

// With returns the text with its values, to be put into words later.
func (t Text) With(values ...any) Phrase { return Phrase{t, values} }

// Phrase is a text with its values.
type Phrase struct {
	Text   Text
	Values []any
}

// In returns the phrase in the language.
func (p Phrase) In(l Lang) string { return p.Text.Say(l, p.Values...) }

// Error is the phrase in English.
func (p Phrase) Error() string { return p.In(English) }

// Verbatim is a text that is the same in every language, such as what ECS answered.
type Verbatim string

// In returns the text as it is.
func (v Verbatim) In(Lang) string { return string(v) }

// Printable makes a foreign text, such as an instance's name, safe to show: on one line, and without characters that control terminals
// or turn the direction of text.
func Printable(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)), " ")
}

// Marks between texts.
var (
	Comma     = Text{", ", "，"}
	Colon     = Text{": ", "："}
	Semicolon = Text{"; ", "；"}
	FullStop  = Text{".", "。"}
)

// List is words one after the other, with commas between them.
type List []Words

// In returns the list in the language.
func (list List) In(l Lang) string {
	texts := make([]string, len(list))
	for i, words := range list {
		texts[i] = words.In(l)
	}
	return strings.Join(texts, Comma.In(l))
}
