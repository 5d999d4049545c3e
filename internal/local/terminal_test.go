package local_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"reactivate/internal/local"
)

// COLUMNS says how wide a report may be, in a pipe too.
func TestColumns(t *testing.T) {
	name := file(t, "recharge.json", say(manyRows))
	for _, tt := range []struct {
		columns string
		most    int // columns
	}{{"80", 80}, {"100", 100}, {"1", 80}, {"", 0}, {"many", 0}, {"-5", 0}} {
		t.Setenv("COLUMNS", tt.columns)
		most := 0
		for line := range strings.Lines(run(t, "", "invoke", name).stdout) {
			if line = strings.TrimSuffix(line, "\n"); line != name { // which is as long as it is
				most = max(most, local.Width(line))
			}
		}
		if tt.most == 0 && most < 90 || tt.most > 0 && most > tt.most {
			t.Errorf("COLUMNS=%s: %d columns, want at most %d (0: all)", tt.columns, most, tt.most)
		}
	}
}

// What could not be written is not shown, so it is no success.
func TestAWriteErrorIsTold(t *testing.T) {
	event := file(t, "event.json", say(`{"results":[]}`))
	for _, args := range [][]string{{"invoke", event}, {"invoke", "-json", event}, {"status", "-env", `SWEEP={"results":[]}`}, {"help"}, {"version"}, {}} {
		var stderr bytes.Buffer
		status := local.Main(t.Context(), build, args, strings.NewReader(""), fullDisk{}, &stderr)
		if want := "reactivate: write the output: no space left on device\n"; status != 1 || stderr.String() != want {
			t.Errorf("%q: status %d, stderr %q; want 1 and %q", args, status, &stderr, want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// An interrupt ends a read that waits for somebody who never writes.
func TestAnInterruptEndsARead(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := makeFIFO(fifo); errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no FIFOs here")
	} else if err != nil {
		t.Fatal(err)
	}
	event := file(t, "event.json", say(`1`))
	for _, args := range [][]string{
		{"invoke", "-"}, {"invoke", fifo}, {"invoke", "-fleet", fifo, event}, {"status", "-fleet", fifo}, {"doctor", "-fleet", fifo},
		{"serve", "-addr", "127.0.0.1:0", "-fleet", fifo}, {"fake-cloud", "-addr", "127.0.0.1:0", "-fleet", fifo},
	} {
		silent, w := io.Pipe()
		t.Cleanup(func() { w.Close() })
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // before the read, which is then there for ever
		var stdout, stderr bytes.Buffer
		status := local.Main(ctx, build, args, silent, &stdout, &stderr)
		if want := "reactivate " + args[0] + ": interrupted\n"; status != 130 || stderr.String() != want {
			t.Errorf("%q: status %d, stderr %q; want 130 and %q", args, status, &stderr, want)
		}
	}
}

// silent is a standard input that nobody types into.
type silent struct{ asked, over chan struct{} }

func (s silent) Read([]byte) (int, error) {
	close(s.asked)
	<-s.over
	return 0, io.EOF
}

func TestAnInterruptEndsAReadThatWaits(t *testing.T) {
	in := silent{make(chan struct{}), make(chan struct{})}
	defer close(in.over)
	ctx, cancel := context.WithCancel(t.Context())
	status := make(chan int)
	go func() { status <- local.Main(ctx, build, []string{"invoke", "-"}, in, io.Discard, io.Discard) }()
	<-in.asked
	cancel()
	if got := <-status; got != 130 {
		t.Errorf("status %d, want 130", got)
	}
}

func TestAFleetIsNotReadWithoutLimit(t *testing.T) {
	event := file(t, "event.json", say(`1`))
	large := file(t, "large.json", "")
	if err := os.Truncate(large, 64<<20+1); err != nil {
		t.Fatal(err)
	}
	fleets := []string{large}
	if runtime.GOOS == "linux" {
		fleets = append(fleets, "/dev/zero")
	}
	for _, fleet := range fleets {
		got := run(t, "", "invoke", "-fleet", fleet, event)
		if want := "reactivate invoke: -fleet: " + fleet + ": larger than 64 MiB, which is the most that is read; see: reactivate help invoke\n"; got.status != 2 || got.stderr != want {
			t.Errorf("status %d, stderr %q; want 2 and %q", got.status, got.stderr, want)
		}
	}
}
