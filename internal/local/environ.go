package local

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
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
func lookup(environ []string, name string) (value string) {
	for _, entry := range environ {
		if v, found := strings.CutPrefix(entry, name+"="); found {
			value = v
		}
	}
	return value
}

// adviseHere makes the function give advice to a person at a terminal, who has no deployment to change.
const adviseHere = "LOCAL_COMMAND=1"

// environOf returns the function's variables. If a name appears twice, the last value counts. The fake cloud restores and starts
// instances within seconds, so with it grace and wait are short.
func (p *program) environOf(o options) []string {
	if o.live {
		return append(liveEnviron(p.environ, o.env, o.yes), adviseHere)
	}
	return slices.Concat([]string{"REACTIVATE_GRACE=3s", "REACTIVATE_WAIT=8s"}, o.env, []string{adviseHere})
}

// localToken is the token of the local HTTP trigger. It is printed, so it must open nothing else. sampleToken is the token in the
// sample events.
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

// passedOn reports whether a live run also gets a variable of the caller that does not belong to the function. These two say where the
// certificates are. Proxy variables are not passed on, because the function uses no proxy.
func passedOn(name string) bool { return name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR" }

const dryRun = "REACTIVATE_DRY_RUN=true"

// liveEnviron returns the function's variables for a live run: those of the caller that are not empty, then those in given. Without
// yes it is a dry run, whatever they say. REACTIVATE_ENDPOINT is for tests, so it is taken from given only.
func liveEnviron(environ, given []string, yes bool) []string {
	var own []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if value != "" && (passedOn(name) || strings.HasPrefix(name, "REACTIVATE_") && name != "REACTIVATE_ENDPOINT") {
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
	case !cloud.ValidRegionID(region):
		return creds, region, &usageError{wording.LiveRegionWrong}
	}
	return creds, region, nil
}
