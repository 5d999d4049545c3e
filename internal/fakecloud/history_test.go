package fakecloud_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// events asks for the history of cn-hangzhou, with further parameters.
func events(t *testing.T, c *fakecloud.Cloud, params ...string) reply {
	t.Helper()
	return call(t, c, "DescribeInstanceHistoryEvents", append([]string{"RegionId", hz}, params...)...)
}

// everyStatus are the parameters that ask for the events of all statuses.
func everyStatus() (params []string) {
	for i, status := range []string{"Scheduled", "Avoided", "Executing", "Executed", "Canceled", "Failed", "Inquiring"} {
		params = append(params, fmt.Sprint("InstanceEventCycleStatus.", i+1), status)
	}
	return params
}

// lines are the events of an answer, one line per event: type, status, and the times counted in hours from t0.
func lines(r reply) []string {
	all := []string{}
	for _, e := range r.InstanceSystemEventSet.InstanceSystemEventType {
		line := strings.TrimPrefix(e.EventType.Name, "AccountUnbalanced.") + " " + e.EventCycleStatus.Name
		for _, text := range []string{e.EventPublishTime, e.NotBefore, e.EventFinishTime} {
			if at, err := time.Parse(time.RFC3339, text); err == nil {
				line += fmt.Sprint(" ", at.Sub(t0).Hours())
			}
		}
		all = append(all, line)
	}
	return all
}

// TestHistoryFollowsTheLifeCycle of an instance that is stopped, started, stopped again and released.
func TestHistoryFollowsTheLifeCycle(t *testing.T) {
	c, clk := newCloud(t, `{"accounts": [{"id": "1234567890123456", "fallsAfter": "2h"}],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"], "overdueFor": "24h"}]}`)
	check := func(when string, want ...string) {
		t.Helper()
		if got := lines(events(t, c, everyStatus()...)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", when, got, want)
		}
	}
	check("overdue", "Stop Executed -24 -24 -24", "Delete Scheduled -24 336")
	clk.advance(time.Hour)
	start(t, c, web)
	check("started", "Stop Executed -24 -24 -24", "Delete Avoided -24 336 1")
	clk.advance(time.Hour)
	check("overdue again", "Stop Executed -24 -24 -24", "Delete Avoided -24 336 1", "Stop Executed 2 2 2", "Delete Scheduled 2 362")
	clk.advance(360 * time.Hour)
	check("released", "Stop Executed -24 -24 -24", "Delete Avoided -24 336 1", "Stop Executed 2 2 2", "Delete Executed 2 362 362")
}

// TestHistoryOfASettlement: the release is avoided when the platform brings the instance back, not when the bill is paid.
func TestHistoryOfASettlement(t *testing.T) {
	c, clk := newCloud(t, `{"lifeCycle": {"restoreAfter": "1h", "stopNotice": "3h", "stopTakes": "2h"},
		"accounts": [{"id": "1234567890123456", "settlesAfter": "1h"}], "instances": [
		{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"]},
		{"id": "i-bp1fails000000000001", "region": "cn-hangzhou", "locks": ["financial"], "platform": {"fails": true}}]}`)
	for _, want := range [][]string{ // each an hour after the one before
		{"Stop Executed -6 -3 -1", "Delete Scheduled -1 359", "Stop Executed -6 -3 -1", "Delete Scheduled -1 359"},
		{"Stop Executed -6 -3 -1", "Delete Scheduled -1 359", "Stop Executed -6 -3 -1", "Delete Scheduled -1 359"},
		{"Stop Executed -6 -3 -1", "Delete Avoided -1 359 2", "Stop Executed -6 -3 -1", "Delete Scheduled -1 359"},
	} {
		if got := lines(events(t, c, everyStatus()...)); !slices.Equal(got, want) {
			t.Errorf("at %v: got %q, want %q", c.Now(), got, want)
		}
		clk.advance(time.Hour)
	}
}

func TestHistoryFilters(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "instances": [
		{"id": "i-bp1full0000000000001", "region": "cn-hangzhou", "locks": ["financial"]},
		{"id": "i-bp1stop0000000000001", "region": "cn-hangzhou", "locks": ["financial"], "events": "stop"},
		{"id": "i-bp1none0000000000001", "region": "cn-hangzhou", "locks": ["financial"], "events": "none"},
		{"id": "i-bp1paid0000000000001", "region": "cn-hangzhou", "locks": ["financial"], "chargeType": "PrePaid"},
		{"id": "i-bp1runs0000000000001", "region": "cn-hangzhou"},
		{"id": "i-bp1far00000000000001", "region": "cn-beijing", "locks": ["financial"]}]}`)
	for _, tt := range []struct {
		name   string
		params []string
		want   string // types and statuses, or the error
	}{
		{"statuses that are over, by default", nil, "Stop Executed, Stop Executed"},
		{"all statuses", everyStatus(), "Stop Executed, Delete Scheduled, Stop Executed"},
		{"types", []string{"InstanceEventType.1", "AccountUnbalanced.Delete", "InstanceEventCycleStatus.1", "Scheduled"}, "Delete Scheduled"},
		{"another type", []string{"InstanceEventType.1", "SystemMaintenance.Reboot"}, ""},
		{"some instances", []string{"ResourceId.1", "i-bp1none0000000000001", "ResourceId.2", "i-bp1full0000000000001"}, "Stop Executed"},
		{"another region", []string{"RegionId", "cn-beijing"}, "Stop Executed"},
		{"no region", []string{"RegionId", ""}, "400 MissingParameter"},
		{"a filter that is not served", []string{"EventPublishTime.Start", "2026-11-01T00:00:00Z"}, "400 FakeCloud.Unsupported"},
	} {
		r := events(t, c, tt.params...)
		var all []string
		for _, line := range lines(r) {
			all = append(all, strings.Join(strings.Fields(line)[:2], " "))
		}
		if r.Status != 200 {
			all = []string{r.short()}
		}
		if got := strings.Join(all, ", "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHistoryPages(t *testing.T) {
	c, _ := newCloud(t, `{"instances": [{"id": "i-bp1web{n}", "count": 115, "region": "cn-hangzhou", "locks": ["financial"]}]}`)
	var pages []int
	for token, more := "", true; more && len(pages) < 9; more = token != "" {
		got := events(t, c, append(everyStatus(), "MaxResults", "99", "NextToken", token)...)
		pages, token = append(pages, len(lines(got))), got.NextToken
	}
	if got, want := fmt.Sprint(pages), "[99 99 32]"; got != want {
		t.Errorf("got %s events in pages by token, want %s", got, want)
	}
}
