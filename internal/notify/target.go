package notify

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// Kind is the kind of a target. It decides how a message is encoded.
type Kind string

const (
	DingTalk     Kind = "dingtalk"     // a robot of a DingTalk group
	Feishu       Kind = "feishu"       // a bot of a Feishu or Lark group
	WeCom        Kind = "wecom"        // a robot of a WeCom group
	Slack        Kind = "slack"        // an incoming webhook
	Webhook      Kind = "webhook"      // any other URL: CloudEvents 1.0, signed as Standard Webhooks are
	CloudMonitor Kind = "cloudmonitor" // a custom event, by the invocation's own role
	Print        Kind = "print"        // text in the log
)

// Target is where messages go. Printing it shows its name alone: a robot's URL is a secret.
type Target struct {
	Kind   Kind
	Name   string // the kind, and a number where there are several of it
	url    string
	secret string // "" where nothing is signed
}

// String, GoString, LogValue and MarshalText show the name, never the URL or the secret.
func (t Target) String() string               { return t.Name }
func (t Target) GoString() string             { return t.Name }
func (t Target) LogValue() slog.Value         { return slog.StringValue(t.Name) }
func (t Target) MarshalText() ([]byte, error) { return []byte(t.Name), nil }

// kindOf returns the kind of the target at a URL's host.
func kindOf(host string) Kind {
	switch strings.ToLower(host) {
	case "oapi.dingtalk.com":
		return DingTalk
	case "open.feishu.cn", "open.larksuite.com":
		return Feishu
	case "qyapi.weixin.qq.com":
		return WeCom
	case "hooks.slack.com", "hooks.slack-gov.com":
		return Slack
	}
	return Webhook
}

// named are the kinds that may be written before a URL.
var named = []Kind{DingTalk, Feishu, WeCom, Slack, Webhook}

// ParseTargets reads a comma list of targets. Its error quotes nothing of the list, because all of it is secret.
func ParseTargets(list string) ([]Target, error) {
	var targets []Target
	count := make(map[Kind]int)
	for entry := range strings.SplitSeq(list, ",") {
		t, err := parseTarget(strings.TrimSpace(entry))
		if err != nil {
			return nil, err
		}
		for _, other := range targets {
			if t.Kind == other.Kind && t.url == other.url {
				return nil, wording.TargetTwice
			}
		}
		t.Name = string(t.Kind)
		if count[t.Kind]++; count[t.Kind] > 1 {
			t.Name = fmt.Sprintf("%s %d", t.Kind, count[t.Kind])
		}
		targets = append(targets, t)
	}
	return targets, nil
}

func parseTarget(entry string) (Target, error) {
	if kind := Kind(entry); kind == CloudMonitor || kind == Print {
		return Target{Kind: kind}, nil
	}
	t := Target{}
	if kind, address, found := strings.Cut(entry, "="); found && slices.Contains(named, Kind(kind)) {
		t.Kind, entry = Kind(kind), address
	}
	address, secret, _ := strings.Cut(entry, "#")
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return t, wording.NotATarget
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !cloud.Loopback(u.Hostname())) {
		return t, wording.TargetNotHTTPS
	}
	t.url, t.secret = address, secret
	if t.Kind == "" {
		t.Kind = kindOf(u.Hostname())
	}
	return t, t.checkSecret()
}

func (t *Target) checkSecret() error {
	switch {
	case t.secret == "":
	case t.Kind == WeCom, t.Kind == Slack:
		return wording.TargetSecret
	case t.Kind == Webhook:
		if key, err := webhookKey(t.secret); err != nil || len(key) == 0 {
			return wording.TargetKey
		}
	}
	return nil
}

// webhookKey decodes a Standard Webhooks secret.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
func webhookKey(secret string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
}
