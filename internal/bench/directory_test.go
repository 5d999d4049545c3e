package bench_test

import (
	"fmt"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// BenchmarkDirectory is a person's sweep of a resource directory of 1,000 members, three regions each, by one entry, with two
// overdue instances in each account and with none.
func BenchmarkDirectory(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes half a minute")
	}
	const members = 1000
	for _, overdue := range []int{2, 0} {
		b.Run(fmt.Sprintf("overdue=%d", overdue), func(b *testing.B) {
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
			figures(b, directory(members, overdue), c, func(m *measured) figureOf {
				if got := m.report.Counts["reactivated"]; got != members*overdue || len(m.report.Errors) > 0 {
					b.Fatalf("%d are reactivated, want %d: %v, errors %v", got, members*overdue, m.report.Counts, m.report.Errors)
				}
				if overdue == 0 {
					return nil
				}
				// The sessions take the time: 100 per second are allowed. A look and a call follow the last.
				floor := (time.Duration(members-1)*time.Second/100 + 3*latency).Seconds()
				acted := m.acted().Seconds()
				return figureOf{"assume-per-s": float64(m.inASecond("AssumeRole")), "acted-s": acted, "x-floor": acted / floor}
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
