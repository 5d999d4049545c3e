package aliyun

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"unicode/utf8"
)

// scanner goes through JSON once and makes something of what is asked for alone: of the 129 fields that a page of instances may
// have, seventeen. Of what it passes over it knows where it ends, and no more.
type scanner struct {
	text   []byte
	at     int               // where the next value or sign begins
	broken bool              // the text is no JSON; nothing more is read of it
	shape  error             // of the first value that was of another shape than asked for; it is passed over
	words  map[string]string // see word
}

func newScanner(text []byte) *scanner {
	s := &scanner{text: text, words: make(map[string]string)}
	s.space()
	return s
}

// end tells, when all is read, why it is not to be believed.
func (s *scanner) end() error {
	if s.broken || s.at < len(s.text) {
		return cmp.Or(json.Unmarshal(s.text, new(json.RawMessage)), errors.New("it is no JSON"))
	}
	return s.shape
}

// members goes through an object by name; null has none. The loop reads the value or leaves it.
func (s *scanner) members() iter.Seq[[]byte] {
	return func(yield func(name []byte) bool) {
		for more := s.enter('{', '}'); more; more = s.goesOn('}') {
			name := s.name()
			value := s.at
			if !yield(name) {
				return
			}
			if s.at == value {
				s.value()
			}
		}
	}
}

// elements goes through a list by number; null has none. The loop reads the element or leaves it.
func (s *scanner) elements() iter.Seq[int] {
	return func(yield func(i int) bool) {
		i := 0
		for more := s.enter('[', ']'); more; more = s.goesOn(']') {
			value := s.at
			if !yield(i) {
				return
			}
			if s.at == value {
				s.value()
			}
			i++
		}
	}
}

// null tells whether a null comes next.
func (s *scanner) null() bool { return s.peek() == 'n' }

// string reads a text, or the number or boolean that ECS may answer in place of one; null is "".
func (s *scanner) string() string { return string(s.bytes()) }

// word is string for what many rows have in common: it is in memory once.
func (s *scanner) word() string {
	raw := s.bytes()
	word, ok := s.words[string(raw)]
	if !ok {
		word = string(raw)
		s.words[word] = word
	}
	return word
}

func (s *scanner) bytes() []byte {
	switch raw := s.value(); {
	case raw[0] == '"':
		return s.unquote(raw)
	case raw[0] == '{' || raw[0] == '[':
		s.unlike(raw, "a text")
		return nil
	case !json.Valid(raw):
		s.breaks()
		return nil
	case raw[0] == 'n':
		return nil
	default:
		return raw
	}
}

// unlike notes that a value is of another shape than asked for.
func (s *scanner) unlike(raw []byte, want string) {
	if s.shape == nil && !s.broken {
		s.shape = fmt.Errorf("%s stands where %s should", shape(raw[0]), want)
	}
}

// shape is that of a value by the first character of its text.
func shape(first byte) string {
	switch first {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	}
	return "a number or boolean"
}

// name steps over the name of a member and the colon behind it.
func (s *scanner) name() []byte {
	if s.peek() != '"' {
		s.breaks()
	}
	raw := s.value()
	if !s.sign(':') {
		s.breaks()
		return nil
	}
	return s.unquote(raw)
}

// unquote is what a JSON string says, as valid UTF-8.
func (s *scanner) unquote(raw []byte) []byte {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		s.breaks()
	}
	return []byte(text)
}

// enter steps into an object or a list and tells whether there is anything in it. What is neither is stepped over.
func (s *scanner) enter(open, end byte) bool {
	if s.sign(open) {
		return !s.sign(end)
	}
	if raw := s.value(); raw[0] != 'n' {
		s.unlike(raw, shape(open))
	}
	return false
}

// goesOn tells whether more follows in an object or a list. If not, it is stepped out of.
func (s *scanner) goesOn(end byte) bool {
	if s.sign(',') {
		return true
	}
	if !s.sign(end) {
		s.breaks()
	}
	return false
}

// value steps over a value and returns its text, of which only the end is sure; null of what is broken.
func (s *scanner) value() []byte {
	begin, depth := s.at, 0
	if bytes.IndexByte([]byte(`}],:`), s.peek()) >= 0 {
		s.breaks()
	}
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case '"':
			s.quoted()
		case ',', ':', ' ', '\t', '\r', '\n':
			s.at++
		default:
			s.bare()
		}
		if depth == 0 && !s.broken {
			raw := s.text[begin:s.at]
			s.space()
			return raw
		}
	}
	s.breaks()
	return []byte("null")
}

// quoted steps over a string.
func (s *scanner) quoted() {
	for i := s.at + 1; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			s.at = i + 1
			return
		}
	}
	s.breaks()
}

// bare steps over a number, true, false or null.
func (s *scanner) bare() {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case ',', ':', '}', ']', ' ', '\t', '\r', '\n':
			return
		}
	}
}

// sign steps over one of {}[],: and the space behind it, if it comes next.
func (s *scanner) sign(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	s.space()
	return true
}

func (s *scanner) space() {
	for s.at < len(s.text) && s.text[s.at] <= ' ' {
		s.at++
	}
}

// peek is what comes next, 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// breaks has nothing more read.
func (s *scanner) breaks() { s.at, s.broken = len(s.text), true }
