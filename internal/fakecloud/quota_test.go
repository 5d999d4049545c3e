package fakecloud_test

import (
	"strings"
	"testing"
	"time"
)

func TestTokenBucket(t *testing.T) {
	c, clk := newCloud(t, `{"quotas": [{"action": "DescribeRegions", "rate": 2, "burst": 3, "retryAfter": true}]}`)
	got := ""
	take := func() reply {
		r := call(t, c, "DescribeRegions")
		got += map[string]string{"": "o", "Throttling.User": "T"}[r.Code]
		return r
	}
	for range 4 {
		take()
	}
	refused := take()
	if refused.Status != 400 || refused.Header.Get("x-acs-retry-after") != "500" || refused.Message != "Request was denied due to user flow control." {
		t.Errorf("got %d %s, header %q, want 400 and 500 ms", refused.Status, refused.Text, refused.Header.Get("x-acs-retry-after"))
	}
	clk.advance(500*time.Millisecond - 1)
	take()
	clk.advance(1)
	take()
	take()
	clk.advance(time.Hour)
	for range 4 {
		take()
	}
	if want := "oooTT" + "T" + "oT" + "oooT"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMinuteWindow(t *testing.T) {
	c, clk := newCloud(t, `{"quotas": [{"action": "*", "perMinute": 2, "code": "Throttling.Api"}]}`)
	clk.advance(50 * time.Second) // the minute ends in 10 s
	got := ""
	for range 3 {
		for range 3 {
			r := call(t, c, "DescribeRegions")
			got += map[string]string{"": "o", "Throttling.Api": "T"}[r.Code]
			if h := r.Header.Get("x-acs-retry-after"); h != "" {
				t.Errorf("header %q, want none", h)
			}
		}
		clk.advance(5 * time.Second)
	}
	if want := "ooTTTTooT"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMinuteWindowTellsWhenItEnds(t *testing.T) {
	c, clk := newCloud(t, `{"quotas": [{"action": "*", "perMinute": 1, "retryAfter": true}]}`)
	clk.advance(50*time.Second + 300*time.Microsecond)
	call(t, c, "DescribeRegions")
	if got := call(t, c, "DescribeRegions").Header.Get("x-acs-retry-after"); got != "10000" {
		t.Errorf("got %q, want 10000 ms, rounded up", got)
	}
}

// TestQuotaScope: one is kept for each account, region and API.
func TestQuotaScope(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "accounts": [{"id": "1111111111111111"}, {"id": "2222222222222222"}],
		"quotas": [{"action": "*", "rate": 0.001}], "instances": [{"id": "`+web+`", "region": "cn-hangzhou"}]}`)
	var got []string
	for _, one := range []struct{ account, action, region string }{
		{"1111111111111111", "DescribeInstances", "cn-hangzhou"}, {"1111111111111111", "DescribeInstances", "cn-hangzhou"},
		{"1111111111111111", "DescribeInstances", "cn-beijing"}, {"1111111111111111", "DescribeRegions", "cn-hangzhou"},
		{"2222222222222222", "DescribeInstances", "cn-hangzhou"}, {"2222222222222222", "DescribeInstances", "cn-hangzhou"},
	} {
		r := callAs(t, c, c.Credentials(one.account), one.action, "RegionId", one.region)
		got = append(got, map[string]string{"": "o", "Throttling.User": "T"}[r.Code])
	}
	if got, want := strings.Join(got, ""), "oTooo"+"T"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
