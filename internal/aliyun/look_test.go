package aliyun_test

import (
	"errors"
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// TestLookOnlyReads: an operation that could change anything is not sent.
func TestLookOnlyReads(t *testing.T) {
	fake, c, creds := cloudOf(t, `{}`)
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
