package fakecloud

import (
	"cmp"
	"slices"
	"time"
)

// Directory is a resource directory.
// Source: https://api.alibabacloud.com/document/ResourceDirectoryMaster/2022-04-19/overview
type Directory struct {
	Management string   `json:"management,omitempty"` // the account that may list it; "": the fleet's first
	Folders    []Folder `json:"folders,omitempty"`
	Members    []Member `json:"members,omitempty"`
}

// Folder is a folder of a resource directory.
type Folder struct {
	ID     string `json:"id"` // fd- and 10 letters or digits
	Name   string `json:"name,omitempty"`
	Parent string `json:"parent,omitempty"` // "": the root
}

// Member is an account of a resource directory. One that is not an account of the fleet has no instances and no role.
type Member struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Folder string `json:"folder,omitempty"` // "": the root
	// Status is any; "": CreateSuccess.
	// Source: https://registry.terraform.io/providers/aliyun/alicloud/latest/docs/data-sources/resource_manager_accounts
	Status string `json:"status,omitempty"`
	// DeletionStatus is any; "": it is not being deleted. After CheckFailed and DeleteFailed a member is alive and billed as before.
	// Source: https://github.com/alibabacloud-go/resourcedirectorymaster-20220419 (list_accounts_response_body_model.go)
	DeletionStatus string `json:"deletionStatus,omitempty"`
	// JoinsAfter and LeavesAfter count from the first use; 0: it is there from the start, and does not leave.
	JoinsAfter  Duration `json:"joinsAfter,omitzero"`
	LeavesAfter Duration `json:"leavesAfter,omitzero"`
}

const rootFolder = "r-fake01"

const joined = "2025-01-23T12:33:18Z"

// listAccounts lists the members of the whole directory. As ListAccountsForParent it lists those of one folder, without
// those of the folders below it.
func (k *call) listAccounts() (any, *Error) {
	p, parent, e := k.readDirectory()
	if e != nil {
		return nil, e
	}
	rows := []object{}
	for i := range k.fleet.Directory.Members {
		m := &k.fleet.Directory.Members[i]
		elsewhere := k.Action == "ListAccountsForParent" && m.Folder != parent
		if elsewhere || !m.there(k.at-k.stale) {
			continue
		}
		rows = append(rows, object{
			"AccountId": m.ID, "DisplayName": m.Name, "FolderId": cmp.Or(m.Folder, rootFolder), "ResourceDirectoryId": "rd-fake01",
			"Status": cmp.Or(m.Status, "CreateSuccess"), "DeletionStatus": m.DeletionStatus, "JoinTime": joined, "ModifyTime": joined,
		})
	}
	return k.numberedPage(p, "Accounts", "Account", rows), nil
}

// listFoldersForParent lists the folders directly in a folder.
func (k *call) listFoldersForParent() (any, *Error) {
	p, parent, e := k.readDirectory()
	if e != nil {
		return nil, e
	}
	rows := []object{}
	for _, f := range k.fleet.Directory.Folders {
		if f.Parent == parent {
			rows = append(rows, object{"FolderId": f.ID, "FolderName": f.Name, "CreateTime": joined})
		}
	}
	return k.numberedPage(p, "Folders", "Folder", rows), nil
}

// numberedPage is a page of rows, where list and one are the API's names for the list and for a row.
func (k *call) numberedPage(p page, list, one string, rows []object) object {
	from := min((p.number-1)*p.size, len(rows))
	to := min(from+p.size, len(rows))
	return object{
		"RequestId": k.RequestID, "PageNumber": p.number, "PageSize": p.size, "TotalCount": len(rows), list: object{one: rows[from:to]},
	}
}

func (m *Member) there(at time.Duration) bool {
	return at >= time.Duration(m.JoinsAfter) && (m.LeavesAfter == 0 || at < time.Duration(m.LeavesAfter))
}

// readDirectory reads the page and the folder of a request; "" is the root folder. It takes page numbers only; the real
// ListAccounts also takes tokens. Which code refuses an account that may not list is not documented.
func (k *call) readDirectory() (p page, parent string, e *Error) {
	if p, e = k.readPage(); e != nil {
		return page{}, "", e
	}
	d, caller := k.fleet.Directory, k.AccountID
	if parent = k.q.params.Get("ParentFolderId"); parent == rootFolder {
		parent = ""
	}
	switch {
	case d == nil:
		return page{}, "", apiError("EntityNotExists.ResourceDirectory")
	case caller != cmp.Or(d.Management, k.accounts[0].ID):
		return page{}, "", apiError("NoPermission")
	case parent != "" && !slices.ContainsFunc(d.Folders, func(f Folder) bool { return f.ID == parent }):
		return page{}, "", apiError("EntityNotExists.Folder")
	}
	return p, parent, nil
}
