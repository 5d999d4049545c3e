package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// account checks whose keys these are, and the resource directory.
func (v *verifier) account(ctx context.Context) []finding {
	var who struct{ AccountId, Arn string }
	if err := v.look(ctx, aliyun.APISTS, "GetCallerIdentity", "", v.region, nil, &who); err != nil {
		return []finding{failed(wording.AssumeIdentity, err), v.directory(ctx, "")}
	}
	name, ofAccount := strings.CutPrefix(who.Arn, "acs:ram::"+who.AccountId+":")
	kind, _, _ := strings.Cut(name, "/") // user, assumed-role, or root
	return []finding{
		judged(wording.AssumeIdentity, ofAccount && reactivate.ValidAccountID(who.AccountId), wording.SawAccount.With(masked(who.AccountId), clean(kind))),
		v.directory(ctx, who.AccountId),
	}
}

// directory lists the members, which only the management account or a delegated administrator may do.
func (v *verifier) directory(ctx context.Context, own string) finding {
	var answer struct {
		Accounts struct {
			Account []struct{ AccountId, Status string }
		}
	}
	if err := v.look(ctx, aliyun.APIDirectory, "ListAccounts", "", v.region, map[string]string{"PageSize": "100", "PageNumber": "1"}, &answer); err != nil {
		return failed(wording.AssumeDirectory, err)
	}
	odd := 0
	for _, member := range answer.Accounts.Account {
		if member.AccountId == own {
			return finding{wording.AssumeDirectory, wording.SawManagement.With(len(answer.Accounts.Account)), wording.Differs}
		}
		if !reactivate.ValidAccountID(member.AccountId) || member.Status == "" {
			odd++
		}
	}
	if odd > 0 {
		return finding{wording.AssumeDirectory, wording.SawUnknownShape.With(odd), wording.Differs}
	}
	return finding{wording.AssumeDirectory, wording.SawMembers.With(len(answer.Accounts.Account)), wording.Holds}
}

// money looks at the form of the balance, and which site it tells.
func (v *verifier) money(ctx context.Context) []finding {
	var answer struct {
		Code any
		Data struct{ AvailableAmount, Currency string }
	}
	err := v.look(ctx, aliyun.APIBilling, "QueryAccountBalance", "", v.region, nil, &answer)
	said := fmt.Sprint(answer.Code)
	switch {
	case err != nil:
		return []finding{failed(wording.AssumeBalance, err), failed(wording.AssumeSite, err)}
	case answer.Code != nil && said != "200" && !strings.EqualFold(said, "success"): // this API refuses with status 200 and a code in the body
		refused := wording.SawDenied.With(clean(said))
		return []finding{untold(wording.AssumeBalance, refused), untold(wording.AssumeSite, refused)}
	}
	amount, currency := answer.Data.AvailableAmount, answer.Data.Currency
	right := reactivate.ValidAmount(amount) && currency != ""
	balance := judged(wording.AssumeBalance, right, wording.SawNoAmount)
	if right {
		balance.seen = wording.SawAmount.With(clean(currency))
	}
	china := strings.HasPrefix(v.region, "cn-")
	return []finding{balance, judged(wording.AssumeSite, china == (currency == "CNY"), wording.SawSite.With(v.region, clean(currency)))}
}

// places looks at the regions and the names of their endpoints.
func (v *verifier) places(ctx context.Context) []finding {
	var answer struct {
		Regions struct {
			Region []struct{ RegionId, RegionEndpoint string }
		}
	}
	if err := v.look(ctx, aliyun.APIECS, "DescribeRegions", "", v.region, nil, &answer); err != nil {
		regions := failed(wording.AssumeRegions, err)
		if refused, ok := errors.AsType[*reactivate.Error](err); ok && refused.Class == reactivate.ClassDenied && refused.Status == http.StatusForbidden {
			regions = finding{wording.AssumeRegions, wording.SawDenied.With(refused.Code), wording.Differs}
		}
		return []finding{regions, failed(wording.AssumeEndpoints, err), failed(wording.AssumePublicDNS, err), failed(wording.AssumeVPCDNS, err)}
	}
	var regions, odd, others []string
	for _, region := range answer.Regions.Region {
		if !reactivate.ValidRegionID(region.RegionId) {
			odd = append(odd, clean(region.RegionId))
			continue
		}
		regions = append(regions, region.RegionId)
		if region.RegionEndpoint != aliyun.APIHost(aliyun.APIECS, region.RegionId, false) {
			others = append(others, clean(region.RegionId+" "+region.RegionEndpoint))
		}
	}
	endpoints := judged(wording.AssumeEndpoints, len(others) == 0, wording.SawAllRegions.With(len(regions)))
	if len(others) > 0 {
		endpoints.seen = wording.SawOthers.With(few(others))
	}
	known := judged(wording.AssumeRegions, len(regions) > 0, wording.SawRegions.With(len(regions)))
	if len(odd) > 0 {
		known = finding{wording.AssumeRegions, wording.SawOthers.With(few(odd)), wording.Differs}
	}
	return []finding{
		known,
		endpoints,
		v.names(ctx, wording.AssumePublicDNS, regions, false),
		v.names(ctx, wording.AssumeVPCDNS, regions, true),
	}
}

// names looks up the hosts of ECS and STS in all regions. Names for VPCs need not be known outside a VPC.
func (v *verifier) names(ctx context.Context, assumption wording.Text, regions []string, vpc bool) finding {
	if v.loopback {
		return untold(assumption, wording.SawLoopback)
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
				if v.resolve(ctx, host) != nil {
					mu.Lock()
					defer mu.Unlock()
					unknown = append(unknown, host)
				}
			})
		}
	}
	wg.Wait()
	switch {
	case len(unknown) == 0:
		return finding{assumption, wording.SawAllRegions.With(len(regions)), wording.Holds}
	case vpc || ctx.Err() != nil:
		return untold(assumption, wording.SawOthers.With(few(unknown)))
	}
	return finding{assumption, wording.SawOthers.With(few(unknown)), wording.Differs}
}

// few returns the first of a list, and how many there are.
func few(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s … (%d)", strings.Join(list[:most], ", "), len(list))
}

// clock compares this machine's clock with that of the answers.
func (v *verifier) clock() finding {
	const allowed = 15 * time.Minute
	skew, known := v.cloud.Skew()
	if !known {
		return untold(wording.AssumeClock, wording.SawNoHeader.With(0))
	}
	apart := wording.SawSkew.With(skew.Abs().Round(time.Second).String())
	return judged(wording.AssumeClock, skew.Abs() < allowed, apart)
}

// headers reports headers that show a quota.
func (v *verifier) headers() finding {
	if len(v.quotas) > 0 {
		return finding{wording.AssumeQuotas, wording.SawOthers.With(few(v.quotas)), wording.Differs}
	}
	if v.answers == 0 {
		return untold(wording.AssumeQuotas, wording.SawNoHeader.With(0))
	}
	return finding{wording.AssumeQuotas, wording.SawNoHeader.With(v.answers), wording.Holds}
}
