package wording

import (
	"cmp"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// Place is where advice is read: it decides who does what next.
type Place int8

const (
	Deployed Place = iota // what the deployed function says: its next sweep comes by itself
	Local                 // what a local command says to the person who runs it
)

// here is a text for each place. If local is empty, deployed is the text for both.
type here struct{ deployed, local Text }

func (h here) at(p Place) Text {
	if p == Local {
		return cmp.Or(h.local, h.deployed)
	}
	return h.deployed
}

var (
	adviceMissing      = Text{"check id, region and account; it may have been released", "请核对实例 ID、地域和账号；实例可能已被释放"}
	adviceSecurityLock = Text{"resolve the security lock in the console or by ticket", "请在控制台或通过工单解除安全锁定"}
)

// skippedAdvice is what to do about a row that is skipped for its verdict.
var skippedAdvice = table[reactivate.Verdict, Text]{
	{reactivate.VerdictMissing, adviceMissing},
	{reactivate.VerdictSecurityLocked, adviceSecurityLock},
	{reactivate.VerdictSubscription, Text{"renew the subscription", "请续费"}},
	{reactivate.VerdictLocked, Text{"see the instance's lock in the console: this function cannot lift it", "请在控制台查看实例的锁定原因：本函数不能解除"}},
	{reactivate.VerdictNotOverdue, Text{"start it yourself if you want it: it is not overdue", "实例并未欠费，如需使用请自行启动"}},
	{reactivate.VerdictExcluded, Text{"remove the excluding tag if you want it back", "如需恢复，请移除起排除作用的标签"}},
	{reactivate.VerdictOverLimit, Text{"check the list, then raise REACTIVATE_MAX_INSTANCES or name fewer", "请核对清单，再调高 REACTIVATE_MAX_INSTANCES 或减少指定的实例"}},
}

// classAdvice is what to do about a refusal, by its class. The other classes have advice by their outcome.
var classAdvice = table[cloud.Class, here]{
	{cloud.ClassThrottled, here{
		Text{"the API was throttled all the time: the next sweep tries again", "API 一直被限流：下一次巡检会重试"},
		Text{"the API was throttled all the time: run again later", "API 一直被限流：请稍后再运行"},
	}},
	{cloud.ClassConflict, here{
		Text{"ECS says that its state does not allow it: the next sweep tries again; if that does not help, look at it in the console", "ECS 表示当前状态不允许：下一次巡检会重试；若仍如此，请在控制台查看"},
		Text{"ECS says that its state does not allow it: look at it in the console", "ECS 表示当前状态不允许：请在控制台查看"},
	}},
	{cloud.ClassCapacity, here{
		Text{"sold out or over quota: this function tries again by itself; if it lasts, raise the quota or ask for stock by ticket", "库存不足或超出配额：本函数会自动重试；若持续如此，请提升配额或提交工单咨询库存"},
		Text{"sold out or over quota: run again later; if it lasts, raise the quota or ask for stock by ticket", "库存不足或超出配额：请稍后再运行；若持续如此，请提升配额或提交工单咨询库存"},
	}},
	{cloud.ClassLocked, here{deployed: adviceSecurityLock}},
	{cloud.ClassDenied, here{deployed: Text{"grant the role what docs/reference.md lists under Permissions", "请按 docs/reference.zh-CN.md 的权限一节为角色授权"}}},
	{cloud.ClassUnsupported, here{deployed: Text{"ECS does not reactivate this kind of instance: see the error message in the report or the log", "ECS 不支持对此类实例重开机：请查看报告或日志中的错误信息"}}},
	{cloud.ClassNotFound, here{deployed: adviceMissing}},
	{cloud.ClassInvalid, here{deployed: Text{"see the error message in the report or the log", "请查看报告或日志中的错误信息"}}},
	{cloud.ClassFellBack, here{deployed: Text{
		"it started and stopped again: look at its system events, the key of its encrypted disks and its console log; this function starts it again within a day only if a person asks for it",
		"启动后又停止：请查看其系统事件、加密云盘的密钥和实例控制台日志；一天之内只有人工请求才会让本函数再次重开机",
	}}},
	{cloud.ClassUnknown, here{deployed: Text{"see the error message in the report or the log, and look the code up in the ECS documentation", "请查看报告或日志中的错误信息，并在 ECS 文档中查询该错误码"}}},
}

// hintAdvice is what to do about a refusal for which its class is no help.
var hintAdvice = table[cloud.Hint, Text]{
	{cloud.HintRiskControl, Text{"Alibaba Cloud's risk control refuses it, and no grant helps: look for its notice in the Message Center, or submit a ticket", "阿里云风控拒绝了该操作，授权无法解决：请查看消息中心的通知，或提交工单"}},
	{cloud.HintClock, SetClock},
	{cloud.HintNoRole, Text{"the role does not exist: roll it out", "角色不存在：请下发该角色"}},
}

// deferredAdvice is what happens next to a row that was not called, by the reason.
var deferredAdvice = table[reactivate.Reason, here]{
	{reactivate.ReasonNone, here{
		Text{"the next sweep takes it up", "由下一次巡检继续处理"},
		Text{"run again: not all of it could be done", "未能全部完成，请再次运行"},
	}},
	{reactivate.ReasonTimeUp, here{
		Text{"the time was up: the next sweep takes it up", "时间已到：由下一次巡检继续处理"},
		Text{"the time was up: run again", "时间已到：请再次运行"},
	}},
	{reactivate.ReasonNoGrace, here{deployed: Text{
		"left to the next sweep: this run has no time for REACTIVATE_GRACE, before which nothing is called; if sweeps say so too, raise the function's timeout or lower the grace; over HTTP, send a request and no event",
		"留待下一次巡检：本次运行的时间不足以等待 REACTIVATE_GRACE，在此之前不会调用；如果巡检也如此，请调高函数超时时间或调低宽限期；通过 HTTP 时请发送请求而不是事件",
	}}},
	{reactivate.ReasonLook, here{deployed: Text{"left to the next sweep: an alarm or an old event does not show its state now", "留待下一次巡检：报警或较早的事件不能说明实例现在的状态"}}},
	{reactivate.ReasonWatch, here{deployed: Text{"left to the next sweep: a watch calls nothing", "留待下一次巡检：监视不做任何调用"}}},
}

// plannedAdvice is what a person does to have a planned row called, by the reason.
var plannedAdvice = table[reactivate.Reason, here]{
	{reactivate.ReasonNone, here{
		Text{"send it without dryRun to reactivate it", "去掉 dryRun 再发送，即可重开机"},
		Text{"run without dryRun to reactivate it", "请去掉 dryRun 再运行，即可重开机"},
	}},
	{reactivate.ReasonDryRun, here{
		Text{"this function starts nothing in a dry run; to go live: dry_run = false (Terraform) or dryRun: 'false' (s.yaml), and deploy again", "试运行时本函数不会重开机；如需正式运行，请设置 dry_run = false（Terraform）或 dryRun: 'false'（s.yaml）并重新部署"},
		Text{"would be reactivated; nothing was called in this dry run", "将重开机；本次试运行未做任何调用"},
	}},
	{reactivate.ReasonOverCap, here{deployed: Text{
		"more are planned than REACTIVATE_MAX_INSTANCES allows, so none would be called: check the list, then raise it",
		"计划的实例多于 REACTIVATE_MAX_INSTANCES，因此一台也不会调用：请核对清单后再调高",
	}}},
}

var adviceBusy = here{
	Text{"too early to judge: the next sweep looks again", "状态尚未稳定：由下一次巡检继续处理"},
	Text{"wait until it settles, then run again", "请等状态稳定后再运行"},
}

var adviceAccepted = Text{"starting takes about 10 minutes: check then that it runs", "启动约需 10 分钟，届时请确认实例是否运行中"}

var adviceInstanceOnly = here{
	Text{"account %s: pay for this instance's image (in cash) or disks; this function then tries again by itself", "账号 %s：请为该实例的镜像（需现金余额）或云盘付费；之后本函数会自动重试"},
	Text{"account %s: pay for this instance's image (in cash) or disks, then run again", "账号 %s：请为该实例的镜像（需现金余额）或云盘付费，然后再次运行"},
}

// AdviceFor says in a few words what a person does next about a row, by its account's balance where that is known (the zero
// Balance otherwise); "" where there is nothing to do.
func AdviceFor(l Lang, place Place, row *reactivate.Result, balance cloud.Balance) string {
	if Short(balance) && WaitsForMoney(row) {
		return paymentAdvice(row, balance, place).In(l)
	}
	switch row.Outcome {
	case reactivate.OutcomeSkipped:
		return skippedAdvice.of(row.Verdict).In(l)
	case reactivate.OutcomeFailed, reactivate.OutcomeDeferred:
		return leftAdvice(row, place).In(l)
	case reactivate.OutcomeAccepted:
		return adviceAccepted.In(l)
	case reactivate.OutcomeAwaitingPayment:
		if row.Err != nil && row.Err.InstanceOnly {
			return adviceInstanceOnly.at(place).Say(l, NumberOf(row.AccountID))
		}
		return paymentAdvice(row, balance, place).In(l)
	case reactivate.OutcomePlanned:
		return plannedAdvice.of(row.Reason).at(place).In(l)
	case reactivate.OutcomeReactivated, reactivate.OutcomeRecovered:
	}
	return ""
}

// leftAdvice is of a row that failed, or was not called.
func leftAdvice(row *reactivate.Result, place Place) Text {
	if row.Err != nil {
		if advice, ok := hintAdvice.find(row.Err.Hint); ok {
			return advice
		}
		if advice, ok := classAdvice.find(row.Err.Class); ok {
			return advice.at(place)
		}
	}
	if row.Verdict == reactivate.VerdictBusy {
		return adviceBusy.at(place)
	}
	return deferredAdvice.of(row.Reason).at(place)
}

// Advise fills the advice of each row of a report.
func Advise(l Lang, place Place, report *reactivate.Report) {
	balances := make(map[string]cloud.Balance, len(report.Balances))
	for _, b := range report.Balances {
		balances[b.AccountID] = b
	}
	known := map[reason]string{} // a run may have a hundred thousand rows, and few reasons
	for i := range report.Results {
		row := &report.Results[i]
		why := reasonOf(row)
		advice, ok := known[why]
		if !ok {
			advice = AdviceFor(l, place, row, balances[row.AccountID])
			known[why] = advice
		}
		row.Advice = advice
	}
}

// reason is all that the advice about a row depends on, beside its account's balance.
type reason struct {
	account      string
	verdict      reactivate.Verdict
	outcome      reactivate.Outcome
	reason       reactivate.Reason
	class        cloud.Class
	hint         cloud.Hint
	instanceOnly bool
}

func reasonOf(row *reactivate.Result) reason {
	r := reason{account: row.AccountID, verdict: row.Verdict, outcome: row.Outcome, reason: row.Reason}
	if e := row.Err; e != nil {
		r.class, r.hint, r.instanceOnly = e.Class, e.Hint, e.InstanceOnly
	}
	return r
}
