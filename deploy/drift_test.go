package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// What stands in s.yaml and in Terraform, and must be the same in both.

func TestTerraformFiltersAsTheProjectDoes(t *testing.T) {
	want := patterns(t)
	got := map[string]object{}

	root, err := readModule("terraform")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range root.bodies["terraform/triggers.tf"].Blocks {
		if b.Type == "locals" {
			evaluate(t, b.Body.Attributes["ecs_patterns"].Expr, &got)
		}
	}
	bus, err := readModule("terraform/recharge-bus")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bus.bodies["terraform/recharge-bus/main.tf"].Blocks {
		if b.Type == "resource" && b.Labels[0] == "alicloud_event_bridge_rule" {
			call := b.Body.Attributes["filter_pattern"].Expr.(*hclsyntax.FunctionCallExpr)
			var pattern object
			evaluate(t, call.Args[0], &pattern)
			got["recharge"] = pattern
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Terraform filters by %v, s.yaml by %v", got, want)
	}
}

// evaluate takes the value of an expression of literals.
func evaluate(t *testing.T, expr hclsyntax.Expression, into any) {
	t.Helper()
	value, diags := expr.Value(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	src, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, into); err != nil {
		t.Fatal(err)
	}
}

func TestTerraformSizesAsTheProjectDoes(t *testing.T) {
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	root, err := readModule("terraform")
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, b := range root.bodies["terraform/main.tf"].Blocks {
		if b.Type != "resource" || b.Labels[0] != "alicloud_fcv3_function" {
			continue
		}
		seen = true
		for argument, prop := range map[string]string{
			"runtime": "runtime", "handler": "handler", "cpu": "cpu",
			"memory_size": "memorySize", "disk_size": "diskSize", "timeout": "timeout",
		} {
			var got any
			evaluate(t, b.Body.Attributes[argument].Expr, &got)
			want := p.props[prop]
			if n, ok := want.(int); ok {
				want = float64(n)
			}
			if got != want {
				t.Errorf("%s is %v, and %v in s.yaml", argument, got, want)
			}
		}
	}
	if !seen {
		t.Error("no function in terraform/main.tf")
	}
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

var setting = regexp.MustCompile(`(REACTIVATE_[A-Z_]+)\s*=\s*("[^"]*")?`)

func TestTerraformSetsTheVariablesOfTheProject(t *testing.T) {
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	want := p.props["environmentVariables"].(map[string]any)
	src, err := os.ReadFile("terraform/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{} // to the literal, "" for what depends on a variable
	for _, match := range setting.FindAllStringSubmatch(string(src), -1) {
		got[match[1]] = match[2]
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("Terraform does not set %s, s.yaml does", name)
		}
	}
	for name, literal := range got {
		value, ok := want[name]
		if !ok {
			t.Errorf("s.yaml does not set %s, Terraform does", name)
		}
		if fixed := name != "REACTIVATE_INCLUDE_TAGS"; fixed && literal != "" && literal != strconv.Quote(value.(string)) {
			t.Errorf("%s is %s in Terraform, and %q in s.yaml", name, literal, value)
		}
	}
}
