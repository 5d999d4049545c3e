package handler

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
)

// Watch says which accounts are watched. The zero value is the function's own by its own role.
type Watch struct {
	Roles     []aliyun.Role   // accounts that are named, each once
	Directory []DirectoryRole // accounts that the resource directory lists, each folder once
	Except    []string        // numbers of accounts that are not watched
}

// DirectoryRole is a role by one name in every account of a folder and of those below it.
type DirectoryRole struct {
	Folder string // "" means the whole directory
	Name   string // the role's
}

// role is the role in one account.
func (d DirectoryRole) role(accountID string) aliyun.Role {
	return aliyun.Role{ARN: "acs:ram::" + accountID + ":role/" + d.Name, AccountID: accountID, Listed: true}
}

// own tells whether the function's own account by its own role is all that is watched.
func (w *Watch) own() bool { return len(w.Roles) == 0 && len(w.Directory) == 0 }

// names tells whether an account is named by its role's ARN.
func (w *Watch) names(accountID string) bool {
	return slices.ContainsFunc(w.Roles, func(r aliyun.Role) bool { return r.AccountID == accountID })
}

// What right looks like, by what the entry seems to be meant for.
const (
	wantEntry  = "want acs:ram::1234567890123456:role/reactivate-watched for one account, *:role/reactivate-watched for every member of the resource directory, fd-0123456789:role/reactivate-watched for a folder of it, or !1234567890123456 for an account to leave out"
	wantAll    = "want *:role/NAME, such as *:role/reactivate-watched"
	wantFolder = "want fd-…:role/NAME with the folder's id, such as fd-0123456789:role/reactivate-watched"
	wantExcept = "want ! and the account's number, such as !1234567890123456"
)

// setRoles reads the comma list. Its errors name each entry that is wrong by its place, not by its text.
func setRoles(c *Config, value string) error {
	var wrong []error
	places := make(map[string]int) // of what an entry is about
	for i, entry := range list(value) {
		about, err := c.Watch.add(entry)
		switch first := places[about]; {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("entry %d %w", i+1, err))
		case first != 0:
			wrong = append(wrong, fmt.Errorf("entries %d and %d are about the same accounts: want one of them", first, i+1))
		default:
			places[about] = i + 1
		}
	}
	if wrong == nil && c.Watch.own() {
		wrong = append(wrong, errors.New("only leaves accounts out: name those to watch too, such as *:role/reactivate-watched"))
	}
	if wrong == nil {
		return nil
	}
	c.Watch = Watch{}
	return errors.Join(wrong...)
}

// add adds an entry and returns what it is about: one account, whether watched or left out, or one folder.
func (w *Watch) add(entry string) (about string, err error) {
	if number, ok := strings.CutPrefix(entry, "!"); ok {
		if !reactivate.ValidAccountID(number) {
			return "", errors.New("leaves out what is not an account: " + wantExcept)
		}
		w.Except = append(w.Except, number)
		return number, nil
	}
	where, name, _ := strings.Cut(entry, ":role/")
	switch {
	case strings.HasPrefix(entry, "*"):
		if where != "*" || !validRoleName(name) {
			return "", errors.New("is not a role of the whole directory: " + wantAll)
		}
		w.Directory = append(w.Directory, DirectoryRole{Name: name})
		return "*", nil
	case strings.HasPrefix(entry, "fd-"):
		if !validFolder(where) || !validRoleName(name) {
			return "", errors.New("is not a role of a folder: " + wantFolder)
		}
		w.Directory = append(w.Directory, DirectoryRole{Folder: where, Name: name})
		return where, nil
	}
	role, err := aliyun.ParseRole(entry)
	if err != nil {
		return "", errors.New("is none that can be watched: " + wantEntry)
	}
	w.Roles = append(w.Roles, role)
	return role.AccountID, nil
}

func validRoleName(name string) bool {
	_, err := aliyun.ParseRole("acs:ram::1:role/" + name)
	return err == nil
}

// validFolder knows the form of a folder's id; documents show those of 10 letters and digits.
func validFolder(id string) bool {
	digits := strings.TrimPrefix(id, "fd-")
	return digits != "" && len(id) <= 64 && strings.IndexFunc(digits, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}
