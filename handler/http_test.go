package handler_test

import (
	"encoding/base64"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/fakecloud"
)

const (
	oldToken = "old-token-0123456789"
	newToken = "new-token-0123456789"
	byToken  = "REACTIVATE_HTTP_AUTH=token"
	open     = "REACTIVATE_HTTP_AUTH=platform"
)

func bearer(token string) map[string]string { return map[string]string{"Authorization": token} }

func query(token string) map[string]string { return map[string]string{"token": token} }

func TestHTTPAuthorisation(t *testing.T) {
	closed := []string{"REACTIVATE_HTTP_TOKEN=" + oldToken} // a token alone opens nothing
	tokens := []string{byToken, "REACTIVATE_HTTP_TOKEN=" + oldToken + "," + newToken}
	for _, tt := range []struct {
		name    string
		env     []string
		headers map[string]string
		query   map[string]string
		want    int
	}{
		{"closed by default", closed, nil, nil, 401},
		{"closed whatever is sent", closed, bearer("Bearer " + oldToken), query(oldToken), 401},
		{"the platform lets in", []string{open}, nil, nil, 200},
		{"the first token", tokens, bearer("Bearer " + oldToken), nil, 200},
		{"the second token", tokens, bearer("Bearer " + newToken), nil, 200},
		{"in the query", tokens, nil, query(newToken), 200},
		{"headers have no case", tokens, map[string]string{"AUTHORIZATION": "bearer " + newToken}, nil, 200},
		{"none", tokens, nil, nil, 401},
		{"empty", tokens, bearer("Bearer "), nil, 401},
		{"empty in the query", tokens, nil, query(""), 401},
		{"a wrong one", tokens, bearer("Bearer bad-token-0123456789"), nil, 401},
		{"too short by one", tokens, nil, query(oldToken[:len(oldToken)-1]), 401},
		{"too long by one", tokens, nil, query(oldToken + "0"), 401},
		{"both at once", tokens, nil, query(oldToken + "," + newToken), 401},
		{"another scheme", tokens, bearer("Basic " + oldToken), nil, 401},
		{"no scheme", tokens, bearer(oldToken), nil, 401},
		{"no space", tokens, bearer("Bearer" + oldToken), nil, 401},
		{"in another header", tokens, map[string]string{"X-Token": oldToken}, nil, 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, method := range []string{"POST", "GET", "HEAD"} {
				r := newRig(t, overdue(web1), tt.env...)
				got := r.send(call{method: method, headers: tt.headers, query: tt.query, body: `{"sweep": true, "dryRun": true}`})
				if got.StatusCode != tt.want {
					t.Errorf("%s: got %d %s, want %d", method, got.StatusCode, got.Body, tt.want)
				}
				if tt.want == 401 && (got.problem() != "UnauthorizedError" || got.Headers["WWW-Authenticate"] != "Bearer" || len(r.cloud.Calls()) != 0) {
					t.Errorf("%s: got %+v %s and %d calls, want the challenge and none", method, got.Headers, got.Body, len(r.cloud.Calls()))
				}
			}
		})
	}
}

// A caller without authorisation learns only the status: not how the trigger is closed, what else is wrong with the environment,
// or which methods exist. The log has all that.
func TestHTTPTellsNothingWithoutAuthorisation(t *testing.T) {
	const secret = "secret-value-0123456789"
	for _, tt := range []struct {
		env    []string
		logged string
		status int
		body   string
	}{
		{[]string{"REACTIVATE_WAIT=soon"}, "the HTTP trigger is closed", 401, "UnauthorizedError"},
		{[]string{byToken, "REACTIVATE_HTTP_TOKEN=" + newToken, "REACTIVATE_WAIT=soon"}, "send one of REACTIVATE_HTTP_TOKEN", 401, "UnauthorizedError"},
		{[]string{byToken, "REACTIVATE_HTTP_TOKEN" + secret + "=", "REACTIVATE_ROLES=x"}, "REACTIVATE_ROLES", 500, "ConfigError"},
	} {
		for _, c := range []call{{method: "DELETE"}, {method: "GET"}, {body: "{"}, {body: "!", base64: true}, {body: strings.Repeat("x", 1<<20+1)}, {body: `{"doctor": true}`}, {body: askWeb1}} {
			r := newRig(t, overdue(web1), tt.env...)
			got := r.send(c)
			if want := `{"error":{"message":"see the function's log","type":"` + tt.body + `"}}`; got.StatusCode != tt.status || got.Body != want {
				t.Errorf("%s %.20s: got %d %s, want %d %s", c.method, c.body, got.StatusCode, got.Body, tt.status, want)
			}
			if !strings.Contains(r.logs.String(), tt.logged) {
				t.Errorf("%s %.20s: logged %s, want %s", c.method, c.body, r.logs, tt.logged)
			}
		}
	}
}

// With platform, a request is not authorised if its context names another account. force is refused with a token as well.
func TestHTTPBelievesTheTriggerOfItsOwnAccount(t *testing.T) {
	const forced = `{"instanceId": "` + web1 + `", "force": true}`
	byPlatform, tokens := []string{open}, []string{byToken, "REACTIVATE_HTTP_TOKEN=" + newToken}
	for _, tt := range []struct {
		name    string
		env     []string
		own     string // what the runtime tells
		account string // what the context says
		body    string
		want    int
	}{
		{"its own", byPlatform, home, home, askWeb1, 200},
		{"its own, forced", byPlatform, home, home, forced, 200},
		{"another's", byPlatform, home, other, askWeb1, 401},
		{"another's, forced", byPlatform, home, other, forced, 401},
		{"an event through another's", byPlatform, home, other, stopped(home), 401},
		{"not known whose", byPlatform, "", other, askWeb1, 200},
		{"a masked number", byPlatform, home, "1234****", askWeb1, 200},
		{"another's with a token", tokens, home, other, askWeb1, 200},
		{"another's with a token, forced", tokens, home, other, forced, 400},
		{"its own with a token, forced", tokens, home, home, forced, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, overdue(web1), tt.env...)
			r.fc.AccountId = tt.own
			got := r.send(call{account: tt.account, query: query(newToken), body: tt.body})
			if got.StatusCode != tt.want || (len(r.cloud.Calls()) > 0) != (tt.want == 200) {
				t.Errorf("got %d %s and %d calls, want %d", got.StatusCode, got.Body, len(r.cloud.Calls()), tt.want)
			}
		})
	}
}

func TestHTTPRefusals(t *testing.T) {
	large := `{"sweep": true}` + strings.Repeat(" ", 1<<20)
	for _, tt := range []struct {
		name    string
		call    call
		status  int
		problem string
		in      string // the body
	}{
		{"DELETE", call{method: "DELETE"}, 405, "MethodNotAllowedError", ""},
		{"HEAD with an unknown query name", call{method: "HEAD", query: map[string]string{"instanceID": web1}}, 400, "DecodeError", "instanceID"},
		{"methods have their case", call{method: "post", body: askWeb1}, 405, "MethodNotAllowedError", ""},
		{"over 1 MiB", call{body: large}, 413, "BodyTooLargeError", "1 MiB"},
		{"over 1 MiB in base64", call{body: base64.StdEncoding.EncodeToString([]byte(large)), base64: true}, 413, "BodyTooLargeError", "1 MiB"},
		{"no base64", call{body: askWeb1, base64: true}, 400, "DecodeError", "base64"},
		{"empty", call{}, 400, "DecodeError", "empty"},
		{"a request in a request", call{body: call{body: askWeb1}.event()}, 400, "DecodeError", ""},
		{"an invalid id in the query", call{method: "GET", query: map[string]string{"instanceId": "web-1"}}, 400, "DecodeError", "instanceId"},
		{"an account in the query that is not ours", call{method: "GET", query: map[string]string{"accountId": other}}, 400, "DecodeError", "accountId"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, overdue(web1), open)
			got := r.send(tt.call)
			if got.StatusCode != tt.status || got.problem() != tt.problem || !strings.Contains(got.Body, tt.in) {
				t.Errorf("got %d %s, want %d %s with %q", got.StatusCode, got.Body, tt.status, tt.problem, tt.in)
			}
			if (got.Headers["Allow"] == "GET, HEAD, POST") != (tt.status == 405) {
				t.Errorf("got the headers %v, want Allow with 405 alone", got.Headers)
			}
			if len(r.cloud.Calls()) != 0 {
				t.Errorf("%d calls, want none", len(r.cloud.Calls()))
			}
		})
	}
}

// The status of a request, which a person or their program reads, and of an event, whose sender sends it again on 503.
func TestHTTPStatus(t *testing.T) {
	slow := edited(overdue(web1), func(f *fakecloud.Fleet) { f.StartTakes = fakecloud.Duration(time.Hour) })
	noLook := denying(overdue(web1), "ecs:DescribeInstances")
	for _, tt := range []struct {
		name             string
		fleet            fakecloud.Fleet
		env              string
		request, webhook int
	}{
		{"back", overdue(web1), "", 200, 200},
		{"nothing to do", overdue(web2), "", 200, 200},
		{"planned", overdue(web1), "REACTIVATE_DRY_RUN=true", 200, 200},
		{"accepted", slow, "", 202, 200},
		{"awaiting payment", owing(overdue(web1)), "", 402, 200},
		{"may not look", noLook, "", 403, 200},
		{"may not act", denying(overdue(web1), "ecs:ReActivateInstances"), "", 403, 200},
		{"sold out", failing(overdue(web1), web1, "OperationDenied.NoStock"), "REACTIVATE_ATTEMPTS=1", 503, 503},
		{"an unsupported kind", failing(overdue(web1), web1, "InvalidPayType.NotSupport"), "", 500, 200},
		{"a passing fault", failing(overdue(web1), web1, "InternalError"), "REACTIVATE_ATTEMPTS=1", 503, 503},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for event, want := range map[string]int{askWeb1: tt.request, stopped(home): tt.webhook} {
					r := newRig(t, tt.fleet, open, "REACTIVATE_WAIT=1s", tt.env)
					got := r.send(call{body: event})
					if got.StatusCode != want || !strings.HasPrefix(got.Body, `{"requestId":"request-1"`) {
						t.Errorf("%.30s: got %d %s, want %d and the report", event, got.StatusCode, got.Body, want)
					}
					if want == 503 && got.Headers["Retry-After"] != "30" {
						t.Errorf("got the headers %v, want Retry-After in seconds", got.Headers)
					}
				}
			})
		})
	}
	over := newRig(t, overdue(web1, web2), open, "REACTIVATE_MAX_INSTANCES=1").send(call{body: sweep})
	if over.StatusCode != 409 {
		t.Errorf("over the cap: got %d, want 409", over.StatusCode)
	}
	ignored := newRig(t, overdue(web1), open).send(call{body: stopped(other)})
	if ignored.StatusCode != 200 || !strings.Contains(ignored.Body, `"ignored":"`) {
		t.Errorf("ignored: got %d %s, want 200 and the reason", ignored.StatusCode, ignored.Body)
	}
}

func TestHTTPGetNeverActs(t *testing.T) {
	for _, tt := range []struct {
		query  map[string]string
		counts map[string]int
	}{
		{nil, map[string]int{"planned": 2}},
		{map[string]string{"instanceId": web1}, map[string]int{"planned": 1}},
		{map[string]string{"instanceId": web1 + "," + web3, "regionId": "cn-hangzhou", "accountId": home}, map[string]int{"planned": 1, "skipped": 1}},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			r := newRig(t, overdue(web1, web2), open)
			got := r.send(call{method: method, query: tt.query, body: askWeb1})
			if logged := r.logged(); got.StatusCode != 200 || !logged.DryRun || logged.Source != "http" || !maps.Equal(logged.Counts, tt.counts) {
				t.Errorf("%s %v: got %d %s, want a dry run with %v", method, tt.query, got.StatusCode, got.Body, tt.counts)
			}
			if n := r.calls(reactivateAction); n != 0 {
				t.Errorf("%s %v: %d calls, want none", method, tt.query, n)
			}
		}
	}
}

// If the variables of authorisation are wrong, nobody is admitted, and every caller learns that the configuration is wrong.
// Otherwise the operator would look for a wrong token.
func TestHTTPIsClosedWhereItsVariablesAreWrong(t *testing.T) {
	for _, env := range [][]string{
		{byToken},
		{byToken, "REACTIVATE_HTTP_TOKEN=short"},
		{byToken, "REACTIVATE_HTTP_TOKEN=" + oldToken + ",short"},
		{"REACTIVATE_HTTP_AUTH=anonymous", "REACTIVATE_HTTP_TOKEN=" + oldToken},
	} {
		for _, token := range []string{"", "short", oldToken} {
			r := newRig(t, overdue(web1), env...)
			got := r.send(call{body: askWeb1, query: query(token)})
			if got.StatusCode != 500 || got.problem() != "ConfigError" || strings.Contains(got.Body, "REACTIVATE") || len(r.cloud.Calls()) != 0 {
				t.Errorf("%q with %q: got %d %s and %d calls, want 500, the ConfigError and none", env, token, got.StatusCode, got.Body, len(r.cloud.Calls()))
			}
		}
	}
}

func TestHTTPDoctor(t *testing.T) {
	got := newRig(t, overdue(web1), open).send(call{body: `{"doctor": true}`})
	if got.StatusCode != 200 || !strings.Contains(got.Body, `{"name":"configuration","status":"ok"`) {
		t.Errorf("got %d %s, want the checks", got.StatusCode, got.Body)
	}
	wrong := newRig(t, overdue(web1), open, "REACTIVATE_WAIT=soon")
	if got := wrong.send(call{body: askWeb1}); got.StatusCode != 500 || got.problem() != "ConfigError" || !strings.Contains(got.Body, "REACTIVATE_WAIT") {
		t.Errorf("a request: got %d %s, want 500 and the ConfigError", got.StatusCode, got.Body)
	}
	got = wrong.send(call{body: `{"doctor": true}`})
	if got.StatusCode != 200 || !strings.Contains(got.Body, `{"name":"configuration","status":"failed"`) {
		t.Errorf("got %d %s, want the configuration failed", got.StatusCode, got.Body)
	}
}
