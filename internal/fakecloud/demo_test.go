package fakecloud_test

import (
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// TestDemoRefusals: what no script calls.
func TestDemoRefusals(t *testing.T) {
	demo := fakecloud.Demo()
	demo.Latency = nil
	c, clk := cloudOf(t, demo)
	for _, tt := range []struct{ region, id, code string }{
		{"cn-shenzhen", "i-bp1erp00000000000001", "403 OperationDenied.NoStock"},
		{"cn-shenzhen", "i-bp1erp00000000000002", "400 ReopenInstance.ImageNotEnoughBalance"},
	} {
		clk.advance(time.Hour)
		if got := call(t, c, "ReActivateInstances", "RegionId", tt.region, "InstanceId", tt.id); got.short() != tt.code {
			t.Errorf("%s: got %s, want %s", tt.id, got.short(), tt.code)
		}
	}
	_, session := assume(t, c, c.Credentials(""), team)
	got := callAs(t, c, session, "ReActivateInstances", "RegionId", hz, "InstanceId", "i-bp1team0000000000001")
	if got.Code != "ReopenInstance.InstanceNotEnoughBalance" {
		t.Errorf("the watched account: got %d %s, want InstanceNotEnoughBalance", got.Status, got.Text)
	}
}
