package notify_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/wording"
)

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
	t.Setenv("HTTP_PROXY", "http://proxy.invalid:1")
	sender := notify.Sender{Targets: parsed(t, server.URL), Client: notify.NewClient()}
	d := sender.Send(t.Context(), small)[0]
	if d.Failure == nil || d.Failure.Problem.In(wording.English) != "HTTP 307" || hits != 1 {
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
		{"never an answer", []error{passing, passing, passing}, 3, "try again"},
		{"no permission", []error{denied}, 1, "grant the function's role cms:PutCustomEvent"},
		{"no permission, by a code that is not known", []error{refused}, 1, "grant the function's role cms:PutCustomEvent"},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &monitor{errs: tt.errs}
			sender := notify.Sender{Targets: parsed(t, "cloudmonitor"), Monitor: m}
			d := sender.Send(t.Context(), small)[0]
			if d.Tries != tt.tries || (d.Failure == nil) != (tt.remedy == "") || d.Failure != nil && d.Failure.Remedy.EN != tt.remedy {
				t.Errorf("%s: got %+v", tt.name, d)
			}
			if d.Failure != nil && strings.ContainsAny(d.Failure.Problem.In(wording.English), "\x1b\n") {
				t.Errorf("%s: got %q", tt.name, d.Failure.Problem)
			}
		})
	}
}

// monitored is the text of a message that CloudMonitor gets.
func monitored(t *testing.T, m *notify.Message) string {
	t.Helper()
	var got monitor
	sender := notify.Sender{Targets: parsed(t, "cloudmonitor"), Monitor: &got}
	if d := sender.Send(t.Context(), m)[0]; d.Failure != nil {
		t.Fatal(d.Failure.Problem)
	}
	return strings.TrimPrefix(got.contents[0], "reactivate: ")
}

// TestCloudMonitorGetsAShortMessage, however long its first three lines are: who pays, the deadline, where to pay and the request by
// which the log is found are always there. The second line is never cut inside an amount.
func TestCloudMonitorGetsAShortMessage(t *testing.T) {
	cut := 0
	for name, run := range situations {
		for _, l := range []wording.Lang{wording.English, wording.Chinese} {
			m := messageOf(run, l)
			text := monitored(t, m)
			if len(text) > 1000 || !utf8.ValidString(text) || !strings.HasPrefix(text, m.Title+"\n") || !strings.Contains(text, "1-request") {
				t.Errorf("%s in %s has %d bytes:\n%s", name, l, len(text), text)
			}
			for _, link := range m.Links {
				if link.URL != board && !strings.Contains(text, link.URL) {
					t.Errorf("%s in %s lacks %s:\n%s", name, l, link.URL, text)
				}
			}
			if strings.Contains(text, m.Act) {
				continue
			}
			cut++
			act := strings.Split(text, "\n")[1]
			kept, marked := strings.CutSuffix(act, "…")
			if rest, ok := strings.CutPrefix(m.Act, kept); !marked || !ok || len(kept) < 200 || !strings.ContainsAny(rest[:3], ".;。；") {
				t.Errorf("%s in %s is cut badly:\n%s", name, l, act)
			}
		}
	}
	if cut == 0 {
		t.Error("no situation has a second line that must be cut")
	}
}

func TestPrint(t *testing.T) {
	var printed bytes.Buffer
	sender := notify.Sender{Targets: parsed(t, "print"), Print: func(text string) { printed.WriteString(text) }}
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
