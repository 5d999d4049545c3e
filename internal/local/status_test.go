package local_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// overdueRows is a report of a sweep, in whose order the least urgent comes first.
func overdueRows() string {
	at := func(days int) string {
		return time.Now().Add(time.Duration(days)*24*time.Hour + 90*time.Minute).UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf(`{"source":"manual","dryRun":true,"regions":["cn-hangzhou"],"counts":{"planned":2,"skipped":1},"results":[
		{"instanceId":"i-6","regionId":"cn-hangzhou","name":"=HYPERLINK(\"http://x.invalid\")","verdict":"reactivate","outcome":"planned","before":"Stopped","after":"Stopped","releaseAt":%q},
		{"instanceId":"i-none","regionId":"cn-hangzhou","name":"plain, name","verdict":"reactivate","outcome":"planned","before":"Stopped","after":"Stopped","releaseAt":""},
		{"instanceId":"i-1","regionId":"cn-hangzhou","name":"-1+1","verdict":"security-locked","outcome":"skipped","before":"Stopped","after":"Stopped","releaseAt":%q,"advice":"@ticket"}]}`, at(6), at(1))
}

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
		{"nothing", `{"results":[]}`, 0, "No overdue instance was found.\n"},
		{"one to bring back", row("reactivate", "planned", true), 0, "1 instance: 1 planned.\n"},
		{"one to leave alone", row("locked", "skipped", true), 0, "1 instance: 1 skipped.\n"},
		{"one that waits for payment", row("reactivate", "awaiting-payment", true), 1, "1 awaiting-payment"},
		{"one that could not be judged", row("reactivate", "deferred", true), 1, "1 deferred"},
		{"one that fell back", row("reactivate", "failed", true), 1, "1 failed"},
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

func TestStatusJSON(t *testing.T) {
	got := asked(t, overdueRows(), "-json")
	var doc struct{ Results []struct{ InstanceID string } }
	if err := json.Unmarshal([]byte(got.stdout), &doc); err != nil || strings.Count(got.stdout, "\n") != 1 {
		t.Fatalf("%v: %q", err, got.stdout)
	}
	var ids []string
	for _, row := range doc.Results {
		ids = append(ids, row.InstanceID)
	}
	if !slices.Equal(ids, []string{"i-1", "i-6", "i-none"}) {
		t.Errorf("got %q: want the most urgent first", ids)
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
