package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"reactivate/internal/aliyun"
	"reactivate/internal/local"
)

// known returns the commands, or the flags without -v, that the error of wrong usage lists.
func known(t *testing.T, args ...string) []string {
	t.Helper()
	_, list, _ := strings.Cut(run(t, "", args...).stderr, ", only ")
	list, _, _ = strings.Cut(list, ";")
	return slices.DeleteFunc(strings.Split(list, ", "), func(name string) bool { return name == "-v" })
}

// A usage text explains each flag of its command, except -v in some of them, and each line fits a terminal.
func TestHelp(t *testing.T) {
	flag := regexp.MustCompile(`(?m)^  (-[a-z]+)`)
	for _, command := range known(t, "nonsense") {
		for _, args := range [][]string{{"help", command}, {command, "-h"}, {command, "--help"}, {"help", command, "-lang", "zh"}} {
			got := run(t, "", args...)
			var explained []string
			for _, m := range flag.FindAllStringSubmatch(got.stdout, -1) {
				if m[1] != "-v" {
					explained = append(explained, m[1])
				}
			}
			slices.Sort(explained)
			if want := known(t, command, "-nonsense"); got.status != 0 || got.stderr != "" || !slices.Equal(explained, want) {
				t.Errorf("%q: status %d, stderr %q; it explains %q, want %q", args, got.status, got.stderr, explained, want)
			}
			for line := range strings.Lines(got.stdout) {
				if w := local.Width(strings.TrimSuffix(line, "\n")); w > 80 {
					t.Errorf("%q: a line of %d columns: %s", args, w, line)
				}
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
}

func TestDoctor(t *testing.T) {
	for _, tt := range []struct {
		name, checks string
		want         string
	}{
		{"an unknown status", `{"checks":[{"name":"a","status":"odd"}]}`, "odd  a:\n\n0 ok, 0 with a warning, 1 failed\n"},
		{"no checks", `{"checks":[]}`, ""},
		{"another answer", `"hello"`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := "ORDER=" + say(tt.checks)
			if got := run(t, "", "doctor", "-env", env); got.status != 1 || got.stdout != tt.want {
				t.Errorf("status %d, want 1\n%s\nwant\n%s", got.status, got.stdout, tt.want)
			}
		})
	}
}

func live(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI-mine", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "mine", "ALIBABA_CLOUD_SECURITY_TOKEN": "sts",
		"ALIBABA_CLOUD_REGION_ID": "", "ALIBABA_CLOUD_ACCOUNT_ID": "1111", "REACTIVATE_REGIONS": "cn-beijing,cn-shanghai",
		"REACTIVATE_ENDPOINT": "http://127.0.0.1:1", "SSL_CERT_DIR": "/certs", "HTTPS_PROXY": "http://proxy.invalid:8080", "SSL_CERT_FILE": "/certs.pem", "DEBUG": "tea",
	} {
		t.Setenv(name, value)
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
		{"a dry run whatever is said", []string{"-live", "-env", "REACTIVATE_DRY_RUN=false"}, []string{"LOCAL_COMMAND=1", "REACTIVATE_DRY_RUN=true", "REACTIVATE_REGIONS=cn-beijing,cn-shanghai"}},
		{"for real", []string{"-live", "-yes"}, []string{"LOCAL_COMMAND=1", "REACTIVATE_REGIONS=cn-beijing,cn-shanghai"}},
		{"for real, with variables", []string{"-live", "-yes", "-env", "REACTIVATE_REGIONS=*", "-env", "REACTIVATE_ENDPOINT=http://127.0.0.1:2"},
			[]string{"LOCAL_COMMAND=1", "REACTIVATE_ENDPOINT=http://127.0.0.1:2", "REACTIVATE_REGIONS=*"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := surroundingOf(t, tt.args...)
			if want := append(append(slices.Clone(creds), tt.want...), "SSL_CERT_DIR=/certs", "SSL_CERT_FILE=/certs.pem"); !slices.Equal(got.Environ, want) {
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

// With -json the summary is on stderr.
func TestLiveTellsWhatWasDone(t *testing.T) {
	live(t)
	got := run(t, say(`{"counts":{"reactivated":1},"results":[{"instanceId":"i-1","accountId":"1234","outcome":"reactivated"}]}`), "invoke", "-live", "-yes", "-json", "-")
	if want := "\nDone on account 1234: 1 instance reactivated, 0 accepted and not seen running yet, 0 not done.\n"; got.stderr != want {
		t.Errorf("got\n%s\nwant %s", got.stderr, want)
	}
}

// What was called before an interrupt is not undone, so the caller is sent to look.
func TestAnInterruptedLiveRunSaysWhereToLook(t *testing.T) {
	live(t)
	addr, there, _ := await(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { <-there; cancel() }()
	var stderr bytes.Buffer
	args := []string{"invoke", "-live", "-yes", "-env", "TEST_ADDR=" + addr, "-"}
	status := local.Main(ctx, build, args, strings.NewReader(`{"do":"hang"}`), io.Discard, &stderr)
	if got := stderr.String(); status != 130 || !strings.Contains(got, "reactivate status -live") {
		t.Errorf("status %d, stderr %q", status, got)
	}
}

// Whoever interrupts the question whose keys these are is not asked to answer it.
func TestAnInterruptBeforeALiveRun(t *testing.T) {
	live(t)
	t.Setenv("ALIBABA_CLOUD_ACCOUNT_ID", "")
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	program := build
	program.Cloud = func([]string) (*aliyun.Cloud, error) {
		return aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL}), nil
	}
	var stderr bytes.Buffer
	status := local.Main(ctx, program, []string{"status", "-live"}, strings.NewReader(""), io.Discard, &stderr)
	if got := stderr.String(); status != 130 || got != "reactivate status: interrupted\n" {
		t.Errorf("status %d, stderr %q", status, got)
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

// han tells whether a text has Chinese in it.
func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// The language is that of the flag, else of the function's variable, else of the caller's variable, else of the locale.
func TestWhoSaysWhichLanguage(t *testing.T) {
	const answer = `{"do":"environ"}`
	for _, tt := range []struct {
		name     string
		environ  []string
		args     []string
		chinese  bool
		function string // its REACTIVATE_LANG; "" for none
	}{
		{"nobody", nil, nil, false, ""},
		{"the locale", []string{"LANG=zh_CN.UTF-8"}, nil, true, "zh"},
		{"one part of the locale before another", []string{"LANG=en_US.UTF-8", "LC_MESSAGES=zh_TW"}, nil, true, "zh"},
		{"all of the locale before a part", []string{"LANG=zh_CN.UTF-8", "LC_MESSAGES=zh_CN.UTF-8", "LC_ALL=C"}, nil, false, ""},
		{"the caller's variable before the locale", []string{"LANG=zh_CN.UTF-8", "REACTIVATE_LANG=en"}, nil, false, ""},
		{"the function's variable before the caller's", []string{"REACTIVATE_LANG=en"}, []string{"-env", "REACTIVATE_LANG=zh"}, true, "zh"},
		{"the flag before all", []string{"LANG=zh_CN.UTF-8"}, []string{"-env", "REACTIVATE_LANG=zh", "-lang", "en"}, false, "en"},
		{"what is no language is the function's to refuse", []string{"LANG=zh_CN.UTF-8"}, []string{"-env", "REACTIVATE_LANG=fr"}, true, "fr"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, entry := range tt.environ {
				name, value, _ := strings.Cut(entry, "=")
				t.Setenv(name, value)
			}
			event := file(t, "event.json", answer)
			if got := run(t, "", append([]string{"invoke", event}, tt.args...)...); han(got.stdout) != tt.chinese {
				t.Errorf("%q, want Chinese: %t", got.stdout, tt.chinese)
			}
			if got := run(t, "", append([]string{"invoke", "-nonsense", event}, tt.args...)...); len(tt.args) == 0 && han(got.stderr) != tt.chinese {
				t.Errorf("%q, want Chinese: %t", got.stderr, tt.chinese)
			}
			got := run(t, "", append([]string{"invoke", "-json", event}, tt.args...)...).stdout
			if want := `"REACTIVATE_LANG=` + tt.function + `"`; strings.Contains(got, "REACTIVATE_LANG") != (tt.function != "") || tt.function != "" && !strings.Contains(got, want) {
				t.Errorf("the function has %s, want %q", got, tt.function)
			}
		})
	}
}
