package aliyun_test

import (
	"errors"
	"strings"
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

const deployed = `{"accounts": [{"id": "1234567890123456"}], "deployment": {"function": "reactivate", "project": "reactivate-logs",
	"alerts": ["reactivate-no-sweep"], "dashboards": ["reactivate"], "actionPolicies": ["reactivate.all"]}}`

func TestLookReadsEachAPI(t *testing.T) {
	_, c, creds := cloudOf(t, deployed)
	const region = "cn-hangzhou"
	wrong := creds
	wrong.AccessKeySecret = "not-the-secret"
	for _, tt := range []struct {
		operation, path, want string
		api                   aliyun.API // zero: Simple Log Service
	}{
		{"DescribeRegions", "", `"RegionEndpoint":"ecs.cn-hangzhou.aliyuncs.com"`, aliyun.APIECS},
		{"GetCallerIdentity", "", `"AccountId":"1234567890123456"`, aliyun.APISTS},
		{"QueryAccountBalance", "", `"AvailableAmount"`, aliyun.APIBilling},
		{"GetFunction", aliyun.FunctionPath("reactivate", ""), `"project":"reactivate-logs"`, aliyun.APIFunction},
		{"ListTriggers", aliyun.FunctionPath("reactivate", "/triggers"), `asyncInvocationType`, aliyun.APIFunction},
		{"ListAlerts", "/alerts", `"reactivate-no-sweep"`, aliyun.API{}},
		{"GetDashboard", "/dashboards/reactivate", `"xAxis"`, aliyun.API{}},
		{"GetResourceRecord", "/resources/sls.alert.action_policy/records/reactivate.all", `"reactivate.all"`, aliyun.API{}},
	} {
		ask := func(creds aliyun.Credentials) (aliyun.Answer, error) {
			if tt.api == (aliyun.API{}) {
				return c.LookLogs(t.Context(), creds, tt.operation, region, "reactivate-logs", tt.path)
			}
			return c.Look(t.Context(), creds, tt.api, tt.operation, tt.path, region, nil)
		}
		answer, err := ask(creds)
		if err != nil || !strings.Contains(string(answer.Body), tt.want) || answer.Header.Get("Date") == "" {
			t.Errorf("%s: %v, %s; want %s", tt.operation, err, answer.Body, tt.want)
		}
		if _, err := ask(wrong); err == nil {
			t.Errorf("%s: signed with another secret, it is answered", tt.operation)
		}
	}
}

// TestLookOnlyReads: an operation that could change anything is not sent.
func TestLookOnlyReads(t *testing.T) {
	fake, c, creds := cloudOf(t, deployed)
	for _, operation := range []string{"ReActivateInstances", "PutCustomEvent", "DeleteAlert", "AssumeRole", "", "describeInstances", "DescribeInstances&Action=StopInstance"} {
		_, err := c.Look(t.Context(), creds, aliyun.APIECS, operation, "", "cn-hangzhou", nil)
		_, logs := c.LookLogs(t.Context(), creds, operation, "cn-hangzhou", "reactivate-logs", "/alerts")
		for _, err := range []error{err, logs} {
			if refused, ok := errors.AsType[*cloud.Error](err); !ok || refused.Class != cloud.ClassInvalid {
				t.Errorf("%q: %v, want it refused", operation, err)
			}
		}
	}
	if _, err := c.LookLogs(t.Context(), creds, "ListAlerts", "cn-hangzhou", "evil.invalid/", "/alerts"); err == nil {
		t.Error("a project that would change the host is taken")
	}
	if calls := fake.Calls(); len(calls) > 0 {
		t.Errorf("sent: %+v", calls)
	}
}
