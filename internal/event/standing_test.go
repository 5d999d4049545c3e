package event_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// noon is when the payloads of these tests arrive.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	other  = reactivate.StandingOther
	person = reactivate.StandingPerson
	fresh  = reactivate.StandingFresh
	look   = reactivate.StandingLook
)

// unranked is a result without the standing of its requests, which has tests of its own, and with its reason in words.
func unranked(d event.Decoded) event.Decoded {
	d.Requests = slices.Clone(d.Requests)
	for i := range d.Requests {
		d.Requests[i].Standing = other
	}
	d.Ignored = event.Said{Code: why(d)}
	return d
}

// TestStandingByKind: the sender and the kind of event decide how soon a request may act.
func TestStandingByKind(t *testing.T) {
	eb := func(eventType, data string) string {
		return `{"specversion":"1.0","id":"e","source":"acs.ecs","type":"ecs:` + eventType + `","subject":"` + arn(idA) + `","data":` + data + `}`
	}
	request := `{"instanceId":"` + idA + `"}`
	timed := func(payload string) string {
		return `{"triggerTime":"2026-03-01T12:00:00Z","triggerName":"t","payload":` + quoted(payload) + `}`
	}
	for name, tt := range map[string]struct {
		payload string
		want    reactivate.Standing
	}{
		"a person's request":           {request, person},
		"a person's sweep":             {`{"sweep":true}`, person},
		"a person's watch":             {`{"watch":"5m"}`, person},
		"a timer without a payload":    {timed(""), other},
		"a timer's ids":                {timed(request), other},
		"a timer's watch":              {timed(`{"watch":"5m"}`), other},
		"a request in an array":        {`[` + request + `]`, other},
		"a request in a message":       {`{"TopicName":"t","Message":` + quoted(request) + `}`, other},
		"a recharge":                   {ce("recharge", `{}`), other},
		"a custom event with ids":      {ce("paid", request), other},
		"stopped":                      {stopped, fresh},
		"stopped, in another case":     {systemEvent("Instance:StateChange", `{"state":"STOPPED"}`), fresh},
		"a change to no state":         {systemEvent("Instance:StateChange", `{}`), look},
		"restored":                     {systemEvent("Instance:AutoReactivateCompleted", `{}`), fresh},
		"arrears, executed":            {systemEvent("Instance:AccountUnbalanced.Stop:Executed", `{}`), fresh},
		"arrears, executed by content": {systemEvent("Instance:AccountUnbalanced.Stop", `{"eventStatus":"executed"}`), fresh},
		"arrears, two stages":          {systemEvent("Instance:AccountUnbalanced.Stop:Executed", `{"eventStatus":"Scheduled"}`), look},
		"arrears, scheduled":           {systemEvent("Instance:AccountUnbalanced.Stop:Scheduled", `{}`), look},
		"arrears, no stage":            {systemEvent("Instance:AccountUnbalanced.Stop", `{}`), look},
		"arrears, a release":           {systemEvent("Instance:AccountUnbalanced.Delete:Executed", `{}`), look},
		"EventBridge: stopped":         {eb("Instance:StateChange", stoppedContent), fresh},
		"EventBridge: restored":        {eb("Instance:AutoReactivateCompleted", `{}`), fresh},
		"EventBridge: executed":        {eb("Instance:AccountUnbalanced.Stop:Executed", `{}`), fresh},
		"EventBridge: executed, data":  {eb("Instance:AccountUnbalanced.Stop", `{"eventStatus":"Executed"}`), fresh},
		"a metric alarm":               {"metricName=m&namespace=acs_ecs&timestamp=1772366400&dimensions={instanceId=" + idA + "}", look},
	} {
		t.Run(name, func(t *testing.T) {
			for _, source := range []reactivate.Source{reactivate.SourceManual, reactivate.SourceHTTP} {
				got, err := event.Decoder{Source: source, Now: noon}.Decode([]byte(tt.payload))
				if err != nil || len(got.Requests) != 1 {
					t.Fatalf("got %+v, %v, want one request", got, err)
				}
				if got := got.Requests[0].Standing; got != tt.want {
					t.Errorf("got standing %d, want %d", got, tt.want)
				}
			}
		})
	}
	plan, err := event.Decoder{Source: reactivate.SourceHTTP, Now: noon}.DecodeQuery(nil)
	if err != nil || plan.Standing != person {
		t.Errorf("a query: got %+v, %v, want a person's", plan, err)
	}
}

// TestStandingByAge: an event is fresh for ten minutes by its own time, whatever its envelope says.
func TestStandingByAge(t *testing.T) {
	const stamp = "TIME" // the JSON value of the event's time
	formats := map[string]string{
		"CloudMonitor": `{"product":"ECS","name":"Instance:StateChange","eventTime":` + stamp + `,"content":` + stoppedContent + `}`,
		"subscription": `{"batchId":"b","time":1,"alert":{"alertStatus":"TRIGGERED","product":"ECS","eventName":"Instance:StateChange","timestamp":` + stamp +
			`,"eventContentMap":` + stoppedContent + `,"meta":{"sysEventMeta":{"eventTime":"20200101T000000Z"}}}}`,
		"subscription, the event's time alone": `{"batchId":"b","alert":{"alertStatus":"TRIGGERED","product":"ECS","eventName":"Instance:StateChange",` +
			`"eventContentMap":` + stoppedContent + `,"meta":{"sysEventMeta":{"eventTime":` + stamp + `}}}}`,
		"EventBridge": `{"specversion":"1.0","source":"acs.ecs","type":"ecs:Instance:StateChange","aliyunpublishtime":"2020-01-01T00:00:00Z","time":` + stamp + `,"data":` + stoppedContent + `}`,
	}
	envelopes := map[string]func(string) string{
		"alone":                     func(e string) string { return e },
		"in a message of long ago":  func(e string) string { return `{"TopicName":"t","PublishTime":1,"Message":` + quoted(e) + `}` },
		"in an event of long ago":   func(e string) string { return oldEnvelope(`{"messageBody":` + quoted(e) + `}`) },
		"in an array":               func(e string) string { return `[` + e + `]` },
		"in a form, if it is a web": func(e string) string { return "body=" + url.QueryEscape(e) },
	}
	for _, tt := range []struct {
		stamp string
		want  reactivate.Standing
	}{
		{`"20260301T120000Z"`, fresh},
		{`"20260301T195000.000+0800"`, fresh}, // exactly ten minutes ago
		{`"20260301T194959.999+0800"`, look},
		{`"20260301T210000+0800"`, fresh}, // an hour ahead
		{`"2026-03-01T11:55:00Z"`, fresh},
		{`"2026-03-01T19:55:00+08:00"`, fresh},
		{`"2026-03-01T19:55:00+0800"`, fresh},
		{`"2026-03-01T11:55Z"`, fresh},
		{`"2026-03-01T19:55:00.179PRC"`, fresh},
		{`"2026-03-01T19:55:00Asia/Shanghai"`, fresh},
		{`"2026-02-28T12:00:00Z"`, look},
		{fmt.Sprint(noon.Add(-10 * time.Minute).UnixMilli()), fresh},
		{fmt.Sprint(noon.Add(-10*time.Minute).UnixMilli() - 1), look},
		{fmt.Sprint(noon.Add(-10 * time.Minute).Unix()), fresh},
		{quoted(fmt.Sprint(noon.Unix() - 601)), look},
		{`null`, fresh},
		{`""`, fresh},
		{`"None"`, fresh},
		{`0`, look},
		{`1e99`, look},
		{`{}`, look},
		{`"yesterday"`, look},
		{`"{eventTime}"`, look},
		{`"2026-03-01 12:00:00"`, look}, // it has no zone
	} {
		for format, payload := range formats {
			for around, envelope := range envelopes {
				if format == "subscription" && (tt.stamp == "null" || tt.stamp == `""` || tt.stamp == `"None"`) {
					continue // then the time in its meta counts, which has a row of its own
				}
				got, err := event.Decoder{Now: noon}.Decode([]byte(envelope(strings.Replace(payload, stamp, tt.stamp, 1))))
				if err != nil || len(got.Requests) != 1 {
					t.Fatalf("%s %s, %s: got %+v, %v, want one request", format, tt.stamp, around, got, err)
				}
				if got := got.Requests[0].Standing; got != tt.want {
					t.Errorf("%s %s, %s: got standing %d, want %d", format, tt.stamp, around, got, tt.want)
				}
			}
		}
	}
}

// TestStandingWithoutAClock: nobody knows how old an event is, so it is not acted on at once.
func TestStandingWithoutAClock(t *testing.T) {
	const timed = `{"product":"ECS","name":"Instance:StateChange","eventTime":"20260301T120000Z","content":` + stoppedContent + `}`
	got, err := event.Decoder{}.Decode([]byte(timed))
	if err != nil || len(got.Requests) != 1 || got.Requests[0].Standing != look {
		t.Errorf("got %+v, %v, want a look", got, err)
	}
}

// oldEnvelope is a message of a queue that was delivered years ago.
func oldEnvelope(data string) string {
	return `{"specversion":"1.0","id":"c","source":"q","type":"mns:Queue:SendMessage","time":"2020-01-01T00:00:00Z","data":` + data + `}`
}

// TestBatchKeepsStandingsApart: an old event does not become fresh because it is in a batch with a fresh one.
func TestBatchKeepsStandingsApart(t *testing.T) {
	at := func(id, stamp string) string {
		return `{"product":"ECS","id":"` + id + `","name":"Instance:StateChange","eventTime":"` + stamp + `","content":{"resourceId":"` + id + `","state":"Stopped"}}`
	}
	const idC = "i-bp1ccccccccccccccccc"
	got, err := event.Decoder{Now: noon}.Decode([]byte(`[` + at(idA, "20260301T120000Z") + `,` + at(idB, "20260201T120000Z") + `,` + at(idC, "20260301T115900Z") + `]`))
	if err != nil || len(got.Requests) != 2 {
		t.Fatalf("got %+v, %v, want two requests", got, err)
	}
	for i, want := range []struct {
		ids      []string
		standing reactivate.Standing
	}{{[]string{idA, idC}, fresh}, {[]string{idB}, look}} {
		if req := got.Requests[i]; !slices.Equal(req.InstanceIDs, want.ids) || req.Standing != want.standing {
			t.Errorf("request %d: got %+v, want %v by %d", i, req, want.ids, want.standing)
		}
	}
}
