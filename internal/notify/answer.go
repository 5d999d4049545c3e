package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Failure says why a target was not told. Its texts are ours alone: what a target answers may hold its URL.
type Failure struct {
	Problem wording.Words
	Remedy  wording.Text // the zero Text where trying again is all there is

	again bool          // another try may do
	after time.Duration // but not sooner
}

func (f *Failure) Error() string { return f.Problem.In(wording.English) }

// answer is what a target answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// judge says what an answer means: nil for what was delivered.
func (t *Target) judge(a *answer) *Failure {
	switch t.Kind {
	case DingTalk:
		return a.chat(a.number("errcode"), dingTalkFailure)
	case WeCom:
		return a.chat(a.number("errcode"), weComFailure)
	case Feishu:
		return a.chat(a.number("code"), feishuFailure)
	case Slack:
		if a.success() && string(bytes.TrimSpace(a.body)) != "ok" {
			return &Failure{Problem: wording.FailedSlack, again: true}
		}
		return a.web()
	case Webhook, CloudMonitor, Print:
	}
	return a.web()
}

// chat judges the answers of robots that say 200 whatever happened, and what did in the body: a 200 without a code in it is not
// theirs.
func (a *answer) chat(code *int, failure func(*answer, int) *Failure) *Failure {
	switch {
	case code != nil && *code != 0:
		f := failure(a, *code)
		f.Problem = wording.FailedCode.With(*code)
		return f
	case !a.success():
		return a.web()
	case code == nil && a.number("status") != nil && a.number("wait") != nil:
		// The gateway before DingTalk, when it throttles.
		return &Failure{Problem: wording.FailedForNow, Remedy: wording.RemedyRate}
	case code == nil:
		return &Failure{Problem: wording.FailedRobot, again: true}
	}
	return nil
}

func (a *answer) success() bool { return a.status >= 200 && a.status < 300 }

// number is a number of the body; nil where there is none of that name.
func (a *answer) number(name string) *int {
	var body map[string]json.RawMessage
	if json.Unmarshal(a.body, &body) != nil {
		return nil
	}
	var n *int
	if json.Unmarshal(body[name], &n) != nil {
		return nil
	}
	return n
}

// dingTalkFailure knows the codes of
// https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and those that were met besides.
func dingTalkFailure(a *answer, code int) *Failure {
	text := strings.ToLower(string(a.body))
	switch code {
	case -1:
		return &Failure{again: true}
	case 130101, 410100, 90030:
		return &Failure{Remedy: wording.RemedyRate}
	case 300001, 300005, 400101, 40035, 400013, 400102, 400106:
		return &Failure{Remedy: wording.RemedyAddress}
	case 310000:
		switch {
		case strings.Contains(text, "keyword"):
			return &Failure{Remedy: wording.RemedyKeyword}
		case strings.Contains(text, "whitelist"):
			return &Failure{Remedy: wording.RemedyIP}
		}
		return &Failure{Remedy: wording.RemedySign}
	}
	if strings.Contains(text, "too fast") || strings.Contains(text, "限流") {
		return &Failure{Remedy: wording.RemedyRate} // the code has changed before
	}
	return &Failure{Remedy: wording.RemedyCode}
}

// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
func feishuFailure(_ *answer, code int) *Failure {
	switch code {
	case 11232: // busiest at full and half hours, which is when timers run
		return &Failure{again: true, after: 5 * time.Second, Remedy: wording.RemedyRate}
	case 19021:
		return &Failure{Remedy: wording.RemedySign}
	case 19022:
		return &Failure{Remedy: wording.RemedyIP}
	case 19024:
		return &Failure{Remedy: wording.RemedyKeyword}
	case 19001:
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
		return &Failure{Remedy: wording.RemedyRate}
	case 93000:
		return &Failure{Remedy: wording.RemedyAddress}
	}
	return &Failure{Remedy: wording.RemedyCode}
}

// web judges by the status alone.
func (a *answer) web() *Failure {
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
		f.Remedy = wording.RemedyAddress
	}
	return f
}

// noAnswer says why there was none, in words of ours: the error's own hold the URL.
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

// monitorFailure says what CloudMonitor's refusal means.
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
