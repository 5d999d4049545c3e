package history_test

import (
	"encoding/json"
	"fmt"
	"time"

	"reactivate/internal/fakecloud"
)

// fresh says which times of an event are fresh: a queue may hold an event for days, and it then shows nothing of now.
var fresh = []bool{true, true, false}

// eventTime is a time of an event: now, in the future or absent, or old or unreadable. The layout is the source's.
func eventTime(isFresh bool, layout string, n int) string {
	if isFresh {
		return []string{time.Now().Format(layout), time.Now().Add(time.Hour).Format(layout), ""}[n%3]
	}
	return []string{time.Now().Add(-11 * time.Minute).Format(layout), "2026-01-02T03:04:05.678+08:00", "yesterday"}[n%3]
}

const (
	monitorTime = "20060102T150405.000Z0700"
	bridgeTime  = "2006-01-02T15:04:05.000Z07:00"
)

// ofInstance is an event of one instance: it is called at once if the event is fresh, and only looked at if not.
func ofInstance(in fakecloud.Instance, isFresh bool) *delivery {
	d := &delivery{accounts: []string{in.Account}, regions: []string{in.Region}, ids: []string{in.ID}}
	if !isFresh {
		d.looks = d.ids
	}
	return d
}

func arn(in fakecloud.Instance) string {
	return "acs:ecs:" + in.Region + ":" + in.Account + ":instance/" + in.ID
}

// stateChange is CloudMonitor's event that an instance has stopped.
func stateChange(in fakecloud.Instance, isFresh bool) *delivery {
	return monitored(in, isFresh, "Instance:StateChange", "Normal",
		map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"})
}

// stoppedForArrears is CloudMonitor's event that an instance was stopped for overdue payment.
func stoppedForArrears(in fakecloud.Instance, isFresh bool) *delivery {
	return monitored(in, isFresh, "Instance:AccountUnbalanced.Stop:Executed", "Executed",
		map[string]any{"eventId": "e-1", "instanceId": in.ID, "eventType": "AccountUnbalanced.Stop", "eventStatus": "Executed"})
}

func monitored(in fakecloud.Instance, isFresh bool, name, status string, content map[string]any) *delivery {
	d := ofInstance(in, isFresh)
	d.payload = marshal(map[string]any{
		"ver": "1.0", "id": "cms-1", "product": "ECS", "resourceId": arn(in), "level": "INFO", "name": name, "status": status,
		"userId": in.Account, "eventTime": eventTime(isFresh, monitorTime, len(in.ID)+int(in.ID[len(in.ID)-1])), "regionId": in.Region, "content": content,
	})
	return d
}

// stateChangeByEventBridge is EventBridge's event of the same.
func stateChangeByEventBridge(in fakecloud.Instance, isFresh bool) *delivery {
	return bridged(in, isFresh, "ecs:Instance:StateChange", map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"})
}

// autoReactivated is EventBridge's event that the platform says to have restored an instance.
func autoReactivated(in fakecloud.Instance, isFresh bool) *delivery {
	return bridged(in, isFresh, "ecs:Instance:AutoReactivateCompleted", map[string]any{"instanceId": in.ID})
}

func bridged(in fakecloud.Instance, isFresh bool, kind string, content map[string]any) *delivery {
	d := ofInstance(in, isFresh)
	at := eventTime(isFresh, bridgeTime, int(in.ID[len(in.ID)-1]))
	d.payload = eventBridge("acs.ecs", kind, in.Account, arn(in), at, content)
	return d
}

func eventBridge(source, kind, account, subject, at string, content map[string]any) []byte {
	event := map[string]any{
		"specversion": "1.0", "id": "eb-1", "source": source, "type": kind, "subject": subject,
		"time": at, "datacontenttype": "application/json;charset=utf-8", "data": content, "aliyunaccountid": account,
	}
	return marshal(event)
}

// metricAlarm is an alarm of a metric: it says nothing of the instance's state.
func metricAlarm(in fakecloud.Instance) *delivery {
	d := ofInstance(in, false)
	d.payload = marshal(map[string]any{
		"userId": in.Account, "alertName": "no CPU load", "timestamp": fmt.Sprint(time.Now().Unix()), "alertState": "ALERT",
		"dimensions": []any{map[string]any{"userId": in.Account, "instanceId": in.ID}}, "expression": "$Average<=0", "curValue": "0",
		"metricName": "cpu_total", "metricProject": "acs_ecs_dashboard", "regionId": in.Region,
	})
	return d
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts always marshal
	}
	return b
}
