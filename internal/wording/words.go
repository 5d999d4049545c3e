package wording

import "reactivate/internal/reactivate"

// outcomes has the word for each outcome.
var outcomes = map[reactivate.Outcome]Text{
	reactivate.OutcomeReactivated:     {"reactivated", "已重开机"},
	reactivate.OutcomeAccepted:        {"accepted", "已受理待运行"},
	reactivate.OutcomeRecovered:       {"recovered", "已自行恢复"},
	reactivate.OutcomePlanned:         {"planned", "将重开机"},
	reactivate.OutcomeSkipped:         {"skipped", "未处理"},
	reactivate.OutcomeAwaitingPayment: {"awaiting-payment", "等待付款"},
	reactivate.OutcomeDeferred:        {"deferred", "未完成"},
	reactivate.OutcomeFailed:          {"failed", "失败"},
}

// verdicts has the word for each verdict.
var verdicts = map[reactivate.Verdict]Text{
	reactivate.VerdictMissing:        {"missing", "未找到"},
	reactivate.VerdictRunning:        {"running", "运行中"},
	reactivate.VerdictBusy:           {"busy", "状态变化中"},
	reactivate.VerdictSecurityLocked: {"security-locked", "安全锁定"},
	reactivate.VerdictSubscription:   {"subscription", "包年包月"},
	reactivate.VerdictLocked:         {"locked", "其他锁定"},
	reactivate.VerdictNotOverdue:     {"not-overdue", "未欠费"},
	reactivate.VerdictExcluded:       {"excluded", "已排除"},
	reactivate.VerdictOverLimit:      {"over-limit", "超出上限"},
	reactivate.VerdictReactivate:     {"reactivate", "应重开机"},
}

// statuses has the word for each status of an instance.
var statuses = map[reactivate.Status]Text{
	reactivate.StatusPending:  {"Pending", "准备中"},
	reactivate.StatusStarting: {"Starting", "启动中"},
	reactivate.StatusRunning:  {"Running", "运行中"},
	reactivate.StatusStopping: {"Stopping", "停止中"},
	reactivate.StatusStopped:  {"Stopped", "已停止"},
}

// Outcome is the word for an outcome.
func Outcome(l Lang, o reactivate.Outcome) string { return word(l, outcomes, o) }

// Verdict is the word for a verdict.
func Verdict(l Lang, v reactivate.Verdict) string { return word(l, verdicts, v) }

// Status is the word for an instance's status.
func Status(l Lang, s reactivate.Status) string { return word(l, statuses, s) }

// word is a value's word; a value that has none, such as a status that ECS has made since, stands for itself.
func word[K ~string](l Lang, words map[K]Text, key K) string {
	if text, ok := words[key]; ok {
		return text.In(l)
	}
	return string(key)
}
