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

// object is the fields of a JSON object in their order, by their exact names; encoding/json's structs would match "InstanceIds" to
// instanceIds.
type object []member

// member is a field of an object: parts of the object's text.
type member struct {
	name  []byte
	value json.RawMessage
}

const (
	usualFields = 16      // which most objects do not exceed
	maxFields   = 100_000 // of an object: more would take more memory than the smallest function has
)

// parseObject parses an object. What is none is an error; null is one without fields.
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

// value is a field's JSON; nil if it is not there. Of a field that stands twice the last counts.
func (o object) value(name string) json.RawMessage {
	for _, f := range slices.Backward(o) {
		if string(f.name) == name {
			return f.value
		}
	}
	return nil
}

// repeated is the error of a field that stands twice, for formats that are read strictly: a reader may have meant either. nil if
// none does.
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

// has tells whether all the fields are there.
func (o object) has(names ...string) bool {
	for _, name := range names {
		if o.value(name) == nil {
			return false
		}
	}
	return true
}

// hasAny tells whether one of the fields is there.
func (o object) hasAny(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return o.has(name) })
}

// text is a field's string, or its number as it is written; "" for anything else, for none, and for a word that says so.
func (o object) text(name string) string { return text(o.value(name)) }

// first is the first of the fields that has a text.
func (o object) first(names ...string) string {
	for _, name := range names {
		if value := o.text(name); value != "" {
			return value
		}
	}
	return ""
}

// object is a field's object, also where it is spelled as a JSON string; nil for anything else.
func (o object) object(name string) object {
	raw := o.value(name)
	if len(raw) > 0 && raw[0] == '"' {
		raw = trim([]byte(text(raw)))
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	inner, _ := parseObject(raw) // which is nil if it is broken
	return inner
}

// text is a string's value, or a number as it is written; "" for anything else, and for a word for nothing.
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

// isNothing tells whether a text is empty or a word for it, as senders write it where they have no value:
// regionId=null stands in a captured callback of CloudMonitor's. In an event it is as if the field were not there; in a
// request it is a mistake.
func isNothing(text string) bool {
	text = strings.TrimSpace(text)
	return slices.ContainsFunc([]string{"", "null", "none", "undefined", "nil", "-"}, func(word string) bool { return strings.EqualFold(text, word) })
}

// says tells whether a value says anything: null and words for nothing do not.
func says(raw json.RawMessage) bool {
	value, isText := stringValue(raw)
	return len(raw) > 0 && string(raw) != "null" && (!isText || !isNothing(value))
}

// given tells whether a field says anything; an array does if one of its elements does.
func (o object) given(name string) bool {
	if elements := array(o.value(name)); elements != nil {
		return slices.ContainsFunc(elements, says)
	}
	return says(o.value(name))
}

// misspelled is the name among those known that another one means, in another case or with its words joined otherwise;
// "" if it is one of them, or means none.
func misspelled(name string, known []string) string {
	if len(name) > maxShown || slices.Contains(known, name) {
		return ""
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. ", r) {
			return -1
		}
		return r
	}, name)
	i := slices.IndexFunc(known, func(other string) bool { return strings.EqualFold(other, name) })
	if i < 0 {
		return ""
	}
	return known[i]
}

// array is the elements of a JSON array, parts of its text; nil for anything else.
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

// fieldName is the name of a field that somebody else chose, as an error shows it.
func fieldName(name string) string { return printable(name, maxShown) }

// notJSON says where JSON is broken. The messages of encoding/json show one character at most.
func notJSON(err error) *DecodeError {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &DecodeError{Problem: say("not-json-at", syntax.Offset, printable(syntax.Error(), 80))}
	}
	return &DecodeError{Problem: say("not-json")}
}

// trim takes white space and the byte order mark that some editors write off a text.
func trim(text []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\ufeff")))
}

// decodeBase64 is the JSON or XML in a base64 text, since a body may be encoded on its way; nil if
// there is none. A word such as "TEST" is base64 too, of nothing that makes sense.
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
