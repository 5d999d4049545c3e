package notify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/wording"
)

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
		{"throttled by a code to come", dingTalkURL, says(200, `{"errcode":999999,"errmsg":"send too fast"}`), 1, rate},
		{"throttled by the gateway", dingTalkURL, says(200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`), 1, rate},
		{"no such robot", dingTalkURL, says(200, `{"errcode":300001,"errmsg":"token is not exist"}`), 1, address},
		{"busy", dingTalkURL, says(200, `{"errcode":-1,"errmsg":"系统繁忙"}`), 3, "try again"},
		{"a code that is not known", dingTalkURL, says(200, `{"errcode":460101,"errmsg":"message too long, exceed 20000 bytes"}`), 1, "look the code up"},
		{"200 with HTML", dingTalkURL, says(200, "<html>login</html>"), 1, ""},
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
		t.Run(parsed(t, tt.target)[0].Name+" "+tt.name, func(t *testing.T) {
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
				if remedy := d.Failure.Remedy.EN; !strings.HasPrefix(remedy, tt.remedy) {
					t.Errorf("got the remedy %q, want %q", remedy, tt.remedy)
				}
				if text := d.Failure.Problem.In(wording.English) + d.Failure.Remedy.EN; strings.Contains(text, "redact") || strings.Contains(text, "https://") {
					t.Errorf("the failure shows what the target is: %s", text)
				}
			})
		})
	}
}
