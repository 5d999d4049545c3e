package reactivate

import (
	"fmt"
	"slices"
	"sync/atomic"
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

// manyAccounts are so many, with one overdue instance each, that wait for a session before their first answer: one after the other.
func manyAccounts(t *testing.T, n int, perSession time.Duration) (s *sim, most *int) {
	s = &sim{t: t, requests: []Request{by(SourceManual)}}
	opened := map[*simAccount]bool{}
	var next time.Duration
	waiting := 0
	most = &waiting
	var ends []time.Duration
	s.latency = func(q *query) time.Duration {
		if opened[q.account] {
			return 20 * time.Millisecond
		}
		opened[q.account] = true
		next = max(next, s.at()) + perSession
		ends = slices.DeleteFunc(append(ends, next), func(at time.Duration) bool { return at <= s.at() })
		*most = max(*most, len(ends))
		return next - s.at() + 20*time.Millisecond
	}
	for i := range n {
		s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(1000 + i), instances: overdueOnes(1, nil)})
	}
	return s, most
}

// TestTheFirstOfAThousandAccountsIsActedInAtOnce, and does not wait until the last is searched. Few wait for a session at a time.
func TestTheFirstOfAThousandAccountsIsActedInAtOnce(t *testing.T) {
	s, most := manyAccounts(t, 1000, time.Second/85)
	report := s.run()
	if got := report.Counts[OutcomeReactivated]; got != 1000 {
		t.Fatalf("got %v, want all reactivated", report.Counts)
	}
	if first, last := s.calls[0].at, s.calls[999].at; first > 100*time.Millisecond || last > 12*time.Second || *most > 65 {
		t.Errorf("the first was called after %v and the last after %v, want 100 ms and 12 s; %d waited for a session at once", first, last, *most)
	}
}

// TestWhatWasNotSearchedInTimeIsInTheReport: an account that got no slot is no account in which nothing is overdue.
func TestWhatWasNotSearchedInTimeIsInTheReport(t *testing.T) {
	s, _ := manyAccounts(t, 1000, time.Second/85)
	s.limit = 3 * time.Second
	report := s.run()
	if rows, errs := len(report.Results), len(report.Errors); rows+errs != 1000 || rows < 200 || errs < 700 {
		t.Errorf("got %d rows and %d errors, want each account in one of them, and 3 s of the 12 to be used", rows, errs)
	}
}

// TestAnAccountIsClosedWhenItsRunIsOver, once, whatever becomes of the others, and not before its last call.
func TestAnAccountIsClosedWhenItsRunIsOver(t *testing.T) {
	s, _ := manyAccounts(t, 2, 0)
	s.accounts[1].instances[0].starts = time.Minute
	var closed [2]atomic.Int64
	for i, account := range s.accounts {
		account.closed = func() {
			if closed[i].Swap(int64(s.at())) != 0 {
				t.Errorf("account %d is closed twice", i)
			}
		}
	}
	s.run()
	if first, second := time.Duration(closed[0].Load()), time.Duration(closed[1].Load()); first < time.Second || first > 10*time.Second || second < time.Minute {
		t.Errorf("closed after %v and %v, want each when its instance runs", first, second)
	}
}
