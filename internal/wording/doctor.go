package wording

// The names of the doctor's checks.
var (
	CheckConfiguration = Text{"configuration", "配置"}
	CheckCredentials   = Text{"credentials", "凭证"}
	CheckClock         = Text{"clock", "时钟"}
	CheckTimeout       = Text{"timeout", "超时时间"}
	CheckHTTP          = Text{"http trigger", "HTTP 触发器"}
	CheckHome          = Text{"home account", "函数所在账号"}
	CheckMessages      = Text{"messages", "消息通知"}
	CheckTarget        = Text{"messages: %s", "消息通知：%s"}
	CheckRegions       = Text{"account %s: regions", "账号 %s：地域"}
	CheckLook          = Text{"account %s: look in %s", "账号 %s：查询 %s"}
	CheckAct           = Text{"account %s: act in %s", "账号 %s：在 %s 执行"}
	CheckDirectory     = Text{"resource directory", "资源目录"}
	CheckRole          = Text{"role", "角色"}
	CheckAccounts      = Text{"accounts", "账号"}
	CheckTimeLeft      = Text{"time left", "剩余时间"}
	CheckBalance       = Text{"balance", "余额"}

	CheckTags  = Text{"tags", "标签"}
	CheckProxy = Text{"proxy", "代理"}

	NamedAccount = Text{"%s (%s)", "%s（%s）"}
)

var checkStatuses = table[string, Text]{{"ok", Text{"ok", "正常"}}, {"warning", Text{"warning", "警告"}}, {"failed", Text{"failed", "失败"}}}

// CheckStatus returns the word for the status of a check.
func CheckStatus(l Lang, status string) string { return word(l, checkStatuses, status) }

// What the doctor finds.
var (
	ConfigRight      = Text{"all variables are right", "所有变量均正确"}
	ConfigDryRun     = Text{"REACTIVATE_DRY_RUN is set: nothing is ever called", "已设置 REACTIVATE_DRY_RUN：不会调用任何重开机"}
	NoCredentials    = Text{"the invocation has none", "调用没有携带凭证"}
	LongLivedKey     = Text{"a long-lived access key; the checks below show whether ECS takes it", "长期 AccessKey；ECS 是否接受见下文"}
	TemporaryKey     = Text{"temporary ones of a role; the checks below show whether ECS takes them", "角色的临时凭证；ECS 是否接受见下文"}
	LookAllowed      = Text{"DescribeInstances is allowed", "允许 DescribeInstances"}
	ActNotAsked      = Text{"not asked: REACTIVATE_DRY_RUN is set", "未检查：已设置 REACTIVATE_DRY_RUN"}
	ActAllowed       = Text{"ReActivateInstances is allowed (asked for an instance that does not exist)", "允许 ReActivateInstances（以不存在的实例试探）"}
	ActDeniedNoTags  = Text{"ReActivateInstances is denied for an instance without tags", "对没有标签的实例拒绝 ReActivateInstances"}
	ActDenied        = Text{"ReActivateInstances is denied: %s", "拒绝 ReActivateInstances：%s"}
	ClockAhead       = Text{"%v ahead of the API's", "比 API 的时间快 %v"}
	ClockBehind      = Text{"%v behind the API's", "比 API 的时间慢 %v"}
	ClockUnknown     = Text{"no answer told the API's time", "没有应答给出 API 的时间"}
	ClockRight       = Text{"agrees with the API's", "与 API 的时间一致"}
	TimeoutNone      = Text{"none", "无"}
	TimeoutShort     = Text{"%v to work in, but sweeps wait %v before they act", "可用时间 %v，但巡检在执行前要等待 %v"}
	TimeoutTight     = Text{"%v to work in, but a sweep may take %v of grace and %v of watching", "可用时间 %v，但一次巡检可能需要等待 %v、观察 %v"}
	TimeoutRight     = Text{"%v to work in, enough for %v of grace and %v of watching", "可用时间 %v，足够等待 %v 和观察 %v"}
	HTTPPlatform     = Text{"open to whomever the trigger itself lets in", "对触发器自身放行的调用者开放"}
	HTTPTokens       = Text{"open to holders of %d token(s)", "对 %d 个令牌的持有者开放"}
	HTTPDenies       = Text{"closed", "已关闭"}
	HomeWatches      = Text{"watches %d account(s) from another", "从另一账号纳管 %d 个账号"}
	HomeIsWatched    = Text{"watches its own account: its arrears freeze this function too, so it acts only after they are settled", "函数只纳管自己所在的账号：该账号欠费时函数也会被冻结，结清后才会执行"}
	NobodyTold       = Text{"nobody gets messages", "没有通知对象"}
	TargetsTold      = Text{`%d target(s), for %s; send {"doctor": true, "notify": "always"} for a test message`, `%d 个目标，通知时机为 %s；发送 {"doctor": true, "notify": "always"} 可发测试消息`}
	TestDelivered    = Text{"the test message was delivered", "测试消息已送达"}
	TestNotDelivered = Text{"the test message was not delivered: %s", "测试消息未送达：%s"}
	WholeDirectory   = Text{"the whole directory", "整个资源目录"}
	FolderEmpty      = Text{"%s matches no account that could be watched", "%s 中没有可纳管的账号"}
	AccountsListed   = Text{"%d account(s) listed", "已列出 %d 个账号"}
	RoleMissing      = Text{"missing in %d of %d accounts: %s", "%d 个账号缺少（共 %d 个）：%s"}
	AccountsRight    = Text{"%d of %d are right in every region", "%d 个在所有地域均正确（共 %d 个）"}
	MoreChecks       = Text{"%d more checks like these", "另有 %d 项类似的检查"}
	ListAndMore      = Text{"%s and %d more", "%s 等，另有 %d 个"}
	HistoryAllowed   = Text{"DescribeInstanceHistoryEvents is allowed", "允许 DescribeInstanceHistoryEvents"}
	HistoryDenied    = Text{"when instances will be released is not known", "无法得知实例何时被释放"}
	BalanceAllowed   = Text{"QueryAccountBalance is allowed", "允许 QueryAccountBalance"}
	BalanceDenied    = Text{"what the account has left is not known", "无法得知账号余额"}
	TagsFound        = Text{"each configured tag is on some instance", "每个已配置的标签都有实例带有"}
	TagOnNothing     = Text{"%s: no instance carries %s", "%s：没有实例带有 %s"}
	ProxyIgnored     = Text{"%s is set, and ignored: calls carry the role's token, so they go to the endpoints alone", "已设置 %s，但会被忽略：请求带有角色的令牌，因此只发往接入地址"}
	OfAccounts       = Text{"%s, of account %s: %s", "%s，账号 %s：%s"}
)

// What a person does about it.
var (
	UnsetDryRun      = Text{"unset it when you trust the plans", "确认计划无误后请取消该设置"}
	UnsetDryRunHere  = Text{"-live always sets it; elsewhere unset it when you trust the plans", "使用 -live 时总会设置；其他情况下，确认计划无误后请取消该设置"}
	CheckTagName     = Text{"check the tag's spelling: keys and values are compared to the letter", "请检查标签的拼写：键和值逐字比较"}
	OrLeaveRegionOut = Text{"%s; or leave the region out: REACTIVATE_REGIONS=*,!%s", "%s；或排除该地域：REACTIVATE_REGIONS=*,!%s"}
	NoProxy          = Text{"give the function or this machine a direct way to the endpoints, such as a NAT gateway, or REACTIVATE_NETWORK=vpc", "请让函数或本机直接访问接入地址，例如使用 NAT 网关，或设置 REACTIVATE_NETWORK=vpc"}
	MendVariables    = Text{"mend the variables; until then every invocation fails", "请修正变量，否则每次调用都会失败"}
	GiveARole        = Text{"give the function a RAM role that fc.aliyuncs.com may assume", "请为函数配置 fc.aliyuncs.com 可扮演的 RAM 角色"}
	RightIfTagged    = Text{"right if the role's policy is limited to the tags in REACTIVATE_INCLUDE_TAGS; else grant ecs:ReActivateInstances", "如果角色的策略限定了 REACTIVATE_INCLUDE_TAGS 中的标签则属正常；否则请授予 ecs:ReActivateInstances"}
	GrantOrNameTag   = Text{"grant the role ecs:ReActivateInstances; if its policy is limited by tag, name that tag in REACTIVATE_INCLUDE_TAGS", "请为角色授予 ecs:ReActivateInstances；如果策略按标签限定，请在 REACTIVATE_INCLUDE_TAGS 中写明该标签"}
	TryAgain         = Text{"try again", "请重试"}
	TryAgainRegion   = Text{"try again; if it stays so, check the region's name, the function's network and REACTIVATE_NETWORK", "请重试；若仍如此，请检查地域名称、函数网络和 REACTIVATE_NETWORK"}
	NewCredentials   = Text{"get new credentials: the token is expired", "请更换凭证：令牌已过期"}
	AskRiskControl   = Text{"ask Alibaba Cloud by ticket: its risk control has stopped the account", "请提交工单咨询阿里云：该账号已被风控限制"}
	RealName         = Text{"let the account's owner pass the real-name authentication", "请账号所有者完成实名认证"}
	CheckRegionName  = Text{"check that the region exists and is spelled right, in REACTIVATE_REGIONS or as the function's own", "请确认 REACTIVATE_REGIONS 或函数所在的地域存在且拼写正确"}
	SetClock         = Text{"set this machine's clock: it may differ from the API's by 15 minutes at most", "请校准本机时钟：与 API 的时间最多相差 15 分钟"}
	CheckKeys        = Text{"check the credentials: they are not taken", "请检查凭证：未被接受"}
	TrustAndAssume   = Text{"let the watched account's role trust the function's role, and grant that one sts:AssumeRole", "请让被纳管账号的角色信任函数的角色，并为后者授予 sts:AssumeRole"}
	GrantAction      = Text{"grant the role %s", "请为角色授予 %s"}
	LookCodeUp       = Text{"look the code up in the ECS documentation", "请在 ECS 文档中查询该错误码"}
	SeeChecksAbove   = Text{"see the checks above", "见以上检查项"}
	SeeToThose       = Text{"see to those above, then run the doctor again", "请先处理以上各项，再重新体检"}
	RaiseTimeout     = Text{"raise the function's timeout above REACTIVATE_GRACE and REACTIVATE_WAIT together, or lower them", "请把函数超时时间调到 REACTIVATE_GRACE 与 REACTIVATE_WAIT 之和以上，或调低二者"}
	RaiseTimeoutWait = Text{"raise the function's timeout, or lower REACTIVATE_GRACE or REACTIVATE_WAIT; until then slow starts are reported as accepted", "请调高函数超时时间，或调低 REACTIVATE_GRACE 或 REACTIVATE_WAIT；在此之前启动较慢的实例会报告为 accepted"}
	CheckAuthType    = Text{"make sure that its authType is function or jwt, not anonymous", "请确认其 authType 是 function 或 jwt，而不是 anonymous"}
	RunInAnother     = Text{"run it in another account with REACTIVATE_ROLES", "请在另一账号中运行，并设置 REACTIVATE_ROLES"}
	NameARobot       = Text{"name a robot's URL in REACTIVATE_NOTIFY", "请在 REACTIVATE_NOTIFY 中填写机器人的 URL"}
	OwnDirectory     = Text{"%s; it answers the management account and delegated administrators alone, so run the function in one of these", "%s；只有管理账号和委派管理员账号可以列出，请在其中之一运行函数"}
	CheckFolder      = Text{"check the folder's id in REACTIVATE_ROLES, and that the account is in a resource directory", "请检查 REACTIVATE_ROLES 中的资源夹 ID，并确认该账号属于资源目录"}
	CheckFolderID    = Text{"check the folder's id in REACTIVATE_ROLES, or take it out", "请检查 REACTIVATE_ROLES 中的资源夹 ID，或将其移除"}
	RollOut          = Text{"roll the role out to them, as deploy/ros or deploy/terraform does; until then they are not watched", "请用 deploy/ros 或 deploy/terraform 向它们下发角色；在此之前它们不被纳管"}
)
