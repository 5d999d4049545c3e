package event_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// list has n elements in this format, each with another number, separated by commas.
func list(n int, format string) string {
	elements := make([]string, n)
	for i := range elements {
		elements[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(elements, ",")
}

// manyIDs is n different ids, separated by commas.
func manyIDs(n int) string { return list(n, "i-bp1%017d") }

// quotedIDs is the inside of a JSON array of n different ids.
func quotedIDs(n int) string { return list(n, `"i-bp1%017d"`) }

// TestLimits: one request names 1,000 instances at most. A payload as a whole names 20,000 instances and 100 regions at most, in
// one request or in many.
func TestLimits(t *testing.T) {
	ids := func(n int) string { return `{"instanceIds":[` + quotedIDs(n) + `,` + quotedIDs(n) + `]}` }
	regions := func(n int) string { return `{"sweep":true,"regionIds":[` + list(n, `"cn-r%d"`) + `]}` }
	sweeps := func(n int) string { return `[` + list(n, `{"sweep":true,"regionId":"cn-r%d"}`) + `]` }
	events := func(n int) string {
		return `[` + list(n, `{"product":"ECS","name":"Instance:StateChange","content":{"resourceId":"i-bp1%017d","state":"Stopped"}}`) + `]`
	}
	fields := func(n int) string { return "{" + strings.Repeat(`"a":1,`, n-1) + `"a":1}` } // it says "a" twice, and is refused for that
	blanks := func(n int) string { return strings.Repeat(" ", n) + `{"sweep":true}` }
	for name, tt := range map[string]struct {
		payload     func(n int) string
		most        int
		field, says string // of the error for one more
	}{
		"instances of a request":   {ids, reactivate.MaxInstanceIDs, "instanceIds", `names 1001 instances; one request may name 1000`},
		"regions of a request":     {regions, 100, "regionIds", "regions"},
		"regions of many requests": {sweeps, 100, "regionIds", "regions"},
		"instances of many events": {events, 20_000, "instanceIds", "instances"},
		"fields of an object":      {fields, 100_000, "", "has an object of more than 100000 fields"},
		"bytes of a whole payload": {blanks, 32<<20 - len(`{"sweep":true}`), "", "is over 32 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := event.Decoder{Now: noon}.Decode([]byte(tt.payload(tt.most)))
			if twice := err != nil && strings.Contains(inWords(err), `"a" appears twice`); len(got.Requests) == 0 && !twice {
				t.Errorf("got %v, want requests", err)
			}
			_, err = event.Decoder{Now: noon}.Decode([]byte(tt.payload(tt.most + 1)))
			problem, ok := errors.AsType[*event.DecodeError](err)
			if !ok || problem.Field != tt.field || !strings.Contains(inWords(err), tt.says) || !strings.Contains(inWords(err), "a right request is") {
				t.Errorf("one more: got %v, want a DecodeError of %q that says %q", err, tt.field, tt.says)
			}
		})
	}
	_, err := event.Decoder{}.DecodeQuery(map[string]string{"regionId": list(101, "cn-r%d")})
	if problem, ok := errors.AsType[*event.DecodeError](err); !ok || problem.Field != "regionIds" {
		t.Errorf("a query: got %v, want a DecodeError of its regions", err)
	}
}
