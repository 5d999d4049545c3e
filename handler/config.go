package handler

import (
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Config is the configuration from the environment, which is read once.
type Config struct {
	Policy   reactivate.Policy // Regions nil means all; empty means the function's own
	Watch    Watch             // which accounts; the zero value means the function's own alone
	Endpoint aliyun.Endpoint
	HTTP     HTTPAuth
	LogLevel slog.Level
	Link     string // for the first lines of messages; "" for none

	ExceptRegions []string // regions that * leaves out
	Notify        []notify.Target
	NotifyOn      notify.When
	Lang          wording.Lang
}

// HTTPAuth says who may use the HTTP trigger. The zero value admits nobody.
type HTTPAuth struct {
	Mode   string // "deny", "platform" or "token"
	Tokens []string
	Wrong  bool // its own variables are wrong, so nobody can know who may use it
}

// ConfigError says all that is wrong with the environment. It names variables and never shows their values, because a secret may
// stand in the wrong variable.
type ConfigError struct {
	Problems []string // each begins with the name of its variable
	lang     wording.Lang
}

func (e *ConfigError) Error() string {
	return wording.ConfigWrong.Say(e.lang, strings.Join(e.Problems, wording.Semicolon.In(e.lang)))
}

// variable is one environment variable. set reads its value. Its error says what a right value looks like, and is put into words
// later.
type variable struct {
	name string
	set  func(c *Config, value string) error
}

const prefix = "REACTIVATE_"

// namedProblem is a variable's name and what is wrong with its value.
var namedProblem = wording.Text{EN: "%s %s", ZH: "%s %s"}

// variables are all that the function knows, in the order of docs/reference.md.
var variables = []variable{
	{"REACTIVATE_REGIONS", setRegions},
	{"REACTIVATE_ROLES", setRoles},
	{"REACTIVATE_DRY_RUN", func(c *Config, v string) error { return setBool(&c.Policy.DryRun, v) }},
	{"REACTIVATE_INCLUDE_TAGS", func(c *Config, v string) error { return setTags(&c.Policy.IncludeTags, v) }},
	{"REACTIVATE_EXCLUDE_TAGS", func(c *Config, v string) error { return setTags(&c.Policy.ExcludeTags, v) }},
	{"REACTIVATE_MAX_INSTANCES", func(c *Config, v string) error { return setInt(&c.Policy.Cap, v, 0, 1_000_000) }},
	{"REACTIVATE_GRACE", func(c *Config, v string) error { return setDuration(&c.Policy.Grace, v) }},
	{"REACTIVATE_WAIT", func(c *Config, v string) error { return setDuration(&c.Policy.Wait, v) }},
	{"REACTIVATE_CONCURRENCY", func(c *Config, v string) error { return setInt(&c.Policy.Concurrency, v, 1, 128) }},
	{"REACTIVATE_ATTEMPTS", func(c *Config, v string) error { return setInt(&c.Policy.Attempts, v, 1, 100) }},
	{"REACTIVATE_MAX_QPS", func(c *Config, v string) error { return setInt(&c.Policy.MaxQPS, v, 0, 10_000) }},
	{"REACTIVATE_NETWORK", setNetwork},
	{"REACTIVATE_HTTP_AUTH", func(c *Config, v string) error {
		return setWord(&c.HTTP.Mode, v, wording.NotAnAuth, "deny", "platform", "token")
	}},
	{"REACTIVATE_HTTP_TOKEN", setHTTPToken},
	{"REACTIVATE_NOTIFY", setNotify},
	{"REACTIVATE_NOTIFY_ON", func(c *Config, v string) error {
		return setWord(&c.NotifyOn, v, wording.NotAnOccasion, notify.Changes, notify.Problems, notify.Always)
	}},
	{"REACTIVATE_LINK", setLink},
	{"REACTIVATE_LANG", func(c *Config, v string) error {
		return setWord(&c.Lang, v, wording.NotALanguage, wording.English, wording.Chinese)
	}},
	{"REACTIVATE_BALANCE_FLOOR", setBalanceFloor},
	{"REACTIVATE_LOG_LEVEL", setLogLevel},
	{"REACTIVATE_ENDPOINT", setEndpoint},
}

// Variables are the names of all variables of the function.
func Variables() []string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.name
	}
	return names
}

// ParseConfig reads an environment of "NAME=value" strings. An empty value means the default. The error is a *ConfigError that
// names all that is wrong; even then the Config holds what is right.
func ParseConfig(environ []string) (Config, error) {
	c := Config{
		Policy: reactivate.Policy{
			Regions: []string{}, Grace: 10 * time.Minute, Wait: 10 * time.Minute, Concurrency: 16, Attempts: 5,
		},
		HTTP:     HTTPAuth{Mode: "deny"},
		NotifyOn: notify.Changes,
	}
	l := wording.Lang(strings.TrimSpace(lookup(environ, "REACTIVATE_LANG")))
	var problems []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		i := slices.IndexFunc(variables, func(v variable) bool { return v.name == name })
		if i < 0 {
			problems = append(problems, printableName(name)+" "+wording.NotAVariable.In(l))
			continue
		}
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		err := error(wording.NotFilledIn)
		if !slices.ContainsFunc(list(value), unfilled) {
			err = variables[i].set(&c, value)
		}
		if err != nil {
			for _, problem := range each(err) {
				problems = append(problems, namedProblem.Say(l, name, problem))
			}
			c.HTTP.Wrong = c.HTTP.Wrong || strings.HasPrefix(name, "REACTIVATE_HTTP_")
		}
	}
	if c.HTTP.Mode == "token" && len(c.HTTP.Tokens) == 0 {
		c.HTTP.Wrong = true
		problems = append(problems, "REACTIVATE_HTTP_TOKEN "+wording.TokenRequired.In(l))
	}
	if len(problems) > 0 {
		slices.Sort(problems)
		return c, &ConfigError{problems, l}
	}
	return c, nil
}

// CloudOf is the cloud that a function with an environment of "NAME=value" strings reaches. The error is a *ConfigError.
func CloudOf(environ []string) (*aliyun.Cloud, error) {
	config, err := ParseConfig(environ)
	return aliyun.NewCloud(config.Endpoint), err
}

// each returns the errors that errors.Join has joined.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// retryInterval is set by the linker, for the history test of the built binary alone, whose rounds last seconds. "" means the
// interval that the documents state.
var retryInterval string

func retry() time.Duration {
	if d, err := time.ParseDuration(retryInterval); err == nil {
		return d
	}
	return reactivate.DefaultRetry
}

// printableName makes a variable's name short and printable: somebody may have typed a value into it.
func printableName(name string) string {
	quoted := strconv.QuoteToASCII(name[:min(len(name), 64)])
	return quoted[1 : len(quoted)-1]
}
