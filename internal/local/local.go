// Package local has the local commands. They start a fake cloud and a fake of Function Compute, run this executable as the
// function between them, and show its answers. Only the command verify, which looks at a real account, calls the cloud itself.
package local

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"reactivate/internal/aliyun"
	"reactivate/internal/wording"
)

// Build describes the executable, and holds what the commands need from the handler.
type Build struct {
	Version string // dev, unless it is a release
	Commit  string // "": not known
	// Variables are the names of the function's variables; nil: -env accepts any name.
	Variables []string
	// Cloud returns the cloud at the endpoint that the environment names.
	Cloud func(environ []string) (*aliyun.Cloud, error)
}

// The exit statuses.
const (
	exitDone        = 0   // nothing is left to do
	exitLeft        = 1   // something is left to do, went wrong, or could not be written
	exitUsage       = 2   // nothing was run: wrong usage, or something is missing
	exitInterrupted = 130 // as shells do it
)

// program is one run of the executable as a local command.
type program struct {
	build      Build
	executable string // path of this file, which is run as the function
	environ    []string
	stdin      io.Reader
	stdout     *stream
	stderr     io.Writer
	progress   int // columns of stderr; 0: it is not a terminal that can show a progress line
	page           // for stdout
}

// Main runs a command and returns the exit status. args are without the program's name. When ctx ends or the program is
// interrupted, it stops everything that it started and returns.
func Main(ctx context.Context, build Build, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	executable, err := os.Executable()
	if err != nil {
		fmt.Fprintln(stderr, "reactivate: find this executable:", err)
		return exitLeft
	}
	out := &stream{w: stdout}
	p := &program{
		build: build, executable: executable, environ: os.Environ(),
		stdin: stdin, stdout: out, stderr: &stream{w: stderr},
		page: page{w: out, columns: columnsOf(stdout, os.Environ())},
	}
	if os.Getenv("TERM") != "dumb" {
		p.colour = isTerminal(stdout) && os.Getenv("NO_COLOR") == ""
		if isTerminal(stderr) {
			p.progress = columnsOf(stderr, p.environ)
		}
	}
	status := p.run(ctx, args)
	if p.stdout.err != nil {
		fmt.Fprintln(p.stderr, "reactivate: write the output:", p.stdout.err)
		return exitLeft
	}
	return status
}

// stream lets the child's output and our own share one writer. Write never fails, because the child must not stop if nobody reads
// its log. The first error is kept, so that the program does not report success for output that was lost.
type stream struct {
	mu  sync.Mutex
	w   io.Writer
	err error // nil: all has been written
}

func (s *stream) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.w.Write(b); s.err == nil {
		s.err = err
	}
	return len(b), nil
}

func (p *program) run(ctx context.Context, args []string) int {
	p.lang = language(&options{}, p.environ)
	if len(args) == 0 {
		args = []string{"help"}
	}
	var o options
	var left bool
	cmd, err := find(args[0])
	if err == nil {
		o, err = p.parse(cmd, args[1:])
	}
	if err == nil {
		left, err = cmd.run(p, ctx, o)
	}
	who := strings.TrimSpace("reactivate " + cmd.name)
	wrong, isUsage := errors.AsType[*usageError](err)
	switch {
	case errors.Is(err, flag.ErrHelp):
		p.explain(cmd)
		return exitDone
	case ctx.Err() != nil && (err != nil || !cmd.serves):
		why := wording.Interrupted
		if o.yes {
			why = wording.InterruptedLive
		}
		p.say(who, why)
		return exitInterrupted
	case isUsage:
		topic := strings.TrimPrefix(cmd.name, "help")
		help := strings.TrimSpace("reactivate help " + topic)
		p.say(who, wording.Verbatim(wrong.what.In(p.lang)+wording.SeeHelp.In(p.lang)+help))
		return exitUsage
	case err != nil:
		p.say(who, wordsOf(err))
		return exitLeft
	case left:
		return exitLeft
	}
	return exitDone
}

// say writes a line about the command itself.
func (p *program) say(who string, what wording.Words) {
	fmt.Fprintln(p.stderr, who+wording.Colon.In(p.lang)+wording.Printable(what.In(p.lang)))
}

// wordsOf returns the words of an error: in both languages if it has them.
func wordsOf(err error) wording.Words {
	if words, ok := err.(wording.Words); ok {
		return words
	}
	return wording.Verbatim(err.Error())
}

// helpPage is the page for help, which is laid out for a usual terminal in a pipe too.
func (p *program) helpPage() page {
	help := p.page
	help.columns = min(cmp.Or(p.columns, usualColumns), usualColumns)
	return help
}

// overview is the help of the whole program.
func (p *program) overview() {
	help := p.helpPage()
	for _, paragraph := range wording.Overview {
		help.paragraph(paragraph.In(p.lang))
		help.paragraph("")
	}
	for _, example := range wording.Examples {
		help.paragraph("  " + p.name() + " " + example.Written)
		help.hanging("      ", example.Does.In(p.lang))
	}
	help.paragraph("")
	help.paragraph(wording.CommandsFollow.In(p.lang))
	for _, c := range commands() {
		help.hanging(pad("  "+c.name, 13)+" ", c.usage.Summary.In(p.lang))
	}
}

// explain is the help of one command.
func (p *program) explain(c command) {
	help := p.helpPage()
	help.paragraph(wording.UsageLine.Say(p.lang, "reactivate "+c.name, c.usage.Written))
	for _, paragraph := range c.usage.About {
		help.paragraph("")
		help.paragraph(paragraph.In(p.lang))
	}
	help.paragraph("")
	for _, f := range c.usage.Flags {
		help.hanging(pad("  "+f.Written, 20), f.Does.In(p.lang))
	}
	for _, paragraph := range c.usage.Then {
		help.paragraph("")
		help.paragraph(paragraph.In(p.lang))
	}
}

// name returns how the caller would start this program again.
func (p *program) name() string {
	if strings.Contains(p.executable, "go-build") { // "go run" builds there and removes it
		return "go run ."
	}
	return "reactivate"
}

type command struct {
	name     string
	usage    wording.Usage
	flags    string // the names of its flags, without lang and v, which every command has
	operands bool   // it takes arguments beside its flags
	addr     string // the default of -addr
	serves   bool   // it runs until it is interrupted, which is its normal end
	// run tells whether something is left to do. Its error is a *usageError, or what went wrong.
	run func(p *program, ctx context.Context, o options) (left bool, err error)
}

// commands are all commands, in the order of the help.
func commands() []command {
	return []command{
		{name: "invoke", usage: wording.UsageInvoke(), flags: "env fleet json live yes", operands: true, run: (*program).runInvoke},
		{name: "status", usage: wording.UsageStatus(), flags: "env fleet json live", run: (*program).runStatus},
		{name: "serve", usage: wording.UsageServe(), flags: "addr env fleet", addr: "127.0.0.1:9000", serves: true, run: (*program).runServe},
		{name: "fake-cloud", usage: wording.UsageFakeCloud(), flags: "addr fleet", addr: "127.0.0.1:9100", serves: true, run: (*program).runFakeCloud},
		{name: "doctor", usage: wording.UsageDoctor(), flags: "env fleet json live notify", run: (*program).runDoctor},
		{name: "verify", usage: wording.UsageVerify(), flags: "env json live notify", run: (*program).runVerify},
		{name: "version", usage: wording.UsageVersion(), run: (*program).runVersion},
		{name: "help", usage: wording.UsageHelp(), operands: true, run: (*program).runHelp},
	}
}

// find returns a command by its name, or by another spelling that people try.
func find(name string) (command, error) {
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	var names []string
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	return command{}, &usageError{wording.NoCommand.With(name, strings.Join(names, ", "))}
}

func (p *program) runHelp(_ context.Context, o options) (left bool, err error) {
	if len(o.operands) == 0 {
		p.overview()
		return false, nil
	}
	cmd, err := find(o.operands[0])
	if err == nil {
		p.explain(cmd)
	}
	return false, err
}

func (p *program) runVersion(context.Context, options) (left bool, err error) {
	commit := ""
	if p.build.Commit != "" { // only a release knows it
		commit = ", commit " + p.build.Commit
	}
	fmt.Fprintf(p.stdout, "reactivate %s%s, %s %s/%s\n", p.build.Version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return false, nil
}
