package fakecloud

import (
	"cmp"
	"crypto/subtle"
	"slices"
	"strings"
	"time"
)

// key is an access key: one of the fleet file, or of an assumed role's session.
type key struct {
	id, secret, token string
	account           *account
	principal         string // ARN of the user or role
	session           string // name of an assumed role's session; "": of the fleet file
	principalID       string
	deny              []string
	disabled          bool
	after             time.Duration // of the fleet file: ends so long after the first use; 0: never
	until             time.Time     // of a session; zero: never
}

// addKeys adds an account's keys, or a key of its own.
func (c *Cloud) addKeys(a *account, specs []AccessKey, first bool) {
	if len(specs) == 0 {
		suffix := ""
		if !first {
			suffix = "-" + a.id
		}
		specs = []AccessKey{{
			ID: "fakeAccessKeyId" + suffix, Secret: "fakeAccessKeySecret" + suffix, Token: "fakeSecurityToken" + suffix,
		}}
	}
	for _, spec := range specs {
		name := "role/function"
		if spec.Token == "" {
			name = "user/operator"
		}
		k := &key{
			id: spec.ID, secret: spec.Secret, token: spec.Token, account: a,
			principal:   cmp.Or(spec.Principal, "acs:ram::"+a.id+":"+name),
			principalID: "2" + a.id, deny: spec.Deny, disabled: spec.Disabled,
			after: time.Duration(spec.ExpiresAfter),
		}
		a.keys = append(a.keys, k)
		c.keys[k.id] = k
	}
}

// maxClockSkew is how far a request's time may be from the clock.
// Source: https://help.aliyun.com/en/document_detail/434846.html
const maxClockSkew = 15 * time.Minute

// authenticate finds the key that signed a request. In which order the real
// gateway checks is not documented.
func (c *Cloud) authenticate(q *request, now time.Time) (*key, *Error) {
	s, apiErr := q.readSignature()
	if apiErr != nil {
		return nil, apiErr
	}
	stamp, err := time.Parse("2006-01-02T15:04:05Z", s.timestamp)
	if err != nil {
		return nil, apiError(codeTimeFormat)
	}
	if now.Sub(stamp).Abs() > maxClockSkew {
		return nil, apiError(codeTimeExpired)
	}
	k := c.keys[s.keyID]
	if k == nil {
		return nil, apiError(codeKeyNotFound)
	}
	if apiErr := c.checkKey(k, s.token, now); apiErr != nil {
		return nil, apiErr
	}
	if subtle.ConstantTimeCompare([]byte(s.compute(k.secret)), []byte(s.signature)) != 1 {
		return nil, apiError(codeSignature)
	}
	if s.nonce != "" && c.nonces.used(k.id, s.nonce) {
		return nil, apiError(codeNonceUsed)
	}
	return k, nil
}

func (c *Cloud) checkKey(k *key, token string, now time.Time) *Error {
	switch {
	case k.disabled:
		return apiError(codeKeyInactive)
	case token == "" && k.token != "":
		return apiError(codeTokenMissing)
	case token != k.token:
		return apiError(codeTokenMismatch)
	case k.after > 0 && c.since(now) >= k.after:
		return apiError(codeTokenExpired)
	case !k.until.IsZero() && !now.Before(k.until):
		return apiError(codeTokenExpired)
	}
	return nil
}

// may says whether the caller has a permission such as ecs:DescribeInstances.
func (k *key) may(permission string) bool {
	service, _, _ := strings.Cut(permission, ":")
	return !slices.Contains(k.deny, permission) && !slices.Contains(k.deny, service+":*")
}

// nonces are those that were used. None is forgotten: a run is not that long.
type nonces map[string]bool

// used says whether the key used the nonce before, and remembers it.
func (n nonces) used(keyID, nonce string) bool {
	key := keyID + "\n" + nonce
	before := n[key]
	n[key] = true
	return before
}
