package reactivate

import (
	"slices"
	"testing"
	"time"
)

// TestWhatAnyLookForbidsIsNotCalled: ECS shows an instance twice in one look, or an older look is answered after a newer one.
func TestWhatAnyLookForbidsIsNotCalled(t *testing.T) {
	never := map[string]string{"reactivate": "never"}
	s := &sim{t: t, policy: Policy{Grace: time.Minute}, accounts: []*simAccount{{requests: []Request{by(SourceTimer)}, instances: overdueOnes(2, nil)}}}
	s.shows = func(q *query, p Page) Page {
		if q.first() {
			return p
		}
		tagged := slices.Clone(p.Instances)
		for i := range tagged {
			tagged[i].Tags = never
		}
		return Page{Instances: []Instance{p.Instances[0], tagged[0], tagged[1], p.Instances[1]}}
	}
	if report := s.play(); len(s.calls) > 0 || report.Counts[OutcomeSkipped] != 2 {
		t.Errorf("called %v, want neither; %v", s.calls, report.Counts)
	}
}

// TestALookThatIsOlderTellsNothingNew, though it is answered after a newer one.
func TestALookThatIsOlderTellsNothingNew(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: time.Minute}, accounts: []*simAccount{{requests: []Request{by(SourceTimer, simID(0)), by(SourceTimer)}}}}
	s.accounts[0].instances = overdueOnes(1, func(_ int, in *simInstance) {
		in.onLook = func(at time.Duration, in *Instance) {
			if at == 0 { // the arrears have not reached it
				in.Locks = nil
			}
		}
	})
	s.fault = times(1, errDown, func(q *query) bool { return q.ids == nil })
	s.latency = slow(5*time.Second, func(q *query) bool { return q.ids != nil && q.sent == 0 })
	if report := s.play(); report.Counts[OutcomeReactivated] != 1 {
		t.Errorf("got %+v, want it called after its grace", report.Results)
	}
}

// TestALookThatIsNewerCounts, though another request asked for it: a sweep shows what was named without its lock.
func TestALookThatIsNewerCounts(t *testing.T) {
	s := &sim{t: t, policy: Policy{Grace: grace10}, accounts: []*simAccount{{
		paid: []time.Duration{0, 100 * time.Millisecond}, requests: []Request{by(SourceTimer, simID(0)), by(SourceTimer)},
		instances: overdueOnes(1, func(_ int, in *simInstance) { in.restored, in.owner = 100*time.Millisecond, true }),
	}}}
	s.fault = times(1, errDown, func(q *query) bool { return q.ids == nil })
	if report := s.play(); report.Results[0].Verdict != VerdictNotOverdue || s.accounts[0].ended > 5*time.Second {
		t.Errorf("got %+v after %v, want it seen with the sweep's look", report.Results[0], s.accounts[0].ended)
	}
}
