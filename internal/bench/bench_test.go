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
		return figureOf{"x-floor": m.acting(act).Seconds() / floor}
	})
}

// BenchmarkTokenBucket is 400 instances under 20 calls a second, without a retry header. The quota's own time is 19 s: 20 calls are free.
func BenchmarkTokenBucket(b *testing.B) {
	s := scenario{long: true, fleet: overdue("cn-hangzhou", 400), payload: named(400)}
	s.fleet.Quotas = []fakecloud.Quota{{Action: act, Rate: 20, Burst: 20}}
	c := claim{
		"400 instances, 20 calls a second", "1.25 times the quota's own time; 40 throttled at most",
		figureOf{"throttled": 40}, "%.2f times (%.1f s), %g throttled", []string{"x-quota", "act-s", "throttled"},
	}
	figures(b, s, c, func(m *measured) figureOf { return figureOf{"x-quota": m.acting(act).Seconds() / 19} })
}

// BenchmarkWindow is 150 instances under 60 calls per minute of the cloud's clock. It needs three of these minutes, and takes two.
func BenchmarkWindow(b *testing.B) {
	s := scenario{long: true, fleet: overdue("cn-hangzhou", 150), payload: named(150), phase: 20 * time.Second}
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
	s := scenario{long: true, fleet: overdue("cn-hangzhou", 100_000), payload: `{"sweep":true,"dryRun":true}`}
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
	s := scenario{long: true, payload: `{"sweep":true}`, fleet: overdue("cn-hangzhou", 10_000)}
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
	s := watching(100, 20)
	balance, accounts := 50.0, s.fleet.Accounts[1:]
	accounts[10].Roles[0].Trusted = []string{"acs:ram::" + accounts[10].ID + ":root"}
	accounts[20].Roles[0].RevokedAfter = fakecloud.Duration(time.Millisecond)
	accounts[30].Balance = &balance
	var roles []string
	for i := range accounts {
		roles = append(roles, accounts[i].Roles[0].ARN)
	}
	s.env = append(s.env, "REACTIVATE_ROLES="+strings.Join(roles, ","))
	c := claim{
		"100 accounts, 3 regions each, 20 overdue per account; one role refuses, one session is revoked, one account has no money", "the other 97 whole; 96 MiB at most",
		figureOf{"peak-MiB": 96}, "%g whole, %.0f MiB, acting %.1f s", []string{"accounts", "peak-MiB", "act-s"},
	}
	figures(b, s, c, func(m *measured) figureOf {
		back := map[string]int{}
		for _, r := range m.report.Results {
			if r.Outcome == "reactivated" {
				back[r.AccountID]++
			}
		}
		maps.DeleteFunc(back, func(_ string, n int) bool { return n != 20 })
		if len(back) != 97 {
			b.Fatalf("%d accounts are whole, want 97: %v, errors %v", len(back), m.report.Counts, m.report.Errors)
		}
		return figureOf{"accounts": float64(len(back))}
	})
}

// BenchmarkDirectory is a person's sweep of a resource directory of 1,000 members, three regions each, by one entry, with two
// overdue instances in each account and with none. Each account has another instance, which its owner stopped.
func BenchmarkDirectory(b *testing.B) {
	const members = 1000
	for _, overdue := range []int{2, 0} {
		b.Run(fmt.Sprintf("overdue=%d", overdue), func(b *testing.B) {
			s := watching(members, overdue)
			s.long, s.env = true, append(s.env, "REACTIVATE_ROLES=*:role/reactivate-watched")
			s.fleet.Directory = &fakecloud.Directory{Management: ownAccount}
			for i, account := range s.fleet.Accounts[1:] {
				s.fleet.Directory.Members = append(s.fleet.Directory.Members, fakecloud.Member{ID: account.ID, Name: fmt.Sprintf("team-%04d", i)})
				s.fleet.Instances = append(s.fleet.Instances, fakecloud.Instance{
					ID: fmt.Sprintf("i-a%04down{n}", i), Name: "old-{n}", Account: account.ID, Region: s.fleet.Regions[2], Status: fakecloud.Stopped, Tags: tags,
				})
			}
			c := claim{
				"1,000 accounts, nothing overdue", "128 MiB at most",
				figureOf{"peak-MiB": 128}, "%.0f MiB, %g calls, %.1f s of CPU", []string{"peak-MiB", "all-calls", "cpu-s"},
			}
			if overdue > 0 {
				c = claim{
					"1,000 accounts, two overdue in each", "called within 1.3 times what 100 sessions a second and the latency allow; 100 AssumeRole within any second and 96 MiB at most",
					figureOf{"peak-MiB": 96, "assume-per-s": 100}, "%.2f times (%.1f s), %g in a second, %.0f MiB", []string{"x-floor", "acted-s", "assume-per-s", "peak-MiB"},
				}
			}
			figures(b, s, c, func(m *measured) figureOf {
				if got := m.report.Counts["reactivated"]; got != members*overdue || len(m.report.Errors) > 0 {
					b.Fatalf("%d are reactivated, want %d: %v, errors %v", got, members*overdue, m.report.Counts, m.report.Errors)
				}
				if overdue == 0 {
					return nil
				}
				// The sessions take the time: 100 per second are allowed. A look and a call follow the last.
				floor := (time.Duration(members-1)*time.Second/100 + 3*latency).Seconds()
				acted := m.acting("").Seconds()
				return figureOf{"assume-per-s": float64(m.inASecond("AssumeRole")), "acted-s": acted, "x-floor": acted / floor}
			})
		})
	}
}

const ownAccount = "1234567890123456" // the functions'

// watching is a sweep of so many accounts in three regions, with so many overdue instances in each account.
func watching(accounts, overdue int) scenario {
	regions := []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}
	fleet := fakecloud.Fleet{
		Regions: regions, Accounts: []fakecloud.Account{{ID: ownAccount}},
		Latency: []fakecloud.Latency{{Action: "*", Takes: fakecloud.Duration(latency)}},
	}
	for i := range accounts {
		id := fmt.Sprintf("2%015d", i)
		fleet.Accounts = append(fleet.Accounts, fakecloud.Account{ID: id, Roles: []fakecloud.Role{{
			ARN: "acs:ram::" + id + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + ownAccount + ":root"},
		}}})
		for j := range overdue {
			fleet.Instances = append(fleet.Instances, fakecloud.Instance{
				ID: fmt.Sprintf("i-a%04dn%02d", i, j), Name: "web-{n}", Account: id, Region: regions[j%len(regions)], Locks: []string{"financial"}, Tags: tags,
			})
		}
	}
	return scenario{fleet: fleet, payload: `{"sweep":true}`, env: []string{"REACTIVATE_REGIONS=" + strings.Join(regions, ",")}}
}

// tags are as many as instances often carry.
var tags = map[string]string{"env": "production", "team": "payments", "cost-centre": "4711", "acs:autoscaling:scalingGroupId": "asg-bp1234567890"}

func overdue(region string, n int) fakecloud.Fleet {
	return fakecloud.Fleet{
		Instances: []fakecloud.Instance{{ID: "i-bp{n}", Name: "web-{n}", Count: n, Region: region, Locks: []string{"financial"}, Tags: tags}},
		Latency:   []fakecloud.Latency{{Action: "*", Takes: fakecloud.Duration(latency)}},
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
	if s.long && testing.Short() {
		b.Skip("it takes half a minute, or longer")
	}
	for b.Loop() {
		m := s.run(b)
		m.check(b)
		got := figureOf{
			"calls": float64(m.count(act, "")), "describes": float64(m.count("DescribeInstances", "")), "throttled": float64(m.count("", "Throttling.User")),
			"all-calls": float64(len(m.calls)), "act-s": m.acting(act).Seconds(), "peak-MiB": m.peak, "cpu-s": m.cpu.Seconds(),
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
