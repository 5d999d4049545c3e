package local

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

const (
	functionName  = "reactivate"
	defaultRegion = "cn-hangzhou"

	fakeTimeout = 2 * time.Minute
	// liveTimeout is enough for the default grace and wait, 10 minutes each, and the calls.
	liveTimeout = 30 * time.Minute
)

// lookup returns the value of a variable; "" if it is not set.
func lookup(environ []string, name string) string {
	value := ""
	for _, entry := range environ {
		if n, v, _ := strings.Cut(entry, "="); n == name {
			value = v
		}
	}
	return value
}

// adviseHere tells the function that its advice is read at this terminal, and not in a deployment.
const adviseHere = "LOCAL_COMMAND=1"

// environOf returns the function's variables: of several values for one name the last counts. The fake cloud's clock is quick, so
// in front of it grace and wait are short.
func (p *program) environOf(o options) []string {
	if o.live {
		return append(liveEnviron(p.environ, o.env, o.yes), adviseHere)
	}
	return slices.Concat([]string{"REACTIVATE_GRACE=3s", "REACTIVATE_WAIT=8s"}, o.env, []string{adviseHere})
}

// localToken opens the local HTTP trigger, and nothing else: it is printed. sampleToken is the token in the sample events.
const (
	localToken  = "local-test-token-0123"
	sampleToken = "an-example-token-not-a-secret"
)

// httpEnviron opens the HTTP trigger with these tokens, unless given has other settings.
func httpEnviron(given []string) []string {
	env := append([]string{"REACTIVATE_HTTP_AUTH=token"}, given...)
	if lookup(env, "REACTIVATE_HTTP_AUTH") != "token" {
		return env
	}
	return append([]string{"REACTIVATE_HTTP_TOKEN=" + localToken + "," + sampleToken}, env...)
}

// passedOn names the caller's other variables that a live run gets: they say where certificates are. Proxy variables are not
// among them, because the function uses no proxy.
func passedOn(name string) bool { return name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR" }

const dryRun = "REACTIVATE_DRY_RUN=true"

// liveEnviron returns the function's variables for a live run: the caller's own, then those in given, and, without yes, a dry
// run in any case. An endpoint is for tests, so it is taken from given alone.
func liveEnviron(environ, given []string, yes bool) []string {
	var own []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if passedOn(name) || strings.HasPrefix(name, "REACTIVATE_") && name != "REACTIVATE_ENDPOINT" {
			own = append(own, entry)
		}
	}
	own = append(own, given...)
	if !yes {
		own = append(own, dryRun)
	}
	return own
}

// liveCaller returns the caller's own keys, and the region in which the function would be deployed.
func liveCaller(environ, env []string) (creds aliyun.Credentials, region string, err error) {
	creds = aliyun.Credentials{
		AccessKeyID:     lookup(environ, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
		AccessKeySecret: lookup(environ, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
		SecurityToken:   lookup(environ, "ALIBABA_CLOUD_SECURITY_TOKEN"),
	}
	first, _, _ := strings.Cut(lookup(env, "REACTIVATE_REGIONS"), ",")
	if first = strings.TrimSpace(first); first == "*" {
		first = ""
	}
	region = cmp.Or(lookup(environ, "ALIBABA_CLOUD_REGION_ID"), first, defaultRegion)
	hasBlank := func(r rune) bool { return r <= ' ' || r == 0x7f }
	switch {
	case creds.AccessKeyID == "" || creds.AccessKeySecret == "":
		return creds, region, &usageError{wording.LiveNeedsKeys}
	case strings.ContainsFunc(creds.AccessKeyID+creds.AccessKeySecret+creds.SecurityToken, hasBlank):
		return creds, region, &usageError{wording.LiveKeysBlank}
	case !reactivate.ValidRegionID(region):
		return creds, region, &usageError{wording.LiveRegionWrong}
	}
	return creds, region, nil
}
