package local

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"reactivate/internal/fakefc"
	"reactivate/internal/reactivate"
)

// answer is the result of an invocation, decoded, and what the function logged of it.
type answer struct {
	fakefc.Result
	logged                // the report too, if it is not in the answer
	response    *response // nil: the event was no HTTP request
	checks      []check   // none: no checkup was asked for
	stderrLines []string  // of a process that died
}

// response is the function's answer to an HTTP request, which Function Compute turns into an HTTP response.
type response struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

// decode finds out what the answer, or the body of an HTTP answer, is.
func (a *answer) decode() {
	body := a.Payload
	var r response
	if json.Unmarshal(body, &r) == nil && r.StatusCode != 0 {
		a.response, body = &r, []byte(r.Body)
	}
	var report reactivate.Report
	isReport := parseFields(body)["results"] != nil && json.Unmarshal(body, &report) == nil // every report has results
	if isReport && (report.Cut == 0 || a.report == nil) {                                   // the log leaves no rows out
		a.report = &report
	}
	var checkup struct{ Checks []check }
	if json.Unmarshal(body, &checkup) == nil {
		a.checks = checkup.Checks
	}
}

// left reports whether something is left to do.
func (a *answer) left() bool {
	switch {
	case a.Error != nil:
		return true
	case a.response != nil && (a.response.StatusCode > 299 || a.response.StatusCode == http.StatusAccepted):
		return true
	case a.report != nil:
		return unfinished(a.report)
	case len(a.checks) > 0:
		return slices.ContainsFunc(a.checks, func(c check) bool { return c.Status != "ok" && c.Status != "warning" })
	}
	return a.response == nil // an unknown answer
}

// fields are the fields of a JSON object, as they were written; nil: it is not an object.
type fields map[string]json.RawMessage

func parseFields(object []byte) (f fields) {
	if json.Unmarshal(object, &f) != nil {
		return nil
	}
	return f
}

// encode returns a value as JSON, without the escapes that only browsers need. It cannot fail, because it only gets texts, numbers
// and JSON that was decoded before.
func encode(value any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(value) //nolint:errcheck // see above
	return bytes.TrimSpace(b.Bytes())
}

// document returns the answer as one line of JSON. The report's fields are at the top. An error of the invocation is in the field
// "error". An HTTP answer keeps its own fields. These two always have the field "results".
func (a *answer) document() []byte {
	doc := fields{}
	switch {
	case a.Error != nil:
		doc["error"] = encode(struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		}{a.Error.Type, a.Error.Message})
		if a.report != nil {
			maps.Copy(doc, parseFields(encode(a.report)))
		}
	case a.response == nil:
		return encode(json.RawMessage(a.Payload))
	default:
		maps.Copy(doc, parseFields([]byte(a.response.Body)))
		maps.Copy(doc, parseFields(a.Payload))
	}
	if doc["results"] == nil {
		doc["results"] = []byte("[]")
	}
	return encode(doc)
}
