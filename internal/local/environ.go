package local

import (
	"regexp"
	"strings"
	"time"

	"reactivate/internal/fakefc"
	"reactivate/internal/wording"
)

const (
	functionName  = "reactivate"
	defaultRegion = "cn-hangzhou"

	fakeTimeout = 2 * time.Minute
	// liveTimeout holds the grace and the wait that are the function's defaults,
	// 10 minutes each, and the calls.
	liveTimeout = 30 * time.Minute
)

// merge joins lists of NAME=VALUE. Of several of one name the last counts.
func merge(lists ...[]string) []string {
	var names []string
	last := map[string]string{}
	for _, l := range lists {
		for _, entry := range l {
			name, _, _ := strings.Cut(entry, "=")
			if _, seen := last[name]; !seen {
				names = append(names, name)
			}
			last[name] = entry
		}
	}
	merged := make([]string, len(names))
	for i, name := range names {
		merged[i] = last[name]
	}
	return merged
}

// lookup is the value of a variable; "" if it is not there.
func lookup(environ []string, name string) string {
	value := ""
	for _, entry := range environ {
		if n, v, _ := strings.Cut(entry, "="); n == name {
			value = v
		}
	}
	return value
}

// fakeEnviron is the function's own variables in front of the fake cloud. The
// fleet's clock is quick, so grace and wait are short; given has the last word.
func fakeEnviron(endpoint string, given []string) []string {
	return merge([]string{
		"REACTIVATE_ENDPOINT=" + endpoint,
		"REACTIVATE_GRACE=3s",
		"REACTIVATE_WAIT=8s",
	}, given)
}

// localToken opens the local HTTP trigger. It is printed, and opens nothing else. sampleToken is that of the sample events.
const (
	localToken  = "local-test-token-0123"
	sampleToken = "an-example-token-not-a-secret"
)

// httpEnviron opens the HTTP trigger, unless given says how.
func httpEnviron(given []string) []string {
	env := merge([]string{"REACTIVATE_HTTP_AUTH=token"}, given)
	if lookup(env, "REACTIVATE_HTTP_AUTH") == "token" {
		env = merge([]string{"REACTIVATE_HTTP_TOKEN=" + localToken + "," + sampleToken}, env)
	}
	return env
}

// passedOn are the caller's variables, beside REACTIVATE_*, that a live run
// needs where the certificates stand in another place. Proxies are not among
// them: the function uses none.
func passedOn(name string) bool { return name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR" }

// liveEnviron is the function's own variables in front of the real ECS: the
// caller's, then given, and without yes a dry run, whatever they say. An
// endpoint is for tests, so only given may name one.
func liveEnviron(environ, given []string, yes bool) []string {
	var own []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if passedOn(name) || strings.HasPrefix(name, "REACTIVATE_") && name != "REACTIVATE_ENDPOINT" {
			own = append(own, entry)
		}
	}
	env := merge(own, given)
	if !yes {
		env = merge(env, []string{"REACTIVATE_DRY_RUN=true"})
	}
	return env
}

// liveCredentials are the caller's own.
func liveCredentials(environ []string) (fakefc.Credentials, error) {
	c := fakefc.Credentials{
		AccessKeyID:     lookup(environ, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
		AccessKeySecret: lookup(environ, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
		SecurityToken:   lookup(environ, "ALIBABA_CLOUD_SECURITY_TOKEN"),
	}
	if c.AccessKeyID == "" || c.AccessKeySecret == "" {
		return c, &usageError{wording.LiveNeedsKeys}
	}
	for _, part := range []string{c.AccessKeyID, c.AccessKeySecret, c.SecurityToken} {
		if strings.ContainsFunc(part, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return c, &usageError{wording.LiveKeysBlank}
		}
	}
	return c, nil
}

// Patterns are compiled where they are used, here and below: the deployed function carries this package, and starts without it.
const (
	regionPattern   = `^[a-z]{2}(-[a-z0-9]+)+$`
	accountPattern  = `^[0-9]+$`
	variablePattern = `^[A-Za-z_][A-Za-z0-9_]*$`
)

// liveRegion is where the function would be deployed.
func liveRegion(environ, env []string) (string, error) {
	isRegion := regexp.MustCompile(regionPattern).MatchString
	first, _, _ := strings.Cut(lookup(env, "REACTIVATE_REGIONS"), ",")
	for _, region := range []string{lookup(environ, "ALIBABA_CLOUD_REGION_ID"), strings.TrimSpace(first), defaultRegion} {
		switch {
		case region == "" || region == "*":
			continue
		case !isRegion(region) || len(region) > 32:
			return "", &usageError{wording.LiveRegionWrong}
		}
		return region, nil
	}
	return defaultRegion, nil
}

// liveAccount is what the caller says; "" if nothing.
func liveAccount(environ []string) (string, error) {
	id := lookup(environ, "ALIBABA_CLOUD_ACCOUNT_ID")
	if id != "" && !regexp.MustCompile(accountPattern).MatchString(id) {
		return "", &usageError{wording.LiveAccountWrong}
	}
	return id, nil
}
