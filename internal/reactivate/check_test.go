package reactivate_test

import (
	"cmp"
	"testing"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

func TestCheck(t *testing.T) {
	include := reactivate.Policy{IncludeTags: []cloud.Tag{{Key: "env", Value: "prod"}, {Key: "team", AnyValue: true}}}
	exclude := reactivate.Policy{ExcludeTags: []cloud.Tag{{Key: "env", Value: "test"}}}
	const force = true
	type locks = []string
	type tags = map[string]string
	for _, tt := range []struct { // a field that is left out has the value of an overdue instance
		name   string
		in     cloud.Instance
		policy reactivate.Policy
		force  bool
		want   reactivate.Verdict
	}{
		{name: "overdue", want: reactivate.VerdictReactivate},
		{name: "running", in: cloud.Instance{Status: cloud.StatusRunning}, force: force, want: reactivate.VerdictRunning},
		{name: "starting", in: cloud.Instance{Status: cloud.StatusStarting}, want: reactivate.VerdictRunning},
		{name: "stopping", in: cloud.Instance{Status: cloud.StatusStopping}, force: force, want: reactivate.VerdictBusy},
		{name: "pending", in: cloud.Instance{Status: cloud.StatusPending}, want: reactivate.VerdictBusy},
		{name: "of a status that we do not know", in: cloud.Instance{Status: "Hibernated"}, want: reactivate.VerdictBusy},
		{name: "security lock beats overdue", in: cloud.Instance{Locks: locks{"financial", "security"}}, force: force, want: reactivate.VerdictSecurityLocked},
		{name: "security lock of a running one", in: cloud.Instance{Status: cloud.StatusRunning, Locks: locks{"security"}}, want: reactivate.VerdictRunning},
		{name: "prepaid", in: cloud.Instance{ChargeType: "PrePaid"}, force: force, want: reactivate.VerdictSubscription},
		{name: "a charge type that is not known here", in: cloud.Instance{ChargeType: " "}, force: force, want: reactivate.VerdictSubscription},
		{name: "recycling, as the documents write it", in: cloud.Instance{Locks: locks{"financial", "Recycling"}}, force: force, want: reactivate.VerdictLocked},
		{name: "refunded", in: cloud.Instance{Locks: locks{"refunded"}}, want: reactivate.VerdictLocked},
		{name: "its dedicated host is overdue", in: cloud.Instance{Locks: locks{"financial", "dedicatedhostfinancial"}}, want: reactivate.VerdictLocked},
		{name: "being recycled does not forbid", in: cloud.Instance{Locks: locks{" financial", "Financial-recycling "}}, want: reactivate.VerdictReactivate},
		{name: "being recycled alone is not documented", in: cloud.Instance{Locks: locks{"financial-recycling"}}, want: reactivate.VerdictLocked},
		{name: "a lock that is not known here", in: cloud.Instance{Locks: locks{"financial", "legalhold"}}, force: force, want: reactivate.VerdictLocked},
		{name: "a lock without a name", in: cloud.Instance{Locks: locks{"financial", ""}}, want: reactivate.VerdictLocked},
		{name: "locks with space around", in: cloud.Instance{Locks: locks{" Financial ", " security "}}, want: reactivate.VerdictSecurityLocked},
		{name: "stopped by its owner", in: cloud.Instance{Locks: locks{}}, want: reactivate.VerdictNotOverdue},
		{name: "stopped by its owner, forced", in: cloud.Instance{Locks: locks{}}, force: force, want: reactivate.VerdictReactivate},
		{name: "tagged never in another case", in: cloud.Instance{Tags: tags{"Reactivate": "Never"}}, force: force, want: reactivate.VerdictExcluded},
		{name: "tagged otherwise", in: cloud.Instance{Tags: tags{"reactivate": "always", "env": "never"}}, want: reactivate.VerdictReactivate},
		{name: "excluded by tag", policy: exclude, in: cloud.Instance{Tags: tags{"env": "test"}}, want: reactivate.VerdictExcluded},
		{name: "not excluded by another value", policy: exclude, in: cloud.Instance{Tags: tags{"env": "prod"}}, want: reactivate.VerdictReactivate},
		{name: "lacks an included tag", policy: include, in: cloud.Instance{Tags: tags{"env": "prod"}}, want: reactivate.VerdictExcluded},
		{name: "carries all included tags", policy: include, in: cloud.Instance{Tags: tags{"env": "prod", "team": "ops"}}, want: reactivate.VerdictReactivate},
		{name: "not overdue beats excluded", policy: exclude, in: cloud.Instance{Locks: locks{}, Tags: tags{"env": "test"}}, want: reactivate.VerdictNotOverdue},
	} {
		tt.in.Status, tt.in.ChargeType = cmp.Or(tt.in.Status, cloud.StatusStopped), cmp.Or(tt.in.ChargeType, "PostPaid")
		if tt.in.Locks == nil {
			tt.in.Locks = locks{"financial"}
		}
		if got := tt.policy.Check(&tt.in, tt.force); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if got := include.Check(nil, force); got != reactivate.VerdictMissing {
		t.Errorf("got %s of what ECS does not know", got)
	}
}
