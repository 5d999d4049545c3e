package fakecloud_test

import (
	"testing"
)

func TestPaging(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "instances": [
		{"id": "i-bp1web{n}", "name": "{n}", "count": 25, "region": "cn-hangzhou"}]}`)
	look := func(params ...string) reply {
		return call(t, c, "DescribeInstances", append([]string{"RegionId", "cn-hangzhou"}, params...)...)
	}
	first := look("MaxResults", "20")
	for _, tt := range []struct {
		name  string
		got   reply
		rows  int
		first string
		total int
		more  bool
	}{
		{"10 by default", look(), 10, "1", 25, true},
		{"second page", look("PageSize", "20", "PageNumber", "2"), 5, "21", 25, false},
		{"page behind the end", look("PageNumber", "9"), 0, "", 25, false},
		{"MaxResults below 10 is 10", look("MaxResults", "3"), 10, "1", 0, true},
		{"MaxResults above 100 is 100", look("MaxResults", "500"), 25, "1", 0, false},
		{"exactly all", look("MaxResults", "25"), 25, "1", 0, false},
		{"token", look("MaxResults", "20", "NextToken", first.NextToken), 5, "21", 0, false},
		{"token beats PageNumber", look("PageNumber", "1", "NextToken", first.NextToken), 5, "21", 0, false},
	} {
		rows := tt.got.Instances.Instance
		start := ""
		if len(rows) > 0 {
			start = rows[0].InstanceName
		}
		if len(rows) != tt.rows || start != tt.first || tt.got.TotalCount != tt.total || (tt.got.NextToken != "") != tt.more {
			t.Errorf("%s: got %d rows from %q, total %d, token %q; want %d from %q, total %d, more: %v", tt.name,
				len(rows), start, tt.got.TotalCount, tt.got.NextToken, tt.rows, tt.first, tt.total, tt.more)
		}
	}
	got := call(t, c, "DescribeInstances", "RegionId", "cn-beijing", "NextToken", first.NextToken)
	if got.Code != "InvalidParameter" {
		t.Errorf("a token of another region: got %d %s, want InvalidParameter", got.Status, got.Text)
	}
}
