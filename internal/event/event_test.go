package event_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// arn is the ARN of an instance of the account own in cn-hangzhou.
func arn(id string) string { return "acs:ecs:cn-hangzhou:" + own + ":instance/" + id }

// systemEvent is a CloudMonitor event of the instance idA.
func systemEvent(name, content string) string {
	return `{"product":"ECS","id":"e1","name":"` + name + `","resourceId":"` + arn(idA) + `","regionId":"cn-hangzhou","userId":"` + own + `","content":` + content + `}`
}

const stoppedContent = `{"resourceId":"` + idA + `","state":"Stopped"}`

// stopped is an event that asks for idA.
var stopped = systemEvent("Instance:StateChange", stoppedContent)

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// askFor is the request for idA that most events here ask for.
func askFor(source reactivate.Source, id string) reactivate.Request {
	return reactivate.Request{InstanceIDs: []string{idA}, RegionIDs: hangzhou, AccountID: own, Source: source, EventID: id}
}

// row is an event with what it asks for: either want, or nothing, for a reason that contains ignored.
type row struct {
	name, payload string
	want          reactivate.Request
	ignored       string
}

func testRows(t *testing.T, rows []row) {
	t.Helper()
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			got, err := event.Decoder{Source: reactivate.SourceHTTP, Serves: ownOnly}.Decode([]byte(tt.payload))
			if err != nil {
				t.Fatal(err)
			}
			if tt.ignored != "" {
				if !strings.Contains(why(got), tt.ignored) || len(got.Requests) > 0 {
					t.Errorf("got  %+v\nwant ignored: %s", got, tt.ignored)
				}
				if len(why(got)) > 400 {
					t.Errorf("got a reason of %d bytes", len(why(got)))
				}
				return
			}
			if want := asks(tt.want); !reflect.DeepEqual(unranked(got), want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestDecodeSystemEvent(t *testing.T) {
	asked := askFor(cms, "e1")
	masked := askFor(cms, "")
	masked.AccountID = ""
	configured := askFor(cms, "")
	configured.RegionIDs, configured.AccountID = nil, ""
	arnRegion := askFor(cms, "")
	testRows(t, []row{
		{"stopped", stopped, asked, ""},
		{"content as a string", systemEvent("Instance:StateChange", quoted(stoppedContent)), asked, ""},
		{"state in another case", systemEvent("Instance:StateChange", `{"state":"stopped"}`), asked, ""},
		{"name with a stage", systemEvent("Instance:StateChange:Normal", stoppedContent), asked, ""},
		{"deleted", systemEvent("Instance:StateChange", `{"state":"Deleted"}`), reactivate.Request{}, `to "Deleted": only Stopped`},
		{"no state", systemEvent("Instance:StateChange", `{}`), asked, ""},
		{"no content", systemEvent("Instance:StateChange", `7`), asked, ""},
		{"overdue, scheduled", systemEvent("Instance:AccountUnbalanced.Stop:Scheduled", `{"instanceId":"`+idA+`"}`), asked, ""},
		{"overdue, no stage", systemEvent("Instance:AccountUnbalanced.PerformanceAffect", `{}`), asked, ""},
		{"overdue, a stage that is not known", systemEvent("Instance:AccountUnbalanced.Stop:Inquiring", `{}`), asked, ""},
		{"overdue, avoided", systemEvent("Instance:AccountUnbalanced.Stop:Avoided", `{}`), reactivate.Request{}, `is "Avoided": no instance was stopped`},
		{"overdue, canceled by content", systemEvent("Instance:AccountUnbalanced.Stop:Scheduled", `{"eventStatus":"CANCELED"}`), reactivate.Request{}, `is "CANCELED"`},
		{"overdue, failed by status", `{"product":"ECS","name":"Instance:AccountUnbalanced.Stop","status":"failed","resourceId":"` + arn(idA) + `"}`, reactivate.Request{}, `is "failed"`},
		{"expired subscription", systemEvent("Instance:InstanceExpiration.Stop:Executed", `{"instanceId":"`+idA+`"}`), reactivate.Request{}, "does not say that an instance may have stopped"},
		{"masked account", `{"product":"ECS","name":"Instance:StateChange","resourceId":"acs:ecs:cn-hangzhou:123****:instance/` + idA + `","content":` + stoppedContent + `}`, masked, ""},
		{"only an id", `{"product":"ECS","name":"Instance:StateChange","content":` + stoppedContent + `}`, configured, ""},
		{"ARN's region first", `{"product":"ECS","name":"Instance:StateChange","resourceId":"` + arn(idA) + `","regionId":"cn-beijing","content":` + stoppedContent + `}`, arnRegion, ""},
		{"contradiction", systemEvent("Instance:StateChange", `{"resourceId":"`+idB+`","state":"Stopped"}`), reactivate.Request{}, `contradicts itself: it names two instances, "` + idA + `" and "` + idB + `"`},
		{"placeholder in the ARN", strings.Replace(stopped, arn(idA), arn("<resource-id>"), 1), reactivate.Request{}, `"<resource-id>" is not an instance id`},
		{"masked id beside a good ARN", systemEvent("Instance:StateChange", `{"resourceId":"i-b***vd2","state":"Stopped"}`), reactivate.Request{}, `"i-b***vd2" is not an instance id`},
		{"invalid region", strings.Replace(stopped, `"regionId":"cn-hangzhou"`, `"regionId":"{regionId}"`, 1), reactivate.Request{}, `"{regionId}" is not a region id`},
		{"host name for a region", strings.Replace(stopped, arn(idA), "acs:ecs:evil.example/:1:instance/"+idA, 1), reactivate.Request{}, `"evil.example/" is not a region id`},
		{"ARN of a disk", strings.Replace(stopped, arn(idA), "acs:ecs:cn-hangzhou:1:disk/d-bp1", 1), reactivate.Request{}, "names no ECS instance"},
		{"ARN of another service", strings.Replace(stopped, arn(idA), "acs:rds:cn-hangzhou:1:instance/"+idA, 1), reactivate.Request{}, "names no ECS instance"},
		{"no instance", `{"product":"ECS","name":"Instance:StateChange","content":{"state":"Stopped"}}`, reactivate.Request{}, "names no instance"},
		{"foreign account", strings.ReplaceAll(stopped, own, "999"), reactivate.Request{}, `of account "999", which this function does not watch`},
	})
}

func TestDecodeSubscription(t *testing.T) {
	alert := func(status, name, state string) string {
		return `{"alertStatus":"` + status + `","product":"ECS","eventName":"` + name + `","arn":"` + arn(idA) + `","traceId":"t1",` +
			`"eventContentMap":{"resourceId":"` + idA + `","state":"` + state + `"},"eventRawContent":"{\"instanceId\":\"` + idA + `\"}",` +
			`"meta":{"sysEventMeta":{"resourceId":"` + arn(idA) + `","regionId":"cn-hangzhou","name":"` + name + `"}}}`
	}
	hook := func(alert string) string {
		return `{"batchId":"b","severity":"INFO","userId":"` + own + `","alert":` + alert + `}`
	}
	form := func(alert string) string { return "severity=INFO&userId=" + own + "&alert=" + url.QueryEscape(alert) }
	triggered := alert("TRIGGERED", "Instance:StateChange", "Stopped")
	bare := askFor(cms, "d1")
	bare.RegionIDs = nil
	testRows(t, []row{
		{"JSON", hook(triggered), askFor(cms, "t1"), ""},
		{"alert as a string", hook(quoted(triggered)), askFor(cms, "t1"), ""},
		{"form", form(triggered), askFor(cms, "t1"), ""},
		{"form that is not encoded", "alert=" + triggered + "&batchId=b", askFor(cms, "t1"), ""},
		{"form around a body", "body=" + url.QueryEscape(hook(triggered)), askFor(cms, "t1"), ""},
		{"form around data", "data=" + url.QueryEscape(hook(triggered)), askFor(cms, "t1"), ""},
		{"only the raw content", hook(`{"alertStatus":"TRIGGERED","product":"ECS","eventName":"Instance:StateChange","dedupId":"d1","userId":"` + own + `","eventRawContent":"{\"state\":\"Stopped\",\"resourceId\":\"` + idA + `\"}"}`), bare, ""},
		{"resolved", hook(alert("RESOLVED", "Instance:StateChange", "Stopped")), reactivate.Request{}, `alert that is "RESOLVED"`},
		{"avoided by its own name", hook(strings.Replace(alert("TRIGGERED", "Instance:AccountUnbalanced.Stop:Avoided", ""), `,"name":"Instance:AccountUnbalanced.Stop:Avoided"`, "", 1)), reactivate.Request{}, `is "Avoided"`},
		{"avoided by the name in meta", hook(strings.Replace(alert("TRIGGERED", "Instance:AccountUnbalanced.Stop:Avoided", ""), "Stop:Avoided", "Stop", 1)), reactivate.Request{}, `is "Avoided"`},
		{"contradiction in the raw content", hook(strings.Replace(triggered, `\"`+idA, `\"`+idB, 1)), reactivate.Request{}, "contradicts itself"},
		{"two regions", hook(strings.Replace(triggered, "acs:ecs:cn-hangzhou", "acs:ecs:cn-beijing", 1)), reactivate.Request{}, `two regions, "cn-beijing" and "cn-hangzhou"`},
	})
}

func TestDecodeMetricAlarm(t *testing.T) {
	fields := func(pairs ...string) string {
		all := "metricName=cpu_total&transId=t1&userId=" + own + "&regionId=cn-hangzhou"
		for i := 0; i < len(pairs); i += 2 {
			all += "&" + pairs[i] + "=" + url.QueryEscape(pairs[i+1])
		}
		return all
	}
	dims := "{userId=" + own + ", instanceId=" + idA + "}"
	asked := askFor(cms, "t1")
	both := askFor(cms, "")
	both.InstanceIDs, both.RegionIDs, both.AccountID = []string{idA, idB}, nil, ""
	json := func(rest string) string { return `{"metricName":"cpu","metricProject":"acs_ecs",` + rest + `}` }
	bare := askFor(cms, "")
	bare.RegionIDs, bare.AccountID = nil, ""
	unowned := askFor(cms, "")
	unowned.AccountID = ""
	owned := askFor(cms, "")
	owned.RegionIDs = nil
	testRows(t, []row{
		{"form", fields("namespace", "acs_ecs_dashboard", "alertState", "ALERT", "dimensions", dims), asked, ""},
		{"form as documents print it", "expression=$Average>=95&metricName=cpu&transId=t1&namespace=acs_ecs&regionId=cn-hangzhou&unit=%&dimensions=" + dims, asked, ""},
		{"extra parenthesis", fields("namespace", "acs_ecs", "dimensions", "{userId="+own+"), instanceId="+idA+"}"), asked, ""},
		{"percent sign that is not encoded", "transId=t1&metricName=m&namespace=acs_ecs&regionId=cn-hangzhou&dimensions={load=50%, userId=" + own + ", instanceId=" + idA + "}", asked, ""},
		{"of a field that appears twice the first", fields("namespace", "acs_ecs", "dimensions", dims) + "&regionId=cn-beijing&namespace=x", asked, ""},
		{"no data any more", fields("namespace", "acs_ecs", "alertState", "INSUFFICIENT_DATA", "dimensions", dims), asked, ""},
		{"project for the namespace", fields("metricProject", "acs_ecs", "alertState", "ALARM", "dimensions", dims), asked, ""},
		{"dimensions as JSON in a form", fields("namespace", "acs_ecs", "dimensions", `{"instanceId":"`+idA+`"}`), asked, ""},
		{"JSON without the metric's name", `{"alertName":"cpu","alertState":"ALERT","curValue":"92.5","dimensions":"{\"instanceId\":\"` + idA + `\"}",` +
			`"expression":"Average(CPUUtilization)>85","namespace":"acs_ecs_dashboard","regionId":"cn-hangzhou","triggerLevel":"WARN"}`, unowned, ""},
		{"recovery", fields("namespace", "acs_ecs", "alertState", "OK", "dimensions", dims), reactivate.Request{}, `is over: "OK"`},
		{"recovery by its level alone", fields("namespace", "acs_ecs", "triggerLevel", "OK", "dimensions", dims), reactivate.Request{}, `is over: "OK"`},
		{"another namespace", fields("namespace", "acs_rds_dashboard", "alertState", "ALERT", "dimensions", dims), reactivate.Request{}, `namespace "acs_rds_dashboard"`},
		{"no instance", fields("namespace", "acs_ecs", "alertState", "ALERT", "dimensions", "{port=80}"), reactivate.Request{}, "names no instance"},
		{"invalid region", strings.Replace(fields("namespace", "acs_ecs", "dimensions", dims), "cn-hangzhou", "cn_hangzhou", 1), reactivate.Request{}, `"cn_hangzhou" is not a region id`},
		{"JSON array", json(`"alertState":"ALARM","dimensions":[{"userId":"` + own + `","instanceId":"` + idA + `"}]`), owned, ""},
		{"JSON object", json(`"alertState":"ALERT","dimensions":{"instanceId":"` + idA + `"}`), bare, ""},
		{"several", json(`"dimensions":[{"instanceId":"` + idA + `"},{"port":1},{"instanceId":"` + idB + `"},{"instanceId":"` + idA + `"}]`), both, ""},
		{"one of several is masked", json(`"dimensions":[{"instanceId":"` + idA + `"},{"instanceId":"i-***"}]`), reactivate.Request{}, `"i-***" is not`},
		{"too many", fields("namespace", "acs_ecs", "dimensions", "{"+list(1001, "instanceId=i-bp1%017d")+"}"), reactivate.Request{}, "names 1001 instances"},
		{"two accounts", json(`"dimensions":[{"instanceId":"` + idA + `","userId":"1"},{"instanceId":"` + idB + `","userId":"2"}]`), reactivate.Request{}, "two accounts"},
		{"through MNS", json(`"eventName":"AlertTriggered","curLevel":"WARN","userId":"999","resources":"{\"instanceId\":\"` + idA + `\"}","metricData":{"userId":"` + own + `","instanceId":"` + idA + `"}`), owned, ""},
		{"through MNS, only the metric", json(`"curLevel":"WARN","metricData":{"instanceId":"` + idA + `"}`), bare, ""},
		{"through MNS, recovery", json(`"eventName":"AlertOk","curLevel":"WARN","resources":"{\"instanceId\":\"` + idA + `\"}"`), reactivate.Request{}, `is over: "AlertOk"`},
		{"through MNS, contradiction", json(`"resources":"{\"instanceId\":\"` + idA + `\"}","metricData":{"instanceId":"` + idB + `"}`), reactivate.Request{}, "contradicts itself"},
	})
}

func TestDecodeEventBridge(t *testing.T) {
	ce := func(source, eventType, data string) string {
		return `{"specversion":"1.0","id":"e1","source":"` + source + `","type":"` + eventType + `","subject":"` + arn(idA) + `",` +
			`"aliyunaccountid":"` + own + `","aliyunregionid":"cn-beijing","aliyunpublishtime":"2020-11-19T21:04:42.179PRC","data":` + data + `}`
	}
	ecs := func(eventType, data string) string { return ce("acs.ecs", "ecs:"+eventType, data) }
	asked := askFor(eb, "e1")
	noSubject := func(payload string) string { return strings.Replace(payload, arn(idA), "instances", 1) }
	beijing := askFor(eb, "e1")
	beijing.RegionIDs = []string{"cn-beijing"}
	testRows(t, []row{
		{"stopped", ecs("Instance:StateChange", stoppedContent), asked, ""},
		{"colon in the source", ce("acs:ecs", "ecs:Instance:StateChange", stoppedContent), asked, ""},
		{"data.content", ecs("Instance:StateChange", `{"content":`+stoppedContent+`}`), asked, ""},
		{"data as a string", ecs("Instance:StateChange", quoted(stoppedContent)), asked, ""},
		{"region of the envelope", noSubject(ecs("Instance:StateChange", stoppedContent)), beijing, ""},
		{"automatic reactivation", ecs("Instance:AutoReactivateCompleted", `{"instanceId":"`+idA+`"}`), asked, ""},
		{"overdue", ecs("Instance:AccountUnbalanced.Stop", `{"instanceId":"`+idA+`"}`), asked, ""},
		{"overdue, avoided", ecs("Instance:AccountUnbalanced.Stop", `{"eventStatus":"Avoided"}`), reactivate.Request{}, `is "Avoided"`},
		{"overdue, failed in data.content", ecs("Instance:AccountUnbalanced.Stop", `{"content":{"eventStatus":"Failed"}}`), reactivate.Request{}, `is "Failed"`},
		{"preemptible", ecs("Instance:PreemptibleInstanceInterruption", `{"instanceId":"`+idA+`","action":"delete"}`), reactivate.Request{}, "does not say"},
		{"another product", ce("acs.oss", "oss:Object:Put", stoppedContent), reactivate.Request{}, `of "acs.oss": only those of acs.ecs`},
		{"no instance", noSubject(ecs("Instance:AutoReactivateCompleted", `{}`)), reactivate.Request{}, "names no instance"},
		{"routed from a foreign account", noSubject(strings.Replace(ecs("Instance:StateChange", stoppedContent), `"aliyunaccountid":`, `"aliyunoriginalaccountid":"999","aliyunaccountid":`, 1)), reactivate.Request{}, `account "999"`},
		{"foreign account of the envelope alone", noSubject(strings.Replace(ecs("Instance:StateChange", stoppedContent), `"aliyunaccountid":"`+own, `"aliyunaccountid":"999`, 1)), reactivate.Request{}, `account "999"`},
	})
}

func TestDecodeCustomEvent(t *testing.T) {
	ce := func(eventType, data string) string {
		return `{"specversion":"1.0","id":"e1","source":"my.billing","type":"` + eventType + `","aliyunaccountid":"999","aliyunregionid":"cn-beijing","data":` + data + `}`
	}
	named := reactivate.Request{InstanceIDs: []string{idA}, Source: reactivate.SourceBilling, EventID: "e1"}
	sweep := reactivate.Request{Sweep: true, Source: reactivate.SourceBilling, EventID: "e1"}
	full := askFor(reactivate.SourceBilling, "e1")
	dry := func(req reactivate.Request) reactivate.Request { req.DryRun = true; return req }
	regional := sweep
	regional.RegionIDs, regional.AccountID = []string{"cn-hangzhou", "cn-beijing"}, own
	testRows(t, []row{
		{"recharge", ce("my:Account:ReChArGed", `{"amount":"1,234.56"}`), sweep, ""},
		{"recharge without data", ce("recharge", `null`), sweep, ""},
		{"recharge of regions and an account", ce("recharge", `{"regionId":"cn-hangzhou","regionIds":["cn-beijing","nowhere"],"accountId":`+own+`}`), regional, ""},
		{"recharge with an empty list", ce("recharge", `{"instanceIds":[],"instanceId":"","regionIds":null}`), sweep, ""},
		{"recharge with instances", ce("recharge", `{"instanceIds":["`+idA+`"],"regionId":"cn-hangzhou","accountId":"`+own+`"}`), full, ""},
		{"instances", ce("paid", `{"instanceId":"`+idA+`","instanceIds":["`+idA+`","i-1",7]}`), named, ""},
		{"ids in the other field", ce("paid", `{"instanceIds":"`+idA+`"}`), named, ""},
		{"data that is text with an object in it", ce("paid", quoted(`{"instanceId":"`+idA+`"}`)), reactivate.Request{}, `custom event "paid" has data that is not an object`},
		{"recharge with such text", ce("recharge", quoted(`{}`)), reactivate.Request{}, `custom event "recharge" has data that is not an object`},
		{"flags are the sender's own business", ce("paid", `{"instanceId":"`+idA+`","force":true,"sweep":true,"wait":"1h","notify":"always"}`), named, ""},
		{"dry run", ce("paid", `{"instanceId":"`+idA+`","dryRun":true}`), dry(named), ""},
		{"in doubt dry", ce("recharge", `{"dryRun":{"for":"cn-beijing"}}`), dry(sweep), ""},
		{"no dry run", ce("recharge", `{"dryRun":false}`), sweep, ""},
		{"no dry run, in a word", ce("recharge", `{"dryRun":"null"}`), sweep, ""},
		{"data that is an array", ce("recharge", `[{"instanceIds":["`+idA+`"]}]`), reactivate.Request{}, `custom event "recharge" has data that is not an object`},
		{"data that is text", ce("recharge", `"only `+idA+`"`), reactivate.Request{}, `has data that is not an object`},
		{"data in base64 alone", strings.Replace(ce("recharge", `{}`), `"data":{}`, `"data_base64":"e30="`, 1), reactivate.Request{}, `has data_base64`},
		{"data that says nothing", ce("recharge", `"None"`), sweep, ""},
		{"ids in another case", ce("recharge", `{"InstanceIds":["`+idA+`"]}`), reactivate.Request{}, `has data with "InstanceIds": did you mean instanceIds?`},
		{"ids with an underscore", ce("recharge", `{"instance_ids":["`+idA+`"]}`), reactivate.Request{}, `did you mean instanceIds?`},
		{"another spelling beside the right one", ce("paid", `{"instanceId":"`+idA+`","DryRun":true}`), reactivate.Request{}, `did you mean dryRun?`},
		{"a field that appears twice", ce("recharge", `{"dryRun":true,"dryRun":false}`), reactivate.Request{}, `has wrong data: field "dryRun" appears twice`},
		{"ids beside data", strings.Replace(ce("recharge", `{}`), `"data":`, `"instanceIds":["`+idA+`"],"data":`, 1), reactivate.Request{}, `has "instanceIds" beside its data`},
		{"an account beside data, in another case", strings.Replace(ce("recharge", `null`), `"data":`, `"AccountId":"`+own+`","data":`, 1), reactivate.Request{}, `has "AccountId" beside its data`},
		{"data in another case", strings.Replace(ce("recharge", `{"instanceId":"`+idA+`"}`), `"data":`, `"Data":`, 1), reactivate.Request{}, `has "Data" beside its data`},
		{"base64 in another spelling", strings.Replace(ce("recharge", `null`), `"data":`, `"dataBase64":"e30=","data":`, 1), reactivate.Request{}, `has "dataBase64" beside its data`},
		{"the data's type in another case", strings.Replace(ce("recharge", `{}`), `"data":`, `"dataContentType":"application/json","dataschema":"x","data_base64":null,"data":`, 1), sweep, ""},
		{"data that appears twice", strings.Replace(ce("recharge", `{}`), `"data":`, `"data":{"instanceId":"`+idA+`"},"data":`, 1), reactivate.Request{}, `"data" appears twice`},
		{"an account beside named instances", strings.Replace(ce("paid", `{"instanceId":"`+idA+`"}`), `"data":`, `"accountid":"x","data":`, 1), named, ""}, // the look will tell
		{"recharge that failed", ce("my:Account:RechargeFailed", `{}`), reactivate.Request{}, "of a recharge that failed"},
		{"recharge refunded", ce("recharge_refunded", `{}`), reactivate.Request{}, "of a recharge that failed"},
		{"recharge canceled", ce("RechargeCanceled", `{}`), reactivate.Request{}, "of a recharge that failed"},
		{"recharge rejected", ce("reject:Recharge", `null`), reactivate.Request{}, "of a recharge that failed"},
		{"instances of a recharge that failed", ce("RechargeFailed", `{"instanceId":"`+idA+`"}`), named, ""}, // the look will tell
		{"nothing, in words", ce("recharge", `{"instanceId":"null","instanceIds":["-"],"regionIds":[null,"undefined"],"regionId":"NIL","accountId":"None"}`), sweep, ""},
		{"nothing", ce("paid", `{"sweep":true}`), reactivate.Request{}, `custom event "paid" names no instances and is not a recharge`},
		{"no id among the instances", ce("recharge", `{"instanceIds":["i-***"]}`), reactivate.Request{}, "none by an instance id"},
		{"too many", ce("paid", `{"instanceIds":[`+quotedIDs(1001)+`]}`), reactivate.Request{}, "names 1001 instances"},
		{"no id among the regions", ce("recharge", `{"regionId":"evil.example"}`), reactivate.Request{}, "none by a region id"},
		{"account that is masked", ce("recharge", `{"accountId":"169070********30"}`), reactivate.Request{}, `not an account's number: "169070********30"`},
		{"account that is a list", ce("recharge", `{"accountId":[]}`), reactivate.Request{}, `not an account's number: ""`},
		{"foreign account", ce("recharge", `{"accountId":"999"}`), reactivate.Request{}, `account "999"`},
		{"message without a queue", ce("recharged", `{"messageBody":`+quoted(stopped)+`}`), sweep, ""},
	})
}

// TestDecodeNothingInWords writes each word for nothing into each field of an event that could have a value. The result must be
// the same as without the field.
func TestDecodeNothingInWords(t *testing.T) {
	ce := func(rest string) string {
		return `{"specversion":"1.0","source":"acs.ecs","type":"ecs:Instance:StateChange",` + rest + `}`
	}
	for _, tt := range []struct {
		name, payload string // NOTHING stands for the word
		want          reactivate.Request
	}{
		{"the captured callback of a metric alarm", "metricName=cpu&namespace=acs_ecs&alertState=ALERT&preTriggerLevel=NOTHING&regionId=NOTHING&userId=NOTHING&transId=NOTHING&dimensions={userId=NOTHING, instanceId=" + idA + "}", askNow(cms)},
		{"a form's states", "metricName=cpu&namespace=NOTHING&metricProject=acs_ecs&alertState=NOTHING&triggerLevel=NOTHING&dimensions={instanceId=" + idA + "}&alert=NOTHING", askNow(cms)},
		{"a metric alarm in JSON", `{"metricName":"cpu","namespace":"acs_ecs","alertState":"NOTHING","curLevel":"NOTHING","regionId":"NOTHING","userId":"NOTHING","dimensions":"NOTHING","resources":[{"instanceId":"` + idA + `","userId":"NOTHING"},{"instanceId":"NOTHING"}],"metricData":{"instanceId":"NOTHING","userId":"NOTHING"}}`, askNow(cms)},
		{"a system event", `{"specversion":"NOTHING","alert":"NOTHING","product":"ECS","id":"NOTHING","name":"Instance:StateChange","resourceId":"NOTHING","regionId":"NOTHING","userId":"NOTHING","status":"NOTHING","content":{"resourceId":"` + idA + `","instanceId":"NOTHING","state":"NOTHING","eventStatus":"NOTHING"}}`, askNow(cms)},
		{"an ARN", `{"product":"ECS","name":"Instance:StateChange","resourceId":"acs:ecs:NOTHING:NOTHING:instance/` + idA + `","content":"NOTHING"}`, askNow(cms)},
		{"a subscription", `{"batchId":"NOTHING","userId":"NOTHING","alert":{"alertStatus":"TRIGGERED","product":"NOTHING","eventName":"NOTHING","arn":"NOTHING","traceId":"NOTHING","userId":"NOTHING","eventContentMap":{"state":"NOTHING","instanceId":"NOTHING"},"eventRawContent":"NOTHING","meta":{"sysEventMeta":{"product":"ECS","name":"Instance:StateChange","regionId":"NOTHING","resourceId":"` + idA + `","id":"NOTHING"}}}}`, askNow(cms)},
		{"an event of ECS", ce(`"id":"NOTHING","subject":"NOTHING","aliyunregionid":"NOTHING","aliyunaccountid":"NOTHING","aliyunoriginalaccountid":"NOTHING","data":{"instanceId":"` + idA + `","resourceId":"NOTHING","regionId":"NOTHING","state":"NOTHING","content":"NOTHING"}`), askNow(eb)},
		{"an event of ECS without data", ce(`"subject":"acs:ecs:NOTHING:NOTHING:instance/` + idA + `","data":"NOTHING"`), askNow(eb)},
		{"a custom event", `{"specversion":"1.0","source":"my.billing","type":"paid","id":"NOTHING","data_base64":"NOTHING","data":{"instanceId":"NOTHING","instanceIds":["NOTHING","` + idA + `"],"regionId":"NOTHING","accountId":"NOTHING","dryRun":"NOTHING"}}`, askNow(reactivate.SourceBilling)},
	} {
		for _, word := range []string{"null", "Null", "NONE", "None", "undefined", "nil", "-", "", " ", " null "} {
			t.Run(tt.name+"/"+word, func(t *testing.T) {
				got, err := event.Decoder{Serves: ownOnly}.Decode([]byte(strings.ReplaceAll(tt.payload, "NOTHING", word)))
				if err != nil || !reflect.DeepEqual(unranked(got), asks(tt.want)) {
					t.Errorf("got  %+v, %v\nwant %+v", got, err, asks(tt.want))
				}
			})
		}
	}
}

// askNow is a request for idA by an event that says nothing else.
func askNow(source reactivate.Source) reactivate.Request {
	return reactivate.Request{InstanceIDs: []string{idA}, Source: source}
}

// TestDecodeServesBySource: Serves is asked once, with the source of the innermost event.
func TestDecodeServesBySource(t *testing.T) {
	request := `{"sweep":true,"accountId":"` + own + `"}`
	for payload, want := range map[string]reactivate.Source{
		request:             reactivate.SourceManual,
		stopped:             cms,
		`[` + request + `]`: reactivate.SourceQueue,
		`{"triggerTime":"t","triggerName":"n","payload":` + quoted(request) + `}`:                                           reactivate.SourceTimer,
		`{"specversion":"1.0","source":"acs.ecs","type":"ecs:Instance:StateChange","data":{},"subject":"` + arn(idA) + `"}`: eb,
		`{"specversion":"1.0","source":"my","type":"recharge","data":{"accountId":"` + own + `"}}`:                          reactivate.SourceBilling,
		`{"metricName":"m","namespace":"acs_ecs","userId":"` + own + `","dimensions":{"instanceId":"` + idA + `"}}`:         cms,
	} {
		asked := 0
		_, err := event.Decoder{Serves: func(account string, source reactivate.Source) bool {
			if asked++; account != own || source != want {
				t.Errorf("%s: asked for %s by %s, want %s by %s", payload, account, source, own, want)
			}
			return true
		}}.Decode([]byte(payload))
		if err != nil || asked != 1 {
			t.Errorf("%s: asked %d times, %v, want once", payload, asked, err)
		}
	}
}

// TestDecodeServesTheUnnamed: a payload that names instances and no account concerns the function's own account, which may not
// be watched.
func TestDecodeServesTheUnnamed(t *testing.T) {
	request := `{"instanceId":"` + idA + `"}`
	for payload, served := range map[string]bool{
		request:             true,
		`[` + request + `]`: false,
		`{"triggerTime":"t","triggerName":"n","payload":` + quoted(request) + `}`:                                  true,
		`{"specversion":"1.0","source":"acs.ecs","type":"ecs:Instance:StateChange","data":` + request + `}`:        false,
		`{"specversion":"1.0","source":"my","type":"paid","data":` + request + `}`:                                 false,
		`{"specversion":"1.0","source":"my","type":"recharge","data":{}}`:                                          true, // of every watched account
		`{"metricName":"m","namespace":"acs_ecs","dimensions":` + request + `}`:                                    false,
		`{"product":"ECS","name":"Instance:StateChange","resourceId":"` + idA + `","content":{"state":"Stopped"}}`: false,
	} {
		got, err := event.Decoder{Serves: func(account string, source reactivate.Source) bool {
			return account != "" || source == reactivate.SourceManual || source == reactivate.SourceTimer
		}}.Decode([]byte(payload))
		if err != nil || (len(got.Requests) == 1) != served || (got.Ignored.Code == "") != served {
			t.Errorf("%s: got %+v, %v, want it served: %t", payload, got, err, served)
		}
	}
}
