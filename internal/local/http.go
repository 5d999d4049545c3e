package local

import (
	"encoding/base64"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
)

// newHTTPEvent makes the event that an HTTP trigger hands to an event function, version v1. The request's body has been read
// already. The event has the main fields of the documented shape:
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
func newHTTPEvent(r *http.Request, body []byte, account, requestID string) []byte {
	content, isBase64 := string(body), !isText(r.Header.Get("Content-Type"))
	if isBase64 {
		content = base64.StdEncoding.EncodeToString(body)
	}
	return encode(map[string]any{
		"version":         "v1",
		"rawPath":         r.URL.EscapedPath(),
		"headers":         joined(r.Header),
		"queryParameters": joined(r.URL.Query()),
		"body":            content,
		"isBase64Encoded": isBase64,
		"requestContext": map[string]any{
			"accountId":  account,
			"domainName": hostOf(r.Host),
			"requestId":  requestID,
			"http":       map[string]string{"method": r.Method, "path": r.URL.Path, "sourceIp": hostOf(r.RemoteAddr)},
		},
	})
}

// hostOf returns an address without its port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// joined keeps one value for each name: several values are joined by commas.
func joined(values map[string][]string) map[string]string {
	m := make(map[string]string, len(values))
	for name, list := range values {
		m[name] = strings.Join(list, ",")
	}
	return m
}

// isText reports whether a body is passed on as text. All others, including forms and bodies without a type, are passed on as
// base64.
func isText(contentType string) bool {
	mediaType, _, _ := mime.ParseMediaType(contentType) // bad parameters do not change the type
	switch mediaType {
	case "application/json", "application/ld+json", "application/xhtml+xml", "application/xml", "application/atom+xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(mediaType, "text/")
}

// write sends what Function Compute would send for the answer, and returns the status. An answer without a statusCode is sent as
// it is, with status 200.
func (a *answer) write(w http.ResponseWriter) int {
	r := a.response
	if r == nil {
		r = &response{StatusCode: http.StatusOK, Body: string(a.Payload)}
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
