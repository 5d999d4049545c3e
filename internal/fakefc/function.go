package fakefc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// MaxPayload is the size limit of a synchronous invocation's event, in bytes
// (https://help.aliyun.com/zh/functioncompute/payload-size-exceeds-maximum-allowed-size).
const MaxPayload = 32 << 20

// ErrClosed is the answer to an invocation of a function that was closed, or
// whose context has ended.
var ErrClosed = errors.New("the function is closed")

// Credentials are what the function's role would give an invocation. The zero
// value is a function without a role.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // "" with a user's own keys
}

// Function is one function and the process that runs it. Set the exported
// fields, call Start once, then Invoke as often as needed, and always Close. The
// fields must not change after Start, and a Function must not be copied.
type Function struct {
	Command     []string      // the executable and its arguments; required
	Env         []string      // KEY=VALUE; what Function Compute itself sets is added, and wins
	Timeout     time.Duration // of one invocation; 0 means 3 s, as in Function Compute
	Patience    time.Duration // how much later than Timeout the process is killed; 0 as in Function Compute
	Region      string        // "" means cn-hangzhou
	AccountID   string        // "" is passed on as such
	Name        string        // "" means "function"
	Credentials Credentials
	Stdout      io.Writer // of the child; nil discards
	Stderr      io.Writer // of the child; nil discards

	ctx      context.Context // ends with Start's context, or at Close
	cancel   context.CancelFunc
	gate     chan struct{}  // holds one token while an invocation runs
	current  *instance      // guarded by gate; it may have ended
	children sync.WaitGroup // goroutines of all instances
}

// Invocation is one event for the function.
type Invocation struct {
	RequestID string // "" means a new one
	Payload   []byte // at most MaxPayload
}

// Start listens, starts the first instance of the function, and returns. All
// instances are killed when ctx ends. It fails if the executable cannot be run;
// one that ends at once is found by Invoke.
func (f *Function) Start(ctx context.Context) error {
	f.Timeout = cmp.Or(f.Timeout, 3*time.Second)
	f.Region = cmp.Or(f.Region, "cn-hangzhou")
	f.Name = cmp.Or(f.Name, "function")
	f.gate = make(chan struct{}, 1)
	f.ctx, f.cancel = context.WithCancel(ctx)
	var err error
	if f.current, err = f.startInstance(); err != nil {
		f.cancel()
	}
	return err
}

// Invoke waits for its turn, hands inv to the function and waits for the
// answer. Whatever the function itself does wrong, a timeout and a dead process
// included, is Result.Error. The error is for what is not the function's doing:
// ctx has ended (the child that was at work is then killed), the function is
// closed, a new instance cannot be started, or the payload is too large.
func (f *Function) Invoke(ctx context.Context, inv Invocation) (Result, error) {
	if len(inv.Payload) > MaxPayload {
		return Result{}, fmt.Errorf("the event has %d bytes; Function Compute takes %d", len(inv.Payload), MaxPayload)
	}
	// A go1 instance runs one request at a time. The vendor's loop does not keep
	// to that (it asks for the next event while it still works on the last), so
	// the gate is here.
	select {
	case f.gate <- struct{}{}:
		defer func() { <-f.gate }()
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	case <-f.ctx.Done():
		return Result{}, ErrClosed
	}
	if f.ctx.Err() != nil {
		return Result{}, ErrClosed
	}
	inv.RequestID = cmp.Or(inv.RequestID, NewRequestID())
	res, err := f.invoke(ctx, inv)
	if f.ctx.Err() != nil && (err != nil || res.Error != nil) {
		return Result{}, ErrClosed
	}
	return res, err
}

// invoke gives inv to the instance that waits for work. If that one turns out
// to have died while it was idle, or was killed before, a new one gets it.
func (f *Function) invoke(ctx context.Context, inv Invocation) (Result, error) {
	if f.current != nil {
		res, err := f.current.invoke(ctx, f.newCall(inv), f.Timeout, f.Patience)
		if !errors.Is(err, errGone) {
			return res, err
		}
	}
	in, err := f.startInstance()
	f.current = in
	if err != nil {
		return Result{}, err
	}
	c := f.newCall(inv)
	res, err := in.invoke(ctx, c, f.Timeout, f.Patience)
	if errors.Is(err, errGone) { // it died before it asked for work
		return in.lastWords(c), nil
	}
	return res, err
}

// Close kills the function's process and all that it started, ends an
// invocation that still runs with ErrClosed, and waits until all are gone. It
// may be called more than once.
func (f *Function) Close() {
	f.cancel()
	f.gate <- struct{}{} // once the invocation has ended, no other starts an instance
	f.children.Wait()
	<-f.gate
}
