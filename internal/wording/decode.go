package wording

import "strings"

// Coded is something to say of a payload that package event knows by a code alone. Its arguments may be Coded in turn.
type Coded interface {
	Said() (code string, args []any)
}

// whole names the part of a payload that is wrong.
var whole = table[string, Text]{
	{"in-field", Text{"field %s %s", "字段 %s %s"}},
	{"in-payload", Text{"the payload %s", "请求内容%s"}},
	{"in-message", Text{"the message %s", "消息%s"}},
	{"in-json", Text{"its JSON %s", "其 JSON %s"}},
}

// problems are what is wrong with a payload or a field: the end of a sentence.
var problems = table[string, Text]{
	{"empty", Text{"is empty", "为空"}},
	{"too-large", Text{"is over 32 MiB", "超过 32 MiB"}},
	{"too-deep", Text{"is nested more than 8 deep", "嵌套超过 8 层"}},
	{"too-many-fields", Text{"has an object of more than 100000 fields", "含有超过 100000 个字段的对象"}},
	{"not-json", Text{"is not valid JSON", "不是有效的 JSON"}},
	{"not-json-at", Text{"is not valid JSON at byte %d: %s", "不是有效的 JSON（第 %d 字节）：%s"}},
	{"not-base64", Text{"is not valid base64", "不是有效的 base64"}},
	{"not-mns-xml", Text{"is XML, and not an MNS notification with a Message", "是 XML，但不是带 Message 的 MNS 通知"}},
	{"not-http-event", Text{"looks like an HTTP trigger's event, but was not made by the trigger, or is nested in another event", "像 HTTP 触发器的事件，但并非由触发器产生，或不应出现在这里"}},
	{"failed-event", Text{"is the event that failed: send what stands in this field", "中是执行失败的事件：请发送该字段的内容"}},
	{"plain-text", Text{"is plain text: neither a JSON object or array nor a form that CloudMonitor sends", "是纯文本：既不是 JSON 对象或数组，也不是云监控发送的表单"}},
	{"unknown-event", Text{"is not a known event", "不是已知的事件"}},
	{"empty-array", Text{"is an empty array", "是空数组"}},
	{"twice", Text{"appears twice", "出现了两次"}},
	{"null", Text{"is null; leave it out instead", "是 null，请直接省略"}},
	{"unknown-field", Text{"is unknown; a request has %s", "未知：请求可以有 %s"}},
	{"misspelled", Text{"is unknown; did you mean %s?", "未知：您是否想写 %s？"}},
	{"not-string", Text{"must be a string", "必须是字符串"}},
	{"not-strings", Text{"must be an array of strings", "必须是字符串数组"}},
	{"not-object-of-strings", Text{"must be an object of strings", "必须是值为字符串的对象"}},
	{"no-elements", Text{"is an empty array; name at least one, or leave it out", "是空数组：请至少写一个，或直接省略"}},
	{"element", Text{"has a wrong element %d: %s", "的第 %d 个元素有误：%s"}},
	{"element-not-string", Text{"must be an array of strings; element %d is not one", "必须是字符串数组，第 %d 个元素不是字符串"}},
	{"not-instance-id", Text{`%s is not an instance id ("i-" and 8 to 32 lower-case letters or digits)`, `%s 不是实例 ID（"i-" 加 8 到 32 位小写字母或数字）`}},
	{"not-region-id", Text{`%s is not a region id (such as "cn-hangzhou")`, `%s 不是地域 ID（例如 "cn-hangzhou"）`}},
	{"not-account-id", Text{"%s is not an account's number (digits, in quotes)", "%s 不是账号 ID（数字，带引号）"}},
	{"not-duration", Text{`must be a duration such as "2m" or "90s", in quotes, not %s`, `必须是带引号的时长，如 "2m" 或 "90s"，而不是 %s`}},
	{"no-duration", Text{`must be a duration such as "2m" or "90s", in quotes`, `必须是带引号的时长，如 "2m" 或 "90s"`}},
	{"watch-range", Text{"must be from 1m to 24h, not %s", "必须在 1m 到 24h 之间，而不是 %s"}},
	{"watch-beside-sweep", Text{"cannot be combined with a sweep", "不能与 sweep 同时出现，请二选一"}},
	{"payload-too-many-ids", Text{"names too many instances: one payload may name %d", "指定的实例过多：一次请求内容最多 %d 台"}},
	{"payload-too-many-regions", Text{"names too many regions: one payload may name %d", "指定的地域过多：一次请求内容最多 %d 个"}},
	{"wait-range", Text{"must be from 0 to 24h, not %s", "必须在 0 到 24h 之间，而不是 %s"}},
	{"no-occasion", Text{`must be "changes", "problems" or "always"`, `必须是 "changes"、"problems" 或 "always"`}},
	{"not-occasion", Text{`must be "changes", "problems" or "always", not %s`, `必须是 "changes"、"problems" 或 "always"，而不是 %s`}},
	{"not-flag", Text{"must be true or false, without quotes", "必须是 true 或 false，不带引号"}},
	{"asks-nothing", Text{`is missing; name instances, or ask for "sweep": true or "watch": "5m"`, `缺失：请指定实例，或使用 "sweep": true 或 "watch": "5m"`}},
	{"sweep-beside-ids", Text{"cannot be combined with instance ids", "不能与实例 ID 同时出现，请二选一"}},
	{"too-many-ids", Text{"names %d instances; one request may name %d", "指定了 %d 台实例，一次请求最多 %d 台"}},
	{"force-sweep", Text{"goes only with instance ids, not with a sweep or a watch", "只能与实例 ID 一起使用，不能用于巡检或监视"}},
	{"force-account", Text{"is refused: the request's context names another account than this function's", "被拒绝：请求上下文中的账号不是本函数的账号"}},
	{"account-missing", Text{"is missing, and the function's own account is not watched", "缺失，而函数所在账号未被纳管"}},
	{"account-unknown", Text{"%s is not an account that this function works in: see REACTIVATE_ROLES", "%s 不是本函数可以操作的账号：见 REACTIVATE_ROLES"}},
	{"not-in-message", Text{"is refused in a message: no person stands behind a queue", "不能出现在消息中：队列背后没有人"}},
	{"doctor-inside", Text{"is answered only when it is sent directly", "只在直接发送时应答"}},
	{"doctor-fields", Text{`must be true, and the only field but for "notify": "always"`, `必须为 true，此外只能有 "notify": "always"`}},
	{"timer-not-string", Text{"of the timer must be a string", "（触发消息）必须是字符串"}},
	{"timer-not-request", Text{"of the timer is not a JSON request: %s", "（触发消息）不是 JSON 请求：%s"}},
	{"timer-force", Text{"is refused in a timer's payload: only a person who looks on may force", "不能出现在定时触发器的触发消息中：只有人工请求才能使用 force"}},
	{"timer-misspelled", Text{"of the timer is unknown; did you mean payload?", "在定时触发器中未知：您是否想写 payload？"}},
	{"timer-beside-payload", Text{"is outside the timer's payload, where it belongs", "出现在定时触发器的 payload 之外，应写在其中"}},
	{"cloudmonitor-not-string", Text{"of a CloudMonitor event must be a string", "在云监控事件中必须是字符串"}},
	{"cloudevent-not-string", Text{"of a CloudEvent must be a string that is not empty", "在 CloudEvent 中必须是非空字符串"}},
	{"subscription-not-object", Text{"of a CloudMonitor subscription must be an object, or JSON in a form's field", "在云监控订阅中必须是对象，或表单字段中的 JSON"}},
	{"query-unknown", Text{"is unknown; a query has instanceId, regionId, accountId and token", "未知：查询参数可以有 instanceId、regionId、accountId 和 token"}},
}

// reasons are why a valid event asks for nothing.
var reasons = table[string, Text]{
	{"no-event", Text{"no event: %s", "不是事件：%s"}},
	{"none-asks", Text{"none of %d elements asks for anything: %s", "%d 个元素都没有要求任何操作：%s"}},
	{"other-product", Text{"%s event of product %s: only ECS concerns this function", "%s 产品 %s 的事件：本函数只处理 ECS"}},
	{"other-state", Text{"%s Instance:StateChange to %s: only Stopped asks for a look", "%s Instance:StateChange 变为 %s：只有 Stopped 需要查看"}},
	{"other-event", Text{"%s event %s does not say that an instance may have stopped", "%s 事件 %s 并不表示有实例可能已停止"}},
	{"not-stopped", Text{"%s %s is %s: no instance was stopped", "%s %s 的状态是 %s：没有实例被停止"}},
	{"alert-not-triggered", Text{"CloudMonitor alert that is %s: only TRIGGERED asks for a look", "云指标报警的状态是 %s：只有 TRIGGERED 需要查看"}},
	{"other-source", Text{"EventBridge event %s of %s: only those of acs.ecs concern this function", "EventBridge 事件 %s（来自 %s）：本函数只处理 acs.ecs 的事件"}},
	{"other-namespace", Text{"metric alarm of namespace %s: only those of ECS concern this function", "命名空间 %s 的指标报警：本函数只处理 ECS 的报警"}},
	{"alarm-over", Text{"metric alarm that is over: %s", "指标报警已恢复：%s"}},
	{"alarm-no-instance", Text{"metric alarm that names no instance", "指标报警没有指明实例"}},
	{"alarm-two-instances", Text{"the alarm contradicts itself: its metric is of %s, its resource is not", "指标报警自相矛盾：其指标属于 %s，其资源却不是"}},
	{"no-instance", Text{"the event names no instance", "事件没有指明实例"}},
	{"not-ecs-instance", Text{"%s names no ECS instance", "%s 不是 ECS 实例"}},
	{"two-instances", Text{"the event contradicts itself: it names two instances, %s and %s", "事件自相矛盾：指明了两台实例，%s 和 %s"}},
	{"two-regions", Text{"the event contradicts itself: it names two regions, %s and %s", "事件自相矛盾：指明了两个地域，%s 和 %s"}},
	{"two-accounts", Text{"the event contradicts itself: it names two accounts, %s and %s", "事件自相矛盾：指明了两个账号，%s 和 %s"}},
	{"event-too-many-ids", Text{"the event names %d instances; one event may name %d", "事件指定了 %d 台实例，一个事件最多 %d 台"}},
	{"own-not-watched", Text{"the event names no account, and this function does not watch its own", "事件没有指明账号，而本函数不纳管自己所在的账号"}},
	{"account-not-watched", Text{"the event is of account %s, which this function does not watch", "事件属于账号 %s，本函数不纳管该账号"}},
	{"custom", Text{"custom event %s %s", "自定义事件 %s %s"}},
	{"custom-no-instance-id", Text{"custom event names instances, but none by an instance id", "自定义事件指明了实例，但都不是实例 ID"}},
	{"custom-no-region-id", Text{"custom event names regions, but none by a region id", "自定义事件指明了地域，但都不是地域 ID"}},
	{"custom-no-account-id", Text{"custom event with an accountId that is not an account's number: %s", "自定义事件的 accountId 不是账号 ID：%s"}},
	{"no-recharge", Text{"names no instances and is not a recharge", "没有指明实例，也不是充值"}},
	{"recharge-failed", Text{"names no instances and is of a recharge that failed", "没有指明实例，且是失败的充值"}},
	{"data-base64", Text{"has data_base64: only an object in data is read", "带有 data_base64：只读取 data 中的对象"}},
	{"data-not-object", Text{"has data that is not an object", "的 data 不是对象"}},
	{"data-wrong", Text{"has wrong data: %s", "的 data 有误：%s"}},
	{"data-misspelled", Text{"has data with %s: did you mean %s?", "的 data 中有 %s：您是否想写 %s？"}},
	{"ambiguous", Text{"is ambiguous: %s", "有歧义：%s"}},
	{"beside-data", Text{"has %s beside its data: only what stands in data is read", "在 data 之外有 %s：只读取 data 中的内容"}},
}

// examples show what right looks like. The first is shown where no other is named.
var examples = table[string, Text]{
	{"", Text{`{"instanceIds": ["i-bp1234567890abcdefgh"], "regionId": "cn-hangzhou"}, {"sweep": true} or {"watch": "5m"}`, `{"instanceIds": ["i-bp1234567890abcdefgh"], "regionId": "cn-hangzhou"}、{"sweep": true} 或 {"watch": "5m"}`}},
	{"timer", Text{`the payload {"sweep": true, "regionIds": ["cn-hangzhou"]}, or none for a sweep`, `触发消息 {"sweep": true, "regionIds": ["cn-hangzhou"]}，留空则为巡检`}},
	{"doctor", Text{`{"doctor": true} or {"doctor": true, "notify": "always"}`, `{"doctor": true} 或 {"doctor": true, "notify": "always"}`}},
	{"query", Text{"GET /?instanceId=i-bp1234567890abcdefgh&regionId=cn-hangzhou, or GET / for a sweep", "GET /?instanceId=i-bp1234567890abcdefgh&regionId=cn-hangzhou，巡检则为 GET /"}},
}

var decodeError = Text{"%s; a right request is %s", "%s；正确的请求如 %s"}

// codedText is the text of a code.
func codedText(code string) (Text, bool) {
	for _, texts := range []table[string, Text]{whole, problems, reasons} {
		if text, ok := texts.find(code); ok {
			return text, true
		}
	}
	return Text{}, false
}

// Reason says why an event asks for nothing; "" for no code.
func Reason(l Lang, reason Coded) string {
	code, args := reason.Said()
	if code == "each" {
		return each(l, args)
	}
	said := make([]any, len(args))
	for i, arg := range args {
		said[i] = arg
		if inner, ok := arg.(Coded); ok {
			said[i] = Reason(l, inner)
		}
	}
	text, ok := codedText(code)
	if !ok {
		return code // a test finds such a code before anybody reads it
	}
	return text.Say(l, said...)
}

// each says several reasons, one after the other.
func each(l Lang, reasons []any) string {
	var said []string
	for _, reason := range reasons {
		if inner, ok := reason.(Coded); ok {
			said = append(said, Reason(l, inner))
		}
	}
	return strings.Join(said, Semicolon.In(l))
}

// DecodeError says what is wrong with a payload, and shows what right looks like.
func DecodeError(l Lang, wrong Coded, example string) string {
	text, ok := examples.find(example)
	if !ok {
		text = examples.of("")
	}
	return decodeError.Say(l, Reason(l, wrong), text)
}
