package event

import (
	"encoding/json"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
)

// timer decodes the event of the timer trigger: {triggerTime, triggerName, payload}, where payload is always a string.
// https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers
//
// An empty payload is a sweep, and any other must be a request. A person wrote it, but nobody watches when it runs night after
// night, so force is refused. A request beside the payload, or a second payload, is an error: if it were overlooked, the timer
// would sweep.
func (d Decoder) timer(o object, depth int) (Decoded, *DecodeError) {
	req, problem := d.timerRequest(o, depth)
	if problem != nil {
		problem.Example = ExampleTimer
		return Decoded{}, problem
	}
	decoded := asks(req)
	decoded.IsRequest = true
	return decoded, nil
}

func (d Decoder) timerRequest(o object, depth int) (req reactivate.Request, problem *DecodeError) {
	raw, problem := timerPayload(o)
	if problem != nil {
		return req, problem
	}
	payload, ok := stringValue(raw)
	switch payload = string(trim([]byte(payload))); {
	case !hasValue(raw), ok && payload == "":
		return reactivate.Request{Sweep: true, Source: reactivate.SourceTimer}, nil
	case !ok:
		return req, &DecodeError{Field: "payload", Problem: say("timer-not-string")}
	case !strings.HasPrefix(payload, "{"):
		return req, &DecodeError{Field: "payload", Problem: say("timer-not-request", quote(payload))}
	}
	if req, problem = d.inPayload([]byte(payload), depth); problem != nil {
		problem.Field = strings.TrimSuffix("payload."+problem.Field, ".")
		return req, problem
	}
	if req.Watch > 0 {
		req.At, _ = moment(o.value("triggerTime")) // if it cannot be read, the clock decides
	}
	return req, nil
}

// inPayload decodes the request in a timer's payload.
func (d Decoder) inPayload(payload []byte, depth int) (reactivate.Request, *DecodeError) {
	o, problem := parseObject(payload)
	if problem != nil {
		return reactivate.Request{}, problem
	}
	req, problem := d.request(o, reactivate.SourceTimer)
	switch {
	case problem != nil:
		return req, problem
	case req.Force:
		return req, &DecodeError{Field: "force", Problem: say("timer-force")}
	case depth > 0:
		return req, refusedInMessage(req)
	}
	return req, nil
}

// timerPayload returns the payload in a timer's event; nil if it has no payload.
func timerPayload(o object) (payload json.RawMessage, problem *DecodeError) {
	if problem := o.repeated(); problem != nil {
		return nil, problem
	}
	for _, f := range o {
		switch name := string(f.name); {
		case name == "payload":
			payload = f.value
		case misspelled(name, []string{"payload"}) != "":
			return nil, &DecodeError{Field: fieldName(name), Problem: say("timer-misspelled")}
		case slices.Contains(requestFields, name), misspelled(name, requestFields) != "":
			return nil, &DecodeError{Field: fieldName(name), Problem: say("timer-beside-payload")}
		}
	}
	return payload, nil
}
