package local_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// asked runs status in front of a stand-in that obeys this order.
func asked(t *testing.T, order string, args ...string) outcome {
	t.Helper()
	return run(t, "", append([]string{"status", "-env", "ORDER=" + order}, args...)...)
}

const denied = `{"do":"fail","type":"DeniedError","message":"grant it"}`

func TestStatusExitStatus(t *testing.T) {
	for _, tt := range []struct {
		name, order string
		want        int
		shows       string
	}{
		{"one to bring back", say(row("reactivate", "planned", true)), 0, "1 instance: 1 planned.\n"},
		{"one that was not judged", say(row("busy", "deferred", true)), 1, "1 deferred"},
		{"a region not looked at", say(`{"results":[],"errors":[{"regionId":"cn-x","error":{"op":"DescribeInstances","code":"Forbidden.RAM"}}]}`), 1,
			"Not looked at: cn-x: DescribeInstances: Forbidden.RAM\n"},
		{"a balance of the caller's own account, whose number is not known", say(`{"results":[],"balances":[{"available":"5.00","currency":"CNY"}]}`), 0,
			"Balance of account of the function: 5.00 CNY.\n"},
		{"no report", say(`"hello"`), 1, ""},
		{"an error", denied, 1, "DeniedError: grant it\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := asked(t, tt.order); got.status != tt.want || !strings.Contains(got.stdout, tt.shows) {
				t.Errorf("status %d, want %d: %+v", got.status, tt.want, got)
			}
			got := asked(t, tt.order, "-json")
			if got.status != tt.want || strings.Contains(got.stdout, "Not looked") || strings.Contains(got.stdout, "DeniedError: ") {
				t.Errorf("-json: status %d, want %d: %+v", got.status, tt.want, got)
			}
		})
	}
}

// The most urgent instance comes first, for programs too.
func TestStatusJSON(t *testing.T) {
	got := asked(t, say(screens["arrears"]), "-json")
	var doc struct{ Results []struct{ Name string } }
	if err := json.Unmarshal([]byte(got.stdout), &doc); err != nil || strings.Count(got.stdout, "\n") != 1 {
		t.Fatalf("%v: %q", err, got.stdout)
	}
	if len(doc.Results) != 5 || doc.Results[0].Name != "erp-1" || doc.Results[1].Name != "web-4" {
		t.Errorf("got %v: want the most urgent first", doc.Results)
	}
	if got, want := asked(t, denied, "-json").stdout, `{"error":{"type":"DeniedError","message":"grant it"},"results":[]}`+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An answer leaves out what is above 20,000 rows, whatever its urgency. The log has all rows; without it at least the count is right.
func TestStatusOfACutAnswer(t *testing.T) {
	const answer = `{"counts":{"planned":2},"cut":1,"results":[{"instanceId":"i-1","outcome":"planned"}]}`
	order := string(marshal(map[string]any{"answer": json.RawMessage(answer), "log": []string{
		`{"msg":"instance","requestId":"ID","result":{"instanceId":"i-1","outcome":"planned"}}`,
		`{"msg":"instance","requestId":"ID","result":{"instanceId":"i-2","outcome":"planned"}}`,
		`{"msg":"run","requestId":"ID","report":{"counts":{"planned":2},"results":null}}`,
	}}))
	if got := asked(t, order).stdout; !strings.Contains(got, "\ni-2 ") || !strings.Contains(got, "\n2 instances: 2 planned.\n") {
		t.Errorf("with the log:\n%s", got)
	}
	if got := asked(t, say(answer)).stdout; !strings.Contains(got, "\n2 instances: 2 planned.\n") {
		t.Errorf("without the log:\n%s", got)
	}
}

// Looking sends no messages and calls nothing, whatever the variables say.
func TestStatusOnlyLooks(t *testing.T) {
	live(t)
	t.Setenv("REACTIVATE_NOTIFY", "https://robot.invalid/secret")
	t.Setenv("REACTIVATE_DRY_RUN", "false")
	for _, args := range [][]string{{"-v"}, {"-v", "-live"}} {
		got := asked(t, `{"do":"environ"}`, append(args, "-env", "REACTIVATE_NOTIFY=print", "-env", "REACTIVATE_DRY_RUN=false")...)
		if environ := got.stderr; !strings.Contains(environ, `"REACTIVATE_DRY_RUN=true"`) || !strings.Contains(environ, `"REACTIVATE_NOTIFY="`) {
			t.Errorf("%q: the function's variables are\n%s", args, environ)
		}
	}
}

// Status looks in all regions, unless a variable names some. Without -live the caller's own variables do not count.
func TestStatusLooksEverywhere(t *testing.T) {
	live(t)
	for _, tt := range []struct {
		own  string // the caller's variable
		args []string
		want string
	}{
		{"cn-beijing", nil, "*"},
		{"", []string{"-live"}, "*"},
		{"cn-beijing", []string{"-live"}, "cn-beijing"},
		{"cn-beijing", []string{"-live", "-env", "REACTIVATE_REGIONS=cn-shanghai"}, "cn-shanghai"},
	} {
		t.Setenv("REACTIVATE_REGIONS", tt.own)
		got := asked(t, `{"do":"environ"}`, append(tt.args, "-v")...).stderr
		if !strings.Contains(got, `"REACTIVATE_REGIONS=`+tt.want+`"`) {
			t.Errorf("%q with %q: the function has %s, want the regions %s", tt.args, tt.own, got, tt.want)
		}
	}
}
