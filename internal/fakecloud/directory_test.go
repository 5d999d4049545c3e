package fakecloud_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const directoryFleet = `{
	"accounts": [{"id": "1234567890123456"}, {"id": "2345678901234567"}, {"id": "3456789012345678"}],
	"directory": {
		"folders": [{"id": "fd-team000001", "name": "teams"}, {"id": "fd-shop000001", "name": "shop", "parent": "fd-team000001"}],
		"members": [
			{"id": "2345678901234567", "name": "tools"},
			{"id": "3456789012345678", "name": "shop", "folder": "fd-shop000001", "status": "InviteSuccess"},
			{"id": "5678901234567890", "name": "old", "folder": "fd-team000001", "deletionStatus": "Deleting"},
			{"id": "6789012345678901", "name": "guest", "folder": "fd-team000001", "joinsAfter": "1h", "leavesAfter": "2h"}]}}`

// listed is what an answer lists: accounts as name/folder/status/deletion status, folders as id/name.
func listed(r reply) string {
	var all []string
	for _, a := range r.Accounts.Account {
		all = append(all, a.DisplayName+"/"+a.FolderID+"/"+a.Status+"/"+a.DeletionStatus)
	}
	for _, f := range r.Folders.Folder {
		all = append(all, f.FolderID+"/"+f.FolderName)
	}
	return strings.Join(all, " ")
}

func TestDirectory(t *testing.T) {
	c, clk := newCloud(t, directoryFleet)
	for _, tt := range []struct{ action, parent, want string }{
		{"ListAccounts", "", "tools/r-fake01/CreateSuccess/ shop/fd-shop000001/InviteSuccess/ old/fd-team000001/CreateSuccess/Deleting"},
		{"ListAccountsForParent", "", "tools/r-fake01/CreateSuccess/"},
		{"ListAccountsForParent", "r-fake01", "tools/r-fake01/CreateSuccess/"},
		{"ListAccountsForParent", "fd-team000001", "old/fd-team000001/CreateSuccess/Deleting"},
		{"ListFoldersForParent", "", "fd-team000001/teams"},
		{"ListFoldersForParent", "fd-team000001", "fd-shop000001/shop"},
		{"ListFoldersForParent", "fd-shop000001", ""},
	} {
		if got := call(t, c, tt.action, "ParentFolderId", tt.parent); got.Status != 200 || listed(got) != tt.want {
			t.Errorf("%s of %q: got %d %q, want %q", tt.action, tt.parent, got.Status, listed(got), tt.want)
		}
	}
	for _, want := range []bool{false, true, false} {
		if got := listed(call(t, c, "ListAccounts")); strings.Contains(got, "guest") != want {
			t.Errorf("got %s, want the guest there: %v", got, want)
		}
		clk.advance(time.Hour)
	}
}

func TestDirectoryRefusals(t *testing.T) {
	for _, tt := range []struct{ name, fleet, account, call, want string }{
		{"management", directoryFleet, "1234567890123456", "ListAccounts", "200"},
		{"a mere member", directoryFleet, "3456789012345678", "ListAccounts", "403 NoPermission"},
		{"no directory", `{}`, "", "ListAccounts", "404 EntityNotExists.ResourceDirectory"},
		{"no such folder", directoryFleet, "", "ListAccountsForParent ParentFolderId fd-none000001", "404 EntityNotExists.Folder"},
		{"a token where none is known", directoryFleet, "", "ListAccountsForParent NextToken x", "400 FakeCloud.Unsupported"},
		{"a page too large", directoryFleet, "", "ListAccounts PageSize 101", "400 InvalidParameter"},
	} {
		c, _ := newCloud(t, tt.fleet)
		words := strings.Fields(tt.call)
		if got := callAs(t, c, c.Credentials(tt.account), words[0], words[1:]...); got.short() != tt.want {
			t.Errorf("%s: got %d %s, want %s", tt.name, got.Status, got.Text, tt.want)
		}
	}
}

func TestDirectoryPages(t *testing.T) {
	var members []string
	for n := range 25 {
		members = append(members, fmt.Sprintf(`{"id": "%d"}`, 2000000000000000+n))
	}
	c, _ := newCloud(t, `{"directory": {"members": [`+strings.Join(members, ",")+`]}}`)
	for number, want := range map[string]int{"1": 10, "3": 5, "4": 0} {
		got := call(t, c, "ListAccounts", "PageNumber", number)
		if len(got.Accounts.Account) != want || got.TotalCount != 25 {
			t.Errorf("page %s: got %d of %d, want %d of 25", number, len(got.Accounts.Account), got.TotalCount, want)
		}
	}
}

func TestQueryAccountBalance(t *testing.T) {
	for _, tt := range []struct{ account, want string }{
		{`"balance": -11.19`, "-11.19 CNY"},
		{`"balance": 1234567.5`, "1,234,567.50 CNY"},
		{`"balance": -1000`, "-1,000.00 CNY"},
		{`"balance": 100`, "100.00 CNY"},
		{`"site": "international"`, "1,000.00 USD"},
		{`"balanceShows": "plenty"`, "plenty CNY"},
	} {
		c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", `+tt.account+`}]}`)
		got := call(t, c, "QueryAccountBalance")
		if shown := got.Data.AvailableAmount + " " + got.Data.Currency; got.short() != "200 200" || shown != tt.want {
			t.Errorf("%s: got %s, want %s", tt.account, got.Text, tt.want)
		}
	}
}
