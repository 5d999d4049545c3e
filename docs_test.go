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
		if !slices.Equal(a.fences, b.fences) {
			t.Errorf("the fenced blocks differ: %s has %d, %s %d", english, len(a.fences), chinese, len(b.fences))
		}
	}
	want := []string{"README", "deploy/ram/README", "docs/deploy", "docs/events", "docs/operations", "docs/organization", "docs/reference", "docs/serverless-devs", "events/README"}
	if !slices.Equal(twins, want) {
		t.Errorf("the documents %q have a Chinese twin, want %q", twins, want)
	}
}

var variableName = regexp.MustCompile(`REACTIVATE_[A-Z_]*[A-Z]`)

// TestReadmesNameEveryVariable holds the READMEs against the configuration.
func TestReadmesNameEveryVariable(t *testing.T) {
	names := map[string]bool{}
	ast.Inspect(parseGo(t, "handler/config.go"), func(n ast.Node) bool {
		if text := stringLiteral(n); variableName.FindString(text) == text && text != "" {
			names[text] = true
		}
		return true
	})
	want := slices.Sorted(maps.Keys(names))
	for _, readme := range readmes {
		d := readDocument(t, readme)
		if !d.hasTable(want) {
			t.Errorf("%s: no table has exactly the variables %v", readme, want)
		}
		for _, name := range variableName.FindAllString(d.text, -1) {
			if !names[name] {
				t.Errorf("%s names %s, which is no variable", readme, name)
			}
		}
	}
	for _, reference := range references {
		if d := readDocument(t, reference); !slices.ContainsFunc(d.tables, func(table []string) bool { return containsAll(table, want) }) {
			t.Errorf("%s: no table has all of the variables %v", reference, want)
		}
	}
}

func containsAll(table, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(table, word) })
}

// TestDocumentsNameEveryValue holds the documents against the words of a report.
func TestDocumentsNameEveryValue(t *testing.T) {
	for _, tt := range []struct{ typeName, file string }{
		{"Verdict", "internal/reactivate/check.go"},
		{"Outcome", "internal/reactivate/report.go"},
		{"Class", "internal/reactivate/error.go"},
	} {
		want := constants(t, tt.file, tt.typeName)
		for _, name := range slices.Concat(readmes, references) {
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
	for _, name := range slices.Concat(readmes, references) {
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

// TestReadmesPrintTheShippedPolicy compares the policy that follows the mark with the file.
func TestReadmesPrintTheShippedPolicy(t *testing.T) {
	const mark, file = "<!-- ram-policy -->\n```json\n", "deploy/ram/function-policy.json"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := parseJSON(t, file, string(src))
	for _, readme := range readmes {
		_, after, found := strings.Cut(readDocument(t, readme).text, mark)
		if !found {
			t.Errorf("%s has no policy: want %q", readme, mark)
			continue
		}
		policy, _, _ := strings.Cut(after, "```")
		if got := parseJSON(t, readme, policy); !reflect.DeepEqual(got, want) {
			t.Errorf("%s prints the policy %v, %s is %v", readme, got, file, want)
		}
	}
}
