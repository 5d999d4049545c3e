package fakecloud

import (
	"cmp"
	"fmt"
	"strconv"
)

// queryBalance answers with the account's balance. Commas separate the thousands. That is an assumption, and the harder case for a
// client.
// Source: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func (k *call) queryBalance() (any, *Error) {
	a := k.key.account
	available := cmp.Or(a.BalanceShows, yuan(a.fen))
	currency := "CNY"
	if a.Site == International {
		currency = "USD"
	}
	return object{
		"Code": "200", "Message": "success", "RequestId": k.RequestID, "Success": true,
		"Data": object{
			"AvailableAmount": available, "AvailableCashAmount": available, "Currency": currency,
			"CreditAmount": "0.00", "MybankCreditAmount": "0.00", "QuotaLimit": "0.00",
		},
	}, nil
}

// yuan is an amount of fen as the API writes it.
func yuan(fen int64) string {
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
