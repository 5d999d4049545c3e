package aliyun_test

import (
	"errors"
	"testing"

	"reactivate/internal/reactivate"
)

func TestBalance(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       reactivate.Balance
		class      reactivate.Class // "": no error
	}{
		{"commas", `{"Code":"200","RequestId":"R","Success":true,"Data":{"AvailableAmount":"10,000.00","Currency":"CNY"}}`, reactivate.Balance{Available: "10000.00", Currency: "CNY"}, ""},
		{"owing", `{"Code":"200","RequestId":"R","Success":true,"Data":{"AvailableAmount":"-11.19","Currency":"CNY"}}`, reactivate.Balance{Available: "-11.19", Currency: "CNY"}, ""},
		{"numbers", `{"Code":200,"RequestId":"R","Success":true,"Data":{"AvailableAmount":-1234.50,"Currency":"CNY"}}`, reactivate.Balance{Available: "-1234.50", Currency: "CNY"}, ""},
		{"no code", `{"Code":null,"RequestId":"R","Data":{"AvailableAmount":"5","Currency":"USD"}}`, reactivate.Balance{Available: "5", Currency: "USD"}, ""},
		{"refused by a number", `{"Code":500,"RequestId":"R","Success":false}`, reactivate.Balance{}, reactivate.ClassUnknown},
		{"the code in words", `{"Code":"Success","RequestId":"R","Success":true,"Data":{"AvailableAmount":"5","Currency":"USD"}}`, reactivate.Balance{Available: "5", Currency: "USD"}, ""},
		{"refused with 200", `{"Code":"NotAuthorized","Message":"This API is not authorized for caller.","RequestId":"R","Success":false}`, reactivate.Balance{}, reactivate.ClassDenied},
		{"no amount", `{"Code":"200","RequestId":"R","Success":true,"Data":{}}`, reactivate.Balance{}, reactivate.ClassTransient},
		{"a lie", `{"Code":"200","RequestId":"R","Success":true,"Data":{"AvailableAmount":"plenty"}}`, reactivate.Balance{}, reactivate.ClassTransient},
	} {
		got, err := serve(t, answer(200, tt.body)).QueryAccountBalance(t.Context())
		refused, _ := errors.AsType[*reactivate.Error](err)
		var class reactivate.Class
		if refused != nil {
			class = refused.Class
		}
		if got != tt.want || class != tt.class || err != nil && refused.Action() != "bss:DescribeAcccount" {
			t.Errorf("%s: got %+v, %v, want %+v, class %q", tt.name, got, err, tt.want, tt.class)
		}
	}
}
