package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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

func TestProjectRefusesUnknownVariables(t *testing.T) {
	for _, old := range []string{"${vars.roles}", "${vars.region}"} {
		src := strings.ReplaceAll(readProject(t), old, "${vars.nothing}")
		if _, err := parseProject(src); err == nil {
			t.Errorf("${vars.nothing} for %s passes, want an error", old)
		}
	}
}

// payloads are what the timers ask for. The watch must look back as far as its interval.
var payloads = map[string]string{"sweep": `{"sweep": true}`, "watch": `{"watch": "5m"}`, "digest": `{"sweep": true, "notify": "problems"}`}

// What belongs together, in different parts of the file.
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
	timers := 0
	for _, trigger := range p.props["triggers"].([]any) {
		trigger := trigger.(map[string]any)
		config := trigger["triggerConfig"].(map[string]any)
		if config["authType"] == "anonymous" && env["REACTIVATE_HTTP_AUTH"] == "platform" {
			t.Error("the HTTP trigger authenticates nobody, and the function leaves it to the trigger")
		}
		if trigger["triggerType"] != "timer" {
			continue
		}
		timers++
		if want := payloads[fmt.Sprint(trigger["triggerName"])]; config["payload"] != want {
			t.Errorf("the timer %v asks for %v, want %q", trigger["triggerName"], config["payload"], want)
		}
		if trigger["triggerName"] == "watch" && config["cronExpression"] != "@every 5m" {
			t.Errorf("the watch comes %v, and looks back 5m", config["cronExpression"])
		}
	}
	if timers != len(payloads) {
		t.Errorf("%d timers, want %d", timers, len(payloads))
	}
}

// What a first deployment has by default needs nothing that was made before but the role.
func TestProjectNeedsNothingButTheRole(t *testing.T) {
	src := regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(readProject(t), "")
	p, err := parseProject(src)
	if err != nil {
		t.Fatal(err)
	}
	if p.props["logConfig"] != "auto" || strings.Contains(src, "acs:") || strings.Contains(src, "ACCOUNT") || strings.Contains(src, "eventbridge") {
		t.Errorf("s.yaml names a log project, a queue, a bus or an account:\n%s", src)
	}
	for _, guide := range []string{"serverless-devs.md", "serverless-devs.zh-CN.md"} {
		page, err := os.ReadFile("../docs/" + guide)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("aliyun ram CreateRole --RoleName %s ", p.props["role"]); !strings.Contains(string(page), want) {
			t.Errorf("%s does not tell how to make the role: want %q", guide, want)
		}
		var rows []string
		for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(string(page), -1) {
			rows = append(rows, row[1])
		}
		if want := slices.Sorted(maps.Keys(p.vars)); !slices.Equal(slices.Sorted(slices.Values(rows)), want) {
			t.Errorf("%s explains the variables %q, s.yaml has %q", guide, rows, want)
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
