package handler

import (
	"errors"
	"slices"
	"strings"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// Watch says which accounts are watched. The zero value means the function's own account, by the function's own role.
type Watch struct {
	Roles     []aliyun.Role   // accounts that are named, each once
	Directory []DirectoryRole // accounts that the resource directory lists, each folder once
	Except    []string        // numbers of accounts that are not watched; Roles names none of them
}

// DirectoryRole is a role of the same name in every account of a folder and of the folders below it.
type DirectoryRole struct {
	Folder string // "" means the whole directory
	Name   string // the role's
}

// role is the role in one account.
func (d DirectoryRole) role(accountID string) aliyun.Role {
	return aliyun.Role{ARN: "acs:ram::" + accountID + ":role/" + d.Name, AccountID: accountID, Listed: true}
}

// own tells whether only the function's own account is watched, by its own role.
func (w *Watch) own() bool { return len(w.Roles) == 0 && len(w.Directory) == 0 }

// names tells whether an account is named by its role's ARN.
func (w *Watch) names(accountID string) bool {
	return slices.ContainsFunc(w.Roles, func(r aliyun.Role) bool { return r.AccountID == accountID })
}

// setRoles reads the list. An account that is left out is not watched, even if another entry names it. The errors name each wrong entry
// by its position, and do not show its text.
func setRoles(c *Config, value string) error {
	var wrong []error
	places := make(map[string]int) // of entries, by the account or folder that they are to watch
	for i, entry := range list(value) {
		about, err := c.Watch.add(entry)
		switch first := places[about]; {
		case err != nil:
			wrong = append(wrong, wording.RolesEntry.With(i+1, err))
		case about == "":
		case first != 0:
			wrong = append(wrong, wording.RolesTwice.With(first, i+1))
		default:
			places[about] = i + 1
		}
	}
	c.Watch.Roles = slices.DeleteFunc(c.Watch.Roles, func(r aliyun.Role) bool { return slices.Contains(c.Watch.Except, r.AccountID) })
	if wrong == nil && c.Watch.own() {
		wrong = append(wrong, wording.RolesOnlyExcept)
	}
	if wrong == nil {
		return nil
	}
	c.Watch = Watch{}
	return errors.Join(wrong...)
}

// add adds an entry and returns the account or folder that it is to watch, so that a second entry for the same can be refused. It
// returns "" if the entry watches nothing.
func (w *Watch) add(entry string) (about string, err error) {
	if number, ok := strings.CutPrefix(entry, "!"); ok {
		if !cloud.ValidAccountID(number) {
			return "", wording.NotAnExcept
		}
		w.Except = append(w.Except, number)
		return "", nil
	}
	where, name, _ := strings.Cut(entry, ":role/")
	switch all, folder := strings.HasPrefix(entry, "*"), strings.HasPrefix(entry, "fd-"); {
	case all && (where != "*" || !validRoleName(name)):
		return "", wording.NotDirectoryRole
	case folder && (!validFolder(where) || !validRoleName(name)):
		return "", wording.NotFolderRole
	case all, folder:
		w.Directory = append(w.Directory, DirectoryRole{Folder: strings.TrimPrefix(where, "*"), Name: name})
		return where, nil
	}
	role, err := aliyun.ParseRole(entry)
	if err != nil {
		return "", wording.NotARole
	}
	w.Roles = append(w.Roles, role)
	return role.AccountID, nil
}

func validRoleName(name string) bool {
	_, err := aliyun.ParseRole("acs:ram::1:role/" + name)
	return err == nil
}

// validFolder checks the form of a folder's id. Documents show ids with 10 letters and digits.
func validFolder(id string) bool {
	digits := strings.TrimPrefix(id, "fd-")
	return digits != "" && len(id) <= 64 && strings.IndexFunc(digits, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}
