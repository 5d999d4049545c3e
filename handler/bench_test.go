//go:build !race

// The race detector allocates too, so its builds leave this file out.

package handler_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/handler"
	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/fakecloud"
)

// warm returns an event of a running instance, which needs one look, and that look alone. The difference is our own share,
// because both include the SDK, the network and the fake cloud.
func warm(tb testing.TB) (event, look func()) {
	tb.Helper()
	r := newRig(tb, fakecloud.Fleet{Instances: []fakecloud.Instance{{ID: web1, Region: "cn-hangzhou"}}})
	server := httptest.NewServer(r.cloud)
	tb.Cleanup(server.Close)
	r.handler = handler.New([]string{"REACTIVATE_ENDPOINT=" + server.URL, "REACTIVATE_GRACE=0s", "REACTIVATE_WAIT=0s"}, "test", r.logs)
	payload := strings.ReplaceAll(stopped(home), "\n", "")
	event = func() {
		if _, err := r.invoke(tb.Context(), payload); err != nil {
			tb.Fatal(err)
		}
		r.logs.Reset()
	}
	keys := r.fc.Credentials
	e := aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL}).Own(aliyun.Credentials{
		AccessKeyID: keys.AccessKeyId, AccessKeySecret: keys.AccessKeySecret, SecurityToken: keys.SecurityToken,
	}, "cn-hangzhou")
	look = func() {
		page, err := e.DescribeInstances(tb.Context(), "cn-hangzhou", cloud.Query{InstanceIDs: []string{web1}})
		if err != nil || len(page.Instances) != 1 {
			tb.Fatal(page, err)
		}
	}
	return event, look
}

// maxWarmAllocations is a budget for our own share of an event's allocations, a little above the measured number.
const maxWarmAllocations = 135

func TestWarmEventAllocations(t *testing.T) {
	event, look := warm(t)
	all, sdk := testing.AllocsPerRun(100, event), testing.AllocsPerRun(100, look)
	if own := all - sdk; own > maxWarmAllocations {
		t.Errorf("an event takes %v allocations beside the %v of its look, want %d at most", own, sdk, maxWarmAllocations)
	}
	t.Logf("%v allocations, %v of them the look's", all, sdk)
}

// BenchmarkWarmEvent measures an event of a running instance, and the look alone. own-µs is the difference of the two medians.
// They take turns, so that other work on the machine affects both.
func BenchmarkWarmEvent(b *testing.B) {
	event, look := warm(b)
	var events, looks []time.Duration
	timed := func(run func()) time.Duration {
		begin := time.Now()
		run()
		return time.Since(begin)
	}
	for b.Loop() {
		events = append(events, timed(event))
		looks = append(looks, timed(look))
	}
	median := func(times []time.Duration) float64 {
		slices.Sort(times)
		return float64(times[len(times)/2].Nanoseconds()) / 1000
	}
	b.ReportMetric(median(events), "event-µs")
	b.ReportMetric(median(events)-median(looks), "own-µs")
}
