package fakecloud_test

import (
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// taken makes calls, one after the other: o is one that is answered, T is a throttled one.
func taken(t *testing.T, c *fakecloud.Cloud, calls int) (marks, retryAfter string) {
	t.Helper()
	for range calls {
		r := call(t, c, "DescribeRegions")
		marks += map[string]string{"": "o", "Throttling.User": "T"}[r.Code]
		retryAfter = r.Header.Get("x-acs-retry-after")
	}
	return marks, retryAfter
}

// TestQuotas: each step lets time pass and then makes calls. The header of the last call says in milliseconds, rounded up, when to call again.
func TestQuotas(t *testing.T) {
	type step struct {
		after  time.Duration
		calls  int
		want   string
		header string
	}
	for _, tt := range []struct {
		quota string
		steps []step
	}{
		{`"action": "DescribeRegions", "rate": 2, "burst": 3, "retryAfter": true`, []step{
			{0, 5, "oooTT", "500"}, {500*time.Millisecond - 1, 1, "T", "1"}, {1, 2, "oT", "500"}, {time.Hour, 4, "oooT", "500"},
		}},
		{`"action": "*", "perMinute": 2`, []step{
			{50 * time.Second, 3, "ooT", ""}, {5 * time.Second, 3, "TTT", ""}, {5 * time.Second, 3, "ooT", ""},
		}},
		{`"action": "*", "perMinute": 1, "retryAfter": true`, []step{{50*time.Second + 300*time.Microsecond, 2, "oT", "10000"}}},
	} {
		c, clk := newCloud(t, `{"quotas": [{`+tt.quota+`}]}`)
		for i, s := range tt.steps {
			clk.advance(s.after)
			if got, header := taken(t, c, s.calls); got != s.want || header != s.header {
				t.Errorf("%s, step %d: got %s, header %q, want %s, header %q", tt.quota, i, got, header, s.want, s.header)
			}
		}
	}
}

// TestQuotaScope: one is kept for each account, region and API.
func TestQuotaScope(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "accounts": [{"id": "1111111111111111"}, {"id": "2222222222222222"}],
		"quotas": [{"action": "*", "rate": 0.001}], "instances": [{"id": "`+web+`", "region": "cn-hangzhou"}]}`)
	for _, tt := range []struct{ account, action, region, want string }{
		{"1111111111111111", "DescribeInstances", hz, "200"}, {"1111111111111111", "DescribeInstances", hz, "400 Throttling.User"},
		{"1111111111111111", "DescribeInstances", "cn-beijing", "200"}, {"1111111111111111", "DescribeRegions", hz, "200"},
		{"2222222222222222", "DescribeInstances", hz, "200"}, {"2222222222222222", "DescribeInstances", hz, "400 Throttling.User"},
	} {
		if got := callAs(t, c, c.Credentials(tt.account), tt.action, "RegionId", tt.region); got.short() != tt.want {
			t.Errorf("%s of %s in %s: got %s, want %s", tt.action, tt.account, tt.region, got.short(), tt.want)
		}
	}
}
