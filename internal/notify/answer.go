package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/reactivate"
)

// Failure says why a target was not told. Its texts are ours alone: what a target answers may hold its URL.
type Failure struct {
	Problem string
	Remedy  string // "" where trying again is all there is

	again bool          // another try may do
	after time.Duration // but not sooner
}

func (f *Failure) Error() string { return f.Problem }

const (
	remedyAddress = "copy the URL into REACTIVATE_NOTIFY again: it is wrong, or its robot or receiver was removed or stopped"
	remedyKeyword = "add reactivate to the robot's keywords, or choose another of its security settings"
	remedySign    = "put the signing secret behind # in REACTIVATE_NOTIFY, and check that it is this target's"
	remedyIP      = "take the robot's IP list away: a function has no fixed address; let it check a signature or a keyword instead"
	remedyRate    = "nothing, if it is rare: the robot takes 20 messages a minute, or is over its daily quota"
	remedyReport  = "look the code up in the documentation of the robot"
	remedyServer  = "see what is wrong with the receiver: it takes no messages"
	remedyMoved   = "put the URL that it leads to into REACTIVATE_NOTIFY: redirects are not followed"
	remedyGrant   = "grant the function's role cms:PutCustomEvent"
)

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
			return &Failure{Problem: "an answer that is not Slack's", again: true}
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
		f.Problem = fmt.Sprintf("code %d", *code)
		return f
	case !a.success():
		return a.web()
	case code == nil && a.number("status") != nil && a.number("wait") != nil:
		// The gateway before DingTalk, when it throttles.
		return &Failure{Problem: "refused for now: too many messages", Remedy: remedyRate}
	case code == nil:
		return &Failure{Problem: "an answer that is not the robot's", again: true}
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
		return &Failure{Remedy: remedyRate}
	case 300001, 300005, 400101, 40035, 400013, 400102, 400106:
		return &Failure{Remedy: remedyAddress}
	case 310000:
		switch {
		case strings.Contains(text, "keyword"):
			return &Failure{Remedy: remedyKeyword}
		case strings.Contains(text, "whitelist"):
			return &Failure{Remedy: remedyIP}
		}
		return &Failure{Remedy: remedySign}
	}
	if strings.Contains(text, "too fast") || strings.Contains(text, "限流") {
		return &Failure{Remedy: remedyRate} // the code has changed before
	}
	return &Failure{Remedy: remedyReport}
}

// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
func feishuFailure(_ *answer, code int) *Failure {
	switch code {
	case 11232: // busiest at full and half hours, which is when timers run
		return &Failure{again: true, after: 5 * time.Second, Remedy: remedyRate}
	case 19021:
		return &Failure{Remedy: remedySign}
	case 19022:
		return &Failure{Remedy: remedyIP}
	case 19024:
		return &Failure{Remedy: remedyKeyword}
	case 19001:
		return &Failure{Remedy: remedyAddress}
	}
	return &Failure{Remedy: remedyReport}
}

// https://developer.work.weixin.qq.com/document/path/90313
func weComFailure(_ *answer, code int) *Failure {
	switch code {
	case -1:
		return &Failure{again: true}
	case 45009:
		return &Failure{Remedy: remedyRate}
	case 93000:
		return &Failure{Remedy: remedyAddress}
	}
	return &Failure{Remedy: remedyReport}
}

// web judges by the status alone.
func (a *answer) web() *Failure {
	f := &Failure{Problem: fmt.Sprintf("HTTP %d", a.status)}
	switch {
	case a.success():
		return nil
	case a.status >= 300 && a.status < 400:
		f.Remedy = remedyMoved
	case a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout, a.status >= 500:
		f.again, f.Remedy = true, remedyServer
		if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err == nil && seconds > 0 {
			f.after = time.Duration(min(seconds, 3600)) * time.Second
		}
	case a.status == http.StatusUnauthorized:
		f.Remedy = remedySign
	default:
		f.Remedy = remedyAddress
	}
	return f
}

// noAnswer says why there was none, in words of ours: the error's own hold the URL.
func noAnswer(err error) *Failure {
	timeout, _ := errors.AsType[*url.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), timeout != nil && timeout.Timeout():
		return &Failure{Problem: "no answer in time", Remedy: remedyServer, again: true}
	case isType[*tls.CertificateVerificationError](err):
		return &Failure{Problem: "no TLS connection: its certificate is not valid", Remedy: "see that the receiver's certificate is of its name, not expired, and of an authority that is known"}
	case isType[*net.DNSError](err):
		return &Failure{Problem: "its host is not found", Remedy: "check the host in REACTIVATE_NOTIFY, and that the function may reach the internet", again: true}
	}
	return &Failure{Problem: "no connection, or it broke", Remedy: "check that the function may reach the internet", again: true}
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// monitorFailure says what CloudMonitor's refusal means.
func monitorFailure(err error) *Failure {
	f := &Failure{Problem: "no answer", Remedy: remedyReport}
	if refused, ok := errors.AsType[*reactivate.Error](err); ok {
		f.again = refused.Class.Passing()
		f.Problem = refused.Op + ": " + printable(refused.Code+" "+refused.Message)
		if refused.Class == reactivate.ClassDenied || refused.Status == http.StatusForbidden {
			f.Remedy = remedyGrant
		}
	}
	return f
}
