package fakecloud_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

const (
	team = "acs:ram::2345678901234567:role/reactivate-watched"

	twoAccounts = `{"accounts": [
		{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s", "token": "t"},
			{"id": "root", "secret": "s", "principal": "acs:ram::1234567890123456:root"}]},
		{"id": "2345678901234567", "roles": [
			{"arn": "acs:ram::2345678901234567:role/reactivate-watched", "trusted": ["acs:ram::1234567890123456:root"]},
			{"arn": "acs:ram::2345678901234567:role/exact", "trusted": ["acs:ram::1234567890123456:role/function"]},
			{"arn": "acs:ram::2345678901234567:role/closed", "trusted": ["acs:ram::1234567890123456:user/somebody"]},
			{"arn": "acs:ram::2345678901234567:role/looks", "trusted": ["acs:ram::1234567890123456:root"], "deny": ["ecs:ReActivateInstances"]},
			{"arn": "acs:ram::2345678901234567:role/revoked", "trusted": ["acs:ram::1234567890123456:root"], "revokedAfter": "5s"},
			{"arn": "acs:ram::2345678901234567:role/chained", "trusted": ["acs:ram::2345678901234567:role/reactivate-watched"]}]}],
		"instances": [{"id": "i-bp1web00000000000001", "region": "cn-hangzhou", "account": "2345678901234567", "locks": ["financial"]}]}`
)

func assume(t *testing.T, c *fakecloud.Cloud, keys fakecloud.Credentials, arn string, params ...string) (reply, fakecloud.Credentials) {
	t.Helper()
	got := callAs(t, c, keys, "AssumeRole", append([]string{"RoleArn", arn, "RoleSessionName", "reactivate"}, params...)...)
	return got, fakecloud.Credentials{
		AccessKeyID: got.Credentials.AccessKeyID, AccessKeySecret: got.Credentials.AccessKeySecret, SecurityToken: got.Credentials.SecurityToken,
	}
}

func TestAssumeRole(t *testing.T) {
	c, clk := newCloud(t, twoAccounts)
	got, session := assume(t, c, c.Credentials(""), team, "DurationSeconds", "900")
	if got.Status != http.StatusOK || !strings.HasPrefix(session.AccessKeyID, "STS.") ||
		got.Credentials.Expiration != "2026-11-24T12:15:00Z" || got.AssumedRoleUser.Arn != team+"/reactivate" ||
		!strings.HasSuffix(got.AssumedRoleUser.AssumedRoleID, ":reactivate") {
		t.Fatalf("got %d %s", got.Status, got.Text)
	}
	params := []string{"RegionId", "cn-hangzhou", "InstanceId", web}
	forged := session
	forged.AccessKeySecret = c.Credentials("").AccessKeySecret
	if got := callAs(t, c, forged, "ReActivateInstances", params...); got.Code != "SignatureDoesNotMatch" {
		t.Errorf("another's secret: got %d %s, want SignatureDoesNotMatch", got.Status, got.Text)
	}
	clk.advance(15*time.Minute - 1)
	if got := callAs(t, c, session, "ReActivateInstances", params...); got.Status != http.StatusOK {
		t.Errorf("in its account: got %d %s, want 200", got.Status, got.Text)
	}
	clk.advance(1)
	if got := callAs(t, c, session, "ReActivateInstances", params...); got.Status != 400 || got.Code != "InvalidSecurityToken.Expired" {
		t.Errorf("after its end: got %d %s, want InvalidSecurityToken.Expired", got.Status, got.Text)
	}
	calls := c.Calls()
	if made := calls[2]; made.AccountID != "2345678901234567" || made.Caller != "acs:ram::2345678901234567:assumed-role/reactivate-watched/reactivate" {
		t.Errorf("record: got %+v, want the watched account", made)
	}
}

func TestAssumeRoleRefusals(t *testing.T) {
	c, _ := newCloud(t, twoAccounts)
	for _, tt := range []struct {
		name, key, role string
		params          []string
		want            string
	}{
		{"trusted by account", "k", team, nil, "200"},
		{"trusted by role", "k", "acs:ram::2345678901234567:role/exact", nil, "200"},
		{"not trusted", "k", "acs:ram::2345678901234567:role/closed", nil, "403 NoPermission"},
		{"an account itself", "root", team, nil, "403 NoPermission"},
		{"no such role", "k", "acs:ram::2345678901234567:role/nobody", nil, "404 EntityNotExist.Role"},
		{"no role at all", "k", "reactivate", nil, "400 InvalidParameter.RoleArn"},
		{"a session name with a space", "k", team, []string{"RoleSessionName", "a b"}, "400 InvalidParameter.RoleSessionName"},
		{"too short", "k", team, []string{"DurationSeconds", "899"}, "400 InvalidParameter.DurationSeconds"},
		{"the maximum", "k", team, []string{"DurationSeconds", "3600"}, "200"},
		{"above it", "k", team, []string{"DurationSeconds", "3601"}, "400 InvalidParameter.DurationSeconds"},
		{"no number", "k", team, []string{"DurationSeconds", "1h"}, "400 InvalidParameter.DurationSeconds"},
		{"no name", "k", team, []string{"RoleSessionName", ""}, "400 InvalidParameter.RoleSessionName"},
	} {
		keys := fakecloud.Credentials{AccessKeyID: tt.key, AccessKeySecret: "s", SecurityToken: map[string]string{"k": "t"}[tt.key]}
		if got, _ := assume(t, c, keys, tt.role, tt.params...); got.short() != tt.want {
			t.Errorf("%s: got %d %s, want %s", tt.name, got.Status, got.Text, tt.want)
		}
	}
}

func TestSessionsOfOddRoles(t *testing.T) {
	c, clk := newCloud(t, twoAccounts)
	params := []string{"RegionId", "cn-hangzhou", "InstanceId", web}
	_, looks := assume(t, c, c.Credentials(""), "acs:ram::2345678901234567:role/looks")
	if got := callAs(t, c, looks, "ReActivateInstances", params...); got.Code != "Forbidden.RAM" {
		t.Errorf("a role that may only look: got %d %s, want Forbidden.RAM", got.Status, got.Text)
	}
	revoked, gone := assume(t, c, c.Credentials(""), "acs:ram::2345678901234567:role/revoked")
	if got, want := revoked.Credentials.Expiration, "2026-11-24T13:00:00Z"; got != want {
		t.Errorf("revoked: tells %s, want %s", got, want)
	}
	_, first := assume(t, c, c.Credentials(""), team)
	if got, _ := assume(t, c, first, "acs:ram::2345678901234567:role/chained"); got.Status != 200 {
		t.Errorf("a role that assumes a role: got %d %s", got.Status, got.Text)
	}
	clk.advance(2 * time.Second)
	if got := callAs(t, c, gone, "DescribeRegions"); got.Status != 200 {
		t.Errorf("not yet revoked: got %d %s", got.Status, got.Text)
	}
	clk.advance(3 * time.Second)
	if got := callAs(t, c, gone, "DescribeRegions"); got.Code != "InvalidSecurityToken.Expired" {
		t.Errorf("revoked: got %d %s, want it expired", got.Status, got.Text)
	}
}
