package handler_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/internal/fakecloud"
)

func TestOneMessagePerRun(t *testing.T) {
	all := overdue(web1, web2, web3)
	running := edited(overdue(web1), func(f *fakecloud.Fleet) { f.Instances[0].Status = fakecloud.Running; f.Instances[0].Locks = nil })
	for _, tt := range []struct {
		name, on string
		fleet    fakecloud.Fleet
		env      string
		event    string
		want     string // in the message; "" for none
	}{
		{"changes: came back", "", all, "", sweep, "reactivate: 3 instances back"},
		{"problems: arrears", "problems", owing(all), "", sweep, "reactivate: unpaid: 3 instances in this account"},
		{"problems: a low balance", "problems", owing(overdue()), "REACTIVATE_BALANCE_FLOOR=200", sweep, "reactivate: low balance in this account"},
		{"problems: planned", "problems", all, "REACTIVATE_DRY_RUN=true", sweep, "reactivate: dry run starts none: 3 overdue in this account"},
		{"changes: a payment that was too little", "", owing(all), "REACTIVATE_GRACE=0s", `{"specversion":"1.0","id":"1","source":"finance","type":"recharge","data":{}}`, "reactivate: still unpaid: 3 instances"},
		{"changes: a link", "", all, "REACTIVATE_LINK=https://board.example/", sweep, "Dashboard: https://board.example/"},
		{"the request says problems", "", owing(all), "", `{"sweep":true,"notify":"problems"}`, "reactivate: unpaid: 3 instances in this account"},
		{"the request says changes", "always", running, "", `{"instanceId":"` + web1 + `","notify":"changes"}`, ""},
		{"the digest", "", owing(all), "", `{"triggerTime":"2026-01-02T01:00:00Z","triggerName":"digest","payload":"{\"sweep\": true, \"notify\": \"problems\"}"}`, "reactivate: unpaid: 3 instances in this account"},
		{"always: ignored", "always", all, "", strings.Replace(stopped(home), "Stopped", "Running", 1), ""},
		{"always: no request", "always", all, "", `{"`, ""},
		{"always: an HTTP request", "always", all, "REACTIVATE_HTTP_AUTH=platform", call{body: askWeb1}.event(), "reactivate: 1 instance back"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.fleet, "REACTIVATE_NOTIFY=https://hook.invalid/", "REACTIVATE_NOTIFY_ON="+tt.on, tt.env)
			var got []string
			r.handler.SendThrough(transport(func(req *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(req.Body)
				got = append(got, string(body))
				return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, err
			}))
			_, _ = r.invoke(t.Context(), tt.event) // what it comes to is for other tests
			if tt.want == "" {
				if len(got) != 0 || len(r.lines("told"))+len(r.lines("not told")) != 0 {
					t.Errorf("got %q, want no message", got)
				}
				return
			}
			if len(got) != 1 || !strings.Contains(got[0], tt.want) || !strings.Contains(got[0], `"source":"acs:fc:cn-hangzhou:`+home+`:functions/reactivate-fn"`) {
				t.Errorf("got %q, want one message with %q", got, tt.want)
			}
			if logs := r.logs.String(); strings.Index(logs, `"msg":"run"`) > strings.Index(logs, `"msg":"told"`) {
				t.Errorf("messages are sent before the report is in the log: %s", logs)
			}
			if told := r.lines("told"); len(told) != 1 || told[0].Target != "webhook" || told[0].Level != "INFO" || told[0].RequestID != "request-1" {
				t.Errorf("logged %+v, want one line", told)
			}
		})
	}
}

// TestTheAnswerIsNeverLate: a target that hangs neither delays nor changes it. The runs end at once, because they carry no credentials.
func TestTheAnswerIsNeverLate(t *testing.T) {
	webhook := call{body: stopped(home)}.event()
	request := call{body: askWeb1}.event()
	for _, tt := range []struct {
		name    string
		event   string
		timeout time.Duration // of the function; 0: none
		most    time.Duration
		tries   int
	}{
		{"no end", askWeb1, 0, 21 * time.Second, 3},
		{"the shipped timeout", askWeb1, 1500 * time.Second, 21 * time.Second, 3},
		{"4 s", askWeb1, 4 * time.Second, 3800 * time.Millisecond, 1},
		{"no more than the reserve", askWeb1, 300 * time.Millisecond, 150 * time.Millisecond, 1},
		{"an HTTP request", request, 12 * time.Second, 11400 * time.Millisecond, 2},
		{"a webhook, which gives up after 5 s", webhook, 1500 * time.Second, 4 * time.Second, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				run := func(targets string) (answer, logs string, took time.Duration) {
					r := newRig(t, fakecloud.Fleet{}, "REACTIVATE_NOTIFY_ON=problems", open, "REACTIVATE_NOTIFY="+targets)
					r.fc.Credentials = fccontext.Credentials{}
					r.handler.SendThrough(transport(func(req *http.Request) (*http.Response, error) {
						tries++
						<-req.Context().Done()
						return nil, req.Context().Err()
					}))
					ctx := t.Context()
					if tt.timeout > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, tt.timeout)
						defer cancel()
					}
					start := time.Now()
					answer, err := r.invoke(ctx, tt.event)
					return answer + fmt.Sprint(err), r.logs.String(), time.Since(start)
				}
				want, _, _ := run("")
				got, logs, took := run("https://redact.invalid/hook")
				if got != want {
					t.Errorf("got %s, without a target %s", got, want)
				}
				if took > tt.most || took < tt.most/2 || tries != tt.tries { // people hear of a run whose time is up all the same
					t.Errorf("took %v and %d tries, want at most %v, not much less, and %d", took, tries, tt.most, tt.tries)
				}
				if !strings.Contains(logs, `"msg":"not told"`) || strings.Contains(logs, "redact") {
					t.Errorf("logged %s, want a warning without the URL", logs)
				}
			})
		})
	}
}

// TestWhatNeedsAPersonIsAWarning in the log, and what ends in an error is an error.
func TestWhatNeedsAPersonIsAWarning(t *testing.T) {
	locked := edited(overdue(web1, web2), func(f *fakecloud.Fleet) { f.Instances[1].Locks = []string{"financial", "security"} })
	for _, tt := range []struct {
		name      string
		fleet     fakecloud.Fleet
		instances []string // levels
		run       string
	}{
		{"all came back", overdue(web1, web2), []string{"INFO", "INFO"}, "INFO"},
		{"one is locked", locked, []string{"INFO", "WARN"}, "WARN"},
		{"arrears", owing(overdue(web1, web2)), []string{"WARN", "WARN"}, "WARN"},
		{"an error", failing(overdue(web1, web2), web1, "OperationDenied.NoStock"), []string{"ERROR", "ERROR"}, "ERROR"},
		{"nothing there", overdue(), nil, "INFO"},
	} {
		r := newRig(t, tt.fleet)
		_, _ = r.invoke(t.Context(), sweep)
		var levels []string
		for _, line := range r.lines("instance") {
			levels = append(levels, line.Level)
		}
		if run := r.lines("run"); !slices.Equal(levels, tt.instances) || len(run) != 1 || run[0].Level != tt.run {
			t.Errorf("%s: instances %q and runs %+v, want %q and %s", tt.name, levels, run, tt.instances, tt.run)
		}
	}
}

// english matches three or more English words in a row, which no Chinese text has.
var english = regexp.MustCompile(`\b[A-Za-z]+[a-z]( [a-z]+){2,}`)

// notOurs are words of ECS and of the standard library.
var notOurs = regexp.MustCompile(`"message":"Reopen[^"]*"|unexpected end of JSON input`)

// TestItSpeaksChinese in errors, reports and the doctor's answer.
func TestItSpeaksChinese(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := overdue(web1, web2)
		const zh = "REACTIVATE_LANG=zh"
		for _, tt := range []struct {
			name  string
			fleet fakecloud.Fleet
			env   string
			event string
			want  string // the error's type
		}{
			{"a wrong variable", all, "REACTIVATE_GRACE=soon", sweep, "ConfigError"},
			{"no JSON", all, "", `{"`, "DecodeError"},
			{"a wrong id", all, "", `{"instanceIds":["web-1"]}`, "DecodeError"},
			{"over the cap", all, "REACTIVATE_MAX_INSTANCES=1", sweep, "LimitError"},
			{"denied", denying(all, "ecs:ReActivateInstances"), "", sweep, "DeniedError"},
			{"a passing fault", failing(all, web1, "InternalError"), "REACTIVATE_ATTEMPTS=1", askWeb1, "UnfinishedError"},
			{"arrears", owing(all), "", sweep, ""},
			{"an ignored event", all, "", strings.Replace(stopped(home), "Stopped", "Running", 1), ""},
			{"a healthy doctor", all, "", `{"doctor":true}`, ""},
			{"a doctor who finds much", denying(all, "ecs:ReActivateInstances"), "REACTIVATE_NOTIFY=print", `{"doctor":true,"notify":"always"}`, ""},
			{"a doctor of a wrong environment", all, "REACTIVATE_GRACE=soon", `{"doctor":true}`, ""},
			{"no token", all, "REACTIVATE_HTTP_AUTH=token", call{body: sweep}.event(), ""},
			{"a wrong method", all, "REACTIVATE_HTTP_AUTH=platform", call{method: "PUT", body: sweep}.event(), ""},
		} {
			r := newRig(t, tt.fleet, zh, tt.env)
			answer, err := r.invoke(t.Context(), tt.event)
			if got := errorName(err); got != tt.want {
				t.Errorf("%s: got the error %v, want %s", tt.name, err, tt.want)
			}
			text := answer
			if err != nil {
				text = err.Error()
			}
			if !strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
				t.Errorf("%s: no Chinese in %s", tt.name, text)
			}
			if found := english.FindString(notOurs.ReplaceAllString(text, "")); found != "" {
				t.Errorf("%s: %q is in %s", tt.name, found, text)
			}
		}
	})
}
