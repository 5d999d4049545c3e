package history_test

import (
	"encoding/json"
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
	d := ofInstance(in, isFresh)
	d.payload = marshal(map[string]any{
		"ver": "1.0", "id": "cms-1", "product": "ECS", "resourceId": arn(in), "level": "INFO", "name": "Instance:StateChange", "status": "Normal",
		"userId": in.Account, "eventTime": eventTime(isFresh, "20060102T150405.000Z0700", lastDigit(in)), "regionId": in.Region,
		"content": map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"},
	})
	return d
}

// stateChangeByEventBridge is EventBridge's event of the same.
func stateChangeByEventBridge(in fakecloud.Instance, isFresh bool) *delivery {
	d := ofInstance(in, isFresh)
	d.payload = eventBridge("acs.ecs", "ecs:Instance:StateChange", in.Account, arn(in), eventTime(isFresh, "2006-01-02T15:04:05.000Z07:00", lastDigit(in)),
		map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"})
	return d
}

func lastDigit(in fakecloud.Instance) int { return int(in.ID[len(in.ID)-1] - '0') }

func eventBridge(source, kind, account, subject, at string, content map[string]any) []byte {
	return marshal(map[string]any{
		"specversion": "1.0", "id": "eb-1", "source": source, "type": kind, "subject": subject,
		"time": at, "datacontenttype": "application/json;charset=utf-8", "data": content, "aliyunaccountid": account,
	})
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts always marshal
	}
	return b
}
