// Package event turns the bytes of an event into requests: which instances to look at, or a sweep, or a watch. It is pure: it
// reads nothing but its input, does not believe what an event says about the state of an instance, and knows neither the
// configuration nor ECS.
//
// A few fields tell the format of an event. It is then decoded as that format and no other, so an error is always about
// that format. A valid event that asks for nothing is ignored with a reason, which is never an error.
package event

import (
	"bytes"
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"reactivate/internal/reactivate"
)

const (
	// maxPayload is the largest payload in bytes: that of a synchronous invocation.
	// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/http-body-be-modified
	maxPayload = 32 << 20

	// maxDepth is how many envelopes, arrays and encodings may be around an event. The deepest known case has five: an MNS message,
	// in base64, in a CloudEvent, in a JSON string, in an array.
	maxDepth = 8
)

// Decoder decodes payloads. Its fields are what the payload itself does not say.
type Decoder struct {
	// Source is the source of a bare request: Manual, or HTTP for the body of an HTTP request. "" means Manual.
	Source reactivate.Source

	// Now is when the payload arrived. It decides whether an event is fresh or old. Without it, every event that has a time is old.
	Now time.Time

	// Serves tells whether an event or a request of a source may be for an account, given by its number. The number is "" if a
	// payload names instances and no account: that means the function's own. nil allows every account.
	Serves func(accountID string, source reactivate.Source) bool
}

// source is the source of a bare request.
func (d Decoder) source() reactivate.Source { return cmp.Or(d.Source, reactivate.SourceManual) }

// Decoded is what a payload asks for.
type Decoded struct {
	Requests  []reactivate.Request // merged; empty if the payload is ignored or asks for the doctor
	Ignored   Said                 // why a valid event asks for nothing; zero if it asks
	Source    reactivate.Source    // of the first element that asks for something, else of the first element
	EventID   string               // of the same element; "" if it has none
	IsRequest bool                 // a bare request, a person's or a timer's, and no event
	Doctor    bool                 // the payload is {"doctor": true}

	DoctorNotify bool // with Doctor: it is to send each target a test message too
}

// Decode tells what a payload asks for. Its error is always a *DecodeError: the payload is neither an event nor a request, or
// the request is wrong.
func (d Decoder) Decode(payload []byte) (Decoded, error) {
	if len(payload) > maxPayload {
		return Decoded{}, &DecodeError{Problem: say("too-large")}
	}
	decoded, problem := d.text(payload, 0)
	if problem != nil {
		return Decoded{}, problem
	}
	if problem := checkLimits(decoded); problem != nil {
		return Decoded{}, problem
	}
	decoded.Requests = merge(decoded.Requests)
	return decoded, nil
}

// text decodes a whole payload, or the text in an envelope. depth is the number of envelopes around it. The requests are not
// merged yet.
func (d Decoder) text(text []byte, depth int) (Decoded, *DecodeError) {
	if depth > maxDepth {
		return Decoded{}, &DecodeError{Problem: say("too-deep")}
	}
	if !utf8.Valid(text) { // as encoding/json reads it: a broken name in one event must not cost the others of a batch
		text = bytes.ToValidUTF8(text, []byte("\ufffd"))
	}
	text = trim(text)
	if len(text) == 0 {
		return Decoded{}, &DecodeError{Problem: say("empty")}
	}
	switch text[0] {
	case '{':
		return d.object(text, depth)
	case '[':
		return d.batch(text, depth)
	case '"':
		return d.quoted(text, depth)
	case '<':
		return d.mnsXML(text, depth)
	}
	if form := parseForm(string(text)); form != nil {
		return d.form(form, depth)
	}
	if inner := decodeBase64(text); inner != nil {
		return d.text(inner, depth+1)
	}
	return Decoded{}, &DecodeError{Problem: say("plain-text")}
}

// object finds the format of a JSON object by a few of its fields and decodes it as that format.
func (d Decoder) object(text []byte, depth int) (Decoded, *DecodeError) {
	o, problem := parseObject(text)
	if problem != nil {
		return Decoded{}, problem
	}
	switch {
	case o.has("Message") && o.hasAny("TopicName", "TopicOwner", "MessageId", "SubscriptionName"):
		// It comes first because the publisher's attributes stand beside the message, and may have the names of any other format.
		return d.inner(o.value("Message"), depth), nil
	case o.has("doctor"):
		return d.doctor(o, depth)
	case o.has("triggerTime", "triggerName"):
		return d.timer(o, depth)
	case hasValue(o.value("specversion")), o.has("source", "type", "data"):
		return d.cloudEvent(o, depth)
	case hasValue(o.value("alert")) && o.hasAny("subscription", "batchId", "strategyName", "userInfo", "severity"):
		return d.subscription(o)
	case o.isMetricAlarm():
		return d.metricAlarm(o)
	case o.has("product", "name"):
		return d.systemEvent(o)
	case o.has("requestContext", "requestPayload"):
		// Function Compute's record of an event that failed. It is not opened: if the failure queue triggered the function, the event
		// would go round for ever.
		// https://github.com/aliyun-fc/fc-docs, 04/064
		return Decoded{}, &DecodeError{Field: "requestPayload", Problem: say("failed-event")}
	case o.has("version", "requestContext"):
		return Decoded{}, &DecodeError{Problem: say("not-http-event")}
	}
	if body, ok := message(o); ok {
		return d.inner(body, depth), nil
	}
	return d.bare(o, depth)
}

// bare decodes an object that is not an event: a request, or something unknown.
func (d Decoder) bare(o object, depth int) (Decoded, *DecodeError) {
	source := d.source()
	if depth > 0 {
		source = reactivate.SourceQueue
		if !o.hasAny(requestFields...) { // most messages in a shared queue end here, without a closer look
			return Decoded{}, &DecodeError{Problem: say("unknown-event")}
		}
	}
	req, problem := d.request(o, source)
	if problem == nil && depth > 0 {
		problem = refusedInMessage(req)
	}
	if problem != nil {
		return Decoded{}, problem
	}
	decoded := asks(req)
	decoded.IsRequest = depth == 0
	return decoded, nil
}

// refusedInMessage is the error of a field that only a person's request or a timer's payload may have. Otherwise anybody who can
// write to a queue could use it.
func refusedInMessage(req reactivate.Request) *DecodeError {
	field := ""
	switch {
	case req.Force:
		field = "force"
	case req.Notify != "":
		field = "notify"
	case req.Watch > 0:
		field = "watch"
	default:
		return nil
	}
	return &DecodeError{Field: field, Problem: say("not-in-message")}
}

// doctor decodes {"doctor": true}, which may stand alone or beside "notify": "always".
func (d Decoder) doctor(o object, depth int) (Decoded, *DecodeError) {
	if problem := o.repeated(); problem != nil {
		return Decoded{}, problem
	}
	if depth > 0 {
		return Decoded{}, &DecodeError{Field: "doctor", Problem: say("doctor-inside")}
	}
	decoded := Decoded{Source: d.source(), IsRequest: true, Doctor: true}
	for _, f := range o {
		value, _ := stringValue(f.value)
		switch {
		case string(f.name) == "doctor" && string(f.value) == "true":
		case string(f.name) == "notify" && value == "always":
			decoded.DoctorNotify = true
		default:
			return Decoded{}, &DecodeError{Field: "doctor", Problem: say("doctor-fields"), Example: ExampleDoctor}
		}
	}
	return decoded, nil
}

// asks is the result of an event with one request.
func asks(req reactivate.Request) Decoded {
	return Decoded{Requests: []reactivate.Request{req}, Source: req.Source, EventID: req.EventID}
}

// origin says where an event comes from, and how soon its instances may be acted on.
type origin struct {
	source   reactivate.Source
	id       string
	standing reactivate.Standing
}

// ignored is the result of a valid event that asks for nothing.
func (o origin) ignored(reason Said) Decoded {
	return Decoded{Ignored: reason, Source: o.source, EventID: o.id}
}

// eventID cuts an event's id to what a report can show: 128 printable characters, which is also
// EventBridge's own limit: https://help.aliyun.com/en/eventbridge/product-overview/limits
func eventID(id string) string { return strings.TrimSpace(printable(id, 128)) }
