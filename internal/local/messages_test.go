package local_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestMessagesStayHere checks which targets of REACTIVATE_NOTIFY the function gets.
func TestMessagesStayHere(t *testing.T) {
	const given = "https://oapi.dingtalk.com/robot/send?access_token=redact#SECredact, http://127.0.0.1:1/a,dingtalk=http://localhost:1/b#SECx,https://[::1]:1/,webhook=https://127.0.0.1/,cloudmonitor,x,http://robot.invalid/"
	const here = "http://127.0.0.1:1/a,dingtalk=http://localhost:1/b#SECx,https://[::1]:1/,webhook=https://127.0.0.1/,"
	const wrong = "x,http://robot.invalid/" // the function says so
	for _, tt := range []struct {
		name, given string
		args        []string
		want        string
	}{
		{"in front of the fake cloud", given, nil, here + "cloudmonitor," + wrong + ",print"},
		{"live, as a dry run", given, []string{"-live"}, here + wrong + ",print"},
		{"live", given, []string{"-live", "-yes"}, given},
		{"nobody leaves", "http://127.0.0.1:1/a", nil, "http://127.0.0.1:1/a"},
		{"a robot alone", "feishu=https://robot.invalid/x", nil, "print"},
		{"a robot and print", "print,https://robot.invalid/x", nil, "print"},
		{"the fake cloud's CloudMonitor", "cloudmonitor", nil, "cloudmonitor,print"},
		{"CloudMonitor, live, as a dry run", "cloudmonitor", []string{"-live"}, "print"},
		{"nobody", "", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			live(t)
			if slices.Contains(tt.args, "-live") { // there the caller's own counts
				t.Setenv("REACTIVATE_NOTIFY", tt.given)
			} else {
				tt.args = append(tt.args, "-env", "REACTIVATE_NOTIFY="+tt.given)
			}
			got := run(t, `{"do":"environ","log":["FC Invoke End RequestId: ID"]}`, append([]string{"invoke", "-json", "-"}, tt.args...)...)
			var function struct{ Environ []string }
			if err := json.Unmarshal([]byte(got.stdout), &function); err != nil {
				t.Fatal(err, got)
			}
			if want := "REACTIVATE_NOTIFY=" + tt.want; !slices.Contains(function.Environ, want) {
				t.Errorf("the function has %q, want %q", function.Environ, want)
			}
		})
	}
}

// message is an order to the stand-in: a report, and a message in its log. The log comes through another pipe than the answer, so
// it may come later.
func message(text string) string {
	line := string(marshal(map[string]string{"msg": "message", "requestId": "ID", "text": text}))
	return string(marshal(map[string]any{"late": true, "answer": json.RawMessage(`{"results":[]}`), "log": []string{
		line, strings.Replace(line, "ID", "other", 1), "FC Invoke End RequestId: ID",
	}}))
}

// Messages are shown below the report, once and cleaned, and never with -json.
func TestMessagesAreShown(t *testing.T) {
	order := message("reactivate: 1 came back\nCame back\n  - web\x1b[2J-1\nRequest 1")
	args := []string{"invoke", "-", "-env", "REACTIVATE_NOTIFY=https://robot.invalid/x"}
	const want = "No overdue instance was found.\n\nMessage, shown here and not sent:\n  reactivate: 1 came back\n  Came back\n    - web [2J-1\n  Request 1\n"
	if got := run(t, order, args...); !strings.HasSuffix(got.stdout, want) {
		t.Errorf("got %q, want %q at its end", got.stdout, want)
	}
	if got := run(t, order, append(args, "-json")...); strings.Contains(got.stdout, "came back") {
		t.Errorf("-json has %q", got.stdout)
	}
}

// A long line is continued below its own text, not below its dash.
func TestMessagesHang(t *testing.T) {
	t.Setenv("COLUMNS", "40")
	got := run(t, message("  - shop-db (i-bp1shop00000000000002): 29 h left until its release"), "invoke", "-", "-env", "REACTIVATE_NOTIFY=print")
	if want := "    - shop-db (i-bp1shop00000000000002):\n      29 h left until its release\n"; !strings.HasSuffix(got.stdout, want) {
		t.Errorf("got %q, want %q at its end", got.stdout, want)
	}
}

func TestServeShowsMessages(t *testing.T) {
	r := launch(t, "serve", "-addr", "127.0.0.1:0", "-env", "REACTIVATE_NOTIFY=https://robot.invalid/x")
	resp, err := http.Post(r.url, "application/json", strings.NewReader(message("reactivate: 1 came back")))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	r.stop()
	if got := r.stderr.String(); strings.Count(got, "Message, shown here and not sent:\n  reactivate: 1 came back\n") != 1 {
		t.Errorf("got %q", got)
	}
}
