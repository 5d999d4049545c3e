package handler_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"reactivate/internal/fakecloud"
)

func TestLogSaysWhatWasAsked(t *testing.T) {
	timer := func(payload string) string {
		return fmt.Sprintf(`{"triggerTime":"2026-01-02T03:00:00Z","triggerName":"t","payload":%q}`, payload)
	}
	for _, tt := range []struct{ payload, want string }{
		{`{"sweep":true}`, "sweep"},
		{timer(``), "sweep"},
		{timer(`{"sweep":true,"notify":"problems"}`), "sweep"},
		{timer(`{"watch":"5m"}`), "watch"},
		{`{"instanceId":"` + web1 + `"}`, "ids"},
		{`{"product":"ECS","name":"Instance:StateChange","content":{"state":"Running"}}`, ""}, // ignored
	} {
		r := newRig(t, overdue(web1))
		if _, err := r.invoke(t.Context(), tt.payload); err != nil {
			t.Errorf("%s: %v", tt.payload, err)
		}
		if logs := r.logs.String(); strings.Count(logs, `"asked":"`+tt.want+`"`) != strings.Count(logs, `"asked":`) || !strings.Contains(logs, `"asked":`) {
			t.Errorf("%s: logged %s, want asked %q in each line", tt.payload, logs, tt.want)
		}
	}
}

// TestLogLinesStayShort: a log store reads only the beginning of a long line, and Function Compute keeps 32 KB of it.
func TestLogLinesStayShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const accounts, most = 60, 4 << 10
		fleet := fakecloud.Fleet{Accounts: []fakecloud.Account{{ID: home}}}
		var roles []string
		for i := range accounts {
			id := fmt.Sprintf("2345678901234%03d", i)
			role := "acs:ram::" + id + ":role/reactivate-watched"
			trusted := []string{"acs:ram::" + home + ":root"}
			if i%2 == 0 {
				trusted = []string{"acs:ram::" + other + ":root"}
			}
			fleet.Accounts = append(fleet.Accounts, fakecloud.Account{ID: id, Roles: []fakecloud.Role{{ARN: role, Trusted: trusted}}})
			roles = append(roles, role)
		}
		r := newRig(t, fleet, "REACTIVATE_ROLES="+strings.Join(roles, ","), "REACTIVATE_BALANCE_FLOOR=200")
		if _, err := r.invoke(t.Context(), `{"sweep":true}`); err == nil {
			t.Error("half of the accounts refuse, and the run is well")
		}
		balances := 0
		for line := range strings.Lines(r.logs.String()) {
			if len(line) > most {
				t.Errorf("a line has %d bytes, want at most %d: %.200s", len(line), most, line)
			}
			if strings.Contains(line, `"balance":{`) {
				balances++
			}
		}
		if got := len(r.logged().Errors); got != accounts/2 || balances != accounts/2 {
			t.Errorf("%d accounts that refuse and %d balances are logged, want %d each", got, balances, accounts/2)
		}
	})
}
