package reactivate

import (
	"cmp"
	"time"
)

// ReleaseBasis says how the time of an instance's release is known.
type ReleaseBasis string

const (
	ReleaseUnknown ReleaseBasis = ""      // it is not known
	ReleaseEvent   ReleaseBasis = "event" // by the platform's own release event
	ReleaseStop    ReleaseBasis = "stop"  // by its stop event: ReleaseAfter later

	ReleaseScalingGroup ReleaseBasis = "scaling-group" // Auto Scaling may release it at any time
)

// ReleaseAfter is how long after its stop an overdue instance is released, with its data.
// https://www.alibabacloud.com/help/en/ecs/overdue-payments
const ReleaseAfter = 15 * 24 * time.Hour

// ArrearsEvent is an entry of an instance's history: that it was, or will be, stopped or released for overdue payment.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
type ArrearsEvent struct {
	InstanceID string
	Delete     bool      // of type AccountUnbalanced.Delete; else AccountUnbalanced.Stop
	Status     string    // Scheduled, Avoided, Executing, Executed, Canceled, Failed or Inquiring; others may come
	Published  time.Time // zero: not known
	NotBefore  time.Time // when it is to happen; zero: not known
	Finished   time.Time // when it had happened; zero: not known
}

// matters tells whether a future release can be derived from an event: from a planned release, or from a stop that took place. A
// planned stop does not count: the instance may be stopped already, and the 15 days begin with the stop.
func (e *ArrearsEvent) matters() bool {
	switch e.Status {
	case "Executed":
		return !e.Delete
	case "Avoided", "Canceled", "Failed":
		return false
	}
	return e.Delete
}

// arrearsNote is an ArrearsEvent that matters, in little memory: a sweep may keep a hundred thousand of them.
type arrearsNote struct {
	instanceID                     string
	delete                         bool
	published, notBefore, finished int64 // in Unix seconds; 0: not known
}

func noteOf(e *ArrearsEvent) arrearsNote {
	return arrearsNote{e.InstanceID, e.Delete, seconds(e.Published), seconds(e.NotBefore), seconds(e.Finished)}
}

// seconds is a time in Unix seconds, 0 for the zero time.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// timestamp is the reverse of seconds.
func timestamp(seconds int64) Timestamp {
	if seconds == 0 {
		return Timestamp{}
	}
	return Timestamp{time.Unix(seconds, 0).UTC()}
}

// Timestamp is a time as the report shows it: UTC, in RFC 3339 and whole seconds, and "" for the zero time.
type Timestamp struct{ time.Time }

// MarshalText returns the time as the report shows it.
func (t Timestamp) MarshalText() ([]byte, error) {
	if t.IsZero() {
		return nil, nil
	}
	return []byte(t.UTC().Format(time.RFC3339)), nil
}

// MarshalJSON is MarshalText in quotes; the embedded time's own would show the zero time.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return noTime, nil
	}
	text, err := t.MarshalText()
	return []byte(`"` + string(text) + `"`), err
}

var noTime = []byte(`""`) // made once: a report may have a hundred thousand

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	if string(text) == `""` {
		*t = Timestamp{}
		return nil
	}
	return t.Time.UnmarshalJSON(text)
}

// DaysLeft returns how many whole days are left until the instance may be released, rounded down, 0 for today and for what is
// past; known is false if the time of its release is not known.
func (r *Result) DaysLeft(now time.Time) (days int, known bool) {
	if r.ReleaseAt.IsZero() {
		return 0, false
	}
	return max(0, int(r.ReleaseAt.Sub(now)/(24*time.Hour))), true
}

// release is what an instance's events say about its stop and its release, in Unix seconds. In the zero value they say nothing.
type release struct {
	at       int64
	byEvent  bool  // that is the platform's own release event
	stopped  int64 // when its latest executed stop event happened, if the instance was not started after that
	executed int64 // when its latest executed stop event happened, also if it was started after that
}

// releaseOf finds when an instance may be released: by the platform's release event, or ReleaseAfter its latest executed stop event,
// whichever is earlier. Events of arrears that were over before the instance was last started do not count.
func releaseOf(events []arrearsNote, started int64, now time.Time) release {
	var r release
	var earliest int64 // the earliest time after the last start that the latest stop event names
	for _, e := range events {
		if e.delete {
			if e.notBefore > started && (r.at == 0 || e.notBefore < r.at) {
				r.at, r.byEvent = e.notBefore, true
			}
			continue
		}
		if took := cmp.Or(e.finished, e.notBefore, e.published); took > r.executed {
			r.executed, earliest = took, took
			for _, at := range []int64{e.notBefore, e.published} {
				if at > started {
					earliest = min(earliest, at)
				}
			}
		}
	}
	if r.executed <= started {
		return r
	}
	r.stopped = r.executed
	// It is stopped already, even if ECS's clock is ahead of ours.
	if at := min(earliest, now.Unix()) + int64(ReleaseAfter/time.Second); r.at == 0 || at < r.at {
		r.at, r.byEvent = at, false
	}
	return r
}

// mostUrgent goes before all others.
const mostUrgent = 0

// urgency orders calls: those with three days left or less, then those without a known time, then the others.
func (r release) urgency(now time.Time) int8 {
	switch {
	case r.at == 0:
		return 2
	case r.at-now.Unix() <= int64(3*24*time.Hour/time.Second):
		return 1
	}
	return 3
}
