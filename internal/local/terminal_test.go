package local_test

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"reactivate/internal/local"
)

// COLUMNS says how wide a report may be, in a pipe too.
func TestColumns(t *testing.T) {
	name := file(t, "recharge.json", say(screens["arrears"]))
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
	got := run(t, "", "invoke", "-fleet", large, event)
	if want := "reactivate invoke: -fleet: " + large + ": larger than 64 MiB, which is the most that is read; see: reactivate help invoke\n"; got.status != 2 || got.stderr != want {
		t.Errorf("status %d, stderr %q; want 2 and %q", got.status, got.stderr, want)
	}
}
