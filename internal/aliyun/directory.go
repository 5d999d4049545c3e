package aliyun

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// Member is an account of a resource directory.
type Member struct {
	ID   string // its number
	Name string // its display name, for people
}

// The operations of ResourceDirectoryMaster: https://api.alibabacloud.com/document/ResourceDirectoryMaster/2022-04-19/overview
var (
	listAccounts          = operation{api: APIDirectory, name: "ListAccounts"}
	listAccountsForParent = operation{api: APIDirectory, name: "ListAccountsForParent"}
	listFoldersForParent  = operation{api: APIDirectory, name: "ListFoldersForParent"}
)

const (
	directoryPage  = 100 // the largest page that the API allows
	directoryPages = 200 // per list: 20,000 accounts, far more than a directory can have
	folders        = 500 // read for one folder; they nest five deep
	directoryTries = 5   // of one page
)

// directoryAnswer is a page of either list. The other list is empty.
type directoryAnswer struct {
	Accounts   struct{ Account []json.RawMessage }
	Folders    struct{ Folder []json.RawMessage }
	TotalCount looseText // of all pages
}

// directoryEntry is an account or a folder.
type directoryEntry struct {
	AccountId, DisplayName, Status, DeletionStatus string
	FolderId                                       string
}

// Members returns the accounts of the whole resource directory. If a folder is named, it returns those of the folder and of all
// folders below it, except what is below the folders in except. The credentials must be those of the management account or of a
// delegated administrator.
func (c *Cloud) Members(ctx context.Context, creds Credentials, region, folder string, except []string) ([]Member, error) {
	d := directory{cloud: c, creds: creds, region: region}
	if folder == "" {
		return d.accounts(ctx, listAccounts, "")
	}
	var members []Member
	queue := []string{folder}
	for i := 0; i < len(queue); i++ {
		if i == folders {
			return nil, listError(listFoldersForParent, cloud.ClassUnknown, "the list does not end: more than %d folders", folders)
		}
		found, err := d.accounts(ctx, listAccountsForParent, queue[i])
		if err != nil {
			return nil, err
		}
		members = append(members, found...)
		below, err := d.list(ctx, listFoldersForParent, queue[i])
		if err != nil {
			return nil, err
		}
		for _, f := range below {
			if f.FolderId != "" && !slices.Contains(queue, f.FolderId) && !slices.Contains(except, f.FolderId) {
				queue = append(queue, f.FolderId)
			}
		}
	}
	return members, nil
}

// directory holds what all calls for one listing share.
type directory struct {
	cloud  *Cloud
	creds  Credentials
	region string
}

func (d directory) accounts(ctx context.Context, op operation, folder string) ([]Member, error) {
	list, err := d.list(ctx, op, folder)
	var members []Member
	for _, a := range list {
		if cloud.ValidAccountID(a.AccountId) && !notYetMember(a.Status) && a.DeletionStatus != beingDeleted {
			members = append(members, Member{a.AccountId, clean(a.DisplayName, d.creds)})
		}
	}
	return members, err
}

// beingDeleted is the status of an account that is being removed. Accounts with the other statuses still exist and may fall into
// arrears: their deletion is only being checked (Checking), or the check or the deletion failed (CheckFailed, DeleteFailed).
// https://github.com/alibabacloud-go/resourcedirectorymaster-20220419, list_accounts_response_body_model.go
const beingDeleted = "Deleting"

// notYetMember tells whether an account with this status is not a member yet, or never will be. An account with a status
// Promote… is a member whose upgrade is not finished.
// https://registry.terraform.io/providers/aliyun/alicloud/latest/docs/data-sources/resource_manager_accounts
func notYetMember(status string) bool {
	switch status {
	case "CreateCancelled", "CreateExpired", "CreateFailed", "CreateVerifying":
		return true
	}
	return false
}

// list reads all pages of a list by their numbers, which all three operations support, and leaves out entries that repeat. The list
// ends with as many entries as the total in the answers. If they have no total, or one that is too small, a page that is not full
// ends it. A list that ends too early is an error, and so is a page that shows nothing new: half a list would leave accounts
// unwatched.
func (d directory) list(ctx context.Context, op operation, parent string) ([]directoryEntry, error) {
	var all []directoryEntry
	seen := make(map[string]bool)
	count := 0 // as in the total, with the entries that cannot be read
	for page := 1; page <= directoryPages; page++ {
		answer, err := d.page(ctx, op, parent, page)
		if err != nil {
			return nil, err
		}
		entries := slices.Concat(answer.Accounts.Account, answer.Folders.Folder)
		size, repeated := len(entries), 0
		for _, e := range rows[directoryEntry](entries) {
			id := cmp.Or(e.AccountId, e.FolderId)
			if seen[id] {
				repeated++
				continue
			}
			seen[id] = true
			all = append(all, e)
		}
		count += size - repeated
		total, err := strconv.Atoi(string(answer.TotalCount))
		known := err == nil
		switch {
		case known && count == total:
			return all, nil
		case known && count < total && size == 0:
			return nil, listError(op, cloud.ClassTransient, "the list ends after %d of %d entries", count, total)
		case size < directoryPage && (!known || count > total):
			return all, nil
		case repeated == size:
			return nil, listError(op, cloud.ClassUnknown, "page %d of the list repeats the ones before", page)
		}
	}
	return nil, listError(op, cloud.ClassUnknown, "the list does not end: more than %d entries", directoryPages*directoryPage)
}

// page reads one page. It tries again after a fault that passes, because nothing else in the run does: without the list, all of
// its accounts would wait for the next sweep. If the pause does not fit into the time of ctx, the fault is returned at once.
func (d directory) page(ctx context.Context, op operation, parent string, number int) (*directoryAnswer, error) {
	query := map[string]string{"PageNumber": strconv.Itoa(number), "PageSize": strconv.Itoa(directoryPage)}
	if parent != "" {
		query["ParentFolderId"] = parent
	}
	for tries := 1; ; tries++ {
		var answer directoryAnswer
		err := d.cloud.rpc(ctx, d.creds, op, d.region, query, into(&answer))
		if err == nil {
			return &answer, nil
		}
		refused, ok := errors.AsType[*cloud.Error](err)
		if !ok || tries == directoryTries || refused.Class != cloud.ClassThrottled && refused.Class != cloud.ClassTransient {
			return nil, err
		}
		pause := max(pace.Backoff(tries), refused.RetryAfter)
		if end, ok := ctx.Deadline(); ok && time.Until(end) <= pause {
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func listError(op operation, class cloud.Class, format string, args ...any) error {
	return &cloud.Error{Op: op.name, Class: class, Message: fmt.Sprintf(format, args...)}
}
