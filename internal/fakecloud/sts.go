package fakecloud

import (
	"crypto/rand"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// role is a RAM role and the account that it acts in.
type role struct {
	spec    *Role
	account *account
	id      string
}

type assumeRoleBody struct {
	RequestID       string          `json:"RequestId"`
	AssumedRoleUser assumedRoleUser `json:"AssumedRoleUser"`
	Credentials     stsCredentials  `json:"Credentials"`
}

type assumedRoleUser struct {
	ARN string `json:"Arn"`
	ID  string `json:"AssumedRoleId"`
}

type stsCredentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	AccessKeySecret string `json:"AccessKeySecret"`
	SecurityToken   string `json:"SecurityToken"`
	Expiration      string `json:"Expiration"`
}

var sessionName = regexp.MustCompile(`^[a-zA-Z0-9.@_-]{2,64}$`)

// assumeRole hands out keys of a role. The caller's policy and the role's trust
// must both allow it, and the root user of an account may not call it.
// Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
func (k *call) assumeRole() (any, *Error) {
	p := k.q.params
	arn, name := p.Get("RoleArn"), p.Get("RoleSessionName")
	switch {
	case arn == "":
		return nil, apiError(codeMissingParameter, "RoleArn")
	case name == "":
		return nil, apiError(codeMissingParameter, "RoleSessionName")
	case !roleARNPattern.MatchString(arn):
		return nil, apiError("InvalidParameter.RoleArn")
	case !sessionName.MatchString(name):
		return nil, apiError("InvalidParameter.RoleSessionName")
	}
	if strings.HasSuffix(k.key.principal, ":root") {
		return nil, apiError(codeNoPermission)
	}
	if e := k.allowed(); e != nil {
		return nil, e
	}
	r := k.roles[arn]
	if r == nil {
		return nil, apiError(codeRoleNotFound, arn)
	}
	if !r.trusts(k.key) {
		return nil, apiError(codeNoPermission)
	}
	lasts, e := session(p.Get("DurationSeconds"))
	if e != nil {
		return nil, e
	}
	return k.openSession(r, name, lasts), nil
}

// arn is how a session is named: by its role and the name that it was given.
func (k *key) arn() string {
	if k.session == "" {
		return k.principal
	}
	return strings.Replace(k.principal, ":role/", ":assumed-role/", 1) + "/" + k.session
}

func (r *role) trusts(k *key) bool {
	return slices.Contains(r.spec.Trusted, k.principal) ||
		slices.Contains(r.spec.Trusted, "acs:ram::"+k.account.id+":root")
}

// session is how long a session lasts: 15 minutes to 1 hour, which is the default and the usual maximum of a role.
func session(seconds string) (time.Duration, *Error) {
	lasts := time.Hour
	if seconds != "" {
		n, err := strconv.ParseInt(seconds, 10, 32)
		if err != nil {
			return 0, apiError("InvalidParameter.DurationSeconds")
		}
		lasts = time.Duration(n) * time.Second
	}
	if lasts < 15*time.Minute || lasts > time.Hour {
		return 0, apiError("InvalidParameter.DurationSeconds")
	}
	return lasts, nil
}

func (k *call) openSession(r *role, name string, lasts time.Duration) assumeRoleBody {
	// Expired sessions are forgotten, so that a long run does not grow.
	maps.DeleteFunc(k.keys, func(_ string, s *key) bool { return !s.until.IsZero() && !k.now.Before(s.until) })
	told := k.now.Add(lasts).UTC().Truncate(time.Second)
	until := told
	if r.spec.RevokedAfter > 0 {
		until = k.now.Add(time.Duration(r.spec.RevokedAfter))
	}
	s := &key{
		id: "STS.N" + rand.Text()[:20], secret: rand.Text() + rand.Text()[:10], token: "CAIS" + rand.Text() + rand.Text(),
		account: r.account, principal: r.spec.ARN, session: name, principalID: r.id + ":" + name,
		deny: r.spec.Deny, until: until,
	}
	k.keys[s.id] = s
	return assumeRoleBody{
		RequestID:       k.id,
		AssumedRoleUser: assumedRoleUser{ARN: r.spec.ARN + "/" + name, ID: s.principalID},
		Credentials: stsCredentials{
			AccessKeyID: s.id, AccessKeySecret: s.secret, SecurityToken: s.token, Expiration: told.Format(time.RFC3339),
		},
	}
}

type callerBody struct {
	RequestID string `json:"RequestId"`
	AccountID string `json:"AccountId"`
	ARN       string `json:"Arn"`
}

// getCallerIdentity answers with the account and the user or role that signed the request. It needs no permission.
// Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
func (k *call) getCallerIdentity() (any, *Error) {
	return callerBody{RequestID: k.id, AccountID: k.key.account.id, ARN: k.key.principal}, nil
}
