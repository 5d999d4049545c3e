package deploy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// object is a JSON object.
type object = map[string]any

// matches reads an EventBridge pattern as far as the patterns here go: every
// field of the pattern must be in the event, nested alike, with one of the
// values; a value is exact or {"contains": …}. Case counts.
// https://www.alibabacloud.com/help/en/eventbridge/latest/event-patterns
func matches(pattern, event object) bool {
	for field, want := range pattern {
		switch want := want.(type) {
		case object:
			inner, ok := event[field].(object)
			if !ok || !matches(want, inner) {
				return false
			}
		case []any:
			text, ok := event[field].(string)
			if !ok || !slices.ContainsFunc(want, func(value any) bool { return matchesValue(value, text) }) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func matchesValue(want any, text string) bool {
	if part, ok := want.(object); ok {
		return len(part) == 1 && strings.Contains(text, part["contains"].(string))
	}
	return want == text
}

// patterns are the filters of the EventBridge triggers in s.yaml, by trigger.
func patterns(t *testing.T) map[string]object {
	t.Helper()
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]object{}
	for _, trigger := range p.props["triggers"].([]any) {
		trigger := trigger.(map[string]any)
		if trigger["triggerType"] != "eventbridge" {
			continue
		}
		text := trigger["triggerConfig"].(map[string]any)["eventRuleFilterPattern"].(string)
		var pattern object
		if err := json.Unmarshal([]byte(text), &pattern); err != nil {
			t.Fatalf("%v: %v", trigger["triggerName"], err)
		}
		found[trigger["triggerName"].(string)] = pattern
	}
	return found
}

func TestPatternsLetThroughWhatAsksForAnInstance(t *testing.T) {
	all := patterns(t)
	for _, tt := range []struct {
		name  string
		event string
		want  string // the trigger that takes it, "" for none
	}{
		{"stopped", `{"source":"acs.ecs","type":"ecs:Instance:StateChange","data":{"resourceId":"i-bp1","state":"Stopped"}}`, "ecs-stopped"},
		{"running", `{"source":"acs.ecs","type":"ecs:Instance:StateChange","data":{"resourceId":"i-bp1","state":"Running"}}`, ""},
		{"no state", `{"source":"acs.ecs","type":"ecs:Instance:StateChange","data":{}}`, ""},
		{"another product", `{"source":"acs.rds","type":"ecs:Instance:StateChange","data":{"state":"Stopped"}}`, ""},
		{"reactivated by the platform", `{"source":"acs.ecs","type":"ecs:Instance:AutoReactivateCompleted","data":{}}`, "ecs-auto-reactivated"},
		{"a disk", `{"source":"acs.ecs","type":"ecs:Disk:ConvertToPostpaidCompleted","data":{}}`, ""},
		{"a recharge", `{"source":"my.billing","type":"my.billing:Account:Recharged","data":{}}`, "recharge"},
		{"a recharge in small letters", `{"source":"my.billing","type":"account.recharge","data":{}}`, "recharge"},
		{"another event of the own", `{"source":"my.billing","type":"invoice.sent","data":{}}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var event object
			if err := json.Unmarshal([]byte(tt.event), &event); err != nil {
				t.Fatal(err)
			}
			got := ""
			for name, pattern := range all {
				if matches(pattern, event) {
					got += name
				}
			}
			if got != tt.want {
				t.Errorf("taken by %q, want %q", got, tt.want)
			}
		})
	}
}
