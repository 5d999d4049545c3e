package fakecloud_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const directoryFleet = `{
	"accounts": [
		{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s"}, {"id": "mute", "secret": "s", "deny": ["resourcemanager:ListAccounts"]}]},
		{"id": "2345678901234567"}, {"id": "3456789012345678"}],
	"directory": {"delegated": ["2345678901234567"],
		"folders": [{"id": "fd-team000001", "name": "teams"}, {"id": "fd-shop000001", "name": "shop", "parent": "fd-team000001"}],
		"members": [
			{"id": "2345678901234567", "name": "tools"},
			{"id": "3456789012345678", "name": "shop", "folder": "fd-shop000001", "status": "InviteSuccess"},
			{"id": "4567890123456789", "name": "new", "folder": "fd-team000001", "status": "CreateVerifying"},
			{"id": "5678901234567890", "name": "old", "folder": "fd-team000001", "deletionStatus": "Deleting"},
			{"id": "6789012345678901", "name": "guest", "folder": "fd-team000001", "joinsAfter": "1h", "leavesAfter": "2h"}]}}`

func listed(r reply) string {
	var all []string
	for _, a := range r.Accounts.Account {
		all = append(all, strings.TrimSpace(fmt.Sprint(a.DisplayName, "/", a.FolderID, "/", a.Status, "/", a.DeletionStatus)))
	}
	for _, f := range r.Folders.Folder {
		all = append(all, f.FolderID+"/"+f.FolderName)
	}
	return strings.Join(all, " ")
}

func TestDirectory(t *testing.T) {
	c, clk := newCloud(t, directoryFleet)
	for _, tt := range []struct {
		action, parent, want string
	}{
		{"ListAccounts", "", "tools/r-fake01/CreateSuccess/ shop/fd-shop000001/InviteSuccess/ new/fd-team000001/CreateVerifying/ old/fd-team000001/CreateSuccess/Deleting"},
		{"ListAccountsForParent", "", "tools/r-fake01/CreateSuccess/"},
		{"ListAccountsForParent", "r-fake01", "tools/r-fake01/CreateSuccess/"},
		{"ListAccountsForParent", "fd-team000001", "new/fd-team000001/CreateVerifying/ old/fd-team000001/CreateSuccess/Deleting"},
		{"ListAccountsForParent", "fd-shop000001", "shop/fd-shop000001/InviteSuccess/"},
		{"ListFoldersForParent", "", "fd-team000001/teams"},
		{"ListFoldersForParent", "fd-team000001", "fd-shop000001/shop"},
		{"ListFoldersForParent", "fd-shop000001", ""},
	} {
		var params []string
		if tt.parent != "" {
			params = []string{"ParentFolderId", tt.parent}
		}
		if got := call(t, c, tt.action, params...); got.Status != 200 || listed(got) != tt.want || got.RequestID == "" {
			t.Errorf("%s of %q: got %d %q, want %q", tt.action, tt.parent, got.Status, listed(got), tt.want)
		}
	}
	for _, tt := range []struct {
		after time.Duration
		want  bool
	}{{0, false}, {time.Hour, true}, {time.Hour, false}} {
		clk.advance(tt.after)
		if got := listed(call(t, c, "ListAccounts")); strings.Contains(got, "guest") != tt.want {
			t.Errorf("%v later: got %s, want the guest there: %v", tt.after, got, tt.want)
		}
	}
}

func TestDirectoryRefusals(t *testing.T) {
	for _, tt := range []struct {
		name, fleet, account, key, action string
		params                            []string
		status                            int
		code                              string
	}{
		{"management", directoryFleet, "1234567890123456", "", "ListAccounts", nil, 200, ""},
		{"delegated", directoryFleet, "2345678901234567", "", "ListFoldersForParent", nil, 200, ""},
		{"a mere member", directoryFleet, "3456789012345678", "", "ListAccounts", nil, 403, "NoPermission"},
		{"denied by policy", directoryFleet, "1234567890123456", "mute", "ListAccounts", nil, 403, "NoPermission"},
		{"no directory", `{}`, "", "", "ListAccounts", nil, 404, "EntityNotExists.ResourceDirectory"},
		{"no such folder", directoryFleet, "", "", "ListAccountsForParent", []string{"ParentFolderId", "fd-none000001"}, 404, "EntityNotExists.Folder"},
		{"no folder at all", directoryFleet, "", "", "ListFoldersForParent", []string{"ParentFolderId", "teams"}, 400, "InvalidParameter.ParentFolderId"},
		{"a token where none is known", directoryFleet, "", "", "ListAccountsForParent", []string{"NextToken", "x"}, 400, "FakeCloud.Unsupported"},
		{"a page too large", directoryFleet, "", "", "ListAccounts", []string{"PageSize", "101"}, 400, "InvalidParameter"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newCloud(t, tt.fleet)
			keys := c.Credentials(tt.account)
			if tt.key != "" {
				keys.AccessKeyID = tt.key
			}
			if got := callAs(t, c, keys, tt.action, tt.params...); got.Status != tt.status || got.Code != tt.code {
				t.Errorf("got %d %s, want %d %s", got.Status, got.Text, tt.status, tt.code)
			}
		})
	}
}

func TestDirectoryPages(t *testing.T) {
	var members []string
	for n := range 25 {
		members = append(members, fmt.Sprintf(`{"id": "%d", "name": "m%d"}`, 2000000000000000+n, n))
	}
	c, _ := newCloud(t, `{"directory": {"members": [`+strings.Join(members, ",")+`]}}`)
	for _, action := range []string{"ListAccounts", "ListAccountsForParent"} {
		for number, want := range map[string]int{"1": 10, "3": 5, "4": 0} {
			got := call(t, c, action, "PageNumber", number)
			if len(got.Accounts.Account) != want || got.TotalCount != 25 {
				t.Errorf("%s, page %s: got %d of %d, want %d of 25", action, number, len(got.Accounts.Account), got.TotalCount, want)
			}
		}
	}
}

func TestQueryAccountBalance(t *testing.T) {
	for _, tt := range []struct{ account, amount, currency string }{
		{`"balance": -11.19`, "-11.19", "CNY"},
		{`"balance": 1234567.5, "vouchers": 5`, "1,234,567.50", "CNY"},
		{`"balance": -1000`, "-1,000.00", "CNY"},
		{`"balance": 100`, "100.00", "CNY"},
		{`"balance": 0`, "0.00", "CNY"},
		{`"site": "international"`, "1,000.00", "USD"},
		{`"balanceShows": "plenty"`, "plenty", "CNY"},
	} {
		c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", `+tt.account+`}]}`)
		got := call(t, c, "QueryAccountBalance")
		if got.Status != 200 || got.Code != "200" || !got.Success || got.Data.AvailableAmount != tt.amount || got.Data.Currency != tt.currency {
			t.Errorf("%s: got %s, want %s %s", tt.account, got.Text, tt.amount, tt.currency)
		}
	}
	c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s", "deny": ["bss:DescribeAcccount"]}]}]}`)
	if got := call(t, c, "QueryAccountBalance"); got.Status != 400 || got.Code != "NotAuthorized" {
		t.Errorf("denied: got %d %s, want NotAuthorized", got.Status, got.Text)
	}
}
