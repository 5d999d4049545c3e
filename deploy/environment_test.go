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

	"reactivate/handler"
)

var (
	variable  = regexp.MustCompile(`REACTIVATE_[A-Z]+(_[A-Z]+)*`)
	wholeName = regexp.MustCompile(`^` + variable.String() + `$`)
)

// variables are those that the function reads: the texts in the handler that are a variable's whole name. It refuses every run
// while there is another, so a wrong name in a deployment file would stop it.
func variables(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, tree := range parsePackage(t, "../handler") {
		ast.Inspect(tree, func(node ast.Node) bool {
			if text, ok := node.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if name := strings.Trim(text.Value, "`\""); wholeName.MatchString(name) {
					found[name] = true
				}
			}
			return true
		})
	}
	if len(found) < 20 {
		t.Fatalf("read only the variables %q from the handler", slices.Sorted(maps.Keys(found)))
	}
	return slices.Sorted(maps.Keys(found))
}

// sources are the files of a package, without its tests.
type sources []*ast.File

func parsePackage(t *testing.T, dir string) sources {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var parsed sources
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, tree)
	}
	return parsed
}

// TestFilesNameKnownVariables: what deploys the function, and what tells how to.
func TestFilesNameKnownVariables(t *testing.T) {
	known := variables(t)
	for _, pattern := range []string{"../s.yaml", "terraform/*.tf", "terraform/*.example", "terraform/*/*.tf", "ram/*", "ros/*", "../docs/deploy*.md", "../docs/o*.md", "../docs/serverless-devs*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if filepath.Base(file) == "refusals.tftest.hcl" {
				continue
			}
			for _, name := range variable.FindAllString(read(t, file), -1) {
				if !slices.Contains(known, name) {
					t.Errorf("%s names %s, which the function does not know", file, name)
				}
			}
		}
	}
}

// TestTerraformTakesTheVariables: the list that Terraform holds environment against has each name, except the one that only
// tests set.
func TestTerraformTakesTheVariables(t *testing.T) {
	_, after, found := strings.Cut(read(t, "terraform/variables.tf"), "setsubtract(keys(var.environment), [")
	if !found {
		t.Fatal("terraform/variables.tf has no list of names that environment may hold")
	}
	list, _, _ := strings.Cut(after, "]")
	want := slices.DeleteFunc(variables(t), func(name string) bool { return name == "REACTIVATE_ENDPOINT" })
	if got := variable.FindAllString(list, -1); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("Terraform takes %q, the function reads %q", got, want)
	}
}

// TestTheFunctionTakesWhatTerraformGives: the environment that one of Terraform's tests expects, where everything is set.
func TestTheFunctionTakesWhatTerraformGives(t *testing.T) {
	src := read(t, "terraform/tests/choices.tftest.hcl")
	_, everything, _ := strings.Cut(src, `run "everything"`)
	notify := regexp.MustCompile(`(?m)^    notify += "(.*)"$`).FindStringSubmatch(everything)
	expected := regexp.MustCompile(`(?m)^      (REACTIVATE_[A-Z_]+) += (?:"(.*)"|var\.notify)$`).FindAllStringSubmatch(everything, -1)
	if notify == nil || len(expected) < 10 {
		t.Fatalf("found notify = %q and %d variables in the test", notify, len(expected))
	}
	var environ []string
	for _, m := range expected {
		value := m[2]
		if m[1] == "REACTIVATE_NOTIFY" {
			value = notify[1]
		}
		environ = append(environ, m[1]+"="+value)
	}
	if _, err := handler.ParseConfig(environ); err != nil {
		t.Errorf("the function refuses %q: %v", environ, err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}
