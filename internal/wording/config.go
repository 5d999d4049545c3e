package wording

// What is wrong with an environment variable, after its name.
var (
	ConfigWrong = Text{"the function's environment variables are wrong: %s", "函数的环境变量有误：%s"}

	NotAVariable     = Text{"is not a variable of this function: see Variables in docs/reference.md", "不是本函数的变量：请见 docs/reference.zh-CN.md 的变量一节"}
	TokenRequired    = Text{"is required by REACTIVATE_HTTP_AUTH=token: want at least one token of 16 characters or more", "在 REACTIVATE_HTTP_AUTH=token 时必须设置：至少一个 16 个字符以上的令牌"}
	NotARegion       = Text{"has an entry that is not a region: want a comma list such as cn-hangzhou,cn-beijing, or * for all, or *,!cn-nanjing for all but some", "含有不是地域的值：应为逗号分隔的列表，如 cn-hangzhou,cn-beijing；* 表示全部，*,!cn-nanjing 表示除此之外的全部"}
	NotAnAmount      = Text{"is not an amount: want a decimal such as 200 or 1,500.50", "不是金额：例如 200 或 1,500.50"}
	NotABoolean      = Text{"is not a boolean: want true or false", "不是布尔值：应为 true 或 false"}
	NotInRange       = Text{"is not a whole number from %d to %d", "不是 %d 到 %d 之间的整数"}
	NotADuration     = Text{"is not a duration from 0s to 24h: want one such as 10m or 90s", "不是 0s 到 24h 之间的时长：例如 10m 或 90s"}
	TagWithoutKey    = Text{"has a tag without a key: want a comma list such as env=prod,team", "含有没有键的标签：应为逗号分隔的列表，如 env=prod,team"}
	NotATagKey       = Text{`has an invalid tag key: a key holds letters, digits, blanks and -_.:/@; in a value, write \, for a comma`, `含有无效的标签键：键只能包含字母、数字、空格和 -_.:/@；值中的逗号请写作 \,`}
	NotFilledIn      = Text{"holds a placeholder that nobody filled in, such as ${name}, {{name}}, <name>, null or undefined: want the value itself, or no such variable", "含有未填写的占位符，如 ${name}、{{name}}、<name>、null 或 undefined：请填写实际的值，或不设置该变量"}
	NotANetwork      = Text{"is not a network: want public or vpc", "不是网络类型：应为 public 或 vpc"}
	NotAnAuth        = Text{"is not a way to authorise: want deny, platform or token", "不是鉴权方式：应为 deny、platform 或 token"}
	ShortToken       = Text{"has a token shorter than %d characters: want long random ones, by comma while you rotate them", "含有短于 %d 个字符的令牌：请用足够长的随机令牌，轮换时以逗号分隔"}
	NotALogLevel     = Text{"is not a log level: want debug, info, warn or error", "不是日志级别：应为 debug、info、warn 或 error"}
	NotLoopback      = Text{"is not a loopback URL: want one such as http://127.0.0.1:8080, without user, path or query; it is for tests alone", "不是本机回环 URL：例如 http://127.0.0.1:8080，不带用户、路径和参数；仅供测试"}
	NotAnOccasion    = Text{"is not a choice: want changes, problems or always", "不是通知时机：应为 changes、problems 或 always"}
	NotALanguage     = Text{"is not a language of this function: want en or zh", "不是本函数支持的语言：应为 en 或 zh"}
	NotTheFCRegion   = Text{"which the runtime sets, is not a region, so neither the regions to look in nor the endpoints are known", "由运行环境设置，但不是地域，因此无法得知要查询的地域和接入地址"}
	NotALink         = Text{"is not a link: want an https URL without user and blanks, such as the dashboard's", "不是链接：应为不带用户和空格的 https URL，例如仪表盘的地址"}
	NotATarget       = Text{"has an entry that is not a target: want a comma list of https URLs, each with its signing secret, if it has one, behind #; or dingtalk=URL, feishu=URL, wecom=URL, slack=URL or webhook=URL where the host does not tell the kind; or cloudmonitor, or print", "含有不是通知目标的值：应为逗号分隔的 https URL，如有签名密钥则以 # 附在其后；主机看不出类型时写 dingtalk=URL、feishu=URL、wecom=URL、slack=URL 或 webhook=URL；也可写 cloudmonitor 或 print"}
	TargetNotHTTPS   = Text{"has a URL that is not https: want https, or http to a loopback address", "含有不是 https 的 URL：应为 https，或指向本机回环地址的 http"}
	TargetSecret     = Text{"has a secret behind a URL whose kind signs nothing: want none for WeCom and Slack", "在不签名的 URL 后附有密钥：企业微信和 Slack 不需要"}
	TargetKey        = Text{"has a webhook's secret that is not a key: want whsec_ and base64, as Standard Webhooks has it", "webhook 的密钥不是有效的密钥：应按 Standard Webhooks 写作 whsec_ 加 base64"}
	TargetTwice      = Text{"has a target twice: want each once", "同一目标出现两次：每个只写一次"}
	RolesEntry       = Text{"entry %d %s", "第 %d 项%s"}
	RolesTwice       = Text{"entries %d and %d are about the same accounts: want one of them", "第 %d 项与第 %d 项是同一账号：请只保留一个"}
	RolesOnlyExcept  = Text{"only leaves accounts out: name those to watch too, such as *:role/reactivate-watched", "只排除了账号：请同时写明要纳管的账号，如 *:role/reactivate-watched"}
	NotAnExcept      = Text{"has an entry ! without an account: want ! and the account's number, such as !1234567890123456", "排除的不是账号：应为 ! 加账号 ID，如 !1234567890123456"}
	NotDirectoryRole = Text{"is not a role of the whole directory: want *:role/NAME, such as *:role/reactivate-watched", "不是整个资源目录的角色：应为 *:role/NAME，如 *:role/reactivate-watched"}
	NotFolderRole    = Text{"is not a role of a folder: want fd-…:role/NAME with the folder's id, such as fd-0123456789:role/reactivate-watched", "不是资源夹的角色：应为带资源夹 ID 的 fd-…:role/NAME，如 fd-0123456789:role/reactivate-watched"}
	NotARole         = Text{"is not a role that can be watched: want acs:ram::1234567890123456:role/reactivate-watched for one account, *:role/reactivate-watched for every member of the resource directory, fd-0123456789:role/reactivate-watched for a folder of it, or !1234567890123456 for an account to leave out", "不是可以纳管的角色：单个账号写 acs:ram::1234567890123456:role/reactivate-watched，资源目录的全部成员写 *:role/reactivate-watched，某个资源夹写 fd-0123456789:role/reactivate-watched，要排除的账号写 !1234567890123456"}
)

// What the HTTP trigger says when it refuses a request.
var (
	HTTPMethod   = Text{"the method is not allowed: POST an event or a request, or GET a plan", "不支持该方法：请用 POST 发送事件或请求，或用 GET 查看计划"}
	HTTPToken    = Text{"send one of REACTIVATE_HTTP_TOKEN as Authorization: Bearer TOKEN, or as ?token=TOKEN", "请以 Authorization: Bearer TOKEN 或 ?token=TOKEN 发送 REACTIVATE_HTTP_TOKEN 中的一个令牌"}
	HTTPClosed   = Text{"the HTTP trigger is closed: set REACTIVATE_HTTP_AUTH to platform or token to open it", "HTTP 触发器已关闭：请将 REACTIVATE_HTTP_AUTH 设为 platform 或 token 以打开"}
	HTTPSeeLog   = Text{"see the function's log", "详见函数日志"}
	HTTPForeign  = Text{"the request's context names another account than this function's: its own trigger did not make it", "请求上下文中的账号不是本函数的账号：它并非由本函数的触发器产生"}
	HTTPTooLarge = Text{"the body is over 1 MiB", "请求体超过 1 MiB"}
)
