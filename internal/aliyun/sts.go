package aliyun

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"reactivate/internal/reactivate"
)

// Role is a RAM role in a watched account.
type Role struct {
	ARN       string // acs:ram::<account>:role/<name>
	AccountID string // the ARN's
	Listed    bool   // known by the resource directory alone: the role may not be there yet
}

var roleARN = regexp.MustCompile(`^acs:ram::([0-9]{1,32}):role/([A-Za-z0-9.@_-]{1,64})$`)

// ParseRole reads a role's ARN.
func ParseRole(arn string) (Role, error) {
	m := roleARN.FindStringSubmatch(arn)
	if m == nil {
		return Role{}, errors.New("not a role's ARN: want acs:ram::<account id>:role/<name>")
	}
	return Role{ARN: arn, AccountID: m[1]}, nil
}

// assumedRole is the session of a watched account. It assumes the role at the first call, and again before the session
// expires. A refusal is kept for the invocation: the other calls of that account would meet the same.
type assumedRole struct {
	cloud       *Cloud
	own         Credentials
	region      string
	role        Role
	sessionName string

	mu      sync.Mutex
	creds   Credentials
	expires time.Time
	refused error
}

// The shortest session that RAM gives every role by default, and how long before its end it is renewed:
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
const (
	sessionSeconds = 3600
	renewBefore    = 5 * time.Minute
)

// Watched returns the ECS of the account that the role belongs to, by assuming it with the invocation's own credentials.
// The session's name is what the watched account's audit log shows; what may not stand in it is replaced.
func (c *Cloud) Watched(own Credentials, region string, role Role, sessionName string) *ECS {
	return &ECS{cloud: c, homeRegion: region, session: &assumedRole{
		cloud: c, own: own, region: region, role: role, sessionName: validSessionName(sessionName),
	}}
}

var notInSessionName = regexp.MustCompile(`[^A-Za-z0-9.@_-]+`)

// validSessionName is of 2 to 64 of the characters that STS takes.
func validSessionName(name string) string {
	name = notInSessionName.ReplaceAllString(name, "-")
	if len(name) < 2 {
		return "reactivate"
	}
	return name[:min(len(name), 64)]
}

func (r *assumedRole) credentials(ctx context.Context) (Credentials, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refused != nil {
		return Credentials{}, r.refused
	}
	if time.Until(r.expires) > renewBefore {
		return r.creds, nil
	}
	creds, expires, err := r.assume(ctx)
	if err != nil {
		if e, ok := errors.AsType[*reactivate.Error](err); ok && !e.Class.Passing() {
			r.refused = err
		}
		return Credentials{}, err
	}
	r.creds, r.expires = creds, expires
	return creds, nil
}

var assumeRole = operation{"sts", "2015-04-01", "AssumeRole"}

// assume calls AssumeRole at the function's own region's endpoint.
func (r *assumedRole) assume(ctx context.Context) (Credentials, time.Time, error) {
	if err := r.cloud.sessions.wait(ctx, sessionSpacing); err != nil {
		return Credentials{}, time.Time{}, &reactivate.Error{Op: assumeRole.name, Class: reactivate.ClassTransient, Message: "not sent before the time was up"}
	}
	var answer struct {
		RequestId   string
		Credentials struct {
			AccessKeyId, AccessKeySecret, SecurityToken, Expiration string
		}
	}
	query := map[string]string{
		"RoleArn": r.role.ARN, "RoleSessionName": r.sessionName, "DurationSeconds": fmt.Sprint(sessionSeconds),
	}
	if err := r.cloud.rpc(ctx, r.own, assumeRole, r.region, query, &answer); err != nil {
		return Credentials{}, time.Time{}, r.role.roleMissing(err)
	}
	given := answer.Credentials
	expires, err := time.Parse(time.RFC3339, given.Expiration)
	if err != nil || given.AccessKeyId == "" || given.AccessKeySecret == "" || given.SecurityToken == "" {
		return Credentials{}, time.Time{}, &reactivate.Error{
			Op: assumeRole.name, Class: reactivate.ClassTransient, Status: 200, RequestID: answer.RequestId,
			Message: "an answer without whole credentials",
		}
	}
	return Credentials{given.AccessKeyId, given.AccessKeySecret, given.SecurityToken}, expires, nil
}
