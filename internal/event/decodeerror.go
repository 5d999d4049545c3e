package event

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// exampleRequest is the right request that an error shows where nothing closer fits.
const exampleRequest = `{"instanceIds": ["i-bp1234567890abcdefgh"], "regionId": "cn-hangzhou"}, {"sweep": true} or {"watch": "5m"}`

// DecodeError is a payload that is neither an event nor a right request. Its message is for a
// person, and holds at most a short, printable piece of the payload.
type DecodeError struct {
	Field   string // the field that is wrong; "" means the payload as a whole
	Problem string // what is wrong with it
	Said    string // the whole message, where it was translated; "" means that it is made of the above
	example string // what right looks like; "" means exampleRequest
}

// Error names the field, the problem, and shows a right request.
func (e *DecodeError) Error() string {
	if e.Said != "" {
		return e.Said
	}
	example := e.example
	if example == "" {
		example = exampleRequest
	}
	return e.reason("the payload") + "; a right request is " + example
}

// reason is the error without the example; what names the text that is wrong as a whole.
func (e *DecodeError) reason(what string) string {
	if e.Field == "" {
		return what + " " + e.Problem
	}
	return "field " + strconv.Quote(e.Field) + " " + e.Problem
}

// maxShown is how many characters of a value an error or a reason shows.
const maxShown = 48

// quote shows a short piece of a value that somebody else chose.
func quote(value string) string {
	shown := printable(value, maxShown)
	if utf8.RuneCountInString(value) > maxShown {
		shown += "…"
	}
	return strconv.Quote(shown)
}

// printable cuts text to n characters and replaces what does not print, so that neither a terminal
// nor a log can be played with.
func printable(text string, n int) string {
	var b strings.Builder
	count := 0
	for _, r := range text {
		if count == n {
			return b.String()
		}
		if !strconv.IsPrint(r) {
			r = '?'
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}
