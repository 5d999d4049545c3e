package aliyun

import (
	"context"
	"encoding/json"
	"fmt"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
)

// describeHistory is called without a typed method: that of SDK v4.26.10 lacks InitialNotBefore.
var describeHistory = operation{api: APIECS, name: "DescribeInstanceHistoryEvents"}

const (
	arrearsStop   = "AccountUnbalanced.Stop"
	arrearsDelete = "AccountUnbalanced.Delete"
)

// cycleStatuses are all statuses of an event. If none is asked for, ECS shows finished events only: Avoided, Executed, Canceled
// and Failed.
var cycleStatuses = []string{"Scheduled", "Avoided", "Executing", "Executed", "Canceled", "Failed", "Inquiring"}

// historyRow is an event as ECS shows it. Times that are not known yet are absent or empty.
type historyRow struct {
	InstanceId        string
	EventType         struct{ Name string }
	EventCycleStatus  struct{ Name string }
	EventPublishTime  string
	NotBefore         string
	EventFinishTime   string
	ExtendedAttribute struct{ InitialNotBefore string }
}

// HistoryQuery is what is asked of a region's history: the events of arrears, whatever their status.
func HistoryQuery(region string) map[string]string {
	query := map[string]string{
		"RegionId": region, "MaxResults": fmt.Sprint(cloud.PageSize),
		"InstanceEventType.1": arrearsStop, "InstanceEventType.2": arrearsDelete,
	}
	for i, status := range cycleStatuses {
		query[fmt.Sprintf("InstanceEventCycleStatus.%d", i+1)] = status
	}
	return query
}

// DescribeInstanceHistoryEvents returns one page of the events that tell when instances of a region were stopped, or will be
// released, for overdue payment; next is "" on the last page.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
func (e *ECS) DescribeInstanceHistoryEvents(ctx context.Context, region, nextToken string) (events []arrears.Event, next string, err error) {
	query := HistoryQuery(region)
	if nextToken != "" {
		query["NextToken"] = nextToken
	}
	var answer struct {
		NextToken              string
		InstanceSystemEventSet struct{ InstanceSystemEventType []json.RawMessage }
	}
	if err := e.cloud.rpc(ctx, e.session, describeHistory, region, query, into(&answer)); err != nil {
		return nil, "", err
	}
	for _, row := range rows[historyRow](answer.InstanceSystemEventSet.InstanceSystemEventType) {
		if event, ok := row.event(); ok {
			events = append(events, event)
		}
	}
	return events, answer.NextToken, nil
}

// event is the row as the domain knows it. ok is false for another type of event, and for an event that names no instance.
func (r historyRow) event() (event arrears.Event, ok bool) {
	if !cloud.ValidInstanceID(r.InstanceId) || r.EventType.Name != arrearsStop && r.EventType.Name != arrearsDelete {
		return arrears.Event{}, false
	}
	notBefore, initial := seconds(r.NotBefore), seconds(r.ExtendedAttribute.InitialNotBefore)
	isDelete := r.EventType.Name == arrearsDelete
	// ECS may have put a release off, and some resources of the instance may still follow the first date. The earlier one is safe.
	if notBefore == 0 || isDelete && initial > 0 && initial < notBefore {
		notBefore = initial
	}
	return arrears.Event{
		InstanceID: r.InstanceId,
		Delete:     isDelete,
		Status:     r.EventCycleStatus.Name,
		Published:  seconds(r.EventPublishTime),
		NotBefore:  notBefore,
		Finished:   seconds(r.EventFinishTime),
	}, true
}

// seconds reads a time of ECS as Unix seconds, 0 if the text is not a time.
func seconds(text string) int64 {
	if t := moment(text); !t.IsZero() {
		return t.Unix()
	}
	return 0
}
