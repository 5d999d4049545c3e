package notify

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// The size limit of each target, in bytes of the encoded body. Where a target takes more than a person reads, we send less.
//
//	DingTalk: "message too long, exceed 20000 bytes"
//	Feishu:   20 KB, https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
//	WeCom:    4,096 bytes of markdown, https://developer.work.weixin.qq.com/document/path/91770
//	Slack:    folds what is longer than 4,000 characters
//	Webhook:  64 KiB is what every CloudEvents intermediary must forward
//
// CloudMonitor takes 500 KB (https://help.aliyun.com/document_detail/60196.html), but passes the text on by mail and SMS.
// What is left out of a message that is too long: see fit and shorten.
const (
	maxDingTalk     = 20_000
	maxFeishu       = 20_000
	maxWeCom        = 4_096
	maxSlack        = 4_000
	maxWebhook      = 64_000
	maxCloudMonitor = 1_000
	maxPrint        = 15_000 // a log line may have 32 KB, once quoted
	maxItems        = 100    // lines of lists
)

// post is a message in the form of its target, ready to be sent once.
type post struct {
	url    string
	header http.Header
	body   []byte
}

// form encodes m for t, signed for a try that begins now.
func (t *Target) form(m *Message, now time.Time) post {
	p := post{url: t.url, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}}
	switch t.Kind {
	case DingTalk:
		p.body = m.fit(maxDingTalk, dingTalk)
		p.url = t.signDingTalk(now)
	case Feishu:
		p.body = m.fit(maxFeishu, func(lines []line) string { return t.feishu(lines, m.lang, now) })
	case WeCom:
		p.body = m.fit(maxWeCom, weCom)
	case Slack:
		p.body = m.fit(maxSlack, slack)
	case Webhook:
		p.body = m.cloudEvent()
		p.header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
		t.signWebhook(p.header, m.Event.id(), now, p.body)
	case CloudMonitor, Print:
	}
	return p
}

// isMarkup tells whether a character is markup in some of the chats.
func isMarkup(char rune) bool {
	switch char {
	case '<', '>', '[', ']', '*', '`', '~', '|', '\\', '#', '@':
		return true
	}
	return false
}

// inert makes what is markup full-width. None of the chats documents how to escape markup, and their clients differ. A full-width
// character looks alike and is markup in none.
func inert(text string) string {
	const toFullWidth = '＃' - '#' // the same for all of them
	runes := []rune(strings.ReplaceAll(text, "://", "：//"))
	inWord := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]) || runes[i] == '_')
	}
	for i, r := range runes {
		// Inside a word an underscore emphasises nothing, and names have many.
		if isMarkup(r) || r == '_' && (!inWord(i-1) || !inWord(i+1)) {
			runes[i] += toFullWidth
		}
	}
	return string(runes)
}

// dingTalk encodes for DingTalk, whose Markdown needs an empty line between two lines.
// https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
func dingTalk(lines []line) string {
	text := join(lines, &dingTalkMarks, "\n\n", inert, markdownLink)
	return `{"msgtype":"markdown","markdown":{"title":` + encode(inert(lines[0].text)) + `,"text":` + encode(text) + `}}`
}

// signDingTalk returns the URL with the time of the try, in milliseconds, and its signature.
// https://open.dingtalk.com/document/orgapp/customize-robot-security-settings
func (t *Target) signDingTalk(now time.Time) string {
	if t.secret == "" {
		return t.url
	}
	stamp := strconv.FormatInt(now.UnixMilli(), 10)
	sep := "?"
	if strings.Contains(t.url, "?") {
		sep = "&"
	}
	return t.url + sep + "timestamp=" + stamp + "&sign=" + url.QueryEscape(sign(t.secret, stamp+"\n"+t.secret))
}

// feishu encodes a post, whose texts have no markup. Unlike DingTalk, Feishu takes time and secret as the key, and
// signs an empty message. The time is in seconds.
// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
func (t *Target) feishu(lines []line, l wording.Lang, now time.Time) string {
	language, signed := "en_us", ""
	if l == wording.Chinese {
		language = "zh_cn"
	}
	if t.secret != "" {
		stamp := strconv.FormatInt(now.Unix(), 10)
		signed = `"timestamp":"` + stamp + `","sign":"` + sign(stamp+"\n"+t.secret, "") + `",`
	}
	paragraphs := make([]string, len(lines)-1)
	for i, l := range lines[1:] {
		spans := []string{`{"tag":"text","text":` + encode(plainMarks[l.kind][0]+inert(l.text)) + `}`}
		for _, link := range l.links {
			spans = append(spans, `{"tag":"a","text":`+encode(link.Text)+`,"href":`+encode(link.URL)+`}`, `{"tag":"text","text":`+encode(betweenLinks)+`}`)
		}
		if l.links != nil {
			spans = spans[1 : len(spans)-1] // without the empty text before the links and the separator behind them
		}
		paragraphs[i] = `[` + strings.Join(spans, ",") + `]`
	}
	return `{` + signed + `"msg_type":"post","content":{"post":{"` + language + `":{"title":` + encode(inert(lines[0].text)) +
		`,"content":[` + strings.Join(paragraphs, ",") + `]}}}}`
}

// weCom encodes for WeCom, whose Markdown has no lists.
// https://developer.work.weixin.qq.com/document/path/91770
func weCom(lines []line) string {
	return `{"msgtype":"markdown","markdown":{"content":` + encode(join(lines, &weComMarks, "\n", inert, markdownLink)) + `}}`
}

// slackEntities escapes the ampersand. The other two special characters of Slack are replaced by inert.
// https://docs.slack.dev/messaging/formatting-message-text
func slackEntities(text string) string { return strings.ReplaceAll(inert(text), "&", "&amp;") }

func slack(lines []line) string {
	return `{"text":` + encode(join(lines, &slackMarks, "\n", slackEntities, slackLink)) + `,"unfurl_links":false}`
}

// cloudEvent encodes the report for programs, in the structured mode: as many rows as fit, those that need somebody first.
// https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md
func (m *Message) cloudEvent() []byte {
	type data struct {
		*reactivate.Report

		Omitted int    `json:"omitted"` // how many rows did not fit
		Message string `json:"message"` // for people
	}
	message := m.text(maxCloudMonitor)
	build := func(report *reactivate.Report, omitted int) []byte {
		return []byte(`{"specversion":"1.0","id":` + encode(m.Event.id()) + `,"source":` + encode(m.Event.Source) +
			`,"type":` + encode(m.Event.Type) + `,"time":` + encode(m.Event.Time.UTC().Format(time.RFC3339)) +
			`,"datacontenttype":"application/json","data":` + encode(data{report, omitted, message}) + `}`)
	}
	if m.Event.Report == nil {
		return build(nil, 0)
	}
	report := *m.Event.Report
	report.Errors = report.Errors[:min(len(report.Errors), maxItems)]
	report.Balances = report.Balances[:min(len(report.Balances), maxItems)]
	rows := m.Event.rows
	return largest(len(rows), maxWebhook, func(n int) []byte {
		report.Results = make([]reactivate.Result, n)
		for i, row := range rows[:n] {
			report.Results[i] = *row
		}
		return build(&report, len(rows)-n)
	})
}

// id is the event's id, never empty and without dots: in the signed text a dot separates id and time.
func (e *Event) id() string {
	return strings.ReplaceAll(cmp.Or(e.ID, strconv.FormatInt(e.Time.UnixNano(), 10)), ".", "-")
}

// signWebhook sets the headers of Standard Webhooks. Without a secret there is no signature.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
func (t *Target) signWebhook(header http.Header, id string, now time.Time, body []byte) {
	stamp := strconv.FormatInt(now.Unix(), 10)
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", stamp)
	if t.secret != "" {
		key, _ := webhookKey(t.secret) // it was checked when the target was parsed
		header.Set("webhook-signature", "v1,"+sign(string(key), id+"."+stamp+"."+string(body)))
	}
}

// sign is HMAC-SHA256 in base64. Each target signs another text.
func sign(key, message string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// encode writes JSON without the escapes for browsers: they would count against the limits.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // impossible: texts, numbers and times alone
	}
	return strings.TrimSuffix(b.String(), "\n")
}
