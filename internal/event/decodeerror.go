package event

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DecodeError is a payload that is neither an event nor a right request. It holds at most a short, printable piece of the payload.
type DecodeError struct {
	Field   string // the field that is wrong; "" means the payload as a whole
	Problem Said   // what is wrong with it
	Example Example
	Summary string // the same in words, with an example of a right request; filled in before a person sees the error
}

// Example names the right request that is shown beside an error.
type Example string

const (
	ExampleRequest Example = "" // ids or a sweep
	ExampleTimer   Example = "timer"
	ExampleDoctor  Example = "doctor"
	ExampleQuery   Example = "query" // of a GET
)

// Error is the summary, or without one the field and the problem's code.
func (e *DecodeError) Error() string { return cmp.Or(e.Summary, e.said("payload").String()) }

// Said returns the code and the values of what is wrong.
func (e *DecodeError) Said() (code string, args []any) { return e.said("payload").Said() }

// said is what is wrong with the field. If no field is to blame, it is what is wrong with the whole: "payload", "message" or "json".
func (e *DecodeError) said(whole string) Said {
	if e.Field != "" {
		return say("in-field", strconv.Quote(e.Field), e.Problem)
	}
	return say("in-"+whole, e.Problem)
}

// maxShown is how many characters of a value an error or a reason shows.
const maxShown = 48

// quote returns a short, quoted piece of a value that somebody else chose.
func quote(value string) string {
	shown := printable(value, maxShown)
	if utf8.RuneCountInString(value) > maxShown {
		shown += "…"
	}
	return strconv.Quote(shown)
}

// printable cuts text to n characters and replaces characters that do not print, so that they can harm neither a terminal nor a
// log.
func printable(text string, n int) string {
	return strings.Map(func(r rune) rune {
		n--
		switch {
		case n < 0:
			return -1
		case !strconv.IsPrint(r):
			return '?'
		}
		return r
	}, text)
}

// Said is what is wrong with a payload, or why it is ignored: a code and its values. Package wording has the words for it.
type Said struct {
	Code string // "" for nothing
	Args []any  // texts, numbers and other Said
}

func say(code string, args ...any) Said { return Said{code, args} }

// equals tells whether two say the same. An array may have millions of elements to compare, so nothing is formatted.
func (s Said) equals(other Said) bool {
	return s.Code == other.Code && slices.EqualFunc(s.Args, other.Args, func(a, b any) bool {
		inner, ok := a.(Said)
		if !ok {
			return a == b
		}
		innerOther, ok := b.(Said)
		return ok && inner.equals(innerOther)
	})
}

// String is the code with its values, for tests and for debugging.
func (s Said) String() string { return fmt.Sprint(s.Code, s.Args) }

// Said returns the code and the values.
func (s Said) Said() (code string, args []any) { return s.Code, s.Args }
