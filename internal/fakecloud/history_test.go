package fakecloud_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// everyStatus are the parameters that ask for the events of all statuses.
var everyStatus = []string{
	"InstanceEventCycleStatus.1", "Scheduled", "InstanceEventCycleStatus.2", "Avoided", "InstanceEventCycleStatus.3", "Executing",
	"InstanceEventCycleStatus.4", "Executed", "InstanceEventCycleStatus.5", "Canceled", "InstanceEventCycleStatus.6", "Failed",
	"InstanceEventCycleStatus.7", "Inquiring",
}

// history is what DescribeInstanceHistoryEvents shows, one line per event: type, status, and the times counted in hours from t0.
func history(r reply) []string {
	lines := []string{}
	hours := func(text string) string {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return text
		}
		return fmt.Sprint(at.Sub(t0).Hours())
	}
	for _, e := range r.InstanceSystemEventSet.InstanceSystemEventType {
		lines = append(lines, strings.Join([]string{
			strings.TrimPrefix(e.EventType.Name, "AccountUnbalanced."), e.EventCycleStatus.Name, hours(e.EventPublishTime), hours(e.NotBefore), hours(e.EventFinishTime),
		}, " "))
	}
	return lines
}

// TestHistoryFollowsTheLifeCycle of an instance that is stopped, started, stopped again and released.
func TestHistoryFollowsTheLifeCycle(t *testing.T) {
	c, clk := newCloud(t, `{"accounts": [{"id": "1234567890123456", "fallsAfter": "2h"}],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"], "overdueFor": "24h"}]}`)
	look := func() []string {
		return history(call(t, c, "DescribeInstanceHistoryEvents", append([]string{"RegionId", "cn-hangzhou"}, everyStatus...)...))
	}
	check := func(when string, want ...string) {
		t.Helper()
		if got := look(); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", when, got, want)
		}
	}
	check("overdue", "Stop Executed -24 -24 -24", "Delete Scheduled -24 336 ")
	clk.advance(time.Hour)
	call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
	check("started", "Stop Executed -24 -24 -24", "Delete Avoided -24 336 1")
	clk.advance(time.Hour)
	check("overdue again", "Stop Executed -24 -24 -24", "Delete Avoided -24 336 1", "Stop Executed 2 2 2", "Delete Scheduled 2 362 ")
	clk.advance(360 * time.Hour)
	check("released", "Stop Executed -24 -24 -24", "Delete Avoided -24 336 1", "Stop Executed 2 2 2", "Delete Executed 2 362 362")
	clk.advance(360*time.Hour + time.Second)
	check("a month later", "Delete Executed 2 362 362")
}

// TestHistoryOfASettlement: the release is avoided when the platform brings the instance back, not when the bill is paid.
func TestHistoryOfASettlement(t *testing.T) {
	c, clk := newCloud(t, `{"lifeCycle": {"restoreAfter": "1h"}, "accounts": [{"id": "1234567890123456", "settlesAfter": "1s"}], "instances": [
		{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"]},
		{"id": "i-bp1fails000000000001", "region": "cn-hangzhou", "locks": ["financial"], "platform": {"fails": true}}]}`)
	statuses := func() string {
		got := call(t, c, "DescribeInstanceHistoryEvents", append([]string{"RegionId", "cn-hangzhou", "InstanceEventType.1", "AccountUnbalanced.Delete"}, everyStatus...)...)
		var all []string
		for _, e := range got.InstanceSystemEventSet.InstanceSystemEventType {
			all = append(all, e.EventCycleStatus.Name)
		}
		return strings.Join(all, " ")
	}
	statuses() // the first use
	clk.advance(time.Second)
	if got, want := statuses(), "Scheduled Scheduled"; got != want {
		t.Errorf("settled: got %s, want %s", got, want)
	}
	clk.advance(time.Hour)
	if got, want := statuses(), "Avoided Scheduled"; got != want {
		t.Errorf("restored: got %s, want %s", got, want)
	}
}

const historyFleet = `{"regions": ["cn-hangzhou", "cn-beijing"], "instances": [
	{"id": "i-bp1full0000000000001", "region": "cn-hangzhou", "locks": ["financial"]},
	{"id": "i-bp1stop0000000000001", "region": "cn-hangzhou", "locks": ["financial"], "events": "stop"},
	{"id": "i-bp1none0000000000001", "region": "cn-hangzhou", "locks": ["financial"], "events": "none"},
	{"id": "i-bp1paid0000000000001", "region": "cn-hangzhou", "locks": ["financial"], "chargeType": "PrePaid"},
	{"id": "i-bp1runs0000000000001", "region": "cn-hangzhou"},
	{"id": "i-bp1far00000000000001", "region": "cn-beijing", "locks": ["financial"]}]}`

func TestHistoryFilters(t *testing.T) {
	for _, tt := range []struct {
		name   string
		params []string
		want   []string // types and statuses, or the error's code
	}{
		{"statuses that are over, by default", nil, []string{"Stop Executed", "Stop Executed"}},
		{"all statuses", everyStatus, []string{"Stop Executed", "Delete Scheduled", "Stop Executed"}},
		{"types", []string{"InstanceEventType.1", "AccountUnbalanced.Delete", "InstanceEventCycleStatus.1", "Scheduled"}, []string{"Delete Scheduled"}},
		{"another type", []string{"InstanceEventType.1", "SystemMaintenance.Reboot"}, nil},
		{"some instances", []string{"ResourceId.1", "i-bp1none0000000000001", "ResourceId.2", "i-bp1full0000000000001"}, []string{"Stop Executed"}},
		{"another region", []string{"RegionId", "cn-beijing"}, []string{"Stop Executed"}},
		{"an unknown status", []string{"InstanceEventCycleStatus.1", "Gone"}, []string{"InvalidParameter"}},
		{"a filter that is not served", []string{"EventPublishTime.Start", "2026-11-01T00:00:00Z"}, []string{"FakeCloud.Unsupported"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newCloud(t, historyFleet)
			params := tt.params
			if !slices.Contains(params, "RegionId") {
				params = append([]string{"RegionId", "cn-hangzhou"}, params...)
			}
			got := call(t, c, "DescribeInstanceHistoryEvents", params...)
			var lines []string
			for _, line := range history(got) {
				lines = append(lines, strings.Join(strings.Fields(line)[:2], " "))
			}
			if got.Status != http.StatusOK {
				lines = []string{got.Code}
			}
			if !slices.Equal(lines, tt.want) {
				t.Errorf("got %q, want %q", lines, tt.want)
			}
		})
	}
}

func TestHistoryPages(t *testing.T) {
	c, _ := newCloud(t, `{"instances": [{"id": "i-bp1web{n}", "count": 115, "region": "cn-hangzhou", "locks": ["financial"]}]}`)
	look := func(params ...string) reply {
		return call(t, c, "DescribeInstanceHistoryEvents", append(append([]string{"RegionId", "cn-hangzhou"}, everyStatus...), params...)...)
	}
	seen, token, pages := 0, "", 0
	for {
		params := []string{"MaxResults", "99"}
		if token != "" {
			params = append(params, "NextToken", token)
		}
		got := look(params...)
		seen += len(history(got))
		pages++
		if token = got.NextToken; token == "" || pages > 9 {
			break
		}
	}
	if seen != 230 || pages != 3 {
		t.Errorf("by token: got %d events in %d pages, want 230 in 3", seen, pages)
	}
}

// TestStopTimes: a stop is announced, due and done at times of their own.
func TestStopTimes(t *testing.T) {
	c, _ := newCloud(t, `{"lifeCycle": {"stopNotice": "2h", "stopTakes": "1h"}, "instances": [
		{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"], "overdueFor": "24h", "events": "stop"}]}`)
	got := history(call(t, c, "DescribeInstanceHistoryEvents", "RegionId", "cn-hangzhou"))
	if want := []string{"Stop Executed -27 -25 -24"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestStartTime: an instance that was started again shows since when it runs, so that older arrears are known as settled.
func TestStartTime(t *testing.T) {
	c, clk := newCloud(t, overdueFleet)
	started := func() string {
		got := call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou", "InstanceIds", `["`+web+`"]`)
		_, after, _ := strings.Cut(got.Text, `"StartTime":"`)
		at, _, _ := strings.Cut(after, `"`)
		return at
	}
	if got, want := started(), "2025-01-10T04:04Z"; got != want {
		t.Errorf("before: got %s, want %s", got, want)
	}
	clk.advance(90 * time.Minute)
	call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
	clk.advance(90 * time.Minute)
	if got, want := started(), "2026-11-24T13:30Z"; got != want {
		t.Errorf("after: got %s, want %s", got, want)
	}
	c, _ = newCloud(t, strings.Replace(overdueFleet, `"name"`, `"startedAgo": "90m", "name"`, 1))
	if got, want := started(), "2026-11-24T10:30Z"; got != want {
		t.Errorf("started before the first use: got %s, want %s", got, want)
	}
}
