package fakecloud_test

import (
	"strings"
	"testing"
	"time"
)

// TestWhatAStartChanges: a start may change the public address or give it back, and an elastic address stays. The start time shows since
// when the instance runs, so that older arrears are known as paid.
func TestWhatAStartChanges(t *testing.T) {
	for _, tt := range []struct{ fields, before, after string }{
		{``, "/ 2025-01-10T04:04Z", "/ 2026-11-24T13:30Z"},
		{`, "startedAgo": "90m"`, "/ 2026-11-24T10:30Z", "/ 2026-11-24T13:30Z"},
		{`, "publicIp": "203.0.113.7"`, "203.0.113.7/ 2025-01-10T04:04Z", "203.0.113.7/ 2026-11-24T13:30Z"},
		{`, "publicIp": "203.0.113.7", "publicIpAtStart": "203.0.113.8"`, "203.0.113.7/ 2025-01-10T04:04Z", "203.0.113.8/ 2026-11-24T13:30Z"},
		{`, "publicIp": "203.0.113.7", "publicIpAtStart": "none"`, "203.0.113.7/ 2025-01-10T04:04Z", "/ 2026-11-24T13:30Z"},
		{`, "eip": "203.0.113.9"`, "/203.0.113.9 2025-01-10T04:04Z", "/203.0.113.9 2026-11-24T13:30Z"},
	} {
		c, clk := newCloud(t, `{"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"]`+tt.fields+`}]}`)
		look := func() string {
			in := find(t, c, web)
			return strings.Join(in.PublicIPAddress.IPAddress, ",") + "/" + in.EIPAddress.IPAddress + " " + in.StartTime
		}
		if got := look(); got != tt.before {
			t.Errorf("%s: got %s before, want %s", tt.fields, got, tt.before)
		}
		clk.advance(90 * time.Minute)
		start(t, c, web)
		clk.advance(90 * time.Minute)
		if got := look(); got != tt.after {
			t.Errorf("%s: got %s after, want %s", tt.fields, got, tt.after)
		}
	}
}
