package event

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/reactivate"
)

// freshFor is how old an event may be to be acted on at once. An older one does not show what state its instance is in now.
// Function Compute's queue holds events for up to a day. It delivers those of an account in arrears just after the bill was
// paid, when the platform is restoring the instances itself.
const freshFor = 10 * time.Minute

// bareStanding is the standing of a bare request. What comes by hand or by HTTP was sent by a person who waits for the answer.
func bareStanding(source reactivate.Source) reactivate.Standing {
	if source == reactivate.SourceManual || source == reactivate.SourceHTTP {
		return reactivate.StandingPerson
	}
	return reactivate.StandingOther
}

// standing is the standing of an event of one instance. The time is the event's own, not that of an envelope. An event without a
// time is fresh, and so is an event from the future, because its sender's clock is ahead. An event whose time cannot be read is
// not fresh.
func (d Decoder) standing(e instanceEvent, at json.RawMessage) reactivate.Standing {
	if !e.atOnce() {
		return reactivate.StandingLook
	}
	if !hasValue(at) {
		return reactivate.StandingFresh
	}
	if t, ok := moment(at); ok && !d.Now.IsZero() && d.Now.Sub(t) <= freshFor {
		return reactivate.StandingFresh
	}
	return reactivate.StandingLook
}

// atOnce tells whether the event, if it is fresh, is a reason to act at once: its instance has stopped, was stopped for overdue
// payment, or was restored by the platform.
func (e instanceEvent) atOnce() bool {
	switch kind, _ := splitName(e.name); kind {
	case stateChange:
		return strings.EqualFold(e.state, "Stopped")
	case autoReactivated:
		return true
	case arrearsStop:
		return e.executed()
	}
	return false
}

// executed tells whether the event says that it has been carried out, and no stage contradicts that.
func (e instanceEvent) executed() bool {
	executed := false
	for _, at := range e.stages {
		switch {
		case strings.EqualFold(at, "executed"):
			executed = true
		case at != "" && !strings.EqualFold(at, "normal"): // Normal is the status of any plain notification
			return false
		}
	}
	return executed
}

// layouts are the forms of time in events. Each also takes a fraction of a second.
var layouts = []string{
	"20060102T150405Z0700",     // CloudMonitor: 20190409T121826.922+0800
	time.RFC3339,               // EventBridge, and timers
	"2006-01-02T15:04:05Z0700", // the same without a colon in the zone
	"2006-01-02T15:04Z07:00",   // ECS, without seconds
}

// moment reads a time: one of the forms above, or seconds or milliseconds since 1970. ok is false for anything else.
func moment(raw json.RawMessage) (t time.Time, ok bool) {
	value := strings.TrimSpace(text(raw))
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 {
		if n >= firstMillisecond {
			return time.UnixMilli(n), true
		}
		return time.Unix(n, 0), true
	}
	// Published events of EventBridge have the zone as a word: 2020-11-19T21:04:42.179PRC, or …Asia/Shanghai.
	for _, zone := range []string{"PRC", "Asia/Shanghai"} {
		if local, found := strings.CutSuffix(value, zone); found {
			value = local + "+08:00"
		}
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// firstMillisecond is the first number that is taken for milliseconds. As seconds it would be in the year 5138.
const firstMillisecond = 100_000_000_000
