package queries_test

import (
	"strings"
	"testing"
	"time"
)

// TestDashboardShowsWhatHappened computes each chart over what the function logged.
func TestDashboardShowsWhatHappened(t *testing.T) {
	now := time.Now().Truncate(time.Hour).Add(30 * time.Minute) // far from the end of an hour
	var lines []line
	for i, name := range []string{"paid", "12 days on", "denied", "watch", "calm"} {
		lines = append(lines, ended(t, name, now.Add(time.Duration(i-9)*time.Minute))...)
	}
	want := map[string][]row{
		"Overdue now":                  {{"overdue": 4.0}},
		"Brought back in 7 days":       {{"instances": 2.0}},
		"Days to the nearest release":  {{"days": 2.0}},
		"Minutes since the last sweep": {{"minutes": 5.0}},
		"Outcomes by hour":             {{"reactivated": 2.0, "waiting": 2.0, "failed": 2.0, "recovered": 0.0, "accepted": 0.0, "planned": 0.0, "deferred": 0.0}},
		"What is open, and what to do": {
			{"account": watchedAccount, "name": "web-1", "outcome": "awaiting-payment", "region": "cn-hangzhou"},
			{"account": watchedAccount, "name": "web-2", "outcome": "awaiting-payment"},
			{"account": ownAccount, "name": "web-1", "outcome": "failed"},
			{"account": ownAccount, "name": "web-2", "outcome": "failed"},
		},
		"Errors":              {{"type": "DeniedError", "request": "1-denied"}},
		"Duration in seconds": {{"longest": 2.0, "average": 2.0}},
	}
	e := newEngine(t, lines, terraformLog(t).Bytes, now)
	for _, c := range charts(t) {
		t.Run(c.Title, func(t *testing.T) {
			columns, rows, err := e.ask(query(t, c.Query), now.Add(-time.Duration(c.Minutes)*time.Minute), now)
			if err != nil {
				t.Fatal(err)
			}
			for _, column := range append(c.X, c.Y...) {
				if !strings.Contains(strings.Join(columns, " "), column) {
					t.Errorf("shows %s, which is not among the columns %q", column, columns)
				}
			}
			if len(rows) != len(want[c.Title]) {
				t.Fatalf("%d rows, want %d: %v", len(rows), len(want[c.Title]), rows)
			}
			for i, columns := range want[c.Title] {
				for name, value := range columns {
					if rows[i][name] != value {
						t.Errorf("row %d: %s is %v, want %v", i+1, name, rows[i][name], value)
					}
				}
			}
		})
	}
}

func TestScalingGroupsComeFirst(t *testing.T) {
	now := time.Now()
	lines := append(ended(t, "denied", now.Add(-time.Hour)), ended(t, "group", now)...)
	for _, tt := range []struct {
		query, column string
		want          any
	}{
		{"nearest-release", "days", 0.0},
		{"release-soon", "nearest", "at any time"},
		{"open", "release", "at any time"},
	} {
		rows := answer(t, tt.query, lines, now, 120)
		if len(rows) == 0 || rows[0][tt.column] != tt.want {
			t.Errorf("%s gives %v, want %s %v first", tt.query, rows, tt.column, tt.want)
		}
	}
}
