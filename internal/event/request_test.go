package event_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

const (
	idA = "i-bp1aaaaaaaaaaaaaaaaa"
	idB = "i-bp1bbbbbbbbbbbbbbbbb"
	own = "1234567890123456"
)

// ownOnly serves the account own alone, which is the function's.
func ownOnly(accountID string, _ reactivate.Source) bool { return accountID == own || accountID == "" }

func TestDecodeRequest(t *testing.T) {
	two, zero := 2*time.Minute, time.Duration(0)
	for _, tt := range []struct {
		name, payload string
		want          reactivate.Request
	}{
		{"one id", `{"instanceId":"` + idA + `"}`, reactivate.Request{InstanceIDs: []string{idA}}},
		{"old id", `{"instanceId":"AY14051913564762762e"}`, reactivate.Request{InstanceIDs: []string{"AY14051913564762762e"}}},
		{"ids, each once", `{"instanceIds":["` + idA + `","` + idB + `","` + idA + `"]}`, reactivate.Request{InstanceIDs: []string{idA, idB}}},
		{"one and many are joined", `{"instanceIds":["` + idA + `"],"instanceId":"` + idB + `","regionId":"cn-beijing","regionIds":["cn-hangzhou","cn-beijing"]}`,
			reactivate.Request{InstanceIDs: []string{idA, idB}, RegionIDs: []string{"cn-beijing", "cn-hangzhou"}}},
		{"all of them", `{"instanceIds":["` + idA + `"],"regionId":"cn-hangzhou","accountId":"` + own + `","dryRun":true,"force":true,"wait":"2m"}`,
			reactivate.Request{InstanceIDs: []string{idA}, RegionIDs: []string{"cn-hangzhou"}, AccountID: own, DryRun: true, Force: true, Wait: &two}},
		{"sweep", `{"sweep":true,"regionIds":["cn-hangzhou","cn-beijing"],"dryRun":true}`,
			reactivate.Request{Sweep: true, RegionIDs: []string{"cn-hangzhou", "cn-beijing"}, DryRun: true}},
		{"no sweep beside ids", `{"sweep":false,"instanceId":"` + idA + `"}`, reactivate.Request{InstanceIDs: []string{idA}}},
		{"watch", `{"watch":"5m"}`, reactivate.Request{Watch: 5 * time.Minute}},
		{"watch of regions and an account", `{"watch":"24h","regionIds":["cn-hangzhou"],"accountId":"` + own + `","dryRun":true,"notify":"problems"}`,
			reactivate.Request{Watch: 24 * time.Hour, RegionIDs: []string{"cn-hangzhou"}, AccountID: own, DryRun: true, Notify: "problems"}},
		{"watch and no sweep", `{"watch":"1m","sweep":false}`, reactivate.Request{Watch: time.Minute}},
		{"notify", `{"sweep":true,"notify":"changes"}`, reactivate.Request{Sweep: true, Notify: "changes"}},
		{"force that is off", `{"sweep":true,"force":false}`, reactivate.Request{Sweep: true}},
		{"wait of nothing", `{"sweep":true,"wait":"0s"}`, reactivate.Request{Sweep: true, Wait: &zero}},
		{"byte order mark and white space", "\ufeff \n{\"sweep\": true}\n", reactivate.Request{Sweep: true}},
		{"escaped", `{"sweep":true,"regionId":"cn\u002dhangzhou"}`, reactivate.Request{Sweep: true, RegionIDs: []string{"cn-hangzhou"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, source := range []reactivate.Source{"", reactivate.SourceManual, reactivate.SourceHTTP} {
				got, err := event.Decoder{Source: source, Serves: ownOnly}.Decode([]byte(tt.payload))
				if err != nil {
					t.Fatal(err)
				}
				want := tt.want
				if want.Source = source; source == "" {
					want.Source = reactivate.SourceManual
				}
				if want := sentBy(want); !reflect.DeepEqual(unranked(got), want) {
					t.Errorf("got  %+v\nwant %+v", got, want)
				}
			}
		})
	}
}

// TestDecodeRefuses lists payloads that are neither an event nor a right request. Each message names the field and shows a right
// request.
func TestDecodeRefuses(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, tt := range []struct {
		payload, field, want string
	}{
		{" \n", "", `the payload is empty`},
		{`hello`, "", `the payload is plain text`},
		{`null`, "", `the payload is plain text`},
		{`"hello"`, "", `the payload is plain text`},
		{`a=b&c=d`, "", `the payload is plain text`},
		{`metricName=a&dimensions={instanceId=` + idA + `}`, "", `the payload is plain text`}, // no namespace
		{`<html></html>`, "", `the payload is XML, and not an MNS notification`},
		{`[]`, "", `the payload is an empty array`},
		{`[`, "", `the payload is not valid JSON at byte 1`},
		{`{"sweep":true`, "", `the payload is not valid JSON at byte 13`},
		{`{"sweep":true} x`, "", `the payload is not valid JSON at byte 16`},
		{"{\"sweep\":true,\"regionId\":\"\xff\"}", "regionId", `"�" is not a region id`},
		{`{}`, "instanceIds", `field "instanceIds" is missing`},
		{`{"instances":["` + idA + `"]}`, "instances", `field "instances" is unknown`},
		{`{"InstanceIds":["` + idA + `"]}`, "InstanceIds", `field "InstanceIds" is unknown; did you mean instanceIds?`},
		{`{"sweep":true,"notify":"never"}`, "notify", `field "notify" must be "changes", "problems" or "always", not "never"`},
		{`{"sweep":true,"notify":true}`, "notify", `field "notify" must be "changes"`},
		{`{"sweep":true,"regionId":"null"}`, "regionId", `"null" is not a region id`}, // no word for nothing in a request
		{`{"sweep":true,"` + long + `":1}`, strings.Repeat("x", 48), `is unknown`},
		{`{"sweep":true,"\u001b[31m":1}`, "?[31m", `field "?[31m" is unknown`},
		{`{"sweep":true,"sweep":true}`, "sweep", `field "sweep" appears twice`},
		{`{"instanceId":"` + idA + `","instance\u0049d":"` + idB + `"}`, "instanceId", `field "instanceId" appears twice`},
		{`{"instanceIds":null}`, "instanceIds", `field "instanceIds" is null`},
		{`{"instanceIds":[]}`, "instanceIds", `field "instanceIds" is an empty array`},
		{`{"instanceIds":"` + idA + `"}`, "instanceIds", `field "instanceIds" must be an array of strings`},
		{`{"instanceIds":["` + idA + `",null]}`, "instanceIds", `element 2 is not one`},
		{`{"instanceIds":["` + idA + `","i-123"]}`, "instanceIds", `field "instanceIds" has a wrong element 2: "i-123" is not an instance id`},
		{`{"instanceId":["` + idA + `"]}`, "instanceId", `field "instanceId" must be a string`},
		{`{"instanceId":"i-bp1********aaaa"}`, "instanceId", `"i-bp1********aaaa" is not an instance id`},
		{`{"instanceId":"` + long + `"}`, "instanceId", `"` + strings.Repeat("x", 48) + `…" is not an instance id`},
		{`{"sweep":true,"instanceIds":["` + idA + `"]}`, "sweep", `field "sweep" cannot be combined with instance ids`},
		{`{"watch":"5m","sweep":true}`, "watch", `field "watch" cannot be combined with a sweep`},
		{`{"watch":"5m","instanceId":"` + idA + `"}`, "watch", `field "watch" cannot be combined with instance ids`},
		{`{"watch":"5m","force":true}`, "force", `field "force" goes only with instance ids, not with a sweep or a watch`},
		{`{"watch":"59s"}`, "watch", `must be from 1m to 24h, not "59s"`},
		{`{"sweep":"true"}`, "sweep", `field "sweep" must be true or false, without quotes`},
		{`{"sweep":true,"regionIds":["cn-hangzhou","*"]}`, "regionIds", `has a wrong element 2: "*" is not a region id`},
		{`{"sweep":true,"accountId":` + own + `}`, "accountId", `field "accountId" must be a string`},
		{`{"sweep":true,"accountId":"169070********30"}`, "accountId", `is not an account's number`},
		{`{"sweep":true,"accountId":"999"}`, "accountId", `"999" is not an account that this function works in: see REACTIVATE_ROLES`},
		{`{"sweep":true,"force":true}`, "force", `field "force" goes only with instance ids`},
		{`{"sweep":true,"wait":120}`, "wait", `field "wait" must be a duration such as "2m"`},
		{`{"sweep":true,"wait":"soon"}`, "wait", `not "soon"`},
		{`{"sweep":true,"wait":"24h1ns"}`, "wait", `must be from 0 to 24h`},
		{`{"timestamp":1728465119433,"requestContext":{"requestId":"1-67","condition":"InvocationError"},"requestPayload":"{\"sweep\":true}","responsePayload":""}`, "requestPayload",
			`field "requestPayload" is the event that failed: send what stands in this field`},
		{`{"doctor":false}`, "doctor", `field "doctor" must be true, and the only field but for "notify": "always"`},
		{`{"doctor":true,"sweep":true}`, "doctor", `must be true, and the only field`},
		{`{"doctor":true,"doctor":true}`, "doctor", `appears twice`},
		{`{"triggerTime":"t","triggerName":"n","payload":"","payload":"{\"sweep\":true,\"dryRun\":true}"}`, "payload", `appears twice`},
		{`{"triggerTime":"t","triggerName":"n","Payload":"{\"sweep\":true,\"dryRun\":true}"}`, "Payload", `of the timer is unknown; did you mean payload?`},
		{`{"triggerTime":"t","triggerName":"n","payload":"","dryRun":true}`, "dryRun", `is outside the timer's payload, where it belongs`},
		{`{"triggerTime":"t","triggerName":"n","payload":"{\"sweep\":true,\"notify\":\"no\"}"}`, "payload.notify", `must be "changes"`},
		{`{"triggerTime":"t","triggerName":"n","payload":"awesome-fc"}`, "payload", `field "payload" of the timer is not a JSON request: "awesome-fc"`},
		{`{"triggerTime":"t","triggerName":"n","payload":{"sweep":true}}`, "payload", `field "payload" of the timer must be a string`},
		{`{"triggerTime":"t","triggerName":"n","payload":"{\"sweep\":true}x"}`, "payload", `is not valid JSON`},
		{`{"triggerTime":"t","triggerName":"n","payload":"{\"doctor\":true}"}`, "payload.doctor", `is unknown`},
		{`{"triggerTime":"t","triggerName":"n","payload":"{\"instanceId\":\"` + idA + `\",\"force\":true}"}`, "payload.force", `is refused in a timer's payload`},
		{`{"specversion":"1.0","type":"ecs:Instance:StateChange"}`, "source", `field "source" of a CloudEvent`},
		{`{"specversion":"1.0","source":"null","type":"recharge"}`, "source", `field "source" of a CloudEvent`},
		{`{"product":"ECS","name":"undefined"}`, "name", `field "name" of a CloudMonitor event`},
		{`{"alert":7,"batchId":"b"}`, "alert", `field "alert" of a CloudMonitor subscription`},
		{`{"version":"v1","requestContext":{"http":{}},"body":"{}"}`, "", `looks like an HTTP trigger's event`},
		{strings.Repeat(`[`, 20000), "", `is not valid JSON`},
	} {
		t.Run(fmt.Sprintf("%.60s", tt.payload), func(t *testing.T) {
			got, err := event.Decoder{Serves: ownOnly}.Decode([]byte(tt.payload))
			problem, ok := errors.AsType[*event.DecodeError](err)
			if !ok {
				t.Fatalf("got %+v and error %v, want a DecodeError", got, err)
			}
			if !reflect.DeepEqual(got, event.Decoded{}) {
				t.Errorf("got %+v beside an error", got)
			}
			if problem.Field != tt.field {
				t.Errorf("got field %q, want %q", problem.Field, tt.field)
			}
			message := inWords(err)
			if !strings.Contains(message, tt.want) {
				t.Errorf("got  %s\nwant %s", message, tt.want)
			}
			if !strings.Contains(message, "a right request is ") || len(message) > 500 {
				t.Errorf("got %q: want an example, and a message that is short", message)
			}
		})
	}
}

func TestDecodeDoctor(t *testing.T) {
	for payload, notify := range map[string]bool{` {"doctor": true} `: false, `{"notify": "always", "doctor": true}`: true} {
		got, err := event.Decoder{Source: reactivate.SourceHTTP}.Decode([]byte(payload))
		want := event.Decoded{Source: reactivate.SourceHTTP, IsRequest: true, Doctor: true, DoctorNotify: notify}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v and %v, want %+v", got, err, want)
		}
	}
}

// TestDecodeTimerWatches: the time of a timer's watch ends when the timer fired, however late the payload arrives.
func TestDecodeTimerWatches(t *testing.T) {
	at := time.Date(2026, 3, 1, 11, 55, 0, 0, time.UTC)
	for stamp, want := range map[string]time.Time{
		`"2026-03-01T11:55:00Z"`: at, `"2026-03-01T19:55:00+08:00"`: at, `"soon"`: {}, `""`: {}, `null`: {}, `7`: time.Unix(7, 0).UTC(),
	} {
		got, err := event.Decoder{Now: noon}.Decode([]byte(`{"triggerTime":` + stamp + `,"triggerName":"n","payload":"{\"watch\":\"5m\"}"}`))
		if err != nil || len(got.Requests) != 1 {
			t.Fatalf("%s: got %+v, %v, want one request", stamp, got, err)
		}
		if req := got.Requests[0]; !req.At.Equal(want) || req.Watch != 5*time.Minute || req.Source != reactivate.SourceTimer {
			t.Errorf("%s: got %+v, want a watch at %v", stamp, req, want)
		}
	}
}

func TestDecodeTimer(t *testing.T) {
	sweep := reactivate.Request{Sweep: true, Source: reactivate.SourceTimer}
	told := sweep
	told.Notify = "problems"
	for payload, want := range map[string]reactivate.Request{
		`,"payload":"null"`:                       sweep,
		`,"payload":" None"`:                      sweep,
		`,"payload":"\ufeff"`:                     sweep,
		`,"payload":"","triggerId":"of tomorrow"`: sweep,
		`,"payload":" \n"`:                        sweep,
		`,"payload":null`:                         sweep,
		``:                                        sweep,
		`,"payload":"{\"sweep\":true,\"notify\":\"problems\"}"`: told,
	} {
		got, err := event.Decoder{Source: reactivate.SourceHTTP}.Decode([]byte(`{"triggerTime":"2023-12-26T07:49:00Z","triggerName":"t"` + payload + `}`))
		if want := sentBy(want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v and %v, want %+v", payload, got, err, want)
		}
	}
}
