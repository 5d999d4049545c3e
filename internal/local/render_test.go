package local_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/local"
	"reactivate/internal/wording"
)

var update = flag.Bool("update", false, "write the screens of testdata/screens anew, to be looked at")

// screens are the reports whose display is compared, by the names of their files. The tests' clock shows 2000-01-01 00:00:00 UTC.
var screens = map[string]string{
	"arrears": `{"source":"timer","regions":["cn-hangzhou","ap-southeast-1"],"counts":{"awaiting-payment":4,"failed":1},
		"balances":[{"accountId":"1234567890123456","accountName":"prod","available":"-1,012.50","currency":"CNY","low":true},{"accountId":"2345678901234567","available":"3000.00","currency":"CNY"}],
		"errors":[{"accountId":"2345678901234567","regionId":"cn-hongkong","error":{"op":"DescribeInstances","code":"Forbidden.RAM","message":"User not authorized to operate on the specified resource, or this API doesn't support RAM."}}],
		"results":[
		{"instanceId":"i-bp1web00000000000001","accountId":"1234567890123456","accountName":"prod","regionId":"cn-hangzhou","name":"web-1","verdict":"reactivate","outcome":"awaiting-payment","before":"Stopped","after":"Stopped","releaseAt":"2000-01-06T08:00:00Z","advice":"settle the bill (China site: keep at least CNY 100), then run again","error":{"code":"InsufficientBalance"}},
		{"instanceId":"i-bp1web00000000000002","accountId":"1234567890123456","accountName":"prod","regionId":"ap-southeast-1","name":"a-name-that-is-much-longer-than-a-table-can-show","verdict":"reactivate","outcome":"awaiting-payment","before":"Stopped","after":"Stopped","releaseAt":"","advice":"settle the bill (China site: keep at least CNY 100), then run again"},
		{"instanceId":"i-bp1web00000000000003","accountId":"1234567890123456","accountName":"prod","regionId":"ap-southeast-1","name":"支付网关","verdict":"reactivate","outcome":"awaiting-payment","before":"Stopped","after":"Stopped","releaseAt":"2000-01-02T23:00:00Z","advice":"settle the bill (China site: keep at least CNY 100), then run again"},
		{"instanceId":"i-bp1web00000000000004","accountId":"1234567890123456","accountName":"prod","regionId":"cn-hangzhou","name":"web-4","verdict":"reactivate","outcome":"awaiting-payment","before":"Stopped","after":"Stopped","releaseAt":"2000-01-01T03:00:00Z","advice":"settle the bill (China site: keep at least CNY 100), then run again"},
		{"instanceId":"i-bp1erp00000000000001","accountId":"2345678901234567","regionId":"cn-hangzhou","name":"erp-1","verdict":"reactivate","outcome":"failed","before":"Stopped","after":"Stopped","releaseAt":"1999-12-31T00:00:00Z","advice":"sold out or over quota: try again later, or change the instance type","error":{"code":"OperationDenied.NoStock"}}]}`,
	"old-id": `{"source":"manual","regions":["cn-hangzhou"],"counts":{"awaiting-payment":1},"results":[
		{"instanceId":"AY012345678901234567890123456789","accountId":"1","regionId":"cn-hangzhou","name":"one-of-the-very-first-instances","verdict":"reactivate","outcome":"awaiting-payment","before":"Stopped","after":"Stopped","releaseAt":"2000-01-12T00:00:00Z","advice":"settle the bill"}]}`,
	"doctor": `{"checks":[
		{"name":"configuration","status":"ok","detail":"all variables are right"},
		{"name":"account 2345678901234567: look in cn-hangzhou","status":"failed","detail":"Forbidden.RAM: User not authorized to operate on the specified resource","remedy":"grant the role ecs:DescribeInstances"},
		{"name":"timer","status":"warning","detail":"none has come to this instance of the function yet","remedy":"make sure that a timer trigger sends a sweep: events get lost, and in arrears the queue of events is dropped after 96 hours"}]}`,
}

// TestScreens compares what a terminal of 80 columns shows, and for one report what a pipe shows, with testdata/screens.
func TestScreens(t *testing.T) {
	for name, payload := range screens {
		synctest.Test(t, func(t *testing.T) {
			var b bytes.Buffer
			local.Render(&b, wording.English, 80, false, "event.json", payload)
			checkScreen(t, name, 80, b.String())
		})
	}
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		local.Render(&b, wording.English, 0, false, "event.json", screens["arrears"])
		checkScreen(t, "arrears", 0, b.String())
		b.Reset()
		local.Render(&b, wording.English, 80, false, "", screens["arrears"])
		checkScreen(t, "status", 80, b.String())
		b.Reset()
		local.Render(&b, wording.Chinese, 80, false, "", screens["arrears"])
		checkScreen(t, "status-zh", 80, b.String())
	})
}

func checkScreen(t *testing.T, name string, columns int, got string) {
	t.Helper()
	file := fmt.Sprintf("testdata/screens/%s-%d.txt", name, columns)
	if columns == 0 {
		file = fmt.Sprintf("testdata/screens/%s-pipe.txt", name)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
	for line := range strings.Lines(got) {
		if w := local.Width(strings.TrimSuffix(line, "\n")); columns > 0 && w > columns && name != "old-id" { // ids were longer once
			t.Errorf("%s: a line of %d columns: %s", file, w, line)
		}
	}
}

// Colour never carries information of its own: without colours the text is the same.
func TestColourAddsNoText(t *testing.T) {
	colours := regexp.MustCompile("\x1b\\[[0-9]+m")
	for name, payload := range screens {
		var plain, coloured bytes.Buffer
		local.Render(&plain, wording.English, 80, false, "event.json", payload)
		local.Render(&coloured, wording.English, 80, true, "event.json", payload)
		if got := colours.ReplaceAllString(coloured.String(), ""); got != plain.String() || got == coloured.String() {
			t.Errorf("%s: without its colours\n%s\nwant\n%s", name, got, &plain)
		}
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
		local.Render(&b, wording.English, 0, false, "event.json", payload)
		local.Render(&b, wording.English, 80, false, "event.json", payload)
		local.Render(&b, wording.English, 80, false, "", payload)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\x07\u202e\r\x00") {
		t.Errorf("control characters come through: %q", got)
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		cut   string // to 6 columns
	}{
		{"web-1", 5, "web-1"},
		{"web-100", 7, "web-1…"},
		{"支付网关", 8, "支付…"},
		{"e\u0301te\u0301", 3, "e\u0301te\u0301"},
		{"한국🚀", 6, "한국🚀"},
	} {
		if got := local.Width(tt.text); got != tt.width {
			t.Errorf("Width(%q) = %d, want %d", tt.text, got, tt.width)
		}
		if got := local.Cut(tt.text, 6); got != tt.cut {
			t.Errorf("Cut(%q, 6) = %q, want %q", tt.text, got, tt.cut)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		in      string
		columns int
		want    []string
	}{
		{"one two three", 0, []string{"one two three"}},
		{"one two three", 13, []string{"one two three"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 6, []string{"one", "two", "three"}},
		{"an-id-that-is-too-long is kept", 10, []string{"an-id-that-is-too-long", "is kept"}},
		{"请结清账单后重试", 7, []string{"请结清", "账单后", "重试"}},
		{"请结清，然后重试", 6, []string{"请结", "清，然", "后重试"}},
		{"请结清（或充值）", 8, []string{"请结清", "（或充", "值）"}},
		{"settle 账单 now", 9, []string{"settle 账", "单 now"}},
		{"\x1b[31mred\x1b[0m and more", 7, []string{"\x1b[31mred\x1b[0m and", "more"}},
	} {
		if got := local.Wrap(tt.in, tt.columns); !slices.Equal(got, tt.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.in, tt.columns, got, tt.want)
		}
	}
}

func TestProgressLine(t *testing.T) {
	const erase = "\r\x1b[K"
	const most = `{"msg":"progress","requestId":"r","done":3,"left":27,"grace":9,"calling":8,"watching":7,"unpaid":3,` + "\x00" + `"rate":1.25,"throttled":2}` + "\n"
	for _, tt := range []struct {
		name    string
		columns int
		logged  string // a NUL is where it comes in pieces
		first   string // the second of the first line
		want    string
	}{
		{"before the first", 80, "", "", "the function is at work"},
		{"all that may be logged", 120, most, "0s", "3 done, 27 left: 9 in grace, 8 calling, 7 watched, 3 unpaid"},
		{"a narrow terminal: a wrapped line could not be erased", 40, most, "0s", "3 done, 27 left: 9 in grace, 8 c…"},
		{"of another request", 80, strings.Replace(most, `"r"`, `"other"`, 1), "", "the function is at work"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b bytes.Buffer
				local.Progress(&b, tt.columns, wording.English, "r", strings.Split(tt.logged, "\x00"), 2500*time.Millisecond)
				want := erase
				for _, second := range strings.Fields(tt.first + " 1s 2s") {
					want += "  " + second + "  " + tt.want + erase
				}
				if got := b.String(); got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			})
		})
	}
}

// COLUMNS says how wide a report may be, in a pipe too.
func TestColumns(t *testing.T) {
	name := file(t, "recharge.json", say(screens["arrears"]))
	for _, tt := range []struct {
		columns string
		most    int // columns
	}{{"80", 80}, {"100", 100}, {"1", 80}, {"", 0}, {"many", 0}, {"-5", 0}} {
		t.Setenv("COLUMNS", tt.columns)
		most := 0
		for line := range strings.Lines(run(t, "", "invoke", name).stdout) {
			if line = strings.TrimSuffix(line, "\n"); line != name { // the heading is the file's name, which is not broken
				most = max(most, local.Width(line))
			}
		}
		if tt.most == 0 && most < 90 || tt.most > 0 && most > tt.most {
			t.Errorf("COLUMNS=%s: %d columns, want at most %d (0: all)", tt.columns, most, tt.most)
		}
	}
}

// A table too wide for the terminal has no blanks that names do not need.
func TestNarrowTable(t *testing.T) {
	const report = `{"results":[{"instanceId":"i-bp1web00000000000001","accountId":"1","name":"web-1","outcome":"failed","after":"Stopped"}]}`
	head := func(columns int) string {
		var b bytes.Buffer
		local.Render(&b, wording.English, columns, false, "", report)
		return regexp.MustCompile("(?m)^INSTANCE.*$").FindString(b.String())
	}
	if got, want := head(40), head(0); got != want || want == "" {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// silent is a standard input that nobody types into.
type silent struct{ asked, over chan struct{} }

func (s silent) Read([]byte) (int, error) {
	close(s.asked)
	<-s.over
	return 0, io.EOF
}

func TestAnInterruptEndsAReadThatWaits(t *testing.T) {
	in := silent{make(chan struct{}), make(chan struct{})}
	defer close(in.over)
	ctx, cancel := context.WithCancel(t.Context())
	status := make(chan int)
	go func() { status <- local.Main(ctx, build, []string{"invoke", "-"}, in, io.Discard, io.Discard) }()
	<-in.asked
	cancel()
	if got := <-status; got != 130 {
		t.Errorf("status %d, want 130", got)
	}
}

func TestAFleetIsNotReadWithoutLimit(t *testing.T) {
	event := file(t, "event.json", say(`1`))
	large := file(t, "large.json", "")
	if err := os.Truncate(large, 64<<20+1); err != nil {
		t.Fatal(err)
	}
	got := run(t, "", "invoke", "-fleet", large, event)
	if want := "reactivate invoke: -fleet: " + large + ": larger than 64 MiB, which is the most that is read; see: reactivate help invoke\n"; got.status != 2 || got.stderr != want {
		t.Errorf("status %d, stderr %q; want 2 and %q", got.status, got.stderr, want)
	}
}
