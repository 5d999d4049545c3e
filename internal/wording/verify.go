package wording

// Judgement is what a look at a real account says about an assumption.
type Judgement string

const (
	Holds      Judgement = "holds"
	Differs    Judgement = "differs"
	CannotTell Judgement = "cannot tell here"
)

var judgements = table[Judgement, Text]{
	{Holds, Text{string(Holds), "相符"}}, {Differs, Text{string(Differs), "不符"}}, {CannotTell, Text{string(CannotTell), "在此无法判断"}},
}

// In returns the word for the judgement.
func (j Judgement) In(l Lang) string { return word(l, judgements, j) }

// The assumptions that the command verify checks. Most of them have an entry in docs/assumptions.md.
var (
	AssumeIdentity   = Text{"STS says whose keys these are", "STS 会说明密钥属于谁"}
	AssumeClock      = Text{"this machine's clock is less than 15 minutes off, beyond which calls are refused", "本机时钟相差不到 15 分钟；超出时调用会被拒绝"}
	AssumeRegions    = Text{"DescribeRegions answers these keys, with regions of the known form", "DescribeRegions 对这些密钥作答，地域格式已知"}
	AssumeEndpoints  = Text{"ECS's endpoint is ecs.REGION.aliyuncs.com in every region", "每个地域的 ECS 接入点都是 ecs.REGION.aliyuncs.com"}
	AssumePublicDNS  = Text{"the public names of ECS and STS exist in every region", "每个地域都有 ECS 和 STS 的公网域名"}
	AssumeVPCDNS     = Text{"their VPC names, ecs-vpc and sts-vpc, exist in every region", "每个地域都有它们的 VPC 域名（ecs-vpc、sts-vpc）"}
	AssumeDryRun     = Text{"a describe with DryRun answers DryRunOperation where it is allowed", "有权限时，带 DryRun 的查询返回 DryRunOperation"}
	AssumeStartTime  = Text{"StartTime is a time such as 2026-01-02T03:04Z", "StartTime 的格式如 2026-01-02T03:04Z"}
	AssumeLocks      = Text{"OperationLocks lists each lock with its LockReason", "OperationLocks 列出每个锁及其 LockReason"}
	AssumeTags       = Text{"the answer shows the system's own tags, such as those of Auto Scaling", "返回结果包含系统标签，例如弹性伸缩的标签"}
	AssumeAddresses  = Text{"PublicIpAddress and EipAddress show the public addresses", "PublicIpAddress 和 EipAddress 显示公网地址"}
	AssumePaging     = Text{"pages by NextToken show each instance once", "按 NextToken 分页时每台实例只出现一次"}
	AssumeNumbers    = Text{"pages by PageNumber tell the TotalCount", "按 PageNumber 分页时返回 TotalCount"}
	AssumeSweep      = Text{"the pages of a sweep (PostPaid, Stopped) hold such instances alone, and NextToken stays within them", "巡检的各页（PostPaid、Stopped）只含这类实例，NextToken 也不越出此范围"}
	AssumeFilter     = Text{"the filter LockReason=financial finds what carries that lock", "过滤条件 LockReason=financial 能找到带该锁的实例"}
	AssumeHistory    = Text{"the history of events takes our types and statuses", "历史事件接口接受我们查询的类型和状态"}
	AssumeEvents     = Text{"its events have an instance, a type, a status and a time of publication", "其事件带有实例、类型、状态和发布时间"}
	AssumeBalance    = Text{"the balance is a decimal, maybe with commas, with its currency", "余额为十进制数（可能带逗号），并带币种"}
	AssumeSite       = Text{"the region tells the site: cn- is China, billed in CNY", "地域决定站点：cn- 为中国站，以 CNY 计费"}
	AssumeDirectory  = Text{"the directory lists every member by its number, without the management account", "资源目录列出每个成员的账号，且不含管理账号"}
	AssumeQuotas     = Text{"no header tells a quota: the limits are not public", "响应头不提供配额：限额并未公开"}
	AssumeAsync      = Text{"the EventBridge triggers have asyncInvocationType true", "EventBridge 触发器的 asyncInvocationType 为 true"}
	AssumeAlerts     = Text{"the alerts that Terraform made are there and enabled", "Terraform 创建的告警存在且已启用"}
	AssumeDashboard  = Text{"the dashboard is there, and its charts name their axes", "仪表盘存在，且图表指定了坐标轴"}
	AssumePolicy     = Text{"the alert center keeps the action policy that the alerts name, in cn-heyuan", "告警中心在 cn-heyuan 保存告警所指定的行动策略"}
	AssumeTestEvent  = Text{"CloudMonitor takes an event of ours", "云监控接受我们的自定义事件"}
	VerifySummary    = Text{"%d hold, %d differ, %d cannot be told here", "%d 项相符，%d 项不符，%d 项在此无法判断"}
	VerifyReads      = Text{"Nothing was changed: only calls that read were made.", "未做任何更改：仅进行了只读调用。"}
	VerifySent       = Text{"Nothing was changed; one test event went to CloudMonitor.", "未做任何更改；向云监控发送了一个测试事件。"}
	VerifyNotTaken   = Text{"Nothing was changed; CloudMonitor did not confirm the test event.", "未做任何更改；云监控未确认收到测试事件。"}
	VerifyNeedsLive  = Text{"it looks at a real account alone: add -live", "该命令只查看真实账号：请加 -live"}
	VerifyNoFunction = Text{"no function %s in %s", "没有函数 %s（地域 %s）"}
)

// What verify saw.
var (
	SawNoAnswer     = Text{"not answered: %s", "未得到应答：%s"}
	SawBadAnswer    = Text{"an answer that cannot be read", "无法读取的应答"}
	SawAccount      = Text{"account %s, asked as %s", "账号 %s，身份为 %s"}
	SawSkew         = Text{"%s apart", "相差 %s"}
	SawRegions      = Text{"regions: %d", "地域：%d 个"}
	SawDenied       = Text{"refused: %s", "被拒绝：%s"}
	SawAllRegions   = Text{"in all %d", "%d 个地域均如此"}
	SawOthers       = Text{"otherwise: %s", "不同：%s"}
	SawLoopback     = Text{"not looked up: the endpoint is this machine", "未查询：接入点为本机"}
	SawCode         = Text{"%s with status %d", "%s，状态码 %d"}
	SawSuccess      = Text{"a success", "成功"}
	SawNoInstances  = Text{"no instance in %s", "%s 没有实例"}
	SawInstances    = Text{"instances looked at: %d", "查看的实例：%d 台"}
	SawFewOf        = Text{"not so: %d of %d", "不符 %d 项（共 %d 项）"}
	SawNoTag        = Text{"no instance of %d has one", "%d 台实例均没有"}
	SawNoTags       = Text{"no tags in the answer at all", "返回结果中根本没有标签"}
	SawOnePage      = Text{"all fit on one page, %d in number", "一页即可列完，共 %d 台"}
	SawTwoPages     = Text{"two pages, %d instances", "两页，%d 台实例"}
	SawTwice        = Text{"%d instances stand on both pages", "%d 台实例在两页重复出现"}
	SawTotal        = Text{"TotalCount %d, %d shown", "TotalCount %d，显示 %d 台"}
	SawNoTotal      = Text{"no TotalCount", "没有 TotalCount"}
	SawForeign      = Text{"other instances: %d of %d", "其他实例 %d 台（共 %d 台）"}
	SawNoLock       = Text{"nothing is locked so", "没有带此锁的实例"}
	SawFiltered     = Text{"%d found, %d of them by the filter", "共 %d 台，其中过滤条件找到 %d 台"}
	SawTaken        = Text{"taken", "已接受"}
	SawNoEvents     = Text{"no events", "没有事件"}
	SawEvents       = Text{"events looked at: %d", "查看的事件：%d 个"}
	SawAmount       = Text{"a decimal in %s", "%s 的十进制数"}
	SawNoAmount     = Text{"not a decimal, or no currency", "不是十进制数，或没有币种"}
	SawSite         = Text{"%s, billed in %s", "%s，以 %s 计费"}
	SawMembers      = Text{"members: %d", "成员：%d 个"}
	SawManagement   = Text{"members: %d, the account that asks among them", "成员：%d 个，其中包含发起查询的账号"}
	SawNoHeader     = Text{"none in %d answers", "%d 个应答中均没有"}
	SawTriggers     = Text{"triggers: %d of %d", "触发器 %d 个（共 %d 个）"}
	SawNoTriggers   = Text{"no EventBridge trigger", "没有 EventBridge 触发器"}
	SawAlerts       = Text{"alerts: %d, enabled: %d", "告警：%d 个，已启用 %d 个"}
	SawCharts       = Text{"charts: %d, with axes: %d", "图表：%d 个，有坐标轴 %d 个"}
	SawNoPolicy     = Text{"no alert names a policy of its own", "没有告警指定自己的行动策略"}
	SawMissing      = Text{"not there", "不存在"}
	SawThere        = Text{"there", "存在"}
	SawNotAsked     = Text{"not sent: add -notify to send one", "未发送：如需发送请加 -notify"}
	SawUnknownShape = Text{"%d are of another form", "%d 项格式不同"}
)
