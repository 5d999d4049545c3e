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

type historyBody struct {
	RequestID string    `json:"RequestId"`
	NextToken string    `json:"NextToken"`
	Events    eventRows `json:"InstanceSystemEventSet"`
}

type eventRows struct {
	Event []eventRow `json:"InstanceSystemEventType"`
}

type eventRow struct {
	InstanceID   string `json:"InstanceId"`
	EventID      string `json:"EventId"`
	Type         named  `json:"EventType"`
	Status       named  `json:"EventCycleStatus"`
	Published    string `json:"EventPublishTime"`
	NotBefore    string `json:"NotBefore"`
	Finished     string `json:"EventFinishTime"` // "": it is not
	Reason       string `json:"Reason"`
	ResourceType string `json:"ResourceType"`
}

type named struct {
	Name string `json:"Name"`
}

// systemEvent is an event before it is written down.
type systemEvent struct {
	in                             *instance
	number                         int // of its arrears
	kind, status                   string
	published, notBefore, finished time.Duration // since the first use; finished only if the status is an inactive one
}

// events are what an instance's history holds at a time, the oldest first.
func (in *instance) events(at time.Duration, cycle lifeCycle) []systemEvent {
	var events []systemEvent
	for n, a := range in.arrears {
		if a.stop > at || in.spec.Events == NoEvents {
			continue
		}
		due := a.stop - cycle.stopTakes
		events = append(events, systemEvent{in, n, typeStop, executed, due - cycle.stopNotice, due, a.stop})
		if in.spec.Events == StopOnly {
			continue
		}
		release := systemEvent{in, n, typeDelete, scheduled, a.stop, a.stop + cycle.release, 0}
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

// describeHistory shows when instances were, or will be, stopped and released. By default it shows only events that are over.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
func (k *call) describeHistory() (any, *Error) {
	if k.q.params.Get("RegionId") == "" {
		return nil, apiError(codeMissingParameter, "RegionId")
	}
	if e := k.refuseUnsupported("PageNumber", "PageSize", "InstanceId", "EventType", "EventCycleStatus", "EventId.1", "NotBefore.Start", "NotBefore.End", "EventPublishTime.Start", "EventPublishTime.End", "ResourceGroupId", "Tag.1.Key"); e != nil {
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
			return nil, apiError(codeInvalidParameter, "InstanceEventCycleStatus")
		}
	}
	if len(statuses) == 0 {
		statuses = inactive
	}
	ids := k.repeated("ResourceId")
	if len(ids) > maxIDs {
		return nil, apiError(codeInvalidParameter, "ResourceId")
	}
	if e := k.allowed(); e != nil {
		return nil, e
	}
	body := historyBody{RequestID: k.id}
	body.Events.Event = []eventRow{}
	k.fillHistory(&body, p, k.candidates(&filter{byIDs: len(ids) > 0, ids: ids}), func(e *systemEvent) bool {
		return slices.Contains(statuses, e.status) && (len(types) == 0 || slices.Contains(types, e.kind))
	})
	return body, nil
}

// fillHistory goes through the candidates from the page's first on, and stops at the first event of the next page. The token names that
// event's instance and how many of its events were shown before.
func (k *call) fillHistory(body *historyBody, p page, candidates []*instance, fits func(*systemEvent) bool) {
	for i := p.from; i < len(candidates); i++ {
		shown := 0
		for _, event := range candidates[i].events(k.at-k.stale, k.cycle) {
			if !fits(&event) {
				continue
			}
			if shown++; i == p.from && shown <= p.shown {
				continue
			}
			if len(body.Events.Event) == p.size {
				body.NextToken = token(i, shown-1, k.region)
				return
			}
			body.Events.Event = append(body.Events.Event, k.eventRow(event))
		}
	}
}

func (k *call) eventRow(e systemEvent) eventRow {
	row := eventRow{
		InstanceID: e.in.id, EventID: fmt.Sprintf("e-%s%d%c", e.in.id[len("i-"):], e.number, e.kind[len("AccountUnbalanced.")]|0x20),
		Type: named{e.kind}, Status: named{e.status}, Published: k.timestamp(e.published), NotBefore: k.timestamp(e.notBefore),
		Reason: "The account is overdue.", ResourceType: "instance",
	}
	if e.status != scheduled {
		row.Finished = k.timestamp(e.finished)
	}
	return row
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
