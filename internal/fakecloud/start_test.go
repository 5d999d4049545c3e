package fakecloud_test

import (
	"testing"
	"time"
)

// TestStartTime: it shows since when the instance runs, so that older arrears are known as paid.
func TestStartTime(t *testing.T) {
	for _, tt := range []struct{ fields, before string }{
		{``, "2025-01-10T04:04Z"},
		{`, "startedAgo": "90m"`, "2026-11-24T10:30Z"},
	} {
		c, clk := newCloud(t, `{"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"]`+tt.fields+`}]}`)
		if got := find(t, c, web).StartTime; got != tt.before {
			t.Errorf("%s: got %s before, want %s", tt.fields, got, tt.before)
		}
		clk.advance(90 * time.Minute)
		start(t, c, web)
		clk.advance(90 * time.Minute)
		if got, want := find(t, c, web).StartTime, "2026-11-24T13:30Z"; got != want {
			t.Errorf("%s: got %s after, want %s", tt.fields, got, want)
		}
	}
}
