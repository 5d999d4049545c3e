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

// TestFallsBack: an instance stops again after each start, whoever started it.
func TestFallsBack(t *testing.T) {
	for fallsBack, want := range map[string]string{ // states 0, 5, 10 and 15 s after the start
		``:                                       "Starting, Running, Running, Running",
		`"after": "10s"`:                         "Starting, Running, Stopped, Stopped",
		`"after": "4s"`:                          "Starting, Stopped, Stopped, Stopped",
		`"after": "10s", "locks": ["financial"]`: "Starting, Running, Stopped financial, Stopped financial",
	} {
		for _, platform := range []string{``, `, "platform": {"after": "1s"}`} {
			c, clk := newCloud(t, `{"startTakes": "5s", "instances": [
				{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"], "fallsBack": {`+fallsBack+`}`+platform+`}]}`)
			state(t, c, web) // the first use
			if clk.advance(time.Second); platform == "" {
				start(t, c, web)
			}
			var got []string
			for range 4 {
				got = append(got, state(t, c, web))
				clk.advance(5 * time.Second)
			}
			if got := strings.Join(got, ", "); got != want {
				t.Errorf("%s%s: got %s, want %s", fallsBack, platform, got, want)
			}
		}
	}
}
