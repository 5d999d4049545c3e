package notify_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"reactivate/internal/notify"
)

const (
	dingTalkURL = "https://oapi.dingtalk.com/robot/send?access_token=redact-access-token"
	feishuURL   = "https://open.feishu.cn/open-apis/bot/v2/hook/redact-hook"
	larkURL     = "https://open.larksuite.com/open-apis/bot/v2/hook/redact-hook"
	weComURL    = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=redact-key"
	slackURL    = "https://hooks.slack.com/services/redact/B0/X0"
	webhookURL  = "https://hooks.invalid/redact-path?token=redact-query"
	whsec       = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

func TestParseTargets(t *testing.T) {
	for _, tt := range []struct{ list, want string }{
		{"print", "print"},
		{"cloudmonitor", "cloudmonitor"},
		{dingTalkURL, "dingtalk"},
		{dingTalkURL + "#SECredact", "dingtalk"},
		{feishuURL + "#redact", "feishu"},
		{larkURL, "feishu"},
		{weComURL, "wecom"},
		{slackURL, "slack"},
		{"https://hooks.slack-gov.com/services/redact", "slack"},
		{webhookURL + "#" + whsec, "webhook"},
		{webhookURL + "#MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "webhook"},
		{"https://OAPI.DINGTALK.COM/robot/send?access_token=x", "dingtalk"},
		{"https://oapi.dingtalk.com.evil.invalid/robot/send", "webhook"},
		{"dingtalk=https://proxy.invalid/robot", "dingtalk"},
		{"feishu=http://127.0.0.1:8080/hook#redact", "feishu"},
		{"wecom=http://localhost:8080/hook?key=a=b", "wecom"},
		{"slack=http://[::1]:8080/hook", "slack"},
		{"webhook=" + dingTalkURL, "webhook"},
		{"http://127.0.0.1/hook", "webhook"},
		{dingTalkURL + ", " + slackURL + ",print", "dingtalk,slack,print"},
		{feishuURL + "," + larkURL + "," + feishuURL + "2", "feishu,feishu 2,feishu 3"},
	} {
		targets, err := notify.ParseTargets(tt.list)
		var names []string
		for _, target := range targets {
			names = append(names, target.Name)
		}
		if got := strings.Join(names, ","); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.list, got, err, tt.want)
		}
	}
}

func TestParseTargetsRefuses(t *testing.T) {
	for problem, lists := range map[string][]string{
		"has an entry that is not a target": {
			"redact", "", ",", "print,", "Print", "cloudmonitor=x", "dingtalk=", "mail=https://redact.invalid", "https://", "https:///redact", "https://%zz", "dingtalk",
			"https://redact:redact@hooks.invalid/", "https://hooks.invalid/ redact\x00", "#redact", "hooks.invalid/redact",
		},
		"has a URL that is not https": {
			"http://redact.invalid/hook", "ftp://127.0.0.1/redact", "dingtalk=http://oapi.dingtalk.com/robot/send?access_token=redact", "http://127.0.0.1.redact.invalid/", "http://localhost.redact.invalid",
			"http://10.0.0.1/redact", "http://100.100.100.200/redact", "http://0.0.0.0/redact", "http://[fe80::1%25lo]/redact",
		},
		"has a secret behind a URL whose kind signs nothing": {weComURL + "#redact", slackURL + "#redact"},
		"has a webhook's secret that is not a key":           {webhookURL + "#redact secret", webhookURL + "#whsec_redact!"},
		"has a target twice":                                 {"print,print", slackURL + "," + slackURL, dingTalkURL + "#redact," + dingTalkURL},
	} {
		for _, list := range lists {
			targets, err := notify.ParseTargets(list)
			if err == nil || !strings.HasPrefix(err.Error(), problem+": want ") || targets != nil {
				t.Errorf("%q: got %v, %v, want %s", list, targets, err, problem)
			}
			if err != nil && strings.Contains(err.Error(), "redact") {
				t.Errorf("%q: the error shows it: %v", list, err)
			}
		}
	}
}

// TestNothingPrintsATarget whatever it is printed with.
func TestNothingPrintsATarget(t *testing.T) {
	var logs strings.Builder
	log := slog.New(slog.NewJSONHandler(&logs, nil))
	targets, err := notify.ParseTargets(strings.Join([]string{dingTalkURL + "#SECredact", slackURL, webhookURL + "#" + whsec}, ","))
	if err != nil {
		t.Fatal(err)
	}
	log.Info("x", "target", targets[0], "targets", targets, "pointer", &targets[2])
	printed := logs.String() + fmt.Sprintf("%v %+v %#v %s %q %v", targets, targets, targets, targets, targets, &targets[2])
	for _, secret := range []string{"redact", whsec[6:]} {
		if strings.Contains(printed, secret) {
			t.Errorf("%s stands in %s", secret, printed)
		}
	}
	if !slices.ContainsFunc(strings.Split(printed, "\n"), func(s string) bool { return strings.Contains(s, "dingtalk") }) {
		t.Errorf("no name stands in %s", printed)
	}
}
