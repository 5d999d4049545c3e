package event

import (
	"cmp"
	"strings"

	"reactivate/internal/reactivate"
)

// cloudEvent decodes an event of EventBridge, which is a CloudEvent in structured form. Its source and type tell whether it is a
// message of a queue, an official event of ECS or of another product, or a custom event.
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-overview
func (d Decoder) cloudEvent(o object, depth int) (Decoded, *DecodeError) {
	for _, name := range []string{"source", "type"} {
		if value, ok := stringValue(o.value(name)); !ok || isNothing(value) {
			return Decoded{}, &DecodeError{Field: name, Problem: say("cloudevent-not-string")}
		}
	}
	source, eventType, data := o.text("source"), o.text("type"), o.object("data")
	if isQueue(eventType) {
		if body, ok := message(data); ok {
			return d.inner(body, depth), nil
		}
	}
	from := origin{source: reactivate.SourceEventBridge, id: eventID(o.text("id"))}
	switch {
	case source == "acs.ecs", source == "acs:ecs":
		return d.ecsEvent(from, o, data), nil
	case strings.HasPrefix(source, "acs."), strings.HasPrefix(source, "acs:"):
		return from.ignored(say("other-source", quote(eventType), quote(source))), nil
	}
	from.source = reactivate.SourceBilling
	return d.customEvent(from, o), nil
}

// ecsEvent decodes an official event of ECS. For events of instances, data is what CloudMonitor calls
// content; some copies have it in data.content, and the subject is the instance's ARN.
//
//   - https://www.alibabacloud.com/help/en/eventbridge, page "ECS events" (the types)
//   - https://github.com/aliyun/ecs-labs, ecs-spot-instance-state-change-notification-fc (the data)
func (d Decoder) ecsEvent(from origin, o, data object) Decoded {
	name, content := strings.TrimPrefix(o.text("type"), "ecs:"), data.object("content")
	event := instanceEvent{
		sender: "EventBridge", product: "ECS", name: name,
		state:  cmp.Or(data.text("state"), content.text("state")),
		stages: []string{stage(name), data.text("eventStatus"), content.text("eventStatus"), data.text("status")},
	}
	if reason := event.reason(); reason.Code != "" {
		return from.ignored(reason)
	}
	from.standing = d.standing(event, o.value("time"))
	names := []string{
		data.text("instanceId"), data.text("resourceId"), content.text("instanceId"), content.text("resourceId"),
	}
	if subject := o.text("subject"); strings.HasPrefix(subject, "acs:") {
		names = append(names, subject)
	}
	return d.instance(from, sighting{
		names:    names,
		regions:  []string{data.text("regionId"), o.text("aliyunregionid")},
		accounts: []string{o.text("aliyunoriginalaccountid"), o.text("aliyunaccountid")}, // the first is that of an event that was routed from another account
	})
}
