package event_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"reactivate/internal/event"
)

// regionList is the inside of a JSON list of n different regions.
func regionList(n int) string {
	regions := make([]string, n)
	for i := range regions {
		regions[i] = fmt.Sprintf(`"cn-r%d"`, i)
	}
	return strings.Join(regions, ",")
}

// stoppedMany is an array of n events, each of another instance.
func stoppedMany(n int) string {
	events := make([]string, n)
	for i := range events {
		events[i] = fmt.Sprintf(`{"product":"ECS","name":"Instance:StateChange","content":{"resourceId":"i-bp1%017d","state":"Stopped"}}`, i)
	}
	return `[` + strings.Join(events, ",") + `]`
}

// TestLimitsOfAPayload: a payload as a whole names 20,000 instances and 100 regions at most, in one request or in many.
func TestLimitsOfAPayload(t *testing.T) {
	sweepsOf := func(n int) string {
		elements := make([]string, n)
		for i := range elements {
			elements[i] = fmt.Sprintf(`{"sweep":true,"regionId":"cn-r%d"}`, i)
		}
		return `[` + strings.Join(elements, ",") + `]`
	}
	for name, tt := range map[string]struct{ payload, field string }{
		"100 regions":                     {`{"sweep":true,"regionIds":[` + regionList(100) + `]}`, ""},
		"101 regions":                     {`{"sweep":true,"regionIds":[` + regionList(101) + `]}`, "regionIds"},
		"100 regions in as many requests": {sweepsOf(100), ""},
		"101 regions in as many requests": {sweepsOf(101), "regionIds"},
		"20,000 instances of as many":     {stoppedMany(20_000), ""},
		"20,001 instances of as many":     {stoppedMany(20_001), "instanceIds"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := event.Decoder{Now: noon}.Decode([]byte(tt.payload))
			if tt.field == "" {
				if err != nil || len(got.Requests) == 0 {
					t.Errorf("got %v, want requests", err)
				}
				return
			}
			problem, ok := errors.AsType[*event.DecodeError](err)
			if !ok || problem.Field != tt.field || !strings.Contains(inWords(err), "a right request is") {
				t.Errorf("got %v, want a DecodeError of %s", err, tt.field)
			}
		})
	}
	regions := strings.ReplaceAll(regionList(101), `"`, "")
	_, err := event.Decoder{}.DecodeQuery(map[string]string{"regionId": regions})
	if problem, ok := errors.AsType[*event.DecodeError](err); !ok || problem.Field != "regionIds" {
		t.Errorf("a query: got %v, want a DecodeError of its regions", err)
	}
}
