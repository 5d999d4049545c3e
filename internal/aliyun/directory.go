package aliyun

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"reactivate/internal/reactivate"
)

// Member is an account of a resource directory.
type Member struct {
	ID   string // its number
	Name string // its display name, for people
}

// The operations of ResourceDirectoryMaster: https://api.alibabacloud.com/document/ResourceDirectoryMaster/2022-04-19/overview
var (
	listAccounts          = operation{productDirectory, "2022-04-19", "ListAccounts"}
	listAccountsForParent = operation{productDirectory, "2022-04-19", "ListAccountsForParent"}
	listFoldersForParent  = operation{productDirectory, "2022-04-19", "ListFoldersForParent"}
)

const (
	directoryPage  = 100 // the most that a page may have
	directoryPages = 200 // of one list: 20,000 accounts, far more than a directory holds
	folders        = 500 // looked into for one: they nest five deep
)

// directoryAnswer is a page of either list.
type directoryAnswer struct {
	Accounts struct{ Account []json.RawMessage }
	Folders  struct{ Folder []json.RawMessage }
}

// Members returns the accounts of the whole resource directory, or, where a folder is named, those of it and of all folders
// below it, but for what is below the folders in except. It asks with the credentials given, which must be of the management
// account or of a delegated administrator.
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

// directory is how one listing asks.
type directory struct {
	cloud  *Cloud
	creds  Credentials
	region string
}

func (d directory) accounts(ctx context.Context, op operation, folder string) ([]Member, error) {
	type account struct{ AccountId, DisplayName, Status, DeletionStatus string }
	var members []Member
	seen := make(map[string]bool)
	err := d.pages(ctx, op, folder, func(answer *directoryAnswer) (size int, news bool) {
		for _, a := range rows[account](answer.Accounts.Account) {
			if seen[a.AccountId] {
				continue
			}
			seen[a.AccountId], news = true, true
			if reactivate.ValidAccountID(a.AccountId) && !notYetMember(a.Status) && a.DeletionStatus != beingDeleted {
				members = append(members, Member{a.AccountId, clean(a.DisplayName, d.creds)})
			}
		}
		return len(answer.Accounts.Account), news
	})
	return members, err
}

// beingDeleted is the one status of a deletion after which an account is gone. One that is only checked (Checking, CheckFailed), or
// whose deletion failed (DeleteFailed), is there, is billed, and may fall into arrears.
// https://github.com/alibabacloud-go/resourcedirectorymaster-20220419, list_accounts_response_body_model.go
const beingDeleted = "Deleting"

// notYetMember tells whether a status is that of an account that is not there yet, or never will be. Promote… other than success is a member
// whose upgrade is under way.
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
	err := d.pages(ctx, listFoldersForParent, parent, func(answer *directoryAnswer) (size int, news bool) {
		for _, f := range rows[folder](answer.Folders.Folder) {
			if f.FolderId != "" && !seen[f.FolderId] {
				seen[f.FolderId], news = true, true
				ids = append(ids, f.FolderId)
			}
		}
		return len(answer.Folders.Folder), news
	})
	return ids, err
}

// pages asks for page after page by number, which all three operations know, until one is not full. A full page that brings nothing new is
// an error: what follows it is not known, and half of a list would leave accounts out without a word.
func (d directory) pages(ctx context.Context, op operation, parent string, take func(*directoryAnswer) (size int, news bool)) error {
	for page := 1; page <= directoryPages; page++ {
		query := map[string]string{"PageNumber": fmt.Sprint(page), "PageSize": fmt.Sprint(directoryPage)}
		if parent != "" {
			query["ParentFolderId"] = parent
		}
		var answer directoryAnswer
		if err := d.cloud.rpc(ctx, d.creds, op, d.region, query, into(&answer)); err != nil {
			return err
		}
		size, news := take(&answer)
		switch {
		case size < directoryPage:
			return nil
		case !news:
			return &reactivate.Error{Op: op.name, Class: reactivate.ClassUnknown, Message: fmt.Sprintf("page %d of the list repeats the ones before", page)}
		}
	}
	return tooLarge(op, directoryPages*directoryPage, "entries")
}

// tooLarge refuses a list that does not end: half of it would leave accounts out without a word.
func tooLarge(op operation, most int, what string) error {
	return &reactivate.Error{Op: op.name, Class: reactivate.ClassUnknown, Message: fmt.Sprintf("the list does not end: more than %d %s", most, what)}
}
