package event_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

func TestDecodeEnvelopes(t *testing.T) {
	mns := func(message string) string {
		return `{"TopicOwner":"1","TopicName":"t","MessageId":"m1","PublishTime":1,"Message":` + message + `}`
	}
	ce := func(eventType, data string) string {
		return `{"specversion":"1.0","id":"c1","source":"My-Function-trigger","type":"` + eventType + `","aliyunaccountid":"999","data":` + data + `}`
	}
	asked := askFor(cms, "e1")
	inQueue := reactivate.Request{InstanceIDs: []string{idA}, Source: reactivate.SourceQueue}
	swept := reactivate.Request{Sweep: true, Source: reactivate.SourceQueue}
	deep := stopped
	for range 8 {
		deep = `[` + deep + `]`
	}
	testRows(t, []row{
		{"MNS topic", mns(quoted(stopped)), asked, ""},
		{"MNS topic with attributes", strings.Replace(mns(quoted(stopped)), `{`, `{"specversion":"1","source":"s","type":"recharge","data":"d","doctor":"d","triggerTime":"t","triggerName":"n","product":"ECS","name":"n","alert":"a","severity":"s","metricName":"m","namespace":"n",`, 1), asked, ""},
		{"MNS topic, base64", mns(quoted(encoded(stopped))), asked, ""},
		{"MNS topic, base64 without padding", mns(quoted(strings.TrimRight(encoded(stopped), "="))), asked, ""},
		{"MNS topic, a form", mns(quoted("namespace=acs_ecs&metricName=m&transId=e1&regionId=cn-hangzhou&dimensions={instanceId=" + idA + ", userId=" + own + "}")), asked, ""},
		{"MNS over HTTP, XML", `<?xml version="1.0" encoding="utf-8"?><Notification xmlns="http://mns.aliyuncs.com/doc/v1/"><MessageId>m</MessageId><Message>` + stopped + `</Message></Notification>`, asked, ""},
		{"base64 alone", encoded(stopped), asked, ""},
		{"JSON string alone", quoted(stopped), asked, ""},
		{"request in a JSON string", `"{\"instanceId\":\"` + idA + `\"}"`, inQueue, ""},
		{"timer in a queue", mns(`"{\"triggerTime\":\"t\",\"triggerName\":\"n\"}"`), reactivate.Request{Sweep: true, Source: reactivate.SourceTimer}, ""},
		{"MNS queue", ce("mns:Queue:SendMessage", `{"messageId":"m","messageBody":`+quoted(stopped)+`}`), asked, ""},
		{"MNS queue, raw", `[{"requestId":"r","messageId":"m","messageBody":` + quoted(stopped) + `}]`, asked, ""},
		{"Kafka", ce("alikafka:Topic:Message", `{"topic":"t","partition":1,"offset":2,"value":`+quoted(stopped)+`}`), asked, ""},
		{"Kafka, raw binary", `[{"topic":"t","partition":1,"offset":2,"value":` + quoted(encoded(stopped)) + `}]`, asked, ""},
		{"Kafka, JSON strings", `[` + quoted(ce("alikafka:Topic:Message", `{"topic":"t","offset":2,"value":`+quoted(stopped)+`}`)) + `]`, asked, ""},
		{"RocketMQ", ce("mq:Topic:SendMessage", `{"topic":"t","systemProperties":{},"body":`+quoted(stopped)+`}`), asked, ""},
		{"RabbitMQ", ce("amqp:Queue:SendMessage", `{"envelope":{},"props":{},"body":`+stopped+`}`), asked, ""},
		{"MQTT", `[{"props":{"firstTopic":"t"},"body":` + quoted(stopped) + `}]`, asked, ""},
		{"invalid UTF-8 beside an event", "[\"\xff\",{\"\xff\":\"\xff\"}," + stopped + "]", asked, ""},
		{"invalid UTF-8 in an event", strings.Replace(stopped, `{`, "{\"instanceName\":\"\xff\",", 1), asked, ""},
		{"an alarm in a topic in a queue in a batch of strings", `[` + quoted(ce("mns:Queue:SendMessage", `{"messageBody":`+quoted(encoded(mns(quoted(stopped))))+`}`)) + `]`, asked, ""},
		{"eight deep", deep, asked, ""},
		{"nine deep", `[` + deep + `]`, reactivate.Request{}, "is nested more than 8 deep"},
		{"request in a queue", mns(`"{\"instanceId\":\"` + idA + `\"}"`), inQueue, ""},
		{"forced request in a queue", mns(`"{\"instanceId\":\"` + idA + `\",\"force\":true}"`), reactivate.Request{}, `field "force" is refused in a message`},
		{"sweep in a queue", mns(`"{\"sweep\":true}"`), swept, ""},
		{"notify in a queue", mns(`"{\"sweep\":true,\"notify\":\"always\"}"`), reactivate.Request{}, `field "notify" is refused in a message`},
		{"notify of a timer in a queue", mns(`"{\"triggerTime\":\"t\",\"triggerName\":\"n\",\"payload\":\"{\\\"sweep\\\":true,\\\"notify\\\":\\\"always\\\"}\"}"`), reactivate.Request{}, `field "payload.notify" is refused in a message`},
		{"watch in a queue", mns(`"{\"watch\":\"5m\"}"`), reactivate.Request{}, `field "watch" is refused in a message`},
		{"bad request in a queue", mns(`"{\"instanceId\":\"i-1\"}"`), reactivate.Request{}, `field "instanceId" "i-1" is not an instance id`},
		{"doctor in a queue", mns(`"{\"doctor\":true}"`), reactivate.Request{}, `field "doctor" is answered only when it is sent directly`},
		{"plain text", mns(`"hello"`), reactivate.Request{}, "no event: the message is plain text"},
		{"unrelated JSON", mns(`"{\"order\":7}"`), reactivate.Request{}, "no event: the message is not a known event"},
		{"broken JSON", mns(`"{"`), reactivate.Request{}, "is not valid JSON"},
		{"text that is base64 by chance", mns(`"TEST"`), reactivate.Request{}, "plain text"},
		{"what lies in the failure queue", mns(quoted(`{"timestamp":1,"requestContext":{"condition":"InvocationError"},"requestPayload":` + quoted(stopped) + `}`)), reactivate.Request{}, `is the event that failed`},
		{"empty array inside", `[[]]`, reactivate.Request{}, "is an empty array"},
	})
}

func TestDecodeBatch(t *testing.T) {
	request := func(rest string) string { return `{"instanceId":"` + idA + `"` + rest + `}` }
	ok := func(id, state string) string {
		return `{"product":"ECS","id":"` + id + `","name":"Instance:StateChange","content":{"resourceId":"` + id + `","state":"` + state + `"}}`
	}
	payload := `["plain text",{"order":7},` + ok(idB, "Running") + `,{"instanceId":"` + idB + `","force":true},{"sweep":true,"sweep":true},` +
		ok(idA, "Stopped") + `,` + ok(idB, "Stopped") + `,[],null,` + request(`,"dryRun":true`) + `,` + request("") + `,{"sweep":true},` + ok(idA, "Stopped") + `,` +
		request(`,"accountId":"`+own+`"`) + `,` + request(`,"regionId":"cn-hangzhou"`) + `,` + request(`,"wait":"1m"`) + `,` + ce("paid", request("")) + `]`
	minute := time.Minute
	got, err := event.Decoder{Source: reactivate.SourceHTTP}.Decode([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	want := event.Decoded{
		Source: cms, EventID: idA,
		Requests: []reactivate.Request{
			{InstanceIDs: []string{idA, idB}, Source: cms, EventID: idA},
			{InstanceIDs: []string{idA}, DryRun: true, Source: reactivate.SourceQueue},
			{InstanceIDs: []string{idA}, Source: reactivate.SourceQueue},
			{Sweep: true, Source: reactivate.SourceQueue},
			{InstanceIDs: []string{idA}, AccountID: own, Source: reactivate.SourceQueue},
			{InstanceIDs: []string{idA}, RegionIDs: hangzhou, Source: reactivate.SourceQueue},
			{InstanceIDs: []string{idA}, Wait: &minute, Source: reactivate.SourceQueue},
			{InstanceIDs: []string{idA}, Source: reactivate.SourceBilling, EventID: "e1"},
		},
	}
	if got := unranked(got); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDecodeBatchThatAsksForNothing(t *testing.T) {
	payload := `[` + strings.Replace(stopped, `"Stopped"`, `"Running"`, 1) + `,"a","b",{"order":1},[],` + strings.Repeat(`{"x":1},`, 50) + `7]`
	got, err := event.Decoder{}.Decode([]byte(payload))
	want := ignored(cms, "e1", `none of 56 elements asks for anything: CloudMonitor Instance:StateChange to "Running": only Stopped asks for a look; `+
		`no event: the message is `+plainText+`; no event: the message is not a known event`)
	if err != nil || !reflect.DeepEqual(unranked(got), want) {
		t.Errorf("got  %+v and %v\nwant %+v", got, err, want)
	}
}

func TestDecodeCutsEventID(t *testing.T) {
	id := strings.Repeat("e", 126) + `\u0007é` + strings.Repeat("f", 100)
	got, err := event.Decoder{}.Decode([]byte(strings.Replace(stopped, `"e1"`, `"`+id+`"`, 1)))
	if want := strings.Repeat("e", 126) + "?é"; err != nil || got.EventID != want {
		t.Errorf("got %q and %v, want %q", got.EventID, err, want)
	}
}
