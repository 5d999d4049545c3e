package wording

import (
	"cmp"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// Why instances are not coming back, in a word for a title.
var (
	CauseUnpaid = Text{"unpaid", "欠费"}
	CauseStill  = Text{"still unpaid", "仍欠费"}
	CauseAmong  = Text{"unpaid etc.", "欠费等原因"}

	causeSecurity   = Text{"security lock", "安全锁定"}
	causeUnfinished = Text{"not finished", "未完成"}
	causeFailed     = Text{"failed", "失败"}
	causeOverdue    = Text{"overdue", "欠费停机"}
)

var verdictCauses = table[reactivate.Verdict, Text]{
	{reactivate.VerdictSecurityLocked, causeSecurity},
	{reactivate.VerdictLocked, Text{"locked", "其他锁定"}},
	{reactivate.VerdictExcluded, Text{"excluded by tag", "已排除"}},
	{reactivate.VerdictOverLimit, Text{"over the limit", "超出上限"}},
}

// classCauses has the refusals that have a word which is shorter than their code.
var classCauses = table[cloud.Class, Text]{
	{cloud.ClassCapacity, Text{"sold out", "库存不足"}},
	{cloud.ClassLocked, causeSecurity},
	{cloud.ClassDenied, Text{"no permission", "权限不足"}},
	{cloud.ClassFellBack, Text{"stopped again", "启动后又停止"}},
}

// Cause is why a row is not coming back, in a word for a title.
func Cause(row *reactivate.Result) Text {
	switch row.Outcome { //nolint:exhaustive // the others are back, or are only planned
	case reactivate.OutcomeAwaitingPayment:
		return CauseUnpaid
	case reactivate.OutcomeDeferred:
		return causeUnfinished
	case reactivate.OutcomeSkipped:
		return cmp.Or(verdictCauses.of(row.Verdict), causeOverdue)
	case reactivate.OutcomeFailed:
		if row.Err != nil {
			return cmp.Or(classCauses.of(row.Err.Class), causeFailed)
		}
		return causeFailed
	}
	return causeOverdue
}

// Instances is a number of instances with its noun.
func Instances(n int) Words {
	if n == 1 {
		return Text{"1 instance", "1 台实例"}
	}
	return Text{"%d instances", "%d 台实例"}.With(n)
}

// BareNumber is the number without its noun, where a title has no room for it.
var BareNumber = Text{"%d", "%d 台"}

// Titles. The first value is the place where the instances are, such as an account. The second is the deadline, which begins with a
// comma or is empty.
var (
	TitleDown     = Text{"%[3]s: %[4]s down in %[1]s%[2]s", "%[3]s：%[1]s，%[4]s停机%[2]s"}
	TitleTerse    = Text{"%[3]s: %[4]s in %[1]s%[2]s", "%[3]s：%[1]s，%[4]s停机%[2]s"}
	TitleStill    = Text{"%[3]s: %[4]s still down in %[1]s%[2]s", "%[3]s：%[1]s，%[4]s仍停机%[2]s"}
	TitleDryRun   = Text{"dry run starts none: %[3]s overdue in %[1]s%[2]s", "欠费，试运行不重开机：%[1]s，%[3]s停机%[2]s"}
	TitleCauses   = Text{"%[3]s down in %[1]s%[2]s", "%[1]s，%[3]s停机%[2]s"}
	TitleMixed    = Text{"%[3]s still down, %[4]d back in %[1]s%[2]s", "%[1]s，%[3]s仍停机，%[4]d 台已恢复%[2]s"}
	TitleBack     = Text{"%[3]s back in %[1]s", "%[1]s，%[3]s已恢复"}
	TitleStarting = Text{"%[3]s starting in %[1]s", "%[1]s，%[3]s正在启动"}
	TitleBoth     = Text{"%[3]s back, %[4]d starting in %[1]s", "%[1]s，%[3]s已恢复，%[4]d 台正在启动"}
	TitlePlanned  = Text{"%[3]s would be reactivated in %[1]s", "%[1]s，%[3]s将重开机"}
	TitleLow      = Text{"low balance in %[1]s", "%[1]s 余额不足"}
	TitleUnseen   = Text{"accounts or regions not looked at: %[3]d", "%[3]d 个账号或地域无法查询"}
	TitleNothing  = Text{"nothing to do: %[3]s looked at", "无需处理：共查看 %[3]s"}

	ThisAccount = Text{"this account", "本账号"}
	Accounts    = Text{"%d accounts", "%d 个账号"}
)

// The deadline: in the title, in ever fewer words, and as a sentence of the second line.
var (
	AnyTime      = Text{", %d may be released at any time", "，%d 台随时可能被释放"}
	AnyTimeTerse = Text{", %d may be released", "，%d 台随时可能释放"}
	AnyTimeSaid  = Text{"%d may be released by Auto Scaling at any time, that is, deleted with all data: before you pay, suspend the health check of the scaling groups named below, and resume it once the instances run.", "弹性伸缩随时可能释放其中 %d 台，实例及其全部数据将被删除：付款前请先暂停下文所列伸缩组的健康检查，实例恢复运行后再开启。"}

	FirstAt   = Text{", first release %s", "，最早 %s 释放"}
	OneAt     = Text{", release %s", "，%s 释放"}
	By        = Text{", by %s", "，%s 前"}
	FirstSaid = Text{"From %s on, the first (%s) may be released, that is, deleted with all data.", "自 %s 起，最早的一台（%s）可能被释放，实例及其全部数据将被删除。"}
	OneSaid   = Text{"From %s on, it may be released, that is, deleted with all data.", "该实例自 %s 起可能被释放，实例及其全部数据将被删除。"}
	AllSaid   = Text{"From %s on, they may all be released, that is, deleted with all data.", "自 %s 起，这些实例均可能被释放，实例及其全部数据将被删除。"}
	SomeSaid  = Text{"From %s on, the first (%s) may be released, that is, deleted with all data; of %d the time is not known.", "自 %s 起，最早的一台（%s）可能被释放，实例及其全部数据将被删除；另有 %d 台释放时间未知。"}

	DueSince = Text{", release due since %s", "，自 %s 起可能释放"}
	DueTerse = Text{", release due %s", "，%s 起可释放"}
	DueSaid  = Text{"The release is due: instance and data may be deleted at any moment.", "已到释放时间：实例及其全部数据随时可能被删除。"}

	UnknownSaid = Text{"Alibaba Cloud releases instances, that is, deletes them with all data, 15 days after the stop, whose time is not known here.", "停机 15 天后实例会被释放，实例及其全部数据将被删除；停机时间未知。"}
)

// The second line: who pays, and what to do now.
var (
	AccountNumber = Text{"Account %s", "账号 %s"}
	FunctionsOwn  = Text{"The function's own account", "函数所在账号"}

	Pay          = Text{"%s: %s.", "%s：%s。"}
	PayMore      = Text{"%s: too little was paid, now %s.", "%s：付款不足，%s。"}
	PaySeveral   = Text{"Pay into each account, the most urgent first: %s.", "请为每个账号付款（最紧急的在前）：%s。"}
	AboutAccount = Text{"%s:", "%s："}
	PayOf        = Text{"%s %s", "%s %s"}
	MoreAccounts = Text{"%d more", "另有 %d 个账号"}

	EarlierToo  = Text{"Already down and reported before: %d more.", "此前已停机并已通知的另有 %d 台。"}
	ThenNothing = Text{"There is nothing else to do: once it is paid, Alibaba Cloud starts the instances, and this function looks again by itself, starts what is still stopped, and reports that here.", "此外无需操作：付款后阿里云自动恢复实例，本函数会自动再次检查，对仍停机的实例重开机，并在此通知。"}
	LooksAgain  = Text{"This function looks again by itself, starts what can be started, and reports that here.", "本函数会自动再次检查，对可以恢复的实例重开机，并在此通知。"}
	DownDryRun  = Text{"The outage is real: %s down for overdue payment.", "并非演练：%s因欠费停机。"}
	OncePaid    = Text{"Once it is paid, Alibaba Cloud starts the instances.", "付款后阿里云自动恢复实例。"}
	EnoughMoney = Text{"The balance is enough.", "余额已足够。"}
	GoLive      = Text{"This function only reports (dry run): start what stays stopped in the console, or set dry_run = false (Terraform) or dryRun: 'false' (s.yaml) and deploy again.", "本函数处于试运行，只报告、不重开机：仍停机的实例，请在控制台重开机，或设置 dry_run = false（Terraform）或 dryRun: 'false'（s.yaml）并重新部署。"}
	OverCap     = Text{"More are planned than REACTIVATE_MAX_INSTANCES allows, so none would be called: check the list, then raise it.", "计划的实例多于 REACTIVATE_MAX_INSTANCES，因此一台也不会调用：请核对清单后再调高。"}
	ByWhom      = Text{"Back: %d started by this function, %d by Alibaba Cloud.", "已恢复：%d 台由本函数重开机，%d 台由阿里云恢复。"}
	Moved       = Text{"Public address changed or gone: %d (listed below). Update DNS and allow lists, and assign a new address where it is gone.", "%d 台的公网地址已变更或丢失（见下文）：请更新 DNS 和白名单，丢失的请重新分配。"}
	NothingToDo = Text{"Nothing to do.", "无需操作。"}
	NothingElse = Text{"Nothing else to do.", "此外无需操作。"}
	AreStarting = Text{"%s starting: check in about 10 minutes that they run.", "%s正在启动，请在约 10 分钟后确认是否运行中。"}
	OneDown     = Text{"%[1]s stays down: %[2]s.", "%[1]s 未恢复：%[2]s。"}
	SeveralDown = Text{"%[1]s (%[3]d in all) stays down: %[2]s.", "%[1]s 等 %[3]d 台未恢复：%[2]s。"}
	SeeUnseen   = Text{"Not looked at: %s. Whether instances are stopped there is not known.", "无法查询：%s。是否有实例停机尚不清楚。"}
	SeeList     = Text{"What else needs you is listed below.", "其余需要处理的见下文。"}
	TopUp       = Text{"Top up: %s.", "请充值：%s。"}
	TopUpBefore = Text{"Top up before instances stop: %s.", "请在实例停机前充值：%s。"}
	HasBalance  = Text{"%s has %s %s", "%s：余额 %s %s"}
)

// The third line: links.
var (
	LinkPay       = Text{"Pay", "充值"}
	LinkPayChina  = Text{"Pay (China site, accounts billed in CNY)", "充值（中国站，人民币计费的账号）"}
	LinkPayIntl   = Text{"Pay (international site, other currencies)", "充值（国际站，其他币种的账号）"}
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
	MustPay      = Text{"More accounts that must pay", "其余需要充值的账号"}
	Besides      = Text{"Already down before: %d. The first of them to be released", "此前已停机的 %d 台中，最先释放的"}
	Waiting      = Text{"Waiting for payment: %s", "等待付款：%s"}
	MayGo        = Text{"May be released at any time by Auto Scaling (nodes of ACK too), which treats stopped instances as unhealthy: suspend the group's health check, then pay at once", "弹性伸缩（包括 ACK 节点）会把停机实例视为不健康，随时可能释放：请先暂停伸缩组的健康检查，并立即充值"}

	ScalingGroup = Text{"Scaling group %s (%s): %s", "伸缩组 %s（%s）：%s"}

	ReleaseNow     = Text{"release is due", "已到释放时间"}
	ReleaseHours   = Text{"%d h left (%s)", "剩 %d 小时（%s）"}
	ReleaseDays    = Text{"%d days left (%s)", "剩 %d 天（%s）"}
	ReleaseUnknown = Text{"release time not known", "释放时间未知"}

	AddressChanged = Text{"public address %s → %s", "公网地址 %s → %s"}
	AddressLost    = Text{"public address %s is gone", "公网地址 %s 已丢失"}

	MoreInstances = Text{"and %d more", "另有 %d 台"}
	MoreInLog     = Text{"and %d more, all in the log", "另有 %d 项，详见日志"}
	LookedAt      = Text{"Instances looked at: %d", "共查看实例 %d 台"}
	InBrackets    = Text{" (%s)", "（%s）"}
	WasDryRun     = Text{"A dry run: nothing was called", "试运行：未执行任何重开机"}
	RequestID     = Text{"Request %s", "请求 %s"}

	TestTitle = Text{"reactivate: test message", "reactivate: 测试消息"}
	TestNote  = Text{"The doctor sent this. Messages about runs will arrive here.", "这是体检（doctor）发出的测试消息，今后的运行结果会发到这里。"}
)

// Heading is why a row is not coming back: its outcome, or the verdict for which it is skipped, with the code of its error where
// that is shown too, and the advice.
func Heading(l Lang, row *reactivate.Result, code string) string {
	heading := Outcome(l, row.Outcome)
	switch {
	case row.Outcome == reactivate.OutcomeSkipped:
		heading = Verdict(l, row.Verdict)
	case row.Outcome == reactivate.OutcomePlanned && row.Advice != "":
		return row.Advice // "planned" would sound like a promise
	}
	if code != "" {
		heading += InBrackets.Say(l, code)
	}
	if row.Advice != "" {
		heading += Colon.In(l) + row.Advice
	}
	return heading
}

// Clock is a time of a nearby day, with its zone: UTC+8 in Chinese, UTC in English.
func Clock(l Lang, at time.Time) string {
	if l == Chinese {
		return at.UTC().Add(8 * time.Hour).Format("01-02 15:04 UTC+8")
	}
	return at.UTC().Format("2 Jan 15:04 MST")
}
