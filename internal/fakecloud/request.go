package fakecloud

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const maxBody = 1 << 20 // bytes of a request's body; every real one is far smaller

// request is an API request of any of the wire formats.
type request struct {
	*http.Request
	path     string
	params   url.Values // of the query, and of a posted form
	body     []byte
	action   string
	version  string
	resource string // that the path names, such as a function; "": none
	acs3     bool   // signed by ACS3-HMAC-SHA256 headers, else by RPC v1 parameters
	api      *api   // that it calls; nil: none
}

// parseRequest reads a request. The request returned is never nil.
func parseRequest(r *http.Request) (*request, *Error) {
	q := &request{
		Request: r, path: r.URL.EscapedPath(), acs3: strings.HasPrefix(r.Header.Get("Authorization"), acs3Algorithm),
		action: r.Header.Get("x-acs-action"), version: r.Header.Get("x-acs-version"),
	}
	var err error
	if q.body, err = io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody)); err != nil {
		return q, invalid("body")
	}
	sent := http.Request{Method: r.Method, URL: r.URL, Header: r.Header, Body: io.NopCloser(bytes.NewReader(q.body))}
	if sent.ParseForm() != nil {
		return q, apiError("IncompleteSignature")
	}
	q.params = sent.Form
	if !q.acs3 { // the headers x-acs-action and x-acs-version are unsigned there
		q.action, q.version = q.params.Get("Action"), q.params.Get("Version")
	}
	q.readPath()
	return q, q.check()
}

// readPath finds the operation and the resource of an API that names them by its path.
func (q *request) readPath() {
	parts := strings.Split(strings.Trim(q.path, "/"), "/")
	switch {
	case len(parts) >= 3 && parts[0] == functionVersion && parts[1] == "functions":
		q.resource = parts[2]
	case strings.HasPrefix(q.Header.Get("Authorization"), logAlgorithm):
		q.version = logVersion
		q.resource = parts[len(parts)-1]
		switch {
		case q.path == "/alerts":
			q.action = "ListAlerts"
		case len(parts) == 2 && parts[0] == "dashboards":
			q.action = "GetDashboard"
		case len(parts) == 4 && parts[0] == "resources" && parts[2] == "records":
			q.action = "GetResourceRecord"
		}
	}
}

// check refuses what the gateway refuses before it looks at the key.
func (q *request) check() *Error {
	i := slices.IndexFunc(apis, func(a api) bool { return a.version == q.version && a.name == q.action })
	if i < 0 || q.path != "/" && q.path != "" && q.resource == "" {
		return apiError("InvalidAction.NotFound") // seen at ECS: https://github.com/aliyun/aliyun-cli/pull/415
	}
	q.api = &apis[i]
	return nil
}
