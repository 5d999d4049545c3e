package fakecloud_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

func TestPagingOf20000(t *testing.T) {
	c, _ := newCloud(t, `{"instances": [
		{"id": "i-bp1run{n}", "count": 5000, "region": "cn-hangzhou"},
		{"id": "i-bp1over{n}", "name": "over-{n}", "count": 20000, "region": "cn-hangzhou", "locks": ["financial"]}]}`)
	seen := map[string]bool{}
	token, pages := "", 0
	begin := time.Now()
	for {
		params := []string{"RegionId", "cn-hangzhou", "Status", "Stopped", "InstanceChargeType", "PostPaid", "MaxResults", "100"}
		if token != "" {
			params = append(params, "NextToken", token)
		}
		got := call(t, c, "DescribeInstances", params...)
		if got.Status != http.StatusOK {
			t.Fatal(got.Text)
		}
		for _, in := range got.Instances.Instance {
			if seen[in.InstanceID] {
				t.Fatalf("%s is shown twice", in.InstanceID)
			}
			seen[in.InstanceID] = true
		}
		pages++
		if token = got.NextToken; token == "" {
			break
		}
	}
	t.Logf("20,000 in %v", time.Since(begin))
	if len(seen) != 20000 || pages != 200 {
		t.Errorf("got %d instances in %d pages, want 20,000 in 200", len(seen), pages)
	}
}

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

// BenchmarkDescribe is the hot call of a watch: 100 ids of a fleet of 20,000.
func BenchmarkDescribe(b *testing.B) {
	c, _ := newCloud(b, `{"instances": [{"id": "i-bp1web{n}", "count": 20000, "region": "cn-hangzhou", "locks": ["financial"]}]}`)
	var ids []string
	for n := range 100 {
		ids = append(ids, fmt.Sprintf("i-bp1web%014d", 200*n+1))
	}
	text, err := json.Marshal(ids)
	if err != nil {
		b.Fatal(err)
	}
	keys := c.Credentials("")
	b.ReportAllocs()
	for b.Loop() {
		r := sign(b, c, keys, "DescribeInstances", "RegionId", "cn-hangzhou", "InstanceIds", string(text), "MaxResults", "100")
		w := &discard{header: http.Header{}}
		c.ServeHTTP(w, r)
		if w.status != 0 && w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
}

// BenchmarkNew is how long a fleet of 20,000 takes to build.
func BenchmarkNew(b *testing.B) {
	f, err := fakecloud.ParseFleet([]byte(`{"instances": [{"id": "i-bp1web{n}", "count": 20000, "region": "cn-hangzhou", "locks": ["financial"]}]}`))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fakecloud.New(f); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }
