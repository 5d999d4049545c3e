package deploy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// What stands in s.yaml and in Terraform, and must be the same in both.

func TestTerraformFiltersAsTheProjectDoes(t *testing.T) {
	want := patterns(t)
	p := mustPlan(t, everything)
	texts := map[string]string{"recharge": p.made["module.recharge_bus.alicloud_event_bridge_rule.recharge"][0].text("filter_pattern")}
	for _, trigger := range p.made["alicloud_fcv3_trigger.ecs"] {
		var config struct{ EventRuleFilterPattern string }
		if err := json.Unmarshal([]byte(trigger.text("trigger_config")), &config); err != nil {
			t.Fatal(err)
		}
		texts[trigger.key] = config.EventRuleFilterPattern
	}
	got := map[string]object{}
	for name, text := range texts {
		got[name] = decode(t, []byte(text))
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Terraform filters by %v, s.yaml by %v", got, want)
	}
}

// TestTerraformMakesTheProject compares the function, by default, on both roads.
func TestTerraformMakesTheProject(t *testing.T) {
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	planned := mustPlan(t, nil)
	function := planned.made["alicloud_fcv3_function.function"][0]
	for argument, prop := range map[string]string{
		"function_name": "functionName", "runtime": "runtime", "handler": "handler", "cpu": "cpu",
		"memory_size": "memorySize", "disk_size": "diskSize", "timeout": "timeout", "internet_access": "internetAccess",
	} {
		same(t, argument, jsonOf(t, function.values[argument]), p.props[prop])
	}
	// What is empty in s.yaml is not set at all by Terraform.
	want := maps.Clone(p.props["environmentVariables"].(object))
	maps.DeleteFunc(want, func(_ string, value any) bool { return value == "" })
	same(t, "environment", jsonOf(t, function.values["environment_variables"]), want)

	async := planned.made["alicloud_fcv3_async_invoke_config.function"][0]
	config := p.props["asyncInvokeConfig"].(object)
	same(t, "retries", jsonOf(t, async.values["max_async_retry_attempts"]), config["maxAsyncRetryAttempts"])
	same(t, "age", jsonOf(t, async.values["max_async_event_age_in_seconds"]), config["maxAsyncEventAgeInSeconds"])
	same(t, "queue", planned.made["alicloud_message_service_queue.failed"][0].text("queue_name"), p.vars["failureQueue"])
	same(t, "concurrency", jsonOf(t, planned.made["alicloud_fcv3_concurrency_config.function"][0].values["reserved_concurrency"]),
		p.props["concurrencyConfig"].(object)["reservedConcurrency"])
	log, logConfig := function.block("log_config"), p.props["logConfig"].(object)
	for argument, prop := range map[string]string{
		"logstore": "logstore", "enable_request_metrics": "enableRequestMetrics",
		"enable_instance_metrics": "enableInstanceMetrics", "log_begin_rule": "logBeginRule",
	} {
		same(t, argument, jsonOf(t, log.values[argument]), logConfig[prop])
	}
	same(t, "triggers", plannedTriggers(t, planned), projectTriggers(t, p))
}

// same compares what both are as JSON.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	var texts [2]string
	for i, v := range []any{got, want} {
		src, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(src)
	}
	if texts[0] != texts[1] {
		t.Errorf("%s: Terraform makes\n%s, s.yaml\n%s", what, texts[0], texts[1])
	}
}

func jsonOf(t *testing.T, v cty.Value) (decoded any) {
	t.Helper()
	src, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// plannedTriggers and projectTriggers are types and configurations by name; of
// texts that are JSON, what they say.
func plannedTriggers(t *testing.T, p plan) map[string]object {
	found := map[string]object{}
	for address, all := range p.made {
		if !strings.HasPrefix(address, "alicloud_fcv3_trigger.") {
			continue
		}
		for _, trigger := range all {
			var config object
			if err := json.Unmarshal([]byte(trigger.text("trigger_config")), &config); err != nil {
				t.Fatal(err)
			}
			found[trigger.text("trigger_name")] = object{"type": trigger.text("trigger_type"), "qualifier": trigger.text("qualifier"), "config": said(config)}
		}
	}
	return found
}

func projectTriggers(t *testing.T, p project) map[string]object {
	t.Helper()
	found := map[string]object{}
	for _, trigger := range p.props["triggers"].([]any) {
		trigger := trigger.(object)
		if trigger["sourceArn"] == nil { // the optional one: with Terraform a rule calls the function itself
			found[fmt.Sprint(trigger["triggerName"])] = object{"type": trigger["triggerType"], "qualifier": trigger["qualifier"], "config": said(trigger["triggerConfig"].(object))}
		}
	}
	return found
}

func said(config object) object {
	all := maps.Clone(config)
	for name, value := range all {
		var inner object
		if text, ok := value.(string); ok && json.Unmarshal([]byte(text), &inner) == nil {
			all[name] = inner
		}
	}
	return all
}

var action = regexp.MustCompile(`"([a-z]+:[A-Z*]\w*)"`)

func TestTerraformGrantsNoMoreThanThePolicies(t *testing.T) {
	files, err := filepath.Glob("terraform/*.tf")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("terraform/*/*.tf")
	if err != nil {
		t.Fatal(err)
	}
	var granted []string
	for _, file := range slices.Concat(files, more) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range action.FindAllStringSubmatch(string(src), -1) {
			granted = append(granted, match[1])
		}
	}
	// The actions on ECS are read from deploy/ram; what stands in Terraform itself assumes roles.
	if want := []string{assume, assume}; !slices.Equal(granted, want) {
		t.Errorf("Terraform itself grants %q, want %q", granted, want)
	}
}
