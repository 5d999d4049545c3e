package fakecloud_test

import (
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// demo is the demo on a clock of the test's, without its latency.
func demo(t *testing.T) (*fakecloud.Cloud, *clock) {
	t.Helper()
	f := fakecloud.Demo()
	f.Latency = nil
	c, err := fakecloud.New(f)
	if err != nil {
		t.Fatal(err)
	}
	clk := &clock{}
	c.Now = clk.now
	return c, clk
}

// TestDemoShowsTheRest: what only a request by id meets.
func TestDemoShowsTheRest(t *testing.T) {
	c, clk := demo(t)
	for _, tt := range []struct{ region, id, status, locks, code string }{
		{"cn-hangzhou", "i-bp1web00000000000003", "Running", "", "ReopenInstance.InstanceStatusNotValid"},
		{"cn-hangzhou", "i-bp1new00000000000001", "Pending", "", "IncorrectInstanceStatus"},
		{"cn-hangzhou", "i-bp1stage000000000001", "Stopped", "", "ReopenInstance.InstanceStatusNotValid"},
		{"cn-hangzhou", "i-bp1crm00000000000001", "Stopped", "financial", "InvalidPayType.NotSupport"},
		{"cn-hangzhou", "i-bp1gone0000000000001", "", "", "InvalidInstanceId.NotFound"},
		{"cn-beijing", "i-bp1search00000000001", "Stopped", "financial", "Throttling.User"},
		{"cn-shenzhen", "i-bp1erp00000000000001", "Stopped", "financial,financial-recycling", "OperationDenied.NoStock"},
		{"cn-shenzhen", "i-bp1erp00000000000002", "Stopped", "financial", "ReopenInstance.ImageNotEnoughBalance"},
	} {
		clk.advance(time.Hour)
		status, locks := describe(t, c, tt.region, tt.id)
		got := call(t, c, "ReActivateInstances", "RegionId", tt.region, "InstanceId", tt.id)
		if status != tt.status || locks != tt.locks || got.Code != tt.code {
			t.Errorf("%s: got %s, %q, %s; want %s, %q, %s", tt.id, status, locks, got.Code, tt.status, tt.locks, tt.code)
		}
	}
	_, session := assume(t, c, c.Credentials(""), "acs:ram::2345678901234567:role/reactivate-watched")
	got := callAs(t, c, session, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", "i-bp1team0000000000001")
	if got.Code != "ReopenInstance.InstanceNotEnoughBalance" {
		t.Errorf("the watched account: got %d %s, want InstanceNotEnoughBalance", got.Status, got.Text)
	}
}
