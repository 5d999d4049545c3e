package fakefc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/fakefc"
)

// start runs the test binary as the named child.
func start(t *testing.T, child string, edit func(*fakefc.Function)) *fakefc.Function {
	t.Helper()
	f := &fakefc.Function{Command: []string{os.Args[0]}, Timeout: 30 * time.Second}
	if edit != nil {
		edit(f)
	}
	f.Env = append(f.Env, "FAKEFC_CHILD="+child, "GOCOVERDIR="+t.TempDir()) // else a covered child warns on its stderr
	if err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func invoke(t *testing.T, f *fakefc.Function, payload string) fakefc.Result {
	t.Helper()
	res, err := f.Invoke(t.Context(), fakefc.Invocation{Payload: []byte(payload)})
	if err != nil {
		t.Fatalf("invoke %s: %v", payload, err)
	}
	return res
}

// listen gives the address for TEST_ADDR, and channels that yield when a process
// has connected to it and when it is gone.
func listen(t *testing.T) (addr string, connected, gone chan error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	connected, gone = make(chan error, 10), make(chan error, 10)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			connected <- nil
			go func() {
				defer conn.Close()
				_, err := conn.Read(make([]byte, 1)) // it writes nothing: this returns when it ends
				gone <- err
			}()
		}
	}()
	return ln.Addr().String(), connected, gone
}

func await(t *testing.T, what string, c <-chan error) {
	t.Helper()
	select {
	case err := <-c:
		t.Log(what, err)
	case <-time.After(20 * time.Second):
		t.Fatal("still waiting: " + what)
	}
}

func TestInvokeUnderTheVendorsLoop(t *testing.T) {
	f := start(t, "sdk", nil)
	for _, tt := range []struct {
		name, payload string
		want          string // the answer
		wantErr       fakefc.FunctionError
	}{
		{name: "an answer", payload: "any bytes", want: `"any bytes"`},
		{name: "an empty event", payload: "", want: `""`},
		{name: "a large event", payload: strings.Repeat("y", 1<<20), want: `"` + strings.Repeat("y", 1<<20) + `"`},
		{name: "an error", payload: `{"do":"error"}`,
			wantErr: fakefc.FunctionError{Cause: fakefc.Returned, Type: "teapotError", Message: "short and stout"}},
		{name: "a panic", payload: `{"do":"panic"}`,
			wantErr: fakefc.FunctionError{Cause: fakefc.Returned, Type: "string", Message: "oh no"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := invoke(t, f, tt.payload)
			if got := string(res.Payload); got != tt.want {
				t.Errorf("answer %.100q, want %.100q", got, tt.want)
			}
			var got fakefc.FunctionError
			if res.Error != nil {
				got = *res.Error
			}
			if got != tt.wantErr {
				t.Errorf("error %+v, want %+v", got, tt.wantErr)
			}
		})
	}
}

// TestInvokeTellsWhatFunctionComputeTells, and nothing of the environment of this process.
func TestInvokeTellsWhatFunctionComputeTells(t *testing.T) {
	t.Setenv("REACTIVATE_DRY_RUN", "true")
	f := start(t, "sdk", func(f *fakefc.Function) {
		f.Timeout = 90 * time.Second
		f.Region = "cn-beijing"
		f.AccountID = "1234567890980000"
		f.Name = "reactivate"
		f.Env = []string{"MINE=1", "FC_REGION=xx-forged"}
		f.Credentials = fakefc.Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: "token"}
	})
	before := time.Now()
	inv := fakefc.Invocation{RequestID: fakefc.NewRequestID(), Payload: []byte(`{"do":"context"}`)}
	res, err := f.Invoke(t.Context(), inv)
	if err != nil || res.Error != nil {
		t.Fatal(err, res.Error)
	}
	var got surrounding
	if err := json.Unmarshal(res.Payload, &got); err != nil {
		t.Fatal(err)
	}
	want := got.Context // the fields not named here are the SDK's own
	want.RequestID = inv.RequestID
	want.Credentials.AccessKeyId, want.Credentials.AccessKeySecret, want.Credentials.SecurityToken = "id", "secret", "token"
	want.Function.Name, want.Function.Memory, want.Function.Timeout = "reactivate", "128", 90
	want.Region, want.AccountId = "cn-beijing", "1234567890980000"
	if !reflect.DeepEqual(got.Context, want) {
		t.Errorf("context %+v, want %+v", got.Context, want)
	}
	if res.RequestID != inv.RequestID {
		t.Errorf("request id %q, want %q", res.RequestID, inv.RequestID)
	}
	if left := got.Deadline.Sub(before); left < 89*time.Second || left > 95*time.Second {
		t.Errorf("deadline %v after the call, want about 90s", left)
	}
	for _, want := range []string{"MINE=1", "FC_REGION=cn-beijing", "FC_ACCOUNT_ID=1234567890980000",
		"FC_FUNCTION_MEMORY_SIZE=128", "ALIBABA_CLOUD_SECURITY_TOKEN=token"} {
		if !slices.Contains(got.Environ, want) {
			t.Errorf("environment %q has no %s", got.Environ, want)
		}
	}
	if slices.Contains(got.Environ, "REACTIVATE_DRY_RUN=true") {
		t.Errorf("environment %q has a variable of the parent", got.Environ)
	}
}

func TestOneInvocationAtATime(t *testing.T) {
	t.Parallel()
	f := start(t, "sdk", nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			res, err := f.Invoke(t.Context(), fakefc.Invocation{Payload: []byte(`{"do":"overlap"}`)})
			if err != nil || string(res.Payload) != "false" {
				t.Errorf("overlaps: %s (%v), want false", res.Payload, err)
			}
		})
	}
	wg.Wait()
}

func TestTheSameChildServesUntilItFails(t *testing.T) {
	var stdout, stderr bytes.Buffer
	f := start(t, "sdk", func(f *fakefc.Function) { f.Stdout, f.Stderr = &stdout, &stderr })
	type count struct{ Pid, Served int }
	ask := func() (c count) {
		t.Helper()
		if err := json.Unmarshal(invoke(t, f, `{"do":"count"}`).Payload, &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := ask()
	invoke(t, f, `{"do":"error"}`)
	if second := ask(); second.Pid != first.Pid || second.Served != 3 {
		t.Errorf("after an error: %+v, want process %d with 3 served", second, first.Pid)
	}
	if res := invoke(t, f, `{"do":"exit"}`); res.Error == nil || res.Error.Cause != fakefc.Exited {
		t.Errorf("exit: %+v, want %s", res, fakefc.Exited)
	}
	if third := ask(); third.Pid == first.Pid || third.Served != 1 {
		t.Errorf("after its end: %+v, want a new process with 1 served", third)
	}
	f.Close() // its output is complete once it is gone
	if !strings.Contains(stdout.String(), "FC Invoke Start RequestId: 1-") || !strings.HasSuffix(stderr.String(), "\nleaving\n") {
		t.Errorf("got the output %q and %q", &stdout, &stderr)
	}
}

func TestDeadChildren(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ child, payload, want string }{
		{"exits", "{}", `^FunctionUnhandledError: Process exited unexpectedly before completing request \(duration: \d+ms, exit status 3\)$`},
		{"sdk", `{"do":"panic aside"}`, `^FunctionUnhandledError: Process exited unexpectedly .*, exit status 2\)$`},
		{"answers, exits", "{}", `^"done"$`}, // an answer before the end counts
	} {
		t.Run(tt.child, func(t *testing.T) {
			f := start(t, tt.child, nil)
			for range 2 { // the second time in a new process
				res := invoke(t, f, tt.payload)
				got := string(res.Payload)
				if res.Error != nil && res.Error.Cause == fakefc.Exited {
					got = res.Error.Error()
				}
				if !regexp.MustCompile(tt.want).MatchString(got) {
					t.Errorf("got %s, %+v, want %s", got, res.Error, tt.want)
				}
			}
		})
	}
}

func TestTimeoutKillsTheChild(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		child, payload, next string
		patience             time.Duration
	}{
		{"sdk", `{"do":"hang"}`, `"next"`, time.Second},
		{"never asks", `{}`, "", 0},
	} {
		t.Run(tt.child, func(t *testing.T) {
			addr, connected, gone := listen(t)
			f := start(t, tt.child, func(f *fakefc.Function) {
				f.Timeout, f.Patience = 500*time.Millisecond, tt.patience
				f.Env = []string{"TEST_ADDR=" + addr}
			})
			begin := time.Now()
			res := invoke(t, f, tt.payload)
			e := res.Error
			if took := time.Since(begin); took < f.Timeout+tt.patience {
				t.Errorf("killed after %v, want it to be given %v", took, f.Timeout+tt.patience)
			}
			want := regexp.MustCompile(`^FunctionTimeoutError: Function timed out after 0.5 seconds \(duration: \d+ms\)$`)
			if e == nil || e.Cause != fakefc.TimedOut || !want.MatchString(e.Error()) {
				t.Errorf("%v, want %s with %s", e, fakefc.TimedOut, want)
			}
			await(t, "the child to come", connected)
			await(t, "the child to go", gone)
			res = invoke(t, f, "next")
			if got := string(res.Payload); got != tt.next {
				t.Errorf("the next answer is %q, %v, want %q", got, res.Error, tt.next)
			}
		})
	}
}

func TestTheSizeOfAnEventIsLimited(t *testing.T) {
	t.Parallel()
	f := start(t, "sdk", nil)
	_, err := f.Invoke(t.Context(), fakefc.Invocation{Payload: make([]byte, fakefc.MaxPayload+1)})
	if err == nil || !strings.Contains(err.Error(), "33554433 bytes") {
		t.Errorf("%v, want the size refused", err)
	}
}

func TestStartRefuses(t *testing.T) {
	f := &fakefc.Function{Command: []string{"/does/not/exist"}}
	if err := f.Start(t.Context()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no executable: %v, want %v", err, os.ErrNotExist)
	}
	f.Close()
}
