package fakefc_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"reactivate/internal/fakefc"
)

func TestTheChildAlwaysEnds(t *testing.T) {
	for name, end := range map[string]func(cancel func(), f *fakefc.Function){
		"Start's ctx":  func(cancel func(), _ *fakefc.Function) { cancel() },
		"Close, twice": func(_ func(), f *fakefc.Function) { f.Close(); f.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			addr, connected, gone := listen(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			f := &fakefc.Function{Command: []string{os.Args[0]}, Timeout: time.Minute,
				Env: []string{"FAKEFC_CHILD=grandchild", "TEST_ADDR=" + addr}}
			if err := f.Start(ctx); err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			result := make(chan error)
			go func() {
				_, err := f.Invoke(context.WithoutCancel(ctx), fakefc.Invocation{Payload: []byte(`{"do":"hang"}`)})
				result <- err
			}()
			await(t, "the child", connected)
			await(t, "the grandchild", connected)
			end(cancel, f)
			if err := <-result; !errors.Is(err, fakefc.ErrClosed) {
				t.Errorf("%v, want %v", err, fakefc.ErrClosed)
			}
			await(t, "the child to go", gone)
			await(t, "the grandchild to go", gone)
			if _, err := f.Invoke(t.Context(), fakefc.Invocation{}); !errors.Is(err, fakefc.ErrClosed) {
				t.Errorf("afterwards %v, want %v", err, fakefc.ErrClosed)
			}
		})
	}
}

func TestInvokeEndsWithItsContext(t *testing.T) {
	addr, connected, gone := listen(t)
	f := start(t, "sdk", func(f *fakefc.Function) { f.Env = []string{"TEST_ADDR=" + addr} })
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := f.Invoke(ctx, fakefc.Invocation{Payload: []byte(`{"do":"hang"}`)})
		result <- err
	}()
	await(t, "the child", connected)
	waiting, giveUp := context.WithCancel(t.Context())
	giveUp()
	if _, err := f.Invoke(waiting, fakefc.Invocation{}); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for its turn: %v, want %v", err, context.Canceled)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	await(t, "the child to go", gone)
	if got := string(invoke(t, f, "still there").Payload); got != `"still there"` {
		t.Errorf("afterwards %s", got)
	}
}

func TestTheChildDiesWithAKilledParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux can tie a child to its parent's life")
	}
	addr, connected, gone := listen(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = []string{"FAKEFC_CHILD=parent", "TEST_ADDR=" + addr}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "the child", connected)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the parent ended well; it should have been killed")
	}
	await(t, "the child to go", gone)
}
