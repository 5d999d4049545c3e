package local

import (
	"bytes"
	"encoding/json"
	"maps"
)

// fields are the fields of a JSON object, as they were written; nil: it is not an object.
type fields map[string]json.RawMessage

func parseFields(object []byte) (f fields) {
	if json.Unmarshal(object, &f) != nil {
		return nil
	}
	return f
}

// encode returns a value as JSON, without the escapes that only browsers need. It is used for texts, numbers and JSON that was
// read before, which cannot fail.
func encode(value any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(value) //nolint:errcheck // see above
	return bytes.TrimSpace(b.Bytes())
}

// document returns an answer as one line of JSON. The report's fields are at the top, and the list (of rows or checks) is
// always there. An error of the invocation is in the field "error"; an HTTP answer keeps its own fields.
func document(a answer, list string) []byte {
	doc := parseFields(a.Payload)
	switch {
	case a.Error != nil:
		doc = fields{"error": encode(struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		}{a.Error.Type, a.Error.Message})}
		if a.report != nil {
			maps.Copy(doc, parseFields(encode(a.report)))
		}
	case doc == nil: // not an answer of this function
		if json.Valid(a.Payload) {
			return encode(json.RawMessage(a.Payload))
		}
		return encode(string(a.Payload))
	case doc[list] != nil || doc["checks"] != nil:
		return encode(json.RawMessage(a.Payload))
	default:
		if r, ok := parseResponse(a.Payload); ok {
			answer := doc
			doc = fields{}
			maps.Copy(doc, parseFields([]byte(r.Body)))
			maps.Copy(doc, answer)
		}
	}
	if doc[list] == nil {
		doc[list] = []byte("[]")
	}
	return encode(doc)
}
