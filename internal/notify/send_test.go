package notify_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/wording"
)

// sent is a request that a target got, and when.
type sent struct {
	url    string
	method string
	header http.Header
	body   []byte
	at     time.Time
}

// receiver answers as the targets would, without a network, and keeps what it got.
type receiver struct {
	answer answer

	mu   sync.Mutex
	sent []sent
}

// answer is how the nth request, from 1, is answered.
type answer func(n int, req *http.Request) reply

// reply is an answer, or the lack of one.
type reply struct {
	status int
	body   string
	reader io.Reader // instead of the body
	header http.Header
	err    error // instead of an answer
	hangs  bool  // before the answer
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.sent = append(r.sent, sent{req.URL.String(), req.Method, req.Header, body, time.Now()})
	n := len(r.sent)
	r.mu.Unlock()
	a := r.answer(n, req)
	if a.hangs {
		<-req.Context().Done()
		a.err = req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	if a.reader == nil {
		a.reader = strings.NewReader(a.body)
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(a.reader)}, nil
}

type hanging struct{ ctx context.Context }

func (h hanging) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

// says answers with a status and a body.
func says(status int, body string, header ...string) answer {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return func(int, *http.Request) reply { return reply{status: status, body: body, header: h} }
}

func breaks(err error) answer {
	return func(int, *http.Request) reply { return reply{err: err} }
}

func hangs(int, *http.Request) reply { return reply{hangs: true} }

// stalls gives the status at once, and no body.
func stalls(_ int, req *http.Request) reply {
	return reply{status: 200, reader: hanging{req.Context()}}
}

// then gives the answers one after the other, and repeats the last.
func then(answers ...answer) answer {
	return func(n int, req *http.Request) reply {
		return answers[min(n, len(answers))-1](n, req)
	}
}

func send(t *testing.T, ctx context.Context, targets string, r *receiver, m *notify.Message) []notify.Delivery {
	t.Helper()
	parsed, err := notify.ParseTargets(targets)
	if err != nil {
		t.Fatal(err)
	}
	client := notify.NewClient()
	client.Transport = r
	sender := notify.Sender{Targets: parsed, Client: client}
	return sender.Send(ctx, m)
}

var ok = map[string]string{
	dingTalkURL: `{"errcode":0,"errmsg":"ok"}`,
	feishuURL:   `{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null}`,
	weComURL:    `{"errcode":0,"errmsg":"ok"}`,
	slackURL:    "ok",
	webhookURL:  "",
}

// TestAnswers sorts each target's answers into delivered, tried again, and given up with a remedy.
func TestAnswers(t *testing.T) {
	const address, keyword, sign, clock, ip, rate, moved = "copy the URL", "add reactivate to the robot's keywords", "put the signing secret", "set the clock", "take the robot's IP list away", "nothing, if it is rare", "put the URL that it leads to"
	for _, tt := range []struct {
		name   string
		target string
		answer answer
		tries  int
		remedy string // how it begins; "" for a delivery
	}{
		{"delivered", dingTalkURL, says(200, ok[dingTalkURL]), 1, ""},
		{"delivered", feishuURL, says(200, ok[feishuURL]), 1, ""},
		{"delivered", weComURL, says(200, ok[weComURL]), 1, ""},
		{"delivered", slackURL, says(200, "ok\n"), 1, ""},
		{"delivered", webhookURL, says(204, ""), 1, ""},
		{"delivered", webhookURL, says(202, "<html>whatever"), 1, ""},

		{"keyword", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"keywords not in content, more: [https://ding]"}`), 1, keyword},
		{"signature", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"sign not match"}`), 1, sign},
		{"clock", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"invalid timestamp"}`), 1, clock},
		{"keyword, in Chinese", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;"}`), 1, keyword},
		{"signature, in Chinese", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;"}`), 1, sign},
		{"clock, in Chinese", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"description:机器人发送签名过期;solution:签名生成时间和发送时间请保持在 timestampms 以内;"}`), 1, clock},
		{"IP list, in Chinese", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"description:来源IP地址不在白名单;"}`), 1, ip},
		{"no body that it reads", dingTalkURL, says(200, `{"errcode":40035,"errmsg":"missing parameter json"}`), 1, "look the code up"},
		{"IP list", dingTalkURL, says(200, `{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}`), 1, ip},
		{"throttled", dingTalkURL, says(200, `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`), 1, rate},
		{"throttled by a newer code", dingTalkURL, says(200, `{"errcode":410100,"errmsg":"发送速度太快而限流"}`), 1, rate},
		{"throttled by a code to come", dingTalkURL, says(200, `{"errcode":999999,"errmsg":"send too fast"}`), 1, rate},
		{"throttled by the gateway", dingTalkURL, says(200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`), 1, rate},
		{"over its quota", dingTalkURL, says(200, `{"errcode":90030,"errmsg":"over limit"}`), 1, rate},
		{"no such robot", dingTalkURL, says(200, `{"errcode":300001,"errmsg":"token is not exist"}`), 1, address},
		{"busy", dingTalkURL, says(200, `{"errcode":-1,"errmsg":"系统繁忙"}`), 3, "nothing"},
		{"a code that is not known", dingTalkURL, says(200, `{"errcode":460101,"errmsg":"message too long, exceed 20000 bytes"}`), 1, "look the code up"},
		{"200 with HTML", dingTalkURL, says(200, "<html>login</html>"), 1, ""},
		{"200 with nothing", dingTalkURL, says(200, ""), 1, ""},
		{"200 with null for a code", dingTalkURL, says(200, `{"errcode":null}`), 1, ""},

		{"keyword", feishuURL, says(200, `{"code":19024,"msg":"Key Words Not Found","StatusCode":0}`), 1, keyword},
		{"signature", feishuURL, says(200, `{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}`), 1, sign},
		{"IP list", feishuURL, says(200, `{"code":19022,"msg":"Ip Not Allowed"}`), 1, ip},
		{"busy hour", feishuURL, then(says(200, `{"code":11232,"msg":"frequency limited"}`), says(200, ok[feishuURL])), 2, ""},
		{"malformed", feishuURL, says(400, `{"code":9499,"msg":"Bad Request"}`), 1, "look the code up"},
		{"a code of success beside another status", feishuURL, says(404, `{"code":0}`), 1, address},
		{"its older success", feishuURL, says(200, `{"StatusCode":0}`), 1, ""},

		{"no such address", feishuURL, says(404, `{"code":99991201,"msg":"resource not find"}`), 1, address},
		{"too many, by the text alone", feishuURL, then(says(400, `{"code":9499,"msg":"too many request"}`), says(200, ok[feishuURL])), 2, ""},

		{"no such robot", weComURL, says(200, `{"errcode":93000,"errmsg":"invalid webhook url, hint: [1], from ip: 1.2.3.4"}`), 1, address},
		{"throttled", weComURL, says(200, `{"errcode":45009,"errmsg":"api freq out of limit"}`), 1, rate},

		{"no such hook", slackURL, says(404, "no_service"), 1, address},
		{"throttled", slackURL, then(says(429, "", "Retry-After", "2"), says(200, "ok")), 2, ""},
		{"a workflow's webhook", slackURL, says(200, `{"ok":true}`), 1, ""},
		{"a workflow's refusal", slackURL, says(200, `{"ok":false,"error":"invalid_workflow_input"}`), 1, "use the URL of an incoming webhook"},
		{"a workflow without the variable", slackURL, says(400, `{"ok":false,"error":"parameter_validation_failed"}`), 1, "use the URL of an incoming webhook"},
		{"a server that is compatible", slackURL, says(200, `{"success":true}`), 1, ""},
		{"its refusal", slackURL, says(200, `{"success":false}`), 1, "use the URL of an incoming webhook"},
		{"another 2xx", slackURL, says(202, ""), 1, ""},

		{"a redirect", webhookURL, says(302, "", "Location", "https://redact.invalid"), 1, moved},
		{"gone", webhookURL, says(410, ""), 1, address},
		{"not authorised", webhookURL, says(401, ""), 1, sign},
		{"broken", webhookURL, says(500, ""), 3, "check the receiver:"},
		{"broken, then not", webhookURL, then(says(502, ""), says(503, ""), says(200, "")), 3, ""},
		{"down for an hour", webhookURL, says(503, "", "Retry-After", "3600"), 1, "check the receiver:"},
		{"down for longer than a number holds", webhookURL, says(503, "", "Retry-After", "9223372037"), 1, "check the receiver:"},
		{"a deadline of the connection", webhookURL, breaks(&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}), 3, "check the receiver:"},
		{"too slow to read", webhookURL, says(408, ""), 3, "check the receiver:"},
		{"reset", webhookURL, breaks(errors.New("read tcp 10.0.0.1: connection reset by peer " + webhookURL)), 3, "check that the function"},
		{"host not found", webhookURL, breaks(&net.DNSError{Name: "hooks.invalid"}), 3, "check the host"},
		{"a certificate of another", webhookURL, breaks(&tls.CertificateVerificationError{Err: x509.HostnameError{Host: "redact"}}), 1, "check the receiver's certificate"},
		{"hangs", webhookURL, hangs, 3, "check the receiver:"},
		{"says 200 and hangs in the body", webhookURL, stalls, 1, ""},
	} {
		t.Run(tt.name+" "+kindOf(tt.target), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				r := &receiver{answer: tt.answer}
				d := send(t, ctx, tt.target, r, small)[0]
				if d.Tries != tt.tries || len(r.sent) != tt.tries {
					t.Errorf("%d tries, %d requests, want %d", d.Tries, len(r.sent), tt.tries)
				}
				if (d.Failure == nil) != (tt.remedy == "") {
					t.Fatalf("got the failure %+v, want one: %t", d.Failure, tt.remedy != "")
				}
				if d.Failure == nil {
					return
				}
				if remedy := d.Failure.Remedy.EN; !strings.HasPrefix(remedy, tt.remedy) && (tt.remedy != "nothing" || remedy != "") {
					t.Errorf("got the remedy %q, want %q", remedy, tt.remedy)
				}
				if text := d.Failure.Error() + d.Failure.Remedy.EN; strings.Contains(text, "redact") || strings.Contains(text, "https://") {
					t.Errorf("the failure shows what the target is: %s", text)
				}
			})
		})
	}
}

func kindOf(target string) string {
	targets, _ := notify.ParseTargets(target) // those of this file are right
	return targets[0].Name
}

// TestTries measures when each try comes, and when the last one is over.
func TestTries(t *testing.T) {
	for _, tt := range []struct {
		name   string
		target string
		answer answer
		time   time.Duration   // that there is; 0: no end
		after  []time.Duration // from the end of one try to the next, at least; at most twice that and a half
		took   time.Duration   // of a try
		want   time.Duration   // the most that it takes in all
	}{
		{"refused at once", webhookURL, says(500, ""), 0, []time.Duration{500 * time.Millisecond, time.Second}, 0, 5 * time.Second},
		{"hangs", webhookURL, hangs, 0, []time.Duration{500 * time.Millisecond, time.Second}, 5 * time.Second, 15 * time.Second},
		{"hangs, with 8 s left", webhookURL, hangs, 8 * time.Second, []time.Duration{500 * time.Millisecond}, 5 * time.Second, 8 * time.Second},
		{"hangs, with 3 s left", webhookURL, hangs, 3 * time.Second, nil, 3 * time.Second, 3 * time.Second},
		{"asks for 4 s", webhookURL, says(429, "", "Retry-After", "4"), 0, []time.Duration{4500 * time.Millisecond, 5 * time.Second}, 0, 13 * time.Second},
		{"asks for 9 s", webhookURL, says(429, "", "Retry-After", "9"), 0, []time.Duration{9500 * time.Millisecond}, 0, 15 * time.Second},
		{"asks for more than is left", webhookURL, says(429, "", "Retry-After", "4"), 4 * time.Second, nil, 0, 0},
		{"Feishu's busy hours", feishuURL, says(200, `{"code":11232,"msg":"frequency limited"}`), 0, []time.Duration{5500 * time.Millisecond, 6 * time.Second}, 0, 15 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.time > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.time)
					defer cancel()
				}
				start := time.Now()
				r := &receiver{answer: tt.answer}
				d := send(t, ctx, tt.target, r, small)[0]
				if got := time.Since(start); got > tt.want {
					t.Errorf("took %v, want at most %v", got, tt.want)
				}
				if d.Failure == nil || len(r.sent) != len(tt.after)+1 {
					t.Fatalf("%d tries, %+v, want %d and a failure", len(r.sent), d.Failure, len(tt.after)+1)
				}
				for i, least := range tt.after {
					if got := r.sent[i+1].at.Sub(r.sent[i].at) - tt.took; got < least || got > 3*least {
						t.Errorf("try %d came %v after the end of the one before, want from %v to %v", i+2, got, least, 3*least)
					}
				}
			})
		})
	}
}

// TestTargetsAreToldSideBySide has one that hangs, which the others do not wait for.
func TestTargetsAreToldSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		r := &receiver{answer: func(n int, req *http.Request) reply {
			if req.URL.Host == "hangs.invalid" {
				return hangs(n, req)
			}
			time.Sleep(2 * time.Second)
			return reply{status: 200}
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		for i, d := range send(t, ctx, "https://hangs.invalid/,https://a.invalid/,https://b.invalid/", r, small) {
			if (d.Failure != nil) != (i == 0) || !r.sent[i].at.Equal(start) {
				t.Errorf("%s: got %+v, begun after %v", d.Target, d.Failure, r.sent[i].at.Sub(start))
			}
		}
		if got := time.Since(start); got != 4*time.Second || len(r.sent) != 3 {
			t.Errorf("took %v for %d requests, want 4s for 3", got, len(r.sent))
		}
	})
}

// TestNoRedirectIsFollowed over a real connection.
func TestNoRedirectIsFollowed(t *testing.T) {
	hits := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits++
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	targets, err := notify.ParseTargets(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HTTP_PROXY", "http://proxy.invalid:1")
	sender := notify.Sender{Targets: targets, Client: notify.NewClient()}
	d := sender.Send(t.Context(), small)[0]
	if d.Failure == nil || d.Failure.Error() != "HTTP 307" || hits != 1 {
		t.Errorf("got %+v after %d requests, want HTTP 307 after one", d.Failure, hits)
	}
}

// TestAnAnswerWithoutAnEnd is read as far as an answer may be long.
func TestAnAnswerWithoutAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var body endless
		r := &receiver{answer: func(int, *http.Request) reply { return reply{status: 200, reader: &body} }}
		if d := send(t, t.Context(), webhookURL, r, small)[0]; d.Failure != nil || body > 1<<20 {
			t.Errorf("got %+v after %d bytes, want it delivered after 64 KiB", d.Failure, body)
		}
		if got := r.sent[0].header.Get("User-Agent"); got != "reactivate" {
			t.Errorf("it calls itself %q", got)
		}
	})
}

// endless is a body that goes on until somebody loses patience.
type endless int

func (e *endless) Read(b []byte) (int, error) {
	if *e += endless(len(b)); *e > 8<<20 {
		return 0, errors.New("it went on reading")
	}
	return len(b), nil
}

// monitor is CloudMonitor.
type monitor struct {
	contents []string
	errs     []error
}

func (m *monitor) PutCustomEvent(_ context.Context, name, content string, _ time.Time) error {
	m.contents = append(m.contents, name+": "+content)
	if n := len(m.contents); n <= len(m.errs) {
		return m.errs[n-1]
	}
	return nil
}

func TestCloudMonitor(t *testing.T) {
	passing := &cloud.Error{Op: "PutCustomEvent", Class: cloud.ClassTransient, Message: "no answer in time"}
	refused := &cloud.Error{Op: "PutCustomEvent", Code: "Odd\x1b[2J", Class: cloud.ClassUnknown, Status: 403, Message: "no\nway"}
	denied := &cloud.Error{Op: "PutCustomEvent", Code: "NoPermission", Class: cloud.ClassDenied, Status: 403}
	for _, tt := range []struct {
		name   string
		errs   []error
		tries  int
		remedy string
	}{
		{"delivered", nil, 1, ""},
		{"no answer, then one", []error{passing}, 2, ""},
		{"no permission", []error{denied}, 1, "grant the function's role cms:PutCustomEvent"},
		{"no permission, by a code that is not known", []error{refused}, 1, "grant the function's role cms:PutCustomEvent"},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &monitor{errs: tt.errs}
			targets, err := notify.ParseTargets("cloudmonitor")
			if err != nil {
				t.Fatal(err)
			}
			sender := notify.Sender{Targets: targets, Monitor: m}
			message := message(many(900), wording.Chinese)
			d := sender.Send(t.Context(), message)[0]
			if d.Tries != tt.tries || (d.Failure == nil) != (tt.remedy == "") || d.Failure != nil && d.Failure.Remedy.EN != tt.remedy {
				t.Errorf("%s: got %+v", tt.name, d)
			}
			if d.Failure != nil && strings.ContainsAny(d.Failure.Error(), "\x1b\n") {
				t.Errorf("%s: got %q", tt.name, d.Failure.Problem)
			}
			for _, content := range m.contents {
				if !strings.HasPrefix(content, "reactivate: "+message.Title) || len(content) > 1024 {
					t.Errorf("%s: got %d bytes: %s", tt.name, len(content), content)
				}
			}
		})
	}
}

func TestPrint(t *testing.T) {
	targets, err := notify.ParseTargets("print")
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	sender := notify.Sender{Targets: targets, Print: func(text string) { printed.WriteString(text) }}
	m := messageOf(situations["arrears"], wording.English)
	if d := sender.Send(t.Context(), m); d[0].Failure != nil || printed.String() != m.Text() {
		t.Errorf("got %+v and %s", d, printed.String())
	}
	report := many(900)
	for i := range report.Results {
		report.Results[i].Name = strings.Repeat("长", 80)
	}
	if text := message(report, wording.Chinese).Text(); len(text) > 15_000 || len(text) < 10_000 {
		t.Errorf("a log line would have %d bytes, want at most 15,000, and not much fewer", len(text))
	}
	for i := range report.Results {
		report.Results[i].Name = ""
	}
	if items := strings.Count(message(report, wording.English).Text(), "\n  - "); items != 100 {
		t.Errorf("%d lines of instances, want 100: nobody reads more", items)
	}
}
