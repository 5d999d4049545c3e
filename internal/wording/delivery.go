package wording

// Why a target did not get the message.
var (
	FailedCode       = Text{"code %d", "错误码 %d"}
	FailedStatus     = Text{"HTTP %d", "HTTP %d"}
	FailedSlack      = Text{"its answer says that it failed", "其应答表示失败"}
	FailedForNow     = Text{"refused for now: too many messages", "暂时被拒绝：消息过多"}
	FailedTimeout    = Text{"no answer in time", "未及时应答"}
	FailedTLS        = Text{"no TLS connection: its certificate is not valid", "无法建立 TLS 连接：证书无效"}
	FailedHost       = Text{"its host is not found", "找不到主机"}
	FailedConnection = Text{"no connection, or it broke", "无法连接，或连接中断"}
	FailedURL        = Text{"its URL is malformed", "该 URL 无法发起请求"}
)

// What helps.
var (
	RemedyAddress      = Text{"copy the URL into REACTIVATE_NOTIFY again: it is wrong, or its robot or receiver was removed or stopped", "请把 URL 重新复制到 REACTIVATE_NOTIFY：它有误，或机器人、接收方已被移除或停用"}
	RemedyKeyword      = Text{"add reactivate to the robot's keywords, or choose another of its security settings", "请把 reactivate 加入机器人的自定义关键词，或改用其他安全设置"}
	RemedySign         = Text{"put the signing secret behind # in REACTIVATE_NOTIFY, and check that it is this target's", "请在 REACTIVATE_NOTIFY 的 URL 后用 # 附上签名密钥，并确认密钥属于该目标"}
	RemedyIP           = Text{"take the robot's IP list away: a function has no fixed address; let it check a signature or a keyword instead", "请去掉机器人的 IP 白名单：函数没有固定地址，请改用签名或关键词"}
	RemedyDingTalkRate = Text{"nothing, if it is rare: a robot of DingTalk takes 20 messages a minute, then none for 10 minutes, or is over its daily quota", "偶尔出现可不处理：钉钉机器人每分钟最多 20 条消息，超出后 10 分钟内不再接收，也可能已超出每日额度"}
	RemedyWeComRate    = Text{"nothing, if it is rare: a robot of WeCom takes 20 messages a minute", "偶尔出现可不处理：企业微信机器人每分钟最多 20 条消息"}
	RemedyFeishuRate   = Text{"nothing, if it is rare: a bot of Feishu takes 100 messages a minute and 5 a second, and is busiest at full and half hours", "偶尔出现可不处理：飞书机器人每分钟最多 100 条、每秒最多 5 条消息，整点和半点最为繁忙"}
	RemedyClock        = Text{"set the clock of this machine: the robot refuses a message whose time is an hour off", "请校准本机时钟：机器人拒绝时间相差一小时以上的消息"}
	RemedySlack        = Text{"use the URL of an incoming webhook; a workflow's webhook needs a variable named text", "请使用 incoming webhook 的 URL；工作流的 webhook 需要名为 text 的变量"}
	RemedyCode         = Text{"look the code up in the target's documentation", "请在该目标的文档中查询错误码"}
	RemedyReceiver     = Text{"check the receiver: it accepts no messages", "请检查接收方：它不接收消息"}
	RemedyMoved        = Text{"put the URL that it leads to into REACTIVATE_NOTIFY: redirects are not followed", "请把跳转后的 URL 填入 REACTIVATE_NOTIFY：不会跟随跳转"}
	RemedyGrant        = Text{"grant the function's role cms:PutCustomEvent", "请为函数的角色授予 cms:PutCustomEvent"}
	RemedyTLS          = Text{"check the receiver's certificate: its name, its date, and the authority that issued it", "请确认接收方的证书与域名一致、未过期，且由受信任的机构签发"}
	RemedyHost         = Text{"check the host in REACTIVATE_NOTIFY, and that the function may reach the internet", "请检查 REACTIVATE_NOTIFY 中的主机，并确认函数可以访问公网"}
	RemedyInternet     = Text{"check that the function may reach the internet", "请确认函数可以访问公网"}
)
