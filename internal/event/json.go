package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"reactivate/internal/jsonscan"
)

// object is the fields of a JSON object in their order, by their exact names. (The structs of encoding/json would read
// "InstanceIds" as instanceIds.)
type object []member

// member is a field of an object. Name and value are parts of the object's text.
type member struct {
	name  []byte
	value json.RawMessage
}

const (
	usualFields = 16      // most objects have no more
	maxFields   = 100_000 // per object; more would not fit into the memory of the smallest function
)

// parseObject parses an object. null is an object without fields, and anything else is an error.
func parseObject(text []byte) (object, *DecodeError) {
	s := jsonscan.New(text)
	o := make(object, 0, usualFields)
	for name := range s.Members() {
		if len(o) == maxFields {
			return nil, &DecodeError{Problem: say("too-many-fields")}
		}
		o = append(o, member{name, s.Value()})
	}
	if err := s.End(); err != nil {
		return nil, notJSON(err)
	}
	return o, nil
}

// value is the JSON of a field; nil if it is missing. If a field stands twice, the last counts.
func (o object) value(name string) json.RawMessage {
	for _, f := range slices.Backward(o) {
		if string(f.name) == name {
			return f.value
		}
	}
	return nil
}

// repeated is the error of a field that stands twice, for formats that are read strictly, because nobody knows which one was
// meant. nil if no field does.
func (o object) repeated() *DecodeError {
	seen := make(map[string]bool, len(o))
	for _, f := range o {
		if seen[string(f.name)] {
			return &DecodeError{Field: fieldName(string(f.name)), Problem: say("twice")}
		}
		seen[string(f.name)] = true
	}
	return nil
}

// has tells whether all the fields exist.
func (o object) has(names ...string) bool {
	for _, name := range names {
		if o.value(name) == nil {
			return false
		}
	}
	return true
}

// hasAny tells whether one of the fields exists.
func (o object) hasAny(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return o.has(name) })
}

// text is the string of a field, or its number as it is written. It is "" for any other value, for a missing field, and for a
// word that means nothing.
func (o object) text(name string) string { return text(o.value(name)) }

// object is the object in a field, which may be written as a JSON string; nil for any other value.
func (o object) object(name string) object {
	raw := o.value(name)
	if len(raw) > 0 && raw[0] == '"' {
		raw = trim([]byte(text(raw)))
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	inner, _ := parseObject(raw) // nil if it is broken
	return inner
}

// text is the value of a string, or a number as it is written. It is "" for any other value, and for a word that means nothing.
func text(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	if raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9' {
		return string(raw)
	}
	value, ok := stringValue(raw)
	if !ok || isNothing(value) {
		return ""
	}
	return value
}

// isNothing tells whether a text is empty or a word that senders write for a missing value: a captured callback of CloudMonitor
// has regionId=null. In an event such a field counts as missing; in a request it is an error.
func isNothing(text string) bool {
	text = strings.TrimSpace(text)
	return slices.ContainsFunc([]string{"", "null", "none", "undefined", "nil", "-"}, func(word string) bool { return strings.EqualFold(text, word) })
}

// hasValue tells whether a value is there and is neither null nor a word that means nothing.
func hasValue(raw json.RawMessage) bool {
	value, isText := stringValue(raw)
	return len(raw) > 0 && string(raw) != "null" && (!isText || !isNothing(value))
}

// misspelled is the known name that another name probably means, in another case or with its words joined in another way. It is
// "" if the name is known, or like none.
func misspelled(name string, known []string) string {
	if len(name) > maxShown || slices.Contains(known, name) {
		return ""
	}
	name = joined(name)
	i := slices.IndexFunc(known, func(other string) bool { return strings.EqualFold(joined(other), name) })
	if i < 0 {
		return ""
	}
	return known[i]
}

// joined removes what may stand between the words of a name.
func joined(name string) string {
	return strings.Map(func(char rune) rune {
		switch char {
		case '_', '-', '.', ' ':
			return -1
		}
		return char
	}, name)
}

// array is the elements of a JSON array, which are parts of its text; nil for any other value.
func array(raw json.RawMessage) []json.RawMessage {
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	s := jsonscan.New(raw)
	elements := []json.RawMessage{}
	for range s.Elements() {
		elements = append(elements, s.Value())
	}
	if s.End() != nil {
		return nil
	}
	return elements
}

// fieldName is a field's name as an error shows it.
func fieldName(name string) string { return printable(name, maxShown) }

// notJSON says where JSON is broken. The messages of encoding/json repeat one character of it at most.
func notJSON(err error) *DecodeError {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &DecodeError{Problem: say("not-json-at", syntax.Offset, printable(syntax.Error(), 80))}
	}
	return &DecodeError{Problem: say("not-json")}
}

// trim removes white space, and the byte order mark that some editors write.
func trim(text []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\ufeff")))
}

// decodeBase64 is the JSON or XML in a base64 text, because a body may be encoded on its way; nil if it is something else. A word such
// as "TEST" is valid base64 too, but decodes to neither.
func decodeBase64(text []byte) []byte {
	encoding := base64.StdEncoding
	if len(text)%4 != 0 {
		encoding = base64.RawStdEncoding
	}
	inner, err := encoding.DecodeString(string(text))
	if err != nil || !utf8.Valid(inner) {
		return nil
	}
	if inner = trim(inner); len(inner) == 0 || !strings.ContainsRune(`{["<`, rune(inner[0])) {
		return nil
	}
	return inner
}
