package aliyun

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"reactivate/internal/cloud"
)

// Role is a RAM role in a watched account.
type Role struct {
	ARN       string // acs:ram::<account>:role/<name>
	AccountID string // the ARN's
	Listed    bool   // known from the resource directory alone: the role may not exist yet
}

// ParseRole reads a role's ARN.
func ParseRole(arn string) (Role, error) {
	rest, prefixed := strings.CutPrefix(arn, "acs:ram::")
	account, name, parted := strings.Cut(rest, ":role/")
	if !prefixed || !parted || !cloud.ValidAccountID(account) || len(name) < 1 || len(name) > maxName || strings.ContainsFunc(name, notInName) {
		return Role{}, errors.New("not a role's ARN: want acs:ram::<account id>:role/<name>")
	}
	return Role{ARN: arn, AccountID: account}, nil
}

// maxName is the longest name of a role and of a session.
const maxName = 64

// notInName tells whether a character is not allowed in the names of roles and sessions.
func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".@_-", r)
}

// assumedRole is the session of a watched account. It assumes the role at the first call, and again before the session expires.
// It remembers a refusal for the rest of the invocation, because the account's other calls would be refused too.
type assumedRole struct {
	ctx         context.Context // the invocation's: no call of AssumeRole outlives it
	cloud       *Cloud
	own         Credentials
	region      string
	role        Role
	sessionName string

	mu      sync.Mutex // never held during a call
	creds   Credentials
	expires time.Time
	refused error
	flight  *flight // nil: no call is under way
}

// flight is a call of AssumeRole that is under way. All callers that need its answer wait for it, each until its own context
// ends.
type flight struct {
	done  chan struct{} // closed when creds and err are there
	creds Credentials
	err   error
}

// The session lasts as long as RAM allows every role by default, and is renewed this long before its end.
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
const (
	sessionSeconds = 3600
	renewBefore    = 5 * time.Minute
)

// Watched returns the ECS of the account that the role belongs to, for the invocation whose context this is. It assumes the role
// with the invocation's own credentials. The audit log of the watched account shows the session's name; characters that are not
// allowed in it are replaced.
func (c *Cloud) Watched(ctx context.Context, own Credentials, region string, role Role, sessionName string) *ECS {
	return &ECS{cloud: c, homeRegion: region, session: &assumedRole{
		ctx: ctx, cloud: c, own: own, region: region, role: role, sessionName: validSessionName(sessionName),
	}}
}

// validSessionName turns a name into 2 to 64 characters that STS accepts. A hyphen replaces those that it does not accept.
func validSessionName(name string) string {
	name = strings.Join(strings.FieldsFunc(name, notInName), "-")
	if len(name) < 2 {
		return "reactivate"
	}
	return name[:min(len(name), maxName)]
}

func (r *assumedRole) credentials(ctx context.Context) (Credentials, error) {
	r.mu.Lock()
	if r.refused != nil || time.Until(r.expires) > renewBefore {
		defer r.mu.Unlock()
		return r.creds, r.refused
	}
	if r.flight == nil {
		r.flight = &flight{done: make(chan struct{})}
		go r.fly(r.flight)
	}
	f := r.flight
	r.mu.Unlock()
	select {
	case <-f.done:
		return f.creds, f.err
	case <-ctx.Done():
		return Credentials{}, &cloud.Error{
			Op: assumeRole.name, Class: cloud.ClassTransient, Message: noAnswer(ctx.Err(), r.own), Cause: ctx.Err(),
		}
	}
}

// fly makes the call for all who wait for it.
func (r *assumedRole) fly(f *flight) {
	creds, expires, err := r.assume(r.ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := errors.AsType[*cloud.Error](err); ok && !e.Class.Passing() {
		r.creds, r.refused = Credentials{}, err
	}
	if err == nil {
		r.creds, r.expires = creds, expires
	}
	f.creds, f.err, r.flight = creds, err, nil
	close(f.done)
}

var assumeRole = operation{api: APISTS, name: "AssumeRole"}

// AssumeRole is kept below 100 calls a second, the limit of an account with all its users and roles. The margin is for calls that arrive
// closer together than they were sent. The burst makes up for a tenth of a second in which the process stood still.
// https://www.alibabacloud.com/notice/ram20220829
const (
	sessionRate  = 85 // a second
	sessionBurst = 9
)

// assume calls AssumeRole in the function's own region.
func (r *assumedRole) assume(ctx context.Context) (Credentials, time.Time, error) {
	if err := r.cloud.sessions.Wait(ctx); err != nil {
		return Credentials{}, time.Time{}, &cloud.Error{Op: assumeRole.name, Class: cloud.ClassTransient, Message: "not sent before the time was up"}
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
	if err := r.cloud.rpc(ctx, r.own, assumeRole, r.region, query, into(&answer)); err != nil {
		return Credentials{}, time.Time{}, r.role.roleMissing(err)
	}
	given := answer.Credentials
	expires, err := time.Parse(time.RFC3339, given.Expiration)
	if err != nil || given.AccessKeyId == "" || given.AccessKeySecret == "" || given.SecurityToken == "" {
		return Credentials{}, time.Time{}, &cloud.Error{
			Op: assumeRole.name, Class: cloud.ClassTransient, Status: 200, RequestID: answer.RequestId,
			Message: "an answer without whole credentials",
		}
	}
	return Credentials{given.AccessKeyId, given.AccessKeySecret, given.SecurityToken}, expires, nil
}

// roleMissing changes the error for a role that does not exist, if the account is known from the resource directory alone: the
// role has most likely not been rolled out to a new member yet.
func (r Role) roleMissing(err error) error {
	refused, ok := errors.AsType[*cloud.Error](err)
	if ok && r.Listed && refused.Code == "EntityNotExist.Role" {
		refused.Class, refused.Warning = cloud.ClassNotFound, true
		refused.Message = "role missing: roll it out to this account: " + r.ARN
	}
	return err
}

// Close forgets the session of a watched account, so that a run over many accounts stays small. A later call would assume the
// role again.
func (e *ECS) Close() {
	if r, ok := e.session.(*assumedRole); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.creds, r.expires = Credentials{}, time.Time{}
	}
}

// callerIdentity needs no permission.
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
var callerIdentity = operation{api: APISTS, name: "GetCallerIdentity"}

// AccountOf asks the STS of a region whose credentials these are. It returns the number of the account. Its error is a
// *cloud.Error.
func (c *Cloud) AccountOf(ctx context.Context, creds Credentials, region string) (string, error) {
	var answer struct{ AccountId string }
	if err := c.rpc(ctx, creds, callerIdentity, region, nil, into(&answer)); err != nil {
		return "", err
	}
	if !cloud.ValidAccountID(answer.AccountId) {
		return "", &cloud.Error{Op: callerIdentity.name, Class: cloud.ClassTransient, Message: "an answer without an account", Status: 200}
	}
	return answer.AccountId, nil
}
