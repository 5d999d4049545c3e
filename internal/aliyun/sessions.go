package aliyun

import (
	"context"
	"errors"
	"time"

	"reactivate/internal/reactivate"
)

// sessionSpacing keeps AssumeRole below 100 calls a second, the limit of an account with all its users and roles. The margin is
// for calls that arrive closer together than they were sent.
// https://www.alibabacloud.com/notice/ram20220829
const sessionSpacing = time.Second / 85

// spacing lets its callers go one by one, with an interval between them. It holds when the next may go, except while one caller
// waits for that time. The interval begins when a caller really goes: if the process stands still, the turns of that time do not
// all come at once.
type spacing chan time.Time

func newSpacing() spacing {
	s := make(spacing, 1)
	s <- time.Time{}
	return s
}

// wait returns when it is the caller's turn, or with ctx's error if that ends first.
func (s spacing) wait(ctx context.Context, interval time.Duration) error {
	select {
	case next := <-s:
		select {
		case <-time.After(time.Until(next)):
			s <- time.Now().Add(interval)
			return nil
		case <-ctx.Done():
			s <- next
		}
	case <-ctx.Done():
	}
	return ctx.Err()
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

// roleMissing changes the error for a role that does not exist, if the account is known from the resource directory alone: the
// role has most likely not been rolled out to a new member yet.
func (r Role) roleMissing(err error) error {
	refused, ok := errors.AsType[*reactivate.Error](err)
	if !ok || !r.Listed || refused.Code != "EntityNotExist.Role" {
		return err
	}
	missing := *refused
	missing.Class, missing.Warning = reactivate.ClassNotFound, true
	missing.Message = "role missing: roll it out to this account: " + r.ARN
	return &missing
}
