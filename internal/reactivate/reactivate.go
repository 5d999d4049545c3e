// Package reactivate is the domain: it looks overdue ECS instances up, judges them, calls
// ReActivateInstances where that is right, watches until they run, and reports.
//
//	[]Request -Plan-> Plan -Apply-> Report
//
// It knows neither the payloads that requests come from nor how ECS is reached; it imports the
// standard library alone. What the instances are is the only state there is: a duplicate, late or
// lost request does no harm, because each run starts with a look.
package reactivate

import (
	"context"
	"time"
)

// ECS is one account's ECS. Implementations are safe for concurrent use, obey ctx, and return every
// refusal or missing answer as an *Error.
type ECS interface {
	// DescribeInstances returns one page. With q.DryRun it returns an empty page and nil if the
	// account may look, and the refusal otherwise.
	DescribeInstances(ctx context.Context, region string, q Query) (Page, error)
	// ReActivateInstances asks for one instance (its name notwithstanding). A nil error means that
	// ECS took the call, not that the instance runs.
	ReActivateInstances(ctx context.Context, region, instanceID string) (requestID string, err error)
	// DescribeRegions returns the ids of all regions that the account sees.
	DescribeRegions(ctx context.Context) ([]string, error)
}

// Query says which instances a describe is for: the named ones, or, where none is named, every
// stopped pay-as-you-go instance of the region.
type Query struct {
	InstanceIDs []string // at most PageSize
	NextToken   string   // from the page before; "" for the first
	DryRun      bool     // check the permission alone
}

// PageSize is how many instances one describe names or returns at most.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
const PageSize = 100

// Page is one answer to a Query.
type Page struct {
	Instances []Instance
	NextToken string   // "" on the last page
	Errors    []*Error // one for each row that could not be read; the others are there all the same
}

// Account is one Alibaba Cloud account that the function may work in.
type Account struct {
	ID   string // its number; "" where the runtime does not tell
	Name string // the resource directory's display name; "" where none is known
	ECS  ECS
}

// Policy is what the operator configured.
type Policy struct {
	Regions     []string // where to look by default; nil means all that DescribeRegions names
	DryRun      bool     // never call; no request lifts it
	IncludeTags []Tag    // only instances with all of them
	ExcludeTags []Tag    // never instances with any of them
	Cap         int      // if more instances would be called, call none; 0 means no cap

	BalanceFloor string // an account with less needs a person; "" means that no balance is read

	Grace time.Duration // what the platform is given between the two looks of a patient sweep
	Wait  time.Duration // how long an accepted instance is watched for Running

	Concurrency int // calls in flight an account and region; at least 1
	Attempts    int // failed calls an instance; at least 1
	MaxQPS      int // ReActivateInstances calls a second, account and region; 0 means adaptive only
}

// Progress is where a run stands.
type Progress struct {
	Done, Left int     // instances settled, and not yet
	Rate       float64 // calls answered a second, over the last interval
	Throttled  int     // throttled calls so far
}

// Reactivator runs requests. Its fields are set before the first Run and not changed after.
type Reactivator struct {
	Own      Account        // the function's own account
	Watched  []Account      // what sweeps cover by default; empty means Own
	Policy   Policy         // what the operator configured
	Progress func(Progress) // called every few seconds of a run, from one goroutine; nil means not
}

// Run plans, applies and reports. It never fails as a whole: what could not be looked at or done is
// in the report. The deadline of ctx is when the report must be there.
func (r *Reactivator) Run(ctx context.Context, requests []Request) *Report {
	plan := newPlan(r, requests)
	defer plan.reportProgress()()
	plan.decide(ctx)
	if !plan.DryRun {
		plan.Apply(ctx)
	}
	return plan.Report()
}
