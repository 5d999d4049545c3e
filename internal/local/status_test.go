package local_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// asked runs status in front of a stand-in that answers a sweep so; "" is an error.
func asked(t *testing.T, answer string, args ...string) outcome {
	t.Helper()
	return run(t, "", append([]string{"status", "-env", "SWEEP=" + answer}, args...)...)
}

func TestStatusExitStatus(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         int
		shows        string
	}{
		{"one to bring back", row("reactivate", "planned", true), 0, "1 instance: 1 planned.\n"},
		{"one that waits for payment", row("reactivate", "awaiting-payment", true), 1, "1 awaiting-payment"},
		{"a region not looked at", `{"results":[],"errors":[{"regionId":"cn-x","error":{"op":"DescribeInstances","code":"Forbidden.RAM"}}]}`, 1,
			"Not looked at: cn-x: DescribeInstances: Forbidden.RAM\n"},
		{"no report", `"hello"`, 1, ""},
		{"an error", "", 1, "DeniedError: grant it\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := asked(t, tt.answer); got.status != tt.want || !strings.Contains(got.stdout, tt.shows) {
				t.Errorf("status %d, want %d: %+v", got.status, tt.want, got)
			}
			got := asked(t, tt.answer, "-json")
			if got.status != tt.want || strings.Contains(got.stdout, "Not looked") || strings.Contains(got.stdout, "DeniedError: ") {
				t.Errorf("-json: status %d, want %d: %+v", got.status, tt.want, got)
			}
		})
	}
}

// The most urgent instance comes first, for programs too.
func TestStatusJSON(t *testing.T) {
	got := asked(t, screens["arrears"], "-json")
	var doc struct{ Results []struct{ Name string } }
	if err := json.Unmarshal([]byte(got.stdout), &doc); err != nil || strings.Count(got.stdout, "\n") != 1 {
		t.Fatalf("%v: %q", err, got.stdout)
	}
	if len(doc.Results) != 5 || doc.Results[0].Name != "erp-1" || doc.Results[1].Name != "web-4" {
		t.Errorf("got %v: want the most urgent first", doc.Results)
	}
	if got, want := asked(t, "", "-json").stdout, `{"error":{"type":"DeniedError","message":"grant it"},"results":[]}`+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Looking sends no messages and calls nothing, whatever the variables say.
func TestStatusOnlyLooks(t *testing.T) {
	live(t)
	t.Setenv("REACTIVATE_NOTIFY", "https://robot.invalid/secret")
	t.Setenv("REACTIVATE_DRY_RUN", "false")
	for _, args := range [][]string{{}, {"-live"}} {
		out := file(t, "environ", "")
		asked(t, `{"results":[]}`, append(args, "-env", "ENVIRON="+out, "-env", "REACTIVATE_NOTIFY=print", "-env", "REACTIVATE_DRY_RUN=false")...)
		environ, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(environ); !strings.Contains(got, "\nREACTIVATE_DRY_RUN=true\n") || strings.Contains(got, "REACTIVATE_NOTIFY") {
			t.Errorf("%q: the function's variables are\n%s", args, got)
		}
	}
}

// TestStatusLooksEverywhere unless a variable names the regions. Without -live the caller's own variables do not count.
func TestStatusLooksEverywhere(t *testing.T) {
	live(t)
	for _, tt := range []struct {
		own  string // the caller's variable
		args []string
		want string
	}{
		{"", nil, "*"},
		{"", []string{"-live"}, "*"},
		{"cn-beijing", nil, "*"},
		{"cn-beijing", []string{"-live"}, "cn-beijing"},
		{"cn-beijing", []string{"-live", "-env", "REACTIVATE_REGIONS=cn-shanghai"}, "cn-shanghai"},
		{"", []string{"-env", "REACTIVATE_REGIONS=cn-shanghai"}, "cn-shanghai"},
	} {
		t.Setenv("REACTIVATE_REGIONS", tt.own)
		out := file(t, "environ", "")
		asked(t, `{"results":[]}`, append([]string{"-env", "ENVIRON=" + out}, tt.args...)...)
		environ, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if got := regexp.MustCompile(`(?m)^REACTIVATE_REGIONS=(.*)$`).FindStringSubmatch(string(environ)); len(got) != 2 || got[1] != tt.want {
			t.Errorf("%q with %q: the function has the regions %q, want %s", tt.args, tt.own, got, tt.want)
		}
	}
}
