package handler

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"reactivate/internal/reactivate"
)

const (
	fewAccounts    = 20 // beyond, they are summed up
	accountsAtOnce = 16 // looked at side by side
)

// diagnosed is what was found of one account.
type diagnosed struct {
	account          reactivate.Account
	checks           []check
	lacksRole        bool
	history, balance error // nil also where it was not asked
	askedOptional    bool
}

// who is an account as a check names it.
func who(a reactivate.Account) string {
	if a.Name == "" {
		return fmt.Sprintf("account %s", a.ID)
	}
	return fmt.Sprintf("account %s (%s)", a.ID, a.Name)
}

// checkDirectory looks at how the accounts of the resource directory were found.
func (h *Handler) checkDirectory(in *invocation, unlisted []reactivate.RegionError) []check {
	if in.listing == nil {
		return nil
	}
	const name = "resource directory"
	var checks []check
	for _, e := range unlisted {
		c := refusedCheck(name, e.Err)
		if e.Err.Class == reactivate.ClassDenied && codeRemedy(e.Err.Code) == "" {
			c.Remedy = fmt.Sprintf("%s; it answers the management account and delegated administrators alone, so run the function in one of these", c.Remedy)
		}
		if e.Err.Class == reactivate.ClassNotFound {
			c.Remedy = "check the folder's id in REACTIVATE_ROLES, and that the account is in a resource directory"
		}
		checks = append(checks, c)
	}
	for _, folder := range in.listing.empty {
		if folder == "" {
			folder = "the whole directory"
		}
		checks = append(checks, warning(name, fmt.Sprintf("%s matches no account that could be watched", folder), "check the folder's id in REACTIVATE_ROLES, or take it out"))
	}
	if len(checks) == 0 {
		checks = append(checks, ok(name, fmt.Sprintf("%d account(s) listed", len(in.listing.members))))
	}
	return checks
}

// checkAccounts looks at every account that a sweep covers, some at a time.
func (h *Handler) checkAccounts(ctx context.Context, r *reactivate.Reactivator) []check {
	accounts := []reactivate.Account{r.Own}
	if !h.config.Watch.own() {
		accounts = r.Watched
	}
	found := make([]diagnosed, len(accounts))
	var g errgroup.Group
	g.SetLimit(accountsAtOnce)
	for i, account := range accounts {
		g.Go(func() error {
			found[i] = checkAccount(ctx, account, &r.Policy)
			return nil
		})
	}
	_ = g.Wait() // what failed stands in the checks
	checks := sumUp(found)
	if lacking := pick(found, func(d *diagnosed) bool { return d.lacksRole }); len(lacking) > 0 {
		checks = append(checks, warning("role", fmt.Sprintf("missing in %d of %d accounts: %s", len(lacking), len(accounts), shorten(lacking)),
			"roll the role out to them, as deploy/ros or deploy/terraform does; until then they are not watched"))
	}
	return append(checks, checkOptional(found, &r.Policy)...)
}

// sumUp returns the checks of few accounts as they are; of many, how many are right, and the first checks that are not.
func sumUp(found []diagnosed) []check {
	var all, bad []check
	right := 0
	for i := range found {
		d := &found[i]
		all = append(all, d.checks...)
		before := len(bad)
		for _, c := range d.checks {
			if c.Status != "ok" {
				bad = append(bad, c)
			}
		}
		if len(bad) == before && !d.lacksRole {
			right++
		}
	}
	if len(found) <= fewAccounts {
		return all
	}
	sum := []check{ok("accounts", fmt.Sprintf("%d of %d are right in every region", right, len(found)))}
	if len(bad) <= fewAccounts {
		return append(sum, bad...)
	}
	left := bad[fewAccounts:]
	rest := warning("accounts", fmt.Sprintf("%d more checks like these", len(left)), "see to those above, then run the doctor again")
	for _, c := range left {
		if c.Status == "failed" {
			rest.Status = c.Status
		}
	}
	return append(append(sum, bad[:fewAccounts]...), rest)
}

// pick names the accounts for which something holds.
func pick(found []diagnosed, holds func(*diagnosed) bool) []string {
	var names []string
	for i := range found {
		if holds(&found[i]) {
			names = append(names, strings.TrimPrefix(who(found[i].account), "account "))
		}
	}
	return names
}

func shorten(names []string) string {
	if len(names) <= fewAccounts {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:fewAccounts], ", "), len(names)-fewAccounts)
}

// checkAccount looks at an account's regions, and at the right to act in the first that answers.
func checkAccount(ctx context.Context, account reactivate.Account, policy *reactivate.Policy) diagnosed {
	d := diagnosed{account: account}
	regions := policy.Regions
	if regions == nil {
		named, err := account.ECS.DescribeRegions(ctx)
		switch {
		case roleMissing(err):
			d.lacksRole = true
			return d
		case err != nil:
			d.checks = []check{refusedCheck(fmt.Sprintf("%s: regions", who(account)), err)}
			return d
		}
		regions = named
	}
	reached := ""
	for _, region := range regions {
		name := fmt.Sprintf("%s: look in %s", who(account), region)
		_, err := account.ECS.DescribeInstances(ctx, region, reactivate.Query{DryRun: true})
		if roleMissing(err) {
			d.lacksRole = true
			return d
		}
		if refused, _ := errors.AsType[*reactivate.Error](err); refused != nil && refused.Op == "AssumeRole" {
			d.checks = []check{refusedCheck(who(account), err)} // it is the same in every region
			return d
		}
		if err != nil {
			d.checks = append(d.checks, refusedCheck(name, err))
			continue
		}
		if reached == "" {
			reached = region
		}
		d.checks = append(d.checks, ok(name, "DescribeInstances is allowed"))
	}
	if reached != "" {
		d.checks = append(d.checks, checkAct(ctx, account, reached, policy))
		d.ask(ctx, reached, policy)
	}
	return d
}

// roleMissing tells whether an account that the directory lists has no role yet.
func roleMissing(err error) bool {
	refused, ok := errors.AsType[*reactivate.Error](err)
	return ok && refused.Op == "AssumeRole" && refused.Class == reactivate.ClassNotFound
}

// ask tries what a run can do without.
func (d *diagnosed) ask(ctx context.Context, region string, policy *reactivate.Policy) {
	d.askedOptional = true
	_, _, d.history = d.account.ECS.DescribeInstanceHistoryEvents(ctx, region, "")
	if policy.BalanceFloor != "" {
		_, d.balance = d.account.ECS.QueryAccountBalance(ctx)
	}
}

// checkOptional has one check a permission for all accounts: none of them fails a run.
func checkOptional(found []diagnosed, policy *reactivate.Policy) []check {
	asked := pick(found, func(d *diagnosed) bool { return d.askedOptional })
	if len(asked) == 0 {
		return nil
	}
	checks := []check{optionalCheck("time left", "DescribeInstanceHistoryEvents is allowed", "when instances will be released is not known", found,
		func(d *diagnosed) error { return d.history })}
	if policy.BalanceFloor != "" {
		checks = append(checks, optionalCheck("balance", "QueryAccountBalance is allowed", "what the account has left is not known", found,
			func(d *diagnosed) error { return d.balance }))
	}
	return checks
}

// optionalCheck says of which accounts something is not known, and what the first of them was answered.
func optionalCheck(name, allowed, lost string, found []diagnosed, failure func(*diagnosed) error) check {
	var first error
	lacking := pick(found, func(d *diagnosed) bool {
		err := failure(d)
		if first == nil {
			first = err
		}
		return err != nil
	})
	if len(lacking) == 0 {
		return ok(name, allowed)
	}
	c := refusedCheck(name, first)
	return warning(name, fmt.Sprintf("%s, of account %s: %s", lost, shorten(lacking), c.Detail), c.Remedy)
}
