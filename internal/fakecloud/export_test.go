package fakecloud

import "net/http"

// SignACS3 lets the official vector be checked, whose action the fake does not
// serve.
func SignACS3(r *http.Request, names []string, secret string) (canonical, signature string) {
	q, _ := parseRequest(r)
	return canonicalACS3(q, names), signACS3(q, names, secret)
}

// Codes are the documented errors.
func Codes() []Error { return codes }

// UseNonce says whether a nonce was used before, and uses it.
func (c *Cloud) UseNonce(nonce string) bool { return c.nonces.used("key", nonce, c.Now()) }

// NonceCount is how many nonces are remembered.
func (c *Cloud) NonceCount() int { return len(c.nonces.young) + len(c.nonces.old) }

// KeyCount is how many access keys are known, those of sessions included.
func (c *Cloud) KeyCount() int { return len(c.keys) }
