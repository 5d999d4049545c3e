package fakecloud

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// arrears is one time that an instance was stopped for overdue payment.
type arrears struct {
	stop  time.Duration
	until time.Duration // when it was brought back; 0: not
}

// endArrears notes when an instance came back.
func (in *instance) endArrears(at time.Duration) {
	n := len(in.arrears)
	if n == 0 || in.arrears[n-1].until != 0 && in.arrears[n-1].until <= at {
		return
	}
	in.arrears = slices.Clone(in.arrears) // the instances of an entry share them until one changes
	in.arrears[n-1].until = max(1, at)    // a first use brings none back
}

// Events says which events of its arrears an instance has. Whether the real platform publishes one of the release is not known.
type Events string

// The choices.
const (
	StopAndDelete Events = ""     // when it was stopped, and when it will be released
	StopOnly      Events = "stop" // when it was stopped
	NoEvents      Events = "none"
)

const (
	typeStop   = "AccountUnbalanced.Stop"
	typeDelete = "AccountUnbalanced.Delete"

	scheduled = "Scheduled"
	avoided   = "Avoided"
	executed  = "Executed"

	historyLasts = 30 * 24 * time.Hour // finished events are shown so long
)

// inactive are the statuses that are shown where none is asked for.
var inactive = []string{avoided, executed, "Canceled", "Failed"}

// cycleStatuses are all that can be asked for.
var cycleStatuses = []string{scheduled, "Executing", "Inquiring", avoided, executed, "Canceled", "Failed"}

// systemEvent is an event before it is written down.
type systemEvent struct {
	in                             *instance
	number                         int // of its arrears
	kind, status                   string
	published, notBefore, finished time.Duration // since the first use; finished only if the status is an inactive one
}

// events are what an instance's history holds at a time, the oldest first.
func (in *instance) events(at time.Duration) []systemEvent {
	var events []systemEvent
	for n, a := range in.arrears {
		if a.stop > at || in.spec.Events == NoEvents {
			continue
		}
		due := a.stop - time.Duration(in.cycle.StopTakes)
		events = append(events, systemEvent{in, n, typeStop, executed, due - time.Duration(in.cycle.StopNotice), due, a.stop})
		if in.spec.Events == StopOnly {
			continue
		}
		release := systemEvent{in, n, typeDelete, scheduled, a.stop, a.stop + time.Duration(in.cycle.ReleaseAfter), 0}
		switch {
		case a.until != 0 && a.until <= at:
			release.status, release.finished = avoided, a.until
		case release.notBefore <= at:
			release.status, release.finished = executed, release.notBefore
		}
		events = append(events, release)
	}
	return slices.DeleteFunc(events, func(e systemEvent) bool {
		return e.status != scheduled && at-e.finished > historyLasts
	})
}

var unsupportedInHistory = []string{
	"EventCycleStatus", "EventId.1", "EventPublishTime.End", "EventPublishTime.Start", "EventType", "InstanceId", "NotBefore.End",
	"NotBefore.Start", "PageNumber", "PageSize", "ResourceGroupId", "Tag.1.Key",
}

// describeHistory shows when instances were, or will be, stopped and released. By default it shows only events that are over.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
func (k *call) describeHistory() (any, *Error) {
	if k.q.params.Get("RegionId") == "" {
		return nil, missing("RegionId")
	}
	if e := k.refuseUnsupported(unsupportedInHistory...); e != nil {
		return nil, e
	}
	p, e := k.readPage()
	if e != nil {
		return nil, e
	}
	types := k.repeated("InstanceEventType")
	statuses := k.repeated("InstanceEventCycleStatus")
	for _, status := range statuses {
		if !slices.Contains(cycleStatuses, status) {
			return nil, invalid("InstanceEventCycleStatus")
		}
	}
	if len(statuses) == 0 {
		statuses = inactive
	}
	ids := k.repeated("ResourceId")
	if len(ids) > maxIDs {
		return nil, invalid("ResourceId")
	}
	rows, next := k.showHistory(p, k.candidates(len(ids) > 0, ids), func(e *systemEvent) bool {
		return slices.Contains(statuses, e.status) && (len(types) == 0 || slices.Contains(types, e.kind))
	})
	return object{"RequestId": k.id, "NextToken": next, "InstanceSystemEventSet": object{"InstanceSystemEventType": rows}}, nil
}

// showHistory goes through the candidates from the page's first on, and stops at the first event of the next page. The token names that
// event's instance and how many of its events were shown before.
func (k *call) showHistory(p page, candidates []*instance, fits func(*systemEvent) bool) (rows []object, next string) {
	rows = []object{}
	for i := p.from; i < len(candidates); i++ {
		if candidates[i].spec.Region != k.region {
			continue
		}
		shown := 0
		for _, event := range candidates[i].events(k.at - k.stale) {
			if !fits(&event) {
				continue
			}
			if shown++; i == p.from && shown <= p.shown {
				continue
			}
			if len(rows) == p.size {
				return rows, token(i, shown-1, k.region)
			}
			rows = append(rows, k.eventRow(event))
		}
	}
	return rows, ""
}

func (k *call) eventRow(e systemEvent) object {
	finished := ""
	if e.status != scheduled {
		finished = k.timestamp(e.finished)
	}
	return object{
		"InstanceId": e.in.id, "EventId": fmt.Sprintf("e-%s%d%c", e.in.id[len("i-"):], e.number, e.kind[len("AccountUnbalanced.")]|0x20),
		"EventType": object{"Name": e.kind}, "EventCycleStatus": object{"Name": e.status}, "EventPublishTime": k.timestamp(e.published),
		"NotBefore": k.timestamp(e.notBefore), "EventFinishTime": finished, "Reason": "The account is overdue.", "ResourceType": "instance",
	}
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

// token names where the next page begins, and the region in which it is good.
func token(from, shown int, region string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %s", from, shown, region))
}
