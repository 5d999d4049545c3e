package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"reactivate/internal/local"
)

// say is an event that makes the stand-in answer.
func say(answer string) string { return `{"do":"say","answer":` + answer + `}` }

// row is a report with one row.
func row(verdict, outcome string, dryRun bool) string {
	return fmt.Sprintf(`{"source":"manual","dryRun":%v,"regions":["cn-hangzhou"],"counts":{"%[3]s":1},
		"results":[{"instanceId":"i-1","verdict":"%[2]s","outcome":"%[3]s"}]}`, dryRun, verdict, outcome)
}

func httpResponse(status int, body string) string {
	return fmt.Sprintf(`{"statusCode":%d,"headers":{},"body":%q}`, status, body)
}

func TestInvokeExitStatus(t *testing.T) {
	const nothing = `{"source":"timer","regions":["cn-hangzhou"],"counts":{},"results":[]}`
	for _, tt := range []struct {
		name, event string
		want        int
		shows       string
	}{
		{"nothing found", say(nothing), 0, "No overdue instance was found.\n"},
		{"recovered", say(row("reactivate", "recovered", false)), 0, "1 recovered"},
		{"planned", say(row("reactivate", "planned", true)), 0, "dry run"},
		{"skipped", say(row("not-overdue", "skipped", false)), 0, "1 skipped"},
		{"accepted", say(row("reactivate", "accepted", false)), 1, "1 accepted"},
		{"deferred", say(row("busy", "deferred", false)), 1, "1 deferred"},
		{"awaiting payment", say(row("reactivate", "awaiting-payment", false)), 1, "1 awaiting-payment"},
		{"failed", say(row("reactivate", "failed", false)), 1, "1 failed"},
		{"over the limit", say(row("over-limit", "skipped", false)), 1, "1 skipped"},
		{"over the limit in a dry run", say(row("over-limit", "skipped", true)), 0, "1 skipped"},
		{"an outcome of the future", say(row("reactivate", "pondered", false)), 1, "pondered"},
		{"a region not looked at", say(`{"results":[],"errors":[{"regionId":"cn-x","error":{"op":"DescribeInstances","code":"Forbidden.RAM","message":"no"}}]}`), 1,
			"Not looked at: cn-x: DescribeInstances: Forbidden.RAM: no\n"},
		{"an error", `{"do":"fail","type":"DecodeError","message":"name an instance"}`, 1, "DecodeError: name an instance\n"},
		{"a checkup", say(`{"checks":[{"name":"clock","status":"ok","detail":"right"}]}`), 0, "ok  clock: right\n"},
		{"a failed checkup", say(`{"checks":[{"name":"clock","status":"failed"}]}`), 1, "failed  clock"},
		{"no report", say(`null`), 1, "neither a report nor an HTTP response: null\n"},
		{"HTTP 200, something left", say(httpResponse(200, row("reactivate", "failed", false))), 1, "HTTP 200 OK\n"},
		{"HTTP 202", say(httpResponse(202, row("reactivate", "accepted", false))), 1, "HTTP 202 Accepted\n"},
		{"HTTP 401", say(httpResponse(401, `{"error":{"type":"UnauthorizedError","message":"send a token"}}`)), 1,
			"HTTP 401 Unauthorized\nUnauthorizedError: send a token\n"},
		{"HTTP with another body", say(httpResponse(200, `plain`)), 0, "HTTP 200 OK\nplain\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, tt.event, "invoke", "-")
			if got.status != tt.want {
				t.Errorf("status %d, want %d", got.status, tt.want)
			}
			if !strings.HasPrefix(got.stdout, "standard input") || !strings.Contains(got.stdout, tt.shows) {
				t.Errorf("it shows\n%s\nwant %q", got.stdout, tt.shows)
			}
		})
	}
}

func TestOneThingLeftIsEnough(t *testing.T) {
	good, bad := file(t, "good", say(row("running", "skipped", false))), file(t, "bad", say(row("reactivate", "failed", false)))
	if got := run(t, "", "invoke", good, bad, good); got.status != 1 {
		t.Errorf("status %d, want 1", got.status)
	}
}

func TestInvokeJSON(t *testing.T) {
	logLines := func(lines ...string) string { b, _ := json.Marshal(lines); return string(b) }
	failing := `{"do":"fail","type":"UnfinishedError","message":"1 deferred","log":` + logLines(
		`not JSON`,
		`{"msg":"instance","requestId":"another","result":{"instanceId":"i-other"}}`,
		`{"msg":"instance","requestId":"ID","result":{"instanceId":"i-1","outcome":"deferred","verdict":"reactivate"}}`,
		`{"msg":"run","requestId":"ID","report":{"source":"manual","counts":{"deferred":1},"results":null}}`) + `}`
	got := run(t, "", "invoke", "-json", file(t, "a", say(`{ "results": [ ],  "extra": 1 }`)), file(t, "b", failing),
		file(t, "c", `{"do":"fail","type":"ConfigError","message":"REACTIVATE_X is unknown"}`))
	lines := strings.Split(got.stdout, "\n")
	if len(lines) != 4 || got.status != 1 || got.stderr != "" {
		t.Fatalf("status %d, %d lines, stderr %q:\n%s", got.status, len(lines), got.stderr, got.stdout)
	}
	if want := `{"results":[],"extra":1}`; lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
	for _, want := range []string{`"source":"manual"`, `"error":{"type":"UnfinishedError","message":"1 deferred"}`, `"results":[{"instanceId":"i-1",`} {
		if !strings.Contains(lines[1], want) || strings.Contains(lines[1], "i-other") {
			t.Errorf("no %s in %s", want, lines[1])
		}
	}
	if got, want := lines[2], `{"error":{"type":"ConfigError","message":"REACTIVATE_X is unknown"},"results":[]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// An HTTP answer has the report's fields at the top too.
func TestInvokeJSONOfAnHTTPAnswer(t *testing.T) {
	for _, tt := range []struct{ answer, want string }{
		{httpResponse(202, `{"source":"http","results":[{"name":"<a&b>"}]}`),
			`{"body":"{\"source\":\"http\",\"results\":[{\"name\":\"<a&b>\"}]}","headers":{},"results":[{"name":"<a&b>"}],"source":"http","statusCode":202}`},
		{httpResponse(401, `{"error":{"type":"UnauthorizedError","message":"send a token"}}`),
			`{"body":"{\"error\":{\"type\":\"UnauthorizedError\",\"message\":\"send a token\"}}","error":{"type":"UnauthorizedError","message":"send a token"},"headers":{},"results":[],"statusCode":401}`},
		{httpResponse(200, `plain`), `{"body":"plain","headers":{},"results":[],"statusCode":200}`},
	} {
		if got := run(t, say(tt.answer), "invoke", "-json", "-").stdout; got != tt.want+"\n" {
			t.Errorf("got  %swant %s", got, tt.want)
		}
	}
}

func TestInvokeTellsWhyAProcessDied(t *testing.T) {
	got := run(t, `{"do":"die"}`, "invoke", "-")
	if want := "exit status 2)\n  | panic: stand-in\n  | goroutine 1 [running]:\n  | frame 0\n"; !strings.Contains(got.stdout, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got.stdout, want)
	}
	if got, want := strings.Count(got.stdout, "\n  | "), 20; got != want {
		t.Errorf("%d lines of its standard error, want %d", got, want)
	}
}

// All events go to one child, which ends with the command.
func TestEventsMeetOneChildInTheirOrder(t *testing.T) {
	got := run(t, `{"do":"pid"}`, "invoke", "-json", file(t, "a", `{"do":"pid"}`), "-", file(t, "c", say(`"last"`)))
	lines := strings.Fields(got.stdout)
	if len(lines) != 3 || lines[0] != lines[1] || lines[2] != `"last"` {
		t.Fatalf("answers %q, want one process id twice, then \"last\"", lines)
	}
	checkGone(t, lines[0])
}

// checkGone fails if the process with this id still runs.
func checkGone(t *testing.T, id string) {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(id))
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return // not on Unix: there is no such process
	}
	if err := p.Signal(syscall.Signal(0)); err == nil {
		t.Errorf("process %d is still there", pid)
	}
}

// surrounding is what the stand-in gets as the function: its environment, and the headers of an invocation.
type surrounding struct {
	Environ                                      []string
	Region, Account, Key, Secret, Token, Timeout string
}

func surroundingOf(t *testing.T, args ...string) surrounding {
	t.Helper()
	got := run(t, `{"do":"environ"}`, append(append([]string{"invoke", "-json"}, args...), "-")...)
	line, _, _ := strings.Cut(got.stdout, "\n")
	var s surrounding
	if err := json.Unmarshal([]byte(line), &s); err != nil {
		t.Fatalf("%v: %q, stderr %q", err, got.stdout, got.stderr)
	}
	return s
}

func TestTheFunctionsEnvironment(t *testing.T) {
	t.Setenv("REACTIVATE_DRY_RUN", "true")
	t.Setenv("REACTIVATE_UNKNOWN", "x")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "my own secret")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	got := surroundingOf(t, "-env", "REACTIVATE_WAIT=1s", "-env", "MINE=a=b", "-env", "REACTIVATE_WAIT=2s")
	var endpoint string
	got.Environ = slices.DeleteFunc(got.Environ, func(entry string) bool {
		value, found := strings.CutPrefix(entry, "REACTIVATE_ENDPOINT=")
		if found {
			endpoint = value
		}
		return found
	})
	if !strings.HasPrefix(endpoint, "http://127.0.0.1:") {
		t.Errorf("endpoint %q", endpoint)
	}
	want := surrounding{
		Environ: []string{"ALIBABA_CLOUD_ACCESS_KEY_ID=fakeAccessKeyId", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=fakeAccessKeySecret",
			"ALIBABA_CLOUD_SECURITY_TOKEN=fakeSecurityToken", "LOCAL_COMMAND=1", "MINE=a=b", "REACTIVATE_GRACE=3s",
			"REACTIVATE_HTTP_AUTH=token", "REACTIVATE_HTTP_TOKEN=local-test-token-0123,an-example-token-not-a-secret", "REACTIVATE_WAIT=2s"},
		Region: "cn-hangzhou", Account: "1234567890123456",
		Key: "fakeAccessKeyId", Secret: "fakeAccessKeySecret", Token: "fakeSecurityToken", Timeout: "120",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestTheFleetsOwnAccount(t *testing.T) {
	fleet := file(t, "fleet.json", `{"accounts":[{"id":"4567890123456789","accessKeys":[{"id":"k","secret":"s"}]}]}`)
	got := surroundingOf(t, "-fleet", fleet)
	if got.Account != "4567890123456789" || got.Key != "k" || got.Secret != "s" || got.Token != "" {
		t.Errorf("got %+v", got)
	}
	if got := surroundingOf(t, "-fleet", file(t, "empty.json", `{}`)); got.Account != "1234567890123456" {
		t.Errorf("an empty fleet: account %q", got.Account)
	}
}

func TestWrongUsageRunsNothing(t *testing.T) {
	good := file(t, "good.json", say(`{"results":[]}`))
	missing := good + ".missing"
	for _, tt := range []struct {
		args []string
		want string // the line on stderr, or its start
	}{
		{[]string{"invoke"}, "reactivate invoke: name an event: a file, such as events/billing-recharge.json, or - for standard input"},
		{[]string{"invoke", t.TempDir()}, "reactivate invoke: event read "},
		{[]string{"invoke", "-", good, "-"}, "reactivate invoke: standard input can be one event only: name - once"},
		{[]string{"invoke", "-color", good}, "reactivate invoke: there is no flag -color, only -env, -fleet, -json, -lang, -live, -v, -yes; see: reactivate help invoke"},
		{[]string{"invoke", good, "-fleet"}, "reactivate invoke: -fleet wants a value behind it; see: reactivate help invoke"},
		{[]string{"invoke", "-json=maybe", good}, "reactivate invoke: -json is a switch: want it alone, or with =true or =false; see: "},
		{[]string{"invoke", good, "-yes"}, "reactivate invoke: -yes goes with -live"},
		{[]string{"invoke", "-live", "-fleet", good, good}, "reactivate invoke: -fleet is of the fake cloud"},
		{[]string{"invoke", "-fleet", missing, good}, "reactivate invoke: -fleet: " + missing + ": no such file or directory"},
		{[]string{"invoke", "-env", "A=1", "-env", "my secret", good}, "reactivate invoke: -env number 2 is not NAME=VALUE, such as REACTIVATE_DRY_RUN=true"},
		{[]string{"serve", good}, "reactivate serve: it takes no arguments beside its flags"},
		{[]string{"serve", "-addr", "0.0.0.0:0"}, `reactivate serve: -addr "0.0.0.0:0" is not on this machine alone: want a loopback address, such as 127.0.0.1:9000`},
		{[]string{"serve", "-addr", "127.0.0.1"}, `reactivate serve: -addr "127.0.0.1" is not HOST:PORT, such as 127.0.0.1:9000`},
		{[]string{"fake-cloud", "-addr", "127.0.0.1:65536"}, `reactivate fake-cloud: -addr "127.0.0.1:65536" is not HOST:PORT, such as 127.0.0.1:9000`},
		{[]string{"serve", "-live"}, "reactivate serve: there is no flag -live, only -addr, "},
		{[]string{"doctor", "-yes"}, "reactivate doctor: there is no flag -yes, only -env, "},
		{[]string{"help", "x"}, `reactivate help: there is no command "x", only invoke, status, serve, fake-cloud, doctor, verify, version, help; see: reactivate help`},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
			got := run(t, "", tt.args...)
			first, rest, _ := strings.Cut(got.stderr, "\n")
			if got.status != 2 || got.stdout != "" || !strings.HasPrefix(first, tt.want) {
				t.Errorf("status %d, stdout %q, stderr\n%s\nwant 2, nothing, and %q", got.status, got.stdout, first, tt.want)
			}
			if rest != "" || !strings.Contains(first, " see: reactivate help") {
				t.Errorf("not one line that says where to read on: %q", got.stderr)
			}
			if strings.Contains(got.stderr, "secret") && !strings.Contains(tt.want, "SECRET") {
				t.Errorf("a value stands in the error: %q", first)
			}
		})
	}
}

func TestFlagsMayFollowTheEvents(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("-json", []byte(say(`"a strange name"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, "", "invoke", file(t, "a", say(`"1"`)), "-json", "--", "-json"); got.stdout != "\"1\"\n\"a strange name\"\n" {
		t.Errorf("got %q, stderr %q", got.stdout, got.stderr)
	}
}

func TestAnInterruptEndsTheChild(t *testing.T) {
	addr, there, gone := await(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	status := make(chan int)
	go func() {
		args := []string{"invoke", "-env", "TEST_ADDR=" + addr, "-"}
		status <- local.Main(ctx, build, args, strings.NewReader(`{"do":"hang"}`), &stdout, &stderr)
	}()
	<-there
	cancel()
	if got := <-status; got != 130 {
		t.Errorf("status %d, want 130", got)
	}
	<-gone
	if got := stderr.String(); got != "reactivate invoke: interrupted\n" || stdout.Len() > 0 {
		t.Errorf("stderr %q, stdout %q", got, &stdout)
	}
}
