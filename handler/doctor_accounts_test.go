package handler_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"reactivate/internal/fakecloud"
)

// many is a fleet with a directory of n accounts. Each third lacks the role, and each fifth does not trust us.
func many(n int) fakecloud.Fleet {
	fleet := fakecloud.Fleet{Accounts: []fakecloud.Account{{ID: home}}, Directory: &fakecloud.Directory{}}
	for i := range n {
		id := fmt.Sprint(2000000000000000 + i)
		account := fakecloud.Account{ID: id}
		trusted := home
		if i%5 == 1 {
			trusted = id
		}
		if i%3 != 0 {
			account.Roles = []fakecloud.Role{{ARN: "acs:ram::" + id + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + trusted + ":root"}}}
		}
		fleet.Accounts = append(fleet.Accounts, account)
		fleet.Directory.Members = append(fleet.Directory.Members, fakecloud.Member{ID: id, Name: fmt.Sprintf("team-%d", i)})
	}
	return fleet
}

const askDoctor = `{"doctor": true}`

// diagnosed are the doctor's checks.
func diagnosed(t *testing.T, r *rig, event string) []check {
	t.Helper()
	answer, err := r.invoke(t.Context(), event)
	var got struct{ Checks []check }
	if jsonErr := json.Unmarshal([]byte(answer), &got); err != nil || jsonErr != nil {
		t.Fatal(err, jsonErr)
	}
	return got.Checks
}

func checks(t *testing.T, r *rig) (lines []string) {
	t.Helper()
	for _, c := range diagnosed(t, r, askDoctor) {
		lines = append(lines, c.Status+" "+c.Name+": "+c.Detail)
	}
	return lines
}

// TestDoctorSumsUpManyAccounts instead of listing hundreds of lines.
func TestDoctorSumsUpManyAccounts(t *testing.T) {
	var lines []string
	synctest.Test(t, func(t *testing.T) { // AssumeRole is spaced
		lines = checks(t, newRig(t, many(150), "REACTIVATE_ROLES="+everyMember+",acs:ram::2000000000000002:role/reactivate-watched"))
	})
	all := strings.Join(lines, "\n")
	for _, want := range []string{
		"ok resource directory: 150 account(s) listed",
		"ok accounts: 80 of 150 are right in every region",
		"failed account 2000000000000001 (team-1): NoPermission: ",
		"warning role: missing in 50 of 150 accounts: 2000000000000000 (team-0), 2000000000000003 (team-3), ",
		" and 30 more",
		"ok time left: ",
		"ok home account: watches 150 account(s) from another",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	if len(lines) > 40 {
		t.Errorf("%d lines, want a readable number", len(lines))
	}
}

// TestDoctorSumsUpTrouble: checks beyond the first ones are counted, with the worst status among them.
func TestDoctorSumsUpTrouble(t *testing.T) {
	fleet := many(150)
	fleet.Faults = []fakecloud.Fault{{Action: "AssumeRole", Always: true, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: "NoPermission"}}}}
	var lines []string
	synctest.Test(t, func(t *testing.T) {
		lines = checks(t, newRig(t, fleet, "REACTIVATE_ROLES="+everyMember))
	})
	if all := strings.Join(lines, "\n"); !strings.Contains(all, "ok accounts: 0 of 150 are right") || !strings.Contains(all, "failed accounts: 130 more checks like these") {
		t.Errorf("got\n%s", all)
	}
}
