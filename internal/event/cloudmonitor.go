package event

import (
	"cmp"
	"strings"

	"reactivate/internal/reactivate"
)

// systemEvent decodes a CloudMonitor system event, as CloudMonitor posts it to a URL and passes it
// to functions and queues: {product, name, resourceId, regionId, userId, id, content{...}}.
//
//   - https://www.alibabacloud.com/help/en/ecs/user-guide/instance-event-notification
//   - https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/configure-callbacks-for-system-event-triggered-alerts
//
// The debug button of the console sends one without id, ver and userId and with placeholders.
func (d Decoder) systemEvent(o object) (Decoded, *DecodeError) {
	name, ok := stringValue(o.value("name"))
	if !ok || isNothing(name) {
		return Decoded{}, &DecodeError{Field: "name", Problem: say("cloudmonitor-not-string")}
	}
	content := o.object("content")
	from := origin{source: reactivate.SourceCloudMonitor, id: eventID(o.text("id"))}
	event := instanceEvent{
		sender: "CloudMonitor", product: o.text("product"), name: name, state: content.text("state"),
		stages: []string{stage(name), content.text("eventStatus"), o.text("status")},
	}
	if reason := event.reason(); reason.Code != "" {
		return from.ignored(reason), nil
	}
	from.standing = d.standing(event, o.value("eventTime"))
	return d.instance(from, sighting{
		names:    []string{o.text("resourceId"), content.text("resourceId"), content.text("instanceId")},
		regions:  []string{o.text("regionId")},
		accounts: []string{o.text("userId")},
	}), nil
}

// subscription decodes the webhook of CloudMonitor's newer event subscriptions. In a form each field is a string, and alert is
// JSON in a string.
// https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/configure-callbacks-for-system-event-triggered-alerts-recommended
func (d Decoder) subscription(o object) (Decoded, *DecodeError) {
	alert := o.object("alert")
	if alert == nil {
		return Decoded{}, &DecodeError{Field: "alert", Problem: say("subscription-not-object")}
	}
	meta := alert.object("meta").object("sysEventMeta")
	content, raw := alert.object("eventContentMap"), alert.object("eventRawContent")
	id := cmp.Or(meta.text("id"), alert.text("traceId"), alert.text("dedupId"))
	from := origin{source: reactivate.SourceCloudMonitor, id: eventID(id)}
	if status := alert.text("alertStatus"); !strings.EqualFold(status, "TRIGGERED") {
		return from.ignored(say("alert-not-triggered", quote(status))), nil
	}
	name := cmp.Or(alert.text("eventName"), meta.text("name"))
	event := instanceEvent{
		sender: "CloudMonitor", product: cmp.Or(alert.text("product"), meta.text("product")), name: name,
		state:  cmp.Or(content.text("state"), raw.text("state")),
		stages: []string{stage(name), stage(meta.text("name")), content.text("eventStatus"), raw.text("eventStatus"), meta.text("status")},
	}
	if reason := event.reason(); reason.Code != "" {
		return from.ignored(reason), nil
	}
	at := alert.value("timestamp")
	if !hasValue(at) {
		at = meta.value("eventTime")
	}
	from.standing = d.standing(event, at)
	return d.instance(from, sighting{
		names: []string{
			alert.text("arn"), meta.text("resourceId"),
			content.text("resourceId"), content.text("instanceId"), raw.text("resourceId"), raw.text("instanceId"),
		},
		regions:  []string{meta.text("regionId")},
		accounts: []string{alert.text("userId"), o.text("userId")},
	}), nil
}

// instanceEvent is what an event of an instance says, whoever sent it. It decides whether a look is needed, and how soon.
type instanceEvent struct {
	sender  string   // for the reason
	product string   // only "ECS" is of interest
	name    string   // <ResourceType>:<Event>[:<Stage>]
	state   string   // of an Instance:StateChange
	stages  []string // what the name and some fields say of its stage; "" for nothing
}

// The kinds of event that ask for a look: their names without a stage.
const (
	stateChange     = "Instance:StateChange"
	autoReactivated = "Instance:AutoReactivateCompleted" // the end of the platform's own reactivation: a look shows whether it worked
	arrears         = "Instance:AccountUnbalanced"       // also with one of .Stop, .Delete and .PerformanceAffect
	arrearsStop     = arrears + ".Stop"
)

// isOver tells whether a stage of an Instance:AccountUnbalanced event means that no instance was stopped, and that none will be.
// The other stages are Scheduled, Executing and Executed.
// https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/developer-reference/api-describesystemeventmetalist
func isOver(stage string) bool {
	switch strings.ToLower(stage) {
	case "avoided", "canceled", "failed",
		"cancelled": // not documented, but it may be spelled so
		return true
	}
	return false
}

// reason says why the event asks for nothing; it is zero if the event asks for a look. A look costs little, so every other stage
// of overdue payment asks for one, including unknown stages.
func (e instanceEvent) reason() Said {
	if !strings.EqualFold(e.product, "ECS") {
		return say("other-product", e.sender, quote(e.product))
	}
	switch kind, _ := splitName(e.name); {
	case kind == autoReactivated:
		return Said{}
	case kind == stateChange:
		if e.state == "" || strings.EqualFold(e.state, "Stopped") { // if in doubt, look
			return Said{}
		}
		return say("other-state", e.sender, quote(e.state))
	case kind == arrears, strings.HasPrefix(kind, arrears+"."):
		for _, at := range e.stages {
			if isOver(at) {
				return say("not-stopped", e.sender, quote(kind), quote(at))
			}
		}
		return Said{}
	}
	return say("other-event", e.sender, quote(e.name))
}

// stage is the third part of an event's name, such as Executed; "" without one.
func stage(name string) string {
	_, stage := splitName(name)
	return stage
}

// splitName splits an event's name before its third part.
func splitName(name string) (kind, stage string) {
	first := strings.IndexByte(name, ':')
	if first < 0 {
		return name, ""
	}
	event, stage, _ := strings.Cut(name[first+1:], ":")
	return name[:first+1+len(event)], stage
}
