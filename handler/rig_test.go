package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/handler"
	"reactivate/internal/fakecloud"
)

const (
	home    = "1234567890123456" // the function's own account
	watched = "2345678901234567"
	other   = "3456789012345678"

	web1 = "i-bp1web00000000000001"
	web2 = "i-bp1web00000000000002"
	web3 = "i-bp1web00000000000003"

	reactivateAction = "ReActivateInstances"
)

// rig is a Handler in front of a fake cloud, as Function Compute would call it.
type rig struct {
	t       testing.TB
	cloud   *fakecloud.Cloud
	handler *handler.Handler
	fc      fccontext.FcContext
	logs    *bytes.Buffer
}

// newRig makes a rig without a network, so that it also works in a bubble of synctest, in which waiting takes no real time. It neither
// watches nor has a grace, unless env says otherwise.
func newRig(t testing.TB, fleet fakecloud.Fleet, env ...string) *rig {
	t.Helper()
	cloud, err := fakecloud.New(fleet)
	if err != nil {
		t.Fatal(err)
	}
	keys := cloud.Credentials("")
	r := &rig{t: t, cloud: cloud, logs: &bytes.Buffer{}, fc: fccontext.FcContext{
		RequestID: "request-1", Region: "cn-hangzhou", AccountId: home, Function: fccontext.Function{Name: "reactivate-fn"},
		Credentials: fccontext.Credentials{AccessKeyId: keys.AccessKeyID, AccessKeySecret: keys.AccessKeySecret, SecurityToken: keys.SecurityToken},
	}}
	r.handler = handler.New(append([]string{"REACTIVATE_ENDPOINT=http://127.0.0.1:1", "REACTIVATE_GRACE=0s", "REACTIVATE_WAIT=0s"}, env...), "test", r.logs)
	r.handler.ReachCloudThrough(directly(cloud))
	return r
}

// transport answers requests without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// directly passes requests to a server.
func directly(server http.Handler) transport {
	return func(req *http.Request) (*http.Response, error) {
		answer, answered := httptest.NewRecorder(), make(chan struct{})
		asked := httptest.NewRequestWithContext(req.Context(), req.Method, req.URL.String(), req.Body)
		for name, values := range req.Header {
			asked.Header[http.CanonicalHeaderKey(name)] = values // as HTTP's own encoding does
		}
		go func() {
			defer close(answered)
			server.ServeHTTP(answer, asked)
		}()
		select {
		case <-answered:
			return answer.Result(), nil
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
}

func (r *rig) invoke(ctx context.Context, payload string) (string, error) {
	fc := r.fc
	answer, err := r.handler.Invoke(fccontext.NewContext(ctx, &fc), []byte(payload))
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(answer) // as the SDK does
	return string(text), err
}

// report is what a client reads of a report.
type report struct {
	RequestID string
	Source    string
	EventID   string
	DryRun    bool
	Ignored   string
	Counts    map[string]int
	Errors    []regionError
	Results   []struct{ InstanceID, AccountID, RegionID, Verdict, Outcome, After string }
}

type regionError struct {
	AccountID, RegionID string
	Error               struct{ Op, Code, Class string }
}

// logLine is a line of the log, as far as these tests read it.
type logLine struct {
	Level, Msg, RequestID, Target string
	Report                        report
	Failure                       regionError
}

// lines are the lines of the log with a message.
func (r *rig) lines(msg string) []logLine {
	r.t.Helper()
	var lines []logLine
	for text := range strings.Lines(r.logs.String()) {
		var line logLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			r.t.Fatalf("a log line is not JSON: %v: %s", err, text)
		}
		if line.Msg == msg {
			lines = append(lines, line)
		}
	}
	return lines
}

// logged is the last run's report as the log has it, without its rows: it is there whatever the answer is.
func (r *rig) logged() (last report) {
	r.t.Helper()
	for _, line := range r.lines("run") {
		last = line.Report
	}
	for _, line := range r.lines("not looked at") {
		last.Errors = append(last.Errors, line.Failure)
	}
	return last
}

// call is an HTTP request as Function Compute's trigger passes it on.
type call struct {
	method  string // "" means POST
	headers map[string]string
	query   map[string]string
	body    string
	base64  bool   // the body is base64 already
	account string // whose trigger it says that it is; "" means home
}

func (c call) event() string {
	if c.method == "" {
		c.method = "POST"
	}
	if c.account == "" {
		c.account = home
	}
	event, err := json.Marshal(map[string]any{
		"version": "v1", "rawPath": "/", "headers": c.headers, "queryParameters": c.query, "body": c.body, "isBase64Encoded": c.base64,
		"requestContext": map[string]any{
			"accountId": c.account, "domainName": "x.cn-hangzhou.fcapp.run", "domainPrefix": "x", "requestId": "1-0",
			"time": "2026-01-01T00:00:00Z", "timeEpoch": "1767225600000",
			"http": map[string]string{"method": c.method, "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""},
		},
	})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(event)
}

// response is the whole answer: an unknown field is an error.
type response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	Body            string            `json:"body"`
}

// send sends a request and checks what must hold for every answer.
func (r *rig) send(c call) response {
	r.t.Helper()
	answer, err := r.invoke(r.t.Context(), c.event())
	if err != nil {
		r.t.Fatalf("got the error %v, which Function Compute turns into a bare 502", err)
	}
	decoder := json.NewDecoder(strings.NewReader(answer))
	decoder.DisallowUnknownFields()
	var got response
	err = decoder.Decode(&got)
	if err != nil || got.IsBase64Encoded || !json.Valid([]byte(got.Body)) || got.Headers["Content-Type"] != "application/json" {
		r.t.Fatalf("got %s, %v, want a response object whose body is JSON", answer, err)
	}
	if _, ok := got.Headers["Retry-After"]; ok != (got.StatusCode == 503) {
		r.t.Errorf("%d with the headers %v, want Retry-After with 503 and nothing else", got.StatusCode, got.Headers)
	}
	return got
}

// problem is the type of the error in a body.
func (r response) problem() string {
	var body struct{ Error struct{ Type string } }
	_ = json.Unmarshal([]byte(r.Body), &body) // send checked it
	return body.Error.Type
}

// called lists the ids of the instances for which an action was called, sorted.
func (r *rig) called(action string) []string {
	ids := []string{}
	for _, call := range r.cloud.Calls() {
		if call.Action == action {
			ids = append(ids, call.InstanceIDs...)
		}
	}
	slices.Sort(ids)
	return ids
}

// calls is how often an action was called.
func (r *rig) calls(action string) int {
	n := 0
	for _, call := range r.cloud.Calls() {
		if call.Action == action {
			n++
		}
	}
	return n
}

// errorName is the name by which Function Compute publishes an error; "" for none.
func errorName(err error) string {
	if err == nil {
		return ""
	}
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// overdue is a fleet of overdue instances that run as soon as they are started.
func overdue(ids ...string) fakecloud.Fleet {
	fleet := fakecloud.Fleet{StartTakes: 1}
	for _, id := range ids {
		fleet.Instances = append(fleet.Instances, fakecloud.Instance{ID: id, Region: "cn-hangzhou", Locks: []string{"financial"}})
	}
	return fleet
}

// edited is a fleet with changes.
func edited(fleet fakecloud.Fleet, edit func(f *fakecloud.Fleet)) fakecloud.Fleet {
	edit(&fleet)
	return fleet
}

// denying is a fleet whose function lacks the permission for some actions.
func denying(fleet fakecloud.Fleet, actions ...string) fakecloud.Fleet {
	fleet.Accounts = []fakecloud.Account{{ID: home, AccessKeys: []fakecloud.AccessKey{{ID: "fakeAccessKeyId", Secret: "fakeAccessKeySecret", Token: "fakeSecurityToken", Deny: actions}}}}
	return fleet
}

// failing is a fleet in which ECS always answers a call for an instance with a code.
func failing(fleet fakecloud.Fleet, id, code string) fakecloud.Fleet {
	fleet.Faults = append(slices.Clone(fleet.Faults), fakecloud.Fault{
		Action: reactivateAction, Instance: id, Always: true, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: code}},
	})
	return fleet
}

// owing is a fleet whose account is in arrears.
func owing(fleet fakecloud.Fleet) fakecloud.Fleet {
	balance := -1.0
	fleet.Accounts = []fakecloud.Account{{ID: home, Balance: &balance}}
	return fleet
}

// watching is a fleet of three accounts: the function's own, and two that it watches. The second of them does not trust it.
func watching() fakecloud.Fleet {
	role := func(account, trusts string) []fakecloud.Role {
		return []fakecloud.Role{{ARN: "acs:ram::" + account + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + trusts + ":root"}}}
	}
	fleet := overdue(web1, web2, web3)
	fleet.Accounts = []fakecloud.Account{{ID: home}, {ID: watched, Roles: role(watched, home)}, {ID: other, Roles: role(other, other)}}
	fleet.Instances[1].Account, fleet.Instances[2].Account = watched, other
	return fleet
}

const (
	watchedRole = "acs:ram::" + watched + ":role/reactivate-watched"
	otherRole   = "acs:ram::" + other + ":role/reactivate-watched"
)
