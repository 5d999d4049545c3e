package handler_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/internal/fakecloud"
)

const (
	askWeb1 = `{"instanceId": "` + web1 + `"}`
	askAll  = `{"instanceIds": ["` + web1 + `", "` + web2 + `", "` + web3 + `"]}`
	sweep   = `{"sweep": true}`
)

func TestInvoke(t *testing.T) {
	all := overdue(web1, web2, web3)
	locked := edited(overdue(web1), func(f *fakecloud.Fleet) { f.Instances[0].Locks = []string{"financial", "security"} })
	soldOut, flaky := failing(all, web2, "OperationDenied.NoStock"), failing(all, web3, "InternalError")
	mixed := failing(failing(soldOut, web3, "InvalidPayType.NotSupport"), web1, "Forbidden.RAM")
	for _, tt := range []struct {
		name   string
		fleet  fakecloud.Fleet
		env    string
		event  string
		want   string // the error's type
		in     string // its message
		counts map[string]int
		called []string // instances
	}{
		{name: "it comes back", fleet: all, event: askWeb1, counts: map[string]int{"reactivated": 1}, called: []string{web1}},
		{name: "a sweep", fleet: all, event: sweep, counts: map[string]int{"reactivated": 3}, called: []string{web1, web2, web3}},
		{name: "an event", fleet: all, event: stopped(home), counts: map[string]int{"reactivated": 1}, called: []string{web1}},
		{name: "not seen running", fleet: edited(all, func(f *fakecloud.Fleet) { f.StartTakes = fakecloud.Duration(time.Hour) }), event: askWeb1, counts: map[string]int{"accepted": 1}, called: []string{web1}},
		{name: "arrears are a report", fleet: owing(all), event: askWeb1, counts: map[string]int{"awaiting-payment": 1}, called: []string{web1}},
		{name: "locks are a report", fleet: locked, event: askWeb1, counts: map[string]int{"skipped": 1}},
		{name: "ids that do not exist are a report", fleet: overdue(web2), event: askWeb1, counts: map[string]int{"skipped": 1}},
		{name: "dry run by request", fleet: all, event: `{"sweep": true, "dryRun": true}`, counts: map[string]int{"planned": 3}},
		{name: "dry run by configuration", fleet: all, env: "REACTIVATE_DRY_RUN=true", event: `{"instanceId": "` + web1 + `", "dryRun": false, "force": true}`, counts: map[string]int{"planned": 1}},
		{name: "dry run by configuration of an event", fleet: all, env: "REACTIVATE_DRY_RUN=true", event: stopped(home), counts: map[string]int{"planned": 1}},
		{name: "over the cap", fleet: all, env: "REACTIVATE_MAX_INSTANCES=2", event: sweep, want: "LimitError", in: "REACTIVATE_MAX_INSTANCES", counts: map[string]int{"skipped": 3}},
		{name: "within the cap", fleet: all, env: "REACTIVATE_MAX_INSTANCES=3", event: sweep, counts: map[string]int{"reactivated": 3}, called: []string{web1, web2, web3}},
		{name: "over the cap in a dry run", fleet: all, env: "REACTIVATE_MAX_INSTANCES=2", event: `{"sweep": true, "dryRun": true}`, counts: map[string]int{"planned": 3}},
		{name: "may not act", fleet: denying(all, "ecs:ReActivateInstances"), event: askWeb1, want: "DeniedError", in: "ecs:ReActivateInstances", counts: map[string]int{"failed": 1}, called: []string{web1}},
		{name: "sold out", fleet: soldOut, event: askAll, want: "UnfinishedError", in: web2 + ": ReActivateInstances OperationDenied.NoStock", counts: map[string]int{"reactivated": 2, "failed": 1}, called: []string{web1, web2, web3}},
		{name: "a region that does not exist", fleet: all, event: `{"instanceId": "` + web1 + `", "regionId": "cn-nowhere"}`, want: "FailedError", in: "InvalidRegionId.NotFound", counts: map[string]int{"failed": 1}},
		{name: "a passing fault", fleet: flaky, event: askAll, want: "UnfinishedError", in: web3 + ": ReActivateInstances InternalError", counts: map[string]int{"reactivated": 2, "failed": 1}, called: []string{web1, web2, web3}},
		{name: "failed comes before unfinished", fleet: failing(soldOut, web3, "InvalidPayType.NotSupport"), event: askAll, want: "FailedError", counts: map[string]int{"reactivated": 1, "failed": 2}, called: []string{web1, web2, web3}},
		{name: "denied comes before failed", fleet: mixed, event: askAll, want: "DeniedError", counts: map[string]int{"failed": 3}, called: []string{web1, web2, web3}},
		{name: "an event of another account", fleet: all, event: stopped(other)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.fleet, "REACTIVATE_ATTEMPTS=1", "REACTIVATE_WAIT=1s", tt.env)
				answer, err := r.invoke(t.Context(), tt.event)
				if got := errorName(err); got != tt.want {
					t.Errorf("got %s (%v), want %q", got, err, tt.want)
				}
				if err != nil && (!strings.Contains(err.Error(), tt.in) || len(err.Error()) > 1000) {
					t.Errorf("got %q, want %q in a readable length", err, tt.in)
				}
				if (err == nil) != (answer != "") {
					t.Errorf("got %q beside %v, want one of them", answer, err)
				}
				logged := r.logged()
				if !maps.Equal(logged.Counts, tt.counts) || logged.RequestID != "request-1" {
					t.Errorf("got the report %+v, want the counts %v", logged, tt.counts)
				}
				if got := r.called(reactivateAction); !slices.Equal(got, slices.Concat([]string{}, tt.called)) {
					t.Errorf("called %v, want %v", got, tt.called)
				}
				if n := r.calls("AssumeRole"); n != 0 {
					t.Errorf("%d calls of AssumeRole, want none without a role", n)
				}
			})
		})
	}
}

// stopped is CloudMonitor's event that an instance of an account stopped.
func stopped(account string) string {
	return strings.ReplaceAll(`{"product": "ECS", "name": "Instance:StateChange", "id": "event-1", "userId": "ACCOUNT", "regionId": "cn-hangzhou",
		"resourceId": "acs:ecs:cn-hangzhou:ACCOUNT:instance/`+web1+`", "content": {"resourceId": "`+web1+`", "state": "Stopped"}}`, "ACCOUNT", account)
}

// TestInvokeReportsAWrongConfigurationFirst at every invocation. It asks nobody, not even the directory.
func TestInvokeReportsAWrongConfigurationFirst(t *testing.T) {
	r := newRig(t, organised(), "REACTIVATE_ROLES="+everyMember, "REACTIVATE_WAIT=soon", "REACTIVATE_COLOUR=blue")
	for _, payload := range []string{sweep, "{}", stopped(home), stopped(other), sweep} {
		_, err := r.invoke(t.Context(), payload)
		if got := errorName(err); got != "ConfigError" || !strings.Contains(err.Error(), "REACTIVATE_COLOUR") || !strings.Contains(err.Error(), "REACTIVATE_WAIT") {
			t.Errorf("%q: got %v, want all that is wrong in a ConfigError", payload, err)
		}
	}
	if _, err := r.invoke(t.Context(), `{"doctor": true}`); err != nil || len(r.cloud.Calls()) != 0 {
		t.Errorf("the doctor: got %v, and %d calls in all, want none", err, len(r.cloud.Calls()))
	}
}

func TestInvokeNeedsARegion(t *testing.T) {
	for _, env := range []string{"", "FC_REGION=evil.invalid", "REACTIVATE_REGIONS=*"} {
		for _, own := range []string{"", "evil.invalid"} {
			r := newRig(t, overdue(web1), env)
			r.fc.Region = own
			if _, err := r.invoke(t.Context(), sweep); errorName(err) != "ConfigError" || len(r.cloud.Calls()) != 0 {
				t.Errorf("%q, region %q: got %v and %d calls, want ConfigError and none", env, own, err, len(r.cloud.Calls()))
			}
		}
	}
}

// TestInvokeReadsItsOwnRegionAndAccount from the environment, where the invocation does not tell them. Configured regions are
// enough, because the function's own is then needed for endpoints alone.
func TestInvokeReadsItsOwnRegionAndAccount(t *testing.T) {
	for _, region := range []string{"FC_REGION=cn-hangzhou", "REACTIVATE_REGIONS=cn-hangzhou"} {
		for account, reactivated := range map[string]int{home: 1, other: 0} {
			r := newRig(t, overdue(web1), region, "FC_ACCOUNT_ID="+account)
			r.fc.Region, r.fc.AccountId = "", ""
			if _, err := r.invoke(t.Context(), stopped(home)); err != nil || r.calls(reactivateAction) != reactivated {
				t.Errorf("%s, account %s: got %v and %d calls, want %d", region, account, err, r.calls(reactivateAction), reactivated)
			}
		}
	}
}

func TestInvokeTellsNothingFromMayNotLook(t *testing.T) {
	for _, answer := range []fakecloud.DeniedDescribe{fakecloud.DeniedEmpty, fakecloud.DeniedForbidden} {
		for _, event := range []string{askWeb1, sweep, stopped(home), `{"sweep": true, "dryRun": true}`} {
			r := newRig(t, edited(denying(overdue(web1), "ecs:DescribeInstances"), func(f *fakecloud.Fleet) { f.DeniedDescribe = answer }))
			_, err := r.invoke(t.Context(), event)
			if errorName(err) != "DeniedError" || !strings.Contains(err.Error(), "ecs:DescribeInstances") || r.calls(reactivateAction) != 0 {
				t.Errorf("%s %s: got %v, want a DeniedError that names the action, and no call", answer, event, err)
			}
			if got := r.logged().Errors; len(got) != 1 || got[0].RegionID != "cn-hangzhou" || got[0].Error.Code != "Forbidden.RAM" {
				t.Errorf("%s %s: got the errors %+v, want the region's", answer, event, got)
			}
		}
	}
}

func TestInvokeWithoutCredentials(t *testing.T) {
	r := newRig(t, overdue(web1))
	r.fc.Credentials = fccontext.Credentials{}
	_, err := r.invoke(t.Context(), askWeb1)
	if errorName(err) != "DeniedError" || !strings.Contains(err.Error(), "credentials") || len(r.cloud.Calls()) != 0 {
		t.Errorf("got %v and %d calls, want a DeniedError and none", err, len(r.cloud.Calls()))
	}
}

func TestInvokeDefersWhatTheTimeIsTooShortFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := overdue(web1)
		busy.Instances[0] = fakecloud.Instance{ID: web1, Region: "cn-hangzhou", Status: fakecloud.Pending}
		ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
		defer cancel()
		r := newRig(t, busy)
		_, err := r.invoke(ctx, askWeb1)
		if errorName(err) != "UnfinishedError" || !strings.Contains(err.Error(), "1 deferred") {
			t.Errorf("got %v, want an UnfinishedError", err)
		}
		if ctx.Err() != nil {
			t.Error("the report came after the deadline")
		}
	})
}

func TestInvokeSweepsTheWatchedAccounts(t *testing.T) {
	r := newRig(t, watching(), "REACTIVATE_ROLES="+watchedRole+","+otherRole)
	_, err := r.invoke(t.Context(), sweep)
	if errorName(err) != "DeniedError" || !strings.Contains(err.Error(), "sts:AssumeRole") || !strings.Contains(err.Error(), other) {
		t.Errorf("got %v, want a DeniedError that names the action and the account", err)
	}
	got := r.logged()
	if len(got.Errors) != 1 || got.Errors[0].AccountID != other || got.Errors[0].RegionID != "" || got.Errors[0].Error.Op != "AssumeRole" {
		t.Errorf("got the errors %+v, want one of the whole account", got.Errors)
	}
	if len(r.called(reactivateAction)) != 1 || got.Counts["reactivated"] != 1 {
		t.Errorf("called %v, want %s alone: the watched account is served, the own one is not swept", r.called(reactivateAction), web2)
	}
	for _, call := range r.cloud.Calls() {
		if want := "acs:ram::" + watched + ":assumed-role/reactivate-watched/reactivate-fn@request-1"; call.Action == reactivateAction && call.Caller != want {
			t.Errorf("called by %s, want %s", call.Caller, want)
		}
	}
}

// A watched account and the function's own may be named by every event and request, unless the configuration leaves the account
// out. If the function's number is not known, only watched accounts may be named.
func TestInvokeServesNoOtherAccount(t *testing.T) {
	custom := func(account string) string {
		return `{"specversion": "1.0", "source": "my.billing", "type": "recharge", "data": {"accountId": "` + account + `"}}`
	}
	ask := func(account string) string { return `{"sweep": true, "accountId": "` + account + `"}` }
	const served, ignored, refused = "", "ignored", "DecodeError"
	for _, tt := range []struct {
		name, own, roles, payload string
		want                      string
	}{
		{"an event of another", home, "", stopped(other), ignored},
		{"a request for another", home, "", ask(other), refused},
		{"unknown: an event", "", "", stopped(home), ignored},
		{"unknown: a recharge", "", "", custom(home), ignored},
		{"unknown: a request", "", "", ask(home), refused},
		{"unknown: a request that names none", "", "", sweep, served},
		{"unknown, one left out: ids that name no account", "", watchedRole + ",!" + home, askWeb1, refused},
		{"unknown, roles: an event of a watched account", "", watchedRole, stopped(watched), served},
		{"unknown, roles: a request for another", "", watchedRole, ask(other), refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, watching(), "REACTIVATE_DRY_RUN=true", "REACTIVATE_ROLES="+tt.roles)
			r.fc.AccountId = tt.own
			_, err := r.invoke(t.Context(), tt.payload)
			got := errorName(err)
			if r.logged().Ignored != "" {
				got = ignored
			}
			if got == "DeniedError" && strings.Contains(err.Error(), "AssumeRole") {
				got = served // the fake's own account has no such role: it was asked
			}
			if got != tt.want || (len(r.cloud.Calls()) > 0) != (tt.want == served) {
				t.Errorf("got %q (%v) and %d calls, want %q", got, err, len(r.cloud.Calls()), tt.want)
			}
		})
	}
}
