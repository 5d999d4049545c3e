package handler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
)

// diagnosis is the answer to {"doctor": true}: what is right and wrong with the deployed role and configuration.
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

func ok(name, detail string) check { return check{name, "ok", detail, ""} }

func warning(name, detail, remedy string) check { return check{name, "warning", detail, remedy} }

func failed(name, detail, remedy string) check { return check{name, "failed", detail, remedy} }

// diagnose checks, and says it in the configured language.
func (h *Handler) diagnose(ctx context.Context, in *invocation, sendTest bool) diagnosis {
	checks := h.checks(ctx, in, sendTest)
	for i := range checks {
		c := &checks[i]
		c.Name, c.Detail, c.Remedy = h.config.Lang.Text(c.Name), h.config.Lang.Text(c.Detail), h.config.Lang.Text(c.Remedy)
	}
	h.log.Info("doctor", "requestId", in.requestID, "checks", checks)
	return diagnosis{RequestID: in.requestID, Checks: checks}
}

// checks looks at everything that it can see without acting. With sendTest it sends a test message.
func (h *Handler) checks(ctx context.Context, in *invocation, sendTest bool) []check {
	var reactivator *reactivate.Reactivator
	var unlisted []reactivate.RegionError
	err := h.configErr
	if err == nil {
		reactivator, unlisted, err = h.reactivator(ctx, in, []reactivate.Request{{Sweep: true}})
	}
	if err != nil {
		return []check{failed("configuration", err.Error(), "mend the variables; until then every invocation fails")}
	}
	checks := []check{h.checkConfiguration(), checkCredentials(in)}
	if in.creds.AccessKeyID != "" {
		checks = append(checks, h.checkDirectory(in, unlisted)...)
		checks = append(checks, h.checkAccounts(ctx, reactivator)...)
		checks = append(checks, h.checkClock())
	}
	checks = append(checks, h.checkTime(ctx, in), h.checkHTTP(), h.checkTimer(), h.checkHome(reactivator))
	return append(checks, h.checkNotify(ctx, in, sendTest)...)
}

func (h *Handler) checkConfiguration() check {
	if h.config.Policy.DryRun {
		return warning("configuration", "REACTIVATE_DRY_RUN is set: nothing is ever called", "unset it when you trust the plans")
	}
	return ok("configuration", "all variables are right")
}

func checkCredentials(in *invocation) check {
	const name = "credentials"
	switch {
	case in.creds.AccessKeyID == "":
		return failed(name, "the invocation carries none", "give the function a RAM role that fc.aliyuncs.com may assume")
	case in.creds.SecurityToken == "":
		return ok(name, "a long-lived access key; the checks below show whether ECS takes it")
	}
	return ok(name, "temporary ones of a role; the checks below show whether ECS takes them")
}

// nobody is an id of the right form that no instance has: what ECS says of a call for it tells the right to act without
// acting on anything.
const nobody = "i-00000000000000000000"

func checkAct(ctx context.Context, account reactivate.Account, region string, policy *reactivate.Policy) check {
	name := fmt.Sprintf("%s: act in %s", who(account), region)
	if policy.DryRun {
		return ok(name, "not asked: REACTIVATE_DRY_RUN is set")
	}
	_, err := account.ECS.ReActivateInstances(ctx, region, nobody)
	refused, _ := errors.AsType[*reactivate.Error](err)
	switch {
	case refused == nil || refused.Class == reactivate.ClassNotFound:
		return ok(name, "ReActivateInstances is allowed (asked for an instance that does not exist)")
	case refused.Class != reactivate.ClassDenied || codeRemedy(refused.Code) != "":
		return refusedCheck(name, err)
	case len(policy.IncludeTags) > 0:
		return warning(name, "ReActivateInstances is denied for an instance without tags",
			"right if the role's policy is limited to the tags in REACTIVATE_INCLUDE_TAGS; else grant ecs:ReActivateInstances")
	}
	return failed(name, fmt.Sprintf("ReActivateInstances is denied: %s", refused.Code),
		"grant the role ecs:ReActivateInstances; if its policy is limited by tag, name that tag in REACTIVATE_INCLUDE_TAGS")
}

// refusedCheck says what an error of a check means, and the remedy.
func refusedCheck(name string, err error) check {
	refused, isRefusal := errors.AsType[*reactivate.Error](err)
	if !isRefusal {
		return failed(name, err.Error(), "try again")
	}
	detail := strings.Join(slices.DeleteFunc([]string{refused.Code, refused.Message}, func(part string) bool { return part == "" }), ": ")
	if refused.Class.Passing() {
		return warning(name, detail, "try again; if it stays so, check the region's name, the function's network and REACTIVATE_NETWORK")
	}
	return failed(name, detail, remedy(refused))
}

// remedies are for codes, and families of codes, that no permission helps against.
var remedies = []struct{ prefix, remedy string }{
	{"InvalidTimeStamp", setClock},
	{"IllegalTimestamp", setClock},
	{"InvalidSecurityToken.Expired", "get new credentials: the token is expired"},
	{"InvalidSecurityToken", checkKeys},
	{"MissingSecurityToken", checkKeys},
	{"InvalidAccessKeyId", checkKeys},
	{"Forbidden.AccessKeyDisabled", checkKeys},
	{"SignatureDoesNotMatch", checkKeys},
	{"IncompleteSignature", checkKeys},
	{"Forbidden.RiskControl", "ask Alibaba Cloud by ticket: its risk control has stopped the account"},
	{"RealNameAuthenticationError", "let the account's owner pass the real-name authentication"},
	{"InvalidRegionId", "check that the region exists and is spelled right, in REACTIVATE_REGIONS or as the function's own"},
}

const (
	setClock  = "set this machine's clock: it may differ from the API's by 15 minutes at most"
	checkKeys = "check the credentials: they are not taken"
)

// codeRemedy is "" for a code that only the operation explains.
func codeRemedy(code string) string {
	for _, r := range remedies {
		if strings.HasPrefix(code, r.prefix) {
			return r.remedy
		}
	}
	return ""
}

// remedy is what a person does about a refusal that does not pass.
func remedy(refused *reactivate.Error) string {
	byCode := codeRemedy(refused.Code)
	switch {
	case byCode != "":
		return byCode
	case refused.Op == "AssumeRole":
		return "let the watched account's role trust the function's role, and grant that one sts:AssumeRole"
	case refused.Class == reactivate.ClassDenied:
		return fmt.Sprintf("grant the role %s", refused.Action())
	}
	return "look the code up in the ECS documentation"
}

// The gateway refuses calls whose clock differs by more than 15 minutes.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/common-error-codes
const maxSkew = 15 * time.Minute

func (h *Handler) checkClock() check {
	const name = "clock"
	skew, known := h.cloud.Skew()
	skew = skew.Round(time.Second)
	detail := fmt.Sprintf("%v ahead of the API's", skew)
	if skew < 0 {
		detail = fmt.Sprintf("%v behind the API's", -skew)
	}
	switch {
	case !known:
		return warning(name, "no answer told the API's time", "see the checks above")
	case skew.Abs() >= maxSkew:
		return failed(name, detail, setClock)
	case skew.Abs() > time.Minute:
		return warning(name, detail, setClock)
	case skew.Abs() > 2*time.Second: // the API tells whole seconds
		return ok(name, detail)
	}
	return ok(name, "agrees with the API's")
}

// checkTime holds the function's timeout against the grace and the wait.
func (h *Handler) checkTime(ctx context.Context, in *invocation) check {
	const name = "timeout"
	p := h.config.Policy
	deadline, known := ctx.Deadline()
	if !known {
		return ok(name, "none")
	}
	left := deadline.Sub(in.started).Round(time.Second)
	switch {
	case left <= p.Grace:
		return failed(name, fmt.Sprintf("%v to work in, but sweeps wait %v before they act", left, p.Grace),
			"raise the function's timeout above REACTIVATE_GRACE and REACTIVATE_WAIT together, or lower them")
	case left < p.Grace+p.Wait:
		return warning(name, fmt.Sprintf("%v to work in, but a sweep may take %v of grace and %v of watching", left, p.Grace, p.Wait),
			"raise the function's timeout, or lower REACTIVATE_GRACE or REACTIVATE_WAIT; until then slow starts are reported as accepted")
	}
	return ok(name, fmt.Sprintf("%v to work in, enough for %v of grace and %v of watching", left, p.Grace, p.Wait))
}

func (h *Handler) checkHTTP() check {
	const name = "http trigger"
	switch h.config.HTTP.Mode {
	case "platform":
		return warning(name, "open to whomever the trigger itself lets in", "make sure that its authType is function or jwt, not anonymous")
	case "token":
		return ok(name, fmt.Sprintf("open to holders of %d token(s)", len(h.config.HTTP.Tokens)))
	}
	return ok(name, "closed")
}

func (h *Handler) checkTimer() check {
	const name = "timer"
	if at := h.timerAt.Load(); at != 0 {
		return ok(name, fmt.Sprintf("last came at %s", time.Unix(at, 0).UTC().Format(time.RFC3339)))
	}
	return warning(name, "none has come to this instance of the function yet",
		"make sure that a timer trigger sends a sweep: events get lost, and in arrears the queue of events is dropped after 96 hours")
}

// checkHome warns of what arrears do to Function Compute itself.
// https://www.alibabacloud.com/help/en/functioncompute/fc/product-overview/overdue-payments-1
func (h *Handler) checkHome(r *reactivate.Reactivator) check {
	const name = "home account"
	if !h.config.Watch.own() {
		return ok(name, fmt.Sprintf("watches %d account(s) from another", len(r.Watched)))
	}
	return warning(name, "watches its own account: its arrears freeze this function too, so it acts only after they are settled",
		"run it in another account with REACTIVATE_ROLES")
}

// checkNotify says who is told and, if a test message is to be sent, of each target whether it was delivered.
func (h *Handler) checkNotify(ctx context.Context, in *invocation, sendTest bool) []check {
	const name = "messages"
	switch {
	case len(h.config.Notify) == 0 && sendTest:
		return []check{warning(name, "nobody is told", "name a robot's URL in REACTIVATE_NOTIFY")}
	case len(h.config.Notify) == 0:
		return nil
	case !sendTest:
		return []check{ok(name, fmt.Sprintf("%d target(s), told of %s; send {\"doctor\": true, \"notify\": \"always\"} for a test message", len(h.config.Notify), h.config.NotifyOn))}
	}
	var checks []check
	for _, d := range h.send(ctx, in, notify.NewTest(in.requestID, time.Now(), h.config.Lang)) {
		name := fmt.Sprintf("messages: %s", d.Target)
		if d.Failure == nil {
			checks = append(checks, ok(name, "the test message was delivered"))
			continue
		}
		checks = append(checks, failed(name, fmt.Sprintf("the test message was not delivered: %s", d.Failure.Problem), d.Failure.Remedy))
	}
	return checks
}
