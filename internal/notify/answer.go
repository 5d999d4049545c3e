package notify

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// Failure is why a message was not delivered. Its texts are our own, because an answer may contain the URL.
type Failure struct {
	Problem wording.Words
	Remedy  wording.Text

	again bool          // another try may help
	after time.Duration // but not before this
}

// answer is a target's answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// judge tells a delivery (nil) from a failure. A 2xx answer that is no known refusal is a delivery: to send the message again could
// show it twice.
func (t *Target) judge(a *answer) *Failure {
	switch t.Kind {
	case DingTalk, WeCom:
		return a.chat(t.Kind, "errcode")
	case Feishu:
		return a.chat(t.Kind, "code")
	case Slack:
		return a.slack()
	case Webhook, CloudMonitor, Print:
	}
	return a.web(wording.RemedyAddress)
}

// chat judges the answers of robots, which have a code in the body, and mostly the status 200 whatever the code is.
func (a *answer) chat(kind Kind, field string) *Failure {
	code := a.number(field)
	switch {
	case code != nil && *code != 0:
		f := a.refusal(kind, *code)
		f.Problem = wording.FailedCode.With(*code)
		return &f
	case !a.success():
		return a.web(wording.RemedyAddress)
	case code == nil && a.number("status") != nil && a.number("wait") != nil:
		// DingTalk's gateway throttles.
		return &Failure{Problem: wording.FailedForNow, Remedy: wording.RemedyDingTalkRate}
	}
	return nil
}

// refusal is a known refusal of a robot.
type refusal struct {
	kind    Kind
	codes   []int    // none: any
	texts   []string // the answer has one of these, in lower case; none: whatever it has
	failure Failure
}

// refusals has the codes of these pages and those seen in the field. The first that fits counts.
//
//	https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
//	https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
//	https://developer.work.weixin.qq.com/document/path/90313
//
// All security settings of a DingTalk robot refuse with the code 310000. Its texts used to be English and are Chinese today. The text
// about a wrong signature mentions the time (时间戳) too, so only the expired one says 签名过期.
// https://github.com/qd-today/qd/issues/510, https://github.com/0wQ/air780e-forwarder/issues/51,
// https://github.com/jenkinsci/dingtalk-plugin/issues/116
func refusals() []refusal {
	// It comes at full and half hours most of all, which is when timers run.
	feishuBusy := Failure{again: true, after: 5 * time.Second, Remedy: wording.RemedyFeishuRate}
	return []refusal{
		{DingTalk, []int{-1}, nil, Failure{again: true, Remedy: wording.TryAgain}},
		{DingTalk, []int{130101, 410100, 90030}, nil, Failure{Remedy: wording.RemedyDingTalkRate}},
		{DingTalk, []int{300001, 300005, 400013, 400101, 400102, 400106}, nil, Failure{Remedy: wording.RemedyAddress}},
		{DingTalk, []int{310000}, []string{"keyword", "关键词"}, Failure{Remedy: wording.RemedyKeyword}},
		{DingTalk, []int{310000}, []string{"timestamp", "签名过期"}, Failure{Remedy: wording.RemedyClock}},
		{DingTalk, []int{310000}, []string{"whitelist", "白名单"}, Failure{Remedy: wording.RemedyIP}},
		{DingTalk, []int{310000}, nil, Failure{Remedy: wording.RemedySign}},
		{DingTalk, nil, []string{"too fast", "限流"}, Failure{Remedy: wording.RemedyDingTalkRate}}, // the code has changed before

		{Feishu, []int{11232}, nil, feishuBusy},
		{Feishu, []int{9499}, []string{"too many request"}, feishuBusy},  // else its body is malformed
		{Feishu, []int{19021}, nil, Failure{Remedy: wording.RemedySign}}, // "sign match fail or timestamp is not within one hour from current time"
		{Feishu, []int{19022}, nil, Failure{Remedy: wording.RemedyIP}},
		{Feishu, []int{19024}, nil, Failure{Remedy: wording.RemedyKeyword}},
		{Feishu, []int{19001, 99991201}, nil, Failure{Remedy: wording.RemedyAddress}}, // the latter with status 404: https://github.com/PGYER/fir-cli/issues/324

		{WeCom, []int{-1}, nil, Failure{again: true, Remedy: wording.TryAgain}},
		{WeCom, []int{45009}, nil, Failure{Remedy: wording.RemedyWeComRate}},
		{WeCom, []int{93000}, nil, Failure{Remedy: wording.RemedyAddress}},
	}
}

func (a *answer) refusal(kind Kind, code int) Failure {
	text := strings.ToLower(string(a.body))
	inText := func(word string) bool { return strings.Contains(text, word) }
	for _, r := range refusals() {
		if r.kind == kind && (r.codes == nil || slices.Contains(r.codes, code)) && (r.texts == nil || slices.ContainsFunc(r.texts, inText)) {
			return r.failure
		}
	}
	return Failure{Remedy: wording.RemedyCode}
}

// slack judges by the status. Slack answers "ok", its workflows and the servers that are compatible with it answer JSON.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
func (a *answer) slack() *Failure {
	if a.success() && (a.says("ok", "false") || a.says("success", "false")) {
		return &Failure{Problem: wording.FailedSlack, Remedy: wording.RemedySlack}
	}
	remedy := wording.RemedyAddress
	if a.status == http.StatusBadRequest {
		remedy = wording.RemedySlack
	}
	return a.web(remedy)
}

func (a *answer) success() bool { return a.status >= 200 && a.status < 300 }

// field is the raw value of a field of the body; nil if it has none.
func (a *answer) field(name string) json.RawMessage {
	var body map[string]json.RawMessage
	if json.Unmarshal(a.body, &body) != nil {
		return nil
	}
	return body[name]
}

func (a *answer) says(name, value string) bool { return string(a.field(name)) == value }

// number is the number in a field of the body; nil if it is missing.
func (a *answer) number(name string) *int {
	var n *int
	if json.Unmarshal(a.field(name), &n) != nil {
		return nil
	}
	return n
}

// web judges by the status alone. The remedy is for a 4xx status, which is the sender's fault.
func (a *answer) web(remedy wording.Text) *Failure {
	f := &Failure{Problem: wording.FailedStatus.With(a.status)}
	switch {
	case a.success():
		return nil
	case a.status >= 300 && a.status < 400:
		f.Remedy = wording.RemedyMoved
	case a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout, a.status >= 500:
		f.again, f.Remedy = true, wording.RemedyReceiver
		if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err == nil && seconds > 0 {
			f.after = time.Duration(min(seconds, 3600)) * time.Second
		}
	case a.status == http.StatusUnauthorized:
		f.Remedy = wording.RemedySign
	default:
		f.Remedy = remedy
	}
	return f
}

// noAnswer describes in our own words why there was no answer: the error's text contains the URL.
func noAnswer(err error) *Failure {
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case ok && timeout.Timeout():
		return &Failure{Problem: wording.FailedTimeout, Remedy: wording.RemedyReceiver, again: true}
	case isType[*tls.CertificateVerificationError](err):
		return &Failure{Problem: wording.FailedTLS, Remedy: wording.RemedyTLS}
	case isType[*net.DNSError](err):
		return &Failure{Problem: wording.FailedHost, Remedy: wording.RemedyHost, again: true}
	}
	return &Failure{Problem: wording.FailedConnection, Remedy: wording.RemedyInternet, again: true}
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// monitorFailure describes a refusal of CloudMonitor.
func monitorFailure(err error) *Failure {
	refused := cloud.AsError("PutCustomEvent", err)
	f := &Failure{Problem: wording.Verbatim(refused.Op + ": " + printable(refused.Code+" "+refused.Message)), Remedy: wording.RemedyCode}
	f.again = refused.Class.Passing()
	switch {
	case refused.Class == cloud.ClassDenied || refused.Status == http.StatusForbidden:
		f.Remedy = wording.RemedyGrant
	case f.again:
		f.Remedy = wording.TryAgain
	}
	return f
}
