package aliyun

import (
	"log/slog"
	"net/url"
	"strings"
)

// Credentials are what a call is signed with. They come with each invocation, and are kept no longer: the copies in the
// environment age with the function's instance.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // "" for keys that are not temporary
}

const redacted = "[redacted]"

// String, GoString, LogValue and MarshalText keep credentials out of whatever prints them.
func (Credentials) String() string               { return redacted }
func (Credentials) GoString() string             { return redacted }
func (Credentials) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Credentials) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// maxMessage is how much of a message of ECS the report keeps, in bytes.
const maxMessage = 500

// clean makes a text that came over the network fit for a report: credentials out of it, printable, and short. ECS answers a
// wrong signature with the whole string that it signed, in which the token stands escaped twice.
func clean(text string, creds Credentials) string {
	for _, secret := range []string{creds.SecurityToken, creds.AccessKeySecret, creds.AccessKeyID} {
		if len(secret) < 4 {
			continue
		}
		once := url.QueryEscape(secret)
		for _, form := range []string{secret, once, url.QueryEscape(once), url.PathEscape(secret)} {
			text = strings.ReplaceAll(text, form, redacted)
		}
	}
	text = strings.ToValidUTF8(strings.Map(printable, text), "")
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}
