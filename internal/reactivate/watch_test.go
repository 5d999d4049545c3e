package reactivate

import (
	"testing"
	"time"
)

// TestAWatchTellsTheNewsOfItsTime: each stop, and each day mark, is the news of one of the watches that follow each other.
func TestAWatchTellsTheNewsOfItsTime(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) Timestamp { return Timestamp{now.Add(-d)} }
	for _, tt := range []struct {
		name string
		row  Result
		want bool
	}{
		{"just stopped: told by the next", Result{StoppedAt: ago(59 * time.Second)}, false},
		{"the end belongs to it", Result{StoppedAt: ago(time.Minute)}, true},
		{"stopped within", Result{StoppedAt: ago(3 * time.Minute)}, true},
		{"the begin belongs to the one before", Result{StoppedAt: ago(6 * time.Minute)}, false},
		{"7 days before its release", Result{StoppedAt: ago(8 * day), ReleaseAt: ago(-7*day + 2*time.Minute)}, true},
		{"3 days", Result{StoppedAt: ago(12 * day), ReleaseAt: ago(-3*day + 2*time.Minute)}, true},
		{"1 day", Result{StoppedAt: ago(14 * day), ReleaseAt: ago(-1*day + 2*time.Minute)}, true},
		{"2 days", Result{StoppedAt: ago(13 * day), ReleaseAt: ago(-2*day + 2*time.Minute)}, false},
		{"its stop is not known", Result{ReleaseAt: ago(-7*day + 2*time.Minute)}, false},
		{"it is excluded", Result{StoppedAt: ago(3 * time.Minute), Verdict: VerdictExcluded}, false},
	} {
		if tt.row.Verdict == "" {
			tt.row.Verdict = VerdictReactivate
		}
		if got := (&Request{Watch: 5 * time.Minute}).News(&tt.row, now); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestAWatchReadsTheBalanceOfAccountsWithNews, and waits for the history, without which it has nothing to tell.
func TestAWatchReadsTheBalanceOfAccountsWithNews(t *testing.T) {
	for _, c := range []struct {
		ago  time.Duration
		at   time.Duration // of the watch, before the run; 0: by the clock
		read bool
	}{{3 * time.Minute, 0, true}, {7 * time.Minute, 0, false}, {7 * time.Minute, 4 * time.Minute, true}} {
		watch := Request{Watch: 5 * time.Minute}
		if c.at > 0 {
			watch.At = simStart.Add(-c.at)
		}
		tt := story{policy: Policy{BalanceFloor: "200"}, requests: []Request{watch}, stopped: map[string]time.Duration{simID(0): c.ago}, balance: "-5.00", latency: slow(8*time.Second, ofHistory)}
		if report := tt.sim(t).play(); len(report.Balances) == 1 != c.read || report.Results[0].StoppedAt.IsZero() {
			t.Errorf("stopped %v ago: got balances %v, rows %+v", c.ago, report.Balances, report.Results)
		}
	}
}
