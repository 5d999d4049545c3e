package reactivate_test

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"reactivate/internal/reactivate"
)

func TestCheck(t *testing.T) {
	include := reactivate.Policy{IncludeTags: []reactivate.Tag{{Key: "env", Value: "prod"}, {Key: "team", AnyValue: true}}}
	exclude := reactivate.Policy{ExcludeTags: []reactivate.Tag{{Key: "env", Value: "test"}}}
	const force = true
	type locks = []string
	type tags = map[string]string
	for _, tt := range []struct { // what a row leaves out is as of an instance that is overdue
		name   string
		in     reactivate.Instance
		policy reactivate.Policy
		force  bool
		want   reactivate.Verdict
	}{
		{name: "overdue", want: reactivate.VerdictReactivate},
		{name: "running", in: reactivate.Instance{Status: reactivate.StatusRunning}, force: force, want: reactivate.VerdictRunning},
		{name: "starting", in: reactivate.Instance{Status: reactivate.StatusStarting}, want: reactivate.VerdictRunning},
		{name: "stopping", in: reactivate.Instance{Status: reactivate.StatusStopping}, force: force, want: reactivate.VerdictBusy},
		{name: "pending", in: reactivate.Instance{Status: reactivate.StatusPending}, want: reactivate.VerdictBusy},
		{name: "of a status that we do not know", in: reactivate.Instance{Status: "Hibernated"}, want: reactivate.VerdictBusy},
		{name: "security lock beats overdue", in: reactivate.Instance{Locks: locks{"financial", "security"}}, force: force, want: reactivate.VerdictSecurityLocked},
		{name: "security lock of a running one", in: reactivate.Instance{Status: reactivate.StatusRunning, Locks: locks{"security"}}, want: reactivate.VerdictRunning},
		{name: "prepaid", in: reactivate.Instance{ChargeType: "PrePaid"}, force: force, want: reactivate.VerdictSubscription},
		{name: "a charge type that is not known here", in: reactivate.Instance{ChargeType: " "}, force: force, want: reactivate.VerdictSubscription},
		{name: "recycling, as the documents write it", in: reactivate.Instance{Locks: locks{"financial", "Recycling"}}, force: force, want: reactivate.VerdictLocked},
		{name: "refunded", in: reactivate.Instance{Locks: locks{"refunded"}}, want: reactivate.VerdictLocked},
		{name: "its dedicated host is overdue", in: reactivate.Instance{Locks: locks{"financial", "dedicatedhostfinancial"}}, want: reactivate.VerdictLocked},
		{name: "being recycled does not forbid", in: reactivate.Instance{Locks: locks{"financial", "financial-recycling"}}, want: reactivate.VerdictReactivate},
		{name: "being recycled alone is not documented", in: reactivate.Instance{Locks: locks{"financial-recycling"}}, want: reactivate.VerdictLocked},
		{name: "a lock that is not known here", in: reactivate.Instance{Locks: locks{"financial", "legalhold"}}, force: force, want: reactivate.VerdictLocked},
		{name: "a lock without a name", in: reactivate.Instance{Locks: locks{"financial", ""}}, want: reactivate.VerdictLocked},
		{name: "locks with space around", in: reactivate.Instance{Locks: locks{" Financial ", " security "}}, want: reactivate.VerdictSecurityLocked},
		{name: "stopped by its owner", in: reactivate.Instance{Locks: locks{}}, want: reactivate.VerdictNotOverdue},
		{name: "stopped by its owner, forced", in: reactivate.Instance{Locks: locks{}}, force: force, want: reactivate.VerdictReactivate},
		{name: "tagged never in another case", in: reactivate.Instance{Tags: tags{"Reactivate": "Never"}}, force: force, want: reactivate.VerdictExcluded},
		{name: "tagged otherwise", in: reactivate.Instance{Tags: tags{"reactivate": "always"}}, want: reactivate.VerdictReactivate},
		{name: "excluded by tag", policy: exclude, in: reactivate.Instance{Tags: tags{"env": "test"}}, want: reactivate.VerdictExcluded},
		{name: "not excluded by another value", policy: exclude, in: reactivate.Instance{Tags: tags{"env": "prod"}}, want: reactivate.VerdictReactivate},
		{name: "lacks an included tag", policy: include, in: reactivate.Instance{Tags: tags{"env": "prod"}}, want: reactivate.VerdictExcluded},
		{name: "carries all included tags", policy: include, in: reactivate.Instance{Tags: tags{"env": "prod", "team": ""}}, want: reactivate.VerdictReactivate},
		{name: "not overdue beats excluded", policy: exclude, in: reactivate.Instance{Locks: locks{}, Tags: tags{"env": "test"}}, want: reactivate.VerdictNotOverdue},
	} {
		tt.in.Status, tt.in.ChargeType = cmp.Or(tt.in.Status, reactivate.StatusStopped), cmp.Or(tt.in.ChargeType, "PostPaid")
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

// FuzzValid holds the checks, which are written by hand, to the expressions that say the same.
func FuzzValid(f *testing.F) {
	instance := regexp.MustCompile(`\A(i-[a-z0-9]{8,32}|AY[a-z0-9]{10,30})\z`)
	region := regexp.MustCompile(`\A[a-z]{2}(-[a-z0-9]+)+\z`)
	account := regexp.MustCompile(`\A[0-9]{1,32}\z`)
	for _, seed := range []string{
		"", "i-", "AY", "i-bp1a2b3c", "i-bp1a2b3", "AY1404022150463", "AY14040221", "AYi-bp1a2b3c4d", "cn-hangzhou", "cn", "cn-", "-hangzhou", "cn--x",
		"cn-hangzhou-", "c1-hangzhou", "cnn-x", "cn-hangzhou-finance-1-and-longer0", "cn-x\n", "cn-é", "1234567890123456", "1234****", strings.Repeat("1", 33), "٣",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, check := range []struct {
			name      string
			got, want bool
		}{
			{"ValidInstanceID", reactivate.ValidInstanceID(id), instance.MatchString(id)},
			{"ValidRegionID", reactivate.ValidRegionID(id), len(id) <= 32 && region.MatchString(id)},
			{"ValidAccountID", reactivate.ValidAccountID(id), account.MatchString(id)},
		} {
			if check.got != check.want {
				t.Errorf("%s(%q): got %v, want %v", check.name, id, check.got, check.want)
			}
		}
	})
}
