package reactivate

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestWhoseAccount a request is about: nobody's if it is neither watched nor the function's own.
func TestWhoseAccount(t *testing.T) {
	for _, tt := range []struct{ own, asked, want string }{
		{"", "999", "none"}, {"1", "999", "none"}, {"1", "2", "none"}, {"", "3", "3"}, {"1", "3", "3"}, {"", "", ""}, {"1", "", "1"}, {"1", "1", "1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &sim{t: t, inBubble: true, start: time.Now(), accounts: []*simAccount{{instances: one(nil)}}}
			s.prepare()
			ecs := simECS{s, s.accounts[0], nil}
			r := &Reactivator{Own: Account{ID: tt.own, ECS: ecs}, Watched: []Account{{ID: "3", ECS: ecs}}, Policy: s.policy}
			ids, all := by(SourceManual, simID(0)), by(SourceBilling)
			ids.AccountID, all.AccountID = tt.asked, tt.asked
			if tt.want != "none" {
				report := r.Run(t.Context(), []Request{ids})
				if len(s.calls) != 1 || report.Results[0].AccountID != tt.want {
					t.Errorf("%+v: called %v, got %+v", tt, s.calls, report.Results)
				}
				return
			}
			report := r.Run(t.Context(), []Request{ids, all})
			if s.looks != 0 || len(report.Errors) == 0 || report.Counts[OutcomeFailed] != 1 {
				t.Errorf("%+v: %d looks, errors %v, %v; want none, and a failed row", tt, s.looks, report.Errors, report.Counts)
			}
		})
	}
}

// TestAnAccountThatCannotBeOpened is one error, not one per region, and holds no other.
func TestAnAccountThatCannotBeOpened(t *testing.T) {
	s := &sim{t: t, policy: Policy{Regions: three}, requests: []Request{by(SourceManual)}, accounts: []*simAccount{{id: "1", instances: one(nil)}, {id: "2"}}}
	noRole := &Error{Op: opAssumeRole, Code: "NoPermission", Class: ClassDenied}
	s.fault = refuses(noRole, func(q *query) bool { return q.account.id == "2" })
	report := s.run()
	if len(s.calls) != 1 || len(report.Errors) != 1 || report.Errors[0] != (RegionError{AccountID: "2", Err: noRole}) || report.Trouble() != TroubleDenied {
		t.Errorf("called %v, errors %+v, trouble %v", s.calls, report.Errors, report.Trouble())
	}
}

// TestAThousandAccounts, with one overdue instance each, wait for a session one after the other. The first is acted in at once, and few wait
// for a session at a time. An account that got none in time is in the report: it is no account in which nothing is overdue.
func TestAThousandAccounts(t *testing.T) {
	for _, limit := range []time.Duration{0, 3 * time.Second} {
		s := &sim{t: t, limit: limit, requests: []Request{by(SourceManual)}}
		for i := range 1000 {
			s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(1000 + i), instances: one(nil)})
		}
		opened := map[*simAccount]bool{}
		var ends []time.Duration // of the waits for a session
		most := 0
		s.latency = func(q *query) time.Duration {
			if opened[q.account] {
				return 20 * time.Millisecond
			}
			opened[q.account] = true
			ends = slices.DeleteFunc(ends, func(at time.Duration) bool { return at <= s.at() })
			end := s.at() + time.Second/85
			if len(ends) > 0 {
				end = ends[len(ends)-1] + time.Second/85
			}
			ends = append(ends, end)
			most = max(most, len(ends))
			return end - s.at() + 20*time.Millisecond
		}
		report := s.run()
		rows, errs := len(report.Results), len(report.Errors)
		if rows+errs != 1000 || rows < 200 || (limit == 0) != (report.Counts[OutcomeReactivated] == 1000) {
			t.Errorf("got %d rows and %d errors, want each account in one of them, and 3 s of the 12 to be used; %v", rows, errs, report.Counts)
		}
		if first, last := s.calls[0].at, s.calls[len(s.calls)-1].at; first > 100*time.Millisecond || last > 12*time.Second || most > 65 {
			t.Errorf("the first was called after %v and the last after %v, want 100 ms and 12 s; %d waited for a session at once", first, last, most)
		}
	}
}
