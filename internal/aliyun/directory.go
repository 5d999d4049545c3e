package aliyun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"reactivate/internal/reactivate"
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

// directoryAnswer is a page of either list.
type directoryAnswer struct {
	Accounts   struct{ Account []json.RawMessage }
	Folders    struct{ Folder []json.RawMessage }
	TotalCount looseText // of all pages
}

// total is how many entries all pages have together. known is false if the answer does not tell it.
func (a *directoryAnswer) total() (n int, known bool) {
	n, err := strconv.Atoi(string(a.TotalCount))
	return n, err == nil
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
			return nil, tooLarge(listFoldersForParent, folders, "folders")
		}
		found, err := d.accounts(ctx, listAccountsForParent, queue[i])
		if err != nil {
			return nil, err
		}
		members = append(members, found...)
		below, err := d.foldersOf(ctx, queue[i])
		if err != nil {
			return nil, err
		}
		for _, id := range below {
			if !slices.Contains(queue, id) && !slices.Contains(except, id) {
				queue = append(queue, id)
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
	type account struct{ AccountId, DisplayName, Status, DeletionStatus string }
	var members []Member
	seen := make(map[string]bool)
	err := d.pages(ctx, op, folder, func(answer *directoryAnswer) (size, repeated int) {
		for _, a := range rows[account](answer.Accounts.Account) {
			if seen[a.AccountId] {
				repeated++
				continue
			}
			seen[a.AccountId] = true
			if reactivate.ValidAccountID(a.AccountId) && !notYetMember(a.Status) && a.DeletionStatus != beingDeleted {
				members = append(members, Member{a.AccountId, clean(a.DisplayName, d.creds)})
			}
		}
		return len(answer.Accounts.Account), repeated
	})
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

func (d directory) foldersOf(ctx context.Context, parent string) ([]string, error) {
	type folder struct{ FolderId string }
	var ids []string
	seen := make(map[string]bool)
	err := d.pages(ctx, listFoldersForParent, parent, func(answer *directoryAnswer) (size, repeated int) {
		for _, f := range rows[folder](answer.Folders.Folder) {
			switch {
			case seen[f.FolderId]:
				repeated++
			case f.FolderId != "":
				seen[f.FolderId] = true
				ids = append(ids, f.FolderId)
			}
		}
		return len(answer.Folders.Folder), repeated
	})
	return ids, err
}

// pages reads a list by page numbers, which all three operations support, until it has as many entries as the answers say that
// there are. If they do not say it, or say less than they show, a page that is not full ends the list. A list that ends too
// early is an error, and so is a page that shows nothing new: half a list would leave accounts unwatched.
func (d directory) pages(ctx context.Context, op operation, parent string, take func(*directoryAnswer) (size, repeated int)) error {
	entries := 0
	for page := 1; page <= directoryPages; page++ {
		query := map[string]string{"PageNumber": strconv.Itoa(page), "PageSize": strconv.Itoa(directoryPage)}
		if parent != "" {
			query["ParentFolderId"] = parent
		}
		answer, err := d.page(ctx, op, query)
		if err != nil {
			return err
		}
		size, repeated := take(answer)
		entries += size - repeated
		total, known := answer.total()
		switch {
		case known && entries == total:
			return nil
		case known && entries < total && size == 0:
			return &reactivate.Error{Op: op.name, Class: reactivate.ClassTransient, Message: fmt.Sprintf("the list ends after %d of %d entries", entries, total)}
		case size < directoryPage && (!known || entries > total):
			return nil
		case repeated == size:
			return &reactivate.Error{Op: op.name, Class: reactivate.ClassUnknown, Message: fmt.Sprintf("page %d of the list repeats the ones before", page)}
		}
	}
	return tooLarge(op, directoryPages*directoryPage, "entries")
}

// page reads one page. It tries again after a fault that passes, because nothing else in the run does: without the list, all of
// its accounts would wait for the next sweep. If the pause does not fit into the time of ctx, the fault is returned at once.
func (d directory) page(ctx context.Context, op operation, query map[string]string) (*directoryAnswer, error) {
	for tries := 1; ; tries++ {
		var answer directoryAnswer
		err := d.cloud.rpc(ctx, d.creds, op, d.region, query, into(&answer))
		if err == nil {
			return &answer, nil
		}
		refused, ok := errors.AsType[*reactivate.Error](err)
		if !ok || tries == directoryTries || refused.Class != reactivate.ClassThrottled && refused.Class != reactivate.ClassTransient {
			return nil, err
		}
		pause := max(reactivate.Backoff(tries), refused.RetryAfter)
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

// tooLarge is the error of a list that does not end. Half of it would leave accounts unwatched.
func tooLarge(op operation, most int, what string) error {
	return &reactivate.Error{Op: op.name, Class: reactivate.ClassUnknown, Message: fmt.Sprintf("the list does not end: more than %d %s", most, what)}
}
