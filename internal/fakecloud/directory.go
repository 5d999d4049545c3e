package fakecloud

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Directory is a resource directory.
// Source: https://api.alibabacloud.com/document/ResourceDirectoryMaster/2022-04-19/overview
type Directory struct {
	Management string   `json:"management,omitempty"` // the account that may list it; "": the fleet's first
	Delegated  []string `json:"delegated,omitempty"`  // accounts that may list it too
	Folders    []Folder `json:"folders,omitempty"`
	Members    []Member `json:"members,omitempty"`
}

// Folder is a folder of a resource directory.
type Folder struct {
	ID     string `json:"id"` // fd- and 10 letters or digits
	Name   string `json:"name,omitempty"`
	Parent string `json:"parent,omitempty"` // "": the root
}

// Member is an account of a resource directory. It need not be one of the fleet's: then there is nothing in it, and no role.
type Member struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Folder string `json:"folder,omitempty"` // "": the root
	// Status is any; "": CreateSuccess.
	// Source: https://registry.terraform.io/providers/aliyun/alicloud/latest/docs/data-sources/resource_manager_accounts
	Status string `json:"status,omitempty"`
	// DeletionStatus is any; "": it is to stay. After CheckFailed and DeleteFailed a member is alive and billed as before.
	// Source: https://github.com/alibabacloud-go/resourcedirectorymaster-20220419 (list_accounts_response_body_model.go)
	DeletionStatus string `json:"deletionStatus,omitempty"`
	// JoinsAfter and LeavesAfter count from the first use; 0: it is there from the start, and stays.
	JoinsAfter  Duration `json:"joinsAfter,omitzero"`
	LeavesAfter Duration `json:"leavesAfter,omitzero"`
}

const rootFolder = "r-fake01"

type accountsBody struct {
	RequestID  string      `json:"RequestId"`
	PageNumber int         `json:"PageNumber,omitempty"`
	PageSize   int         `json:"PageSize,omitempty"`
	TotalCount int         `json:"TotalCount"`
	Accounts   accountRows `json:"Accounts"`
}

type accountRows struct {
	Account []accountRow `json:"Account"`
}

type accountRow struct {
	AccountID           string `json:"AccountId"`
	DisplayName         string `json:"DisplayName"`
	FolderID            string `json:"FolderId"`
	ResourceDirectoryID string `json:"ResourceDirectoryId"`
	Status              string `json:"Status"`
	DeletionStatus      string `json:"DeletionStatus,omitempty"`
	Type                string `json:"Type"`
	JoinMethod          string `json:"JoinMethod"`
	JoinTime            string `json:"JoinTime"`
	ModifyTime          string `json:"ModifyTime"`
}

type foldersBody struct {
	RequestID  string     `json:"RequestId"`
	PageNumber int        `json:"PageNumber"`
	PageSize   int        `json:"PageSize"`
	TotalCount int        `json:"TotalCount"`
	Folders    folderRows `json:"Folders"`
}

type folderRows struct {
	Folder []folderRow `json:"Folder"`
}

type folderRow struct {
	FolderID   string `json:"FolderId"`
	FolderName string `json:"FolderName"`
	CreateTime string `json:"CreateTime"`
}

// listAccounts lists the members of the whole directory. The real one knows NextToken too.
func (k *call) listAccounts() (any, *Error) {
	if e := k.refuseUnsupported("NextToken", "MaxResults"); e != nil {
		return nil, e
	}
	p, e := k.readPage()
	if e != nil {
		return nil, e
	}
	if e := k.mayList(); e != nil {
		return nil, e
	}
	return k.accountsPage(p, func(*Member) bool { return true }), nil
}

// listAccountsForParent lists the members of one folder, without those of the folders below it. It knows no NextToken.
func (k *call) listAccountsForParent() (any, *Error) {
	p, parent, e := k.readParent()
	if e != nil {
		return nil, e
	}
	return k.accountsPage(p, func(m *Member) bool { return m.Folder == parent }), nil
}

// listFoldersForParent lists the folders right below one.
func (k *call) listFoldersForParent() (any, *Error) {
	p, parent, e := k.readParent()
	if e != nil {
		return nil, e
	}
	rows := []folderRow{}
	for _, f := range k.fleet.Directory.Folders {
		if f.Parent == parent {
			rows = append(rows, folderRow{f.ID, f.Name, joined})
		}
	}
	body := foldersBody{RequestID: k.id, PageNumber: max(1, p.number), PageSize: p.size, TotalCount: len(rows)}
	from, to := p.part(len(rows))
	body.Folders.Folder = rows[from:to]
	return body, nil
}

const joined = "2025-01-23T12:33:18Z"

func (k *call) accountsPage(p page, fits func(*Member) bool) accountsBody {
	members := []*Member{}
	for i := range k.fleet.Directory.Members {
		m := &k.fleet.Directory.Members[i]
		if fits(m) && m.there(k.at-k.stale) {
			members = append(members, m)
		}
	}
	body := accountsBody{RequestID: k.id, PageNumber: p.number, PageSize: p.size, TotalCount: len(members)}
	from, to := p.part(len(members))
	body.Accounts.Account = []accountRow{}
	for _, m := range members[from:to] {
		row := accountRow{
			AccountID: m.ID, DisplayName: m.Name, FolderID: m.Folder, ResourceDirectoryID: "rd-fake01", Status: m.Status,
			DeletionStatus: m.DeletionStatus, Type: "ResourceAccount", JoinMethod: "created", JoinTime: joined, ModifyTime: joined,
		}
		if row.FolderID == "" {
			row.FolderID = rootFolder
		}
		if row.Status == "" {
			row.Status = "CreateSuccess"
		}
		if strings.HasPrefix(row.Status, "Invite") {
			row.JoinMethod, row.Type = "invited", "CloudAccount"
		}
		body.Accounts.Account = append(body.Accounts.Account, row)
	}
	return body
}

func (m *Member) there(at time.Duration) bool {
	return at >= time.Duration(m.JoinsAfter) && (m.LeavesAfter == 0 || at < time.Duration(m.LeavesAfter))
}

// mayList says whether the caller's account may see the directory, and the caller itself. The code for other accounts is not
// documented.
func (k *call) mayList() *Error {
	d := k.fleet.Directory
	if d == nil {
		return apiError(codeNoDirectory)
	}
	caller := k.key.account.id
	if caller != d.management(k.accounts[0].id) && !slices.Contains(d.Delegated, caller) {
		return apiError(codeNoPermission)
	}
	return k.allowed()
}

func (d *Directory) management(first string) string {
	if d.Management == "" {
		return first
	}
	return d.Management
}

// readParent reads which folder and which page are asked for; "" is the root.
func (k *call) readParent() (page, string, *Error) {
	if k.q.params.Has("NextToken") || k.q.params.Has("MaxResults") {
		return page{}, "", apiError(codeInvalidParameter, "NextToken")
	}
	p, e := k.readPage()
	if e != nil {
		return page{}, "", e
	}
	if e := k.mayList(); e != nil {
		return page{}, "", e
	}
	parent := k.q.params.Get("ParentFolderId")
	if parent == rootFolder {
		parent = ""
	}
	known := parent == "" || slices.ContainsFunc(k.fleet.Directory.Folders, func(f Folder) bool { return f.ID == parent })
	switch {
	case known:
		return p, parent, nil
	case !validFolder(parent):
		return page{}, "", apiError("InvalidParameter.ParentFolderId")
	}
	return page{}, "", apiError("EntityNotExists.Folder")
}

// validFolder knows the form of a folder's id.
// Source: https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-listfoldersforparent
func validFolder(id string) bool {
	name, ok := strings.CutPrefix(id, "fd-")
	return ok && len(name) == 10 && strings.IndexFunc(name, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

func (d *Directory) validate() error {
	folders := map[string]bool{"": true}
	for i, f := range d.Folders {
		switch {
		case !validFolder(f.ID):
			return fmt.Errorf(`folders[%d].id: %q is not a folder; write fd- and 10 letters or digits, such as "fd-team000001"`, i, f.ID)
		case folders[f.ID]:
			return fmt.Errorf("folders[%d].id: %s is listed twice", i, f.ID)
		case !folders[f.Parent]:
			return fmt.Errorf("folders[%d].parent: %q is not one of the folders above", i, f.Parent)
		}
		folders[f.ID] = true
	}
	if id := d.management(defaultAccount); !accountPattern.MatchString(id) {
		return fmt.Errorf("management: %q is not an account", id)
	}
	for i, id := range d.Delegated {
		if !accountPattern.MatchString(id) {
			return fmt.Errorf("delegated[%d]: %q is not an account", i, id)
		}
	}
	seen := map[string]bool{}
	for i := range d.Members {
		m := &d.Members[i]
		switch {
		case !accountPattern.MatchString(m.ID):
			return fmt.Errorf(`members[%d].id: %q is not an account; write digits such as "2345678901234567"`, i, m.ID)
		case seen[m.ID]:
			return fmt.Errorf("members[%d].id: %s is listed twice", i, m.ID)
		case !folders[m.Folder]:
			return fmt.Errorf("members[%d].folder: %q is not one of the folders", i, m.Folder)
		case m.LeavesAfter > 0 && m.LeavesAfter < m.JoinsAfter:
			return fmt.Errorf("members[%d].leavesAfter: is before joinsAfter", i)
		}
		seen[m.ID] = true
	}
	return nil
}
