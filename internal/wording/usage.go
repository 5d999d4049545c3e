package wording

// Usage is what help says of a command. The commands lay it out for the terminal. Each Usage is the result of a Go function, and no
// variable, so that the deployed build, which has no commands, leaves these texts out.
type Usage struct {
	Summary Text   // what the command does, in a few words
	Written string // what may follow its name
	About   []Text // paragraphs
	Flags   []Flag
	Then    []Words // paragraphs below the flags
}

// Flag is a flag as it is written, with its value, and what it does.
type Flag struct {
	Written string
	Does    Text
}

// UsageLine begins the help of a command. Its values are the command, with the program's name, and what may follow it.
var UsageLine = Text{"usage: %s %s", "用法：%s %s"}

// What the program says when it is asked for nothing: Overview, Examples, and CommandsFollow with the list of commands.
var (
	Overview = []Text{
		{
			"Brings back pay-as-you-go ECS instances that were stopped for overdue payment.",
			"恢复因欠费停机的按量付费 ECS 实例。",
		},
		{
			"These commands run the function, which is deployed to Alibaba Cloud Function Compute, against a fake cloud on this machine: no account, no keys, no cost. Start with:",
			"这些命令在本机的模拟云上运行（部署到阿里云函数计算的）函数：无需账号、密钥，也不产生费用。请从这里开始：",
		},
	}
	Examples = []Flag{
		{"invoke events/billing-recharge.json", Text{"the bill is paid: see the fleet come back", "账单已结清：看实例逐台恢复"}},
		{"invoke events/manual.json", Text{"name instances, and see each one's verdict", "指定实例，查看每一台的判定"}},
		{"status", Text{"what is overdue, and how long it has left", "欠费停机的实例，以及各自的剩余时间"}},
		{"serve", Text{"the HTTP trigger, for curl", "HTTP 触发器，可用 curl 访问"}},
	}
	CommandsFollow = Text{"Commands:", "命令："}
)

// Flags of several commands.
var (
	flagAddr  = Flag{"-addr HOST:PORT", Text{"where to listen; loopback addresses only; port 0 picks a free one", "监听地址，只能是本机回环地址；端口 0 表示任选一个空闲端口"}}
	flagEnv   = Flag{"-env NAME=VALUE", Text{"a variable of the function; may be repeated. Your own are not inherited, except with -live", "函数的环境变量，可重复。除使用 -live 外，不继承您自己的变量"}}
	flagFleet = Flag{"-fleet FILE", Text{"the fleet of the fake cloud, as JSON; without it, the built-in demo fleet", "模拟云的实例清单（JSON）；不写则使用内置的演示清单"}}
	flagLang  = Flag{"-lang en|zh", Text{"the language; without it that of REACTIVATE_LANG, else of the terminal: LC_ALL, LC_MESSAGES, LANG", "语言；不写则取 REACTIVATE_LANG，其次取终端的 LC_ALL、LC_MESSAGES、LANG"}}
	flagLive  = Flag{"-live", Text{`use the real cloud, with your own keys and variables: see "reactivate help invoke"`, `使用真实的云，以及您自己的密钥和变量：见 "reactivate help invoke"`}}
	flagLog   = Flag{"-v", Text{"show the function's log on standard error", "在标准错误上显示函数的日志"}}

	// The function serves HTTP, so it needs a token.
	flagEnvServed = Flag{"-env NAME=VALUE", Text{
		"a variable of the function; may be repeated. Set unless named here: REACTIVATE_HTTP_AUTH=token, REACTIVATE_HTTP_TOKEN=local-test-token-0123, REACTIVATE_GRACE=3s, REACTIVATE_WAIT=8s. The function inherits no variable of yours but REACTIVATE_LANG. Of REACTIVATE_NOTIFY, targets on this machine get messages; for the others the message is shown",
		"函数的环境变量，可重复。未写明时为 REACTIVATE_HTTP_AUTH=token、REACTIVATE_HTTP_TOKEN=local-test-token-0123、REACTIVATE_GRACE=3s、REACTIVATE_WAIT=8s。除 REACTIVATE_LANG 外，函数不继承您的任何变量。REACTIVATE_NOTIFY 中只有本机上的目标会收到消息；其他目标的消息会显示出来",
	}}
)

var (
	exits = Text{
		"Exit status: %s, 2 nothing was run: wrong usage, or a file or keys are missing, 130 interrupted.",
		"退出状态：%s，2 什么也没有运行：用法有误，或缺少文件或密钥，130 被中断。",
	}
	exitsOfServers = Text{
		"Exit status: 0 it was ended by an interrupt, 1 it could not serve, 2 nothing was run: wrong usage.",
		"退出状态：0 因中断而结束，1 无法提供服务，2 什么也没有运行：用法有误。",
	}
)

// UsageInvoke is the help of invoke.
func UsageInvoke() Usage {
	return Usage{
		Summary: Text{"hand events to the function and show its reports", "把事件交给函数，并显示其报告"},
		Written: "[FLAG]... EVENT...",
		About: []Text{{
			"Runs the function, hands it the events in their order, and shows what it reports. EVENT is a file, or - for standard input. All of them meet one fleet, so a second event sees what the first one did.",
			"运行函数，依次交给它各个事件，并显示其报告。EVENT 是文件，或用 - 表示标准输入。所有事件面对同一份实例清单，因此后一个事件能看到前一个的结果。",
		}},
		Flags: []Flag{
			flagFleet, flagEnvServed, flagLang,
			{"-json", Text{
				`print one line of JSON for each event, and nothing else: the report, with "results" at the top, always. Where the function ended with an error, "error": {"type", "message"} stands beside it; where it answered an HTTP trigger, "statusCode", "headers" and "body" do`,
				`每个事件只输出一行 JSON：报告，顶层始终有 "results"。函数以错误结束时，旁边还有 "error": {"type", "message"}；应答 HTTP 触发器时，旁边还有 "statusCode"、"headers" 和 "body"`,
			}},
			flagLog,
			{"-live", Text{
				"talk to the real ECS, as a dry run: with your ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for temporary keys, ALIBABA_CLOUD_SECURITY_TOKEN; in ALIBABA_CLOUD_REGION_ID, else the first of REACTIVATE_REGIONS, else cn-hangzhou. Your REACTIVATE_* variables count here (not REACTIVATE_ENDPOINT, which only -env sets). ALIBABA_CLOUD_ACCOUNT_ID says whose keys these are; where it is not set, STS is asked. HTTPS_PROXY and the like are ignored: keys go to the endpoints alone",
				"访问真实的 ECS，只试运行：使用您的 ALIBABA_CLOUD_ACCESS_KEY_ID、ALIBABA_CLOUD_ACCESS_KEY_SECRET，临时密钥还需 ALIBABA_CLOUD_SECURITY_TOKEN；地域取 ALIBABA_CLOUD_REGION_ID，其次取 REACTIVATE_REGIONS 的第一项，再次为 cn-hangzhou。此时您的 REACTIVATE_* 变量有效（REACTIVATE_ENDPOINT 除外，它只能由 -env 设置）。ALIBABA_CLOUD_ACCOUNT_ID 说明密钥属于哪个账号；未设置时询问 STS。忽略 HTTPS_PROXY 等代理变量：密钥只发往接入点",
			}},
			{"-yes", Text{"with -live: not a dry run; instances are reactivated, and cost money, and messages are sent", "与 -live 同用：不再是试运行；实例会被重开机并产生费用，消息也会发送"}},
		},
		Then: []Words{
			Text{
				"A report is as wide as the terminal, or as COLUMNS says; in a pipe its lines have any length. NO_COLOR takes the colours away.",
				"报告与终端同宽，或以 COLUMNS 为准：在管道中不限行宽。NO_COLOR 可去掉颜色。",
			},
			exits.With(Text{
				"0 nothing is left to do (planned, skipped and ignored included), 1 something is left, the function answered with an error, or the output could not be written",
				"0 没有待办事项（包括将重开机、未处理和已忽略），1 还有待办事项，或函数返回错误，或无法写出输出",
			}),
		},
	}
}

// UsageStatus is the help of status.
func UsageStatus() Usage {
	return Usage{
		Summary: Text{"show what is overdue, the most urgent first; never acts", "显示欠费停机的实例，最紧急的在前；从不执行操作"},
		Written: "[-live] [-json] [FLAG]...",
		About: []Text{{
			"Shows what is overdue in all regions and in all accounts that are watched, with the time left until it is released, the most urgent first, and what the accounts have left. It is a sweep as a dry run, and never acts, whatever the variables say. To look in some regions alone, set REACTIVATE_REGIONS. Without -live it looks at the fake cloud.",
			"显示所有地域和被纳管账号中欠费停机的实例，以及距释放的时间，最紧急的在前，并显示账号余额。它是一次试运行的巡检，无论变量如何设置都从不执行操作。如不需要查询所有地域，请用 REACTIVATE_REGIONS 指定。不加 -live 时查看的是模拟云。",
		}},
		Flags: []Flag{
			flagLive,
			{"-json", Text{"print one JSON document: the report, as of invoke -json", "输出一份 JSON：与 invoke -json 相同的报告"}},
			flagFleet, flagEnv, flagLang, flagLog,
		},
		Then: []Words{exits.With(Text{
			"0 all could be looked at, whether or not something is overdue or its account can pay, 1 not all could be looked at or judged",
			"0 已全部查询，无论是否有实例欠费停机、账号余额是否足够，1 未能全部查询或判断",
		})},
	}
}

// UsageServe is the help of serve.
func UsageServe() Usage {
	return Usage{
		Summary: Text{"serve the HTTP trigger of the function on this machine", "在本机提供函数的 HTTP 触发器"},
		Written: "[-addr 127.0.0.1:9000] [FLAG]...",
		About: []Text{
			{
				"Serves the function's HTTP trigger on this machine, against the fake cloud: each request becomes the event that Function Compute would make of it, and the answer what Function Compute would send. Requests are handled one at a time. Ends with an interrupt.",
				"在本机提供函数的 HTTP 触发器，使用模拟云：每个请求都变成函数计算会产生的事件，应答也与函数计算发出的相同。请求逐个处理。中断即结束。",
			},
			{
				"It is for this machine alone: Host must be a loopback name or address, and a request from a web page of another Origin is refused. A body has 10 s to come.",
				"仅供本机使用：Host 必须是本机回环的名称或地址，来自其他 Origin 网页的请求会被拒绝。请求体须在 10 s 内到达。",
			},
		},
		Flags: []Flag{flagAddr, flagFleet, flagEnvServed, flagLang, flagLog},
		Then:  []Words{exitsOfServers},
	}
}

// UsageFakeCloud is the help of fake-cloud.
func UsageFakeCloud() Usage {
	return Usage{
		Summary: Text{"serve the fake ECS and STS alone, for any client", "单独运行模拟的 ECS 和 STS，供任何客户端使用"},
		Written: "[-addr 127.0.0.1:9100] [FLAG]...",
		About: []Text{{
			"Serves the fake ECS and STS alone, for any client that can be pointed at it. Ends with an interrupt.",
			"单独运行模拟的 ECS 和 STS，供任何可以指向它的客户端使用。中断即结束。",
		}},
		Flags: []Flag{flagAddr, flagFleet, flagLang},
		Then:  []Words{exitsOfServers},
	}
}

// UsageDoctor is the help of doctor.
func UsageDoctor() Usage {
	return Usage{
		Summary: Text{"check configuration, credentials, permissions and regions", "检查配置、凭证、权限和地域"},
		Written: "[-live] [-notify] [FLAG]...",
		About: []Text{{
			"Asks the function to check its configuration, credentials, permissions and regions, and shows each check with its remedy. It changes nothing. Without -live it checks itself against the fake cloud. With -live it does not ask whether ReActivateInstances is allowed.",
			"让函数检查自身的配置、凭证、权限和地域，并显示每一项及其解决办法。不做任何更改。不加 -live 时对着模拟云检查。加 -live 时不试探是否允许 ReActivateInstances。",
		}},
		Flags: []Flag{
			flagFleet, flagEnv, flagLang,
			{"-notify", Text{
				"send a test message to each target of REACTIVATE_NOTIFY, real ones included, and show of each whether it was delivered",
				"向 REACTIVATE_NOTIFY 的每个目标发送测试消息（包括真实的目标），并逐个显示是否送达",
			}},
			{"-json", Text{
				`print one JSON document, with "checks" at the top, always; where the function ended with an error, "error": {"type", "message"} stands beside it`,
				`输出一份 JSON，顶层始终有 "checks"；函数以错误结束时，旁边还有 "error": {"type", "message"}`,
			}},
			flagLog, flagLive,
		},
		Then: []Words{exits.With(Text{"0 no check failed (warnings included), 1 one did", "0 没有失败的检查项（包括警告），1 有失败的检查项"})},
	}
}

// UsageVerify is the help of verify.
func UsageVerify() Usage {
	return Usage{
		Summary: Text{"check what is taken for granted against a real account", "在真实账号上核对本程序的各项假设"},
		Written: "-live [-notify] [FLAG]...",
		About: []Text{{
			"Checks against a real account, by reading alone, what docs/assumptions.md takes for granted and a healthy account can tell. Each line has the assumption, what was seen, and whether it holds, differs or cannot be told here. Numbers of accounts are masked and no other ids are shown, so the output can be passed on. It takes less than ten seconds.",
			"仅通过读取，在真实账号上核对 docs/assumptions.zh-CN.md 中的各项假设（限于正常账号能够说明的部分）。每一行包含假设、看到的结果，以及相符、不符或在此无法判断。账号已打码，不显示其他 ID，因此输出可以转发给他人。用时不到十秒。",
		}},
		Flags: []Flag{
			{"-live", Text{
				`is required: it talks to the real cloud, with your own keys and variables: see "reactivate help invoke"`,
				`必需：使用您的密钥和变量访问真实的云，见 "reactivate help invoke"`,
			}},
			{"-notify", Text{"send one test event to CloudMonitor; nothing else is written", "向云监控发送一个测试事件；除此之外不写入任何内容"}},
			{"-env NAME=VALUE", Text{
				`a variable of the function; may be repeated. REACTIVATE_ENDPOINT, such as that of "reactivate fake-cloud", counts only here: your own is ignored`,
				`函数的环境变量，可重复。REACTIVATE_ENDPOINT（例如 "reactivate fake-cloud" 的地址）只在此处有效，忽略您自己的`,
			}},
			flagLang,
			{"-json", Text{`print one JSON document, with "findings" at the top`, `输出一行 JSON，顶层有 "findings"`}},
		},
		Then: []Words{exits.With(Text{"0 nothing differs, 1 something does, or nothing holds but the clock", "0 没有不符的项，1 有不符的项，或除时钟外没有一项相符"})},
	}
}

// UsageVersion is the help of version.
func UsageVersion() Usage {
	return Usage{
		Summary: Text{"version, commit and Go release of this file", "本文件的版本、提交和 Go 版本"},
		Written: "[FLAG]...",
		About:   []Text{{"Prints version, commit and Go release of this file; so does --version.", "输出本文件的版本、提交和 Go 版本；--version 也一样。"}},
		Flags:   []Flag{flagLang},
	}
}

// UsageHelp is the help of help.
func UsageHelp() Usage {
	return Usage{
		Summary: Text{"all about one command: help COMMAND", "某个命令的详细说明：help COMMAND"},
		Written: "[COMMAND] [FLAG]...",
		About:   []Text{{"Tells all about one command, or lists the commands.", "详细说明一个命令，或列出全部命令。"}},
		Flags:   []Flag{flagLang},
	}
}

// Welcome says what to type while serve runs.
var Welcome = Text{`The HTTP trigger is on http://%[1]s/ in front of %[2]s. Try:

  curl%[3]s http://%[1]s/
      a GET never acts: it plans a sweep
  curl%[3]s -H 'Content-Type: application/json' \
      -d '{"instanceId": "i-bp1web00000000000001"}' http://%[1]s/
      a request: the report comes back
  curl%[3]s -H 'Content-Type: application/json' \
      -d @events/cloudmonitor-statechange-stopped.json http://%[1]s/
      an event, as a webhook sends it

Stop it with an interrupt (Ctrl-C).
`, `HTTP 触发器位于 http://%[1]s/ ，使用%[2]s。请试试：

  curl%[3]s http://%[1]s/
      GET 从不执行操作：只给出巡检计划
  curl%[3]s -H 'Content-Type: application/json' \
      -d '{"instanceId": "i-bp1web00000000000001"}' http://%[1]s/
      一个请求：返回报告
  curl%[3]s -H 'Content-Type: application/json' \
      -d @events/cloudmonitor-statechange-stopped.json http://%[1]s/
      一个事件，与 webhook 发送的相同

按 Ctrl-C 停止。
`}

// WelcomeFakeCloud says what to type while fake-cloud runs.
var WelcomeFakeCloud = Text{`The fake ECS and STS serve on http://%[1]s with %[2]s.

  access key id       %[3]s
  access key secret   %[4]s
  security token      %[5]s

Point any client of yours at it, such as the aliyun CLI:

  aliyun ecs DescribeInstances --RegionId %[6]s --endpoint %[1]s --insecure --mode %[7]s \
    --access-key-id %[3]s --access-key-secret %[4]s%[8]s

or a Go SDK client: openapi.Config{Protocol: tea.String("HTTP"), Endpoint: tea.String(%[1]q)}.
Stop it with an interrupt (Ctrl-C).
`, `模拟的 ECS 和 STS 位于 http://%[1]s ，使用%[2]s。

  access key id       %[3]s
  access key secret   %[4]s
  security token      %[5]s

任何客户端都可以指向它，例如阿里云 CLI：

  aliyun ecs DescribeInstances --RegionId %[6]s --endpoint %[1]s --insecure --mode %[7]s \
    --access-key-id %[3]s --access-key-secret %[4]s%[8]s

或 Go SDK 客户端：openapi.Config{Protocol: tea.String("HTTP"), Endpoint: tea.String(%[1]q)}。
按 Ctrl-C 停止。
`}
