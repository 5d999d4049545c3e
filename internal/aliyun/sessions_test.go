package aliyun_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
)

// TestAssumeRoleIsPaced: never more than 100 in a second, however many accounts begin at once.
func TestAssumeRoleIsPaced(t *testing.T) {
	var accounts []string
	for n := range 150 {
		id := fmt.Sprint(2000000000000000 + n)
		accounts = append(accounts, fmt.Sprintf(`{"id": %q, "roles": [{"arn": "acs:ram::%s:role/r", "trusted": ["acs:ram::1234567890123456:root"]}]}`, id, id))
	}
	fake, c, creds := cloud(t, `{"accounts": [{"id": "1234567890123456"},`+strings.Join(accounts, ",")+`]}`)
	var wg sync.WaitGroup
	for n := range 150 {
		role, err := aliyun.ParseRole(fmt.Sprintf("acs:ram::%d:role/r", 2000000000000000+n))
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if _, err := c.Watched(creds, "cn-hangzhou", role, "s").DescribeRegions(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var at []time.Time
	for _, call := range fake.Calls() {
		if call.Action == "AssumeRole" {
			at = append(at, call.Time)
		}
	}
	if len(at) != 150 {
		t.Fatalf("assumed %d roles, want 150", len(at))
	}
	for i := range at {
		if i >= 100 && at[i].Sub(at[i-100]) < time.Second {
			t.Errorf("101 calls in %v", at[i].Sub(at[i-100]))
		}
	}
}

func TestAClosedSessionIsMadeAnew(t *testing.T) {
	fake, c, creds := cloud(t, watchedFleet(`, "trusted": ["acs:ram::1234567890123456:root"]`))
	role, err := aliyun.ParseRole(roleARN)
	if err != nil {
		t.Fatal(err)
	}
	theirs := c.Watched(creds, "cn-hangzhou", role, "s")
	for range 2 {
		if _, err := theirs.DescribeRegions(t.Context()); err != nil {
			t.Fatal(err)
		}
		theirs.Close()
	}
	c.Own(creds, "cn-hangzhou").Close() // has none to close
	assumed := 0
	for _, call := range fake.Calls() {
		if call.Action == "AssumeRole" {
			assumed++
		}
	}
	if assumed != 2 {
		t.Errorf("assumed the role %d times, want 2", assumed)
	}
}

// TestARoleThatIsMissing is denied for an account that was named, and a warning for one that the directory lists.
func TestARoleThatIsMissing(t *testing.T) {
	_, c, creds := cloud(t, `{"accounts": [{"id": "1234567890123456"}, {"id": "2345678901234567"}]}`)
	for _, listed := range []bool{false, true} {
		role := aliyun.Role{ARN: roleARN, AccountID: watched, Listed: listed}
		_, err := c.Watched(creds, "cn-hangzhou", role, "s").DescribeRegions(t.Context())
		refused, ok := errors.AsType[*reactivate.Error](err)
		if !ok || refused.Warning != listed || (refused.Class == reactivate.ClassNotFound) != listed || (refused.Class == reactivate.ClassDenied) == listed {
			t.Errorf("listed %v: got %+v", listed, refused)
		}
		if listed && !strings.Contains(refused.Message, "role missing: roll it out") {
			t.Errorf("got %q, want what is missing", refused.Message)
		}
	}
	_, c, creds = cloud(t, watchedFleet("")) // it trusts nobody
	_, err := c.Watched(creds, "cn-hangzhou", aliyun.Role{ARN: roleARN, AccountID: watched, Listed: true}, "s").DescribeRegions(t.Context())
	if refused, ok := errors.AsType[*reactivate.Error](err); !ok || refused.Class != reactivate.ClassDenied || refused.Warning {
		t.Errorf("a role that does not trust us: got %+v, want it denied", refused)
	}
}
