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
	{"id": "i-bp1over0000000000001", "name": "web-1", "region": "cn-hangzhou", "locks": ["financial"]},
	{"id": "i-bp1over0000000000002", "name": "web-2", "region": "cn-hangzhou", "locks": ["financial", "security"]},
	{"id": "i-bp1runs0000000000001", "name": "web-3", "region": "cn-hangzhou", "status": "Running"},
	{"id": "i-bp1idle0000000000001", "name": "db", "region": "cn-hangzhou", "status": "Stopped"},
	{"id": "i-bp1spot0000000000001", "name": "spot", "region": "cn-hangzhou", "locks": ["Recycling"]},
	{"id": "i-bp1paid0000000000001", "name": "crm", "region": "cn-hangzhou", "locks": ["financial"], "chargeType": "PrePaid"},
	{"id": "i-bp1gone0000000000001", "name": "gone", "region": "cn-hangzhou", "locks": ["financial"], "overdueFor": "361h"},
	{"id": "i-bp1over0000000000001", "name": "twin", "region": "cn-beijing", "locks": ["financial"]}]}`

// shown are the names that an answer shows, or else its error.
func shown(r reply) string {
	if r.Status != http.StatusOK {
		return r.short()
	}
	var names []string
	for _, in := range r.Instances.Instance {
		names = append(names, in.InstanceName)
	}
	return strings.Join(names, " ")
}

func TestDescribeFilters(t *testing.T) {
	hundred, _ := json.Marshal(slices.Repeat([]string{"i-bp1runs0000000000001"}, 100))
	tooMany, _ := json.Marshal(slices.Repeat([]string{"i-bp1runs0000000000001"}, 101))
	c, _ := newCloud(t, mixedFleet)
	for _, tt := range []struct {
		name   string
		params []string
		want   string
	}{
		{"everything", nil, "web-1 web-2 web-3 db spot crm"},
		{"another region", []string{"RegionId", "cn-beijing"}, "twin"},
		{"no such region", []string{"RegionId", "cn-nowhere"}, "404 InvalidRegionId.NotFound"},
		{"no region", []string{"RegionId", ""}, "400 MissingParameter"},
		{"ids", []string{"InstanceIds", `["i-bp1over0000000000002","i-bp1nobody00000000001","i-bp1gone0000000000001"]`}, "web-2"},
		{"no ids find nothing", []string{"InstanceIds", "[]"}, ""},
		{"100 ids", []string{"InstanceIds", string(hundred)}, "web-3"},
		{"101 ids", []string{"InstanceIds", string(tooMany)}, "400 InvalidParameter"},
		{"ids that are no list", []string{"InstanceIds", "i-bp1over0000000000002"}, "400 InvalidParameter"},
		{"no such status", []string{"Status", "Expired"}, "404 InvalidStatus.NotFound"},
		{"pay-as-you-go", []string{"InstanceChargeType", "PostPaid"}, "web-1 web-2 web-3 db spot"},
		{"subscription", []string{"InstanceChargeType", "PrePaid"}, "crm"},
		{"no such charge type", []string{"InstanceChargeType", "Free"}, "404 InvalidInstanceChargeType.NotFound"},
		{"lock", []string{"LockReason", "financial"}, "web-1 web-2 crm"},
		{"lock without case", []string{"LockReason", "recycling"}, "spot"},
		{"no such lock", []string{"LockReason", "rust"}, "404 InvalidLockReason.NotFound"},
		{"what a sweep asks for", []string{"InstanceChargeType", "PostPaid", "Status", "Stopped"}, "web-1 web-2 db spot"},
		{"a filter that is not served", []string{"Tag.1.Key", "env"}, "400 FakeCloud.Unsupported"},
		{"dry run", []string{"DryRun", "true"}, "400 DryRunOperation"},
		{"no dry run", []string{"DryRun", "false", "InstanceChargeType", "PrePaid"}, "crm"},
		{"half a dry run", []string{"DryRun", "perhaps"}, "400 InvalidParameter"},
		{"page size", []string{"PageSize", "101"}, "400 InvalidParameter"},
		{"token", []string{"NextToken", "x"}, "400 InvalidParameter"},
	} {
		if got := shown(call(t, c, "DescribeInstances", append([]string{"RegionId", hz}, tt.params...)...)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPaging(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "instances": [
		{"id": "i-bp1web{n}", "name": "{n}", "count": 25, "region": "cn-hangzhou"}]}`)
	token := call(t, c, "DescribeInstances", "RegionId", hz, "MaxResults", "20").NextToken
	for _, tt := range []struct {
		name   string
		params []string
		want   string // how many rows from which on, of how many in all, and whether there are more
	}{
		{"10 by default", nil, "10 from 1 of 25, more: true"},
		{"second page", []string{"PageSize", "20", "PageNumber", "2"}, "5 from 21 of 25, more: false"},
		{"page behind the end", []string{"PageNumber", "9"}, "0 from - of 25, more: false"},
		{"MaxResults below 10 is 10", []string{"MaxResults", "3"}, "10 from 1 of 0, more: true"},
		{"MaxResults above 100 is 100", []string{"MaxResults", "500"}, "25 from 1 of 0, more: false"},
		{"exactly all", []string{"MaxResults", "25"}, "25 from 1 of 0, more: false"},
		{"token beats PageNumber", []string{"MaxResults", "20", "PageNumber", "1", "NextToken", token}, "5 from 21 of 0, more: false"},
		{"a token of another region", []string{"RegionId", "cn-beijing", "NextToken", token}, "400 InvalidParameter"},
	} {
		r := call(t, c, "DescribeInstances", append([]string{"RegionId", hz}, tt.params...)...)
		rows := r.Instances.Instance
		got := fmt.Sprintf("%d from %s of %d, more: %t", len(rows), append(rows, row{InstanceName: "-"})[0].InstanceName, r.TotalCount, r.NextToken != "")
		if r.Status != http.StatusOK {
			got = r.short()
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestDenied: what each service answers to a key that its policy denies everything.
func TestDenied(t *testing.T) {
	for _, tt := range []struct{ denied, action, want string }{
		{"empty", "DescribeInstances", "200"}, // as if there were none
		{"forbidden", "DescribeInstances", "403 Forbidden.RAM"},
		{"empty", "DescribeInstances DryRun true", "403 Forbidden.RAM"},
		{"forbidden", "DescribeInstances DryRun true", "403 Forbidden.RAM"},
		{"empty", "DescribeRegions", "403 Forbidden.RAM"},
		{"empty", "ReActivateInstances InstanceId " + web, "403 Forbidden.RAM"},
		{"empty", "AssumeRole RoleArn " + team + " RoleSessionName reactivate", "403 NoPermission"},
		{"empty", "GetCallerIdentity", "200"},
		{"empty", "ListAccounts", "403 NoPermission"},
		{"empty", "QueryAccountBalance", "400 NotAuthorized"},
		{"empty", "PutCustomEvent", "403 NoPermission"},
	} {
		c, _ := newCloud(t, `{"deniedDescribe": "`+tt.denied+`", "directory": {}, "instances": [{"id": "`+web+`", "region": "cn-hangzhou"}],
			"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s",
				"deny": ["ecs:*", "sts:AssumeRole", "resourcemanager:*", "bss:DescribeAcccount", "cms:*"]}]}]}`)
		words := strings.Fields(tt.action)
		got := call(t, c, words[0], append([]string{"RegionId", hz}, words[1:]...)...)
		if got.short() != tt.want || len(got.Instances.Instance) > 0 || got.TotalCount > 0 {
			t.Errorf("%s, %s: got %d %s, want %s", tt.action, tt.denied, got.Status, got.Text, tt.want)
		}
	}
}
