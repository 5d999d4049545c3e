package handler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// listLasts is how long a list of the directory's accounts is used in a warm process.
const listLasts = 10 * time.Minute

// memberList is what the directory told of a folder. It holds no credentials.
type memberList struct {
	members []aliyun.Member
	at      time.Time // zero: nothing yet
}

// listing is what an invocation knows of the resource directory, which it asks at most once.
type listing struct {
	members  []aliyun.Role            // of the accounts that the directory lists and the configuration does not leave out
	names    map[string]string        // of the members, by their accounts
	errs     []reactivate.RegionError // of lists that are missing, or old
	complete bool                     // no list is missing
	empty    []string                 // folders without an account; "" is the whole directory
}

// listing lists the accounts of the directory, for half of the time at most: the other half is for the accounts that are known
// without it. Folders come first, because an entry for a folder is more exact than one for the whole directory.
func (h *Handler) listing(ctx context.Context, in *invocation) *listing {
	if in.listing != nil {
		return in.listing
	}
	if deadline, ok := ctx.Deadline(); ok {
		half, cancel := context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
		ctx = half
	}
	l := &listing{names: make(map[string]string), complete: true}
	in.listing = l
	watch := &h.config.Watch
	var folders []string
	for _, d := range watch.Directory {
		folders = append(folders, d.Folder)
	}
	entries := slices.Clone(watch.Directory)
	slices.SortFunc(entries, func(a, b DirectoryRole) int { return strings.Compare(b.Folder, a.Folder) }) // "" last
	for _, d := range entries {
		members, err := h.members(ctx, in, d.Folder, folders)
		if err != nil {
			l.errs = append(l.errs, reactivate.RegionError{AccountID: in.accountID, Err: err})
			l.complete = l.complete && err.Warning
		} else if len(members) == 0 {
			l.empty = append(l.empty, d.Folder)
		}
		for _, m := range members {
			if _, known := l.names[m.ID]; !known && !slices.Contains(watch.Except, m.ID) {
				l.names[m.ID] = m.Name
				l.members = append(l.members, d.role(m.ID))
			}
		}
	}
	return l
}

// members are the accounts of a folder, without those of the other folders that the configuration names. An error that is a
// warning comes with the last good list; any other error comes without a list.
func (h *Handler) members(ctx context.Context, in *invocation, folder string, folders []string) ([]aliyun.Member, *cloud.Error) {
	var last memberList
	if known, ok := h.lists.Load(folder); ok {
		last, _ = known.(memberList) // no other type is stored
	}
	if time.Since(last.at) < listLasts {
		return last.members, nil
	}
	members, err := h.cloud.Members(ctx, in.creds, in.region, folder, folders)
	if err == nil {
		h.lists.Store(folder, memberList{members, time.Now()})
		return members, nil
	}
	refused, ok := errors.AsType[*cloud.Error](err)
	if !ok {
		refused = &cloud.Error{Op: "ListAccounts", Class: cloud.ClassTransient, Message: err.Error()}
	}
	if last.at.IsZero() || refused.Class == cloud.ClassDenied || refused.Class == cloud.ClassNotFound {
		return nil, refused
	}
	warned := *refused
	warned.Warning = true
	warned.Message = fmt.Sprintf("the list of accounts of %s serves: %s", last.at.UTC().Format(time.RFC3339), refused.Message)
	return last.members, &warned
}
