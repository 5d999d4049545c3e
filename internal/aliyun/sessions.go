package aliyun

import (
	"context"
	"errors"
	"sync"
	"time"

	"reactivate/internal/reactivate"
)

// sessionSpacing keeps AssumeRole below 100 calls a second, the limit of an account with all its users and roles. The margin is
// for calls that arrive closer together than they were sent.
// https://www.alibabacloud.com/notice/ram20220829
const sessionSpacing = time.Second / 85

// mostInASecond is how many calls may leave within any second, even if turns come late and all at once: on the smallest function
// the process may stand still for a tenth of a second.
const mostInASecond = 95

// spacing lets its callers go one by one, with an interval between them. The zero value is ready for use.
type spacing struct {
	mu    sync.Mutex
	next  time.Time
	went  [mostInASecond]time.Time // when the last ones went
	first int                      // where the earliest of them stands
}

// wait returns when it is the caller's turn, or with ctx's error if that ends first.
func (s *spacing) wait(ctx context.Context, interval time.Duration) error {
	s.mu.Lock()
	now := time.Now()
	at := now
	if s.next.After(now) {
		at = s.next
	}
	s.next = at.Add(interval)
	s.mu.Unlock()
	for {
		select {
		case <-time.After(time.Until(at)):
		case <-ctx.Done():
			return ctx.Err()
		}
		if at = s.leave(time.Now()); at.IsZero() {
			return nil
		}
	}
}

// leave lets the caller go and returns zero, or returns when the caller may ask again.
func (s *spacing) leave(now time.Time) (again time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if again = s.went[s.first].Add(time.Second); now.Before(again) {
		return again
	}
	s.went[s.first] = now
	s.first = (s.first + 1) % len(s.went)
	return time.Time{}
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
