package notify

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Failure is why a message was not delivered. Its texts are our own, because an answer may contain the URL.
type Failure struct {
	Problem wording.Words
	Remedy  wording.Text // empty if another try is the only remedy

	again bool          // another try may help
	after time.Duration // but not before this
}

func (f *Failure) Error() string { return f.Problem.In(wording.English) }

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
	case DingTalk:
		return a.chat(a.number("errcode"), dingTalkFailure)
	case WeCom:
		return a.chat(a.number("errcode"), weComFailure)
	case Feishu:
		return a.chat(a.number("code"), feishuFailure)
	case Slack:
		return a.slack()
	case Webhook, CloudMonitor, Print:
	}
	return a.web(wording.RemedyAddress)
}

// chat judges the answers of robots that always have status 200, with a code in the body.
func (a *answer) chat(code *int, failure func(*answer, int) *Failure) *Failure {
	switch {
	case code != nil && *code != 0:
		f := failure(a, *code)
		f.Problem = wording.FailedCode.With(*code)
		return f
	case !a.success():
		return a.web(wording.RemedyAddress)
	case code == nil && a.number("status") != nil && a.number("wait") != nil:
		// DingTalk's gateway throttles.
		return &Failure{Problem: wording.FailedForNow, Remedy: wording.RemedyDingTalkRate}
	}
	return nil
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

// hasAny tells whether the body contains one of some words in lower case.
func (a *answer) hasAny(words ...string) bool {
	text := strings.ToLower(string(a.body))
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// dingTalkFailure knows the codes of
// https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and those seen in the field.
func dingTalkFailure(a *answer, code int) *Failure {
	switch code {
	case -1:
		return &Failure{again: true}
	case 130101, 410100, 90030:
		return &Failure{Remedy: wording.RemedyDingTalkRate}
	case 300001, 300005, 400101, 400013, 400102, 400106:
		return &Failure{Remedy: wording.RemedyAddress}
	case 310000:
		return &Failure{Remedy: dingTalkSecurity(a)}
	}
	if a.hasAny("too fast", "限流") {
		return &Failure{Remedy: wording.RemedyDingTalkRate} // the code has changed before, so go by the text
	}
	return &Failure{Remedy: wording.RemedyCode}
}

// dingTalkSecurity finds the remedy by the text, because all security settings of a robot refuse with the code 310000. The texts used
// to be English and are Chinese today. The text about a wrong signature mentions the time (时间戳) too.
// https://github.com/qd-today/qd/issues/510, https://github.com/0wQ/air780e-forwarder/issues/51,
// https://github.com/jenkinsci/dingtalk-plugin/issues/116
func dingTalkSecurity(a *answer) wording.Text {
	switch {
	case a.hasAny("keyword", "关键词"):
		return wording.RemedyKeyword
	case a.hasAny("timestamp", "签名过期"):
		return wording.RemedyClock
	case a.hasAny("whitelist", "白名单"):
		return wording.RemedyIP
	}
	return wording.RemedySign
}

// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
func feishuFailure(a *answer, code int) *Failure {
	switch code {
	case 11232: // busiest at full and half hours, which is when timers run
		return &Failure{again: true, after: 5 * time.Second, Remedy: wording.RemedyFeishuRate}
	case 9499: // a malformed body or, by its text, too many requests
		if a.hasAny("too many request") {
			return &Failure{again: true, after: 5 * time.Second, Remedy: wording.RemedyFeishuRate}
		}
	case 19021: // "sign match fail or timestamp is not within one hour from current time"
		return &Failure{Remedy: wording.RemedySign}
	case 19022:
		return &Failure{Remedy: wording.RemedyIP}
	case 19024:
		return &Failure{Remedy: wording.RemedyKeyword}
	case 19001, 99991201: // the latter comes with 404: https://github.com/PGYER/fir-cli/issues/324
		return &Failure{Remedy: wording.RemedyAddress}
	}
	return &Failure{Remedy: wording.RemedyCode}
}

// https://developer.work.weixin.qq.com/document/path/90313
func weComFailure(_ *answer, code int) *Failure {
	switch code {
	case -1:
		return &Failure{again: true}
	case 45009:
		return &Failure{Remedy: wording.RemedyWeComRate}
	case 93000:
		return &Failure{Remedy: wording.RemedyAddress}
	}
	return &Failure{Remedy: wording.RemedyCode}
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
	timeout, _ := errors.AsType[*url.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), timeout != nil && timeout.Timeout():
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
	f := &Failure{Problem: wording.FailedNoAnswer, Remedy: wording.RemedyCode}
	if refused, ok := errors.AsType[*reactivate.Error](err); ok {
		f.again = refused.Class.Passing()
		f.Problem = wording.Verbatim(refused.Op + ": " + printable(refused.Code+" "+refused.Message))
		if refused.Class == reactivate.ClassDenied || refused.Status == http.StatusForbidden {
			f.Remedy = wording.RemedyGrant
		}
	}
	return f
}
