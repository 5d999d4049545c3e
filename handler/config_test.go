package handler_test

import (
	"cmp"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/handler"
	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// defaults is the configuration of an environment without any of our variables.
func defaults() handler.Config {
	return handler.Config{
		Policy: reactivate.Policy{
			Regions: []string{}, Grace: 10 * time.Minute, Wait: 10 * time.Minute, Concurrency: 16, Attempts: 5,
		},
		HTTP:     handler.HTTPAuth{Mode: "deny"},
		NotifyOn: notify.Changes,
	}
}

func TestParseConfigDefaults(t *testing.T) {
	for _, environ := range [][]string{nil, {"PATH=/bin", "FC_REGION=cn-hangzhou", "reactivate_wait=soon", "XREACTIVATE_WAIT=soon"}} {
		got, err := handler.ParseConfig(environ)
		if err != nil || !reflect.DeepEqual(got, defaults()) {
			t.Errorf("%q: got %+v, %v, want the defaults", environ, got, err)
		}
	}
}

// variables are all variables, each with a valid value that is not its default.
var variables = []struct {
	name, value string
	want        func(c *handler.Config)
}{
	{"REACTIVATE_REGIONS", "cn-hangzhou, cn-beijing,cn-hangzhou", func(c *handler.Config) { c.Policy.Regions = []string{"cn-hangzhou", "cn-beijing"} }},
	{"REACTIVATE_REGIONS", "*", func(c *handler.Config) { c.Policy.Regions = nil }},
	{"REACTIVATE_ROLES", "acs:ram::1:role/a,acs:ram::2:role/b,!1,!1", func(c *handler.Config) {
		c.Watch = handler.Watch{Roles: []aliyun.Role{{ARN: "acs:ram::2:role/b", AccountID: "2"}}, Except: []string{"1", "1"}}
	}},
	{"REACTIVATE_ROLES", "!9, fd-bVaRIG0001:role/a,acs:ram::1:role/b, *:role/c,fd-x:role/d.e@f_g-h,!8", func(c *handler.Config) {
		c.Watch = handler.Watch{
			Roles:     []aliyun.Role{{ARN: "acs:ram::1:role/b", AccountID: "1"}},
			Directory: []handler.DirectoryRole{{Folder: "fd-bVaRIG0001", Name: "a"}, {Name: "c"}, {Folder: "fd-x", Name: "d.e@f_g-h"}},
			Except:    []string{"9", "8"},
		}
	}},
	{"REACTIVATE_DRY_RUN", "true", func(c *handler.Config) { c.Policy.DryRun = true }},
	{"REACTIVATE_INCLUDE_TAGS", ` env = prod , team ,note= a=b ,empty= , 部门:产品 = 值 `, func(c *handler.Config) {
		c.Policy.IncludeTags = []cloud.Tag{
			{Key: "env", Value: "prod"}, {Key: "team", AnyValue: true}, {Key: "note", Value: "a=b"}, {Key: "empty"}, {Key: "部门:产品", Value: "值"},
		}
	}},
	{"REACTIVATE_EXCLUDE_TAGS", `note=call (020\, 21);on,cost centre=a\b,acs:autoscaling:scalingGroupId`, func(c *handler.Config) {
		c.Policy.ExcludeTags = []cloud.Tag{
			{Key: "note", Value: "call (020, 21);on"}, {Key: "cost centre", Value: `a\b`}, {Key: "acs:autoscaling:scalingGroupId", AnyValue: true},
		}
	}},
	{"REACTIVATE_REGIONS", " * , !cn-beijing,!cn-nanjing", func(c *handler.Config) {
		c.Policy.Regions, c.ExceptRegions = nil, []string{"cn-beijing", "cn-nanjing"}
	}},
	{"REACTIVATE_MAX_INSTANCES", "7", func(c *handler.Config) { c.Policy.Cap = 7 }},
	{"REACTIVATE_GRACE", "0s", func(c *handler.Config) { c.Policy.Grace = 0 }},
	{"REACTIVATE_WAIT", " 24h ", func(c *handler.Config) { c.Policy.Wait = 24 * time.Hour }},
	{"REACTIVATE_CONCURRENCY", "128", func(c *handler.Config) { c.Policy.Concurrency = 128 }},
	{"REACTIVATE_ATTEMPTS", "1", func(c *handler.Config) { c.Policy.Attempts = 1 }},
	{"REACTIVATE_MAX_QPS", "3", func(c *handler.Config) { c.Policy.MaxQPS = 3 }},
	{"REACTIVATE_NETWORK", "vpc", func(c *handler.Config) { c.Endpoint.VPC = true }},
	{"REACTIVATE_NETWORK", "public", func(*handler.Config) {}},
	{"REACTIVATE_HTTP_AUTH", "platform", func(c *handler.Config) { c.HTTP.Mode = "platform" }},
	{"REACTIVATE_HTTP_TOKEN", "0123456789abcdef,fedcba9876543210", func(c *handler.Config) { c.HTTP.Tokens = []string{"0123456789abcdef", "fedcba9876543210"} }},
	{"REACTIVATE_NOTIFY", "print, cloudmonitor", func(c *handler.Config) {
		c.Notify = []notify.Target{{Kind: notify.Print, Name: "print"}, {Kind: notify.CloudMonitor, Name: "cloudmonitor"}}
	}},
	{"REACTIVATE_NOTIFY_ON", "problems", func(c *handler.Config) { c.NotifyOn = notify.Problems }},
	{"REACTIVATE_LINK", "https://sls.console.aliyun.com/lognext/project/p/dashboard/d?slsRegion=cn-hangzhou&x=(1)#a", func(c *handler.Config) {
		c.Link = "https://sls.console.aliyun.com/lognext/project/p/dashboard/d?slsRegion=cn-hangzhou&x=(1)#a"
	}},
	{"REACTIVATE_LANG", "zh", func(c *handler.Config) { c.Lang = wording.Chinese }},
	{"REACTIVATE_BALANCE_FLOOR", " 1,500.50 ", func(c *handler.Config) { c.Policy.BalanceFloor = "1,500.50" }},
	{"REACTIVATE_LOG_LEVEL", "debug", func(c *handler.Config) { c.LogLevel = slog.LevelDebug }},
	{"REACTIVATE_ENDPOINT", "http://127.0.0.1:8080/", func(c *handler.Config) { c.Endpoint.Loopback = "http://127.0.0.1:8080" }},
	{"REACTIVATE_ENDPOINT", "HTTP://127.255.255.254:65535", func(c *handler.Config) { c.Endpoint.Loopback = "http://127.255.255.254:65535" }},
	{"REACTIVATE_ENDPOINT", "https://[::1]:8443/", func(c *handler.Config) { c.Endpoint.Loopback = "https://[::1]:8443" }},
	{"REACTIVATE_ENDPOINT", "http://localhost", func(c *handler.Config) { c.Endpoint.Loopback = "http://localhost" }},
}

func TestParseConfigReadsEachVariable(t *testing.T) {
	for _, tt := range variables {
		want := defaults()
		tt.want(&want)
		got, err := handler.ParseConfig([]string{tt.name + "=" + tt.value})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s=%s: got %+v, %v, want %+v", tt.name, tt.value, got, err, want)
		}
	}
}

func TestParseConfigTakesEmptyForTheDefault(t *testing.T) {
	for _, tt := range variables {
		for _, empty := range []string{tt.name, tt.name + "=", tt.name + "= \t"} {
			if got, err := handler.ParseConfig([]string{empty}); err != nil || !reflect.DeepEqual(got, defaults()) {
				t.Errorf("%q: got %+v, %v, want the defaults", empty, got, err)
			}
		}
	}
}

// problems are what is wrong with a value. The configuration is then as if the value were not there.
func problems(t *testing.T, entry string) []string {
	t.Helper()
	got, err := handler.ParseConfig([]string{entry})
	wrong, ok := errors.AsType[*handler.ConfigError](err)
	if !ok {
		t.Errorf("%q: got %v, want a ConfigError", entry, err)
		return nil
	}
	if got.HTTP.Wrong = false; !reflect.DeepEqual(got, defaults()) {
		t.Errorf("%q: got %+v, want the defaults beside the error", entry, got)
	}
	return wrong.Problems
}

func TestParseConfigNamesWhatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		name    string
		problem wording.Words
		values  []string
	}{
		{"REACTIVATE_REGIONS", wording.NotARegion, []string{"Hangzhou", "cn-hangzhou,", ",", "cn-hangzhou,*", "cn-hangzhou cn-beijing", "evil.invalid/?cn-hangzhou", "!cn-hangzhou", "*,!", "*,!Hangzhou", "*,cn-hangzhou,!cn-beijing", "cn-hangzhou,!cn-hangzhou", "cn-" + strings.Repeat("a", 40)}},
		{"REACTIVATE_BALANCE_FLOOR", wording.NotAnAmount, []string{"low", "1e3", "200 CNY", "1,50", "."}},
		{"REACTIVATE_DRY_RUN", wording.NotABoolean, []string{"yes", "on", "2", "tru"}},
		{"REACTIVATE_INCLUDE_TAGS", wording.TagWithoutKey, []string{"=prod", "env=prod,", ","}},
		{"REACTIVATE_EXCLUDE_TAGS", wording.TagWithoutKey, []string{"=prod", "a,,b", " = prod", "a, ,b"}},
		{"REACTIVATE_EXCLUDE_TAGS", wording.NotATagKey, []string{"note=call me (020,21);on", `note=(020\\,21),22);on`, "a*b", "team|x=1", `a\,b=1`, "a\tb", "#x"}},
		{"REACTIVATE_INCLUDE_TAGS", wording.NotFilledIn, []string{"env=${env}", "env=a-${env}-b", "${key}=prod", "env=prod,{{tags}}", "a=<value>", "env=undefined", "env = Null", "null=x"}},
		{"REACTIVATE_MAX_INSTANCES", wording.NotInRange.With(0, 1000000), []string{"-1", "1000001", "ten", "1.5", "0x10", "99999999999999999999"}},
		{"REACTIVATE_GRACE", wording.NotADuration, []string{"soon", "10", "-1s", "24h1s", "1d"}},
		{"REACTIVATE_WAIT", wording.NotADuration, []string{"soon", "10", "-1s", "999999h"}},
		{"REACTIVATE_CONCURRENCY", wording.NotInRange.With(1, 128), []string{"0", "129", "many"}},
		{"REACTIVATE_ATTEMPTS", wording.NotInRange.With(1, 100), []string{"0", "101", "-5"}},
		{"REACTIVATE_MAX_QPS", wording.NotInRange.With(0, 10000), []string{"-1", "10001", "0.5"}},
		{"REACTIVATE_NETWORK", wording.NotANetwork, []string{"internet", "VPC", "vpc,public"}},
		{"REACTIVATE_HTTP_AUTH", wording.NotAnAuth, []string{"none", "anonymous", "Token", "token,platform"}},
		{"REACTIVATE_HTTP_TOKEN", wording.ShortToken.With(16), []string{"short-15-letter", "короткий", "0123456789abcdef,", "0123456789abcdef,0123"}},
		{"REACTIVATE_LOG_LEVEL", wording.NotALogLevel, []string{"trace", "INFO", "-4"}},
		{"REACTIVATE_NOTIFY_ON", wording.NotAnOccasion, []string{"never", "Always", "changes,problems"}},
		{"REACTIVATE_LANG", wording.NotALanguage, []string{"de", "ZH", "zh-CN", "en,zh"}},
		{"REACTIVATE_LINK", wording.NotALink, []string{
			"http://dashboard.invalid/", "dashboard.invalid", "https://", "https:///path", "https://user@dashboard.invalid/", "https://dashboard.invalid/a b",
			"https://dashboard.invalid/<x>", "https://dashboard.invalid/${link}", "https://仪表盘.invalid/", "javascript:alert(1)",
		}},
		{"REACTIVATE_ENDPOINT", wording.NotLoopback, []string{
			// hosts that merely begin, end or read like one
			"http://127.0.0.1.evil.invalid", "http://localhost.evil.invalid", "http://evil.invalid/127.0.0.1",
			"http://localhost.", "http://127.0.0.1.", "http://sub.localhost", "http://localhost.localdomain",
			"http://LOCALHOST", "http://ip6-localhost", "http://127-0-0-1.evil.invalid", "http://evil.invalid:80",
			"http://xn--localhost-.invalid", "http://localhost%2eevil.invalid", "http://locаlhost", // a Cyrillic a
			// users, who hide the host
			"http://user@127.0.0.1", "http://user:pass@127.0.0.1", "http://127.0.0.1@evil.invalid", "http://127.0.0.1:80@evil.invalid", "http://@127.0.0.1",
			`http://127.0.0.1\@evil.invalid`, "http://evil.invalid#@127.0.0.1", "http://evil.invalid?@127.0.0.1", "http://127.0.0.1#evil",
			// paths and queries
			"http://127.0.0.1/path", "http://127.0.0.1//evil.invalid", "http://127.0.0.1/?", "http://127.0.0.1?a=b", "http://localhost/..",
			// other spellings of addresses, which each resolver reads in its own way
			"http://127.1", "http://0177.0.0.1", "http://0x7f.0.0.1", "http://2130706433", "http://0x7f000001", "http://127.0.0.01", "http://127.0.0.256",
			// other addresses
			"http://0.0.0.0", "http://[::]", "http://0", "http://10.0.0.1", "http://100.100.100.200", "http://169.254.169.254", "http://128.0.0.1",
			"http://[::2]", "http://[fe80::1]", "http://[::1%25eth0]", "http://[::1%eth0]", "http://[127.0.0.1]", "http://::1", "http://[::1].evil.invalid", "http://[::1",
			// ports
			"http://127.0.0.1:0", "http://127.0.0.1:65536", "http://127.0.0.1:-1", "http://127.0.0.1:http", "http://127.0.0.1:80:80", "http://localhost:+80",
			// schemes, or none
			"ftp://127.0.0.1", "file:///127.0.0.1", "//127.0.0.1", "127.0.0.1", "127.0.0.1:80", "localhost", "localhost:80", "http:127.0.0.1", "http:/127.0.0.1",
			// no host, and no URL
			"http://", "https://:80", "http:///", "http", "http://127.0.0.1\r\nHost: evil.invalid", "http://127.0.0.1\x00", "http://127.0.0.1 evil.invalid", "http://127.0.0.1,http://127.0.0.1", "%",
		}},
		{"REACTIVATE_COLOUR", wording.NotAVariable, []string{"blue", ""}},
		{"REACTIVATE_dry_run", wording.NotAVariable, []string{"true"}},
	} {
		for _, value := range tt.values {
			got, want := problems(t, tt.name+"="+value), []string{tt.name + " " + tt.problem.In(wording.English)}
			if !slices.Equal(got, want) {
				t.Errorf("%s=%s: got %q, want %q", tt.name, value, got, want)
			}
		}
	}
}

// TestParseConfigTakesNoPlaceholder: a placeholder that nobody filled in is refused in every variable.
func TestParseConfigTakesNoPlaceholder(t *testing.T) {
	placeholders := []string{"${vars.name}", "${{ secrets.NAME }}", "{{ name }}", "<your value goes here>", "null", "undefined", "Null"}
	for name, first := range map[string]string{ // and what may stand before it in a list
		"REACTIVATE_REGIONS": "cn-hangzhou, ", "REACTIVATE_ROLES": watchedRole + ",", "REACTIVATE_INCLUDE_TAGS": "env=prod, ", "REACTIVATE_EXCLUDE_TAGS": "keep,",
		"REACTIVATE_HTTP_TOKEN": "0123456789abcdef, ", "REACTIVATE_NOTIFY": "print,", "REACTIVATE_LINK": "", "REACTIVATE_DRY_RUN": "", "REACTIVATE_BALANCE_FLOOR": "",
	} {
		values := slices.Clone(placeholders)
		for _, value := range placeholders {
			values = append(values, first+value)
		}
		if name == "REACTIVATE_NOTIFY" {
			values = append(values, "https://oapi.dingtalk.com/robot/send?access_token=${token}", "webhook=https://{{ host }}/x", "https://x.invalid/<key>")
		}
		for _, value := range values {
			if got, want := problems(t, name+"="+value), []string{name + " " + wording.NotFilledIn.EN}; !slices.Equal(got, want) {
				t.Errorf("%s=%s: got %q, want %q", name, value, got, want)
			}
		}
	}
	if _, err := handler.ParseConfig([]string{"REACTIVATE_HTTP_TOKEN=a<random>token{with}signs$"}); err != nil {
		t.Errorf("a token of all sorts of signs: got %v", err)
	}
}

func TestParseConfigWantsATokenForTokens(t *testing.T) {
	_, err := handler.ParseConfig([]string{"REACTIVATE_HTTP_AUTH=token"})
	if err == nil || !strings.Contains(err.Error(), "REACTIVATE_HTTP_TOKEN "+wording.TokenRequired.EN) {
		t.Errorf("got %v, want %s", err, wording.TokenRequired.EN)
	}
	if _, err := handler.ParseConfig([]string{"REACTIVATE_HTTP_TOKEN=0123456789abcdef", "REACTIVATE_HTTP_AUTH=token"}); err != nil {
		t.Errorf("got %v, want nil, in whatever order they stand", err)
	}
}

func TestParseConfigNamesAllThatIsWrongAndNoValue(t *testing.T) {
	const secret = "LTAI5tSecretInTheWrongPlace"
	// Tags are whatever their owner calls them, and a secret is a good token: these take nearly any text.
	values := map[string]string{
		"REACTIVATE_INCLUDE_TAGS": "=" + secret, "REACTIVATE_EXCLUDE_TAGS": "=" + secret, "REACTIVATE_HTTP_TOKEN": secret + ",short-secret",
		"REACTIVATE_COLOUR": secret,
	}
	for _, name := range handler.Variables() {
		values[name] = cmp.Or(values[name], secret)
	}
	var environ []string
	for name, value := range values {
		environ = append(environ, name+"="+value)
	}
	_, err := handler.ParseConfig(environ)
	wrong, ok := errors.AsType[*handler.ConfigError](err)
	if !ok || len(wrong.Problems) != len(values) || !slices.IsSorted(wrong.Problems) {
		t.Fatalf("got %v, want a sorted problem for each of %d variables", err, len(values))
	}
	for name := range values {
		if !strings.Contains(err.Error(), name+" ") {
			t.Errorf("%s is not named in %v", name, err)
		}
	}
	if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "short-secret") {
		t.Errorf("a value is shown: %v", err)
	}
}

func TestParseConfigShowsUnknownNamesPrintable(t *testing.T) {
	_, err := handler.ParseConfig([]string{"REACTIVATE_\x1b[2J\n" + strings.Repeat("A", 10_000) + "=x"})
	if err == nil || len(err.Error()) > 300 || strings.ContainsAny(err.Error(), "\x1b\n") {
		t.Errorf("got %q, want a short printable text", err)
	}
}

func TestParseConfigNamesEachWrongRole(t *testing.T) {
	entry, all := " "+wording.NotARole.EN, " "+wording.NotDirectoryRole.EN
	folder, except := " "+wording.NotFolderRole.EN, " "+wording.NotAnExcept.EN
	for value, want := range map[string]string{
		"admin":                                 "entry 1" + entry,
		"acs:ram::*:role/a":                     "entry 1" + entry,
		"acs:ram::1:role/a,":                    "entry 2" + entry,
		"acs:ram::1:role/a b":                   "entry 1" + entry,
		"*":                                     "entry 1" + all,
		"*:role/":                               "entry 1" + all,
		"*:role/a/b":                            "entry 1" + all,
		"*1:role/a":                             "entry 1" + all,
		"fd-:role/a":                            "entry 1" + folder,
		"fd-team":                               "entry 1" + folder,
		"fd-a b:role/a":                         "entry 1" + folder,
		"fd-…:role/a":                           "entry 1" + folder,
		"*:role/a,!team":                        "entry 2" + except,
		"*:role/a,!":                            "entry 2" + except,
		"*:role/a,! 1":                          "entry 2" + except,
		"acs:ram::1:role/a,acs:ram::1:role/b":   "entries 1 and 2 are about the same accounts: want one of them",
		"acs:ram::1:role/a,!1":                  "only leaves accounts out: name those to watch too, such as *:role/reactivate-watched",
		"*:role/a,*:role/b":                     "entries 1 and 2 are about the same accounts: want one of them",
		"fd-a:role/a,*:role/a,fd-a:role/a":      "entries 1 and 3 are about the same accounts: want one of them",
		"!1":                                    "only leaves accounts out: name those to watch too, such as *:role/reactivate-watched",
		"admin,*:role/a,fd-:role/a,!x,*:role/b": "entries 2 and 5 are about the same accounts: want one of them; entry 1" + entry + "; entry 3" + folder + "; entry 4" + except,
	} {
		got := problems(t, "REACTIVATE_ROLES="+value)
		if strings.Join(got, "; ") != "REACTIVATE_ROLES "+strings.ReplaceAll(want, "; ", "; REACTIVATE_ROLES ") {
			t.Errorf("%s\ngot  %q\nwant %s", value, got, want)
		}
	}
}
