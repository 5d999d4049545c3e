package fakecloud

import "net/http"

// SignACS3 lets the official vector be checked, whose action the fake does not
// serve.
func SignACS3(r *http.Request, names []string, secret string) (canonical, signature string) {
	q, _ := parseRequest(r)
	return canonicalACS3(q, names), signACS3(q, names, secret)
}
