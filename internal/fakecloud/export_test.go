package fakecloud

import "net/http"

// SignACS3 signs a request for any action: the fake does not serve that of the
// official example.
func SignACS3(r *http.Request, names []string, secret string) (canonical, signature string) {
	q, _ := parseRequest(r)
	return canonicalACS3(q, names), signACS3(q, names, secret)
}
