package aliyun_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// directory is a fleet with a directory of these folders and members, in JSON.
func directory(folders, members string) string {
	return `{"directory": {"folders": [` + folders + `], "members": [` + members + `]}}`
}

const threeFolders = `{"id": "fd-team000001"}, {"id": "fd-shop000001", "parent": "fd-team000001"}, {"id": "fd-deep000001", "parent": "fd-shop000001"}, {"id": "fd-else000001"}`

func names(members []aliyun.Member) string {
	var all []string
	for _, m := range members {
		all = append(all, m.Name)
	}
	return strings.Join(all, " ")
}

func TestMembers(t *testing.T) {
	fleet := directory(threeFolders, `
		{"id": "2000000000000001", "name": "root"},
		{"id": "2000000000000002", "name": "team", "folder": "fd-team000001", "status": "InviteSuccess"},
		{"id": "2000000000000003", "name": "shop", "folder": "fd-shop000001", "status": "PromoteVerifying"},
		{"id": "2000000000000004", "name": "deep", "folder": "fd-deep000001", "status": "PromoteSuccess"},
		{"id": "2000000000000005", "name": "else", "folder": "fd-else000001"},
		{"id": "2000000000000006", "name": "cancelled", "folder": "fd-team000001", "status": "CreateCancelled"},
		{"id": "2000000000000007", "name": "expired", "folder": "fd-team000001", "status": "CreateExpired"},
		{"id": "2000000000000008", "name": "failed", "folder": "fd-team000001", "status": "CreateFailed"},
		{"id": "2000000000000009", "name": "verifying", "folder": "fd-team000001", "status": "CreateVerifying"},
		{"id": "2000000000000010", "name": "leaving", "folder": "fd-team000001", "deletionStatus": "Deleting"},
		{"id": "2000000000000011", "name": "checked", "folder": "fd-else000001", "deletionStatus": "Checking"},
		{"id": "2000000000000012", "name": "stays", "folder": "fd-else000001", "deletionStatus": "CheckFailed"},
		{"id": "2000000000000013", "name": "remains", "folder": "fd-else000001", "deletionStatus": "DeleteFailed"}`)
	_, c, creds := cloudOf(t, fleet)
	for _, tt := range []struct {
		folder string
		except []string
		want   string
	}{
		{"", nil, "root team shop deep else checked stays remains"},
		{"fd-else000001", nil, "else checked stays remains"},
		{"fd-team000001", nil, "team shop deep"},
		{"fd-deep000001", nil, "deep"},
		{"fd-team000001", []string{"fd-shop000001"}, "team"},
		{"fd-team000001", []string{"fd-team000001", "fd-deep000001"}, "team shop"},
	} {
		got, err := c.Members(t.Context(), creds, "cn-hangzhou", tt.folder, tt.except)
		if err != nil || names(got) != tt.want {
			t.Errorf("%q without %q: got %q, %v, want %q", tt.folder, tt.except, names(got), err, tt.want)
		}
	}
	if got, err := c.Members(t.Context(), creds, "cn-hangzhou", "fd-deep000001", nil); err != nil || !slices.Equal(got, []aliyun.Member{{ID: "2000000000000004", Name: "deep"}}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestMembersRefused(t *testing.T) {
	for _, tt := range []struct {
		name, fleet, account, folder string
		class                        cloud.Class
		action                       string
	}{
		{"a mere member", `{"accounts": [{"id": "1234567890123456"}, {"id": "2345678901234567"}], "directory": {"management": "2345678901234567"}}`, "", "", cloud.ClassDenied, "resourcemanager:ListAccounts"},
		{"denied for folders", `{"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "k", "secret": "s", "deny": ["resourcemanager:ListFoldersForParent"]}]}],
			"directory": {"folders": [{"id": "fd-team000001"}]}}`, "", "fd-team000001", cloud.ClassDenied, "resourcemanager:ListFoldersForParent"},
		{"no such folder", directory("", ""), "", "fd-none000001", cloud.ClassNotFound, "resourcemanager:ListAccountsForParent"},
		{"no directory", `{}`, "", "", cloud.ClassNotFound, "resourcemanager:ListAccounts"},
	} {
		_, c, creds := cloudOf(t, tt.fleet)
		_, err := c.Members(t.Context(), creds, "cn-hangzhou", tt.folder, nil)
		refused, ok := errors.AsType[*cloud.Error](err)
		if !ok || refused.Class != tt.class || refused.Action() != tt.action {
			t.Errorf("%s: got %v, want class %s and action %s", tt.name, err, tt.class, tt.action)
		}
	}
}

// TestADirectoryThatDoesNotEnd is an error. Folders that contain each other are read once each.
func TestADirectoryThatDoesNotEnd(t *testing.T) {
	calls := 0
	endless := cloudAt(t, func(w http.ResponseWriter, _ *http.Request) {
		numbers := upTo(100)
		for i := range numbers {
			numbers[i] += 100 * calls
		}
		calls++
		_, _ = io.WriteString(w, accountsPage("", numbers...))
	})
	if got, err := endless.Members(t.Context(), creds, "cn-hangzhou", "", nil); err == nil || !strings.Contains(err.Error(), "does not end") {
		t.Errorf("got %d members, %v, want an error", len(got), err)
	}
	circle := cloudAt(t, func(w http.ResponseWriter, r *http.Request) {
		body := `{"RequestId":"R","Folders":{"Folder":[{"FolderId":"fd-a"},{"FolderId":"fd-b"},null,{}]}}`
		if r.Header.Get("x-acs-action") == "ListAccountsForParent" {
			body = `{"RequestId":"R","Accounts":{"Account":[null,{"AccountId":"1","DisplayName":"a\u0007"},{"AccountId":"2345****"},{"AccountId":3},"x"]}}`
		}
		_, _ = io.WriteString(w, body)
	})
	got, err := circle.Members(t.Context(), creds, "cn-hangzhou", "fd-a", nil)
	if err != nil || len(got) != 2 || got[0] != (aliyun.Member{ID: "1", Name: "a"}) {
		t.Errorf("in a circle: got %+v, %v, want the one that is an account, in each of two folders", got, err)
	}
}
