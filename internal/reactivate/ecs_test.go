package reactivate_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"reactivate/internal/reactivate"
)

// fleet is one account's ECS in memory, on the bubble's clock.
type fleet struct {
	latency time.Duration // of each call
	regions []string      // what DescribeRegions names
	blind   bool          // may not look: describes are empty, and a dry run says so

	onDescribe func(region string, q reactivate.Query) error // nil error: answered
	onCall     func(in *instance, calls int) (error, bool)   // an error, and whether the call worked all the same
	onLook     func(in *instance)                            // before an instance is shown
	onHistory  func(ctx context.Context, region, token string) ([]reactivate.ArrearsEvent, string, error)
	onBalance  func(ctx context.Context) (reactivate.Balance, error)

	unlocked  bool // hooks may sleep: they are called without the lock
	mu        sync.Mutex
	instances []*instance
	describes int
	dryRuns   int
	calls     []call
}

type instance struct {
	reactivate.Instance
	region  string
	starts  time.Duration // from an effective call to Running
	started time.Time
}

type call struct {
	id string
	at time.Time
}

// overdue is an instance that comes back 2 s after a call.
func overdue(id string) *instance {
	return &instance{
		region: "cn-hangzhou", starts: 2 * time.Second,
		Instance: reactivate.Instance{
			ID: id, Name: "web", Status: reactivate.StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"},
		},
	}
}

func (f *fleet) DescribeInstances(ctx context.Context, region string, q reactivate.Query) (reactivate.Page, error) {
	if err := f.answer(ctx, "DescribeInstances"); err != nil {
		return reactivate.Page{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.describes++
	if f.onDescribe != nil {
		if err := f.outside(func() error { return f.onDescribe(region, q) }); err != nil {
			return reactivate.Page{}, err
		}
	}
	if q.DryRun {
		f.dryRuns++
		if f.blind {
			return reactivate.Page{}, refuse("DescribeInstances", "Forbidden.RAM", reactivate.ClassDenied)
		}
		return reactivate.Page{}, nil
	}
	var page reactivate.Page
	for _, in := range f.instances {
		wanted := slices.Contains(q.InstanceIDs, in.ID) || len(q.InstanceIDs) == 0 && in.Status == reactivate.StatusStopped
		if f.blind || in.region != region || !wanted {
			continue
		}
		if f.onLook != nil {
			f.onLook(in)
		}
		if in.Status == reactivate.StatusStarting && time.Since(in.started) >= in.starts {
			in.Status = reactivate.StatusRunning
		}
		page.Instances = append(page.Instances, in.Instance)
	}
	return page, nil
}

func (f *fleet) ReActivateInstances(ctx context.Context, region, id string) (string, error) {
	if err := f.answer(ctx, "ReActivateInstances"); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call{id, time.Now()})
	i := slices.IndexFunc(f.instances, func(in *instance) bool { return in.ID == id })
	in := f.instances[i]
	if f.onCall != nil {
		var worked bool
		n := len(f.callsOf(id))
		if err := f.outside(func() (err error) { err, worked = f.onCall(in, n); return err }); err != nil {
			if worked {
				in.start()
			}
			return "", err
		}
	}
	in.start()
	return "req-" + id, nil
}

// outside calls a hook, without the lock if it may sleep.
func (f *fleet) outside(hook func() error) error {
	if f.unlocked {
		f.mu.Unlock()
		defer f.mu.Lock()
	}
	return hook()
}

func (in *instance) start() {
	in.Status, in.started, in.Locks = reactivate.StatusStarting, time.Now(), nil
}

func (f *fleet) DescribeRegions(ctx context.Context) ([]string, error) {
	return f.regions, f.answer(ctx, "DescribeRegions")
}

func (f *fleet) DescribeInstanceHistoryEvents(ctx context.Context, region, token string) ([]reactivate.ArrearsEvent, string, error) {
	if f.onHistory == nil {
		return nil, "", f.answer(ctx, "DescribeInstanceHistoryEvents")
	}
	return f.onHistory(ctx, region, token)
}

func (f *fleet) QueryAccountBalance(ctx context.Context) (reactivate.Balance, error) {
	if f.onBalance == nil {
		return reactivate.Balance{}, refuse("QueryAccountBalance", "NoPermission", reactivate.ClassDenied)
	}
	return f.onBalance(ctx)
}

func (f *fleet) answer(ctx context.Context, op string) error {
	select {
	case <-time.After(f.latency):
		return nil
	case <-ctx.Done():
		return &reactivate.Error{Op: op, Class: reactivate.ClassTransient, Message: "no answer in time"}
	}
}

func (f *fleet) callsOf(id string) []call {
	var calls []call
	for _, c := range f.calls {
		if c.id == id {
			calls = append(calls, c)
		}
	}
	return calls
}

func refuse(op, code string, class reactivate.Class) *reactivate.Error {
	return &reactivate.Error{Op: op, Code: code, Class: class, Message: code, Status: 400, RequestID: "r"}
}

// reactivator is one with the contract's defaults but no grace.
func reactivator(f *fleet) *reactivate.Reactivator {
	return &reactivate.Reactivator{
		Own: reactivate.Account{ID: "1", ECS: f},
		Policy: reactivate.Policy{
			Regions: []string{"cn-hangzhou"}, Wait: 10 * time.Minute, Retry: reactivate.DefaultRetry, Concurrency: 16, Attempts: 5,
		},
	}
}

func named(ids ...string) reactivate.Request {
	return reactivate.Request{InstanceIDs: ids, Source: reactivate.SourceManual}
}

// row is the report's only row.
func row(t *testing.T, report *reactivate.Report) reactivate.Result {
	t.Helper()
	if len(report.Results) != 1 {
		t.Fatalf("got %d rows, want 1: %+v", len(report.Results), report.Results)
	}
	return report.Results[0]
}
