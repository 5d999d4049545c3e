package fakecloud

import (
	"fmt"
	"strconv"
)

type balanceBody struct {
	Code      string      `json:"Code"`
	Message   string      `json:"Message"`
	RequestID string      `json:"RequestId"`
	Success   bool        `json:"Success"`
	Data      balanceData `json:"Data"`
}

type balanceData struct {
	AvailableAmount     string `json:"AvailableAmount"`
	AvailableCashAmount string `json:"AvailableCashAmount"`
	CreditAmount        string `json:"CreditAmount"`
	MybankCreditAmount  string `json:"MybankCreditAmount"`
	QuotaLimit          string `json:"QuotaLimit"`
	Currency            string `json:"Currency"`
}

// queryBalance answers with the account's balance without vouchers. That commas separate the thousands is an assumption: it is the
// harder case for a client.
// Source: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func (k *call) queryBalance() (any, *Error) {
	if e := k.allowed(); e != nil {
		return nil, e
	}
	a := k.key.account
	available := amount(a.fen)
	if a.shows != "" {
		available = a.shows
	}
	currency := "CNY"
	if a.site == International {
		currency = "USD"
	}
	return balanceBody{
		Code: "200", Message: "success", RequestID: k.id, Success: true,
		Data: balanceData{
			AvailableAmount: available, AvailableCashAmount: available, CreditAmount: "0.00", MybankCreditAmount: "0.00",
			QuotaLimit: "0.00", Currency: currency,
		},
	}, nil
}

// amount is so many fen as the API writes them.
func amount(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	whole := strconv.FormatInt(fen/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, whole, fen%100)
}
