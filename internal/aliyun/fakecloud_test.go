package aliyun_test

import (
	"fmt"
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/fakecloud"
)

const (
	home    = "1234567890123456"
	watched = "2345678901234567"
	roleARN = "acs:ram::" + watched + ":role/reactivate-watched"
)

var watchedRole = aliyun.Role{ARN: roleARN, AccountID: watched}

// cloudOf serves a fleet, and returns how the function in the home account reaches it.
func cloudOf(t *testing.T, fleet string) (*fakecloud.Cloud, *aliyun.Cloud, aliyun.Credentials) {
	t.Helper()
	parsed, err := fakecloud.ParseFleet([]byte(fleet))
	if err != nil {
		t.Fatal(err)
	}
	fake, err := fakecloud.New(parsed)
	if err != nil {
		t.Fatal(err)
	}
	c := fake.Credentials(home)
	return fake, cloudAt(t, fake.ServeHTTP), aliyun.Credentials{
		AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken,
	}
}

func watchedFleet(role string) string {
	return fmt.Sprintf(`{"accounts": [{"id": %q}, {"id": %q, "roles": [{"arn": %q%s}]}],
		"instances": [{"id": "i-bp1theirs00000000001", "name": "theirs", "region": "cn-hangzhou", "account": %q, "locks": ["financial"]},
		              {"id": "i-bp1ours0000000000001", "name": "ours", "region": "cn-hangzhou", "account": %q, "locks": ["financial"]}]}`,
		home, watched, roleARN, role, watched, home)
}

func TestASessionSeesItsOwnAccountAlone(t *testing.T) {
	fake, c, creds := cloudOf(t, watchedFleet(`, "trusted": ["acs:ram::1234567890123456:root"]`))
	theirs := c.Watched(t.Context(), creds, "cn-hangzhou", watchedRole, "reactivate@request/1 of <many>")
	for range 2 { // one AssumeRole serves both
		page, err := theirs.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{})
		if err != nil || len(page.Instances) != 1 || page.Instances[0].Name != "theirs" {
			t.Fatalf("got %+v, %v", page, err)
		}
	}
	if _, err := theirs.ReActivateInstances(t.Context(), "cn-hangzhou", "i-bp1theirs00000000001"); err != nil {
		t.Error(err)
	}
	if got := refusalOf(t, theirs, "i-bp1ours0000000000001"); got.Class != cloud.ClassNotFound {
		t.Errorf("another account's instance: got %+v, want not-found", got)
	}
	assumed := 0
	for _, call := range fake.Calls() {
		if call.Action == "AssumeRole" {
			assumed++
			continue
		}
		if want := "acs:ram::" + watched + ":assumed-role/reactivate-watched/reactivate@request-1-of-many-"; call.AccountID != watched || call.Caller != want {
			t.Errorf("got a call of %s by %s, want %s", call.AccountID, call.Caller, want)
		}
	}
	if assumed != 1 {
		t.Errorf("assumed the role %d times, want once", assumed)
	}
}

func TestARoleThatRefusesIsAskedOnce(t *testing.T) {
	fake, c, creds := cloudOf(t, watchedFleet(""))
	theirs := c.Watched(t.Context(), creds, "cn-hangzhou", watchedRole, "s")
	for range 3 {
		if got := refusalOf(t, theirs, "i-bp1theirs00000000001"); got.Op != "AssumeRole" || got.Class != cloud.ClassDenied {
			t.Errorf("got %+v, want AssumeRole denied", got)
		}
	}
	if calls := fake.Calls(); len(calls) != 1 {
		t.Errorf("made %d calls, want 1", len(calls))
	}
}
