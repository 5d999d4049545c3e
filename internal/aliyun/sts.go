package aliyun

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// ParseRole reads a role's ARN.
func ParseRole(arn string) (Role, error) {
	rest, prefixed := strings.CutPrefix(arn, "acs:ram::")
	account, name, parted := strings.Cut(rest, ":role/")
	if !prefixed || !parted || !reactivate.ValidAccountID(account) || len(name) < 1 || len(name) > maxName || strings.ContainsFunc(name, notInName) {
		return Role{}, errors.New("not a role's ARN: want acs:ram::<account id>:role/<name>")
	}
	return Role{ARN: arn, AccountID: account}, nil
}

// maxName is how long the name of a role and of a session may be.
const maxName = 64

// notInName tells what may stand neither in a role's name nor in a session's.
func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".@_-", r)
}

// assumedRole is the session of a watched account. It assumes the role at the first call, and again before the session
// expires. A refusal is kept for the invocation: the other calls of that account would meet the same.
type assumedRole struct {
	cloud       *Cloud
	own         Credentials
	region      string
	role        Role
	sessionName string

	mu      sync.Mutex // never held while the network is waited for
	creds   Credentials
	expires time.Time
	refused error
	flight  *flight // nil: none is under way
}

// flight is a call of AssumeRole under way. All that need its answer wait for it, each as long as it may; when nobody
// does any more it is canceled, so that no call outlives its invocation.
type flight struct {
	waiting int // guarded by the role's mu
	cancel  context.CancelFunc
	done    chan struct{} // closed when creds and err are there
	creds   Credentials
	err     error
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

// validSessionName is of 2 to 64 of the characters that STS takes.
func validSessionName(name string) string {
	var b strings.Builder
	replaced := false
	for _, r := range name {
		if !notInName(r) {
			b.WriteRune(r)
		} else if !replaced {
			b.WriteByte('-')
		}
		replaced = notInName(r)
	}
	if name = b.String(); len(name) < 2 {
		return "reactivate"
	}
	return name[:min(len(name), maxName)]
}

func (r *assumedRole) credentials(ctx context.Context) (Credentials, error) {
	r.mu.Lock()
	creds, refused, fresh := r.creds, r.refused, time.Until(r.expires) > renewBefore
	if refused != nil || fresh {
		r.mu.Unlock()
		return creds, refused
	}
	f := r.join(ctx)
	r.mu.Unlock()
	defer r.leave(f)
	select {
	case <-f.done:
		return f.creds, f.err
	case <-ctx.Done():
		return Credentials{}, &reactivate.Error{
			Op: "AssumeRole", Class: reactivate.ClassTransient, Message: noAnswer(ctx.Err(), r.own), Cause: ctx.Err(),
		}
	}
}

// join makes one more wait for the flight, which begins with the first. It is called with mu held.
func (r *assumedRole) join(ctx context.Context) *flight {
	if r.flight == nil {
		f := &flight{done: make(chan struct{})}
		// Of the first caller's context it keeps all but the end, which is not that of the others.
		ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		r.flight = f
		go r.fly(ctx, f)
	}
	r.flight.waiting++
	return r.flight
}

// leave ends one's waiting.
func (r *assumedRole) leave(f *flight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.waiting--; f.waiting > 0 {
		return
	}
	f.cancel()
	if r.flight == f {
		r.flight = nil
	}
}

func (r *assumedRole) fly(ctx context.Context, f *flight) {
	creds, expires, err := r.assume(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := errors.AsType[*reactivate.Error](err); ok && !e.Class.Passing() {
		r.creds, r.refused = Credentials{}, err
	}
	if err == nil {
		r.creds, r.expires = creds, expires
	}
	if f.creds, f.err = creds, err; r.flight == f {
		r.flight = nil
	}
	close(f.done)
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
	if err := r.cloud.rpc(ctx, r.own, assumeRole, r.region, query, into(&answer)); err != nil {
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
