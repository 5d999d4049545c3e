package local

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The event that an HTTP trigger hands to a function that is no web server,
// version v1. The shape and the samples are those of
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
type (
	httpEvent struct {
		Version         string            `json:"version"`
		RawPath         string            `json:"rawPath"` // as it came, percent-encoded
		Headers         map[string]string `json:"headers"`
		QueryParameters map[string]string `json:"queryParameters"`
		Body            string            `json:"body"`
		IsBase64Encoded bool              `json:"isBase64Encoded"`
		RequestContext  requestContext    `json:"requestContext"`
	}
	requestContext struct {
		AccountID    string      `json:"accountId"`
		DomainName   string      `json:"domainName"`
		DomainPrefix string      `json:"domainPrefix"`
		HTTP         httpContext `json:"http"`
		RequestID    string      `json:"requestId"`
		Time         string      `json:"time"`
		TimeEpoch    string      `json:"timeEpoch"` // milliseconds, as a text
	}
	httpContext struct {
		Method    string `json:"method"`
		Path      string `json:"path"` // decoded
		Protocol  string `json:"protocol"`
		SourceIP  string `json:"sourceIp"`
		UserAgent string `json:"userAgent"`
	}
)

// newHTTPEvent makes the event of a request whose body has been read.
func newHTTPEvent(r *http.Request, body []byte, account, requestID string, now time.Time) ([]byte, error) {
	domain := r.Host
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		domain = host
	}
	prefix, _, _ := strings.Cut(domain, ".")
	source, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		source = r.RemoteAddr
	}
	event := httpEvent{
		Version:         "v1",
		RawPath:         r.URL.EscapedPath(),
		Headers:         joined(r.Header, textproto.CanonicalMIMEHeaderKey),
		QueryParameters: joined(r.URL.Query(), func(name string) string { return name }),
		Body:            string(body),
		RequestContext: requestContext{
			AccountID: account, DomainName: domain, DomainPrefix: prefix, RequestID: requestID,
			Time: now.UTC().Format(time.RFC3339), TimeEpoch: strconv.FormatInt(now.UnixMilli(), 10),
			HTTP: httpContext{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent(),
			},
		},
	}
	if !isText(r.Header.Get("Content-Type")) {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return json.Marshal(event)
}

// joined keeps one value for each name: several values are joined by commas.
func joined[M ~map[string][]string](values M, canonical func(string) string) map[string]string {
	m := make(map[string]string, len(values))
	for name, list := range values {
		m[canonical(name)] = strings.Join(list, ",")
	}
	return m
}

// isText reports whether a body is passed on as text. All other bodies, also forms and those without a type, are passed on as
// base64.
func isText(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil { // bad parameters do not change the type
		mediaType, _, _ = strings.Cut(contentType, ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	switch mediaType {
	case "application/json", "application/ld+json", "application/xhtml+xml", "application/xml", "application/atom+xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(mediaType, "text/")
}

// tokenless returns the request's target without its query, which may hold a token.
func tokenless(u *url.URL) string { return clean(u.EscapedPath()) }
