package handler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
)

// listInterval is linked in by the proof of the built binary alone, as retryInterval is; "" is the contract's.
var listInterval string

// listLasts is how long a list of the directory's accounts is good for in a warm process.
func listLasts() time.Duration {
	if d, err := time.ParseDuration(listInterval); err == nil {
		return d
	}
	return 10 * time.Minute
}

// memberLists are the lists of a process, by folder. They hold no credentials.
type memberLists struct {
	mu    sync.Mutex
	lists map[string]memberList
	lasts time.Duration
}

type memberList struct {
	members []aliyun.Member
	at      time.Time // zero: there was none yet
}

func (l *memberLists) get(folder string) memberList {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lists[folder]
}

func (l *memberLists) put(folder string, members []aliyun.Member) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lists[folder] = memberList{members, time.Now()}
}

// roster is what an invocation knows of the resource directory: it is asked once an invocation at most.
type roster struct {
	members  []member
	byID     map[string]int           // where an account stands in members
	errs     []reactivate.RegionError // lists that are missing, or old
	complete bool                     // no list is missing
	empty    []string                 // folders without an account; "" is the whole directory
}

// member is an account that the directory lists and the configuration does not leave out.
type member struct {
	role aliyun.Role
	name string
}

func (r *roster) has(accountID string) bool {
	_, found := r.byID[accountID]
	return found
}

// name is what the directory calls an account; "" where it is not known.
func (r *roster) name(accountID string) string {
	if i, found := r.byID[accountID]; found {
		return r.members[i].name
	}
	return ""
}

// roster lists the accounts of the directory, those of folders first: a folder is more exact than the whole.
func (h *Handler) roster(ctx context.Context, in *invocation) *roster {
	if in.roster != nil {
		return in.roster
	}
	in.roster = &roster{byID: make(map[string]int), complete: true}
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
			in.roster.errs = append(in.roster.errs, reactivate.RegionError{AccountID: in.accountID, Err: err})
			in.roster.complete = in.roster.complete && err.Warning
		} else if len(members) == 0 {
			in.roster.empty = append(in.roster.empty, d.Folder)
		}
		for _, m := range members {
			if !slices.Contains(watch.Except, m.ID) && !in.roster.has(m.ID) {
				in.roster.byID[m.ID] = len(in.roster.members)
				in.roster.members = append(in.roster.members, member{d.role(m.ID), m.Name})
			}
		}
	}
	return in.roster
}

// members are the accounts of a folder, without those of the other folders that the configuration names. An error that is a
// warning stands beside the last list that was good; one that is not, alone.
func (h *Handler) members(ctx context.Context, in *invocation, folder string, folders []string) ([]aliyun.Member, *reactivate.Error) {
	last := h.lists.get(folder)
	if !last.at.IsZero() && time.Since(last.at) < h.lists.lasts {
		return last.members, nil
	}
	members, err := h.cloud.Members(ctx, in.creds, in.region, folder, folders)
	if err == nil {
		h.lists.put(folder, members)
		return members, nil
	}
	refused, ok := errors.AsType[*reactivate.Error](err)
	if !ok {
		refused = &reactivate.Error{Op: "ListAccounts", Class: reactivate.ClassTransient, Message: err.Error()}
	}
	if last.at.IsZero() || refused.Class == reactivate.ClassDenied || refused.Class == reactivate.ClassNotFound {
		return nil, refused
	}
	warned := *refused
	warned.Warning = true
	warned.Message = fmt.Sprintf("the list of accounts of %s serves: %s", last.at.UTC().Format(time.RFC3339), refused.Message)
	return last.members, &warned
}

// serves tells whether what comes from a source may be about an account; "" stands for the function's own, which is served to
// whoever asks for it, and to its own events only where it is watched: sweeps leave it out as well. Where the own number is not
// known, no number passes for it. Where the directory cannot tell, an account is served as far as this: servable leaves it out, and
// the run's errors say why.
func (h *Handler) serves(ctx context.Context, in *invocation, accountID string, source reactivate.Source) bool {
	watch := &h.config.Watch
	own := accountID == "" || accountID == in.accountID
	if own {
		accountID = in.accountID
	}
	switch {
	case h.configErr != nil: // the error is the answer
		return true
	case own && h.servesOwn(source), watch.names(accountID):
		return true
	case accountID == "" || len(watch.Directory) == 0 || slices.Contains(watch.Except, accountID):
		return false
	}
	r := h.roster(ctx, in)
	return r.has(accountID) || !r.complete
}

// servesOwn tells whether the function's own account is served though it may not be among the watched.
func (h *Handler) servesOwn(source reactivate.Source) bool {
	asks := source == reactivate.SourceManual || source == reactivate.SourceHTTP || source == reactivate.SourceTimer
	return asks || h.config.Watch.own()
}

// watched are the accounts that some requests may work in besides the function's own, the named ones first. The directory is
// asked only where one of them needs it: a sweep of all accounts, or an account that is not named.
func (h *Handler) watched(ctx context.Context, in *invocation, requests []reactivate.Request) ([]reactivate.Account, []reactivate.RegionError) {
	watch := &h.config.Watch
	if len(watch.Directory) > 0 && slices.ContainsFunc(requests, func(req reactivate.Request) bool { return h.needsRoster(in, &req) }) {
		h.roster(ctx, in)
	}
	known := in.roster
	if known == nil {
		known = &roster{}
	}
	var accounts []reactivate.Account
	for _, role := range watch.Roles {
		accounts = append(accounts, h.account(in, role, known.name(role.AccountID)))
	}
	for _, m := range known.members {
		if !watch.names(m.role.AccountID) {
			accounts = append(accounts, h.account(in, m.role, m.name))
		}
	}
	return accounts, known.errs
}

func (h *Handler) needsRoster(in *invocation, req *reactivate.Request) bool {
	if req.AccountID == "" {
		return req.Sweep
	}
	return req.AccountID != in.accountID && !h.config.Watch.names(req.AccountID)
}

func (h *Handler) account(in *invocation, role aliyun.Role, name string) reactivate.Account {
	session := fmt.Sprintf("%s@%s", in.function, in.requestID)
	watched := h.cloud.Watched(in.creds, in.region, role, session)
	return reactivate.Account{ID: role.AccountID, Name: name, ECS: watched, Close: watched.Close}
}

// servable are the requests whose accounts are known: what is left out, the errors of the lists explain.
func (h *Handler) servable(requests []reactivate.Request, r *reactivate.Reactivator) []reactivate.Request {
	if h.config.Watch.own() {
		return requests
	}
	return slices.DeleteFunc(slices.Clone(requests), func(req reactivate.Request) bool {
		if req.AccountID == "" && req.Sweep {
			return len(r.Watched) == 0
		}
		id := cmp.Or(req.AccountID, r.Own.ID)
		if id == r.Own.ID && h.servesOwn(req.Source) {
			return false
		}
		return !slices.ContainsFunc(r.Watched, func(a reactivate.Account) bool { return a.ID == id })
	})
}
