package reactivate

import (
	"fmt"
	"testing"
	"time"
)

// TestWhatIsNiceToKnowIsNotWaitedFor has the history and the balance hang: the report waits two seconds from the question on, and only
// where a row is left of which they would tell.
func TestWhatIsNiceToKnowIsNotWaitedFor(t *testing.T) {
	for _, tt := range []struct {
		name    string
		paid    []time.Duration
		balance bool
		by      time.Duration
	}{
		{"nothing is left", nil, false, 1200 * time.Millisecond},
		{"a row is left", []time.Duration{0}, false, 2100 * time.Millisecond},
		{"the balance hangs", nil, true, 2100 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(1, func(_ int, in *simInstance) { in.starts = time.Second }), paid: tt.paid}}}
			if tt.balance {
				s.policy.BalanceFloor = "1"
			}
			s.latency = slow(time.Hour, func(q *query) bool { return q.op == opHistory || q.op == opBalance })
			s.play()
			if took := s.accounts[0].ended; took > tt.by {
				t.Errorf("took %v, want at most %v", took, tt.by)
			}
		})
	}
}

// TestTheHistoryIsReadToItsEnd pages through a region's events, and asks again where that may help.
func TestTheHistoryIsReadToItsEnd(t *testing.T) {
	at := time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)
	page := func(next string, n ...int) reply {
		e := reply{next: next}
		for _, i := range n {
			e.events = append(e.events, ArrearsEvent{InstanceID: simID(i), Status: "Executed", Finished: at})
		}
		return e
	}
	pages := func(n int) map[string]reply {
		all := map[string]reply{}
		for i, token := 0, ""; i < n; i++ {
			next := fmt.Sprint(i)
			if i == n-1 {
				next = ""
			}
			all[token], token = page(next, i%4), next
		}
		return all
	}
	for _, tt := range []struct {
		name  string
		pages map[string]reply
		errs  []*Error // before the first answer
		known int
		asked int
	}{
		{"one page", map[string]reply{"": page("", 0, 1)}, nil, 2, 1},
		{"three pages", map[string]reply{"": page("a", 0), "a": page("b", 1), "b": page("", 2)}, nil, 3, 3},
		{"as many pages as are read", pages(maxPages + 1), nil, 4, maxPages + 1},
		{"more pages", pages(maxPages + 2), nil, 0, maxPages + 1},
		{"pages in a ring", map[string]reply{"": page("a", 0), "a": page("b", 1), "b": page("a", 2)}, nil, 0, 3},
		{"empty pages without end", map[string]reply{"": page("a"), "a": page("b"), "b": page("c"), "c": page("d")}, nil, 0, 3},
		{"throttled, then answered", map[string]reply{"": page("", 0)}, []*Error{errThrottled}, 1, 2},
		{"no answer for good", map[string]reply{"": page("", 0)}, []*Error{errTransient, errTransient, errTransient, errTransient, errTransient}, 0, 5},
		{"denied", map[string]reply{"": page("", 0)}, []*Error{{Op: opHistory, Code: "Forbidden.RAM", Class: ClassDenied}}, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{by(SourceTimer)}, instances: overdueOnes(4, nil), paid: []time.Duration{0}}}}
			s.policy.Grace = time.Minute
			asked := 0
			s.history = func(q *query) (reply, *Error) {
				if asked++; asked <= len(tt.errs) {
					return reply{}, tt.errs[asked-1]
				}
				return tt.pages[q.token], nil
			}
			report := s.play()
			known := 0
			for _, r := range report.Results {
				if r.ReleaseBasis == ReleaseStop {
					known++
				}
			}
			if known != tt.known || asked != tt.asked || (len(report.Warnings) == 1) != (tt.known == 0) {
				t.Errorf("got the release of %d rows after %d questions, warnings %v; want %d, %d", known, asked, report.Warnings, tt.known, tt.asked)
			}
		})
	}
}
