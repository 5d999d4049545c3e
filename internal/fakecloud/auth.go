package fakecloud

import (
	"cmp"
	"crypto/subtle"
	"slices"
	"strings"
	"time"
)

// timeFormat is how requests write their time.
const timeFormat = "2006-01-02T15:04:05Z"

// key is an access key of the fleet file, or of a session of an assumed role.
type key struct {
	AccessKey
	account *account
	session string // the session's name; "": a key of the fleet file
}

// addKeys adds an account's keys, or a default one if the fleet names none.
func (c *Cloud) addKeys(a *account) {
	specs := a.AccessKeys
	if len(specs) == 0 {
		suffix := ""
		if a != c.accounts[0] {
			suffix = "-" + a.ID
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
		spec.Principal = cmp.Or(spec.Principal, "acs:ram::"+a.ID+":"+name)
		c.keys[spec.ID] = &key{AccessKey: spec, account: a}
	}
	a.firstKey = c.keys[specs[0].ID]
}

// maxClockSkew is how far a request's time may be from the clock.
// Source: https://help.aliyun.com/en/document_detail/434846.html
const maxClockSkew = 15 * time.Minute

// authenticate finds the key that signed a request. The order of the real
// gateway's checks is not documented.
func (k *call) authenticate() *Error {
	s, apiErr := k.q.readSignature()
	if apiErr != nil {
		return apiErr
	}
	stamp, err := time.Parse(timeFormat, s.timestamp)
	if err != nil {
		return apiError("InvalidTimeStamp.Format")
	}
	if k.Time.Sub(stamp).Abs() > maxClockSkew {
		return apiError("InvalidTimeStamp.Expired")
	}
	signer := k.keys[s.keyID]
	if signer == nil {
		return apiError("InvalidAccessKeyId.NotFound")
	}
	if apiErr := signer.refusal(s.token, k.at); apiErr != nil {
		return apiErr
	}
	if subtle.ConstantTimeCompare([]byte(s.compute(signer.Secret)), []byte(s.signature)) != 1 {
		return apiError("SignatureDoesNotMatch")
	}
	nonce := [2]string{signer.ID, s.nonce}
	if s.nonce != "" && k.nonces[nonce] {
		return apiError("SignatureNonceUsed")
	}
	k.nonces[nonce] = true // never forgotten, since runs are short
	k.key = signer
	return nil
}

// refusal is why a key cannot be used with this token at this time; nil: it can.
func (k *key) refusal(token string, at time.Duration) *Error {
	switch {
	case k.Disabled:
		return apiError("InvalidAccessKeyId.Inactive")
	case token == "" && k.Token != "":
		return apiError("MissingSecurityToken")
	case token != k.Token:
		return apiError("InvalidSecurityToken.MismatchWithAccessKey")
	case k.ExpiresAfter > 0 && at >= time.Duration(k.ExpiresAfter):
		return apiError("InvalidSecurityToken.Expired")
	}
	return nil
}

// may says whether the caller has a permission such as ecs:DescribeInstances.
func (k *key) may(permission string) bool {
	service, _, _ := strings.Cut(permission, ":")
	return !slices.Contains(k.Deny, permission) && !slices.Contains(k.Deny, service+":*")
}

// caller is the ARN of the user, the role or the session that signs.
func (k *key) caller() string {
	if k.session == "" {
		return k.Principal
	}
	return strings.Replace(k.Principal, ":role/", ":assumed-role/", 1) + "/" + k.session
}
