package local

import (
	"bytes"
	"encoding/json"
	"maps"
)

// fields are those of a JSON object, so that what is not known here comes
// through as it is. nil is no object.
type fields map[string]json.RawMessage

func parseFields(object []byte) (f fields) {
	if json.Unmarshal(object, &f) != nil {
		return nil
	}
	return f
}

// set sets a field to a value that can always be marshalled.
func (f fields) set(name string, value any) { f[name] = encode(value) }

// line is the object as one line of JSON.
func (f fields) line() []byte { return encode(f) }

// encode is JSON without the escapes that only a browser needs. The values here
// are made of texts, numbers and JSON that was read before: no other can fail.
func encode(value any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return []byte("null")
	}
	return bytes.TrimSpace(b.Bytes())
}

// document is an answer as one line of JSON, in one shape: the report's fields
// at the top, with list, the rows, among them in any case; beside them the error
// that the invocation ended with, if any, and of an HTTP answer its own fields.
func document(a answer, list string) []byte {
	doc := parseFields(a.Payload)
	switch {
	case a.Error != nil:
		doc = fields{"error": encode(struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		}{a.Error.Type, a.Error.Message})}
		if a.logged != nil {
			maps.Copy(doc, parseFields(encode(a.logged)))
		}
	case doc == nil: // no answer of this function
		if json.Valid(a.Payload) {
			return encode(json.RawMessage(a.Payload))
		}
		return encode(string(a.Payload))
	case doc[list] != nil || doc["checks"] != nil:
		return encode(json.RawMessage(a.Payload))
	default:
		if h, ok := parseHTTPAnswer(a.Payload); ok {
			response := doc
			doc = fields{}
			maps.Copy(doc, parseFields(h.body))
			maps.Copy(doc, response)
		}
	}
	if doc[list] == nil {
		doc[list] = []byte("[]")
	}
	return doc.line()
}
