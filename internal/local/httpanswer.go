package local

import (
	"encoding/json"
	"io"
	"net/http"

	"reactivate/internal/reactivate"
)

// response is the function's answer to an HTTP request, which Function Compute turns into an HTTP response.
type response struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

// parseResponse reads an answer. ok is false if it has no statusCode: Function Compute then sends the answer as it is, with status
// 200.
func parseResponse(answer []byte) (r response, ok bool) {
	err := json.Unmarshal(answer, &r)
	return r, err == nil && r.StatusCode != 0
}

// report returns the report in the body; nil: the body is not one.
func (r response) report() *reactivate.Report {
	report, _ := parseReport([]byte(r.Body))
	return report
}

// left reports whether something is left to do.
func (r response) left() bool {
	report := r.report()
	return r.StatusCode < 200 || r.StatusCode > 299 || r.StatusCode == http.StatusAccepted || report != nil && unfinished(report)
}

// refusal says why there is no report: the error in the body, or else the body itself.
func (r response) refusal() string {
	var body struct {
		Error *struct{ Type, Message string }
	}
	if json.Unmarshal([]byte(r.Body), &body) == nil && body.Error != nil {
		return body.Error.Type + ": " + body.Error.Message
	}
	return cut(r.Body, mostOfOther)
}

// writeAnswer sends what Function Compute would send for the function's answer, and returns the status.
func writeAnswer(w http.ResponseWriter, answer []byte) int {
	r, ok := parseResponse(answer)
	if !ok {
		r = response{StatusCode: http.StatusOK, Body: string(answer)}
	}
	w.Header().Set("Content-Type", "application/json")
	for name, value := range r.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(r.StatusCode)
	io.WriteString(w, r.Body) //nolint:errcheck // the client is gone
	return r.StatusCode
}

// writeError sends a status of the platform, not of the function.
func writeError(w http.ResponseWriter, status int, text string) int {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, text) //nolint:errcheck // the client is gone
	return status
}
