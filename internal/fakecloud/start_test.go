package fakecloud_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAddresses: a start may change the public address or give it back. An elastic address stays.
func TestAddresses(t *testing.T) {
	for _, tt := range []struct{ fields, before, after string }{
		{``, "/", "/"},
		{`, "publicIp": "203.0.113.7"`, "203.0.113.7/", "203.0.113.7/"},
		{`, "publicIp": "203.0.113.7", "publicIpAtStart": "203.0.113.8"`, "203.0.113.7/", "203.0.113.8/"},
		{`, "publicIp": "203.0.113.7", "publicIpAtStart": "none"`, "203.0.113.7/", "/"},
		{`, "publicIpAtStart": "203.0.113.8"`, "/", "203.0.113.8/"},
		{`, "eip": "203.0.113.9"`, "/203.0.113.9", "/203.0.113.9"},
	} {
		c, clk := newCloud(t, `{"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"]`+tt.fields+`}]}`)
		look := func() string {
			in := call(t, c, "DescribeInstances", "RegionId", hz, "InstanceIds", `["`+web+`"]`).Instances.Instance[0]
			return strings.Join(in.PublicIPAddress.IPAddress, ",") + "/" + in.EIPAddress.IPAddress
		}
		if got := look(); got != tt.before {
			t.Errorf("%s: got %s before, want %s", tt.fields, got, tt.before)
		}
		call(t, c, "ReActivateInstances", "RegionId", hz, "InstanceId", web)
		clk.advance(time.Minute)
		if got := look(); got != tt.after {
			t.Errorf("%s: got %s after, want %s", tt.fields, got, tt.after)
		}
	}
}

func TestSystemTags(t *testing.T) {
	c, _ := newCloud(t, `{"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"],
		"tags": {"acs:autoscaling:scalingGroupId": "asg-bp1", "ack.aliyun.com": "c1"}}]}`)
	in := call(t, c, "DescribeInstances", "RegionId", hz, "InstanceIds", `["`+web+`"]`).Instances.Instance[0]
	if got := fmt.Sprint(in.Tags.Tag); got != "[{ack.aliyun.com c1} {acs:autoscaling:scalingGroupId asg-bp1}]" {
		t.Errorf("got %s, want both tags", got)
	}
}

// TestFallsBack: an instance stops again after each start, whoever started it.
func TestFallsBack(t *testing.T) {
	for _, tt := range []struct {
		name, fields string
		want         []string // states 0, 5, 10 and 15 s after the start
	}{
		{"stays", ``, []string{"Starting", "Running", "Running", "Running"}},
		{"runs for a while", `"after": "10s"`, []string{"Starting", "Running", "Stopped", "Stopped"}},
		{"never runs", `"after": "4s"`, []string{"Starting", "Stopped", "Stopped", "Stopped"}},
		{"is locked again", `"after": "10s", "locks": ["financial"]`, []string{"Starting", "Running", "Stopped financial", "Stopped financial"}},
	} {
		for _, byPlatform := range []bool{false, true} {
			platform := map[bool]string{true: `, "platform": {"after": "1s"}`}[byPlatform]
			c, clk := newCloud(t, fmt.Sprintf(`{"startTakes": "5s", "instances": [
				{"id": %q, "region": "cn-hangzhou", "locks": ["financial"], "fallsBack": {%s}%s}]}`, web, tt.fields, platform))
			if byPlatform {
				describe(t, c, hz, web) // the first use
				clk.advance(time.Second)
			} else {
				call(t, c, "ReActivateInstances", "RegionId", hz, "InstanceId", web)
			}
			var got []string
			for range tt.want {
				status, locks := describe(t, c, hz, web)
				got = append(got, strings.TrimSpace(status+" "+locks))
				clk.advance(5 * time.Second)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s, by the platform %v: got %q, want %q", tt.name, byPlatform, got, tt.want)
			}
		}
	}
}
