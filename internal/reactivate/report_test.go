package reactivate

import (
	"encoding/json"
	"testing"
	"time"
)

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
