package reactivate

import "time"

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
	Published  time.Time // zero: not told
	NotBefore  time.Time // when it is to happen; zero: not told
	Finished   time.Time // when it had happened; zero: not told
}

// matters tells whether an event tells anything of a release that is still to come.
func (e *ArrearsEvent) matters() bool {
	switch e.Status {
	case "Avoided", "Canceled", "Failed":
		return false
	case "Executed":
		return !e.Delete
	}
	return true
}

// arrearsNote is an ArrearsEvent that matters, in little memory: a sweep may keep a hundred thousand of them.
type arrearsNote struct {
	instanceID                     string
	delete                         bool
	published, notBefore, finished int64 // in Unix seconds; those of the zero time where they are not told
}

func noteOf(e *ArrearsEvent) arrearsNote {
	return arrearsNote{e.InstanceID, e.Delete, e.Published.Unix(), e.NotBefore.Unix(), e.Finished.Unix()}
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
	text, err := t.MarshalText()
	return []byte(`"` + string(text) + `"`), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	if string(text) == `""` {
		*t = Timestamp{}
		return nil
	}
	return t.Time.UnmarshalJSON(text)
}

// DaysLeft returns how many whole days are left until the instance may be released, rounded down, 0 for today and for what is
// past; known is false where the time of its release is not known.
func (r *Result) DaysLeft(now time.Time) (days int, known bool) {
	if r.ReleaseAt.IsZero() {
		return 0, false
	}
	return max(0, int(r.ReleaseAt.Sub(now)/(24*time.Hour))), true
}

// release is what an instance's events tell of its release. The zero value is one that they tell nothing of.
type release struct {
	at    time.Time
	basis ReleaseBasis
	stop  bool // it has a stop event: it ran before the arrears
}

// releaseOf finds when an instance may be released: by the platform's release event, or ReleaseAfter its latest stop event,
// whichever is earlier. Events of arrears that were over before the instance was last started do not count.
func releaseOf(events []arrearsNote, started, now time.Time) release {
	var r release
	var stopped time.Time
	for _, e := range events {
		if e.delete {
			if at := firstAfter(started, e.notBefore); !at.IsZero() && (r.at.IsZero() || at.Before(r.at)) {
				r.at, r.basis = at, ReleaseEvent
			}
			continue
		}
		if at := firstAfter(started, e.finished, e.notBefore, e.published); !at.IsZero() && at.After(stopped) {
			stopped = at
		}
	}
	if stopped.IsZero() {
		return r
	}
	r.stop = true
	// It is stopped already, whatever the two clocks say.
	if at := earliest(stopped, now).Add(ReleaseAfter); r.at.IsZero() || at.Before(r.at) {
		r.at, r.basis = at, ReleaseStop
	}
	return r
}

// firstAfter returns the earliest of the times, in Unix seconds, that are after another; zero if none is.
func firstAfter(t time.Time, times ...int64) (first time.Time) {
	for _, seconds := range times {
		at := time.Unix(seconds, 0).UTC()
		if !at.IsZero() && at.After(t) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// urgency orders calls: those with three days left or less, then those of which nothing is known, then the others.
func (r release) urgency(now time.Time) int8 {
	switch {
	case r.at.IsZero():
		return 1
	case r.at.Sub(now) <= 3*24*time.Hour:
		return 0
	}
	return 2
}
