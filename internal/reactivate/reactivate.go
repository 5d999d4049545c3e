// Package reactivate is the domain: it looks overdue ECS instances up, judges them, calls ReActivateInstances where that is
// right, watches until they run, and reports.
//
//	[]Request -Run-> Report
//
// Each account's run is a value (accountRun). Its step takes what happened and returns what is to be done next; a loop (loop.go) does
// that. So whatever the order in which answers, timers and deadlines come, one pure function decides, and tests play it.
//
// Each instance is a row. Its phase says where it is, and move alone changes that; gate says when it may be called, and why not yet. Each
// question to the cloud is a read, which pages, retries and paces.
//
// The package knows neither the payloads that requests come from nor how ECS is reached. It keeps no state between runs: each starts with a
// look, so a duplicate, late or lost request does no harm.
package reactivate

import (
	"context"
	"time"
)

// ECS is one account's ECS. Implementations are safe for concurrent use, obey ctx, and return every refusal or missing answer
// as an *Error.
type ECS interface {
	// DescribeInstances returns one page. With q.DryRun it returns an empty page and nil if the account may look, and the
	// refusal otherwise.
	DescribeInstances(ctx context.Context, region string, q Query) (Page, error)
	// ReActivateInstances asks for one instance (its name notwithstanding). A nil error means that ECS took the call, not that
	// the instance runs.
	ReActivateInstances(ctx context.Context, region, instanceID string) (requestID string, err error)
	// DescribeRegions returns the ids of all regions that the account sees.
	DescribeRegions(ctx context.Context) ([]string, error)
	// DescribeInstanceHistoryEvents returns one page of the region's events about arrears; token is "" for the first page, and
	// next is "" after the last.
	DescribeInstanceHistoryEvents(ctx context.Context, region, token string) (events []ArrearsEvent, next string, err error)
	// QueryAccountBalance returns what the account has left.
	QueryAccountBalance(ctx context.Context) (Balance, error)
}

// Query says which instances a describe is for: the named ones, or, where none is named, every stopped pay-as-you-go instance
// of the region.
type Query struct {
	InstanceIDs []string // at most PageSize
	NextToken   string   // from the page before; "" for the first
	DryRun      bool     // check the permission alone
	AnyStatus   bool     // without ids: every instance of the region, whatever its status and charge type
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

	Close func() // called when its run is over; nil: nothing is to be given up
}

// Policy is what the operator configured.
type Policy struct {
	Regions      []string // where to look by default; nil means all that DescribeRegions names
	DryRun       bool     // never call; no request lifts it
	IncludeTags  []Tag    // only instances with all of them
	ExcludeTags  []Tag    // never instances with any of them
	Cap          int      // if more instances would be called, call none; 0 means no cap
	BalanceFloor string   // sweeps read the accounts' balances, and below this decimal a person is needed; "": they are not read

	Grace time.Duration // what the platform is given before a row is called that neither a person nor a fresh event asks for; 0: nothing
	Wait  time.Duration // how long an accepted instance is watched for Running
	Retry time.Duration // from one try of an account's money, or of a refused state, to the next; a look holds twice as long

	Concurrency int // calls in flight per account and region; at least 1
	Attempts    int // failed calls per instance; at least 1
	MaxQPS      int // ReActivateInstances calls a second per account and region; 0 means adaptive only
}

// DefaultRetry is what docs/reference.md promises: money is tried every 30 s, a conflict after 30 and 60 s, and no call is made on a
// look older than a minute.
const DefaultRetry = 30 * time.Second

// Reactivator runs requests. Its fields are set before the first Run and not changed after.
type Reactivator struct {
	Own      Account        // the function's own account
	Watched  []Account      // what sweeps cover by default; empty means Own
	Policy   Policy         // what the operator configured
	Progress func(Progress) // called every few seconds of a run, from one goroutine; nil means not
}

// accountsOf are those that a request is about; none where its account is not among ours.
func (r *Reactivator) accountsOf(req *Request) []Account {
	if req.AccountID == "" {
		if req.sweeps() && len(r.Watched) > 0 {
			return r.Watched
		}
		return []Account{r.Own}
	}
	for i := range r.Watched {
		if r.Watched[i].ID == req.AccountID {
			return r.Watched[i : i+1]
		}
	}
	if r.Own.ID == req.AccountID {
		return []Account{r.Own}
	}
	return nil
}
