package deploy_test

import (
	"fmt"
	"go/ast"
	"maps"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var bashBlock = regexp.MustCompile("(?ms)^```bash\n(.*?)^```")

func TestBashBlocksParse(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here to parse the blocks")
	}
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		for i, block := range bashBlock.FindAllStringSubmatch(read(t, file), -1) {
			seen++
			cmd := exec.CommandContext(t.Context(), bash, "-n")
			cmd.Stdin = strings.NewReader(block[1])
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s, block %d: %v\n%s", file, i+1, err, out)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d blocks of bash, want 10 and more", seen)
	}
}

// TestDeploymentIsShort: five commands, one file to fill in, one apply.
func TestDeploymentIsShort(t *testing.T) {
	const mark, command, edited = "<!-- ci:deploy -->\n```bash\n", "terraform -chdir=deploy/terraform apply\n", "cp deploy/terraform/terraform.tfvars.example "
	for _, name := range []string{"../docs/deploy.md", "../docs/deploy.zh-CN.md"} {
		_, after, found := strings.Cut(read(t, name), mark)
		commands, _, closed := strings.Cut(after, "```")
		if !found || !closed {
			t.Fatalf("%s has no commands: want %q", name, mark)
		}
		if got := strings.Count(commands, "\n"); got > 5 || strings.Contains(commands, "\\\n") || strings.ContainsAny(commands, ";&|") {
			t.Errorf("%s has %d commands, want 5 at most, one on each line:\n%s", name, got, commands)
		}
		if strings.Count(commands, edited) != 1 || strings.Count(commands, "\ncp ") != 1 || strings.Count(commands, command) != 1 {
			t.Errorf("%s: want one file copied to be filled in, and one apply:\n%s", name, commands)
		}
	}
}

// TestExampleHasEveryChoice: each variable of the module is in the file to fill in, behind a comment, with its default.
// (Objects and lists are compared by Terraform: the deployment that .ci/run makes has the example as its file.)
func TestExampleHasEveryChoice(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^variable "(\w+)"`)
	given := regexp.MustCompile(`(?m)^(?:# .*\n)?(\w+)\s+= `)
	explained := regexp.MustCompile(`(?m)^# .*\n(\w+)\s+= `)
	for _, dir := range []string{"terraform", "terraform/watched-account"} {
		var want string
		files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			want += read(t, file)
		}
		example := read(t, filepath.Join(dir, "terraform.tfvars.example"))
		variables := names(declared, want)
		if got := names(given, example); !slices.Equal(got, variables) {
			t.Errorf("%s: the example has\n%q, the module\n%q", dir, got, variables)
		}
		if got := names(explained, example); !slices.Equal(got, variables) {
			t.Errorf("%s: the example explains\n%q, the module has\n%q", dir, got, variables)
		}
		if len(variables) > 28 {
			t.Errorf("%s: %d choices, want 28 at most", dir, len(variables))
		}
	}
}

func names(name *regexp.Regexp, text string) []string {
	var found []string
	for _, match := range name.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

// A choice that stands on a command line is lost at the next one.
func TestDocumentsPassNoChoiceOnTheCommandLine(t *testing.T) {
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../README.md", "../README.zh-CN.md", "ram/README.md") {
		if found := regexp.MustCompile(`(?m)^.*terraform .*-var\b.*$`).FindString(read(t, file)); found != "" {
			t.Errorf("%s: %s", file, found)
		}
	}
}

// TestOperationsNameTheAlarms: each alarm of alarms.tf has its row in the runbook.
func TestOperationsNameTheAlarms(t *testing.T) {
	_, alarms, found := strings.Cut(read(t, "terraform/alarms.tf"), "\n  alarms = {\n")
	wanted := names(regexp.MustCompile(`(?m)^    ([a-z-]+) = \{$`), alarms)
	if !found || len(wanted) == 0 {
		t.Fatal("terraform/alarms.tf names no alarm")
	}
	for _, name := range []string{"../docs/operations.md", "../docs/operations.zh-CN.md"} {
		text := read(t, name)
		for _, alarm := range wanted {
			if !strings.Contains(text, "\n| `"+alarm+"` |") {
				t.Errorf("%s has no row for the alarm %s", name, alarm)
			}
		}
	}
}

// TestDoctorsWarningsAreTheProgramsOwn: the page shows which warnings are all right after a first deployment.
func TestDoctorsWarningsAreTheProgramsOwn(t *testing.T) {
	said := read(t, "../internal/wording/doctor.go")
	warning := regexp.MustCompile(`(?m)^   warning  .*\S  +(\S.*?)(?:, …)?$`)
	for _, name := range []string{"../docs/deploy.md", "../docs/deploy.zh-CN.md"} {
		shown := names(warning, read(t, name))
		if len(shown) != 4 {
			t.Errorf("%s shows the warnings %q, want 4", name, shown)
		}
		for _, detail := range shown {
			if !strings.Contains(said, detail) {
				t.Errorf("%s: the doctor does not say %q", name, detail)
			}
		}
	}
}

func TestReferencesNameTheStatuses(t *testing.T) {
	want := parsePackage(t, "../handler").statuses()
	if len(want) < 10 {
		t.Fatalf("read only the statuses %q from the source", want)
	}
	for _, name := range []string{"../docs/reference.md", "../docs/reference.zh-CN.md"} {
		text := read(t, name)
		for _, status := range want {
			if !strings.Contains(text, "\n| "+status+" |") {
				t.Errorf("%s has no row for the status %s", name, status)
			}
		}
	}
}

// statuses are the HTTP statuses that the package names.
func (s sources) statuses() []string {
	number := map[string]string{}
	for code := 100; code < 600; code++ {
		if text := http.StatusText(code); text != "" {
			number["Status"+strings.ReplaceAll(text, " ", "")] = strconv.Itoa(code)
		}
	}
	found := map[string]bool{}
	for _, file := range s {
		ast.Inspect(file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if ok && fmt.Sprint(selector.X) == "http" && number[selector.Sel.Name] != "" {
				found[number[selector.Sel.Name]] = true
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

var invocationType = regexp.MustCompile(`--invocation-type[ =]'?(\w*)`)

// TestGuidesInvokeAsFc3Allows: fc3 takes these two spellings, and refuses that of its predecessor, in lower case
// (https://github.com/devsapp/fc3, src/subCommands/invoke/index.ts).
func TestGuidesInvokeAsFc3Allows(t *testing.T) {
	for _, name := range []string{"../docs/serverless-devs.md", "../docs/serverless-devs.zh-CN.md"} {
		for _, match := range invocationType.FindAllStringSubmatch(read(t, name), -1) {
			if match[1] != "Sync" && match[1] != "Async" {
				t.Errorf("%s: --invocation-type %s, want Sync or Async", name, match[1])
			}
		}
	}
}
