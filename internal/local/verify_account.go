package local

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/amount"
	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// account checks whose keys these are, and the resource directory.
func (v *verifier) account(ctx context.Context) []finding {
	var who struct{ AccountId, Arn string }
	err := v.read(ctx, aliyun.APISTS, "GetCallerIdentity", "", nil, &who)
	name, ofAccount := strings.CutPrefix(who.Arn, "acs:ram::"+who.AccountId+":")
	kind, _, _ := strings.Cut(name, "/") // user, assumed-role, or root
	identity := judged(ofAccount && cloud.ValidAccountID(who.AccountId), wording.SawAccount.With(masked(who.AccountId), kind))
	return []finding{
		v.found(wording.AssumeIdentity, identity.unless(err)),
		v.found(wording.AssumeDirectory, v.directory(ctx, who.AccountId)),
	}
}

// masked returns an account's number as it may be shown to others.
func masked(id string) string {
	const shown = 2 // digits at each end
	if len(id) < 3*shown {
		return "…"
	}
	return id[:shown] + "…" + id[len(id)-shown:]
}

// directory lists the members, which only the management account or a delegated administrator may do.
func (v *verifier) directory(ctx context.Context, own string) verdict {
	type member struct{ AccountId, Status string }
	var answer struct{ Accounts struct{ Account []member } }
	err := v.read(ctx, aliyun.APIDirectory, "ListAccounts", "", map[string]string{"PageSize": "100", "PageNumber": "1"}, &answer)
	members := answer.Accounts.Account
	odd := count(members, func(m member) bool { return !cloud.ValidAccountID(m.AccountId) || m.Status == "" })
	switch {
	case count(members, func(m member) bool { return m.AccountId == own }) > 0:
		return differs(wording.SawManagement.With(len(members)))
	case odd > 0:
		return differs(wording.SawUnknownShape.With(odd))
	case len(members) == 0:
		return cannotTell(wording.SawMembers.With(0)).unless(err)
	}
	return holds(wording.SawMembers.With(len(members))).unless(err)
}

// money looks at the form of the balance, and whether its currency is that of the region's site.
func (v *verifier) money(ctx context.Context) []finding {
	var answer struct {
		Code any
		Data struct{ AvailableAmount, Currency string }
	}
	err := v.read(ctx, aliyun.APIBilling, "QueryAccountBalance", "", nil, &answer)
	available, currency := answer.Data.AvailableAmount, answer.Data.Currency
	balance := differs(wording.SawNoAmount)
	if amount.Valid(available) && currency != "" {
		balance = holds(wording.SawAmount.With(currency))
	}
	site := judged(strings.HasPrefix(v.region, "cn-") == (currency == "CNY"), wording.SawSite.With(v.region, currency))
	// This API refuses with status 200 and a code in the body.
	if said := fmt.Sprint(answer.Code); answer.Code != nil && said != "200" && !strings.EqualFold(said, "success") {
		balance = cannotTell(wording.SawDenied.With(said))
		site = balance
	}
	return []finding{v.found(wording.AssumeBalance, balance.unless(err)), v.found(wording.AssumeSite, site.unless(err))}
}

// places looks at the regions and the names of their endpoints.
func (v *verifier) places(ctx context.Context) []finding {
	var answer struct {
		Regions struct {
			Region []struct{ RegionId, RegionEndpoint string }
		}
	}
	err := v.read(ctx, aliyun.APIECS, "DescribeRegions", "", nil, &answer)
	var regions, odd, others []string
	for _, region := range answer.Regions.Region {
		if !cloud.ValidRegionID(region.RegionId) {
			odd = append(odd, region.RegionId)
			continue
		}
		regions = append(regions, region.RegionId)
		if region.RegionEndpoint != aliyun.APIHost(aliyun.APIECS, region.RegionId, false) {
			others = append(others, region.RegionId+" "+region.RegionEndpoint)
		}
	}
	known := allBut(odd, wording.SawRegions.With(len(regions)))
	if len(regions) == 0 {
		known.judgement = wording.Differs
	}
	known = known.unless(err)
	if e := refusal(err); e.Class == cloud.ClassDenied && e.Status == http.StatusForbidden {
		known = differs(wording.SawDenied.With(e.Code))
	}
	return []finding{
		v.found(wording.AssumeRegions, known),
		v.found(wording.AssumeEndpoints, inEach(regions, others).unless(err)),
		v.found(wording.AssumePublicDNS, v.names(ctx, regions, false).unless(err)),
		v.found(wording.AssumeVPCDNS, v.names(ctx, regions, true).unless(err)),
	}
}

// inEach is like allBut, of all regions. It cannot tell if there are none.
func inEach(regions, others []string) verdict {
	if len(regions) == 0 {
		return cannotTell(wording.SawRegions.With(0))
	}
	return allBut(others, wording.SawAllRegions.With(len(regions)))
}

// allBut holds if there are no exceptions. Otherwise it names them.
func allBut(others []string, seen wording.Words) verdict {
	if len(others) > 0 {
		return differs(wording.SawOthers.With(few(others)))
	}
	return holds(seen)
}

// few returns the first of a list, and how many there are.
func few(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s … (%d)", strings.Join(list[:most], ", "), len(list))
}

// names looks up the hosts of ECS and STS in all regions. Outside a VPC, the names for VPCs need not exist.
func (v *verifier) names(ctx context.Context, regions []string, vpc bool) verdict {
	if v.resolve == nil {
		return cannotTell(wording.SawLoopback)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var unknown []string
	for _, region := range regions {
		for _, api := range []aliyun.API{aliyun.APIECS, aliyun.APISTS} {
			wg.Go(func() {
				host := aliyun.APIHost(api, region, vpc)
				if _, err := v.resolve(ctx, host); err != nil {
					mu.Lock()
					defer mu.Unlock()
					unknown = append(unknown, host)
				}
			})
		}
	}
	wg.Wait()
	found := inEach(regions, unknown)
	if len(unknown) > 0 && (vpc || ctx.Err() != nil) {
		found.judgement = wording.CannotTell
	}
	return found
}

// clock compares this machine's clock with that of the answers.
func (v *verifier) clock() verdict {
	const allowed = 15 * time.Minute
	skew, known := v.cloud.Skew()
	if !known {
		return cannotTell(wording.SawNoHeader.With(0))
	}
	return judged(skew.Abs() < allowed, wording.SawSkew.With(skew.Abs().Round(time.Second)))
}

// headers reports headers that show a quota.
func (v *verifier) headers() verdict {
	found := allBut(v.quotas, wording.SawNoHeader.With(v.answers))
	if v.answers == 0 {
		found.judgement = wording.CannotTell
	}
	return found
}

// count returns how many elements of a list are as wanted.
func count[T any](list []T, wanted func(T) bool) (n int) {
	for _, element := range list {
		if wanted(element) {
			n++
		}
	}
	return n
}
