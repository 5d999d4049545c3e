package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
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

const manyRows = `{"requestId":"r","source":"billing","eventId":"evt-1","dryRun":false,"ignored":"","regions":["cn-hangzhou","cn-beijing"],
 "counts":{"reactivated":1,"recovered":1,"skipped":1,"awaiting-payment":1},"errors":[],
 "results":[
  {"instanceId":"i-bp1web00000000000001","accountId":"1","regionId":"cn-hangzhou","name":"web-1","verdict":"reactivate","outcome":"reactivated","before":"Stopped","after":"Running"},
  {"instanceId":"i-bp1cache000000000001","accountId":"1","regionId":"cn-hangzhou","name":"缓存-1","verdict":"reactivate","outcome":"recovered","before":"Stopped","after":"Running"},
  {"instanceId":"i-bp1wallet00000000001","accountId":"1","regionId":"cn-hangzhou","name":"wallet-1","verdict":"security-locked","outcome":"skipped","before":"Stopped","after":"Stopped","advice":"resolve the security lock"},
  {"instanceId":"i-bp1team0000000000001","accountId":"1","regionId":"cn-beijing","name":"team-1","verdict":"reactivate","outcome":"awaiting-payment","before":"Stopped","after":"Stopped","advice":"settle the bill","error":{"op":"ReActivateInstances","code":"InsufficientBalance","class":"arrears","message":"no money","status":403,"requestId":"x"}}]}`

func TestInvokeShowsTheReport(t *testing.T) {
	name := file(t, "recharge.json", say(manyRows))
	got := run(t, "", "invoke", name)
	want := name + `   source billing · event evt-1 · cn-hangzhou, cn-beijing

INSTANCE                NAME      STATUS, TIME LEFT   OUTCOME
cn-hangzhou of account 1
i-bp1wallet00000000001  wallet-1  Stopped, not known  skipped [1]
cn-beijing of account 1
i-bp1team0000000000001  team-1    Stopped, not known  awaiting-payment [2]
cn-hangzhou of account 1
i-bp1web00000000000001  web-1     Stopped → Running   reactivated
i-bp1cache000000000001  缓存-1    Stopped → Running   recovered

[1] security-locked: resolve the security lock
[2] settle the bill [InsufficientBalance]

4 instances: 1 reactivated, 1 recovered, 1 skipped, 1 awaiting-payment.
`
	if got.stdout != want {
		t.Errorf("got\n%s\nwant\n%s", got.stdout, want)
	}
	if got.stderr != "" || got.status != 1 {
		t.Errorf("status %d, stderr %q; want 1 and nothing", got.status, got.stderr)
	}
}

// row is a report with one row, or with errors and no row.
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
		{"results null", say(`{"source":"timer","results":null}`), 0, "No overdue instance was found.\n"},
		{"ignored", say(`{"source":"cloudmonitor","ignored":"a disk event","results":[]}`), 0, "Ignored: a disk event.\n"},
		{"reactivated", say(row("reactivate", "reactivated", false)), 0, "1 instance: 1 reactivated.\n"},
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
		{"a checkup", say(`{"checks":[{"name":"clock","status":"ok","detail":"right"}]}`), 0, "ok  clock  right\n"},
		{"a failed checkup", say(`{"checks":[{"name":"clock","status":"failed"}]}`), 1, "failed  clock"},
		{"no report", say(`null`), 1, "neither a report nor an HTTP response: null\n"},
		{"a dead process", `{"do":"die"}`, 1, "FunctionUnhandledError: Process exited unexpectedly"},
		{"HTTP 200", say(httpResponse(200, nothing)), 0, "HTTP 200 OK\nNo overdue"},
		{"HTTP 200, something left", say(httpResponse(200, row("reactivate", "failed", false))), 1, "HTTP 200 OK\n"},
		{"HTTP 202", say(httpResponse(202, row("reactivate", "accepted", false))), 1, "HTTP 202 Accepted\n"},
		{"HTTP 202, no report", say(httpResponse(202, `later`)), 1, "HTTP 202 Accepted\nlater\n"},
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
	var logged struct {
		Source  string
		Error   struct{ Type, Message string }
		Results []struct{ InstanceID, Outcome string }
	}
	if err := json.Unmarshal([]byte(lines[1]), &logged); err != nil || logged.Source != "manual" || logged.Error.Type != "UnfinishedError" ||
		len(logged.Results) != 1 || logged.Results[0].InstanceID != "i-1" || logged.Results[0].Outcome != "deferred" {
		t.Errorf("%v: got %s", err, lines[1])
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

func TestInvokeShowsTheReportOfAnError(t *testing.T) {
	event := `{"do":"fail","type":"FailedError","message":"1 failed: i-1 (NoStock)","log":[
		"{\"msg\":\"instance\",\"requestId\":\"ID\",\"result\":{\"instanceId\":\"i-1\",\"outcome\":\"failed\",\"verdict\":\"reactivate\"}}",
		"{\"msg\":\"run\",\"requestId\":\"ID\",\"report\":{\"source\":\"manual\",\"counts\":{\"failed\":1}}}"]}`
	got := run(t, event, "invoke", "-").stdout
	want := `standard input   source manual

INSTANCE  NAME  STATUS, TIME LEFT  OUTCOME
found nowhere
i-1             not known          failed

1 instance: 1 failed.
FailedError: 1 failed: i-1 (NoStock)
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
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

func TestEventsMeetOneChildInTheirOrder(t *testing.T) {
	got := run(t, `{"do":"pid"}`, "invoke", "-json", file(t, "a", `{"do":"pid"}`), "-", file(t, "c", say(`"last"`)))
	lines := strings.Fields(got.stdout)
	if len(lines) != 3 || lines[0] != lines[1] || lines[2] != `"last"` {
		t.Errorf("answers %q, want one process id twice, then \"last\"", lines)
	}
}

func TestNoChildIsLeftBehind(t *testing.T) {
	got := run(t, `{"do":"pid"}`, "invoke", "-json", "-")
	checkGone(t, got.stdout)
}

// checkGone fails if a process that told its id is still there.
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

func TestVerboseShowsTheLog(t *testing.T) {
	event := `{"do":"say","answer":{"results":[]},"log":["{\"msg\":\"hello\"}"]}`
	if got := run(t, event, "invoke", "-v", "-"); !strings.Contains(got.stderr, `{"msg":"hello"}`) {
		t.Errorf("stderr %q", got.stderr)
	}
	if got := run(t, event, "invoke", "-"); got.stderr != "" || strings.Contains(got.stdout, "hello") {
		t.Errorf("without -v: stderr %q, stdout %q", got.stderr, got.stdout)
	}
}

// surrounding is what the stand-in sees.
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
		{[]string{"invoke", good, missing}, "reactivate invoke: event " + missing + ": no such file or directory; see: "},
		{[]string{"invoke", t.TempDir()}, "reactivate invoke: event read "},
		{[]string{"invoke", "-", good, "-"}, "reactivate invoke: standard input can be one event only: name - once"},
		{[]string{"invoke", "-color", good}, "reactivate invoke: there is no flag -color, only -env, -fleet, -json, -lang, -live, -v, -yes; see: reactivate help invoke"},
		{[]string{"invoke", "-evn", "A=my secret", good}, "reactivate invoke: there is no flag -evn, only -env, "},
		{[]string{"invoke", good, "-fleet"}, "reactivate invoke: -fleet wants a value behind it; see: reactivate help invoke"},
		{[]string{"invoke", "-json=maybe", good}, "reactivate invoke: -json is a switch: want it alone, or with =true or =false; see: "},
		{[]string{"invoke", good, "-yes"}, "reactivate invoke: -yes goes with -live"},
		{[]string{"invoke", "-live", "-fleet", good, good}, "reactivate invoke: -fleet is of the fake cloud"},
		{[]string{"invoke", "-live", good}, "reactivate invoke: -live needs ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment"},
		{[]string{"invoke", "-fleet", missing, good}, "reactivate invoke: -fleet: " + missing + ": no such file or directory"},
		{[]string{"invoke", "-fleet", good, good}, "reactivate invoke: -fleet " + good + ": fleet: "},
		{[]string{"invoke", "-env", "A=1", "-env", "my secret", good}, "reactivate invoke: -env number 2 is not NAME=VALUE, such as REACTIVATE_DRY_RUN=true"},
		{[]string{"invoke", "-env", "FC_REGION=x", good}, "reactivate invoke: -env FC_REGION: Function Compute sets the variables FC_* itself"},
		{[]string{"invoke", "-env", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=mine", good}, "reactivate invoke: -env ALIBABA_CLOUD_ACCESS_KEY_SECRET: Function Compute sets the credentials itself"},
		{[]string{"serve", good}, "reactivate serve: it takes no arguments beside its flags"},
		{[]string{"serve", "-addr", "0.0.0.0:0"}, `reactivate serve: -addr "0.0.0.0:0" is not on this machine alone: want a loopback address, such as 127.0.0.1:9000`},
		{[]string{"serve", "-addr", "127.0.0.1"}, `reactivate serve: -addr "127.0.0.1" is not HOST:PORT, such as 127.0.0.1:9000`},
		{[]string{"serve", "-live"}, "reactivate serve: there is no flag -live, only -addr, "},
		{[]string{"doctor", "-yes"}, "reactivate doctor: there is no flag -yes, only -env, "},
		{[]string{"help", "x"}, `reactivate help: there is no command "x", only invoke, status, serve, fake-cloud, doctor, verify, version, help; see: reactivate help`},
		{[]string{"inwoke"}, `reactivate: there is no command "inwoke", only invoke, status, serve, fake-cloud, doctor, verify, version, help; see: reactivate help`},
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

// A misspelt variable would be taken for one that is not set.
func TestAnUnknownVariableIsRefused(t *testing.T) {
	known := build
	known.Variables = []string{"REACTIVATE_GRACE"}
	for name, want := range map[string]int{"REACTIVATE_GRACE": 0, "SSL_CERT_FILE": 0, "REACTIVATE_GRCAE": 2, "REACTIVTE_GRACE": 2, "FOO": 2} {
		var stderr bytes.Buffer
		status := local.Main(t.Context(), known, []string{"invoke", "-env", name + "=secret", "-"}, strings.NewReader(say(`{"results":[]}`)), io.Discard, &stderr)
		if status != want || strings.Contains(stderr.String(), name) != (want == 2) || strings.Contains(stderr.String(), "secret") {
			t.Errorf("%s: status %d, %s; want %d", name, status, &stderr, want)
		}
	}
}

func TestFlagsMayFollowTheEvents(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("-json", []byte(say(`"a strange name"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, "", "invoke", file(t, "a", say(`"1"`)), "-json", "--", "-json", "-json"); got.stdout != "\"1\"\n\"a strange name\"\n\"a strange name\"\n" {
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
