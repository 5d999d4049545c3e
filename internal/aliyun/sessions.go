package aliyun

import (
	"context"
	"errors"
	"sync"
	"time"

	"reactivate/internal/reactivate"
)

// sessionSpacing keeps AssumeRole below 100 calls a second, which is the limit of an account, all its users and roles together. The
// rest is for calls that come closer together than they were sent.
// https://www.alibabacloud.com/notice/ram20220829
const sessionSpacing = time.Second / 85

// mostInASecond is how many calls go in any second even where turns come late, all at once: the smallest function stands still
// for a tenth of a second at a time.
const mostInASecond = 95

// spacing lets its callers go one by one, an interval apart. The zero value is ready.
type spacing struct {
	mu    sync.Mutex
	next  time.Time
	went  [mostInASecond]time.Time // when the last ones went
	first int                      // where the earliest of them stands
}

// wait returns when it is the caller's turn, or with ctx's error when that ends first.
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
		if err := sleep(ctx, time.Until(at)); err != nil {
			return err
		}
		if at = s.leave(time.Now()); at.IsZero() {
			return nil
		}
	}
}

// leave lets its caller go, and returns zero, or else when it may ask again.
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

// sleep returns after a while, or with ctx's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close forgets the session of a watched account; the next call would make another. It keeps a run of many accounts small.
func (e *ECS) Close() {
	if r, ok := e.session.(*assumedRole); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.creds, r.expires = Credentials{}, time.Time{}
	}
}

// roleMissing makes of the answer that there is no such role what it means for an account that the resource directory lists: a
// new member is one before the role is rolled out to it.
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
