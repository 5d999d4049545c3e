package main_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// documents are the Markdown files of the repository by name. Hidden directories and those of other tools are left out.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" || entry.Name() == "target") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".md" {
			return nil
		}
		src, err := os.ReadFile(name)
		texts[filepath.ToSlash(name)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts["README.md"] == "" {
		t.Fatal("README.md is not among the documents")
	}
	return texts
}

var (
	fenced  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// TestDocumentLinks follows each relative link, to its heading if it names one.
func TestDocumentLinks(t *testing.T) {
	texts := documents(t)
	for name, text := range texts {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			if _, err := os.Stat(filepath.FromSlash(file)); err != nil || !filepath.IsLocal(filepath.FromSlash(file)) {
				t.Errorf("%s: the link %s leads to no file of the repository", name, m[1])
				continue
			}
			if anchor != "" && !hasAnchor(texts[file], anchor) {
				t.Errorf("%s: the link %s leads to no heading of %s", name, m[1], file)
			}
		}
	}
}

// hasAnchor tells whether a document has a heading that GitHub gives this anchor.
func hasAnchor(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		got := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsNumber(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(m[1]))
		if got == anchor {
			return true
		}
	}
	return false
}

// word is a variable, an error's type, a verdict, an outcome or a class, where the source defines it.
var word = regexp.MustCompile(`(?m)"(REACTIVATE_[A-Z_]*[A-Z])"|^func \(\w+ \*?([A-Z]\w+Error)\) Error\(|^\t\w+ +(?:Verdict|Outcome|Class) += "([a-z-]+)"`)

// TestReferenceNamesEveryWord: whatever an operator may set, and each word that a report may hold, is in the reference.
func TestReferenceNamesEveryWord(t *testing.T) {
	texts := documents(t)
	found := 0
	for _, dir := range []string{"handler", "internal/event", "internal/reactivate"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		isTest := func(file string) bool { return strings.HasSuffix(file, "_test.go") }
		for _, file := range slices.DeleteFunc(files, isTest) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range word.FindAllStringSubmatch(string(src), -1) {
				found++
				for _, name := range []string{"docs/reference.md", "docs/reference.zh-CN.md"} {
					if want := "`" + strings.Join(m[1:], "") + "`"; !strings.Contains(texts[name], want) {
						t.Errorf("%s does not name %s of %s", name, want, file)
					}
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("found %d words in the source, want all of some 55", found)
	}
}
