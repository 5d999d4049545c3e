package aliyun

import (
	"context"
	"net/http"
	"strings"

	"reactivate/internal/reactivate"
)

var queryBalance = operation{productBilling, "2017-12-14", "QueryAccountBalance"}

// QueryAccountBalance returns what the account has left, its credit included. The caller knows whose balance it is. An answer
// without an amount is an error. Some answers have commas between thousands; they are removed. The permission is called
// bss:DescribeAcccount, with three c.
// https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func (e *ECS) QueryAccountBalance(ctx context.Context) (reactivate.Balance, error) {
	creds, err := e.session.credentials(ctx)
	if err != nil {
		return reactivate.Balance{}, err
	}
	var answer struct {
		RequestId, Message string
		Code               looseText
		Data               struct {
			AvailableAmount looseText
			Currency        string
		}
	}
	if err := e.cloud.rpc(ctx, creds, queryBalance, e.homeRegion, nil, into(&answer)); err != nil {
		return reactivate.Balance{}, err
	}
	refused := &reactivate.Error{Op: queryBalance.name, Status: http.StatusOK, RequestID: clean(answer.RequestId, creds)}
	code := string(answer.Code)
	switch available := strings.TrimSpace(string(answer.Data.AvailableAmount)); {
	case code != "" && code != "200" && !strings.EqualFold(code, "success"):
		// This API refuses with status 200 and a code in the body.
		refused.Code, refused.Class, refused.Message = clean(code, creds), classOf(code, http.StatusOK), clean(answer.Message, creds)
	case !reactivate.ValidAmount(available):
		refused.Class, refused.Message = reactivate.ClassTransient, "an answer without an amount"
	default:
		return reactivate.Balance{Available: strings.ReplaceAll(available, ",", ""), Currency: clean(answer.Data.Currency, creds)}, nil
	}
	return reactivate.Balance{}, refused
}
