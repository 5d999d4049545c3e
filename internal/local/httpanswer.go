package local

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// response is an answer that names a statusCode, which Function Compute maps to
// an HTTP response.
type response struct {
	StatusCode      int
	Headers         map[string]string
	IsBase64Encoded bool
	Body            json.RawMessage // a string, or any JSON
}

// parseResponse reads a function's output. Only an object with a whole number
// as its statusCode is a response; Function Compute sends everything else with
// status 200, as it is.
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
	// What has another type is as if it were not there.
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

// content is the body as it goes out. One that claims base64 and is none goes
// out as it is, says the document.
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

const maxResponseHeaders = 8 << 10 // bytes

// writeOutput sends what Function Compute would send for a function's output,
// and returns the status.
func writeOutput(w http.ResponseWriter, output []byte) int {
	r, ok := parseResponse(output)
	if !ok {
		w.Header().Set("Content-Type", "application/json")
		return writeBody(w, http.StatusOK, output)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for name, value := range r.Headers {
		name = http.CanonicalHeaderKey(name)
		if !isIgnored(name) {
			header.Set(name, value)
		}
	}
	// A status that is no final one, and headers too large, are a bad response.
	if r.StatusCode < 200 || r.StatusCode > 599 || headerSize(header) > maxResponseHeaders {
		return writeError(w, http.StatusBadGateway, "BadResponse")
	}
	for name := range header {
		w.Header()[name] = header[name]
	}
	return writeBody(w, r.StatusCode, r.content())
}

// writeError sends a status of the platform's own, not of the function.
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
		w.Write(body) //nolint:errcheck // the client has gone: nobody is left to be told
	}
	return status
}
