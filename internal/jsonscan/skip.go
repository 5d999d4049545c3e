package jsonscan

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// How values are skipped without being decoded.

// step skips a value, and the white space after an object or a list.
func (s *Scanner) step() {
	switch s.peek() {
	case '{':
		for range s.Members() {
		}
	case '[':
		for range s.Elements() {
		}
	case '"':
		s.quoted()
	default:
		s.bare()
	}
}

// quoted skips a string.
func (s *Scanner) quoted() {
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

// escaped is how many bytes belong to a backslash. After an invalid one it is more bytes than there are.
func escaped(text []byte) int {
	switch {
	case len(text) > 0 && bytes.IndexByte([]byte(`"\/bfnrt`), text[0]) >= 0:
		return 1
	case len(text) > 5 && text[0] == 'u':
		if _, err := hex.Decode(make([]byte, 2), text[1:5]); err == nil {
			return 5
		}
	}
	return len(text) + 1
}

// bare skips a number, true, false or null.
func (s *Scanner) bare() {
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

// isSign is the set of characters that end a number or a word.
var isSign = [256]bool{',': true, ':': true, '{': true, '}': true, '[': true, ']': true, '"': true}

// sign skips one of {}[],: and the white space after it, if it comes next.
func (s *Scanner) sign(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	s.space()
	return true
}

func (s *Scanner) space() {
	for s.at < len(s.text) && s.text[s.at] <= ' ' && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
}

// peek is the next byte, 0 at the end.
func (s *Scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// breaks stops all further reading.
func (s *Scanner) breaks() { s.at, s.broken = len(s.text), true }
