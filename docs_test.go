package main_test

import (
	"go/ast"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// readmes are the two that say the same in two languages.
var readmes = []string{"README.md", "README.zh-CN.md"}

// references have every word that the function takes or says.
var references = []string{"docs/reference.md", "docs/reference.zh-CN.md"}

var link = regexp.MustCompile(`\]\(([^()\s]+)\)`)

// TestDocumentLinks follows every relative link, to its heading if it names one.
func TestDocumentLinks(t *testing.T) {
	for _, name := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(readDocument(t, name).prose, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			if !filepath.IsLocal(filepath.FromSlash(file)) {
				t.Errorf("%s: the link %s leads out of the repository", name, m[1])
				continue
			}
			if _, err := os.Stat(filepath.FromSlash(file)); err != nil {
				t.Errorf("%s: the link %s leads nowhere: %v", name, m[1], err)
				continue
			}
			if anchor != "" && !slices.ContainsFunc(readDocument(t, file).headings, func(h string) bool { return anchorOf(h) == anchor }) {
				t.Errorf("%s: the link %s leads to no heading of %s", name, m[1], file)
			}
		}
	}
}

// anchorOf is the name that GitHub gives a heading.
func anchorOf(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsNumber(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(strings.TrimLeft(heading, "#")))
}

// outside are paths that mean something on one machine alone.
var outside = regexp.MustCompile("(?m)(?:^|[\\s\"'`(=])(/(?:home|root|Users|Volumes|private|tmp|var|opt|mnt|srv)/\\S*|file:/\\S*|[A-Z]:\\\\\\S*)")

// TestDocumentsNameNoForeignPath keeps paths of somebody's machine out of the documents, this one's first.
func TestDocumentsNameNoForeignPath(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range documents(t) {
		text := readDocument(t, name).text
		for _, m := range outside.FindAllStringSubmatch(text, -1) {
			t.Errorf("%s names %s, which is no path of this repository", name, m[1])
		}
		if strings.Contains(text, here) {
			t.Errorf("%s names the directory that this copy of the repository is in", name)
		}
	}
}

// TestTwinsSayTheSame compares what does not depend on the language.
func TestTwinsSayTheSame(t *testing.T) {
	level := func(heading string) string { return heading[:len(heading)-len(strings.TrimLeft(heading, "#"))] }
	levels := func(d document) (all []string) {
		for _, h := range d.headings {
			all = append(all, level(h))
		}
		return all
	}
	var twins []string
	for _, chinese := range documents(t) {
		base, found := strings.CutSuffix(chinese, ".zh-CN.md")
		if !found {
			continue
		}
		twins = append(twins, base)
		english := base + ".md"
		a, b := readDocument(t, english), readDocument(t, chinese)
		if got, want := levels(b), levels(a); !slices.Equal(got, want) {
			t.Errorf("%s has the headings %q, %s has %q", chinese, b.headings, english, a.headings)
		}
		if a.rows != b.rows || !reflect.DeepEqual(a.tables, b.tables) {
			t.Errorf("the tables differ: %s has %d rows of %v, %s %d of %v", english, a.rows, a.tables, chinese, b.rows, b.tables)
		}
		if !sameBlocks(a.fences, b.fences) {
			t.Errorf("the fenced blocks differ: %s has %d, %s %d", english, len(a.fences), chinese, len(b.fences))
		}
	}
	want := []string{"README", "deploy/ram/README", "docs/commands", "docs/deploy", "docs/events", "docs/messages", "docs/operations", "docs/organization", "docs/reference", "docs/serverless-devs", "events/README"}
	if !slices.Equal(twins, want) {
		t.Errorf("the documents %q have a Chinese twin, want %q", twins, want)
	}
}

// sameBlocks tells whether the blocks are equal, but that a command may be run in Chinese: then the block that follows,
// its output, is in Chinese too.
func sameBlocks(english, chinese []string) bool {
	const inChinese = " -lang zh"
	output := false
	return slices.EqualFunc(english, chinese, func(e, c string) bool {
		differs := output
		output = strings.Contains(c, inChinese)
		return e == strings.Replace(c, inChinese, "", 1) || differs
	})
}

var variableName = regexp.MustCompile(`REACTIVATE_[A-Z_]*[A-Z]`)

// TestReferencesNameEveryVariable holds the documents against the configuration: the table in both references has all
// variables, and no document names another.
func TestReferencesNameEveryVariable(t *testing.T) {
	names := map[string]bool{}
	ast.Inspect(parseGo(t, "handler/config.go"), func(n ast.Node) bool {
		if text := stringLiteral(n); variableName.FindString(text) == text && text != "" {
			names[text] = true
		}
		return true
	})
	want := slices.Sorted(maps.Keys(names))
	for _, reference := range references {
		if !readDocument(t, reference).hasTable(want) {
			t.Errorf("%s: no table has exactly the variables %v", reference, want)
		}
	}
	for _, name := range documents(t) {
		for _, variable := range variableName.FindAllString(readDocument(t, name).text, -1) {
			if !names[variable] {
				t.Errorf("%s names %s, which is no variable", name, variable)
			}
		}
	}
}

// TestReferencesNameEveryValue holds the references against the words of a report.
func TestReferencesNameEveryValue(t *testing.T) {
	for _, tt := range []struct{ typeName, file string }{
		{"Verdict", "internal/reactivate/check.go"},
		{"Outcome", "internal/reactivate/report.go"},
		{"Class", "internal/reactivate/error.go"},
	} {
		want := constants(t, tt.file, tt.typeName)
		for _, name := range references {
			if !readDocument(t, name).hasTable(want) {
				t.Errorf("%s: no table has exactly the values of %s, %v", name, tt.typeName, want)
			}
		}
	}
}

// TestDocumentsNameEveryError holds the documents against the error types that callers see.
func TestDocumentsNameEveryError(t *testing.T) {
	var want []string
	for _, file := range []string{"handler/config.go", "internal/event/decodeerror.go", "internal/reactivate/outcome_errors.go"} {
		want = append(want, errorTypes(t, file)...)
	}
	for _, name := range references {
		if !readDocument(t, name).hasTable(want) {
			t.Errorf("%s: no table has exactly the errors %v", name, want)
		}
	}
	for _, name := range append([]string{"docs/events.md", "docs/events.zh-CN.md"}, references...) {
		d := readDocument(t, name)
		for _, errorType := range errorTypes(t, "handler/http.go") {
			if !strings.Contains(d.prose, "`"+errorType+"`") {
				t.Errorf("%s does not name %s", name, errorType)
			}
		}
	}
}

// TestReferencesPrintTheShippedPolicy compares the policy that follows the mark with the file.
func TestReferencesPrintTheShippedPolicy(t *testing.T) {
	const mark, file = "<!-- ram-policy -->\n```json\n", "deploy/ram/function-policy.json"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := parseJSON(t, file, string(src))
	for _, reference := range references {
		_, after, found := strings.Cut(readDocument(t, reference).text, mark)
		if !found {
			t.Errorf("%s has no policy: want %q", reference, mark)
			continue
		}
		policy, _, _ := strings.Cut(after, "```")
		if got := parseJSON(t, reference, policy); !reflect.DeepEqual(got, want) {
			t.Errorf("%s prints the policy %v, %s is %v", reference, got, file, want)
		}
	}
}
