package deploy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// project is what the tests here read of s.yaml.
type project struct {
	Vars      map[string]string
	Resources struct {
		Reactivate struct {
			Props struct {
				CPU                  float64 `yaml:"cpu"`
				MemorySize           float64 `yaml:"memorySize"`
				Timeout              int
				LogConfig            any               `yaml:"logConfig"`
				EnvironmentVariables map[string]string `yaml:"environmentVariables"`
				Triggers             []struct {
					Name   string `yaml:"triggerName"`
					Config struct {
						AuthType string `yaml:"authType"`
						Cron     string `yaml:"cronExpression"`
						Pattern  string `yaml:"eventRuleFilterPattern"`
					} `yaml:"triggerConfig"`
				}
			}
		}
	}
}

var (
	optional = regexp.MustCompile(`(?m)^(\s*)#\+`)
	comment  = regexp.MustCompile(`(?m)^\s*#.*\n`)
)

// readProject gives s.yaml with its optional parts ("#+") switched on.
func readProject(t *testing.T) string {
	t.Helper()
	return optional.ReplaceAllString(read(t, "../s.yaml"), "$1")
}

func parseProject(t *testing.T) project {
	t.Helper()
	var p project
	if err := yaml.Unmarshal([]byte(readProject(t)), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestProjectNamesItsVariables: each variable is used, and no other. Serverless Devs takes an unknown ${…} for a text.
func TestProjectNamesItsVariables(t *testing.T) {
	used := names(regexp.MustCompile(`\$\{(.*?)\}`), comment.ReplaceAllString(readProject(t), ""))
	var want []string
	for name := range parseProject(t).Vars {
		want = append(want, "vars."+name)
	}
	slices.Sort(want)
	if got := slices.Compact(used); !slices.Equal(got, want) {
		t.Errorf("s.yaml uses %q, and has %q", got, want)
	}
}

// TestProjectFitsTogether: different parts of the file agree. Terraform's tests compare its triggers with Terraform's own.
func TestProjectFitsTogether(t *testing.T) {
	props := parseProject(t).Resources.Reactivate.Props
	env := props.EnvironmentVariables
	if least := duration(t, env["REACTIVATE_GRACE"]) + duration(t, env["REACTIVATE_WAIT"]) + time.Minute; time.Duration(props.Timeout)*time.Second < least {
		t.Errorf("timeout %d s, want at least %v: grace, wait and a minute", props.Timeout, least)
	}
	if ratio := props.MemorySize / 1024 / props.CPU; ratio < 1 || ratio > 4 {
		t.Errorf("%v MB to %v vCPU, want 1 to 4 GB for each", props.MemorySize, props.CPU)
	}
	for _, trigger := range props.Triggers {
		if trigger.Config.AuthType == "anonymous" && env["REACTIVATE_HTTP_AUTH"] == "platform" {
			t.Error("the HTTP trigger authenticates nobody, and the function leaves it to the trigger")
		}
		if trigger.Name == "watch" && trigger.Config.Cron != "@every ${vars.watchEvery}" {
			t.Errorf("the watch comes %v, and looks back ${vars.watchEvery}", trigger.Config.Cron)
		}
	}
}

// A first deployment needs nothing that was made before, except the role.
func TestProjectNeedsNothingButTheRole(t *testing.T) {
	p := parseProject(t)
	src := comment.ReplaceAllString(read(t, "../s.yaml"), "")
	if p.Resources.Reactivate.Props.LogConfig != "auto" || strings.Contains(src, "acs:") || strings.Contains(src, "ACCOUNT") || strings.Contains(src, "eventbridge") {
		t.Errorf("s.yaml names a log project, a queue, a bus or an account:\n%s", src)
	}
	variable := regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")
	for file, page := range files(t, "../docs/serverless-devs*.md") {
		if want := fmt.Sprintf("aliyun ram CreateRole --RoleName %s ", p.Vars["role"]); !strings.Contains(page, want) {
			t.Errorf("%s does not say how to make the role: want %q", file, want)
		}
		if got, want := names(variable, page), slices.Sorted(maps.Keys(p.Vars)); !slices.Equal(got, want) {
			t.Errorf("%s explains the variables %q, s.yaml has %q", file, got, want)
		}
	}
}

func duration(t *testing.T, value string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(value)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPatternsLetThroughWhatAsksForAnInstance holds the filters of the EventBridge triggers against samples.
func TestPatternsLetThroughWhatAsksForAnInstance(t *testing.T) {
	for event, want := range map[string]string{
		"eventbridge-statechange-stopped.json":      "ecs-stopped",
		"eventbridge-autoreactivate-completed.json": "ecs-auto-reactivated",
		"eventbridge-disk.json":                     "",
		"billing-recharge.json":                     "recharge",
		`{"source": "acs.ecs", "type": "ecs:Instance:StateChange", "data": {"state": "Running"}}`: "",
		`{"source": "acs.rds", "type": "ecs:Instance:StateChange", "data": {"state": "Stopped"}}`: "",
		`{"source": "my.billing", "type": "account.recharge"}`:                                    "recharge",
		`{"source": "my.billing", "type": "invoice.sent"}`:                                        "",
	} {
		if strings.HasSuffix(event, ".json") {
			event = read(t, "../events/"+event)
		}
		var got string
		for _, trigger := range parseProject(t).Resources.Reactivate.Props.Triggers {
			if trigger.Config.Pattern != "" && matches(decode(t, trigger.Config.Pattern), decode(t, event)) {
				got += trigger.Name
			}
		}
		if got != want {
			t.Errorf("%s is taken by %q, want %q", event, got, want)
		}
	}
}

// matches reads a pattern as EventBridge does, as far as the patterns here go: the event has every field of it, with one of the
// values, which are exact or {"contains": …}. Case counts.
// https://www.alibabacloud.com/help/en/eventbridge/latest/event-patterns
func matches(pattern, event any) bool {
	switch pattern := pattern.(type) {
	case map[string]any:
		fields, ok := event.(map[string]any)
		for name, inner := range pattern {
			ok = ok && matches(inner, fields[name])
		}
		return ok
	case []any:
		return slices.ContainsFunc(pattern, func(value any) bool {
			part, _ := value.(map[string]any)
			text, ok := event.(string)
			if contained, found := part["contains"].(string); found {
				return ok && strings.Contains(text, contained)
			}
			return ok && value == text
		})
	}
	return false
}

func decode(t *testing.T, src string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(src), &value); err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return value
}
