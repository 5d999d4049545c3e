package handler

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// diagnosis is the answer to {"doctor": true}: what is right and what is wrong with the deployed role and configuration.
type diagnosis struct {
	RequestID string  `json:"requestId"`
	Checks    []check `json:"checks"`
}

// check is one line of a diagnosis.
type check struct {
	Name   string `json:"name"`
	Status string `json:"status"` // "ok", "warning" or "failed"
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // "" if ok
}

// finding is a check before it is put into words.
type finding struct {
	name           wording.Words
	status         string
	detail, remedy wording.Words
}

func ok(name, detail wording.Words) finding { return finding{name, "ok", detail, wording.Text{}} }

func warning(name, detail, remedy wording.Words) finding {
	return finding{name, "warning", detail, remedy}
}

func failed(name, detail, remedy wording.Words) finding {
	return finding{name, "failed", detail, remedy}
}

// diagnose runs all checks and puts them into the configured language.
func (h *Handler) diagnose(ctx context.Context, in *invocation, sendTest bool) diagnosis {
	l := h.config.Lang
	var checks []check
	for _, f := range h.checks(ctx, in, sendTest) {
		checks = append(checks, check{f.name.In(l), f.status, f.detail.In(l), f.remedy.In(l)})
	}
	h.log.Info("doctor", "requestId", in.requestID, "checks", checks)
	return diagnosis{RequestID: in.requestID, Checks: checks}
}

// checks checks everything that can be seen without acting. With sendTest it sends a test message.
func (h *Handler) checks(ctx context.Context, in *invocation, sendTest bool) []finding {
	var reactivator *reactivate.Reactivator
	var unlisted []reactivate.RegionError
	err := h.configErr
	if err == nil {
		reactivator, unlisted, err = h.reactivator(ctx, in, []reactivate.Request{{Sweep: true}})
	}
	if err != nil {
		return []finding{failed(wording.CheckConfiguration, wording.Verbatim(err.Error()), wording.MendVariables)}
	}
	checks := []finding{h.checkConfiguration(), checkCredentials(in)}
	if in.creds.AccessKeyID != "" {
		checks = append(checks, h.checkDirectory(in, unlisted)...)
		checks = append(checks, h.checkAccounts(ctx, reactivator)...)
		checks = append(checks, h.checkClock())
	}
	checks = append(checks, h.checkProxy()...)
	checks = append(checks, h.checkTime(in), h.checkHTTP(), h.checkHome(reactivator))
	return append(checks, h.checkNotify(ctx, in, sendTest)...)
}

func (h *Handler) checkConfiguration() finding {
	switch {
	case h.config.Policy.DryRun && h.place == wording.Local:
		return warning(wording.CheckConfiguration, wording.ConfigDryRun, wording.UnsetDryRunHere)
	case h.config.Policy.DryRun:
		return warning(wording.CheckConfiguration, wording.ConfigDryRun, wording.UnsetDryRun)
	}
	return ok(wording.CheckConfiguration, wording.ConfigRight)
}

func checkCredentials(in *invocation) finding {
	name := wording.CheckCredentials
	switch {
	case in.creds.AccessKeyID == "":
		return failed(name, wording.NoCredentials, wording.GiveARole)
	case in.creds.SecurityToken == "":
		return ok(name, wording.LongLivedKey)
	}
	return ok(name, wording.TemporaryKey)
}

// nobody is a valid id that no instance has. How ECS answers a call for it shows whether we may act, without acting on anything.
const nobody = "i-00000000000000000000"

func checkAct(ctx context.Context, account reactivate.Account, region string, policy *reactivate.Policy) finding {
	name := wording.CheckAct.With(label(account), region)
	if policy.DryRun {
		return ok(name, wording.ActNotAsked)
	}
	_, err := account.ECS.ReActivateInstances(ctx, region, nobody)
	refused, _ := errors.AsType[*cloud.Error](err)
	switch {
	case refused == nil || refused.Class == cloud.ClassNotFound:
		return ok(name, wording.ActAllowed)
	case refused.Class != cloud.ClassDenied || hasRemedy(refused.Code):
		return refusedCheck(name, err)
	case len(policy.IncludeTags) > 0:
		return warning(name, wording.ActDeniedNoTags,
			wording.RightIfTagged)
	}
	return failed(name, wording.ActDenied.With(refused.Code),
		wording.GrantOrNameTag)
}

// refusedCheck is the finding for an error, with its remedy.
func refusedCheck(name wording.Words, err error) finding {
	refused, isRefusal := errors.AsType[*cloud.Error](err)
	if !isRefusal {
		return failed(name, wording.Verbatim(err.Error()), wording.TryAgain)
	}
	detail := wording.Verbatim(strings.Join(slices.DeleteFunc([]string{refused.Code, refused.Message}, func(part string) bool { return part == "" }), ": "))
	if refused.Class.Passing() {
		return warning(name, detail, wording.TryAgainRegion)
	}
	return failed(name, detail, remedy(refused))
}

// codeRemedy is the remedy for an error code, or a family of codes, that has another cause than a missing permission. known is false for
// a code whose meaning depends on the operation.
func codeRemedy(code string) (remedy wording.Text, known bool) {
	among := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
	}
	switch {
	case among("InvalidTimeStamp", "IllegalTimestamp"):
		return wording.SetClock, true
	case among("InvalidSecurityToken.Expired"):
		return wording.NewCredentials, true
	case among("InvalidSecurityToken", "MissingSecurityToken", "InvalidAccessKeyId", "Forbidden.AccessKeyDisabled"),
		among("SignatureDoesNotMatch", "IncompleteSignature"):
		return wording.CheckKeys, true
	case among("Forbidden.RiskControl"):
		return wording.AskRiskControl, true
	case among("RealNameAuthenticationError"):
		return wording.RealName, true
	case among("InvalidRegionId"):
		return wording.CheckRegionName, true
	}
	return wording.Text{}, false
}

func hasRemedy(code string) bool {
	_, known := codeRemedy(code)
	return known
}

// remedy is what a person does about a refusal that will not pass by itself.
func remedy(refused *cloud.Error) wording.Words {
	byCode, known := codeRemedy(refused.Code)
	switch {
	case known:
		return byCode
	case refused.Op == "AssumeRole":
		return wording.TrustAndAssume
	case refused.Class == cloud.ClassDenied:
		return wording.GrantAction.With(refused.Action())
	}
	return wording.LookCodeUp
}

// The gateway refuses calls whose clock differs by more than 15 minutes.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/common-error-codes
const maxSkew = 15 * time.Minute

func (h *Handler) checkClock() finding {
	name := wording.CheckClock
	skew, known := h.cloud.Skew()
	skew = skew.Round(time.Second)
	detail := wording.ClockAhead.With(skew)
	if skew < 0 {
		detail = wording.ClockBehind.With(-skew)
	}
	switch {
	case !known:
		return warning(name, wording.ClockUnknown, wording.SeeChecksAbove)
	case skew.Abs() >= maxSkew:
		return failed(name, detail, wording.SetClock)
	case skew.Abs() > time.Minute:
		return warning(name, detail, wording.SetClock)
	case skew.Abs() > 2*time.Second: // the API tells whole seconds only
		return ok(name, detail)
	}
	return ok(name, wording.ClockRight)
}

// checkProxy warns of proxy variables: other programs use them, and this one does not.
func (h *Handler) checkProxy() []finding {
	if len(h.proxies) == 0 {
		return nil
	}
	return []finding{warning(wording.CheckProxy, wording.ProxyIgnored.With(strings.Join(h.proxies, ", ")), wording.NoProxy)}
}

// proxyVariables are the proxy variables that are set.
func proxyVariables(environ []string) []string {
	names := []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}
	return slices.DeleteFunc(names, func(name string) bool { return lookup(environ, name) == "" })
}

// checkTime compares the function's timeout with the grace and the wait. It uses the configured timeout, because the
// time that is left changes from moment to moment.
func (h *Handler) checkTime(in *invocation) finding {
	name := wording.CheckTimeout
	p := h.config.Policy
	work := in.timeout - reserve(in.timeout)
	switch {
	case in.timeout == 0:
		return ok(name, wording.TimeoutNone)
	case work <= p.Grace:
		return failed(name, wording.TimeoutShort.With(work, p.Grace), wording.RaiseTimeout)
	case work < p.Grace+p.Wait:
		return warning(name, wording.TimeoutTight.With(work, p.Grace, p.Wait), wording.RaiseTimeoutWait)
	}
	return ok(name, wording.TimeoutRight.With(work, p.Grace, p.Wait))
}

func (h *Handler) checkHTTP() finding {
	name := wording.CheckHTTP
	switch h.config.HTTP.Mode {
	case "platform":
		return warning(name, wording.HTTPPlatform, wording.CheckAuthType)
	case "token":
		return ok(name, wording.HTTPTokens.With(len(h.config.HTTP.Tokens)))
	}
	return ok(name, wording.HTTPDenies)
}

// checkHome warns of what arrears do to Function Compute itself.
// https://www.alibabacloud.com/help/en/functioncompute/fc/product-overview/overdue-payments-1
func (h *Handler) checkHome(r *reactivate.Reactivator) finding {
	name := wording.CheckHome
	if !h.config.Watch.own() {
		return ok(name, wording.HomeWatches.With(len(r.Watched)))
	}
	return warning(name, wording.HomeIsWatched,
		wording.RunInAnother)
}

// checkNotify says who is notified. If a test message is to be sent, it says for each target whether it was delivered.
func (h *Handler) checkNotify(ctx context.Context, in *invocation, sendTest bool) []finding {
	name := wording.CheckMessages
	switch {
	case len(h.config.Notify) == 0 && sendTest:
		return []finding{warning(name, wording.NobodyTold, wording.NameARobot)}
	case len(h.config.Notify) == 0:
		return nil
	case !sendTest:
		return []finding{ok(name, wording.TargetsTold.With(len(h.config.Notify), h.config.NotifyOn))}
	}
	var checks []finding
	for _, d := range h.send(ctx, in, notify.NewTest(in.requestID, time.Now(), h.config.Lang)) {
		name := wording.CheckTarget.With(d.Target)
		if d.Failure == nil {
			checks = append(checks, ok(name, wording.TestDelivered))
			continue
		}
		checks = append(checks, failed(name, wording.TestNotDelivered.With(d.Failure.Problem), d.Failure.Remedy))
	}
	return checks
}
