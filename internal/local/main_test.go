package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/local"
)

// TestMain lets the test binary be the function too, like the real executable.
func TestMain(m *testing.M) {
	if os.Getenv("FC_RUNTIME_API") != "" {
		standIn()
		return
	}
	for _, name := range []string{"COLUMNS", "REACTIVATE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		os.Unsetenv(name) //nolint:errcheck // so that the developer's shell does not change the results
	}
	os.Exit(m.Run())
}

// order is an event for the stand-in: what to log, and what to do.
type order struct {
	Do      string          `json:"do"`
	Answer  json.RawMessage `json:"answer"`
	Type    string          `json:"type"`
	Message string          `json:"message"`
	Log     []string        `json:"log"`     // ID stands for the request id
	Late    bool            `json:"late"`    // the log comes after the answer
	Version string          `json:"version"` // of an HTTP event
	Body    string          `json:"body"`
}

// standIn is a function that does what its events say.
func standIn() {
	for {
		resp, err := http.Get(apiURL("next"))
		if err != nil {
			os.Exit(1)
		}
		payload, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			os.Exit(1)
		}
		obey(resp.Header, payload)
	}
}

func apiURL(path string) string {
	return "http://" + os.Getenv("FC_RUNTIME_API") + "/2020-11-11/runtime/invocation/" + path
}

func obey(h http.Header, payload []byte) {
	id := h.Get("x-fc-request-id")
	var o order
	if err := json.Unmarshal(payload, &o); err != nil {
		o = order{Do: "fail", Type: "DecodeError", Message: "not JSON"}
	}
	from := os.Getenv("ORDER") // for an event that is no order, such as a sweep
	if o.Version == "v1" {     // an HTTP event: its body may be an order
		from, o.Do = o.Body, "echo"
	}
	if o.Do == "" || o.Do == "echo" {
		json.Unmarshal([]byte(from), &o) //nolint:errcheck // then it is not one
	}
	log := func() {
		for _, line := range o.Log {
			fmt.Println(strings.ReplaceAll(line, "ID", id))
		}
		fmt.Printf("FC Invoke End RequestId: %s\n", id) // as the vendor's loop does, sometimes with more text after it
	}
	if !o.Late {
		log()
	}
	what, body := "response", []byte(o.Answer)
	switch o.Do {
	case "echo":
		body = marshal(map[string]any{"statusCode": 200, "body": string(payload)})
	case "fail":
		what, body = "error", marshal(map[string]string{"errorType": o.Type, "errorMessage": o.Message})
	case "environ":
		body = marshal(surroundings(h))
		fmt.Println(string(body)) // for commands that show no answer of this kind
	case "pid":
		body = marshal(os.Getpid())
	case "die":
		fmt.Fprintln(os.Stderr, "panic: stand-in\n\ngoroutine 1 [running]:")
		for i := range 60 {
			fmt.Fprintln(os.Stderr, "frame", i)
		}
		os.Exit(2)
	case "hang":
		hang()
	}
	resp, err := http.Post(apiURL(id+"/"+what), "application/json", bytes.NewReader(body))
	if err != nil {
		os.Exit(1)
	}
	resp.Body.Close()
	if o.Late {
		log()
	}
}

// hang connects to the test and then waits for ever.
func hang() {
	conn, err := net.Dial("tcp", os.Getenv("TEST_ADDR"))
	if err != nil {
		os.Exit(1)
	}
	_, err = io.Copy(io.Discard, conn)
	fmt.Println(err)
}

func surroundings(h http.Header) map[string]any {
	var own []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "FC_") && !slices.Contains([]string{"PATH", "HOME", "TZ"}, name) {
			own = append(own, entry)
		}
	}
	slices.Sort(own)
	return map[string]any{
		"environ": own, "region": h.Get("x-fc-region"), "account": h.Get("x-fc-account-id"), "key": h.Get("x-fc-access-key-id"),
		"secret": h.Get("x-fc-access-key-secret"), "token": h.Get("x-fc-security-token"), "timeout": h.Get("x-fc-function-timeout"),
	}
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// outcome is the result of one run of the program.
type outcome struct {
	status         int
	stdout, stderr string
}

var build = local.Build{Version: "v1.2.3", Commit: "abcdef0"}

func run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := local.Main(t.Context(), build, args, strings.NewReader(stdin), &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

// file writes content to a file and returns its name.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// screen is a stream that a command writes to and a test looks at.
type screen struct {
	mu    sync.Mutex
	text  strings.Builder
	found chan string // yields the first address that is written
}

var address = regexp.MustCompile(`http://[^/ ]+`)

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if url := address.FindString(string(b)); url != "" && s.text.Len() == 0 {
		s.found <- strings.TrimSuffix(url, ".")
	}
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// running is a command that goes on until it is stopped.
type running struct {
	stdout, stderr *screen
	url            string     // which it printed
	stop           func() int // returns the exit status
}

// launch starts a command and waits until it prints its address.
func launch(t *testing.T, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := running{stdout: &screen{found: make(chan string, 1)}, stderr: &screen{found: make(chan string, 1)}}
	over := make(chan struct{})
	status := 0
	go func() {
		defer close(over)
		status = local.Main(ctx, build, args, strings.NewReader(""), r.stdout, r.stderr)
	}()
	r.stop = func() int { cancel(); <-over; return status }
	t.Cleanup(func() { r.stop() })
	select {
	case r.url = <-r.stdout.found:
	case <-over:
		t.Fatalf("%v ended: %d, %s", args, status, r.stderr)
	case <-time.After(20 * time.Second):
		t.Fatalf("%v: still no address", args)
	}
	return r
}

// await waits for one stand-in that hangs: there is closed when it connects, gone when it has ended.
func await(t *testing.T) (addr string, there, gone chan struct{}) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	there, gone = make(chan struct{}), make(chan struct{})
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		close(there)
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			close(gone)
		}
	}()
	return ln.Addr().String(), there, gone
}
