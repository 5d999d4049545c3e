package handler

import (
	"cmp"
	"context"
	"slices"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// access says whether the function may work in an account, "" being its own: in any case, or if the resource directory lists it.
// It may not in an account that the configuration leaves out. Otherwise it may in its own, even if sweeps do not cover it. If its number
// is not known, no number counts as its own.
func (h *Handler) access(in *invocation, accountID string) (open, ifListed bool) {
	watch := &h.config.Watch
	own := accountID == "" || accountID == in.accountID
	accountID = cmp.Or(accountID, in.accountID)
	maybeOut := own && in.accountID == "" && len(watch.Except) > 0 // its own may be the one that is left out
	if maybeOut || slices.Contains(watch.Except, accountID) {
		return false, false
	}
	return own || watch.names(accountID), len(watch.Directory) > 0
}

// serves tells whether an event or request may concern an account. If the directory cannot be listed, it may: servable leaves
// the request out later, and the run's errors say why.
func (h *Handler) serves(ctx context.Context, in *invocation, accountID string) bool {
	if h.configErr != nil { // that error will be the answer
		return true
	}
	open, ifListed := h.access(in, accountID)
	if open || !ifListed {
		return open
	}
	found := h.listing(ctx, in)
	_, isMember := found.names[accountID]
	return isMember || !found.complete
}

// everywhere tells whether a request is about every watched account.
func everywhere(req *reactivate.Request) bool {
	return req.AccountID == "" && (req.Sweep || req.Watch > 0)
}

// watched are the accounts that the requests may work in besides the function's own, the named ones first. The directory is
// asked only if a request is about all accounts, or about one that is not named and not the function's own.
func (h *Handler) watched(ctx context.Context, in *invocation, requests []reactivate.Request) ([]reactivate.Account, []reactivate.RegionError) {
	watch := &h.config.Watch
	needsListing := func(req reactivate.Request) bool {
		open, ifListed := h.access(in, req.AccountID)
		return everywhere(&req) || !open && ifListed
	}
	if len(watch.Directory) > 0 && slices.ContainsFunc(requests, needsListing) {
		h.listing(ctx, in)
	}
	found := cmp.Or(in.listing, &listing{})
	var accounts []reactivate.Account
	for _, role := range watch.Roles {
		accounts = append(accounts, h.account(ctx, in, role, found.names[role.AccountID]))
	}
	for _, role := range found.members {
		if !watch.names(role.AccountID) {
			accounts = append(accounts, h.account(ctx, in, role, found.names[role.AccountID]))
		}
	}
	return accounts, found.errs
}

// someRegions is an account's ECS that hides the regions which the configuration leaves out.
type someRegions struct {
	cloud.ECS
	except []string
}

func (e someRegions) DescribeRegions(ctx context.Context) ([]string, error) {
	regions, err := e.ECS.DescribeRegions(ctx)
	return slices.DeleteFunc(regions, func(id string) bool { return slices.Contains(e.except, id) }), err
}

func (h *Handler) account(ctx context.Context, in *invocation, role aliyun.Role, name string) reactivate.Account {
	watched := h.cloud.Watched(ctx, in.creds, in.region, role, in.function+"@"+in.requestID)
	return reactivate.Account{ID: role.AccountID, Name: name, ECS: someRegions{watched, h.config.ExceptRegions}, Close: watched.Close}
}

// servable are the requests whose accounts are known. The errors of the listing explain the others.
func (h *Handler) servable(in *invocation, requests []reactivate.Request, watched []reactivate.Account) []reactivate.Request {
	return slices.DeleteFunc(slices.Clone(requests), func(req reactivate.Request) bool {
		if everywhere(&req) { // if no account is known, it must not become a request for the function's own
			return len(watched) == 0 && !h.config.Watch.own()
		}
		open, ifListed := h.access(in, req.AccountID)
		isWatched := func(a reactivate.Account) bool { return a.ID == req.AccountID }
		return !open && (!ifListed || !slices.ContainsFunc(watched, isWatched))
	})
}
