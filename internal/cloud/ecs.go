package cloud

import (
	"context"

	"reactivate/internal/arrears"
)

// ECS is one account's ECS. Implementations are safe for concurrent use, obey ctx, and return every refusal or missing answer
// as an *Error.
type ECS interface {
	// DescribeInstances returns one page. With q.DryRun it returns an empty page and nil if the account may look, and the
	// refusal otherwise.
	DescribeInstances(ctx context.Context, region string, q Query) (Page, error)
	// ReActivateInstances reactivates one instance, although the API's name is a plural. A nil error means that ECS took the call, not that
	// the instance runs.
	ReActivateInstances(ctx context.Context, region, instanceID string) (requestID string, err error)
	// DescribeRegions returns the ids of all regions that the account sees.
	DescribeRegions(ctx context.Context) ([]string, error)
	// DescribeInstanceHistoryEvents returns one page of the region's events about arrears; token is "" for the first page, and
	// next is "" after the last.
	DescribeInstanceHistoryEvents(ctx context.Context, region, token string) (events []arrears.Event, next string, err error)
	// QueryAccountBalance returns what the account has left.
	QueryAccountBalance(ctx context.Context) (Balance, error)
}

// Query says which instances a describe is for: the named ones or, without ids, every stopped pay-as-you-go instance of the
// region.
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

// Balance is what an account has left, as the billing API says it.
type Balance struct {
	AccountID   string `json:"accountId"`
	AccountName string `json:"accountName"` // the resource directory's; "" if it is not known
	Available   string `json:"available"`   // a decimal, maybe negative, maybe with thousands commas
	Currency    string `json:"currency"`    // such as CNY
	Low         bool   `json:"low"`         // below the operator's floor: a person is needed
}
