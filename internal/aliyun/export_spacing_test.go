package aliyun

import (
	"context"
	"time"
)

// SessionSpacing is how calls of AssumeRole wait for their turn.
func SessionSpacing() func(context.Context) error {
	var s spacing
	return func(ctx context.Context) error { return s.wait(ctx, sessionSpacing) }
}

// SessionsAtOnce is the same, but all turns have come already.
func SessionsAtOnce() func(context.Context) error {
	var s spacing
	return func(ctx context.Context) error { return s.wait(ctx, 0) }
}

// HoldSessions delays the next turn of AssumeRole.
func (c *Cloud) HoldSessions(d time.Duration) { _ = c.sessions.wait(context.Background(), d) }
