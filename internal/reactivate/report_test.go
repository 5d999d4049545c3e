package reactivate

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestAnAnswerHasTwentyThousandRows at most, and says how many were cut. The report itself keeps all.
func TestAnAnswerHasTwentyThousandRows(t *testing.T) {
	for _, tt := range []struct{ rows, shown, cut int }{{0, 0, 0}, {20_000, 20_000, 0}, {20_003, 20_000, 3}} {
		report := &Report{Results: make([]Result, tt.rows), Counts: map[Outcome]int{OutcomePlanned: tt.rows}}
		answer := report.Answer()
		if len(answer.Results) != tt.shown || answer.Cut != tt.cut || len(report.Results) != tt.rows || report.Cut != 0 {
			t.Errorf("%d rows: got %d and %d cut, want %d and %d", tt.rows, len(answer.Results), answer.Cut, tt.shown, tt.cut)
		}
		text, err := json.Marshal(answer)
		if err != nil || strings.Contains(string(text), `"cut":3`) != (tt.cut == 3) || tt.cut == 0 && strings.Contains(string(text), `"cut"`) {
			t.Errorf("%d rows: the text says otherwise, %v", tt.rows, err)
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
