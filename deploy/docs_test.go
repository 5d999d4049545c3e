package deploy_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	bashBlock = regexp.MustCompile("(?ms)^```bash\n(.*?)^```")
	foreign   = regexp.MustCompile(`(?m) +#.*$| -lang zh`) // what a translation may change in a command
)

// TestCommandsOfDocuments: bash takes them, and a translation has the same ones.
func TestCommandsOfDocuments(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here to parse the blocks")
	}
	texts := files(t, "../docs/*.md", "../README*.md", "ram/README*.md")
	for file, text := range texts {
		blocks := names(bashBlock, text)
		for _, block := range blocks {
			cmd := exec.CommandContext(t.Context(), bash, "-n")
			cmd.Stdin = strings.NewReader(block)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s\n%s", file, err, out, block)
			}
		}
		translation, found := texts[strings.TrimSuffix(file, ".md")+".zh-CN.md"]
		if !found {
			continue
		}
		got, want := strings.Join(names(bashBlock, translation), ""), strings.Join(blocks, "")
		if foreign.ReplaceAllString(got, "") != foreign.ReplaceAllString(want, "") {
			t.Errorf("%s has the commands\n%s, its translation\n%s", file, want, got)
		}
	}
}

// TestExampleHasEveryChoice: each variable of the module is in the file to fill in, behind a comment. That the values are the
// defaults is seen by .ci/run, which deploys with the file and without.
func TestExampleHasEveryChoice(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^variable "(\w+)"`)
	explained := regexp.MustCompile(`(?m)^# .*\n(\w+)\s+= `)
	for _, dir := range []string{"terraform", "terraform/watched-account"} {
		var want []string
		for _, src := range files(t, dir+"/*.tf") {
			want = append(want, names(declared, src)...)
		}
		slices.Sort(want)
		if got := names(explained, read(t, filepath.Join(dir, "terraform.tfvars.example"))); !slices.Equal(got, want) {
			t.Errorf("%s: the example explains\n%q, the module has\n%q", dir, got, want)
		}
	}
}

// TestOperationsNameTheAlarms: each alarm of alarms.tf has its row in the runbook.
func TestOperationsNameTheAlarms(t *testing.T) {
	_, alarms, _ := strings.Cut(read(t, "terraform/alarms.tf"), "\n  alarms = {\n")
	wanted := names(regexp.MustCompile(`(?m)^    ([a-z-]+) = \{$`), alarms)
	if len(wanted) == 0 {
		t.Fatal("terraform/alarms.tf names no alarm")
	}
	for file, text := range files(t, "../docs/operations*.md") {
		for _, alarm := range wanted {
			if !strings.Contains(text, "\n| `"+alarm+"` |") {
				t.Errorf("%s has no row for the alarm %s", file, alarm)
			}
		}
	}
}

// TestDoctorsWarningsAreTheProgramsOwn: the page shows which warnings are all right after a first deployment.
func TestDoctorsWarningsAreTheProgramsOwn(t *testing.T) {
	said := read(t, "../internal/wording/doctor.go")
	warning := regexp.MustCompile(`(?m)^   warning  .*\S  +(\S.*?)(?:, …)?$`)
	for file, text := range files(t, "../docs/deploy*.md") {
		shown := names(warning, text)
		if len(shown) != 3 {
			t.Errorf("%s shows the warnings %q, want 3", file, shown)
		}
		for _, detail := range shown {
			if !strings.Contains(said, detail) {
				t.Errorf("%s: the doctor does not say %q", file, detail)
			}
		}
	}
}

// TestReferencesNameTheStatuses: each HTTP status that the handler names has its row.
func TestReferencesNameTheStatuses(t *testing.T) {
	var source, want []string
	for _, src := range files(t, "../handler/*.go") {
		source = append(source, names(regexp.MustCompile(`http\.Status(\w+)`), src)...)
	}
	for code := 100; code < 600; code++ {
		if slices.Contains(source, strings.ReplaceAll(http.StatusText(code), " ", "")) {
			want = append(want, strconv.Itoa(code))
		}
	}
	if len(want) < 10 {
		t.Fatalf("read only the statuses %q from the source", want)
	}
	for file, text := range files(t, "../docs/reference*.md") {
		for _, status := range want {
			if !strings.Contains(text, "\n| "+status+" |") {
				t.Errorf("%s has no row for the status %s", file, status)
			}
		}
	}
}
