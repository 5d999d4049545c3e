package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary two commands for the scripts: the program itself, and a small HTTP client.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "12"); err != nil { // the scripts mostly wait; -parallel on the command line overrides this
		panic(err)
	}
	testscript.Main(m, map[string]func(){"reactivate": main, "http": httpClient})
}

// TestScripts runs the program as a person would: see testdata/script.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			addr, err := freeAddress()
			if err != nil {
				return err
			}
			env.Setenv("ADDR", addr)
			return os.CopyFS(filepath.Join(env.WorkDir, "events"), os.DirFS("events"))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"plan": plan},
	})
}

var update = flag.Bool("update", false, "write what the program prints into the documents")

// printed matches a command in a document with its output below. told matches a command with the message that it shows, without the
// message's last line, which names the request.
var (
	printed = regexp.MustCompile("```\ngo run \\. ([^\n]+)\n```\n\n```\n(?s:(.*?\n))```\n")
	told    = regexp.MustCompile("```bash\ngo run \\. ([^\n]+)\n```\n\n```\n(?s:(.*?\n))(?:Request|请求) [^\n]+\n```\n")
)

// moment is a time in a report or a message.
var moment = regexp.MustCompile(`20\d\d-\d\d-\d\d \d\d:\d\d|\d+ [A-Z][a-z]+ \d\d:\d\d UTC|\d\d-\d\d \d\d:\d\d UTC\+8`)

// TestDocumentsPrintWhatTheProgramShows runs the commands in the documents and compares what they print, in a terminal of 80 columns,
// with what the documents show. docs/messages shows only their messages.
func TestDocumentsPrintWhatTheProgramShows(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"README.md": 1, "README.zh-CN.md": 1, "docs/commands.md": 2, "docs/commands.zh-CN.md": 2, "docs/messages.md": 1, "docs/messages.zh-CN.md": 1,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // the commands mostly wait
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			shown, blocks := output, printed.FindAllSubmatchIndex(content, -1)
			if strings.HasPrefix(name, "docs/messages") {
				shown, blocks = message, told.FindAllSubmatchIndex(content, -1)
			}
			if len(blocks) != want {
				t.Errorf("%d commands with what they show, want %d", len(blocks), want)
			}
			outputs := make([]string, len(blocks))
			var running sync.WaitGroup
			for i, m := range blocks {
				running.Go(func() { outputs[i] = shown(t, string(content[m[2]:m[3]])) })
			}
			running.Wait()
			for i, m := range slices.Backward(blocks) {
				prints, got := string(content[m[4]:m[5]]), outputs[i]
				if *update {
					content = slices.Concat(content[:m[4]], []byte(got), content[m[5]:])
				} else if moment.ReplaceAllString(got, "TIME") != moment.ReplaceAllString(prints, "TIME") {
					t.Errorf("%s shows\n%s\nnot\n%s", content[m[2]:m[3]], got, prints)
				}
			}
			if *update {
				if err := os.WriteFile(name, content, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// message returns the message that a command shows, without its last line.
func message(t *testing.T, line string) (text string) {
	t.Helper()
	for line := range strings.Lines(run(t, "", line)) {
		if said, ok := strings.CutPrefix(line, "  "); ok {
			text += said
		}
	}
	return text[:strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n")+1]
}

// output is what a command prints in a terminal of 80 columns.
func output(t *testing.T, line string) string { return run(t, "80", line) }

// run runs a command, and returns what it prints in a terminal of so many columns, or in a pipe, whatever its exit status.
func run(t *testing.T, columns, line string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "reactivate", strings.Fields(line)...) // TestMain has put it into PATH
	cmd.Env = append(os.Environ(), "COLUMNS="+columns, "REACTIVATE_LANG=", "LC_ALL=C")
	out, err := cmd.Output()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Error(err)
	}
	return string(out)
}

// plan EVENT LINE... hands an event to the function in a dry run that waits for nothing. Each LINE is a pattern, which must match a
// line of the output. In the first line, the event's name and the words for a dry run are left out.
func plan(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("reactivate", "invoke", "-env", "REACTIVATE_DRY_RUN=true", "-env", "REACTIVATE_GRACE=0s", "-env", "REACTIVATE_WAIT=1s", args[0])
	if err != nil || neg {
		ts.Fatalf("plan %s: %v", args[0], err)
	}
	shown := ts.ReadFile("stdout")
	for _, line := range args[1:] {
		want := `(?m)^(` + regexp.QuoteMeta(args[0]) + ` {3})?` + line + `( · dry run)?$`
		if !regexp.MustCompile(want).MatchString(shown) {
			ts.Fatalf("plan %s shows\n%s\nwant a line %s", args[0], shown, line)
		}
	}
}

// TestEveryEventIsRun fails when a sample is in no script.
func TestEveryEventIsRun(t *testing.T) {
	script, err := os.ReadFile("testdata/script/events.txtar")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("events")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := "events/" + entry.Name()
		if filepath.Ext(name) != ".md" && !strings.Contains(string(script), "plan "+name+" ") {
			t.Errorf("%s is run by no line of events.txtar", name)
		}
	}
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress() (string, error) {
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+os.Getpid()%1000*10+int(ports.Add(1)))
		ln, err := net.Listen("tcp", address)
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			continue
		case err != nil:
			return "", err
		}
		return address, ln.Close()
	}
}

// ports counts the ports given to scripts. They lie below the system's ephemeral ports: one of those could be given to another
// process before the script's server listens.
var ports atomic.Int32

// httpClient is the command: http METHOD URL [HEADER: VALUE]... [@FILE]. It waits
// for the server to come, and prints status, headers and body.
func httpClient() {
	if err := request(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func request(method, url string, args []string) error {
	header, body := http.Header{}, ""
	for _, arg := range args {
		if file, ok := strings.CutPrefix(arg, "@"); ok {
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			body = string(content)
			continue
		}
		name, value, _ := strings.Cut(arg, ": ")
		header.Set(name, value)
	}
	const patience = 20 * time.Second
	begin := time.Now()
	for {
		req, err := http.NewRequest(method, url, strings.NewReader(body))
		if err != nil {
			return err
		}
		req.Header = header
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			return show(resp)
		}
		if now := <-time.After(20 * time.Millisecond); !errors.Is(err, syscall.ECONNREFUSED) || now.Sub(begin) > patience {
			return err
		}
	}
}

func show(resp *http.Response) error {
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	for name, values := range resp.Header {
		fmt.Printf("%s: %s\n", name, strings.Join(values, ", "))
	}
	fmt.Println()
	_, err := io.Copy(os.Stdout, resp.Body)
	return err
}
