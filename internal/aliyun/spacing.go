package aliyun

import (
	"context"
	"time"
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
