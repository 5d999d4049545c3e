// Package jsonscan reads JSON in one pass and decodes only what is asked for. It does not copy the rest and uses no reflection.
// It accepts exactly the texts that encoding/json accepts. It is made for what is read often: pages of instances, of whose 129
// fields 17 are needed, and events, where most fields only show the format.
package jsonscan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"unicode/utf8"
)

// A Scanner reads one text. What it returns must not be used before End has returned nil.
type Scanner struct {
	text   []byte
	at     int               // where the next value or sign begins
	depth  int               // how many objects and lists are open
	broken bool              // the text is not JSON; nothing more is read
	fault  error             // the first value of another kind than asked for, or name that is ambiguous
	words  map[string]string // see Word
}

// maxDepth is how deep objects and lists may be nested, as in encoding/json.
const maxDepth = 10_000

// New returns a Scanner at the beginning of a text. The text must not change as long as anything that was read of it is in use.
func New(text []byte) *Scanner {
	s := &Scanner{text: text}
	s.space()
	return s
}

// End returns why the text cannot be used, after all of it was read: a *json.SyntaxError if it is not JSON, else the first
// fault.
func (s *Scanner) End() error {
	if s.broken || s.at < len(s.text) {
		return cmp.Or(json.Unmarshal(s.text, new(json.RawMessage)), errors.New("it is no JSON"))
	}
	return s.fault
}

// Apart returns the first fault of what read reads. It does not count as a fault of the whole text.
func (s *Scanner) Apart(read func()) (fault error) {
	outer := s.fault
	s.fault = nil
	read()
	fault, s.fault = s.fault, outer
	return fault
}

// Members iterates over all members of an object in their order. null has none. A name is a part of the text unless it is
// escaped there; it must not be changed, and it may be invalid UTF-8. The loop may read the value or skip it, and must not break
// off.
func (s *Scanner) Members() iter.Seq[[]byte] {
	return func(yield func(name []byte) bool) {
		for more := s.enter('{', '}'); more; more = s.goesOn('}') {
			name := s.name()
			value := s.at
			if !yield(name) {
				return
			}
			s.passOver(value)
		}
	}
}

// Fields iterates over the fields of an object that are asked for. null has none. The loop may read the value or skip it, and
// must not break off. A name that stands twice, or in another case, is a fault, because nobody knows which value is meant.
func (s *Scanner) Fields(names []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var seen uint // bit i: names[i] was seen
		for found := range s.Members() {
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
		}
	}
}

// Elements iterates over a list by number. null has no elements. The loop may read the element or skip it, and must not break
// off.
func (s *Scanner) Elements() iter.Seq[int] {
	return func(yield func(int) bool) {
		i := 0
		for more := s.enter('[', ']'); more; more = s.goesOn(']') {
			value := s.at
			if !yield(i) {
				return
			}
			s.passOver(value)
			i++
		}
	}
}

// passOver skips the value that begins at a place, unless it was read.
func (s *Scanner) passOver(begin int) {
	if s.at == begin {
		s.Value()
	}
}

// Null tells whether the next value is null.
func (s *Scanner) Null() bool { return s.peek() == 'n' }

// Text reads a text, or a number or boolean in place of one. null is "".
func (s *Scanner) Text() string { return string(s.bytes()) }

// Word is Text for a value that many rows share: it is kept in memory once.
func (s *Scanner) Word() string {
	raw := s.bytes()
	word, ok := s.words[string(raw)]
	if !ok {
		if s.words == nil {
			s.words = make(map[string]string)
		}
		word = string(raw)
		s.words[word] = word
	}
	return word
}

func (s *Scanner) bytes() []byte {
	switch raw := s.Value(); raw[0] {
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

func (s *Scanner) faults(what string) {
	if s.fault == nil {
		s.fault = errors.New(what)
	}
}

// shape names the kind of a value by its first character.
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

// name reads the name of a member, and the colon after it.
func (s *Scanner) name() []byte {
	raw := s.Value()
	if raw[0] != '"' || !s.sign(':') {
		s.breaks()
		return nil
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	return s.unquote(raw)
}

// unquote is the value of a JSON string, as valid UTF-8.
func (s *Scanner) unquote(raw []byte) []byte {
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

// enter goes into an object or a list and tells whether it has any content. Any other value is skipped.
func (s *Scanner) enter(open, end byte) bool {
	if s.sign(open) {
		if s.depth++; s.depth > maxDepth {
			s.breaks()
		}
		return !s.leaves(end)
	}
	if raw := s.Value(); raw[0] != 'n' {
		s.faults(shape(raw[0]) + " stands where " + shape(open) + " should")
	}
	return false
}

// goesOn tells whether an object or a list has more content. If not, it goes out of it.
func (s *Scanner) goesOn(end byte) bool {
	if s.sign(',') {
		return true
	}
	if !s.leaves(end) {
		s.breaks()
	}
	return false
}

// leaves goes out of an object or a list if its end comes next.
func (s *Scanner) leaves(end byte) bool {
	if !s.sign(end) {
		return false
	}
	s.depth--
	return true
}

// Value skips a value and returns its JSON. That is a part of the text and must not be changed. It includes the white space
// after an object or a list. It is null if the text is broken.
func (s *Scanner) Value() []byte {
	begin := s.at
	s.step()
	raw := s.text[begin:s.at:s.at]
	s.space()
	if s.broken {
		return []byte("null")
	}
	return raw
}
