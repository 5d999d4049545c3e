package wording

import (
	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// outcomes has the word for each outcome.
var outcomes = table[reactivate.Outcome, Text]{
	{reactivate.OutcomeReactivated, Text{"reactivated", "已重开机"}},
	{reactivate.OutcomeAccepted, Text{"accepted", "已受理待运行"}},
	{reactivate.OutcomeRecovered, Text{"recovered", "已自行恢复"}},
	{reactivate.OutcomePlanned, Text{"planned", "将重开机"}},
	{reactivate.OutcomeSkipped, Text{"skipped", "未处理"}},
	{reactivate.OutcomeAwaitingPayment, Text{"awaiting-payment", "等待付款"}},
	{reactivate.OutcomeDeferred, Text{"deferred", "未完成"}},
	{reactivate.OutcomeFailed, Text{"failed", "失败"}},
}

// verdicts has the word for each verdict.
var verdicts = table[reactivate.Verdict, Text]{
	{reactivate.VerdictMissing, Text{"missing", "未找到"}},
	{reactivate.VerdictRunning, Text{"running", "运行中"}},
	{reactivate.VerdictBusy, Text{"busy", "状态变化中"}},
	{reactivate.VerdictSecurityLocked, Text{"security-locked", "安全锁定"}},
	{reactivate.VerdictSubscription, Text{"subscription", "包年包月"}},
	{reactivate.VerdictLocked, Text{"locked", "其他锁定"}},
	{reactivate.VerdictNotOverdue, Text{"not-overdue", "未欠费"}},
	{reactivate.VerdictExcluded, Text{"excluded", "已排除"}},
	{reactivate.VerdictOverLimit, Text{"over-limit", "超出上限"}},
	{reactivate.VerdictReactivate, Text{"reactivate", "应重开机"}},
}

// statuses has the word for each status of an instance.
var statuses = table[cloud.Status, Text]{
	{cloud.StatusPending, Text{"Pending", "准备中"}},
	{cloud.StatusStarting, Text{"Starting", "启动中"}},
	{cloud.StatusRunning, Text{"Running", "运行中"}},
	{cloud.StatusStopping, Text{"Stopping", "停止中"}},
	{cloud.StatusStopped, Text{"Stopped", "已停止"}},
}

// Outcome is the word for an outcome.
func Outcome(l Lang, o reactivate.Outcome) string { return word(l, outcomes, o) }

// Verdict is the word for a verdict.
func Verdict(l Lang, v reactivate.Verdict) string { return word(l, verdicts, v) }

// Status is the word for an instance's status.
func Status(l Lang, s cloud.Status) string { return word(l, statuses, s) }

// word is a value's word; a value that has none, such as a status that ECS has made since, stands for itself.
func word[K ~string](l Lang, words table[K, Text], key K) string {
	if text, ok := words.find(key); ok {
		return text.In(l)
	}
	return string(key)
}
