package deploy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// page is what a document of Markdown is made of, as far as these tests go.
type page struct {
	text   string
	fences []fence    // in their order
	tables [][]string // of each table, the first cell of each row below the head
	links  []string   // targets that are files here, without what follows a #
}

// fence is a fenced block.
type fence struct{ language, text string }

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

func parsePage(text string) page {
	p := page{text: text}
	inFence, rows := false, 0 // of the table, with its head and the rule below it
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, "\n")
		if language, ok := strings.CutPrefix(bare, "```"); ok {
			if inFence = !inFence; inFence {
				p.fences = append(p.fences, fence{language: language})
			}
			continue
		}
		if inFence {
			p.fences[len(p.fences)-1].text += line
			continue
		}
		for _, match := range link.FindAllStringSubmatch(bare, -1) {
			p.links = append(p.links, match[1])
		}
		if !strings.HasPrefix(bare, "|") {
			rows = 0
			continue
		}
		if rows == 0 {
			p.tables = append(p.tables, nil)
		}
		last := len(p.tables) - 1
		if rows++; rows > 2 {
			p.tables[last] = append(p.tables[last], strings.TrimSpace(strings.Split(bare, "|")[1]))
		}
	}
	return p
}

func readPage(t *testing.T, name string) page {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return parsePage(string(src))
}

// guides are the documents of this directory, each with its Chinese twin.
var guides = map[string]string{
	"deploy.md": "deploy.zh-CN.md", "operations.md": "operations.zh-CN.md", "serverless-devs.md": "serverless-devs.zh-CN.md",
}

func TestGuidesLinkToFilesAndNameKnownVariables(t *testing.T) {
	for english, chinese := range guides {
		for _, name := range []string{english, chinese} {
			p := readPage(t, name)
			for _, target := range p.links {
				if _, err := os.Stat(filepath.Join("..", "docs", target)); err != nil {
					t.Errorf("%s links to %s: %v", name, target, err)
				}
			}
			if bad := unknown(variable.FindAllString(p.text, -1)); len(bad) > 0 {
				t.Errorf("%s names %q, which the program does not know", name, bad)
			}
		}
	}
}

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
		for i, block := range readPage(t, filepath.Base(file)).fences {
			if block.language != "bash" {
				continue
			}
			seen++
			cmd := exec.CommandContext(t.Context(), bash, "-n")
			cmd.Stdin = strings.NewReader(block.text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s, block %d: %v\n%s", file, i+1, err, out)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d blocks of bash, want 10 and more", seen)
	}
}

// The road must stay short: five commands, and one file that they put there to
// be filled in.
func TestDeploymentIsShort(t *testing.T) {
	const mark, command, edited = "<!-- ci:deploy -->\n```bash\n", "terraform -chdir=deploy/terraform apply\n", "cp deploy/terraform/terraform.tfvars.example "
	for _, name := range []string{"deploy.md", "deploy.zh-CN.md"} {
		_, after, found := strings.Cut(readPage(t, name).text, mark)
		road, _, closed := strings.Cut(after, "```")
		if !found || !closed {
			t.Fatalf("%s has no road: want %q", name, mark)
		}
		if got := strings.Count(road, "\n"); got > 5 || strings.Contains(road, "\\\n") || strings.ContainsAny(road, ";&|") {
			t.Errorf("%s has %d commands, want 5 at most, one a line:\n%s", name, got, road)
		}
		if strings.Count(road, edited) != 1 || strings.Count(road, "\ncp ") != 1 || strings.Count(road, command) != 1 {
			t.Errorf("%s: want one file copied to be filled in, and one apply:\n%s", name, road)
		}
	}
}

// A choice that stands on a command line is lost at the next one.
func TestDocumentsPassNoChoiceOnTheCommandLine(t *testing.T) {
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../README.md", "../README.zh-CN.md", "ram/README.md") {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`(?m)^.*terraform .*-var\b.*$`).FindString(string(src)); found != "" {
			t.Errorf("%s: %s", file, found)
		}
	}
}

func TestOperationsNameTheAlarms(t *testing.T) {
	var want []string
	for _, it := range planned(t).made["alicloud_sls_alert.log"] {
		want = append(want, it.key)
	}
	for _, name := range []string{"operations.md", "operations.zh-CN.md"} {
		if !slices.ContainsFunc(readPage(t, name).tables, func(cells []string) bool { return slices.Equal(codes(cells), sorted(want)) }) {
			t.Errorf("%s has no table whose rows are the alarms %q", name, sorted(want))
		}
	}
}

func TestReferencesNameTheStatuses(t *testing.T) {
	want := parsePackage(t, "../handler").statuses()
	if len(want) < 10 {
		t.Fatalf("read only the statuses %q from the source", want)
	}
	for _, name := range []string{"reference.md", "reference.zh-CN.md"} {
		p := readPage(t, name)
		if !slices.ContainsFunc(p.tables, func(cells []string) bool {
			return !slices.ContainsFunc(want, func(status string) bool { return !slices.Contains(cells, status) })
		}) {
			t.Errorf("%s has no table with a row for each of the statuses %q", name, want)
		}
	}
}

// codes are the cells that are code, sorted.
func codes(cells []string) []string {
	var found []string
	for _, cell := range cells {
		if code := strings.Trim(cell, "`"); code != cell {
			found = append(found, code)
		}
	}
	return sorted(found)
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

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

// constants are the values of a type's constants, but for the empty one.
func (s sources) constants(typeName string) []string {
	var values []string
	for _, file := range s {
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || fmt.Sprint(spec.Type) != typeName {
				return true
			}
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				if value, err := strconv.Unquote(literal.Value); err == nil && value != "" {
					values = append(values, value)
				}
			}
			return true
		})
	}
	return values
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

// TestGuidesInvokeAsFc3Allows holds the guides to the two spellings that fc3 takes; that of its predecessor, in lower
// case, it refuses (https://github.com/devsapp/fc3, src/subCommands/invoke/index.ts).
func TestGuidesInvokeAsFc3Allows(t *testing.T) {
	for english, chinese := range guides {
		var found []string
		for _, name := range []string{english, chinese} {
			for _, match := range invocationType.FindAllStringSubmatch(readPage(t, name).text, -1) {
				found = append(found, match[1])
				if match[1] != "Sync" && match[1] != "Async" {
					t.Errorf("%s: --invocation-type %s, want Sync or Async", name, match[1])
				}
			}
		}
		if english == "serverless-devs.md" && len(found) != 2 {
			t.Errorf("%s and %s name the invocation types %q, want one each", english, chinese, found)
		}
	}
}
