package aliyun_test

import (
	"errors"
	"fmt"
	"strings"
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

// trustsUs lets the home account assume a role.
const trustsUs = `, "trusted": ["acs:ram::1234567890123456:root"]`

// watchedFleet has an instance in each account, and a role in the watched one. rest is the rest of the role's fields.
func watchedFleet(rest string) string {
	return fmt.Sprintf(`{"accounts": [{"id": %q}, {"id": %q, "roles": [{"arn": %q%s}]}],
		"instances": [{"id": "i-bp1theirs00000000001", "name": "theirs", "region": "cn-hangzhou", "account": %q, "locks": ["financial"]},
		              {"id": "i-bp1ours0000000000001", "name": "ours", "region": "cn-hangzhou", "account": %q, "locks": ["financial"]}]}`,
		home, watched, roleARN, rest, watched, home)
}

// assumed is how often a role was assumed.
func assumed(fake *fakecloud.Cloud) int {
	calls := 0
	for _, call := range fake.Calls() {
		if call.Action == "AssumeRole" {
			calls++
		}
	}
	return calls
}

func TestAClosedSessionIsMadeAnew(t *testing.T) {
	fake, c, creds := cloudOf(t, watchedFleet(trustsUs))
	theirs := c.Watched(t.Context(), creds, "cn-hangzhou", watchedRole, "s")
	for range 2 {
		if _, err := theirs.DescribeRegions(t.Context()); err != nil {
			t.Fatal(err)
		}
		theirs.Close()
	}
	c.Own(creds, "cn-hangzhou").Close() // has none to close
	if got := assumed(fake); got != 2 {
		t.Errorf("assumed the role %d times, want 2", got)
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

// TestARoleThatIsMissing is denied for an account that is named, and a warning for one that the directory lists.
func TestARoleThatIsMissing(t *testing.T) {
	_, c, creds := cloudOf(t, `{"accounts": [{"id": "1234567890123456"}, {"id": "2345678901234567"}]}`)
	for _, listed := range []bool{false, true} {
		role := aliyun.Role{ARN: roleARN, AccountID: watched, Listed: listed}
		_, err := c.Watched(t.Context(), creds, "cn-hangzhou", role, "s").DescribeRegions(t.Context())
		refused, ok := errors.AsType[*cloud.Error](err)
		if !ok || refused.Warning != listed || (refused.Class == cloud.ClassNotFound) != listed || (refused.Class == cloud.ClassDenied) == listed {
			t.Errorf("listed %v: got %+v", listed, refused)
		}
		if listed && !strings.Contains(refused.Message, "role missing: roll it out") {
			t.Errorf("got %q, want what is missing", refused.Message)
		}
	}
	_, c, creds = cloudOf(t, watchedFleet("")) // it trusts nobody
	listed := aliyun.Role{ARN: roleARN, AccountID: watched, Listed: true}
	_, err := c.Watched(t.Context(), creds, "cn-hangzhou", listed, "s").DescribeRegions(t.Context())
	if refused, ok := errors.AsType[*cloud.Error](err); !ok || refused.Class != cloud.ClassDenied || refused.Warning {
		t.Errorf("a role that does not trust us: got %+v, want it denied", refused)
	}
}
