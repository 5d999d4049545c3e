package reactivate

import (
	"encoding/json"
	"testing"
	"time"
)

func TestReleaseOf(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	day := func(n float64) time.Time { return now.Add(time.Duration(n * 24 * float64(time.Hour))) }
	stopped := func(status string, at time.Time) ArrearsEvent { return ArrearsEvent{Status: status, Finished: at} }
	deleted := func(status string, at time.Time) ArrearsEvent {
		return ArrearsEvent{Delete: true, Status: status, NotBefore: at}
	}
	for _, tt := range []struct {
		name    string
		events  []ArrearsEvent
		started time.Time
		want    time.Time
		basis   ReleaseBasis
		stop    bool // its stop is known
	}{
		{"nothing known", nil, time.Time{}, time.Time{}, ReleaseUnknown, false},
		{"its stop", []ArrearsEvent{stopped("Executed", day(-3))}, day(-40), day(12), ReleaseStop, true},
		{"the earliest time that the stop's event tells", []ArrearsEvent{{Status: "Executed", Published: day(-4), NotBefore: day(-3.5), Finished: day(-3)}}, day(-40), day(11), ReleaseStop, true},
		{"a stop announced before it was last started", []ArrearsEvent{{Status: "Executed", Published: day(-20), Finished: day(-3)}}, day(-10), day(12), ReleaseStop, true},
		{"its release is scheduled", []ArrearsEvent{deleted("Scheduled", day(9))}, day(-40), day(9), ReleaseEvent, false},
		{"the earlier of both: the event", []ArrearsEvent{stopped("Executed", day(-3)), deleted("Scheduled", day(9))}, day(-40), day(9), ReleaseEvent, true},
		{"the earlier of both: the stop", []ArrearsEvent{stopped("Executed", day(-3)), deleted("Scheduled", day(20))}, day(-40), day(12), ReleaseStop, true},
		{"older arrears, settled, and newer ones", []ArrearsEvent{stopped("Executed", day(-14)), deleted("Avoided", day(1)), stopped("Executed", day(-2))}, day(-10), day(13), ReleaseStop, true},
		{"older arrears alone", []ArrearsEvent{stopped("Executed", day(-14))}, day(-10), time.Time{}, ReleaseUnknown, false},
		{"the latest of two stops since it was started", []ArrearsEvent{stopped("Executed", day(-2)), stopped("Executed", day(-5))}, day(-10), day(13), ReleaseStop, true},
		{"avoided, canceled and failed ones", []ArrearsEvent{stopped("Avoided", day(-2)), stopped("Canceled", day(-2)), deleted("Failed", day(5))}, day(-40), time.Time{}, ReleaseUnknown, false},
		{"an executed release is over", []ArrearsEvent{deleted("Executed", day(-5))}, day(-40), time.Time{}, ReleaseUnknown, false},
		{"its release is moved: the earlier", []ArrearsEvent{deleted("Scheduled", day(9)), deleted("Inquiring", day(7))}, day(-40), day(7), ReleaseEvent, false},
		{"a stop of an unknown status", []ArrearsEvent{stopped("Pondering", day(-3))}, day(-40), time.Time{}, ReleaseUnknown, false},
		{"a stop that is planned, beside an older one", []ArrearsEvent{stopped("Executed", day(-2)), {Status: "Scheduled", Published: day(-0.1)}, {Status: "Executing", NotBefore: day(-0.1)}}, day(-40), day(13), ReleaseStop, true},
		{"a stop that is planned", []ArrearsEvent{{Status: "Scheduled", Published: day(-0.1), NotBefore: day(1)}}, day(-40), time.Time{}, ReleaseUnknown, false},
		{"no start time", []ArrearsEvent{stopped("Executed", day(-3))}, time.Time{}, day(12), ReleaseStop, true},
		{"no times", []ArrearsEvent{{Status: "Executed"}, {Delete: true, Status: "Scheduled"}}, day(-40), time.Time{}, ReleaseUnknown, false},
		{"a clock ahead of ours", []ArrearsEvent{stopped("Executed", day(1))}, day(-40), day(15), ReleaseStop, true},
		{"overdue for its release", []ArrearsEvent{stopped("Executed", day(-16))}, day(-40), day(-1), ReleaseStop, true},
	} {
		var events []arrearsNote
		for i := range tt.events {
			if tt.events[i].matters() {
				events = append(events, noteOf(&tt.events[i]))
			}
		}
		got := releaseOf(events, seconds(tt.started), now)
		if got.at != seconds(tt.want) || got.byEvent != (tt.basis == ReleaseEvent) || (got.at == 0) != (tt.basis == ReleaseUnknown) || (got.stopped != 0) != tt.stop {
			t.Errorf("%s: got %v, want %v, %q, stopped %t", tt.name, got, tt.want, tt.basis, tt.stop)
		}
	}
	for _, tt := range []struct {
		at   time.Time
		want int8
	}{{day(3), 1}, {day(-1), 1}, {time.Time{}, 2}, {day(3.01), 3}} {
		if got := (release{at: seconds(tt.at)}).urgency(now); got != tt.want {
			t.Errorf("urgency of %v: got %d, want %d", tt.at, got, tt.want)
		}
	}
}

func TestDaysLeftAreRoundedDown(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		in    time.Duration
		days  int
		known bool
	}{{24*time.Hour - 1, 0, true}, {24 * time.Hour, 1, true}, {71 * time.Hour, 2, true}, {-time.Hour, 0, true}, {0, 0, false}} {
		r := Result{}
		if tt.known {
			r.ReleaseAt = Timestamp{now.Add(tt.in)}
		}
		if days, known := r.DaysLeft(now); days != tt.days || known != tt.known {
			t.Errorf("%v: got %d, %t; want %d, %t", tt.in, days, known, tt.days, tt.known)
		}
	}
}

func TestTimestamp(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{{time.Time{}, `""`}, {time.Date(2026, 12, 10, 11, 0, 0, 999, shanghai), `"2026-12-10T03:00:00Z"`}} {
		if got, err := json.Marshal(Timestamp{tt.at}); err != nil || string(got) != tt.want {
			t.Errorf("got %s, %v; want %s", got, err, tt.want)
		}
		var read Timestamp
		if err := json.Unmarshal([]byte(tt.want), &read); err != nil || !read.Equal(tt.at.Truncate(time.Second)) {
			t.Errorf("%s is read as %v, %v", tt.want, read, err)
		}
	}
}
