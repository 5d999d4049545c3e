package aliyun_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/fakecloud"
	"reactivate/internal/reactivate"
)

// looking is a cloud with a deployed function, and a client of it.
func looking(t *testing.T) (*fakecloud.Cloud, *aliyun.Cloud, aliyun.Credentials) {
	t.Helper()
	fake, err := fakecloud.New(fakecloud.Fleet{Deployment: &fakecloud.Deployment{
		Function: "reactivate", Project: "reactivate-logs", Alerts: []string{"reactivate-no-sweep"}, Dashboards: []string{"reactivate"}, Policies: []string{"reactivate.all"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	c := fake.Credentials("")
	return fake, aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL}), aliyun.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}
}

func TestLookReadsEachAPI(t *testing.T) {
	_, cloud, creds := looking(t)
	const region = "cn-hangzhou"
	look := func(creds aliyun.Credentials, kind aliyun.API, operation, path string) (aliyun.Answer, error) {
		return cloud.Look(t.Context(), creds, kind, operation, path, region, nil)
	}
	logs := func(creds aliyun.Credentials, operation, path string) (aliyun.Answer, error) {
		return cloud.LookLogs(t.Context(), creds, operation, region, "reactivate-logs", path)
	}
	wrong := creds
	wrong.AccessKeySecret = "not-the-secret"
	for _, tt := range []struct {
		operation, want string
		ask             func(aliyun.Credentials, string) (aliyun.Answer, error)
	}{
		{"DescribeRegions", `"RegionEndpoint":"ecs.cn-hangzhou.aliyuncs.com"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) { return look(c, aliyun.APIECS, op, "") }},
		{"GetCallerIdentity", `"AccountId":"1234567890123456"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) { return look(c, aliyun.APISTS, op, "") }},
		{"QueryAccountBalance", `"AvailableAmount"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) {
			return look(c, aliyun.APIBilling, op, "")
		}},
		{"GetFunction", `"project":"reactivate-logs"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) {
			return look(c, aliyun.APIFunction, op, aliyun.FunctionPath("reactivate", ""))
		}},
		{"ListTriggers", `asyncInvocationType`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) {
			return look(c, aliyun.APIFunction, op, aliyun.FunctionPath("reactivate", "/triggers"))
		}},
		{"ListAlerts", `"reactivate-no-sweep"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) { return logs(c, op, "/alerts") }},
		{"GetDashboard", `"xAxis"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) {
			return logs(c, op, "/dashboards/reactivate")
		}},
		{"GetResourceRecord", `"reactivate.all"`, func(c aliyun.Credentials, op string) (aliyun.Answer, error) {
			return logs(c, op, "/resources/sls.alert.action_policy/records/reactivate.all")
		}},
	} {
		answer, err := tt.ask(creds, tt.operation)
		if err != nil || !strings.Contains(string(answer.Body), tt.want) || answer.Header.Get("Date") == "" {
			t.Errorf("%s: %v, %s; want %s", tt.operation, err, answer.Body, tt.want)
		}
		if _, err := tt.ask(wrong, tt.operation); err == nil {
			t.Errorf("%s: signed with another secret, it is answered", tt.operation)
		}
	}
}

// What could change anything is not sent.
func TestLookOnlyReads(t *testing.T) {
	fake, cloud, creds := looking(t)
	for _, operation := range []string{"ReActivateInstances", "PutCustomEvent", "DeleteAlert", "AssumeRole", "", "describeInstances", "DescribeInstances&Action=StopInstance"} {
		_, err := cloud.Look(t.Context(), creds, aliyun.APIECS, operation, "", "cn-hangzhou", nil)
		_, logs := cloud.LookLogs(t.Context(), creds, operation, "cn-hangzhou", "reactivate-logs", "/alerts")
		for _, err := range []error{err, logs} {
			if refused, ok := errors.AsType[*reactivate.Error](err); !ok || refused.Class != reactivate.ClassInvalid {
				t.Errorf("%q: %v, want it refused", operation, err)
			}
		}
	}
	if _, err := cloud.LookLogs(t.Context(), creds, "ListAlerts", "cn-hangzhou", "evil.invalid/", "/alerts"); err == nil {
		t.Error("a project that would change the host is taken")
	}
	if calls := fake.Calls(); len(calls) > 0 {
		t.Errorf("sent: %+v", calls)
	}
}
