package reactivate_test

import (
	"regexp"
	"strings"
	"testing"

	"reactivate/internal/reactivate"
)

func TestCheck(t *testing.T) {
	stopped := reactivate.Instance{Status: reactivate.StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}}
	with := func(edit func(*reactivate.Instance)) *reactivate.Instance {
		in := stopped
		edit(&in)
		return &in
	}
	locks := func(reasons ...string) *reactivate.Instance {
		return with(func(in *reactivate.Instance) { in.Locks = reasons })
	}
	status := func(s reactivate.Status) *reactivate.Instance {
		return with(func(in *reactivate.Instance) { in.Status = s })
	}
	tagged := func(key, value string) *reactivate.Instance {
		return with(func(in *reactivate.Instance) { in.Tags = map[string]string{key: value} })
	}
	include := reactivate.Policy{IncludeTags: []reactivate.Tag{{Key: "env", Value: "prod"}, {Key: "team", AnyValue: true}}}
	exclude := reactivate.Policy{ExcludeTags: []reactivate.Tag{{Key: "env", Value: "test"}}}

	for _, tt := range []struct {
		name   string
		policy reactivate.Policy
		in     *reactivate.Instance
		force  bool
		want   reactivate.Verdict
	}{
		{"overdue", reactivate.Policy{}, &stopped, false, reactivate.VerdictReactivate},
		{"not known to ECS", reactivate.Policy{}, nil, true, reactivate.VerdictMissing},
		{"running", reactivate.Policy{}, status(reactivate.StatusRunning), true, reactivate.VerdictRunning},
		{"starting", reactivate.Policy{}, status(reactivate.StatusStarting), false, reactivate.VerdictRunning},
		{"stopping", reactivate.Policy{}, status(reactivate.StatusStopping), true, reactivate.VerdictBusy},
		{"pending", reactivate.Policy{}, status(reactivate.StatusPending), false, reactivate.VerdictBusy},
		{"of a status that we do not know", reactivate.Policy{}, status("Hibernated"), false, reactivate.VerdictBusy},
		{"security lock beats overdue", reactivate.Policy{}, locks("financial", "security"), true, reactivate.VerdictSecurityLocked},
		{"security lock of a running one", reactivate.Policy{}, with(func(in *reactivate.Instance) {
			in.Status, in.Locks = reactivate.StatusRunning, []string{"security"}
		}), false, reactivate.VerdictRunning},
		{"prepaid", reactivate.Policy{}, with(func(in *reactivate.Instance) { in.ChargeType = "PrePaid" }), true, reactivate.VerdictSubscription},
		{"recycling, as the documents write it", reactivate.Policy{}, locks("financial", "Recycling"), true, reactivate.VerdictLocked},
		{"refunded", reactivate.Policy{}, locks("refunded"), false, reactivate.VerdictLocked},
		{"its dedicated host is overdue", reactivate.Policy{}, locks("financial", "dedicatedhostfinancial"), false, reactivate.VerdictLocked},
		{"being recycled does not forbid", reactivate.Policy{}, locks("financial", "financial-recycling"), false, reactivate.VerdictReactivate},
		{"stopped by its owner", reactivate.Policy{}, locks(), false, reactivate.VerdictNotOverdue},
		{"stopped by its owner, forced", reactivate.Policy{}, locks(), true, reactivate.VerdictReactivate},
		{"being recycled alone is not documented", reactivate.Policy{}, locks("financial-recycling"), false, reactivate.VerdictLocked},
		{"a lock that is not known here", reactivate.Policy{}, locks("financial", "legalhold"), true, reactivate.VerdictLocked},
		{"a lock without a name", reactivate.Policy{}, locks("financial", ""), false, reactivate.VerdictLocked},
		{"locks with space around", reactivate.Policy{}, locks(" Financial ", " security "), false, reactivate.VerdictSecurityLocked},
		{"no charge type", reactivate.Policy{}, with(func(in *reactivate.Instance) { in.ChargeType = "" }), true, reactivate.VerdictSubscription},
		{"a charge type that is not known here", reactivate.Policy{}, with(func(in *reactivate.Instance) { in.ChargeType = "Weird" }), false, reactivate.VerdictSubscription},
		{"tagged never in another case", reactivate.Policy{}, tagged("Reactivate", "Never"), true, reactivate.VerdictExcluded},
		{"tagged otherwise", reactivate.Policy{}, tagged("reactivate", "always"), false, reactivate.VerdictReactivate},
		{"excluded by tag", exclude, tagged("env", "test"), false, reactivate.VerdictExcluded},
		{"not excluded by another value", exclude, tagged("env", "prod"), false, reactivate.VerdictReactivate},
		{"lacks an included tag", include, tagged("env", "prod"), false, reactivate.VerdictExcluded},
		{"carries all included tags", include, with(func(in *reactivate.Instance) {
			in.Tags = map[string]string{"env": "prod", "team": ""}
		}), false, reactivate.VerdictReactivate},
		{"not overdue beats excluded", exclude, with(func(in *reactivate.Instance) {
			in.Locks, in.Tags = nil, map[string]string{"env": "test"}
		}), false, reactivate.VerdictNotOverdue},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.policy.Check(tt.in, tt.force); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
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
