package aliyun_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/arrears"
)

// TestHistoryAsks for both types and all statuses. Otherwise ECS would show finished events only.
func TestHistoryAsks(t *testing.T) {
	asked := make(chan string, 1)
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Query().Encode()
		_, _ = io.WriteString(w, `{"RequestId":"R","NextToken":"more"}`)
	})
	events, next, err := e.DescribeInstanceHistoryEvents(t.Context(), "cn-beijing", "t")
	if err != nil || len(events) != 0 || next != "more" {
		t.Errorf("got %v, %q, %v, want an empty page with a next one", events, next, err)
	}
	want := "InstanceEventType.1=AccountUnbalanced.Stop&InstanceEventType.2=AccountUnbalanced.Delete&MaxResults=100&NextToken=t&RegionId=cn-beijing"
	for i, status := range []string{"Scheduled", "Avoided", "Executing", "Executed", "Canceled", "Failed", "Inquiring"} {
		want = fmt.Sprintf("%s&InstanceEventCycleStatus.%d=%s", want, i+1, status)
	}
	got, wanted := strings.Split(<-asked, "&"), strings.Split(want, "&")
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		t.Errorf("asked for %q, want %q", got, wanted)
	}
}

func TestHistoryRows(t *testing.T) {
	const id = "i-bp1000000000000go2go"
	at := func(day int) int64 { return time.Date(2026, 11, day, 6, 32, 31, 0, time.UTC).Unix() }
	for _, tt := range []struct {
		name, row string
		want      *arrears.Event // nil: left out
	}{
		{"whole", `{"InstanceId":"` + id + `","EventId":"e-1","EventType":{"Code":1,"Name":"AccountUnbalanced.Stop"},"EventCycleStatus":{"Code":0,"Name":"Executed"},
			"EventPublishTime":"2026-11-01T06:32:31Z","NotBefore":"2026-11-02T06:32:31Z","EventFinishTime":"2026-11-03T06:32:31Z"}`,
			&arrears.Event{InstanceID: id, Status: "Executed", Published: at(1), NotBefore: at(2), Finished: at(3)}},
		{"empty and absent times", `{"InstanceId":"` + id + `","EventType":{"Name":"AccountUnbalanced.Delete"},"EventCycleStatus":{"Name":"Scheduled"},"EventFinishTime":"","NotBefore":""}`,
			&arrears.Event{InstanceID: id, Delete: true, Status: "Scheduled"}},
		{"nulls", `{"InstanceId":"` + id + `","EventType":{"Name":"AccountUnbalanced.Delete"},"EventCycleStatus":null,"EventFinishTime":null,"NotBefore":null,"ExtendedAttribute":null}`,
			&arrears.Event{InstanceID: id, Delete: true}},
		{"put off: the earlier counts", `{"InstanceId":"` + id + `","EventType":{"Name":"AccountUnbalanced.Delete"},"NotBefore":"2026-11-09T06:32:31Z","ExtendedAttribute":{"InitialNotBefore":"2026-11-07T06:32:31Z"}}`,
			&arrears.Event{InstanceID: id, Delete: true, NotBefore: at(7)}},
		{"a stop that was put off took place later", `{"InstanceId":"` + id + `","EventType":{"Name":"AccountUnbalanced.Stop"},"EventCycleStatus":{"Name":"Executed"},"NotBefore":"2026-11-09T06:32:31Z","ExtendedAttribute":{"InitialNotBefore":"2026-11-07T06:32:31Z"}}`,
			&arrears.Event{InstanceID: id, Status: "Executed", NotBefore: at(9)}},
		{"brought forward", `{"InstanceId":"` + id + `","EventType":{"Name":"AccountUnbalanced.Delete"},"NotBefore":"2026-11-05T06:32:31Z","ExtendedAttribute":{"InitialNotBefore":"2026-11-07T06:32:31Z"}}`,
			&arrears.Event{InstanceID: id, Delete: true, NotBefore: at(5)}},
		{"the first date alone", `{"InstanceId":"` + id + `","EventType":{"Name":"AccountUnbalanced.Delete"},"ExtendedAttribute":{"InitialNotBefore":"2026-11-07T06:32:31Z"}}`,
			&arrears.Event{InstanceID: id, Delete: true, NotBefore: at(7)}},
		{"another type", `{"InstanceId":"` + id + `","EventType":{"Name":"SystemMaintenance.Reboot"}}`, nil},
		{"no type", `{"InstanceId":"` + id + `"}`, nil},
		{"no instance", `{"EventType":{"Name":"AccountUnbalanced.Stop"}}`, nil},
		{"no instance's id", `{"InstanceId":"../x","EventType":{"Name":"AccountUnbalanced.Stop"}}`, nil},
		{"null", `null`, nil},
		{"no object", `"x"`, nil},
	} {
		// A good row follows, and must not be lost with a bad one.
		e := serve(t, answer(200, `{"RequestId":"R","InstanceSystemEventSet":{"InstanceSystemEventType":[`+tt.row+`,{"InstanceId":"i-bp1000000000000behind","EventType":{"Name":"AccountUnbalanced.Stop"}}]}}`))
		events, _, err := e.DescribeInstanceHistoryEvents(t.Context(), "cn-hangzhou", "")
		if err != nil || len(events) == 0 || events[len(events)-1].InstanceID != "i-bp1000000000000behind" {
			t.Errorf("%s: got %+v, %v, want the one behind in it", tt.name, events, err)
			continue
		}
		switch {
		case tt.want == nil && len(events) != 1:
			t.Errorf("%s: got %+v, want it left out", tt.name, events[0])
		case tt.want != nil && (len(events) != 2 || events[0] != *tt.want):
			t.Errorf("%s: got %+v, want %+v", tt.name, events[0], *tt.want)
		}
	}
}
