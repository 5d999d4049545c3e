package aliyun

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// scanner goes through JSON once and decodes only what is asked for: 17 of the 129 fields that a page of instances may have. The rest it
// steps over.
type scanner struct {
	text   []byte
	at     int // where the next value or sign begins
	depth  int
	broken bool              // the text is no JSON; nothing more is read of it
	fault  error             // the first value of another shape than asked for, or name that is not clear
	words  map[string]string // see word
}

// maxDepth is how many objects and lists may stand in each other, as encoding/json has it.
const maxDepth = 10_000

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
	return s.fault
}

// fields goes through those fields of an object that are asked for; null has none. The loop reads the value or leaves it, and goes on
// to the end. A name that stands twice, or in other letters, is a fault: who knows which value is meant?
func (s *scanner) fields(names []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var seen uint // a bit a name
		for more := s.enter('{', '}'); more; more = s.goesOn('}') {
			found := s.name()
			value := s.at
			for i, name := range names {
				switch {
				case len(found) != len(name) || string(found) != name && !strings.EqualFold(string(found), name):
				case string(found) != name || seen&(1<<i) != 0:
					s.faults(name + " stands twice, or in other letters")
				default:
					seen |= 1 << i
					if !yield(name) {
						return
					}
				}
			}
			if s.at == value {
				s.value()
			}
		}
	}
}

// elements goes through a list by number; null has none. The loop reads the element or leaves it, and goes on to the end.
func (s *scanner) elements() iter.Seq[int] {
	return func(yield func(int) bool) {
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
	switch raw := s.value(); raw[0] {
	case '"':
		return s.unquote(raw)
	case '{', '[':
		s.faults(shape(raw[0]) + " stands where a text should")
		return nil
	case 'n':
		return nil
	default:
		return raw
	}
}

func (s *scanner) faults(what string) {
	if s.fault == nil {
		s.fault = errors.New(what)
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
	raw := s.value()
	if raw[0] != '"' || !s.sign(':') {
		s.breaks()
		return nil
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
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
		s.faults(shape(raw[0]) + " stands where " + shape(open) + " should")
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

// value steps over a value and returns its text; null of what is broken.
func (s *scanner) value() []byte {
	begin := s.at
	s.step()
	raw := s.text[begin:s.at]
	s.space()
	if s.broken {
		return []byte("null")
	}
	return raw
}

// step steps over a value, and over the space behind an object or a list.
func (s *scanner) step() {
	if s.depth++; s.depth > maxDepth+1 { // and a text or a number
		s.breaks()
	}
	switch s.peek() {
	case '{':
		for more := s.enter('{', '}'); more; more = s.goesOn('}') {
			s.quoted()
			s.space()
			if !s.sign(':') {
				s.breaks()
			}
			s.step()
			s.space()
		}
	case '[':
		for more := s.enter('[', ']'); more; more = s.goesOn(']') {
			s.step()
			s.space()
		}
	case '"':
		s.quoted()
	default:
		s.bare()
	}
	s.depth--
}

// quoted steps over a string.
func (s *scanner) quoted() {
	if s.peek() != '"' {
		s.breaks()
		return
	}
	for i := s.at + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c >= ' ' && c != '"' && c != '\\':
		case c == '"':
			s.at = i + 1
			return
		case c == '\\':
			i += escaped(s.text[i+1:])
		default:
			s.breaks()
			return
		}
	}
	s.breaks()
}

// escaped is how many bytes belong to the backslash before them; where they make no sense, more than there are.
func escaped(text []byte) int {
	switch {
	case len(text) > 0 && bytes.IndexByte([]byte(`"\/bfnrt`), text[0]) >= 0:
		return 1
	case len(text) > 5 && text[0] == 'u' && json.Valid(slices.Concat([]byte(`"\`), text[:5], []byte(`"`))):
		return 5
	}
	return len(text) + 1
}

// bare steps over a number, true, false or null.
func (s *scanner) bare() {
	begin := s.at
	for s.at < len(s.text) && s.text[s.at] > ' ' && !isSign[s.text[s.at]] {
		s.at++
	}
	switch word := s.text[begin:s.at]; {
	case string(word) == "true", string(word) == "false", string(word) == "null", string(word) == "0":
	case !json.Valid(word):
		s.breaks()
	}
}

// isSign tells what ends a number or a word.
var isSign = [256]bool{',': true, ':': true, '{': true, '}': true, '[': true, ']': true, '"': true}

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
	for s.at < len(s.text) && s.text[s.at] <= ' ' && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
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
