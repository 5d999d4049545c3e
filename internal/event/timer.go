package event

import (
	"strings"

	"reactivate/internal/reactivate"
)

// timer decodes the timer trigger's event: {triggerTime, triggerName, payload}, where payload is
// always a string. https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers
//
// An empty payload is a sweep; any other must be a request. A person configured it, but none looks
// on when it runs, night after night: force is refused.
func (d Decoder) timer(o object) (Decoded, *DecodeError) {
	payload := ""
	if raw := o["payload"]; len(raw) > 0 && string(raw) != "null" {
		value, ok := stringValue(raw)
		if !ok {
			return Decoded{}, &DecodeError{Field: "payload", Problem: "of the timer must be a string", example: exampleTimer}
		}
		payload = string(trim([]byte(value)))
	}
	if payload == "" {
		decoded := asks(reactivate.Request{Sweep: true, Source: reactivate.SourceTimer})
		decoded.IsRequest = true
		return decoded, nil
	}
	if !strings.HasPrefix(payload, "{") {
		return Decoded{}, &DecodeError{Field: "payload", Problem: "of the timer is not a JSON request: " + quote(payload), example: exampleTimer}
	}
	// Parsed once as a whole first: what follows the object is an error too.
	if _, problem := parseObject([]byte(payload)); problem != nil {
		return Decoded{}, problem.within("payload")
	}
	req, problem := d.request([]byte(payload), reactivate.SourceTimer)
	if problem != nil {
		return Decoded{}, problem.within("payload")
	}
	if req.Force {
		problem := &DecodeError{Field: "force", Problem: "is refused in a timer's payload: only a person who looks on may force"}
		return Decoded{}, problem.within("payload")
	}
	decoded := asks(req)
	decoded.IsRequest = true
	return decoded, nil
}

const exampleTimer = `the payload {"sweep": true, "regionIds": ["cn-hangzhou"]}, or none for a sweep`

// within says that the problem is in the text of a field.
func (e *DecodeError) within(field string) *DecodeError {
	if e.Field != "" {
		field += "." + e.Field
	}
	return &DecodeError{Field: field, Problem: e.Problem, example: exampleTimer}
}
