package aliyun

import "context"

// SessionSpacing is how calls of AssumeRole wait for their turn.
func SessionSpacing() func(context.Context) error {
	var s spacing
	return func(ctx context.Context) error { return s.wait(ctx, sessionSpacing) }
}
