package aliyun

import (
	"context"

	"reactivate/internal/reactivate"
)

// callerIdentity needs no permission.
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
var callerIdentity = operation{api: APISTS, name: "GetCallerIdentity"}

// AccountOf asks the STS of a region whose credentials these are. It returns the number of the account. Its error is a
// *reactivate.Error.
func (c *Cloud) AccountOf(ctx context.Context, creds Credentials, region string) (string, error) {
	var answer struct{ AccountId string }
	if err := c.rpc(ctx, creds, callerIdentity, region, nil, into(&answer)); err != nil {
		return "", err
	}
	if !reactivate.ValidAccountID(answer.AccountId) {
		return "", &reactivate.Error{Op: callerIdentity.name, Class: reactivate.ClassTransient, Message: "an answer without an account", Status: 200}
	}
	return answer.AccountId, nil
}
