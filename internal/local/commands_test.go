package local_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reactivate/internal/fakecloud"
	"reactivate/internal/local"
	"reactivate/internal/wording"
)

func TestHelp(t *testing.T) {
	for name, usage := range local.Usages(wording.English) {
		for _, args := range [][]string{{"help", name}, {name, "-h"}, {name, "--help"}} {
			if got := run(t, "", args...); got.status != 0 || got.stdout != usage || got.stderr != "" {
				t.Errorf("%q: status %d, stderr %q\n%s", args, got.status, got.stderr, got.stdout)
			}
		}
	}
}

// A usage text explains each flag of its command, but for -v where the function does not run, and each line fits a terminal.
func TestUsagesAndFlagsAgree(t *testing.T) {
	flags := regexp.MustCompile(`(?m)^  -([a-z]+)`)
	for name, usage := range local.Usages(wording.English) {
		var explained []string
		for _, m := range flags.FindAllStringSubmatch(usage, -1) {
			if m[1] != "v" {
				explained = append(explained, m[1])
			}
		}
		slices.Sort(explained)
		if want := slices.DeleteFunc(local.Flags(name), func(flag string) bool { return flag == "v" }); !slices.Equal(explained, want) {
			t.Errorf("%s explains %q, want %q", name, explained, want)
		}
		for line := range strings.Lines(usage) {
			if columns := len(line) - 1; columns > 80 {
				t.Errorf("%s: a line of %d columns: %s", name, columns, line)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	want := regexp.MustCompile(`^reactivate v1\.2\.3, commit abcdef0, go\S+ \S+/\S+\n$`)
	for _, arg := range []string{"version", "-version", "--version"} {
		if got := run(t, "", arg); got.status != 0 || !want.MatchString(got.stdout) {
			t.Errorf("%s: status %d, %q, want %s", arg, got.status, got.stdout, want)
		}
	}
	var b strings.Builder
	local.Main(t.Context(), local.Build{}, []string{"version"}, nil, &b, &b)
	if !strings.HasPrefix(b.String(), "reactivate dev, go") {
		t.Errorf("without a stamp: %q", &b)
	}
}

func TestFakeCloud(t *testing.T) {
	s := launch(t, "fake-cloud", "-addr", "127.0.0.1:0")
	got := call(t, "POST", s.url+"/?Action=DescribeRegions&Version=2014-05-26", "", "")
	if got.status < 400 || !strings.Contains(got.body, "RequestId") {
		t.Errorf("an unsigned call: %+v, want a refusal in the form of ECS", got)
	}
	if status := s.stop(); status != 0 {
		t.Errorf("status %d, want 0", status)
	}
	for _, want := range []string{"fakeAccessKeyId", "fakeAccessKeySecret", "fakeSecurityToken", s.url, "the built-in demo fleet", "--mode StsToken"} {
		if !strings.Contains(s.stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, s.stdout)
		}
	}
	fleet := file(t, "fleet.json", `{"accounts":[{"id":"4567890123456789","accessKeys":[{"id":"k","secret":"s"}]}]}`)
	s = launch(t, "fake-cloud", "-addr", "[::1]:0", "-fleet", fleet)
	s.stop()
	for _, want := range []string{fleet, "--mode AK", "security token      (none)"} {
		if !strings.Contains(s.stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, s.stdout)
		}
	}
}

// The account of a fleet that names none is written down in this package too.
func TestDefaultAccount(t *testing.T) {
	fleet, err := fakecloud.ParseFleet([]byte(`{"instances":[{"id":"i-bp1web00000000000001","region":"cn-hangzhou"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := fakecloud.New(fleet)
	if err != nil {
		t.Fatal(err)
	}
	want := cloud.Instances()[0].AccountID
	if got := surroundingOf(t, "-fleet", file(t, "f.json", `{}`)).Account; got != want {
		t.Errorf("account %s, want %s", got, want)
	}
}

func TestDoctor(t *testing.T) {
	const well = `{"requestId":"r","checks":[{"name":"credentials","status":"ok","detail":"present"},
		{"name":"tag policy","status":"warning","detail":"no tag","remedy":"set REACTIVATE_INCLUDE_TAGS"}`
	const ill = well + `,{"name":"region","status":"failed","detail":"denied\u001b[2J","remedy":"grant ecs:DescribeInstances"}]}`
	for _, tt := range []struct {
		name, checks string
		status       int
		want         string
	}{
		{"well", well + `]}`, 0, `ok       credentials  present
warning  tag policy   no tag
                      → set REACTIVATE_INCLUDE_TAGS

1 ok, 1 with a warning, 0 failed
`},
		{"ill", ill, 1, `ok       credentials  present
warning  tag policy   no tag
                      → set REACTIVATE_INCLUDE_TAGS
failed   region       denied[2J
                      → grant ecs:DescribeInstances

1 ok, 1 with a warning, 1 failed
`},
		{"an unknown status", `{"checks":[{"name":"a","status":"odd"}]}`, 1, "odd  a\n\n0 ok, 0 with a warning, 1 failed\n"},
		{"no checks", `{"checks":[]}`, 1, ""},
		{"another answer", `"hello"`, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := "CHECKS=" + tt.checks
			if got := run(t, "", "doctor", "-env", env); got.status != tt.status || got.stdout != tt.want {
				t.Errorf("status %d, want %d\n%s\nwant\n%s", got.status, tt.status, got.stdout, tt.want)
			}
			got := run(t, "", "doctor", "-env", env, "-json")
			if got.status != tt.status || !json.Valid([]byte(got.stdout)) || strings.Count(got.stdout, "\n") != 1 {
				t.Errorf("-json: status %d, %q", got.status, got.stdout)
			}
		})
	}
}

func live(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI-mine", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "mine", "ALIBABA_CLOUD_SECURITY_TOKEN": "sts",
		"ALIBABA_CLOUD_REGION_ID": "", "ALIBABA_CLOUD_ACCOUNT_ID": "1111", "REACTIVATE_REGIONS": "cn-beijing,cn-shanghai",
		"REACTIVATE_ENDPOINT": "http://127.0.0.1:1", "HTTPS_PROXY": "http://proxy.invalid:8080", "SSL_CERT_FILE": "/certs.pem", "DEBUG": "tea",
	} {
		t.Setenv(name, value)
	}
	for _, name := range []string{"SSL_CERT_DIR"} {
		t.Setenv(name, "") // so that it is put back in the end
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLiveEnvironment(t *testing.T) {
	live(t)
	creds := []string{"ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI-mine", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=mine", "ALIBABA_CLOUD_SECURITY_TOKEN=sts"}
	for _, tt := range []struct {
		name string
		args []string
		want []string
	}{
		{"a dry run", []string{"-live"}, []string{"LOCAL_COMMAND=1", "REACTIVATE_DRY_RUN=true", "REACTIVATE_REGIONS=cn-beijing,cn-shanghai"}},
		{"a dry run whatever is said", []string{"-live", "-env", "REACTIVATE_DRY_RUN=false"}, []string{"LOCAL_COMMAND=1", "REACTIVATE_DRY_RUN=true", "REACTIVATE_REGIONS=cn-beijing,cn-shanghai"}},
		{"for real", []string{"-live", "-yes"}, []string{"LOCAL_COMMAND=1", "REACTIVATE_REGIONS=cn-beijing,cn-shanghai"}},
		{"for real, with variables", []string{"-live", "-yes", "-env", "REACTIVATE_REGIONS=*", "-env", "REACTIVATE_ENDPOINT=http://127.0.0.1:2"},
			[]string{"LOCAL_COMMAND=1", "REACTIVATE_ENDPOINT=http://127.0.0.1:2", "REACTIVATE_REGIONS=*"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := surroundingOf(t, tt.args...)
			if want := append(append(slices.Clone(creds), tt.want...), "SSL_CERT_FILE=/certs.pem"); !slices.Equal(got.Environ, want) {
				t.Errorf("environment %q, want %q", got.Environ, want)
			}
			if got.Key != "LTAI-mine" || got.Secret != "mine" || got.Token != "sts" || got.Account != "1111" || got.Timeout != "1800" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestLiveRegion(t *testing.T) {
	live(t)
	for _, tt := range []struct{ region, regions, want string }{
		{"cn-shenzhen", "cn-beijing", "cn-shenzhen"},
		{"", "cn-beijing,cn-shanghai", "cn-beijing"},
		{"", "*", "cn-hangzhou"},
		{"", "", "cn-hangzhou"},
		{"evil.example.com/", "", ""},
		{"", "evil.example.com", ""},
		{"cn-" + strings.Repeat("x", 30), "", ""},
	} {
		t.Setenv("ALIBABA_CLOUD_REGION_ID", tt.region)
		t.Setenv("REACTIVATE_REGIONS", tt.regions)
		got := run(t, `{"do":"environ"}`, "invoke", "-live", "-json", "-")
		var s surrounding
		if err := json.Unmarshal([]byte(got.stdout), &s); (err == nil) != (got.status != 2) || s.Region != tt.want {
			t.Errorf("%+v: region %q of %+v", tt, s.Region, got)
		}
	}
}

func TestLiveSaysWhatAndWhere(t *testing.T) {
	live(t)
	rows := func(outcomes ...string) string {
		var list []string
		for i, outcome := range outcomes {
			list = append(list, fmt.Sprintf(`{"instanceId":"i-%d","accountId":"1234","outcome":"%s"}`, i, outcome))
		}
		return say(`{"results":[` + strings.Join(list, ",") + `]}`)
	}
	for _, tt := range []struct {
		name, event string
		args        []string
		want        string
	}{
		{"planned", rows("planned", "skipped", "planned"), nil,
			"Dry run on account 1234: nothing was changed; 2 instances would be reactivated. Add -yes to do it.\n"},
		{"nothing planned", say(`{"results":[]}`), nil,
			"Dry run on the account of your access key: nothing was changed; 0 instances would be reactivated.\n"},
		{"done", rows("reactivated", "accepted", "failed", "recovered"), []string{"-yes"},
			"Done on account 1234: 1 instance reactivated, 1 accepted and not seen running yet, 1 not done.\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, tt.event, append([]string{"invoke", "-live", "-"}, tt.args...)...)
			if !strings.HasSuffix(got.stdout, "\n"+tt.want) {
				t.Errorf("got\n%s\nwant %s", got.stdout, tt.want)
			}
			if all := got.stdout + got.stderr; strings.Contains(all, "mine") || strings.Contains(all, "sts") {
				t.Errorf("a key is shown: %s", all)
			}
			got = run(t, tt.event, append([]string{"invoke", "-live", "-json", "-"}, tt.args...)...)
			if strings.Count(got.stdout, "\n") != 1 || !strings.HasSuffix(got.stderr, tt.want) {
				t.Errorf("-json: stdout %q, stderr %q", got.stdout, got.stderr)
			}
		})
	}
}

// An instance that a second event finds running was still reactivated.
func TestLiveCountsAnInstanceOnce(t *testing.T) {
	live(t)
	event := func(outcome string) string {
		return file(t, outcome, say(`{"results":[{"instanceId":"i-1","accountId":"1234","outcome":"`+outcome+`"}]}`))
	}
	got := run(t, "", "invoke", "-live", "-yes", event("deferred"), event("reactivated"), event("skipped"))
	if want := "Done on account 1234: 1 instance reactivated, 0 accepted and not seen running yet, 0 not done.\n"; !strings.HasSuffix(got.stdout, want) {
		t.Errorf("got\n%s\nwant at its end %s", got.stdout, want)
	}
}

func TestLiveRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"no key":       {"ALIBABA_CLOUD_ACCESS_KEY_ID", ""},
		"no secret":    {"ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""},
		"a torn token": {"ALIBABA_CLOUD_SECURITY_TOKEN", "sts\nmine"},
		"an account":   {"ALIBABA_CLOUD_ACCOUNT_ID", "mine"},
		"a region":     {"ALIBABA_CLOUD_REGION_ID", "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			live(t)
			t.Setenv(change[0], change[1])
			got := run(t, say(`1`), "invoke", "-live", "-")
			first, _, _ := strings.Cut(got.stderr, "\n")
			if got.status != 2 || !strings.Contains(first, change[0]) || strings.Contains(first, "mine") || got.stdout != "" {
				t.Errorf("status %d, stderr %q", got.status, first)
			}
		})
	}
}
