package bench_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// id is the id of one instance of many.
func id(i int) string { return fmt.Sprintf("i-%08d", i) }

// instant is an ECS that answers at once, out of a list and in pages.
type instant struct {
	cloud.ECS
	fleet []cloud.Instance
}

func (f instant) DescribeInstances(_ context.Context, _ string, q cloud.Query) (cloud.Page, error) {
	from, _ := strconv.Atoi(q.NextToken) // "" is the first page
	to := min(from+cloud.PageSize, len(f.fleet))
	page := cloud.Page{Instances: f.fleet[from:to]}
	if to < len(f.fleet) {
		page.NextToken = strconv.Itoa(to)
	}
	return page, nil
}

func (instant) DescribeInstanceHistoryEvents(context.Context, string, string) ([]arrears.Event, string, error) {
	return nil, "", nil
}

// dryRun sweeps n instances, all overdue, that carry tags: every page is looked at, every row judged, and the report made.
func dryRun(tb testing.TB, n int) func() *reactivate.Report {
	tb.Helper()
	fleet := make([]cloud.Instance, n)
	for i := range fleet {
		fleet[i] = cloud.Instance{
			ID: id(i), Name: "web", RegionID: "cn-hangzhou", Status: cloud.StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"},
			Tags: map[string]string{"env": "production", "team": "payments"}, StartTime: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC),
		}
	}
	r := &reactivate.Reactivator{
		Own:    reactivate.Account{ID: "1", ECS: instant{fleet: fleet}},
		Policy: reactivate.Policy{Regions: []string{"cn-hangzhou"}, Wait: time.Minute, Retry: reactivate.DefaultRetry, Concurrency: 16, Attempts: 5},
	}
	return func() *reactivate.Report {
		report := r.Run(context.Background(), []reactivate.Request{{Sweep: true, DryRun: true, Source: reactivate.SourceTimer}})
		if len(report.Results) != n || report.Results[n-1].Outcome != reactivate.OutcomePlanned {
			tb.Fatalf("%d rows, want %d that are planned: %v, %v", len(report.Results), n, report.Counts, report.Errors)
		}
		return report
	}
}

// maxPlanAllocations is a budget for a dry run of 100 rows: a tenth above what it takes.
const maxPlanAllocations = 202

func TestPlanAllocations(t *testing.T) {
	run := dryRun(t, 100)
	if got := testing.AllocsPerRun(20, func() { run() }); got > maxPlanAllocations {
		t.Errorf("a dry run of 100 rows takes %v allocations, want %d at most", got, maxPlanAllocations)
	}
}

func BenchmarkPlan(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			run := dryRun(b, n)
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
		})
	}
}

// empty is an ECS without instances, which answers after a latency.
type empty struct {
	cloud.ECS
	latency time.Duration
	asked   *atomic.Int64
	peak    *uint64 // of the heap, in bytes; nil: it is not sampled
}

func (f empty) DescribeInstances(ctx context.Context, _ string, _ cloud.Query) (cloud.Page, error) {
	if n := f.asked.Add(1); f.peak != nil && n%500 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		*f.peak = max(*f.peak, m.HeapAlloc)
	}
	select {
	case <-time.After(f.latency):
		return cloud.Page{}, nil
	case <-ctx.Done():
		return cloud.Page{}, &cloud.Error{Op: cloud.OpDescribe, Class: cloud.ClassTransient, Message: "canceled before the answer"}
	}
}

// run looks for so many ids in thirty regions, in so many requests that nothing merges.
func (f empty) run(ctx context.Context, ids, requests int) *reactivate.Report {
	f.asked = &atomic.Int64{}
	r := &reactivate.Reactivator{
		Own:    reactivate.Account{ID: "1", ECS: f},
		Policy: reactivate.Policy{Wait: time.Minute, Grace: time.Minute, Retry: reactivate.DefaultRetry, Concurrency: 16, Attempts: 5},
	}
	for i := range 30 {
		r.Policy.Regions = append(r.Policy.Regions, fmt.Sprintf("cn-r%d", i))
	}
	payload := make([]reactivate.Request, requests)
	for i := range ids {
		req := &payload[i*requests/ids]
		req.Source, req.InstanceIDs, req.Wait = reactivate.SourceQueue, append(req.InstanceIDs, id(i)), new(time.Duration(i*requests/ids))
	}
	return r.Run(ctx, payload)
}

// TestTheLargestPayloadEndsAtItsDeadline has a deadline that comes while nearly every id is still looked for. It counts processor time,
// because the machine may be busy.
func TestTheLargestPayloadEndsAtItsDeadline(t *testing.T) {
	processor := func() time.Duration {
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			t.Fatal(err)
		}
		return time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	for _, requests := range []int{20, 1000} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		start := processor()
		report := empty{latency: 20 * time.Millisecond}.run(ctx, 20_000, requests)
		cancel()
		if used := processor() - start; used > 8*time.Second || report.Counts[reactivate.OutcomeDeferred] != 20_000 {
			t.Errorf("%d requests: used %v of the processor, want well under 8 s; %v", requests, used, report.Counts)
		}
	}
}

// BenchmarkLargest looks in thirty regions for ids that are nowhere. Time and memory per id must not grow with their number.
func BenchmarkLargest(b *testing.B) {
	for _, n := range []int{5_000, 20_000} {
		for _, requests := range []int{20, 1000} {
			b.Run(fmt.Sprint(n, " in ", requests), func(b *testing.B) {
				var peak uint64
				for b.Loop() {
					if report := (empty{peak: &peak}).run(b.Context(), n, requests); report.Counts[reactivate.OutcomeSkipped] != n {
						b.Fatalf("got %v, want %d that are missing", report.Counts, n)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/id")
				b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			})
		}
	}
}
