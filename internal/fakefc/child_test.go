package fakefc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/internal/fakefc"
)

// TestMain makes the test binary its own children: FAKEFC_CHILD says which.
func TestMain(m *testing.M) {
	if child := os.Getenv("FAKEFC_CHILD"); child != "" {
		children[child]()
		return
	}
	os.Exit(m.Run())
}

var children = map[string]func(){
	"sdk":            func() { fc.Start(sdkHandler) },
	"exits":          func() { os.Exit(3) },
	"never asks":     hold,
	"answers, exits": answerAndExit,
	"grandchild":     grandchild,
	"parent":         parent,
}

// command is what the tests ask of the child under the vendor's loop.
type command struct {
	Do string `json:"do"`
}

type teapotError struct{}

func (teapotError) Error() string { return "short and stout" }

var served, inFlight atomic.Int32

func sdkHandler(ctx context.Context, payload []byte) (any, error) {
	n := served.Add(1)
	var cmd command
	if !json.Valid(payload) {
		return string(payload), nil
	}
	if err := json.Unmarshal(payload, &cmd); err != nil {
		return nil, err
	}
	switch cmd.Do {
	case "error":
		return nil, teapotError{}
	case "panic":
		panic("oh no")
	case "panic aside":
		go panic("nobody can recover this")
		hold()
	case "exit":
		fmt.Fprintln(os.Stderr, "leaving")
		os.Exit(7)
	case "hang":
		hold()
	case "count":
		return map[string]int{"pid": os.Getpid(), "served": int(n)}, nil
	case "overlap": // whether another invocation is at work
		defer inFlight.Add(-1)
		inFlight.Add(1)
		<-time.After(50 * time.Millisecond)
		return inFlight.Load() > 1, nil
	case "context":
		fctx, _ := fccontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return surrounding{Context: *fctx, Deadline: deadline, Environ: os.Environ()}, nil
	}
	return nil, errors.New("no such command: " + cmd.Do)
}

type surrounding struct {
	Context  fccontext.FcContext
	Deadline time.Time
	Environ  []string
}

// hold connects to the test, if it listens, and never returns. The connection
// breaks when, and only when, this process is gone.
func hold() {
	if addr := os.Getenv("TEST_ADDR"); addr != "" {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			os.Exit(1)
		}
		if _, err := io.Copy(io.Discard, conn); err != nil {
			os.Exit(1)
		}
	}
	for range time.Tick(time.Hour) {
	}
}

// answerAndExit speaks the runtime API by hand: its answer is the last that it does.
func answerAndExit() {
	invocations := "http://" + os.Getenv("FC_RUNTIME_API") + "/2020-11-11/runtime/invocation/"
	next, err := http.Get(invocations + "next")
	if err != nil {
		os.Exit(1)
	}
	next.Body.Close()
	answer, err := http.Post(invocations+next.Header.Get("x-fc-request-id")+"/response", "application/json", strings.NewReader(`"done"`))
	if err != nil {
		os.Exit(1)
	}
	answer.Body.Close()
	os.Exit(4)
}

// grandchild starts a process that lives on by itself, then waits for events.
func grandchild() {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FAKEFC_CHILD=never asks")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		os.Exit(1)
	}
	fc.Start(sdkHandler)
}

// parent runs a function of its own, to be killed together with it.
func parent() {
	f := fakefc.Function{Command: []string{os.Args[0]}, Env: []string{"FAKEFC_CHILD=never asks", "TEST_ADDR=" + os.Getenv("TEST_ADDR")}}
	if err := f.Start(context.Background()); err != nil {
		os.Exit(1)
	}
	for range time.Tick(time.Hour) {
	}
}
