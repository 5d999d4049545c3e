package aliyun

import (
	"context"
	"time"
)

// sessionSpacing keeps AssumeRole below 100 calls a second, the limit of an account with all its users and roles. The margin is
// for calls that arrive closer together than they were sent.
// https://www.alibabacloud.com/notice/ram20220829
const sessionSpacing = time.Second / 85

// catchUp is how much lost time may be made up for: on the smallest function the process may stand still for a tenth of a second.
// With it at most 95 calls go within any second.
const catchUp = 100 * time.Millisecond

// spacing lets its callers go one by one, with an interval between them. The channel holds the time at which the next may go. It is
// empty while a caller waits for that time.
type spacing chan time.Time

func newSpacing() spacing {
	s := make(spacing, 1)
	s <- time.Time{}
	return s
}

// wait returns when it is the caller's turn, or with ctx's error if that ends first.
func (s spacing) wait(ctx context.Context, interval time.Duration) error {
	select {
	case turn := <-s:
		select {
		case <-time.After(time.Until(turn)):
			if late := time.Now().Add(-catchUp); turn.Before(late) {
				turn = late
			}
			s <- turn.Add(interval)
			return nil
		case <-ctx.Done():
			s <- turn
		}
	case <-ctx.Done():
	}
	return ctx.Err()
}
