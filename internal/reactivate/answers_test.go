package reactivate

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// refuses refuses some queries.
func refuses(err *Error, which func(*query) bool) func(*query) *Error {
	return times(math.MaxInt, err, which)
}

// times refuses the first n of some queries.
func times(n int, err *Error, which func(*query) bool) func(*query) *Error {
	return func(q *query) *Error {
		if n == 0 || !which(q) {
			return nil
		}
		n--
		return err
	}
}

// firstly refuses the first calls.
func firstly(n int, err *Error) func(*query) *Error {
	return times(n, err, func(q *query) bool { return q.calls("") })
}

// slow has some queries wait for their answers, and the others 20 ms.
func slow(latency time.Duration, which func(*query) bool) func(*query) time.Duration {
	return func(q *query) time.Duration {
		if which(q) {
			return latency
		}
		return 20 * time.Millisecond
	}
}

// busyUntil has looks show an instance on its way to Stopped for a while.
func busyUntil(until time.Duration) func(time.Duration, *Instance) {
	return func(at time.Duration, in *Instance) {
		if at < until {
			in.Status, in.Locks = StatusStopping, nil
		}
	}
}

// TestWhatECSAnswers runs one instance through what ECS may answer to its call: docs/reference.md has the table.
func TestWhatECSAnswers(t *testing.T) {
	class := func(class Class) *Error { return &Error{Op: opReActivate, Code: "Code", Class: class} }
	ownMoney := class(ClassArrears)
	ownMoney.InstanceOnly = true
	session := &Error{Op: opAssumeRole, Code: "Throttling", Class: ClassTransient}
	for _, tt := range []struct {
		name     string
		fault    func(*query) *Error
		lost     func(*query) *Error
		paid     []time.Duration
		outcome  Outcome
		calls    int // that were answered
		attempts int
		class    Class
	}{
		{"taken", nil, nil, nil, OutcomeReactivated, 1, 1, ""},
		{"throttled often: no attempt", firstly(9, errThrottled), nil, nil, OutcomeReactivated, 10, 1, ""},
		{"no answer, then taken", firstly(2, errTransient), nil, nil, OutcomeReactivated, 3, 3, ""},
		{"no answer for ever", firstly(99, errTransient), nil, nil, OutcomeFailed, 5, 5, ClassTransient},
		{"the answer lost, but the call worked", nil, firstly(1, errTransient), nil, OutcomeRecovered, 1, 1, ""},
		{"a conflict, for it runs already", nil, firstly(1, errConflict), nil, OutcomeRecovered, 1, 1, ""},
		{"a conflict once", firstly(1, errConflict), nil, nil, OutcomeReactivated, 2, 2, ""},
		{"a conflict for ever", firstly(99, errConflict), nil, nil, OutcomeFailed, 5, 5, ClassConflict},
		{"sold out", firstly(1, errSoldOut), nil, nil, OutcomeReactivated, 2, 2, ""},
		{"no money", nil, nil, []time.Duration{0}, OutcomeAwaitingPayment, 1, 1, ClassArrears},
		{"no money for its image", firstly(1, ownMoney), nil, nil, OutcomeAwaitingPayment, 1, 1, ClassArrears},
		{"unknown", firstly(1, class(ClassUnknown)), nil, nil, OutcomeFailed, 1, 1, ClassUnknown},
		{"denied", firstly(1, class(ClassDenied)), nil, nil, OutcomeFailed, 1, 1, ClassDenied},
		{"locked", firstly(1, class(ClassLocked)), nil, nil, OutcomeFailed, 1, 1, ClassLocked},
		{"no session, then one: no attempt", firstly(7, session), nil, nil, OutcomeReactivated, 8, 1, ""},
		{"never a session: the role is refused", firstly(1, &Error{Op: opAssumeRole, Code: "NoPermission", Class: ClassDenied}), nil, nil, OutcomeFailed, 1, 0, ClassDenied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, fault: tt.fault, lost: tt.lost, accounts: []*simAccount{{
				requests: []Request{by(SourceManual, simID(0))}, instances: overdueOnes(1, nil), paid: tt.paid,
			}}}
			calls := 0
			s.judge = func(q *query) {
				if q.calls("") && q.answered {
					calls++
				}
			}
			got := s.play().Results[0]
			var class Class
			if got.Err != nil {
				class = got.Err.Class
			}
			if got.Outcome != tt.outcome || calls != tt.calls || got.Attempts != tt.attempts || class != tt.class {
				t.Errorf("got %s, %d calls, %d attempts, %q; want %s, %d, %d, %q", got.Outcome, calls, got.Attempts, class, tt.outcome, tt.calls, tt.attempts, tt.class)
			}
			if got.Outcome == OutcomeRecovered && got.After != StatusRunning {
				t.Errorf("recovered, but last seen %s", got.After)
			}
		})
	}
}

func TestItIsWatchedForAsLongAsAsked(t *testing.T) {
	for _, tt := range []struct {
		name   string
		wait   time.Duration
		starts time.Duration
		want   Outcome
	}{
		{"until it runs", 10 * time.Minute, 9 * time.Minute, OutcomeReactivated},
		{"until the wait is over", 10 * time.Minute, 11 * time.Minute, OutcomeAccepted},
		{"one look without a wait", 0, time.Minute, OutcomeAccepted},
		{"one look is enough where it is quick", 0, 1, OutcomeReactivated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := by(SourceManual, simID(0))
			req.Wait = &tt.wait
			s := &sim{t: t, accounts: []*simAccount{{requests: []Request{req}, instances: overdueOnes(1, func(_ int, in *simInstance) { in.starts = tt.starts })}}}
			got := s.play().Results[0]
			if took := s.accounts[0].ended; got.Outcome != tt.want || took > tt.wait+time.Second || s.looks < 2 || s.looks > 40 {
				t.Errorf("got %s after %v and %d looks, want %s after about %v and few", got.Outcome, took, s.looks, tt.want, tt.wait)
			}
		})
	}
}

// TestEachIsWatchedInItsTurn has more instances that do not come up than one look shows.
func TestEachIsWatchedInItsTurn(t *testing.T) {
	s := &sim{t: t, paging: PageSize, accounts: []*simAccount{{requests: []Request{by(SourceManual)}, instances: overdueOnes(300, func(i int, in *simInstance) {
		if i < 150 {
			in.starts = time.Hour
		}
	})}}}
	s.ends = func(_ *simAccount, r *row) {
		if r.outcome == OutcomeReactivated && s.at() > 2*time.Minute {
			t.Errorf("%s was seen Running after %v", r.id, s.at())
		}
	}
	if report := s.play(); report.Counts[OutcomeReactivated] != 150 || report.Counts[OutcomeAccepted] != 150 {
		t.Errorf("got %v, want the half that runs to be seen", report.Counts)
	}
}

// TestWhoGoesFirst plays one overdue instance and a busy one, asked for in each way.
func TestWhoGoesFirst(t *testing.T) {
	asks := func(standing Standing, edit func(*Request)) Request {
		req := Request{InstanceIDs: simIDs(2), Standing: standing, Source: SourceCloudMonitor}
		if edit != nil {
			edit(&req)
		}
		return req
	}
	all := func(req *Request) { req.InstanceIDs, req.Sweep = nil, true }
	watch := func(req *Request) { req.InstanceIDs, req.Watch = nil, 5*time.Minute }
	dry := func(req *Request) { req.DryRun = true }
	for _, tt := range []struct {
		name     string
		policy   Policy
		requests []Request
		want     string        // of the overdue one and, where it is asked for, the busy one
		called   time.Duration // 0: not
		by       time.Duration
	}{
		{"a person", Policy{}, []Request{asks(StandingPerson, nil)}, "reactivated/0 reactivated/0", time.Second, 0},
		{"a person's sweep", Policy{}, []Request{asks(StandingPerson, all)}, "reactivated/0", time.Second, 0},
		{"a fresh event", Policy{}, []Request{asks(StandingFresh, nil)}, "reactivated/0 reactivated/0", time.Second, 0},
		{"an old event", Policy{}, []Request{asks(StandingLook, nil)}, "deferred/3 deferred/3", 0, time.Second},
		{"any other with ids", Policy{}, []Request{asks(StandingOther, nil)}, "reactivated/0 reactivated/0", 10 * time.Minute, 0},
		{"any other sweep", Policy{}, []Request{asks(StandingOther, all)}, "reactivated/0", 10 * time.Minute, 0},
		{"a watch", Policy{}, []Request{asks(StandingPerson, watch)}, "deferred/4", 0, time.Second},
		{"a watch in a configured dry run", Policy{DryRun: true}, []Request{asks(StandingOther, watch)}, "deferred/4", 0, time.Second},
		{"a watch over the cap", Policy{Cap: 1}, []Request{asks(StandingOther, watch)}, "deferred/4", 0, time.Second},
		{"a dry run", Policy{}, []Request{asks(StandingOther, dry)}, "planned/0 skipped/0", 0, time.Second},
		{"a configured dry run", Policy{DryRun: true}, []Request{asks(StandingOther, nil)}, "planned/5 skipped/0", 0, time.Second},
		{"without a grace: an old event", Policy{Grace: -1}, []Request{asks(StandingLook, nil)}, "reactivated/0 reactivated/0", time.Second, 0},
		{"without a grace: a sweep", Policy{Grace: -1}, []Request{asks(StandingOther, all)}, "reactivated/0", time.Second, 0},
		{"without a grace: a watch", Policy{Grace: -1}, []Request{asks(StandingOther, watch)}, "deferred/4", 0, time.Second},
		{"an old event and a fresh one", Policy{}, []Request{asks(StandingLook, nil), asks(StandingFresh, nil)}, "reactivated/0 reactivated/0", time.Second, 0},
		{"an old event and a sweep", Policy{}, []Request{asks(StandingLook, nil), asks(StandingOther, all)}, "reactivated/0 reactivated/0", 10 * time.Minute, 0},
		{"an old event and a person's dry run", Policy{}, []Request{asks(StandingLook, nil), asks(StandingPerson, dry)}, "deferred/3 deferred/3", 0, time.Second},
		{"a watch and a dry run", Policy{}, []Request{asks(StandingOther, watch), asks(StandingPerson, dry)}, "planned/0 skipped/0", 0, time.Second},
		{"a watch and a sweep", Policy{}, []Request{asks(StandingOther, watch), asks(StandingOther, all)}, "reactivated/0", 10 * time.Minute, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.policy.Grace == 0 {
				tt.policy.Grace = 10 * time.Minute
			}
			s := &sim{t: t, policy: tt.policy, accounts: []*simAccount{{requests: tt.requests, instances: overdueOnes(2, func(i int, in *simInstance) {
				if i == 1 {
					in.onLook = busyUntil(5 * time.Second)
				}
			})}}}
			report := s.play()
			got := ""
			for _, r := range report.Results {
				got += fmt.Sprintf(" %s/%d", r.Outcome, r.Reason)
			}
			if got != " "+tt.want {
				t.Errorf("got%s, want %s", got, tt.want)
			}
			if len(s.calls) > 0 != (tt.called > 0) || tt.called > 0 && (s.calls[0].at > tt.called+time.Second || s.calls[0].at < tt.called-time.Second) {
				t.Errorf("called %v, want after %v", s.calls, tt.called)
			}
			if took := s.accounts[0].ended; tt.by > 0 && took > tt.by {
				t.Errorf("took %v, want at most %v", took, tt.by)
			}
			if err := report.Trouble(); err != TroubleNone {
				t.Errorf("ended in %v, want no error", err)
			}
		})
	}
}

// TestTheCapHolds counts what would be called before anything is: the busy and those in their grace as if they would be, dry rows not.
func TestTheCapHolds(t *testing.T) {
	dry := by(SourceManual, simIDs(9)...)
	dry.DryRun = true
	old := by(SourceCloudMonitor, simIDs(9)...)
	old.Standing = StandingLook
	three := by(SourceManual, simIDs(3)...)
	lastIs := func(edit func(*simInstance)) func(int, *simInstance) {
		return func(i int, in *simInstance) {
			if i == 2 {
				edit(in)
			}
		}
	}
	for _, tt := range []struct {
		name     string
		cap      int
		grace    time.Duration
		requests [][]Request // by account
		edit     func(i int, in *simInstance)
		paid     []time.Duration
		called   int
		verdict  Verdict // of the first row
		limitErr bool
	}{
		{"as many as it allows", 3, 0, [][]Request{{three}}, nil, nil, 3, VerdictReactivate, false},
		{"one more: none", 2, 0, [][]Request{{three}}, nil, nil, 0, VerdictOverLimit, true},
		{"over two accounts: none", 5, 0, [][]Request{{three}, {three}}, nil, nil, 0, VerdictOverLimit, true},
		{"the busy count as if they would be called", 2, 0, [][]Request{{three}}, lastIs(func(in *simInstance) { in.onLook = busyUntil(30 * time.Second) }), nil, 0, VerdictOverLimit, true},
		{"those that stay busy too", 2, 0, [][]Request{{three}}, lastIs(func(in *simInstance) { in.onLook = busyUntil(time.Hour) }), nil, 0, VerdictOverLimit, true},
		{"the busy that turn out not to be overdue do not", 2, 0, [][]Request{{three}}, lastIs(func(in *simInstance) {
			in.status, in.onLook = StatusRunning, busyUntil(30*time.Second)
		}), nil, 2, VerdictReactivate, false},
		{"so do the starting, which may fall back", 2, time.Minute, [][]Request{{by(SourceTimer, simIDs(3)...)}}, lastIs(func(in *simInstance) {
			in.onLook = func(at time.Duration, in *Instance) {
				if at > 30*time.Second && at < 70*time.Second {
					in.Status, in.Locks = StatusStarting, nil
				}
			}
		}), nil, 0, VerdictOverLimit, true},
		{"dry rows do not count", 2, 0, [][]Request{{dry, by(SourceManual, simID(9))}}, nil, nil, 1, VerdictReactivate, false},
		{"nor what is left to the next sweep on purpose", 2, time.Minute, [][]Request{{old, by(SourceManual, simID(9))}}, nil, nil, 1, VerdictReactivate, false},
		{"what the platform brings back in the grace does not count", 3, 10 * time.Minute, [][]Request{{by(SourceTimer)}}, func(i int, in *simInstance) {
			if i >= 2 {
				in.restored = 1
			}
		}, []time.Duration{0, time.Minute}, 2, VerdictReactivate, false},
		{"what it does not bring back does", 3, 10 * time.Minute, [][]Request{{by(SourceTimer)}}, nil, nil, 0, VerdictOverLimit, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Cap: tt.cap, Grace: tt.grace}}
			for i, requests := range tt.requests {
				s.accounts = append(s.accounts, &simAccount{id: fmt.Sprint(i), requests: requests, instances: overdueOnes(10, tt.edit), paid: tt.paid})
			}
			report := s.play()
			if len(s.calls) != tt.called || report.Results[0].Verdict != tt.verdict {
				t.Errorf("made %d calls, want %d; first row %+v", len(s.calls), tt.called, report.Results[0])
			}
			if got := report.Trouble(); (got == TroubleLimit) != tt.limitErr {
				t.Errorf("got %v", got)
			}
		})
	}
}
