package bench_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

const (
	latency  = 20 * time.Millisecond
	inFlight = 16 // REACTIVATE_CONCURRENCY's default
	act      = "ReActivateInstances"
)

// BenchmarkThousand is a person's request for 1,000 instances, with no quota and default settings.
func BenchmarkThousand(b *testing.B) {
	s := scenario{fleet: overdue("cn-hangzhou", 1000), payload: named(1000)}
	figures(b, s, func(m *measured, add func(string, float64)) {
		acting := m.acting().Seconds()
		floor := math.Ceil(1000.0/inFlight) * latency.Seconds()
		add("act-s", acting)
		add("x-floor", acting/floor)
	})
}

// BenchmarkTokenBucket is 400 instances under 20 calls a second. The quota's own time is 19 s: 20 calls are free.
func BenchmarkTokenBucket(b *testing.B) {
	for _, header := range []bool{false, true} {
		b.Run(fmt.Sprintf("retryAfter=%t", header), func(b *testing.B) {
			s := scenario{fleet: overdue("cn-hangzhou", 400), payload: named(400)}
			s.fleet.Quotas = []fakecloud.Quota{{Action: act, Rate: 20, Burst: 20, RetryAfter: header}}
			figures(b, s, func(m *measured, add func(string, float64)) {
				acting := m.acting().Seconds()
				add("act-s", acting)
				add("x-quota", acting/19)
			})
		})
	}
}

// BenchmarkWindow is 150 instances under 60 calls in each minute of the cloud's clock, which need three of them.
func BenchmarkWindow(b *testing.B) {
	s := scenario{fleet: overdue("cn-hangzhou", 150), payload: named(150), phase: 20 * time.Second}
	s.fleet.Quotas = []fakecloud.Quota{{Action: act, PerMinute: 60}}
	figures(b, s, func(m *measured, add func(string, float64)) {
		windows := map[time.Time]bool{}
		for _, c := range m.calls {
			if c.Action == act && c.Done {
				windows[c.Time.Truncate(time.Minute)] = true
			}
		}
		add("act-s", m.acting().Seconds())
		add("windows", float64(len(windows)))
	})
}

// BenchmarkTwentyThousand is a sweep of three regions with 20,000 stopped instances, every other one overdue.
func BenchmarkTwentyThousand(b *testing.B) {
	s := scenario{payload: `{"sweep":true,"regionIds":["cn-hangzhou","cn-beijing","cn-shanghai"]}`}
	for i, region := range []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"} {
		n := []int{3334, 3333, 3333}[i]
		s.fleet.Instances = append(s.fleet.Instances,
			fakecloud.Instance{ID: fmt.Sprintf("i-due%d{n}", i), Name: "web-{n}", Count: n, Region: region, Locks: []string{"financial"}, Tags: tags},
			fakecloud.Instance{ID: fmt.Sprintf("i-own%d{n}", i), Name: "old-{n}", Count: n, Region: region, Status: fakecloud.Stopped, Tags: tags},
		)
	}
	s.fleet.Latency = []fakecloud.Latency{{Action: "*", Min: fakecloud.Duration(latency)}}
	figures(b, s, func(m *measured, add func(string, float64)) { add("act-s", m.acting().Seconds()) })
}

// BenchmarkHundredThousand is a dry sweep of 100,000 overdue instances, whose answer has the first 20,000 rows.
func BenchmarkHundredThousand(b *testing.B) {
	s := scenario{fleet: overdue("cn-hangzhou", 100_000), payload: `{"sweep":true,"dryRun":true}`}
	figures(b, s, func(m *measured, add func(string, float64)) {
		if got := m.report.Counts["planned"]; got != 100_000 || m.report.Cut != 80_000 {
			b.Fatalf("%d are planned, and %d rows are cut", got, m.report.Cut)
		}
		add("answer-KiB", float64(m.answered)/1024)
	})
}

// BenchmarkNoMoney is 60 instances of an account that holds too little.
func BenchmarkNoMoney(b *testing.B) {
	balance := 50.0
	s := scenario{fleet: overdue("cn-hangzhou", 60), payload: named(60)}
	s.fleet.Accounts = []fakecloud.Account{{ID: "1234567890123456", Balance: &balance}}
	figures(b, s, func(*measured, func(string, float64)) {})
}

// BenchmarkHundredAccounts is a sweep of 100 accounts with 20 overdue instances each, in three regions: one role
// refuses, one session is revoked at once, and one account holds too little.
func BenchmarkHundredAccounts(b *testing.B) {
	s := hundredAccounts()
	figures(b, s, func(m *measured, add func(string, float64)) {
		whole := map[string]int{}
		for _, r := range m.report.Results {
			if r.Outcome == "reactivated" {
				whole[r.AccountID]++
			}
		}
		served := 0
		for _, n := range whole {
			if n == 20 {
				served++
			}
		}
		if served != 97 {
			b.Fatalf("%d accounts are whole, want 97: %v, errors %v", served, m.report.Counts, m.report.Errors)
		}
		add("act-s", m.acting().Seconds())
		add("accounts", float64(served))
	})
}

const (
	refusingAccount = 10
	revokedAccount  = 20
	poorAccount     = 30
)

func hundredAccounts() scenario {
	const own = "1234567890123456"
	regions := []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}
	fleet := fakecloud.Fleet{
		Accounts: []fakecloud.Account{{ID: own}},
		Latency:  []fakecloud.Latency{{Action: "*", Min: fakecloud.Duration(latency)}},
	}
	var roles []string
	for i := range 100 {
		id := fmt.Sprintf("20000000000001%02d", i)
		role := fakecloud.Role{ARN: "acs:ram::" + id + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + own + ":root"}}
		account := fakecloud.Account{ID: id}
		switch i {
		case refusingAccount:
			role.Trusted = []string{"acs:ram::" + id + ":root"}
		case revokedAccount:
			role.RevokedAfter = fakecloud.Duration(time.Millisecond)
		case poorAccount:
			balance := 50.0
			account.Balance = &balance
		}
		account.Roles = []fakecloud.Role{role}
		roles = append(roles, role.ARN)
		fleet.Accounts = append(fleet.Accounts, account)
		for j, region := range regions {
			fleet.Instances = append(fleet.Instances, fakecloud.Instance{
				ID: fmt.Sprintf("i-a%02dr%d{n}", i, j), Name: "web-{n}", Count: []int{7, 7, 6}[j], Account: id, Region: region,
				Locks: []string{"financial"}, Tags: tags,
			})
		}
	}
	return scenario{
		fleet: fleet, payload: `{"sweep":true}`,
		env: []string{"REACTIVATE_REGIONS=" + strings.Join(regions, ","), "REACTIVATE_ROLES=" + strings.Join(roles, ",")},
	}
}

// tags are as many as instances often carry.
var tags = map[string]string{"env": "production", "team": "payments", "cost-centre": "4711", "acs:autoscaling:scalingGroupId": "asg-bp1234567890"}

func overdue(region string, n int) fakecloud.Fleet {
	return fakecloud.Fleet{
		Instances: []fakecloud.Instance{{ID: "i-bp{n}", Name: "web-{n}", Count: n, Region: region, Locks: []string{"financial"}, Tags: tags}},
		Latency:   []fakecloud.Latency{{Action: "*", Min: fakecloud.Duration(latency)}},
	}
}

// named asks for the instances of overdue by their ids.
func named(n int) string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf(`"i-bp%018d"`, i+1)
	}
	return `{"instanceIds":[` + strings.Join(ids, ",") + `]}`
}

// figures runs a scenario as often as asked, and reports the median of each figure; of the memory the most.
func figures(b *testing.B, s scenario, more func(m *measured, add func(unit string, value float64))) {
	b.Helper()
	all := map[string][]float64{}
	add := func(unit string, value float64) { all[unit] = append(all[unit], value) }
	for b.Loop() {
		m := s.run(b)
		m.check(b)
		add("calls", float64(m.count(act, "")))
		add("describes", float64(m.count("DescribeInstances", "")))
		add("throttled", float64(m.count("", "Throttling.User")))
		add("peak-MiB", m.peak)
		add("run-s", m.took.Seconds())
		add("cpu-s", m.cpu.Seconds())
		add("log-KiB", float64(m.logged)/1024)
		more(&m, add)
	}
	b.ReportMetric(0, "ns/op") // says nothing that run-s does not
	for unit, values := range all {
		slices.Sort(values)
		value := values[len(values)/2]
		if unit == "peak-MiB" {
			value = values[len(values)-1]
		}
		b.ReportMetric(value, unit)
	}
}

// check fails unless every instance that was asked for is in the report once, with one outcome, and was brought
// back by one call at most.
func (m *measured) check(b *testing.B) {
	b.Helper()
	rows, brought, counted := map[string]int{}, map[string]int{}, 0
	for _, r := range m.report.Results {
		rows[r.InstanceID]++
		if rows[r.InstanceID] > 1 || m.report.Counts[r.Outcome] == 0 {
			b.Fatalf("%s stands in %d rows, this one with the outcome %q", r.InstanceID, rows[r.InstanceID], r.Outcome)
		}
	}
	for _, n := range m.report.Counts {
		counted += n
	}
	if counted != len(rows)+m.report.Cut {
		b.Fatalf("%d instances are counted, %d have rows, and %d rows are cut", counted, len(rows), m.report.Cut)
	}
	for _, c := range m.calls {
		if c.Action == act && c.Done {
			if brought[c.InstanceIDs[0]]++; brought[c.InstanceIDs[0]] > 1 {
				b.Fatalf("%s was brought back twice", c.InstanceIDs[0])
			}
		}
	}
	failed := map[string]bool{}
	for _, e := range m.report.Errors {
		failed[e.AccountID] = true
	}
	for _, in := range m.fleet {
		if strings.HasPrefix(in.Name, "web-") && rows[in.ID] != 1 && !failed[in.AccountID] && m.report.Cut == 0 {
			b.Fatalf("%s has no row", in.ID)
		}
	}
}

// acting is from the first call's arrival to the last one's answer.
func (m *measured) acting() time.Duration {
	var first, last time.Time
	for _, c := range m.calls {
		if c.Action != act {
			continue
		}
		if first.IsZero() {
			first = c.Time
		}
		last = c.Time
	}
	return last.Sub(first) + latency
}

// count counts the calls of an API that were answered with a code; "" is any.
func (m *measured) count(action, code string) int {
	n := 0
	for _, c := range m.calls {
		if (action == "" || c.Action == action) && (code == "" || c.Code == code) {
			n++
		}
	}
	return n
}
