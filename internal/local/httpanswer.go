package local

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// response is an answer with a statusCode, which Function Compute turns into an HTTP response.
type response struct {
	StatusCode      int
	Headers         map[string]string
	IsBase64Encoded bool
	Body            json.RawMessage // a string, or any JSON
}

// parseResponse reads a function's output. Only an object whose statusCode is a whole number is a response; Function Compute
// sends everything else as it is, with status 200.
func parseResponse(output []byte) (response, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(output, &fields) != nil || fields["statusCode"] == nil {
		return response{}, false
	}
	var status *int
	if json.Unmarshal(fields["statusCode"], &status) != nil || status == nil {
		return response{}, false
	}
	r := response{StatusCode: *status, Headers: map[string]string{}, Body: fields["body"]}
	// A field of another type is ignored.
	_ = json.Unmarshal(fields["isBase64Encoded"], &r.IsBase64Encoded)
	var headers map[string]json.RawMessage
	_ = json.Unmarshal(fields["headers"], &headers)
	for name, raw := range headers {
		var value string
		if json.Unmarshal(raw, &value) == nil {
			r.Headers[name] = value
		}
	}
	return r, true
}

// content returns the body as it is sent. A body that claims to be base64 and is not is sent as it is, as documented.
func (r response) content() []byte {
	var text string
	if json.Unmarshal(r.Body, &text) != nil {
		return r.Body
	}
	if r.IsBase64Encoded {
		if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
			return decoded
		}
	}
	return []byte(text)
}

// isIgnored tells whether a header of a response does not go out.
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
func isIgnored(name string) bool {
	switch name {
	case "Connection", "Content-Length", "Date", "Keep-Alive", "Server", "Content-Disposition":
		return true
	}
	return strings.HasPrefix(name, "X-Fc-")
}

// writeOutput sends what Function Compute would send for a function's output, and returns the status.
func writeOutput(w http.ResponseWriter, output []byte) int {
	r, ok := parseResponse(output)
	if !ok {
		w.Header().Set("Content-Type", "application/json")
		return writeBody(w, http.StatusOK, output)
	}
	if r.StatusCode < 200 || r.StatusCode > 599 { // not a final status
		return writeError(w, http.StatusBadGateway, "BadResponse")
	}
	w.Header().Set("Content-Type", "application/json")
	for name, value := range r.Headers {
		name = http.CanonicalHeaderKey(name)
		if !isIgnored(name) {
			w.Header().Set(name, value)
		}
	}
	return writeBody(w, r.StatusCode, r.content())
}

// writeError sends a status of the platform, not of the function.
func writeError(w http.ResponseWriter, status int, text string) int {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return writeBody(w, status, []byte(text))
}

func writeBody(w http.ResponseWriter, status int, body []byte) int {
	bodiless := status == http.StatusNoContent || status == http.StatusNotModified
	if !bodiless {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	if !bodiless {
		w.Write(body) //nolint:errcheck // the client is gone
	}
	return status
}
