package handler

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

const (
	fewAccounts    = 20 // more than these are summed up
	accountsAtOnce = 16 // checked at the same time
)

// diagnosed is what was found out about one account.
type diagnosed struct {
	account          reactivate.Account
	checks           []finding
	lacksRole        bool
	history, balance error // nil also if it was not asked
	askedOptional    bool
}

// label is an account as a check names it.
func label(a reactivate.Account) wording.Words {
	if a.Name == "" {
		return wording.NumberOf(a.ID)
	}
	return wording.NamedAccount.With(a.ID, a.Name)
}

// checkDirectory reports how the accounts of the resource directory were listed.
func (h *Handler) checkDirectory(in *invocation, unlisted []reactivate.RegionError) []finding {
	if in.listing == nil {
		return nil
	}
	name := wording.CheckDirectory
	var checks []finding
	for _, e := range unlisted {
		c := refusedCheck(name, e.Err)
		if e.Err.Class == cloud.ClassDenied && !hasRemedy(e.Err.Code) {
			c.remedy = wording.OwnDirectory.With(c.remedy)
		}
		if e.Err.Class == cloud.ClassNotFound {
			c.remedy = wording.CheckFolder
		}
		checks = append(checks, c)
	}
	for _, folder := range in.listing.empty {
		var where wording.Words = wording.Verbatim(folder)
		if folder == "" {
			where = wording.WholeDirectory
		}
		checks = append(checks, warning(name, wording.FolderEmpty.With(where), wording.CheckFolderID))
	}
	if len(checks) == 0 {
		checks = append(checks, ok(name, wording.AccountsListed.With(len(in.listing.members))))
	}
	return checks
}

// checkAccounts checks every account that a sweep covers, several at the same time.
func (h *Handler) checkAccounts(ctx context.Context, r *reactivate.Reactivator) []finding {
	accounts := []reactivate.Account{r.Own}
	if !h.config.Watch.own() {
		accounts = r.Watched
	}
	found := make([]diagnosed, len(accounts))
	tags := newTagSearch(&r.Policy)
	var g errgroup.Group
	g.SetLimit(accountsAtOnce)
	for i, account := range accounts {
		g.Go(func() error {
			found[i] = checkAccount(ctx, account, &r.Policy, tags)
			return nil
		})
	}
	_ = g.Wait() // the checks hold the failures
	checks := sumUp(found)
	if lacking := pick(found, func(d *diagnosed) bool { return d.lacksRole }); len(lacking) > 0 {
		checks = append(checks, warning(wording.CheckRole, wording.RoleMissing.With(len(lacking), len(accounts), shorten(lacking)),
			wording.RollOut))
	}
	return append(append(checks, checkOptional(found, &r.Policy)...), tags.checks()...)
}

// sumUp returns the checks of a few accounts as they are. Of many accounts it returns how many are right, and the first checks
// that are not.
func sumUp(found []diagnosed) []finding {
	var all, bad []finding
	right := 0
	for _, d := range found {
		wrong := slices.DeleteFunc(slices.Clone(d.checks), func(c finding) bool { return c.status == "ok" })
		all, bad = append(all, d.checks...), append(bad, wrong...)
		if len(wrong) == 0 && !d.lacksRole {
			right++
		}
	}
	if len(found) <= fewAccounts {
		return all
	}
	sum := []finding{ok(wording.CheckAccounts, wording.AccountsRight.With(right, len(found)))}
	if len(bad) <= fewAccounts {
		return append(sum, bad...)
	}
	left := bad[fewAccounts:]
	rest := warning(wording.CheckAccounts, wording.MoreChecks.With(len(left)), wording.SeeToThose)
	if slices.ContainsFunc(left, func(c finding) bool { return c.status == "failed" }) {
		rest.status = "failed"
	}
	return append(append(sum, bad[:fewAccounts]...), rest)
}

// pick names the accounts for which something holds.
func pick(found []diagnosed, holds func(*diagnosed) bool) []wording.Words {
	var names []wording.Words
	for i := range found {
		if holds(&found[i]) {
			names = append(names, label(found[i].account))
		}
	}
	return names
}

func shorten(names []wording.Words) wording.Words {
	if len(names) <= fewAccounts {
		return wording.List(names)
	}
	return wording.ListAndMore.With(wording.List(names[:fewAccounts]), len(names)-fewAccounts)
}

// checkAccount checks an account's regions one after another, and whether the role may act in the first region that answers.
func checkAccount(ctx context.Context, account reactivate.Account, policy *reactivate.Policy, tags *tagSearch) diagnosed {
	d := diagnosed{account: account}
	regions, reached := policy.Regions, ""
	if regions == nil {
		named, err := account.ECS.DescribeRegions(ctx)
		if err != nil {
			d.refused(wording.CheckRegions.With(label(account)), err)
			return d
		}
		regions = named
	}
	for _, region := range regions {
		_, err := account.ECS.DescribeInstances(ctx, region, cloud.Query{DryRun: true})
		if refused, _ := errors.AsType[*cloud.Error](err); refused != nil && refused.Op == "AssumeRole" {
			d.refused(wording.OneAccount.With(label(account)), err) // it is the same in every region
			return d
		}
		d.checks = append(d.checks, checkLook(label(account), region, err, policy))
		if err != nil {
			tags.take(nil, true)
			continue
		}
		tags.search(ctx, account.ECS, region)
		reached = cmp.Or(reached, region)
	}
	if reached != "" {
		d.checks = append(d.checks, checkAct(ctx, account, reached, policy))
		d.ask(ctx, reached, policy)
	}
	return d
}

// refused records an error of the whole account. An account that the directory lists may have no role yet.
func (d *diagnosed) refused(name wording.Words, err error) {
	refused, ok := errors.AsType[*cloud.Error](err)
	d.lacksRole = ok && refused.Op == "AssumeRole" && refused.Class == cloud.ClassNotFound
	d.checks = nil
	if !d.lacksRole {
		d.checks = []finding{refusedCheck(name, err)}
	}
}

func checkLook(account wording.Words, region string, err error, policy *reactivate.Policy) finding {
	name := wording.CheckLook.With(account, region)
	if err == nil {
		return ok(name, wording.LookAllowed)
	}
	c := refusedCheck(name, err)
	if policy.Regions == nil && c.status == "failed" {
		c.remedy = wording.OrLeaveRegionOut.With(c.remedy, region)
	}
	return c
}

// ask tries the calls that a run can do without.
func (d *diagnosed) ask(ctx context.Context, region string, policy *reactivate.Policy) {
	d.askedOptional = true
	_, _, d.history = d.account.ECS.DescribeInstanceHistoryEvents(ctx, region, "")
	if policy.BalanceFloor != "" {
		_, d.balance = d.account.ECS.QueryAccountBalance(ctx)
	}
}

// checkOptional has one check per permission, for all accounts together. No run fails without these permissions.
func checkOptional(found []diagnosed, policy *reactivate.Policy) []finding {
	if !slices.ContainsFunc(found, func(d diagnosed) bool { return d.askedOptional }) {
		return nil
	}
	checks := []finding{optionalCheck(wording.CheckTimeLeft, wording.HistoryAllowed, wording.HistoryDenied, found,
		func(d *diagnosed) error { return d.history })}
	if policy.BalanceFloor != "" {
		checks = append(checks, optionalCheck(wording.CheckBalance, wording.BalanceAllowed, wording.BalanceDenied, found,
			func(d *diagnosed) error { return d.balance }))
	}
	return checks
}

// optionalCheck says for which accounts something is not known, with the answer that the first of them got.
func optionalCheck(name, allowed, lost wording.Text, found []diagnosed, failure func(*diagnosed) error) finding {
	first := slices.IndexFunc(found, func(d diagnosed) bool { return failure(&d) != nil })
	if first < 0 {
		return ok(name, allowed)
	}
	lacking, c := pick(found, func(d *diagnosed) bool { return failure(d) != nil }), refusedCheck(name, failure(&found[first]))
	return warning(name, wording.OfAccounts.With(lost, shorten(lacking), c.detail), c.remedy)
}
