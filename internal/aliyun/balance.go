package aliyun

import (
	"context"
	"net/http"
	"strings"

	"reactivate/internal/amount"
	"reactivate/internal/cloud"
)

var queryBalance = operation{api: APIBilling, name: "QueryAccountBalance"}

// QueryAccountBalance returns what the account has left, its credit included. The caller knows whose balance it is. An answer
// without an amount is an error. Some answers have commas between thousands; they are removed. The permission is called
// bss:DescribeAcccount, with three c.
// https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func (e *ECS) QueryAccountBalance(ctx context.Context) (cloud.Balance, error) {
	var answer struct {
		RequestId string
		Data      struct {
			AvailableAmount looseText
			Currency        string
		}
	}
	if err := e.cloud.rpc(ctx, e.session, queryBalance, e.homeRegion, nil, into(&answer)); err != nil {
		return cloud.Balance{}, err
	}
	available := strings.TrimSpace(string(answer.Data.AvailableAmount))
	if !amount.Valid(available) {
		return cloud.Balance{}, &cloud.Error{
			Op: queryBalance.name, Class: cloud.ClassTransient, Status: http.StatusOK, RequestID: clean(answer.RequestId, Credentials{}),
			Message: "an answer without an amount",
		}
	}
	return cloud.Balance{Available: strings.ReplaceAll(available, ",", ""), Currency: clean(answer.Data.Currency, Credentials{})}, nil
}
