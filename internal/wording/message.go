package wording

import "reactivate/internal/reactivate"

// What a message says.
var (
	CameBack     = Text{"Came back", "已恢复运行"}
	BeingStarted = Text{"Being started: check in a few minutes that they run", "正在启动，请几分钟后确认是否运行中"}
	WouldBe      = Text{"Would be reactivated", "将重开机"}
	NotLookedAt  = Text{"Could not be looked at", "无法查询"}
	LowBalances  = Text{"Balance below REACTIVATE_BALANCE_FLOOR: top the account up", "余额低于 REACTIVATE_BALANCE_FLOOR，请充值"}

	CountBack    = Text{"%d came back", "%d 台已恢复运行"}
	CountStuck   = Text{"%d not back", "%d 台未恢复"}
	CountUnseen  = Text{"%d could not be looked at", "%d 处无法查询"}
	CountLow     = Text{"%d low on money", "%d 个账号余额不足"}
	CountStarted = Text{"%d being started", "%d 台正在启动"}
	CountPlanned = Text{"%d would be reactivated", "%d 台将重开机"}
	NothingToDo  = Text{"nothing to do", "无需处理"}

	ReleaseNow  = Text{"may be released with its data any hour now", "随时可能连同数据一起被释放"}
	ReleaseDay  = Text{"1 day left until its release", "距释放还剩 1 天"}
	ReleaseDays = Text{"%d days left until its release", "距释放还剩 %d 天"}

	MoreInstances = Text{"and %d more", "另有 %d 台"}
	MoreInLog     = Text{"and %d more, all in the log", "另有 %d 项，详见日志"}
	LookedAt      = Text{"Instances looked at: %d", "共查看实例 %d 台"}
	InBrackets    = Text{" (%s)", "（%s）"}
	WasDryRun     = Text{"A dry run: nothing was called", "试运行：未调用任何重开机"}
	RequestID     = Text{"Request %s", "请求 %s"}
	SourceIs      = Text{"source %s", "来源 %s"}

	TestTitle = Text{"reactivate: test message", "reactivate: 测试消息"}
	TestNote  = Text{"The doctor was asked to send this. Runs are told of in this place.", "这是体检（doctor）发出的测试消息，今后的运行结果会发到这里。"}

	FullStop  = Text{".", "。"}
	Comma     = comma
	Colon     = colon
	Semicolon = semicolon
)

// Heading is why a row is not coming back: its outcome, or the verdict for which it is skipped, with the code of its error where
// that is told too, and the advice.
func Heading(l Lang, row *reactivate.Result, code string) string {
	heading := Outcome(l, row.Outcome)
	if row.Outcome == reactivate.OutcomeSkipped {
		heading = Verdict(l, row.Verdict)
	}
	if code != "" {
		heading += InBrackets.Say(l, code)
	}
	if row.Advice != "" {
		heading += colon.In(l) + row.Advice
	}
	return heading
}
