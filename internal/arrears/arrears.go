// Package arrears finds out when an instance was stopped for arrears, and when it may be released. All times are in Unix seconds, and 0 is
// a time that is not known.
package arrears

import (
	"cmp"
	"time"
)

// ReleaseAfter is how long after its stop an overdue instance is released, with its data.
// https://www.alibabacloud.com/help/en/ecs/overdue-payments
const ReleaseAfter = 15 * 24 * time.Hour

// Event is an entry of an instance's history: that it was, or will be, stopped or released for overdue payment.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
type Event struct {
	InstanceID string
	Delete     bool   // of type AccountUnbalanced.Delete; else AccountUnbalanced.Stop
	Status     string // Scheduled, Avoided, Executing, Executed, Canceled, Failed or Inquiring; others may come
	Published  int64
	NotBefore  int64 // when it is to happen
	Finished   int64 // when it was over
}

// matters tells whether a future release can be derived from the event: from a planned release, or from a stop that took place. A
// planned stop does not count: the instance may be stopped already, and the 15 days begin with the stop.
func (e *Event) matters() bool {
	switch e.Status {
	case "Executed":
		return !e.Delete
	case "Avoided", "Canceled", "Failed":
		return false
	}
	return e.Delete
}

// Known is what an instance's events say about its stop and its release. In the zero value they say nothing.
type Known struct {
	Release  int64 // when it may be released
	ByEvent  bool  // Release is from the platform's own release event
	Stopped  int64 // its latest stop, if it was not started after that
	LastStop int64 // its latest stop, also if it was started after that
}

// Of finds when an instance may be released: by the platform's release event, or ReleaseAfter its latest stop that took place, whichever is
// earlier. Events of arrears that were over before the instance was last started do not count.
func Of(events []Event, started, now int64) Known {
	var k Known
	var earliest int64 // the earliest time in the latest stop event that is after the last start
	for i := range events {
		e := &events[i]
		if !e.matters() {
			continue
		}
		if e.Delete {
			if e.NotBefore > started && (k.Release == 0 || e.NotBefore < k.Release) {
				k.Release, k.ByEvent = e.NotBefore, true
			}
			continue
		}
		if took := cmp.Or(e.Finished, e.NotBefore, e.Published); took > k.LastStop {
			k.LastStop, earliest = took, took
			for _, at := range []int64{e.NotBefore, e.Published} {
				if at > started {
					earliest = min(earliest, at)
				}
			}
		}
	}
	if k.LastStop <= started {
		return k
	}
	k.Stopped = k.LastStop
	// It is stopped already, even if ECS's clock is ahead of ours.
	if at := min(earliest, now) + int64(ReleaseAfter/time.Second); k.Release == 0 || at < k.Release {
		k.Release, k.ByEvent = at, false
	}
	return k
}
