package wording

// What the local commands say of reports.
var (
	HeadInstance    = Text{"INSTANCE", "实例"}
	HeadName        = Text{"NAME", "名称"}
	HeadStatus      = Text{"STATUS", "状态"}
	HeadTimeLeft    = Text{"STATUS, TIME LEFT", "状态，剩余时间"}
	HeadOutcome     = Text{"OUTCOME", "结果"}
	FoundNowhere    = Text{"found nowhere", "未找到"}
	DaysLeft        = Text{"%d d left", "剩 %d 天"}
	LastHour        = Text{"less than 1 h left", "剩不足 1 小时"}
	HoursLeft       = Text{"%d h left", "剩 %d 小时"}
	ReleaseDue      = Text{"release due", "已到释放时间"}
	ReleaseAnyTime  = Text{"at any time!", "可能随时释放！"}
	FirstRelease    = Text{"The first to be released: %s, at %s.", "最先释放：%s，时间 %s。"}
	ReleaseNotKnown = Text{"not known", "释放时间未知"}
	ReportSource    = Text{"source %s", "来源 %s"}
	ReportEvent     = Text{"event %s", "事件 %s"}
	ReportDryRun    = Text{"dry run", "试运行"}
	OneAccount      = Text{"account %s", "账号 %s"}
	ReportIgnored   = Text{"Ignored: %s.", "已忽略：%s。"}
	NotSeen         = Text{"Not looked at: ", "未能查询："}
	OfAccount       = Text{"%s of account %s", "%s，账号 %s"}
	TheAccount      = Text{"the account", "该账号"}
	NoReasonGiven   = Text{"no reason given", "未说明原因"}
	BalanceOf       = Text{"Balance of account %s: %s %s", "账号 %s 的余额：%s %s"}
	BelowFloor      = Text{", below REACTIVATE_BALANCE_FLOOR", "，低于 REACTIVATE_BALANCE_FLOOR"}

	NoneOverdueSeen = Text{"No overdue instance was found where it could be looked.", "在能够查询的范围内没有欠费停机的实例。"}
	NoneOverdue     = Text{"No overdue instance was found.", "没有欠费停机的实例。"}
	NoReport        = Text{"The answer is neither a report nor an HTTP response: ", "返回的既不是报告，也不是 HTTP 响应："}

	StatusTitle = Text{"What is overdue", "欠费停机的实例"}
	StatusHint  = Text{`Nothing was changed. "planned" is what the function would bring back where the account can pay.`, "未做任何更改。“将重开机”的实例，只要账号余额足够，函数会为您恢复。"}

	SeveralAccounts = Text{"accounts %s", "账号 %s"}
	LiveAccount     = Text{"the account of your access key", "您的 AccessKey 所属账号"}
	LivePlanned     = Text{"Dry run on %s: nothing was changed; %s would be reactivated.", "试运行（%s）：未做任何更改，将重开机 %s。"}
	LiveAddYes      = Text{" Add -yes to do it.", "如需执行，请加上 -yes。"}
	LiveDone        = Text{"Done on %s: %s reactivated, %d accepted and not seen running yet, %d not done.", "已执行（%s）：%s已重开机，%d 台已受理但尚未运行，%d 台未完成。"}

	MessageShown      = Text{"Message, shown here and not sent:", "消息（仅在此显示，未发送）："}
	NoMessageNews     = Text{"No message: REACTIVATE_NOTIFY_ON=changes tells of news alone, and this run has none.", "没有消息：REACTIVATE_NOTIFY_ON=changes 只通知新情况，本次运行没有新情况。"}
	NoMessageProblems = Text{"No message: REACTIVATE_NOTIFY_ON=problems tells of news and of what needs a person, and this run has neither.", "没有消息：REACTIVATE_NOTIFY_ON=problems 只通知新情况和需要人工处理的问题，本次运行两者皆无。"}

	CheckCounts = Text{"%d ok, %d with a warning, %d failed", "%d 项正常，%d 项警告，%d 项失败"}

	ProgressStarting = Text{"the function is at work", "函数正在运行"}
	ProgressDone     = Text{"%d done, %d left", "已完成 %d 台，剩余 %d 台"}
	ProgressGrace    = Text{"%d in grace", "等待平台恢复 %d"}
	ProgressCalling  = Text{"%d calling", "调用中 %d"}
	ProgressWatching = Text{"%d watched", "观察中 %d"}
	ProgressUnpaid   = Text{"%d unpaid", "等待付款 %d"}
)

// What is wrong with a command line, and what may happen to a command.
var (
	Interrupted      = Text{"interrupted", "已中断"}
	InterruptedLive  = Text{"interrupted; instances that were called already may still start: see reactivate status -live", "已中断；已经调用的实例仍可能启动：请用 reactivate status -live 查看"}
	NoCommand        = Text{"there is no command %q, only %s", "没有命令 %q，只有 %s"}
	NoFlagOnly       = Text{"there is no flag -%s, only %s", "没有参数 -%s，只有 %s"}
	IsASwitch        = Text{"-%s is a switch: want it alone, or with =true or =false", "-%s 是开关：请单独使用，或写 =true、=false"}
	WantsAValue      = Text{"-%s wants a value behind it", "-%s 后面需要一个值"}
	NoOperands       = Text{"it takes no arguments beside its flags", "除选项外，该命令不带其他参数"}
	NoSuchLanguage   = Text{"-lang %s is not a language of this program: want en or zh", "-lang %s 不是本程序支持的语言：应为 en 或 zh"}
	FleetIsFake      = Text{"-fleet is of the fake cloud, and -live has none: leave one of them out", "-fleet 用于模拟云，不能与 -live 同用，请只用一个"}
	YesGoesWithLive  = Text{"-yes goes with -live: without it nothing real is touched anyway", "-yes 需与 -live 同用：没有 -live 时本来就不会触及真实环境"}
	EnvNotNamed      = Text{"-env number %d is not NAME=VALUE, such as REACTIVATE_DRY_RUN=true", "第 %d 个 -env 不是 NAME=VALUE 的形式，例如 REACTIVATE_DRY_RUN=true"}
	EnvUnknown       = Text{"-env %s: the function has no such variable: see Variables in docs/reference.md", "-env %s：函数没有这个变量：见 docs/reference.zh-CN.md 的变量一节"}
	FleetWrong       = Text{"-fleet: %s", "-fleet 有误：%s"}
	FleetFileWrong   = Text{"-fleet %s: %s", "-fleet %s 有误：%s"}
	NoSuchFile       = Text{"%s: no such file or directory", "%s：没有这个文件或目录"}
	FileTooLarge     = Text{"%s: larger than %d MiB, which is the most that is read", "%s：超过 %d MiB，不能读取"}
	NameAnEvent      = Text{"name an event: a file, such as events/billing-recharge.json, or - for standard input", "请指定事件：文件，例如 events/billing-recharge.json，或用 - 表示标准输入"}
	OneStandardInput = Text{"standard input can be one event only: name - once", "标准输入只能作为一个事件：- 只写一次"}
	AddrWrong        = Text{"-addr %q is not HOST:PORT, such as 127.0.0.1:9000", "-addr %q 不是 HOST:PORT 的形式，例如 127.0.0.1:9000"}
	AddrNotLoopback  = Text{"-addr %q is not on this machine alone: want a loopback address, such as 127.0.0.1:9000", "-addr %q 不只限于本机：应为本机回环地址，例如 127.0.0.1:9000"}
	LiveNeedsKeys    = Text{"-live needs ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment, with temporary keys ALIBABA_CLOUD_SECURITY_TOKEN too", "-live 需要环境变量 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET，使用临时密钥时还需要 ALIBABA_CLOUD_SECURITY_TOKEN"}
	LiveKeysBlank    = Text{"-live: one of ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN has a space or line break in it", "-live：ALIBABA_CLOUD_ACCESS_KEY_ID、ALIBABA_CLOUD_ACCESS_KEY_SECRET 或 ALIBABA_CLOUD_SECURITY_TOKEN 中含有空格或换行"}
	LiveRegionWrong  = Text{"-live: ALIBABA_CLOUD_REGION_ID, or the first of REACTIVATE_REGIONS, is not a region such as cn-hangzhou", "-live：ALIBABA_CLOUD_REGION_ID 或 REACTIVATE_REGIONS 的第一项不是地域，例如 cn-hangzhou"}
	LiveAccountWrong = Text{"-live: ALIBABA_CLOUD_ACCOUNT_ID is not an account id, which is a number such as 1234567890123456", "-live：ALIBABA_CLOUD_ACCOUNT_ID 不是账号 ID，账号 ID 是数字，例如 1234567890123456"}
	WhoseKeys        = Text{"whose keys these are is not known: %s. Set ALIBABA_CLOUD_ACCOUNT_ID to say it.", "无法得知这些密钥属于哪个账号：%s。请用 ALIBABA_CLOUD_ACCOUNT_ID 指明。"}
	ListenFailed     = Text{"listen: %s", "监听失败：%s"}
	NoChecks         = Text{"the function's answer holds no checks", "函数的返回中没有检查项"}
	NotAReport       = Text{"the function's answer is no report", "函数的返回不是报告"}
	SeeHelp          = Text{"; see: ", "；详见："}
	DemoFleet        = Text{"the built-in demo fleet", "内置的演示实例清单"}
	FleetOf          = Text{"the fleet of %s", "实例清单 %s"}
)
