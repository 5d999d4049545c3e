package handler

import (
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"reactivate/internal/aliyun"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Config is the environment, read once.
type Config struct {
	Policy   reactivate.Policy // Regions nil means all; empty means the function's own
	Watch    Watch             // which accounts; the zero value means the function's own alone
	Endpoint aliyun.Endpoint
	HTTP     HTTPAuth
	LogLevel slog.Level
	Link     string // for the first lines of messages; "" means none
	Notify   []notify.Target
	NotifyOn notify.When
	Lang     wording.Lang
}

// HTTPAuth says who may use the HTTP trigger. The zero value lets nobody.
type HTTPAuth struct {
	Mode   string // "deny", "platform" or "token"
	Tokens []string
	Wrong  bool // its own variables are wrong, so nobody can be told who may
}

// ConfigError says everything that is wrong with the environment, by the names of the variables and never by
// their values, since a secret may stand in the wrong one.
type ConfigError struct {
	Problems []Problem
	lang     wording.Lang
}

func (e *ConfigError) Error() string {
	problems := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		problems[i] = p.In(e.lang)
	}
	return wording.ConfigWrong.Say(e.lang, strings.Join(problems, wording.Semicolon.In(e.lang)))
}

// Problem is what is wrong with one variable.
type Problem struct {
	Variable string
	What     wording.Words
}

// In says in a language which variable is wrong, and how.
func (p Problem) In(l wording.Lang) string { return p.Variable + " " + p.What.In(l) }

// variable is one environment variable: set reads its value, and its error, which is put into words later, says what right looks like.
type variable struct {
	name string
	set  func(c *Config, value string) error
}

const prefix = "REACTIVATE_"

// variables is the contract's table.
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
	{"REACTIVATE_HTTP_AUTH", setHTTPAuth},
	{"REACTIVATE_HTTP_TOKEN", setHTTPToken},
	{"REACTIVATE_NOTIFY", setNotify},
	{"REACTIVATE_NOTIFY_ON", setNotifyOn},
	{"REACTIVATE_LINK", setLink},
	{"REACTIVATE_LANG", setLang},
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

// ParseConfig reads an environment of "NAME=value" strings. An empty value is the default. The error is a *ConfigError
// that names all that is wrong; the Config holds what is right even then.
func ParseConfig(environ []string) (Config, error) {
	c := Config{
		Policy: reactivate.Policy{
			Regions: []string{}, Grace: 10 * time.Minute, Wait: 10 * time.Minute, Concurrency: 16, Attempts: 5,
		},
		HTTP:     HTTPAuth{Mode: "deny"},
		NotifyOn: notify.Changes,
	}
	var problems []Problem
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		i := slices.IndexFunc(variables, func(v variable) bool { return v.name == name })
		if i < 0 {
			problems = append(problems, Problem{printableName(name), wording.NotAVariable})
			continue
		}
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		if err := variables[i].set(&c, value); err != nil {
			for _, problem := range each(err) {
				problems = append(problems, Problem{name, words(problem)})
			}
			c.HTTP.Wrong = c.HTTP.Wrong || strings.HasPrefix(name, "REACTIVATE_HTTP_")
		}
	}
	if c.HTTP.Mode == "token" && len(c.HTTP.Tokens) == 0 {
		c.HTTP.Wrong = true
		problems = append(problems, Problem{"REACTIVATE_HTTP_TOKEN", wording.TokenRequired})
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return strings.Compare(a.In(wording.English), b.In(wording.English)) })
		return c, &ConfigError{Problems: problems, lang: c.Lang}
	}
	return c, nil
}

// words are an error's, as the setters make them.
func words(err error) wording.Words {
	if w, ok := err.(wording.Words); ok {
		return w
	}
	return wording.Verbatim(err.Error())
}

// each returns the errors that errors.Join made one of.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// retryInterval is linked in by the proof of the built binary alone, whose rounds last seconds; "" is the contract's.
var retryInterval string

func retry() time.Duration {
	if d, err := time.ParseDuration(retryInterval); err == nil {
		return d
	}
	return reactivate.DefaultRetry
}

// printableName keeps a variable's name, which anyone may have mistyped a value into, short and printable.
func printableName(name string) string {
	quoted := strconv.QuoteToASCII(name[:min(len(name), 64)])
	return quoted[1 : len(quoted)-1]
}

func list(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		items = append(items, strings.TrimSpace(item))
	}
	return items
}

func setRegions(c *Config, value string) error {
	if value == "*" {
		c.Policy.Regions = nil
		return nil
	}
	for _, region := range list(value) {
		if !reactivate.ValidRegionID(region) {
			return wording.NotARegion
		}
		if !slices.Contains(c.Policy.Regions, region) {
			c.Policy.Regions = append(c.Policy.Regions, region)
		}
	}
	return nil
}

func setBool(to *bool, value string) (err error) {
	if *to, err = strconv.ParseBool(value); err != nil {
		return wording.NotABoolean
	}
	return nil
}

func setInt(to *int, value string, low, high int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return wording.NotInRange.With(low, high)
	}
	*to = n
	return nil
}

// maxDuration is the longest that Function Compute runs one invocation.
const maxDuration = 24 * time.Hour

func setDuration(to *time.Duration, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > maxDuration {
		return wording.NotADuration
	}
	*to = d
	return nil
}

func setTags(to *[]reactivate.Tag, value string) error {
	for _, item := range list(value) {
		key, val, found := strings.Cut(item, "=")
		if key == "" {
			return wording.TagWithoutKey
		}
		*to = append(*to, reactivate.Tag{Key: key, Value: val, AnyValue: !found})
	}
	return nil
}

func setNetwork(c *Config, value string) error {
	if value != "public" && value != "vpc" {
		return wording.NotANetwork
	}
	c.Endpoint.VPC = value == "vpc"
	return nil
}

func setHTTPAuth(c *Config, value string) error {
	if value != "deny" && value != "platform" && value != "token" {
		return wording.NotAnAuth
	}
	c.HTTP.Mode = value
	return nil
}

const minToken = 16 // characters

func setHTTPToken(c *Config, value string) error {
	tokens := list(value)
	for _, token := range tokens {
		if len(token) < minToken {
			return wording.ShortToken.With(minToken)
		}
	}
	c.HTTP.Tokens = tokens
	return nil
}

func setNotify(c *Config, value string) (err error) {
	c.Notify, err = notify.ParseTargets(value)
	return err
}

func setNotifyOn(c *Config, value string) error {
	when := notify.When(value)
	if !when.Valid() {
		return wording.NotAnOccasion
	}
	c.NotifyOn = when
	return nil
}

// setLink takes a link that a person may click on in a chat.
func setLink(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsFunc(value, notInLink) {
		return wording.NotALink
	}
	c.Link = value
	return nil
}

// notInLink tells what would end a link in a chat, or make another of it.
func notInLink(r rune) bool {
	return r <= ' ' || r > unicode.MaxASCII || strings.ContainsRune("<>\"`\\^{}|", r)
}

func setLang(c *Config, value string) error {
	l := wording.Lang(value)
	if !l.Valid() {
		return wording.NotALanguage
	}
	c.Lang = l
	return nil
}

func setBalanceFloor(c *Config, value string) error {
	if !reactivate.ValidAmount(value) {
		return wording.NotAnAmount
	}
	c.Policy.BalanceFloor = value
	return nil
}

func setLogLevel(c *Config, value string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[value]
	if !ok {
		return wording.NotALogLevel
	}
	c.LogLevel = level
	return nil
}

// setEndpoint lets the endpoint be this machine alone, so that no variable can send credentials elsewhere. A name that
// merely begins like a loopback address is another host.
func setEndpoint(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || !loopbackURL(u) {
		return wording.NotLoopback
	}
	c.Endpoint.Loopback = u.Scheme + "://" + u.Host
	return nil
}

func loopbackURL(u *url.URL) bool {
	plain := u.User == nil && u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && u.Opaque == "" && (u.Path == "" || u.Path == "/")
	if !plain || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	if u.Hostname() == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.Zone() == "" && addr.IsLoopback()
}
