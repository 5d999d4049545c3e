package event

import (
	"encoding/json"
	"slices"

	"reactivate/internal/jsonscan"
	"reactivate/internal/reactivate"
)

// batch decodes an array, as event streams and Kafka deliver it: of events, of raw messages, or of JSON strings.
// https://www.alibabacloud.com/help/en/fc/formats-of-event-for-different-triggers
//
// An element that is not an event does not stop the others.
func (d Decoder) batch(text []byte, depth int) (Decoded, *DecodeError) {
	whole := jsonscan.New(text)
	whole.Value()
	if err := whole.End(); err != nil { // a broken array must not make Decoder.Serves ask the directory
		return Decoded{}, notJSON(err)
	}
	var all batch
	s := jsonscan.New(text)
	for range s.Elements() {
		all.add(d.inner(s.Value(), depth))
	}
	if all.count == 0 {
		return Decoded{}, &DecodeError{Problem: say("empty-array")}
	}
	return all.decoded(), nil
}

// quoted decodes a JSON string that holds an event, as EventBridge's targets and Kafka's streams pass one on. An error in the
// event is an error of the payload.
func (d Decoder) quoted(text []byte, depth int) (Decoded, *DecodeError) {
	var inner string
	if err := json.Unmarshal(text, &inner); err != nil {
		return Decoded{}, notJSON(err)
	}
	return d.text([]byte(inner), depth+1)
}

// inner decodes what an envelope holds: a JSON value, or a JSON string with an event in it. Anything else is ignored: a shared
// queue carries other people's messages too.
func (d Decoder) inner(raw json.RawMessage, depth int) Decoded {
	if message, ok := stringValue(raw); ok {
		raw = json.RawMessage(message)
	}
	decoded, problem := d.text(raw, depth+1)
	if problem != nil {
		return origin{source: reactivate.SourceQueue}.ignored(say("no-event", problem.said("message")))
	}
	decoded.IsRequest = false
	return decoded
}

// maxReasons is how many different reasons are given for a batch that asks for nothing.
const maxReasons = 3

// batch sums up the elements of an array. The zero value is an empty one.
type batch struct {
	result  Decoded
	count   int    // of elements
	reasons []Said // the first few different ones
}

// add adds one element.
func (b *batch) add(element Decoded) {
	asks := len(element.Requests) > 0
	if b.count == 0 || asks && len(b.result.Requests) == 0 {
		b.result.Source, b.result.EventID = element.Source, element.EventID
	}
	b.count++
	b.result.Requests = append(b.result.Requests, element.Requests...)
	if !asks && len(b.reasons) < maxReasons && !slices.ContainsFunc(b.reasons, element.Ignored.equals) {
		b.reasons = append(b.reasons, element.Ignored)
	}
}

// decoded is the result of all elements. It is ignored only if no element asks for anything.
func (b *batch) decoded() Decoded {
	switch {
	case len(b.result.Requests) > 0:
	case b.count == 1:
		b.result.Ignored = b.reasons[0]
	default:
		each := make([]any, len(b.reasons))
		for i, reason := range b.reasons {
			each[i] = reason
		}
		b.result.Ignored = say("none-asks", b.count, say("each", each...))
	}
	return b.result
}
