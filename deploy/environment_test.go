package deploy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// variables are the REACTIVATE_ variables of the contract. The program refuses
// any other, so a wrong name here would stop the deployed function altogether.
var variables = []string{
	"REACTIVATE_ATTEMPTS",
	"REACTIVATE_BALANCE_FLOOR",
	"REACTIVATE_CONCURRENCY",
	"REACTIVATE_DRY_RUN",
	"REACTIVATE_ENDPOINT",
	"REACTIVATE_EXCLUDE_TAGS",
	"REACTIVATE_GRACE",
	"REACTIVATE_HTTP_AUTH",
	"REACTIVATE_HTTP_TOKEN",
	"REACTIVATE_INCLUDE_TAGS",
	"REACTIVATE_LANG",
	"REACTIVATE_LINK",
	"REACTIVATE_LOG_LEVEL",
	"REACTIVATE_MAX_INSTANCES",
	"REACTIVATE_MAX_QPS",
	"REACTIVATE_NETWORK",
	"REACTIVATE_NOTIFY",
	"REACTIVATE_NOTIFY_ON",
	"REACTIVATE_REGIONS",
	"REACTIVATE_ROLES",
	"REACTIVATE_WAIT",
}

var variable = regexp.MustCompile(`REACTIVATE_[A-Z]+(_[A-Z]+)*`)

// unknown lists the variables among names that the program would refuse.
func unknown(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.Contains(variables, name)
	})
}

func TestProjectSetsKnownVariables(t *testing.T) {
	p, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Collect(maps.Keys(p.props["environmentVariables"].(map[string]any)))
	if len(names) == 0 {
		t.Error("no variable set, want some")
	}
	if bad := unknown(names); len(bad) > 0 {
		t.Errorf("s.yaml sets %q, which the program does not know", bad)
	}
}

func TestDeploymentFilesNameKnownVariables(t *testing.T) {
	for _, pattern := range []string{"terraform/*.tf", "terraform/*/*.tf", "ram/*", "ros/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bad := unknown(variable.FindAllString(string(src), -1)); len(bad) > 0 {
				t.Errorf("%s names %q, which the program does not know", file, bad)
			}
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	got := unknown([]string{"REACTIVATE_WAIT", "REACTIVATE_WAITS", "WAIT"})
	if want := []string{"REACTIVATE_WAITS", "WAIT"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The table above is what the program itself reads: the names that stand as
// whole string constants in the handler.
func TestVariablesAreThoseOfTheProgram(t *testing.T) {
	files, err := filepath.Glob("../handler/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(node ast.Node) bool {
			if text, ok := node.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if name := strings.Trim(text.Value, "`\""); variable.FindString(name) == name && name != "" {
					found[name] = true
				}
			}
			return true
		})
	}
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, variables) {
		t.Errorf("the handler reads %q, want %q", got, variables)
	}
}
