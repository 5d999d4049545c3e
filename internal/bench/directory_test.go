package bench_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

var members = flag.Int("members", 0, "how many accounts the directory of BenchmarkDirectory has; 0: its own numbers, which have targets")

// BenchmarkDirectory is a person's sweep of a resource directory of 1,000 members, three regions each, by one entry, with two
// overdue instances in each account and with none, and of 3,000 with none; or of -members, with two and with none.
func BenchmarkDirectory(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes a minute")
	}
	sizes := [][2]int{{1000, 2}, {1000, 0}, {3000, 0}}
	if *members > 0 {
		sizes = [][2]int{{*members, 2}, {*members, 0}}
	}
	for _, size := range sizes {
		accounts, overdue := size[0], size[1]
		b.Run(fmt.Sprintf("members=%d,overdue=%d", accounts, overdue), func(b *testing.B) {
			c := claim{
				fmt.Sprintf("resource directory of %d members, %d overdue in each", accounts, overdue), "",
				figureOf{"peak-MiB": 128}, "%.0f MiB, %.1f s", []string{"peak-MiB", "run-s"},
			}
			figures(b, directory(accounts, overdue), c, func(m *measured, add func(string, float64)) {
				if got := m.report.Counts["reactivated"]; got != accounts*overdue || len(m.report.Errors) > 0 {
					b.Fatalf("%d are reactivated, want %d: %v, errors %v", got, accounts*overdue, m.report.Counts, m.report.Errors)
				}
				add("all-calls", float64(len(m.calls)))
				add("assume-per-s", float64(m.inASecond("AssumeRole")))
				if overdue == 0 {
					return
				}
				// What they wait for is the sessions: 100 a second may be had, and then a look and a call follow.
				floor := (time.Duration(accounts-1)*time.Second/100 + 3*latency).Seconds()
				add("acted-s", m.acted().Seconds())
				add("x-floor", m.acted().Seconds()/floor)
				add("first-act-s", (m.acted() - m.acting()).Seconds())
			})
		})
	}
}

// directory is so many members with so many overdue instances each, and one that is not.
func directory(members, overdue int) scenario {
	const own = "1234567890123456"
	regions := []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}
	fleet := fakecloud.Fleet{
		Regions: regions, Accounts: []fakecloud.Account{{ID: own}}, Directory: &fakecloud.Directory{Management: own},
		Latency: []fakecloud.Latency{{Action: "*", Min: fakecloud.Duration(latency)}},
	}
	for i := range members {
		id := fmt.Sprintf("2%015d", i)
		fleet.Directory.Members = append(fleet.Directory.Members, fakecloud.Member{ID: id, Name: fmt.Sprintf("team-%04d", i)})
		fleet.Accounts = append(fleet.Accounts, fakecloud.Account{ID: id, Roles: []fakecloud.Role{{
			ARN: "acs:ram::" + id + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + own + ":root"},
		}}})
		for j := range overdue {
			fleet.Instances = append(fleet.Instances, fakecloud.Instance{
				ID: fmt.Sprintf("i-a%04dr%d{n}", i, j), Name: "web-{n}", Account: id, Region: regions[j%len(regions)], Locks: []string{"financial"}, Tags: tags,
			})
		}
		fleet.Instances = append(fleet.Instances, fakecloud.Instance{
			ID: fmt.Sprintf("i-a%04down{n}", i), Name: "old-{n}", Account: id, Region: regions[2], Status: fakecloud.Stopped, Tags: tags,
		})
	}
	return scenario{fleet: fleet, payload: `{"sweep":true}`, env: []string{
		"REACTIVATE_REGIONS=cn-hangzhou,cn-beijing,cn-shanghai", "REACTIVATE_ROLES=*:role/reactivate-watched",
	}}
}

// acted is from the first call of all to the last answer to a ReActivateInstances.
func (m *measured) acted() time.Duration {
	var last time.Time
	for _, c := range m.calls {
		if c.Action == act {
			last = c.Time
		}
	}
	return last.Sub(m.calls[0].Time) + latency
}

// inASecond is how many calls of an API came within one second, at most.
func (m *measured) inASecond(action string) int {
	var times []time.Time
	most, first := 0, 0
	for _, c := range m.calls {
		if c.Action != action {
			continue
		}
		times = append(times, c.Time)
		for times[len(times)-1].Sub(times[first]) >= time.Second {
			first++
		}
		most = max(most, len(times)-first)
	}
	return most
}
