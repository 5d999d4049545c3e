package local_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/local"
)

func TestRenderForATerminal(t *testing.T) {
	const rows = `{"source":"manual","regions":["cn-hangzhou"],"counts":{"reactivated":1,"failed":1},"results":[
		{"instanceId":"i-1","accountId":"1","regionId":"cn-hangzhou","name":"web","verdict":"reactivate","outcome":"reactivated","before":"Stopped","after":"Running"},
		{"instanceId":"i-22","accountId":"2","regionId":"cn-hangzhou","name":"db","verdict":"reactivate","outcome":"failed","before":"Stopped","after":"Stopped","advice":"see","error":{"class":"unknown"}}]}`
	for _, tt := range []struct {
		name   string
		colour bool
		want   string
	}{
		{"plain", false, `event.json   source manual · cn-hangzhou

INSTANCE  NAME  ACCOUNT  REGION       BEFORE   AFTER    VERDICT     OUTCOME      WHAT TO DO NEXT
i-1       web   1        cn-hangzhou  Stopped  Running  reactivate  reactivated
i-22      db    2        cn-hangzhou  Stopped  Stopped  reactivate  failed       see [unknown]

2 instances: 1 reactivated, 1 failed.
`},
		{"colour", true, strings.NewReplacer("<b>", "\x1b[1m", "<g>", "\x1b[32m", "<r>", "\x1b[31m", "<>", "\x1b[0m").Replace(
			`<b>event.json<>   source manual · cn-hangzhou

<b>INSTANCE<>  <b>NAME<>  <b>ACCOUNT<>  <b>REGION<>       <b>BEFORE<>   <b>AFTER<>    <b>VERDICT<>     <b>OUTCOME<>      <b>WHAT TO DO NEXT<>
i-1       web   1        cn-hangzhou  Stopped  Running  reactivate  <g>reactivated<>
i-22      db    2        cn-hangzhou  Stopped  Stopped  reactivate  <r>failed<>       see [unknown]

2 instances: <g>1 reactivated<>, <r>1 failed<>.
`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			local.Render(&b, tt.colour, rows)
			if got := b.String(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestRenderTrustsNoText(t *testing.T) {
	const evil = `\u001b[2J\u001b]0;owned\u0007\u202e\r\nx\u0000`
	var b bytes.Buffer
	for _, payload := range []string{
		`{"source":"` + evil + `","eventId":"` + evil + `","regions":["` + evil + `"],"counts":{"` + evil + `":1},
		  "errors":[{"accountId":"` + evil + `","regionId":"` + evil + `","error":{"op":"` + evil + `","code":"` + evil + `","message":"` + evil + `"}}],
		  "results":[{"instanceId":"` + evil + `","accountId":"` + evil + `","regionId":"` + evil + `","name":"` + evil + `","verdict":"` + evil + `",
		  "outcome":"` + evil + `","before":"` + evil + `","after":"` + evil + `","advice":"` + evil + `","error":{"code":"` + evil + `"}},{"accountId":"2"}]}`,
		`{"results":[],"errors":[{"accountId":"` + evil + `"}]}`,
		`{"results":[],"ignored":"` + evil + `"}`,
		`{"statusCode":400,"body":{"error":{"type":"` + evil + `","message":"` + evil + `"}}}`,
		`{"statusCode":400,"body":"` + evil + `"}`,
		`"` + evil + `"`,
		"\x1b[2J",
	} {
		local.Render(&b, false, payload)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\x07\u202e\r\x00") {
		t.Errorf("control characters come through: %q", got)
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		in, clean string
		width     int
		cut       string // to 6 columns
	}{
		{"web-1", "web-1", 5, "web-1"},
		{"web-100", "web-100", 7, "web-1…"},
		{"支付网关", "支付网关", 8, "支付…"},
		{"a\tb\nc", "a b c", 5, "a b c"},
		{"e\u0301te\u0301", "e\u0301te\u0301", 3, "e\u0301te\u0301"},
		{" \x1b[31mred ", "[31mred", 7, "[31mr…"},
		{"bad \xff utf-8", "bad  utf-8", 10, "bad  …"},
		{"한국🚀", "한국🚀", 6, "한국🚀"},
	} {
		if got := local.Clean(tt.in); got != tt.clean {
			t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.clean)
		}
		if got := local.Width(tt.clean); got != tt.width {
			t.Errorf("Width(%q) = %d, want %d", tt.clean, got, tt.width)
		}
		if got := local.Cut(tt.clean, 6); got != tt.cut {
			t.Errorf("Cut(%q, 6) = %q, want %q", tt.clean, got, tt.cut)
		}
	}
}

func TestProgressLine(t *testing.T) {
	const erase = "\r\x1b[K"
	for _, tt := range []struct {
		name   string
		output []string
		want   string
	}{
		{"before the first", nil, erase + "  1s  the function is at work" + erase + "  2s  the function is at work" + erase},
		{"as logged, in pieces", []string{`{"msg":"progress","requestId":"r","done":3`, `,"left":7,"rate":1.25,"throttled":2}` + "\nand so on\n"},
			erase + "  0s  3 done, 7 left, 1.2 calls a second, 2 throttled" +
				erase + "  1s  3 done, 7 left, 1.2 calls a second, 2 throttled" +
				erase + "  2s  3 done, 7 left, 1.2 calls a second, 2 throttled" + erase},
		{"of another request", []string{`{"msg":"progress","requestId":"other","done":3}` + "\n"},
			erase + "  1s  the function is at work" + erase + "  2s  the function is at work" + erase},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b bytes.Buffer
				local.Progress(&b, "r", tt.output, 2500*time.Millisecond)
				if got := b.String(); got != tt.want {
					t.Errorf("got  %q\nwant %q", got, tt.want)
				}
			})
		})
	}
}
