package reactivate

import (
	"encoding/json"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

func TestDaysLeftAreRoundedDown(t *testing.T) {
	for left, want := range map[time.Duration]int{day - 1: 0, day: 1, 3*day - 1: 2, -2 * day: 0} {
		r := Result{ReleaseAt: Timestamp{simStart.Add(left)}}
		if days, known := r.DaysLeft(simStart); days != want || !known {
			t.Errorf("%v: got %d, %t; want %d", left, days, known, want)
		}
	}
	if days, known := (&Result{}).DaysLeft(simStart); days != 0 || known {
		t.Errorf("got %d, %t without a release, want nothing known", days, known)
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
		read := Timestamp{simStart}
		if err := json.Unmarshal([]byte(tt.want), &read); err != nil || !read.Equal(tt.at.Truncate(time.Second)) || read.UnmarshalJSON([]byte("soon")) == nil {
			t.Errorf("%s is read as %v, %v", tt.want, read, err)
		}
	}
}

// TestWhatARunEndsIn is the greatest trouble of its rows and errors: docs/reference.md has the table.
func TestWhatARunEndsIn(t *testing.T) {
	type rows = []Result
	type errs = []RegionError
	failed := func(class cloud.Class) Result {
		return Result{Outcome: OutcomeFailed, Err: &cloud.Error{Class: class}}
	}
	deferred := func(reason Reason) Result {
		return Result{Outcome: OutcomeDeferred, Reason: reason}
	}
	overLimit := Result{Outcome: OutcomeSkipped, Verdict: VerdictOverLimit}
	for _, tt := range []struct {
		name string
		rows rows
		errs errs
		want Trouble
	}{
		{"all is well", rows{{Outcome: OutcomeReactivated}, {Outcome: OutcomeAwaitingPayment}, {Outcome: OutcomePlanned}}, nil, TroubleNone},
		{"nothing at all", nil, nil, TroubleNone},
		{"over the cap", rows{overLimit, failed(cloud.ClassDenied)}, nil, TroubleLimit},
		{"denied before failed", rows{failed(cloud.ClassUnknown), failed(cloud.ClassDenied)}, nil, TroubleDenied},
		{"failed before unfinished", rows{deferred(ReasonTimeUp), failed(cloud.ClassInvalid)}, nil, TroubleFailed},
		{"sold out is unfinished business", rows{failed(cloud.ClassCapacity), failed(cloud.ClassConflict), failed(cloud.ClassThrottled)}, nil, TroubleUnfinished},
		{"left to the next sweep", rows{deferred(ReasonLook), deferred(ReasonWatch), deferred(ReasonNoGrace)}, nil, TroubleNone},
		{"out of time", rows{deferred(ReasonTimeUp)}, nil, TroubleUnfinished},
		{"failed without a word", rows{{Outcome: OutcomeFailed}}, nil, TroubleFailed},
		{"locked is a report", rows{failed(cloud.ClassLocked), failed(cloud.ClassNotFound), failed(cloud.ClassArrears)}, nil, TroubleNone},
		{"a region that is not", nil, errs{{Err: &cloud.Error{Class: cloud.ClassNotFound}}}, TroubleFailed},
		{"a region that is down", nil, errs{{Err: &cloud.Error{Class: cloud.ClassTransient}}}, TroubleUnfinished},
		{"a role that may not be assumed", nil, errs{{Err: &cloud.Error{Class: cloud.ClassDenied}}, {Err: &cloud.Error{Class: cloud.ClassNotFound}}}, TroubleDenied},
		{"a warning is no error", nil, errs{{Err: &cloud.Error{Class: cloud.ClassDenied, Warning: true}}}, TroubleNone},
	} {
		report := &Report{Results: tt.rows, Errors: tt.errs}
		if got := report.Trouble(); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}
