package fakecloud

import (
	"cmp"
	"crypto/rand"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// role is a RAM role and the account that it acts in.
type role struct {
	Role
	account *account
}

var sessionName = regexp.MustCompile(`^[a-zA-Z0-9.@_-]{2,64}$`)

// assumeRole hands out keys of a role. The caller's policy and the role's trust
// must both allow it, and the root user of an account may not call it.
// Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
func (k *call) assumeRole() (any, *Error) {
	p := k.q.params
	arn, name := p.Get("RoleArn"), p.Get("RoleSessionName")
	switch {
	case !roleARNPattern.MatchString(arn):
		return nil, apiError("InvalidParameter.RoleArn")
	case !sessionName.MatchString(name):
		return nil, apiError("InvalidParameter.RoleSessionName")
	}
	caller, root := k.key.Principal, "acs:ram::"+k.AccountID+":root"
	r := k.roles[arn]
	switch {
	case caller == root:
		return nil, apiError("NoPermission")
	case r == nil:
		return nil, apiError("EntityNotExist.Role", arn)
	case !slices.Contains(r.Trusted, caller) && !slices.Contains(r.Trusted, root):
		return nil, apiError("NoPermission")
	}
	// A session lasts 15 minutes to 1 hour, which is the default and the usual maximum of a role.
	seconds, err := strconv.Atoi(cmp.Or(p.Get("DurationSeconds"), "3600"))
	if err != nil || seconds < 900 || seconds > 3600 {
		return nil, apiError("InvalidParameter.DurationSeconds")
	}
	return k.openSession(r, name, time.Duration(seconds)*time.Second), nil
}

func (k *call) openSession(r *role, name string, lasts time.Duration) object {
	s := AccessKey{
		ID: "STS.N" + rand.Text()[:20], Secret: rand.Text() + rand.Text()[:10], Token: "CAIS" + rand.Text() + rand.Text(),
		Principal: r.ARN, Deny: r.Deny, ExpiresAfter: Duration(k.at + r.RevokedAfter.or(lasts)),
	}
	k.keys[s.ID] = &key{AccessKey: s, account: r.account, session: name}
	return object{
		"RequestId":       k.RequestID,
		"AssumedRoleUser": object{"Arn": r.ARN + "/" + name, "AssumedRoleId": "3" + r.account.ID + ":" + name},
		"Credentials": object{
			"AccessKeyId": s.ID, "AccessKeySecret": s.Secret, "SecurityToken": s.Token,
			"Expiration": k.timestamp(k.at + lasts),
		},
	}
}

// getCallerIdentity answers with the account and the user or role that signed the request. It needs no permission.
// Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
func (k *call) getCallerIdentity() (any, *Error) {
	return object{"RequestId": k.RequestID, "AccountId": k.AccountID, "Arn": k.key.Principal}, nil
}
