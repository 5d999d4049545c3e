package handler_test

import (
	"strings"
	"testing"

	"reactivate/internal/fakecloud"
)

// TestALowBalanceIsWarnedOf in the log and in the report before anything stops. Neither outcome nor error changes.
func TestALowBalanceIsWarnedOf(t *testing.T) {
	for _, tt := range []struct {
		name, floor, payload string
		balance              float64
		shown                string // in the report
		warned               bool
	}{
		{"below", "200", `{"sweep":true}`, 150, `"accountName":"","available":"150.00","currency":"CNY","low":true}`, true},
		{"at the floor", "150", `{"sweep":true}`, 150, `"available":"150.00","currency":"CNY","low":false}`, false},
		{"no floor", "", `{"sweep":true}`, 150, `"balances":[]`, false},
		{"no sweep", "200", `{"instanceId":"` + web1 + `"}`, 150, `"balances":[]`, false},
	} {
		fleet := fakecloud.Fleet{Accounts: []fakecloud.Account{{ID: home, Balance: &tt.balance}}}
		r := newRig(t, fleet, "REACTIVATE_BALANCE_FLOOR="+tt.floor)
		answer, err := r.invoke(t.Context(), tt.payload)
		warned := strings.Contains(r.logs.String(), `"level":"WARN","msg":"balance is low","requestId":"request-1"`)
		if err != nil || !strings.Contains(answer, tt.shown) || warned != tt.warned {
			t.Errorf("%s: got %s, %v, warned %t, want %s and %t", tt.name, answer, err, warned, tt.shown, tt.warned)
		}
	}
}
