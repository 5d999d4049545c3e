package wording

import (
	"time"

	"reactivate/internal/reactivate"
)

// Why instances are not coming back, in a word for a title.
var (
	CauseUnpaid     = Text{"unpaid", "欠费"}
	CauseStill      = Text{"still unpaid", "仍欠费"}
	CauseOverdue    = Text{"overdue", "欠费停机"}
	CauseSoldOut    = Text{"sold out", "库存不足"}
	CauseSecurity   = Text{"security lock", "安全锁定"}
	CauseLocked     = Text{"locked", "其他锁定"}
	CauseExcluded   = Text{"excluded by a tag", "已排除"}
	CauseOverLimit  = Text{"over the limit", "超出上限"}
	CauseDenied     = Text{"permission missing", "权限不足"}
	CauseUnfinished = Text{"not finished", "未完成"}
	CauseFailed     = Text{"failed", "失败"}
)

// Titles. The place is where the instances are, such as an account; the deadline begins with a comma, or is empty.
var (
	TitleStopped   = Text{"%[1]s: %[2]d stopped in %[3]s%[4]s", "%[1]s：%[3]s %[2]d 台停机%[4]s"}
	TitleStill     = Text{"%[1]s: %[2]d still stopped in %[3]s%[4]s", "%[1]s：%[3]s %[2]d 台仍停机%[4]s"}
	TitleDryRun    = Text{"dry run, nothing starts: %[1]d overdue in %[2]s%[3]s", "试运行，不会启动：%[2]s %[1]d 台欠费停机%[3]s"}
	TitleDryTerse  = Text{"dry run, none starts: %[1]d overdue in %[2]s%[3]s", "试运行，不会启动：%[2]s %[1]d 台欠费停机%[3]s"}
	TitleNeeds     = Text{"%[1]d need you in %[2]s%[3]s", "%[2]s %[1]d 台需要您处理%[3]s"}
	TitleMixedOne  = Text{"1 needs you, %[1]d back in %[2]s%[3]s", "%[2]s 1 台需要您处理，%[1]d 台已恢复%[3]s"}
	TitleMixed     = Text{"%[1]d need you, %[2]d back in %[3]s%[4]s", "%[3]s %[1]d 台需要您处理，%[2]d 台已恢复%[4]s"}
	TitleFellOne   = Text{"1 needs you: %[1]s started and stopped again in %[2]s", "%[2]s 1 台需要您处理：%[1]s 启动后又停止"}
	TitleFell      = Text{"%[1]d need you: started and stopped again in %[2]s", "%[2]s %[1]d 台需要您处理：启动后又停止"}
	TitleBackOne   = Text{"1 is back in %[1]s", "%[1]s 1 台已恢复"}
	TitleBack      = Text{"%[1]d are back in %[2]s", "%[2]s %[1]d 台已恢复"}
	TitleStarting  = Text{"%[1]d starting in %[2]s", "%[2]s %[1]d 台正在启动"}
	TitleBoth      = Text{"%[1]d back, %[2]d starting in %[3]s", "%[3]s %[1]d 台已恢复，%[2]d 台正在启动"}
	TitleUnseen    = Text{"could not look in %[1]d places", "%[1]d 处无法查询"}
	TitleUnseenOne = Text{"could not look in 1 place", "1 处无法查询"}
	TitleLow       = Text{"low balance in %[1]s", "%[1]s 余额不足"}
	TitlePlanned   = Text{"%[1]d would be reactivated in %[2]s", "%[2]s %[1]d 台将重开机"}
	TitleNothing   = Text{"nothing to do", "无需处理"}

	ThisAccount = Text{"this account", "本账号"}
	Accounts    = Text{"%d accounts", "%d 个账号"}

	AtAnyTime    = Text{", %d may go at any time", "，%d 台随时可能被释放"}
	AnyTime      = Text{", %d at any time", "，%d 台随时释放"}
	FirstAt      = Text{", first release %s", "，最早 %s 释放"}
	OneAt        = Text{", release %s", "，%s 释放"}
	Until        = Text{", until %s", "，最早 %s 释放"}
	OnlyAt       = Text{", %s", "，%s"}
	DueSince     = Text{", release due since %s", "，自 %s 起可能释放"}
	ReleaseIsDue = Text{", release is due", "，已到释放时间"}
)

// The second line: who pays, and what to do now.
var (
	AccountNumber = Text{"Account %s", "账号 %s"}
	FunctionsOwn  = Text{"The function's own account", "函数所在账号"}

	PayCNY     = Text{"%s: pay at least CNY %s (balance %s).", "%s：请至少充值 %s 元（余额 %s 元）。"}
	PayOther   = Text{"%s: pay at least %s %s (balance %s).", "%s：请至少充值 %s %s（余额 %s）。"}
	PayBills   = Text{"%s: settle all overdue bills (the balance of %s %s is enough).", "%s：请结清全部欠费账单（余额 %s %s 已足够）。"}
	PayUnknown = Text{"%s: settle the bill (amount not known; on the China site keep at least CNY 100).", "%s：请结清欠费（金额未知；中国站余额至少保留 100 元）。"}

	PayMoreCNY     = Text{"%s: ECS wants CNY %s more (balance %s).", "%s：ECS 还需 %s 元（余额 %s 元）。"}
	PayMoreOther   = Text{"%s: ECS wants %s %s more (balance %s).", "%s：ECS 还需 %s %s（余额 %s）。"}
	PayMoreUnknown = Text{"%s: ECS wants more money (amount not known; on the China site keep at least CNY 100).", "%s：ECS 仍要求付款（金额未知；中国站余额至少保留 100 元）。"}

	PaySeveral   = Text{"Pay: %s.", "请充值：%s。"}
	PayOfCNY     = Text{"%s CNY %s", "%s：%s 元"}
	PayOfOther   = Text{"%s %s %s", "%s：%s %s"}
	PayOfBills   = Text{"%s, overdue bills (the balance is enough)", "%s：结清账单（余额已足够）"}
	PayOfUnknown = Text{"%s, amount not known", "%s：金额未知"}
	MoreAccounts = Text{"%d more", "另有 %d 个账号"}

	ThenNothing = Text{"Then nothing is left to do: the platform starts what it stopped, and this function checks every sweep.", "充值后无需操作：平台自动恢复，本函数定时检查。"}
	GoLive      = Text{"To go live: dry_run = false (Terraform) or dryRun: 'false' (s.yaml), and deploy again.", "如需正式运行：请设置 dry_run = false（Terraform）或 dryRun: 'false'（s.yaml），并重新部署。"}
	OverCap     = Text{"More are planned than REACTIVATE_MAX_INSTANCES allows, so none would be called: check the list, then raise it.", "计划的实例多于 REACTIVATE_MAX_INSTANCES，因此一台也不会调用：请核对清单后再调高。"}
	ByWhom      = Text{"%d by this function, %d by the platform.", "其中 %d 台由本函数重开机，%d 台由平台恢复。"}
	AllByUs     = Text{"This function started what is back.", "均由本函数重开机。"}
	AllByOther  = Text{"The platform started what is back.", "均由平台恢复。"}
	MovedOne    = Text{"1 has another public address: check DNS and allow lists.", "1 台的公网地址有变化：请检查 DNS 和白名单。"}
	Moved       = Text{"%d have another public address: check DNS and allow lists.", "%d 台的公网地址有变化：请检查 DNS 和白名单。"}
	NothingMore = Text{"Nothing to do.", "无需操作。"}
	AreStarting = Text{"%d are starting, which takes about 10 minutes: check then that they run.", "%d 台正在启动，约需 10 分钟，届时请确认是否运行中。"}
	LookAtFell  = Text{"Look at its system events, the key of its encrypted disks and its console log. It is not started again for a day.", "请查看其系统事件、加密云盘的密钥和实例控制台日志。一天之内不会再次启动。"}
	NamesDo     = Text{"%s: %s.", "%s：%s。"}
	NamesMore   = Text{"%s and %d more", "%s 等 %d 台"}
	SeeUnseen   = Text{"Not looked at: %s.", "无法查询：%s。"}
	SeeList     = Text{"What else needs you is listed below.", "其余需要处理的见下文。"}
	TopUp       = Text{"Top up: %s.", "请充值：%s。"}
	HasBalance  = Text{"%s has %s %s", "%s：余额 %s %s"}
)

// The third line: links.
var (
	LinkPay       = Text{"Pay", "充值"}
	LinkPayChina  = Text{"Pay (China site)", "充值（中国站）"}
	LinkPayIntl   = Text{"Pay (international site)", "充值（国际站）"}
	LinkDashboard = Text{"Dashboard", "仪表盘"}
	LinkInstances = Text{"Instances", "实例列表"}
)

// The lists and notes below the first three lines.
var (
	CameBack     = Text{"Came back", "已恢复运行"}
	BeingStarted = Text{"Being started", "正在启动"}
	WouldBe      = Text{"Would be reactivated", "将重开机"}
	NotLookedAt  = Text{"Could not be looked at", "无法查询"}
	LowBalances  = Text{"Balance below REACTIVATE_BALANCE_FLOOR", "余额低于 REACTIVATE_BALANCE_FLOOR"}
	LowBefore    = Text{"Balance below REACTIVATE_BALANCE_FLOOR: pay before instances stop", "余额低于 REACTIVATE_BALANCE_FLOOR，请在实例停机前充值"}
	MustPay      = Text{"Accounts that must pay", "需要充值的账号"}
	Besides      = Text{"Also overdue: %d. The first to be released", "另有欠费停机 %d 台，其中最先释放的"}
	Waiting      = Text{"Waiting for payment: %s", "等待付款：%s"}
	MayGo        = Text{"May be released at any time by Auto Scaling (nodes of ACK too), which takes stopped instances for unhealthy: pay at once, and suspend the group's health check", "弹性伸缩（包括 ACK 节点）会把停机实例视为不健康，随时可能释放：请立即充值，并暂停伸缩组的健康检查"}

	ScalingGroup = Text{"Scaling group %s (%s): %s", "伸缩组 %s（%s）：%s"}

	ReleaseNow     = Text{"release is due", "已到释放时间"}
	ReleaseHours   = Text{"%d h left (%s)", "剩 %d 小时（%s）"}
	ReleaseDays    = Text{"%d days left (%s)", "剩 %d 天（%s）"}
	ReleaseUnknown = Text{"release time not known", "释放时间未知"}

	AddressChanged = Text{"public address %s → %s", "公网地址 %s → %s"}
	AddressLost    = Text{"public address %s is gone", "公网地址 %s 已失去"}

	MoreInstances = Text{"and %d more", "另有 %d 台"}
	MoreInLog     = Text{"and %d more, all in the log", "另有 %d 项，详见日志"}
	LookedAt      = Text{"Instances looked at: %d", "共查看实例 %d 台"}
	InBrackets    = Text{" (%s)", "（%s）"}
	WasDryRun     = Text{"A dry run: nothing was called", "试运行：未调用任何重开机"}
	RequestID     = Text{"Request %s", "请求 %s"}
	SourceIs      = Text{"source %s", "来源 %s"}

	TestTitle = Text{"reactivate: test message", "reactivate: 测试消息"}
	TestNote  = Text{"The doctor sent this. Messages about runs will arrive here.", "这是体检（doctor）发出的测试消息，今后的运行结果会发到这里。"}

	FullStop  = Text{".", "。"}
	Comma     = comma
	Colon     = colon
	Semicolon = semicolon
)

// Heading is why a row is not coming back: its outcome, or the verdict for which it is skipped, with the code of its error where
// that is shown too, and the advice.
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

// chinaTime is the zone of those who read Chinese.
var chinaTime = time.FixedZone("UTC+8", 8*60*60)

// Clock is a time of a nearby day, with its zone: UTC+8 in Chinese, UTC in English.
func Clock(l Lang, at time.Time) string {
	if l == Chinese {
		return at.In(chinaTime).Format("01-02 15:04 MST")
	}
	return at.UTC().Format("2 Jan 15:04 MST")
}
