package aliyun_test

import (
	"errors"
	"testing"

	"reactivate/internal/cloud"
)

func TestBalance(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       cloud.Balance
		class      cloud.Class // "": no error
	}{
		{"commas", `{"Code":"200","RequestId":"R","Success":true,"Data":{"AvailableAmount":"10,000.00","Currency":"CNY"}}`, cloud.Balance{Available: "10000.00", Currency: "CNY"}, ""},
		{"owing", `{"Code":"200","RequestId":"R","Success":true,"Data":{"AvailableAmount":"-11.19","Currency":"CNY"}}`, cloud.Balance{Available: "-11.19", Currency: "CNY"}, ""},
		{"numbers", `{"Code":200,"RequestId":"R","Success":true,"Data":{"AvailableAmount":-1234.50,"Currency":"CNY"}}`, cloud.Balance{Available: "-1234.50", Currency: "CNY"}, ""},
		{"no code", `{"Code":null,"RequestId":"R","Data":{"AvailableAmount":"5","Currency":"USD"}}`, cloud.Balance{Available: "5", Currency: "USD"}, ""},
		{"refused by a number", `{"Code":500,"RequestId":"R","Success":false}`, cloud.Balance{}, cloud.ClassUnknown},
		{"the code in words", `{"Code":"Success","RequestId":"R","Success":true,"Data":{"AvailableAmount":"5","Currency":"USD"}}`, cloud.Balance{Available: "5", Currency: "USD"}, ""},
		{"refused with 200", `{"Code":"NotAuthorized","Message":"This API is not authorized for caller.","RequestId":"R","Success":false}`, cloud.Balance{}, cloud.ClassDenied},
		{"no amount", `{"Code":"200","RequestId":"R","Success":true,"Data":{}}`, cloud.Balance{}, cloud.ClassTransient},
		{"a lie", `{"Code":"200","RequestId":"R","Success":true,"Data":{"AvailableAmount":"plenty"}}`, cloud.Balance{}, cloud.ClassTransient},
	} {
		got, err := serve(t, answer(200, tt.body)).QueryAccountBalance(t.Context())
		refused, _ := errors.AsType[*cloud.Error](err)
		var class cloud.Class
		if refused != nil {
			class = refused.Class
		}
		if got != tt.want || class != tt.class || err != nil && refused.Action() != "bss:DescribeAcccount" {
			t.Errorf("%s: got %+v, %v, want %+v, class %q", tt.name, got, err, tt.want, tt.class)
		}
	}
}
