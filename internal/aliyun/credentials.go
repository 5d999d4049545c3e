package aliyun

import (
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Credentials sign calls. They come with each invocation and are kept no longer: the copies in the environment expire while the
// function's process lives on.
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

// clean makes a text from the network safe to show: it is printable, short, and free of credentials. The text may be the name
// that somebody gave an instance. It may also be ECS's answer to a wrong signature: that repeats the whole string that was
// signed, in which the token is escaped twice.
func clean(text string, creds Credentials) string {
	text = strings.Map(printable, strings.ToValidUTF8(text, "")) // first, because a character that does not print may hide a secret
	for _, secret := range []string{creds.SecurityToken, creds.AccessKeySecret, creds.AccessKeyID} {
		if len(secret) < 4 {
			continue
		}
		once := url.QueryEscape(secret)
		for _, form := range []string{secret, once, url.QueryEscape(once), url.PathEscape(secret)} {
			text = strings.ReplaceAll(text, form, redacted)
		}
	}
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

// printable drops control characters, characters that format text or change its direction, and unassigned ones. A line break
// becomes a space.
func printable(r rune) rune {
	switch {
	case strconv.IsGraphic(r):
		return r
	case unicode.IsSpace(r):
		return ' '
	}
	return -1
}
