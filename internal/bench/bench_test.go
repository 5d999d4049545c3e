package bench_test

import (
	"fmt"
	"maps"
	"math"
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
	c := claim{
		"1,000 instances named, no quota", "acting within 1.5 times the floor of 16 calls in flight; 100 describes and 64 MiB at most",
		figureOf{"calls": 1000, "describes": 100, "throttled": 0, "peak-MiB": 64}, "%.2f times (%.2f s), %g describes, %.0f MiB", []string{"x-floor", "act-s", "describes", "peak-MiB"},
	}
	figures(b, s, c, func(m *measured) figureOf {
		floor := math.Ceil(1000.0/inFlight) * latency.Seconds()
		return figureOf{"x-floor": m.acting().Seconds() / floor}
	})
}

// BenchmarkTokenBucket is 400 instances under 20 calls a second, without a retry header. The quota's own time is 19 s: 20 calls are free.
func BenchmarkTokenBucket(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes 20 seconds")
	}
	s := scenario{fleet: overdue("cn-hangzhou", 400), payload: named(400)}
	s.fleet.Quotas = []fakecloud.Quota{{Action: act, Rate: 20, Burst: 20}}
	c := claim{
		"400 instances, 20 calls a second", "1.25 times the quota's own time; 40 throttled at most",
		figureOf{"throttled": 40}, "%.2f times (%.1f s), %g throttled", []string{"x-quota", "act-s", "throttled"},
	}
	figures(b, s, c, func(m *measured) figureOf { return figureOf{"x-quota": m.acting().Seconds() / 19} })
}

// BenchmarkWindow, which takes two minutes, is 150 instances under 60 calls in each minute of the cloud's clock, which need three of them.
func BenchmarkWindow(b *testing.B) {
	if testing.Short() {
		b.Skip("it waits for two windows of a minute")
	}
	s := scenario{fleet: overdue("cn-hangzhou", 150), payload: named(150), phase: 20 * time.Second}
	s.fleet.Quotas = []fakecloud.Quota{{Action: act, PerMinute: 60}}
	c := claim{
		"150 instances, 60 calls a minute", "three windows; 60 throttled at most",
		figureOf{"windows": 3, "throttled": 60}, "%g windows, %g throttled, %g describes", []string{"windows", "throttled", "describes"},
	}
	figures(b, s, c, func(m *measured) figureOf {
		windows := map[time.Time]bool{}
		for _, c := range m.calls {
			if c.Action == act && c.Done {
				windows[c.Time.Truncate(time.Minute)] = true
			}
		}
		return figureOf{"windows": float64(len(windows))}
	})
}

// BenchmarkHundredThousand is a dry sweep of 100,000 overdue instances, whose answer has the first 20,000 rows.
func BenchmarkHundredThousand(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes half a minute")
	}
	s := scenario{fleet: overdue("cn-hangzhou", 100_000), payload: `{"sweep":true,"dryRun":true}`}
	c := claim{
		"dry run of 100,000 overdue, one region, in the smallest function", "128 MiB at most",
		figureOf{"calls": 0, "peak-MiB": 128}, "%.0f MiB, %.1f s of CPU, %g describes", []string{"peak-MiB", "cpu-s", "describes"},
	}
	figures(b, s, c, func(m *measured) figureOf {
		if got := m.report.Counts["planned"]; got != 100_000 || m.report.Cut != 80_000 {
			b.Fatalf("%d are planned, and %d rows are cut", got, m.report.Cut)
		}
		return nil
	})
}

// BenchmarkOneInTen is a sweep of 100,000 stopped instances in one region, one in ten overdue.
func BenchmarkOneInTen(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes a minute")
	}
	s := scenario{payload: `{"sweep":true}`, fleet: overdue("cn-hangzhou", 10_000)}
	s.fleet.Instances = append(s.fleet.Instances,
		fakecloud.Instance{ID: "i-own{n}", Name: "old-{n}", Count: 90_000, Region: "cn-hangzhou", Status: fakecloud.Stopped, Tags: tags})
	c := claim{
		"10,000 overdue of 100,000, one region", "64 MiB at most",
		figureOf{"calls": 10_000, "peak-MiB": 64}, "%.0f MiB, %.1f s of CPU, %g describes", []string{"peak-MiB", "cpu-s", "describes"},
	}
	figures(b, s, c, nil)
}

// BenchmarkHundredAccounts is a sweep of 100 accounts with 20 overdue instances each, in three regions: one role
// refuses, one session is revoked at once, and one account holds too little.
func BenchmarkHundredAccounts(b *testing.B) {
	s := hundredAccounts()
	c := claim{
		"100 accounts, 3 regions each, 20 overdue per account; one role refuses, one session is revoked, one account has no money", "the other 97 whole; 96 MiB at most",
		figureOf{"peak-MiB": 96}, "%g whole, %.0f MiB, acting %.1f s", []string{"accounts", "peak-MiB", "act-s"},
	}
	figures(b, s, c, func(m *measured) figureOf {
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
		return figureOf{"accounts": float64(served)}
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

type figureOf = map[string]float64

// claim is a row of a table in docs/performance.md.
type claim struct {
	what, target string
	limits       figureOf // of figures that do not depend on the machine: one above fails
	format       string   // of the measured figures
	units        []string // which they are
}

// figures runs a scenario and reports its figures, with those that more adds.
func figures(b *testing.B, s scenario, c claim, more func(m *measured) figureOf) {
	b.Helper()
	for b.Loop() {
		m := s.run(b)
		m.check(b)
		got := figureOf{
			"calls": float64(m.count(act, "")), "describes": float64(m.count("DescribeInstances", "")), "throttled": float64(m.count("", "Throttling.User")),
			"all-calls": float64(len(m.calls)), "act-s": m.acting().Seconds(), "peak-MiB": m.peak, "cpu-s": m.cpu.Seconds(),
		}
		if more != nil {
			maps.Copy(got, more(&m))
		}
		b.ReportMetric(0, "ns/op") // the figures say more
		for unit, value := range got {
			b.ReportMetric(value, unit)
			if limit, has := c.limits[unit]; has && value > limit {
				b.Errorf("%s: %v %s, want %v at most", c.what, value, unit, limit)
			}
		}
		var values []any
		for _, unit := range c.units {
			values = append(values, got[unit])
		}
		row(c.what, c.target, fmt.Sprintf(c.format, values...))
	}
}

// check fails unless every instance that was asked for has one row with one outcome, and at most one call started it.
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
