package arrears_test

import (
	"testing"
	"time"

	"reactivate/internal/arrears"
)

func TestOf(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	day := func(n float64) int64 { return now.Add(time.Duration(n * 24 * float64(time.Hour))).Unix() }
	stopped := func(status string, at int64) arrears.Event { return arrears.Event{Status: status, Finished: at} }
	deleted := func(status string, at int64) arrears.Event {
		return arrears.Event{Delete: true, Status: status, NotBefore: at}
	}
	for _, tt := range []struct {
		name    string
		events  []arrears.Event
		started int64
		want    int64
		byEvent bool
		stop    bool // its stop is known
	}{
		{"nothing known", nil, 0, 0, false, false},
		{"its stop", []arrears.Event{stopped("Executed", day(-3))}, day(-40), day(12), false, true},
		{"the earliest time that the stop's event tells", []arrears.Event{{Status: "Executed", Published: day(-4), NotBefore: day(-3.5), Finished: day(-3)}}, day(-40), day(11), false, true},
		{"a stop announced before it was last started", []arrears.Event{{Status: "Executed", Published: day(-20), Finished: day(-3)}}, day(-10), day(12), false, true},
		{"its release is scheduled", []arrears.Event{deleted("Scheduled", day(9))}, day(-40), day(9), true, false},
		{"the earlier of both: the event", []arrears.Event{stopped("Executed", day(-3)), deleted("Scheduled", day(9))}, day(-40), day(9), true, true},
		{"the earlier of both: the stop", []arrears.Event{stopped("Executed", day(-3)), deleted("Scheduled", day(20))}, day(-40), day(12), false, true},
		{"older arrears, settled, and newer ones", []arrears.Event{stopped("Executed", day(-14)), deleted("Avoided", day(1)), stopped("Executed", day(-2))}, day(-10), day(13), false, true},
		{"older arrears alone", []arrears.Event{stopped("Executed", day(-14))}, day(-10), 0, false, false},
		{"the latest of two stops since it was started", []arrears.Event{stopped("Executed", day(-2)), stopped("Executed", day(-5))}, day(-10), day(13), false, true},
		{"avoided, canceled and failed ones", []arrears.Event{stopped("Avoided", day(-2)), stopped("Canceled", day(-2)), deleted("Failed", day(5))}, day(-40), 0, false, false},
		{"an executed release is over", []arrears.Event{deleted("Executed", day(-5))}, day(-40), 0, false, false},
		{"its release is moved: the earlier", []arrears.Event{deleted("Scheduled", day(9)), deleted("Inquiring", day(7))}, day(-40), day(7), true, false},
		{"its release is moved: the later is no matter", []arrears.Event{deleted("Inquiring", day(7)), deleted("Scheduled", day(9))}, day(-40), day(7), true, false},
		{"it was announced after its time", []arrears.Event{{Status: "Executed", NotBefore: day(-4), Published: day(-3.5), Finished: day(-3)}}, day(-40), day(11), false, true},
		{"a stop of an unknown status", []arrears.Event{stopped("Pondering", day(-3))}, day(-40), 0, false, false},
		{"a stop that is planned, beside an older one", []arrears.Event{stopped("Executed", day(-2)), {Status: "Scheduled", Published: day(-0.1)}, {Status: "Executing", NotBefore: day(-0.1)}}, day(-40), day(13), false, true},
		{"a stop that is planned", []arrears.Event{{Status: "Scheduled", Published: day(-0.1), NotBefore: day(1)}}, day(-40), 0, false, false},
		{"no start time", []arrears.Event{stopped("Executed", day(-3))}, 0, day(12), false, true},
		{"no times", []arrears.Event{{Status: "Executed"}, {Delete: true, Status: "Scheduled"}}, day(-40), 0, false, false},
		{"a clock ahead of ours", []arrears.Event{stopped("Executed", day(1))}, day(-40), day(15), false, true},
		{"overdue for its release", []arrears.Event{stopped("Executed", day(-16))}, day(-40), day(-1), false, true},
	} {
		got := arrears.Of(tt.events, tt.started, now.Unix())
		if got.Release != tt.want || got.ByEvent != tt.byEvent || (got.Stopped != 0) != tt.stop {
			t.Errorf("%s: got %+v, want %d, %t, stopped %t", tt.name, got, tt.want, tt.byEvent, tt.stop)
		}
	}
}
