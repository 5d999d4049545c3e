package fakecloud_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const mixedFleet = `{"regions": ["cn-hangzhou", "cn-beijing"], "instances": [
	{"id": "i-bp1over0000000000001", "name": "web-1", "region": "cn-hangzhou", "locks": ["financial"], "tags": {"env": "prod", "app": "shop"}},
	{"id": "i-bp1over0000000000002", "name": "web-2", "region": "cn-hangzhou", "locks": ["financial", "security"], "tags": {"env": "dev"}},
	{"id": "i-bp1runs0000000000001", "name": "web-3", "region": "cn-hangzhou", "status": "Running"},
	{"id": "i-bp1idle0000000000001", "name": "db*", "region": "cn-hangzhou", "status": "Stopped", "tags": {"env": "prod"}},
	{"id": "i-bp1spot0000000000001", "name": "spot/1", "region": "cn-hangzhou", "locks": ["Recycling"], "spot": true},
	{"id": "i-bp1paid0000000000001", "name": "crm", "region": "cn-hangzhou", "locks": ["financial"], "chargeType": "PrePaid"},
	{"id": "i-bp1gone0000000000001", "name": "gone", "region": "cn-hangzhou", "locks": ["financial"], "overdueFor": "361h"},
	{"id": "i-bp1over0000000000001", "name": "twin", "region": "cn-beijing", "locks": ["financial"]}]}`

func names(r reply) string {
	var got []string
	for _, in := range r.Instances.Instance {
		got = append(got, in.InstanceName)
	}
	return strings.Join(got, " ")
}

func TestDescribeFilters(t *testing.T) {
	hundred, _ := json.Marshal(slices.Repeat([]string{"i-bp1runs0000000000001"}, 100))
	tooMany, _ := json.Marshal(slices.Repeat([]string{"i-bp1runs0000000000001"}, 101))
	for _, tt := range []struct {
		name   string
		params []string
		want   string // names, or the error's code
		status int    // 0: 200
	}{
		{"everything", nil, "web-1 web-2 web-3 db* spot/1 crm", 0},
		{"another region", []string{"RegionId", "cn-beijing"}, "twin", 0},
		{"no such region", []string{"RegionId", "cn-nowhere"}, "InvalidRegionId.NotFound", 404},
		{"ids", []string{"InstanceIds", `["i-bp1over0000000000002","i-bp1nobody00000000001","i-bp1gone0000000000001"]`}, "web-2", 0},
		{"no ids find nothing", []string{"InstanceIds", "[]"}, "", 0},
		{"100 ids", []string{"InstanceIds", string(hundred)}, "web-3", 0},
		{"101 ids", []string{"InstanceIds", string(tooMany)}, "InvalidParameter", 400},
		{"ids that are no list", []string{"InstanceIds", "i-bp1over0000000000002"}, "InvalidParameter", 400},
		{"status", []string{"Status", "Stopped"}, "web-1 web-2 db* spot/1 crm", 0},
		{"no such status", []string{"Status", "Expired"}, "InvalidStatus.NotFound", 404},
		{"pay-as-you-go", []string{"InstanceChargeType", "PostPaid"}, "web-1 web-2 web-3 db* spot/1", 0},
		{"subscription", []string{"InstanceChargeType", "PrePaid"}, "crm", 0},
		{"no such charge type", []string{"InstanceChargeType", "Free"}, "InvalidInstanceChargeType.NotFound", 404},
		{"lock", []string{"LockReason", "financial"}, "web-1 web-2 crm", 0},
		{"lock without case", []string{"LockReason", "recycling"}, "spot/1", 0},
		{"no such lock", []string{"LockReason", "rust"}, "InvalidLockReason.NotFound", 404},
		{"what a sweep asks for", []string{"InstanceChargeType", "PostPaid", "Status", "Stopped"}, "web-1 web-2 db* spot/1", 0},
		{"a filter that is not served", []string{"Tag.1.Key", "env"}, "FakeCloud.Unsupported", 400},
		{"dry run", []string{"DryRun", "true"}, "DryRunOperation", 400},
		{"no dry run", []string{"DryRun", "false", "InstanceChargeType", "PrePaid"}, "crm", 0},
		{"half a dry run", []string{"DryRun", "perhaps"}, "InvalidParameter", 400},
		{"page size", []string{"PageSize", "101"}, "InvalidParameter", 400},
		{"page number", []string{"PageNumber", "0"}, "InvalidParameter", 400},
		{"token", []string{"NextToken", "x"}, "InvalidParameter", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newCloud(t, mixedFleet)
			params := tt.params
			if !slices.Contains(params, "RegionId") {
				params = append([]string{"RegionId", "cn-hangzhou"}, params...)
			}
			got := call(t, c, "DescribeInstances", params...)
			if tt.status == 0 {
				if got.Status != http.StatusOK || names(got) != tt.want {
					t.Errorf("got %d %q %s, want %q", got.Status, names(got), got.Code, tt.want)
				}
				return
			}
			if got.Status != tt.status || got.Code != tt.want {
				t.Errorf("got %d %s, want %d %s", got.Status, got.Text, tt.status, tt.want)
			}
		})
	}
}

func TestDescribeNeedsARegion(t *testing.T) {
	c, _ := newCloud(t, mixedFleet)
	for _, action := range []string{"DescribeInstances", "DescribeInstanceHistoryEvents"} {
		if got := call(t, c, action); got.Status != 400 || got.Code != "MissingParameter" || !strings.Contains(got.Message, `"RegionId"`) {
			t.Errorf("%s: got %d %s, want MissingParameter", action, got.Status, got.Text)
		}
	}
}

// TestNoPermissionLooksLikeNoInstances: only a dry run tells the two apart.
func TestNoPermissionLooksLikeNoInstances(t *testing.T) {
	c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s", "deny": ["ecs:DescribeInstances"]}]}],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou"}]}`)
	got := call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou")
	if got.Status != 200 || len(got.Instances.Instance) != 0 || got.TotalCount != 0 {
		t.Errorf("got %d %s, want 200 and nothing", got.Status, got.Text)
	}
	got = call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou", "DryRun", "true")
	if got.Status != 403 || got.Code != "Forbidden.RAM" {
		t.Errorf("dry run: got %d %s, want Forbidden.RAM", got.Status, got.Text)
	}
}

// TestNoPermissionIsForbidden, as announced for the time after 2025-12-20.
func TestNoPermissionIsForbidden(t *testing.T) {
	c, _ := newCloud(t, `{"deniedDescribe": "forbidden",
		"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s", "deny": ["ecs:DescribeInstances"]}]}],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou"}]}`)
	for _, dry := range []string{"false", "true"} {
		got := call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou", "DryRun", dry)
		if got.Status != 403 || got.Code != "Forbidden.RAM" {
			t.Errorf("dry run %s: got %d %s, want Forbidden.RAM", dry, got.Status, got.Text)
		}
	}
}

func TestDescribeRegions(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "xx-moon-1"]}`)
	got := call(t, c, "DescribeRegions")
	if got := fmt.Sprint(got.Regions.Region); got != "[{cn-hangzhou ecs.cn-hangzhou.aliyuncs.com} {xx-moon-1 ecs.xx-moon-1.aliyuncs.com}]" {
		t.Errorf("got %s, want both regions", got)
	}
	denied, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s", "deny": ["ecs:DescribeRegions"]}]}]}`)
	if got := call(t, denied, "DescribeRegions"); got.Code != "Forbidden.RAM" {
		t.Errorf("denied: got %d %s, want Forbidden.RAM", got.Status, got.Text)
	}
}
