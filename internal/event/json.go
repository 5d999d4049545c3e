package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// object is a JSON object by its exact field names; encoding/json's structs would match
// "InstanceIds" to instanceIds.
type object map[string]json.RawMessage

// parseObject parses text, which begins with a brace. Of a field that stands twice the last counts.
func parseObject(text []byte) (object, *DecodeError) {
	var o object
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, notJSON(err)
	}
	return o, nil
}

// has tells whether all the fields are there.
func (o object) has(names ...string) bool {
	for _, name := range names {
		if _, ok := o[name]; !ok {
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
func (o object) text(name string) string { return text(o[name]) }

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
	raw := o.objectText(name)
	if raw == nil {
		return nil
	}
	inner, problem := parseObject(raw)
	if problem != nil {
		return nil
	}
	return inner
}

// objectText is the JSON of a field's object; nil for anything that does not begin like one.
func (o object) objectText(name string) []byte {
	raw := o[name]
	if len(raw) > 0 && raw[0] == '"' {
		raw = trim([]byte(text(raw)))
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	return raw
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
	if elements := array(o[name]); elements != nil {
		return slices.ContainsFunc(elements, says)
	}
	return says(o[name])
}

// misspelled is the name among those known that another one means, in another case or with its words joined otherwise;
// "" if it is one of them, or means none.
func misspelled(name string, known []string) string {
	if len(name) > maxShown || slices.Contains(known, name) {
		return ""
	}
	name = strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(name)
	i := slices.IndexFunc(known, func(other string) bool { return strings.EqualFold(other, name) })
	if i < 0 {
		return ""
	}
	return known[i]
}

// array is the elements of a JSON array; nil for anything else.
func array(raw json.RawMessage) []json.RawMessage {
	var elements []json.RawMessage
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &elements) != nil {
		return nil
	}
	return elements
}

// member is a field of an object in its order.
type member struct {
	name  string
	value json.RawMessage
}

// members are the fields of an object in their order, for formats that are read strictly: a field
// that stands twice is an error, since a reader may have meant either.
func members(text []byte) ([]member, *DecodeError) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return nil, notJSON(err)
	}
	var all []member
	seen := make(map[string]bool)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		name, ok := token.(string)
		if !ok {
			return nil, &DecodeError{Problem: "is not valid JSON"}
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, notJSON(err)
		}
		if seen[name] {
			return nil, &DecodeError{Field: fieldName(name), Problem: "stands twice"}
		}
		seen[name] = true
		all = append(all, member{name, value})
	}
	return all, nil
}

// fieldName is the name of a field that somebody else chose, as an error shows it.
func fieldName(name string) string { return printable(name, maxShown) }

// notJSON says where JSON is broken. The messages of encoding/json show one character at most.
func notJSON(err error) *DecodeError {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &DecodeError{Problem: fmt.Sprintf("is not valid JSON at byte %d: %s", syntax.Offset, printable(syntax.Error(), 80))}
	}
	return &DecodeError{Problem: "is not valid JSON"}
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
