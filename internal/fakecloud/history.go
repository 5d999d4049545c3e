package fakecloud

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// arrears is one time that an instance was stopped for overdue payment.
type arrears struct {
	stop  time.Duration
	until time.Duration // when it was brought back; 0: it was not
}

// endArrears notes when an instance came back.
func (in *instance) endArrears(at time.Duration) {
	n := len(in.arrears)
	if n == 0 || in.arrears[n-1].until != 0 && in.arrears[n-1].until <= at {
		return
	}
	in.arrears = slices.Clone(in.arrears) // the instances of an entry share them until one changes
	in.arrears[n-1].until = max(1, at)    // 0 means that it was not brought back
}

// Events says which events of its arrears an instance has. Whether the real platform publishes one of the release is not known.
type Events string

// The choices. By default an instance has an event of its stop and one of its release.
const (
	StopOnly Events = "stop" // only of its stop
	NoEvents Events = "none"
)

const scheduled = "Scheduled"

// finished are the statuses of the events that are shown by default.
var finished = []string{"Avoided", "Executed", "Canceled", "Failed"}

// systemEvent is an event of an instance's history.
type systemEvent struct {
	number                         int // in the history of the instance
	kind, status                   string
	published, notBefore, finished time.Duration // finished: 0 while it is scheduled
}

// events are what an instance's history holds at a time, the oldest first.
func (in *instance) events(at time.Duration) []systemEvent {
	var events []systemEvent
	for _, a := range in.arrears {
		if a.stop > at || in.spec.Events == NoEvents {
			continue
		}
		due := a.stop - time.Duration(in.cycle.StopTakes)
		events = append(events, systemEvent{len(events), "AccountUnbalanced.Stop", "Executed", due - time.Duration(in.cycle.StopNotice), due, a.stop})
		if in.spec.Events == StopOnly {
			continue
		}
		release := systemEvent{len(events), "AccountUnbalanced.Delete", scheduled, a.stop, a.stop + releaseAfter, 0}
		switch {
		case a.until != 0 && a.until <= at:
			release.status, release.finished = "Avoided", a.until
		case release.notBefore <= at:
			release.status, release.finished = "Executed", release.notBefore
		}
		events = append(events, release)
	}
	return events
}

// describeHistory shows when instances were, or will be, stopped and released. By default it shows only events that are over.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
func (k *call) describeHistory() (any, *Error) {
	if k.q.params.Get("RegionId") == "" {
		return nil, missing("RegionId")
	}
	p, e := k.readPage()
	if e != nil {
		return nil, e
	}
	types := k.repeated("InstanceEventType")
	statuses := k.repeated("InstanceEventCycleStatus")
	if len(statuses) == 0 {
		statuses = finished
	}
	ids := k.repeated("ResourceId")
	if len(ids) > maxIDs {
		return nil, invalid("ResourceId")
	}
	candidates := k.key.account.instances
	if len(ids) > 0 {
		candidates = k.named(ids)
	}
	rows, _, next := k.page(p, candidates, func(in *instance) []any {
		var rows []any
		for _, e := range in.events(k.at - k.stale) {
			if slices.Contains(statuses, e.status) && (len(types) == 0 || slices.Contains(types, e.kind)) {
				rows = append(rows, k.eventRow(in, e))
			}
		}
		return rows
	})
	return object{"RequestId": k.RequestID, "NextToken": next, "InstanceSystemEventSet": object{"InstanceSystemEventType": rows}}, nil
}

// eventRow is an event as DescribeInstanceHistoryEvents shows it.
type eventRow struct {
	InstanceId, EventId                          string
	EventType, EventCycleStatus                  struct{ Name string }
	EventPublishTime, NotBefore, EventFinishTime string
	Reason, ResourceType                         string
}

func (k *call) eventRow(in *instance, e systemEvent) eventRow {
	r := eventRow{
		InstanceId: in.id, EventId: fmt.Sprintf("e-%s%d", in.id[len("i-"):], e.number),
		EventPublishTime: k.timestamp(e.published), NotBefore: k.timestamp(e.notBefore),
		Reason: "The account is overdue.", ResourceType: "instance",
	}
	r.EventType.Name, r.EventCycleStatus.Name = e.kind, e.status
	if e.status != scheduled {
		r.EventFinishTime = k.timestamp(e.finished)
	}
	return r
}

// timestamp is a time of the fleet's clock as the API writes it.
func (k *call) timestamp(at time.Duration) string {
	return k.anchor.Add(at).UTC().Format(time.RFC3339)
}

// repeated are the values of name.1, name.2 …
func (k *call) repeated(name string) []string {
	var values []string
	for n := 1; k.q.params.Has(name + "." + strconv.Itoa(n)); n++ {
		values = append(values, k.q.params.Get(name+"."+strconv.Itoa(n)))
	}
	return values
}
