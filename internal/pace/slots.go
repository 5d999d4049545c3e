package pace

import (
	"context"
	"time"
)

// Slots bound how many calls go on at the same time.
type Slots chan struct{}

// Lease is a slot that is held for a limited time. The zero value holds no slot.
type Lease struct {
	slots Slots
	timer *time.Timer // gives the slot back when it fires; whoever stops it must do that instead
}

// Take waits for a slot, and holds it for a while. If ctx ends first, it returns without one.
func (s Slots) Take(ctx context.Context, while time.Duration) Lease {
	select {
	case s <- struct{}{}:
	case <-ctx.Done():
		return Lease{}
	}
	return Lease{s, time.AfterFunc(while, func() { <-s })}
}

// Extend holds the slot for a while from now on, unless it was given back.
func (l Lease) Extend(while time.Duration) {
	if l.timer != nil && l.timer.Stop() {
		l.timer.Reset(while)
	}
}

// End gives the slot back, unless it was given back.
func (l Lease) End() {
	if l.timer != nil && l.timer.Stop() {
		<-l.slots
	}
}
