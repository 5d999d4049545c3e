package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reactivate/handler"
)

var (
	variable = regexp.MustCompile(`REACTIVATE_[A-Z]+(?:_[A-Z]+)*`)
	literal  = regexp.MustCompile(`"(` + variable.String() + `)"`)
)

// variables are those that the function reads. It refuses every run while there is another, so a wrong name in a deployment file
// would stop it.
func variables(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, src := range files(t, "../handler/*.go") {
		found = append(found, names(literal, src)...)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) < 20 {
		t.Fatalf("read only the variables %q from the handler", found)
	}
	return found
}

// TestFilesNameKnownVariables: no file that deploys the function, and no document, names another.
func TestFilesNameKnownVariables(t *testing.T) {
	known := variables(t)
	for file, src := range files(t, "../s.yaml", "terraform/*.tf", "terraform/*.example", "terraform/*/*.tf", "ram/*", "ros/*", "../docs/*.md", "../README*.md") {
		for _, name := range variable.FindAllString(src, -1) {
			if !slices.Contains(known, name) {
				t.Errorf("%s names %s, which the function does not know", file, name)
			}
		}
	}
}

// TestTerraformTakesTheVariables: the list that Terraform holds environment against has each name, except the one that only
// tests set.
func TestTerraformTakesTheVariables(t *testing.T) {
	_, after, found := strings.Cut(read(t, "terraform/main.tf"), "setsubtract(keys(var.environment), [")
	if !found {
		t.Fatal("terraform/main.tf has no list of names that environment may hold")
	}
	list, _, _ := strings.Cut(after, "]")
	want := slices.DeleteFunc(variables(t), func(name string) bool { return name == "REACTIVATE_ENDPOINT" })
	if got := names(literal, list); !slices.Equal(got, want) {
		t.Errorf("Terraform takes %q, the function reads %q", got, want)
	}
}

// TestTheFunctionTakesWhatTerraformGives: the environment that one of Terraform's tests expects, where everything is set.
func TestTheFunctionTakesWhatTerraformGives(t *testing.T) {
	_, everything, _ := strings.Cut(read(t, "terraform/tests/choices.tftest.hcl"), `run "everything"`)
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

// files are the texts of the files that match, by name, without tests.
func files(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, name := range found {
			if !strings.HasSuffix(name, "_test.go") {
				texts[name] = read(t, name)
			}
		}
	}
	return texts
}

// names are what the expression's first group finds, sorted.
func names(name *regexp.Regexp, text string) []string {
	var found []string
	for _, match := range name.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}
