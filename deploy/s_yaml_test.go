package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// project is s.yaml with its variables put in and its optional parts ("#+") switched on.
type project struct {
	vars  map[string]any
	props map[string]any
}

func readProject(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("../s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

var optional = regexp.MustCompile(`(?m)^(\s*)#\+`)

func parseProject(src string) (project, error) {
	var doc struct {
		Edition   string
		Name      string
		Access    string
		Vars      map[string]any
		Resources map[string]struct {
			Component string
			Actions   map[string]any
			Props     map[string]any
		}
	}
	dec := yaml.NewDecoder(strings.NewReader(optional.ReplaceAllString(src, "$1")))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil {
		return project{}, err
	}
	resource, ok := doc.Resources["reactivate"]
	if !ok || len(doc.Resources) != 1 || resource.Component != "fc3" {
		return project{}, fmt.Errorf("resources: want reactivate of the component fc3 alone")
	}
	props, err := expand(resource.Props, doc.Vars)
	if err != nil {
		return project{}, err
	}
	return project{vars: doc.Vars, props: props.(map[string]any)}, nil
}

var reference = regexp.MustCompile(`\$\{vars\.(\w+)\}`)

// expand puts variables in as the tool does; any other ${…} would need an
// account or the network to be known, and is an error.
func expand(value any, vars map[string]any) (any, error) {
	switch value := value.(type) {
	case string:
		out := reference.ReplaceAllStringFunc(value, func(ref string) string {
			if v, ok := vars[reference.FindStringSubmatch(ref)[1]]; ok {
				return fmt.Sprint(v)
			}
			return ref
		})
		if strings.Contains(out, "${") {
			return nil, fmt.Errorf("%q names no variable of vars", out)
		}
		return out, nil
	case map[string]any:
		for key, v := range value {
			expanded, err := expand(v, vars)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			value[key] = expanded
		}
	case []any:
		for i, v := range value {
			expanded, err := expand(v, vars)
			if err != nil {
				return nil, err
			}
			value[i] = expanded
		}
	}
	return value, nil
}

// validate checks props against the strict reading of the schema.
func (p project) validate(schema *jsonschema.Schema) error {
	encoded, err := json.Marshal(p.props)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func TestProjectPassesTheStrictSchema(t *testing.T) {
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.validate(strictSchema(t)); err != nil {
		t.Error(err)
	}
	if got, want := len(p.props["triggers"].([]any)), 6; got != want {
		t.Errorf("%d triggers, want %d, the optional one among them", got, want)
	}
}

func TestStrictSchemaRefuses(t *testing.T) {
	schema := strictSchema(t)
	src := readProject(t)
	for _, tt := range []struct{ name, old, new string }{
		{"an unknown property", "memorySize: 128", "memorysize: 128"},
		{"an unknown property in a section", "maxAsyncRetryAttempts: 2", "maxAsyncRetries: 2"},
		{"an unknown property three levels down", "destination: acs:mns", "destinationArn: acs:mns"},
		{"an unknown property of a trigger", "triggerName: http\n          triggerType: http\n          description", "triggerName: http\n          triggerType: http\n          about"},
		{"an unknown property of a tag", "value: reactivate", "val: reactivate"},
		{"an unknown authorization", "authType: function", "authType: bogus"},
		{"a method that is none", "[GET, POST]", "[GET, PUSH]"},
		{"a trigger configuration of another type", "triggerType: http", "triggerType: timer"},
		{"an unknown property of a timer", "payload:", "payLoad:"},
		{"a timer without its expression", "cronExpression:", "cron:"},
		{"an event trigger without a sink", "eventSinkConfig:", "eventTargetConfig:"},
		{"an unknown property of a sink", "eventSchema: CloudEvents", "schema: CloudEvents"},
		{"an unknown event schema", "eventSchema: CloudEvents", "eventSchema: CloudEvent"},
		{"an unknown mode", "mode: event-driven", "mode: event-drive"},
		{"a run option without effect", "mode: event-driven", "mode: event-driven\n              errorsTolerance: ALL"},
		{"an unknown event source", "eventSourceType: Default", "eventSourceType: ECS"},
		{"a parameter of an event source", "eventSourceParameters: {}", "eventSourceParameters: {bus: mine}"},
		{"an unknown trigger type", "triggerType: eventbridge", "triggerType: eventBridge"},
		{"an unknown region", "region: cn-hangzhou\n  functionName", "region: cn-hangzou\n  functionName"},
		{"an unknown runtime", "runtime: go1", "runtime: go2"},
		{"no handler", "handler: main\n", "\n"},
		{"memory that is no multiple of 64", "memorySize: 128", "memorySize: 130"},
		{"too little CPU", "cpu: 0.1", "cpu: 0.01"},
		{"a timeout that is text", "timeout: 1500", "timeout: '1500'"},
		{"more tries than there are", "maxAsyncRetryAttempts: 2", "maxAsyncRetryAttempts: 9"},
		{"an age beyond what the API takes", "maxAsyncEventAgeInSeconds: 86400", "maxAsyncEventAgeInSeconds: 604801"},
		{"an environment variable that is no text", "REACTIVATE_WAIT: 10m", "REACTIVATE_WAIT: 10"},
		{"an unknown property of the log", "enableRequestMetrics: true", "requestMetrics: true"},
		{"an unknown rule of the log", "logBeginRule: None", "logBeginRule: Never"},
		{"an optional part that is wrong", "#+  qualifier: LATEST", "#+  qualifer: LATEST"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(src, tt.old) {
				t.Fatalf("s.yaml has no %q: the case tests nothing", tt.old)
			}
			p, err := parseProject(strings.ReplaceAll(src, tt.old, tt.new))
			if err != nil {
				t.Fatalf("not read at all: %v", err)
			}
			if err := p.validate(schema); err == nil {
				t.Errorf("%q passes, want it refused", tt.new)
			}
		})
	}
}

func TestProjectRefusesUnknownVariables(t *testing.T) {
	for _, old := range []string{"${vars.roles}", "${vars.region}"} {
		src := strings.ReplaceAll(readProject(t), old, "${vars.nothing}")
		if _, err := parseProject(src); err == nil {
			t.Errorf("${vars.nothing} for %s passes, want an error", old)
		}
	}
}

// payloads are what the timers ask for.
var payloads = map[string]string{"sweep": `{"sweep": true}`, "digest": `{"sweep": true, "notify": "problems"}`}

// The schema cannot say what belongs together.
func TestProjectFitsTogether(t *testing.T) {
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	env := p.props["environmentVariables"].(map[string]any)
	grace, wait := duration(t, env["REACTIVATE_GRACE"]), duration(t, env["REACTIVATE_WAIT"])
	timeout := time.Duration(p.props["timeout"].(int)) * time.Second
	if least := grace + wait + time.Minute; timeout < least {
		t.Errorf("timeout %v, want at least %v: grace, wait and a minute", timeout, least)
	}
	cpu, memory := p.props["cpu"].(float64), float64(p.props["memorySize"].(int))/1024
	if ratio := memory / cpu; ratio < 1 || ratio > 4 {
		t.Errorf("%v GB to %v vCPU, want 1 to 4 GB for each", memory, cpu)
	}
	for _, trigger := range p.props["triggers"].([]any) {
		trigger := trigger.(map[string]any)
		config := trigger["triggerConfig"].(map[string]any)
		if config["authType"] == "anonymous" && env["REACTIVATE_HTTP_AUTH"] == "platform" {
			t.Error("the HTTP trigger authenticates nobody, and the function leaves it to the trigger")
		}
		if want, ok := payloads[fmt.Sprint(trigger["triggerName"])]; ok && config["payload"] != want {
			t.Errorf("the timer %v asks for %v, want %s", trigger["triggerName"], config["payload"], want)
		}
	}
}

func duration(t *testing.T, value any) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(fmt.Sprint(value))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
