package event

import (
	"cmp"
	"encoding/json"
	"strings"

	"reactivate/internal/reactivate"
)

// isMetricAlarm tells whether an object or a form is a metric alarm. Not every sender names the metric.
func (o object) isMetricAlarm() bool {
	return o.hasAny("metricName", "alertName", "alertState") && o.hasAny("namespace", "metricProject")
}

// metricAlarm decodes the callback of a CloudMonitor metric alarm, a form or JSON, and the message that the same alarm sends
// through MNS.
//
//   - https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/use-the-alert-callback-feature-to-send-notifications-about-threshold-triggered-alerts
//   - https://www.alibabacloud.com/help/doc-detail/119889.htm (through MNS)
//
// No metric means "overdue". But an instance whose metric alarms, or has no data any more, may have stopped, so it gets a look.
func (d Decoder) metricAlarm(o object) (Decoded, *DecodeError) {
	from := origin{reactivate.SourceCloudMonitor, eventID(o.text("transId")), reactivate.StandingLook}
	switch namespace := cmp.Or(o.text("namespace"), o.text("metricProject")); namespace {
	case "acs_ecs", "acs_ecs_dashboard":
	default:
		return from.ignored(say("other-namespace", quote(namespace))), nil
	}
	// The first that is there decides: a callback has alertState, a message has eventName and curLevel.
	switch state := cmp.Or(o.text("alertState"), o.text("eventName"), o.text("curLevel"), o.text("triggerLevel")); strings.ToUpper(state) {
	case "OK", "ALERTOK":
		return from.ignored(say("alarm-over", quote(state))), nil
	}
	dims := dimensions(o.value("dimensions"))
	if len(dims) == 0 {
		dims = dimensions(o.value("resources"))
	}
	metric := o.object("metricData")
	if id := metric.text("instanceId"); id != "" {
		switch {
		case len(dims) == 0:
			dims = []reference{{id: id}}
		case len(dims) > 1 || dims[0].id != id:
			return from.ignored(say("alarm-two-instances", quote(id))), nil
		}
	}
	return d.alarm(from, dims, sighting{
		regions:  []string{o.text("regionId")},
		accounts: []string{metric.text("userId"), o.text("userId")},
	}), nil
}

// alarm asks for the instances of an alarm.
func (d Decoder) alarm(from origin, dims []reference, s sighting) Decoded {
	if len(dims) == 0 {
		return from.ignored(say("alarm-no-instance"))
	}
	ids := make([]string, 0, len(dims))
	var owner reference // the alarm's own userId may be another account
	for _, dim := range dims {
		reason := notInstanceID(dim.id)
		if reason.Code == "" {
			reason = owner.join(reference{account: dim.account})
		}
		if reason.Code != "" {
			return from.ignored(reason)
		}
		ids = append(ids, dim.id)
	}
	if ids = unique(ids); len(ids) > reactivate.MaxInstanceIDs {
		return from.ignored(tooMany(len(ids)))
	}
	return d.ask(from, ids, owner, s)
}

func tooMany(n int) Said {
	return say("event-too-many-ids", n, reactivate.MaxInstanceIDs)
}

// dimensions reads the dimensions that name an instance. They are an object, an array of objects, either of them as JSON in a
// string, or the text {userId=1, instanceId=i-2} of the callback.
func dimensions(raw []byte) []reference {
	value, isText := stringValue(raw)
	if isText {
		raw = trim([]byte(value))
	}
	elements := array(raw)
	if elements == nil && len(raw) > 0 {
		elements = []json.RawMessage{raw}
	}
	var dims []reference
	for _, element := range elements {
		o, problem := parseObject(element)
		if problem != nil && isText && raw[0] != '[' {
			return textDimensions(value)
		}
		if id := o.text("instanceId"); id != "" {
			dims = append(dims, reference{id: id, account: firstAccount(o.text("userId"))})
		}
	}
	return dims
}

// textDimensions reads {userId=1, instanceId=i-2}. In a document of 2021 there is a parenthesis too many in it.
func textDimensions(text string) []reference {
	var dims []reference
	var user string
	for part := range strings.SplitSeq(strings.Trim(text, "{} "), ",") {
		name, value, _ := strings.Cut(part, "=")
		value = strings.Trim(value, " ()")
		switch name = strings.TrimSpace(name); {
		case isNothing(value):
		case name == "instanceId":
			dims = append(dims, reference{id: value})
		case name == "userId":
			user = firstAccount(value)
		}
	}
	for i := range dims {
		dims[i].account = user
	}
	return dims
}
