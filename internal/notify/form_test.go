package notify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// sendAt sends a message to one target at a time, and returns the one request that comes of it.
func sendAt(t *testing.T, at time.Time, target string, m *notify.Message) sent {
	t.Helper()
	time.Sleep(time.Until(at))
	address, _, _ := strings.Cut(target, "#")
	r := &receiver{answer: says(200, ok[address])}
	if d := send(t, t.Context(), target, r, m)[0]; d.Failure != nil || len(r.sent) != 1 {
		t.Fatalf("%s: %+v after %d requests", d.Target, d.Failure, len(r.sent))
	}
	if got := r.sent[0]; got.method != http.MethodPost || !utf8.Valid(got.body) || !json.Valid(got.body) {
		t.Errorf("got %s with the body %s, want POST of JSON", got.method, got.body)
	}
	return r.sent[0]
}

var small = &notify.Message{
	Title: "reactivate: title", Act: "Act.", Links: []notify.Link{{Text: "Dashboard", URL: "https://sls.invalid/a?b=(1)&c=2"}},
	Lists: []notify.List{{Heading: "Heading", Items: []string{"a&lt;b"}, More: 2}}, Notes: []string{"note"},
}

// TestEachTargetsForm compares whole bodies. Links work whatever characters they have. The vector of DingTalk's signature is of
// https://github.com/CatchZeng/dingtalk, internal/security/security_test.go; Feishu's is of https://github.com/go-lark/lark,
// crypto_test.go.
func TestEachTargetsForm(t *testing.T) {
	const feishu = `"msg_type":"post","content":{"post":{"en_us":{"title":"reactivate: title","content":[[{"tag":"text","text":"Act."}],[{"tag":"a","text":"Dashboard","href":"https://sls.invalid/a?b=(1)&c=2"}],[{"tag":"text","text":"Heading"}],[{"tag":"text","text":"  - a&lt;b"}],[{"tag":"text","text":"and 2 more, all in the log"}],[{"tag":"text","text":"note"}]]}}}}`
	for _, tt := range []struct {
		target    string
		at        int64 // in milliseconds
		url, body string
	}{
		{dingTalkURL + "#SECb90923e19e58b466481e9e7b7a5b4f108a4531abde590ad3967fb29f0eae5c68", 1582163555000,
			dingTalkURL + "&timestamp=1582163555000&sign=BQKsG%2BQOCl%2BbYJOLc6pxDHxjVquzlZPWgvRzeN2J5zY%3D",
			`{"msgtype":"markdown","markdown":{"title":"reactivate: title","text":"### reactivate: title\n\nAct.\n\n[Dashboard](https://sls.invalid/a?b=%281%29&c=2)\n\n**Heading**\n\n- a&lt;b\n\n**and 2 more, all in the log**\n\n> note"}}`},
		{feishuURL + "#xxx", 1661860880000, feishuURL, `{"timestamp":"1661860880","sign":"QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=",` + feishu},
		{feishuURL, 1661860880000, feishuURL, "{" + feishu},
		{weComURL, 1661860880000, weComURL,
			`{"msgtype":"markdown","markdown":{"content":"### reactivate: title\nAct.\n[Dashboard](https://sls.invalid/a?b=%281%29&c=2)\n**Heading**\n> a&lt;b\n**and 2 more, all in the log**\n<font color=\"comment\">note</font>"}}`},
		{slackURL, 1661860880000, slackURL,
			`{"text":"*reactivate: title*\nAct.\n<https://sls.invalid/a?b=(1)&amp;c=2|Dashboard>\n*Heading*\n• a&amp;lt;b\n*and 2 more, all in the log*\n_note_","unfurl_links":false}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			got := sendAt(t, time.UnixMilli(tt.at), tt.target, small)
			if got.url != tt.url {
				t.Errorf("got %s, want %s", got.url, tt.url)
			}
			if string(got.body) != tt.body {
				t.Errorf("got %s, want %s", got.body, tt.body)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		if got := sendAt(t, time.Now(), feishuURL, notify.NewTest("1-request", now, wording.Chinese)); !strings.Contains(string(got.body), `"zh_cn":{"title":"reactivate: `) {
			t.Errorf("in Chinese: got %s", got.body)
		}
	})
}

// TestWebhooksAreWhatTheirLibraryVerifies at every try, with the same id and body, and a new time.
func TestWebhooksAreWhatTheirLibraryVerifies(t *testing.T) {
	oracle, err := standardwebhooks.NewWebhook(whsec)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: says(500, "")}
		m := message(edited(reportOf(row("web-1", reactivate.OutcomeFailed)), func(r *reactivate.Report) { r.RequestID = "1.request" }), wording.English)
		m.Event.Source = "acs:fc:cn-hangzhou:1234567890123456:functions/reactivate"
		send(t, t.Context(), webhookURL+"#"+whsec, r, m)
		if len(r.sent) != 3 {
			t.Fatalf("%d requests, want 3", len(r.sent))
		}
		for i, s := range r.sent {
			if err := oracle.VerifyIgnoringTimestamp(s.body, s.header); err != nil {
				t.Errorf("try %d: %v", i+1, err)
			}
			if got, want := s.header.Get("webhook-timestamp"), fmt.Sprint(s.at.Unix()); got != want {
				t.Errorf("try %d has the time %s, want %s", i+1, got, want)
			}
			if s.header.Get("webhook-id") != "1-request" || string(s.body) != string(r.sent[0].body) {
				t.Errorf("try %d has the id %s and the body %s", i+1, s.header.Get("webhook-id"), s.body)
			}
			if got := s.header.Get("Content-Type"); got != "application/cloudevents+json; charset=utf-8" {
				t.Errorf("try %d has the type %s", i+1, got)
			}
		}
		if r.sent[0].header.Get("webhook-timestamp") == r.sent[2].header.Get("webhook-timestamp") {
			t.Error("the first and the last try have one time, want each its own")
		}
		event := eventOf(t, r.sent[0].body)
		if event.SpecVersion != "1.0" || event.ID != "1-request" || event.Source != m.Event.Source || event.Type != "reactivate.run.completed" ||
			event.Time != "2026-01-02T03:04:05Z" || event.DataContentType != "application/json" {
			t.Errorf("got the event %+v", event)
		}
		if event.Data.RequestID != "1.request" || len(event.Data.Results) != 1 || event.Data.Results[0].Outcome != "failed" || event.Data.Omitted != 0 || !strings.HasPrefix(event.Data.Message, m.Title+"\n") {
			t.Errorf("got the data %+v", event.Data)
		}
	})
}

// cloudEvent is what a receiver reads.
type cloudEvent struct {
	SpecVersion, ID, Source, Type, Time, DataContentType string
	Data                                                 struct {
		RequestID string
		Omitted   int
		Message   string
		Counts    map[string]int
		Errors    []struct{ AccountID string }
		Balances  []struct{ AccountID string }
		Results   []struct{ InstanceID, Outcome, ReleaseAt string }
	}
}

func eventOf(t *testing.T, body []byte) (e cloudEvent) {
	t.Helper()
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// hostile is a name full of characters that are markup in one of the chats.
const hostile = "生产*_~`环境`<at user_id=\"all\"></at><@U1|x><!channel>[点我](https://evil.invalid/?a=1&b=2)\n# 标题\n> 引用\\\"\x1b[31m\u202e@13800000000 😀"

// many has n stuck instances with hostile names.
func many(n int) *reactivate.Report {
	var rows []reactivate.Result
	for i := range n {
		rows = append(rows, row(fmt.Sprintf("x%d", i), reactivate.OutcomeAwaitingPayment, days(i%15), named(fmt.Sprintf("%d-%s", i, hostile))))
	}
	return reportOf(rows...)
}

// limits are what the targets take, in bytes of the body.
var limits = map[string]int{dingTalkURL + "#SECx": 20_000, feishuURL + "#x": 20_000, weComURL: 4_096, slackURL: 4_000, webhookURL + "#" + whsec: 64_000}

// TestNineHundredInstances become one valid message per target, within its limit. The most urgent are not cut.
func TestNineHundredInstances(t *testing.T) {
	for _, l := range []wording.Lang{wording.English, wording.Chinese} {
		m := message(many(900), l)
		for target, limit := range limits {
			synctest.Test(t, func(t *testing.T) {
				got := sendAt(t, now, target, m)
				if len(got.body) > limit || len(got.body) < limit/3 {
					t.Errorf("%s: %d bytes, want at most %d, and not much fewer", target, len(got.body), limit)
				}
				if strings.HasPrefix(target, webhookURL) {
					e := eventOf(t, got.body)
					if len(e.Data.Results) == 0 || len(e.Data.Results)+e.Data.Omitted != 900 || e.Data.Counts["awaiting-payment"] != 900 || e.Data.Results[0].ReleaseAt > "2026-01-02T05" {
						t.Errorf("got %d rows, %d omitted, the first of them %+v", len(e.Data.Results), e.Data.Omitted, e.Data.Results[0])
					}
					return
				}
				text := textOf(t, got.body)
				for _, ours := range []string{"](https://billing", "](https://usercenter2", "<https://"} { // links, and no name's
					text = strings.ReplaceAll(text, ours, "")
				}
				more := map[wording.Lang]string{wording.English: " more, all in the log", wording.Chinese: "项，详见日志"}[l]
				if !strings.Contains(text, more) || !strings.Contains(text, "1-request") {
					t.Errorf("%s: neither cut with a count nor with its end: %s", target, text)
				}
				for _, markup := range []string{"<at", "<@", "<!", "](", "\x1b", "\u202e", "https://evil", "\n# ", "`", "@138", "**_", "~"} {
					if strings.Contains(text, markup) {
						t.Errorf("%s: %q of a name is in the text: %s", target, markup, text)
					}
				}
				if shown := strings.Count(text, "0-生产"); shown == 0 {
					t.Errorf("%s: the most urgent is not shown: %s", target, text)
				}
			})
		}
	}
}

// TestTheLongestSecondLineFits into each target's limit, with the longest names and an operator's link without measure.
func TestTheLongestSecondLineFits(t *testing.T) {
	report := reportOf()
	long := strings.Repeat("😀", 80)
	for i := range 6 {
		account := fmt.Sprintf("400000000000000%d", i)
		report.Results = append(report.Results, row(fmt.Sprint("x", i), reactivate.OutcomeAwaitingPayment, days(3), of(account, long)))
		report.Errors = append(report.Errors, reactivate.RegionError{AccountID: account, AccountName: long, Err: &cloud.Error{Op: "AssumeRole", Class: cloud.ClassDenied}})
	}
	run := swept(report)
	run.Link = "https://sls.invalid/" + strings.Repeat("x", 4000)
	m := messageOf(run, wording.Chinese)
	for target, limit := range limits {
		synctest.Test(t, func(t *testing.T) {
			if got := sendAt(t, now, target, m); len(got.body) > limit {
				t.Errorf("%s: %d bytes, want at most %d", target, len(got.body), limit)
			}
		})
	}
	if text := monitored(t, m); len(text) > 1000 || !strings.Contains(text, "4000000000000000") {
		t.Errorf("%d bytes for CloudMonitor: %s", len(text), text)
	}
}

// TestAWebhookIsNotFilledWithErrors and balances of a directory with thousands of accounts: there is room for rows.
func TestAWebhookIsNotFilledWithErrors(t *testing.T) {
	report := many(900)
	for i := range 5000 {
		id := fmt.Sprintf("1%015d", i)
		report.Errors = append(report.Errors, reactivate.RegionError{AccountID: id, Err: &cloud.Error{Op: "AssumeRole", Class: cloud.ClassDenied}})
		report.Balances = append(report.Balances, cloud.Balance{AccountID: id, Available: "1.00", Currency: "CNY"})
	}
	synctest.Test(t, func(t *testing.T) {
		got := sendAt(t, now, webhookURL, message(report, wording.English))
		if e := eventOf(t, got.body); len(got.body) > 64_000 || len(e.Data.Errors) == 0 || len(e.Data.Balances) == 0 || len(e.Data.Results) == 0 {
			t.Errorf("%d bytes with %d errors, %d balances and %d rows", len(got.body), len(e.Data.Errors), len(e.Data.Balances), len(e.Data.Results))
		}
	})
}

// textOf has all texts of a body, decoded.
func textOf(t *testing.T, body []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v)
}
