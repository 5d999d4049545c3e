// Package local is the commands that try the function on this machine. It wires
// the fakes of the cloud and of Function Compute together, runs this very
// executable as the function under them, and shows what it answers. It reads
// the function's report as JSON, as any client would, and knows nothing else of
// how the function works.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// Build is what the executable knows of its making.
type Build struct {
	Version string // "" is shown as dev
	Commit  string // "" is shown as unknown
}

// The exit statuses.
const (
	exitDone        = 0   // nothing is left to do
	exitLeft        = 1   // something is left to do, or went wrong
	exitUsage       = 2   // wrong usage: nothing was run
	exitInterrupted = 130 // as a shell counts an interrupt
)

// program is one run of the executable as a local command.
type program struct {
	build      Build
	executable string // path of this very file; it is also the function
	environ    []string
	stdin      io.Reader
	stdout     io.Writer
	stderr     io.Writer
	live       bool // stderr is a terminal: a progress line may be rewritten
	colour     bool // stdout is a terminal that wants colour
}

// Main runs the command that args, without the program's name, ask for. It ends
// early, with all that it started, when ctx ends or the program is interrupted.
// The result is the exit status: 0 nothing is left to do, 1 something is, 2 wrong
// usage, 130 interrupted.
func Main(ctx context.Context, build Build, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	executable, err := os.Executable()
	if err != nil {
		fmt.Fprintln(stderr, "reactivate: find this executable:", err)
		return exitLeft
	}
	p := &program{
		build: build, executable: executable, environ: os.Environ(),
		stdin: stdin, stdout: stdout, stderr: &lockedWriter{w: stderr},
		live:   isTerminal(stderr),
		colour: isTerminal(stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
	}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(p.stdout, overview(p.name()))
		return exitDone
	}
	cmd, ok := find(args[0])
	if !ok {
		fmt.Fprintf(p.stderr, "reactivate: there is no command %q\n\n%s", clean(args[0]), overview(p.name()))
		return exitUsage
	}
	status, err := cmd.run(ctx, p, args[1:])
	wrong, isUsage := errors.AsType[*usageError](err)
	switch {
	case errors.Is(err, errHelp):
		fmt.Fprint(p.stdout, cmd.usage)
		return exitDone
	case isUsage:
		fmt.Fprintf(p.stderr, "reactivate %s: %s\n\n%s", cmd.name, clean(wrong.text), cmd.usage)
		return exitUsage
	case ctx.Err() != nil && cmd.serves:
		return exitDone
	case ctx.Err() != nil:
		fmt.Fprintf(p.stderr, "reactivate %s: interrupted\n", cmd.name)
		return exitInterrupted
	case err != nil:
		fmt.Fprintf(p.stderr, "reactivate %s: %s\n", cmd.name, clean(err.Error()))
		return exitLeft
	}
	return status
}

// name is how the caller would start this program again.
func (p *program) name() string {
	if strings.Contains(p.executable, "go-build") { // "go run" builds there and removes it
		return "go run ."
	}
	return "reactivate"
}

// command is one command. run returns an exit status, or an error: errHelp, a
// *usageError, or what went wrong.
type command struct {
	name, usage string
	serves      bool // it runs until it is interrupted, so that is how it ends well
	run         func(ctx context.Context, p *program, args []string) (int, error)
}

func find(name string) (command, bool) {
	for _, c := range []command{
		{"invoke", invokeUsage, false, runInvoke},
		{"serve", serveUsage, true, runServe},
		{"fake-cloud", fakeCloudUsage, true, runFakeCloud},
		{"doctor", doctorUsage, false, runDoctor},
		{"version", versionUsage, false, runVersion},
		{"help", helpUsage, false, runHelp},
	} {
		if c.name == name {
			return c, true
		}
	}
	if name == "-h" || name == "-help" || name == "--help" {
		return command{name: "help", run: runHelp}, true
	}
	return command{}, false
}

func runHelp(_ context.Context, p *program, args []string) (int, error) {
	if len(args) == 0 {
		fmt.Fprint(p.stdout, overview(p.name()))
		return exitDone, nil
	}
	cmd, ok := find(args[0])
	if !ok {
		return 0, &usageError{fmt.Sprintf("there is no command %q", args[0])}
	}
	fmt.Fprint(p.stdout, cmd.usage)
	return exitDone, nil
}

func runVersion(_ context.Context, p *program, args []string) (int, error) {
	_, operands, err := parse(versionFlags, args)
	if err != nil {
		return 0, err
	}
	if len(operands) > 0 {
		return 0, &usageError{"it takes no arguments"}
	}
	version, commit := p.build.Version, p.build.Commit
	if version == "" {
		version = "dev"
	}
	if commit == "" {
		commit = "unknown"
	}
	fmt.Fprintf(p.stdout, "reactivate %s, commit %s, %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitDone, nil
}

// isTerminal reports whether w shows to a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	stat, err := f.Stat()
	return err == nil && stat.Mode()&os.ModeCharDevice != 0
}

// lockedWriter lets the child's output and our own share one stream.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
