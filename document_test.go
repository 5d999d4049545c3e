package main_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// document is a Markdown file, as far as these tests care.
type document struct {
	headings []string   // with their marks
	fences   []string   // contents of fenced blocks
	tables   [][]string // for each table the words in code style in the first cells of its rows
	rows     int        // of all tables, heads and rules included
	prose    string     // all but fenced blocks
	text     string     // all
}

var codeStyle = regexp.MustCompile("`([^`]+)`")

func readDocument(t *testing.T, name string) document {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := document{text: string(src)}
	fenced, inTable := false, false
	var fence, prose []string
	for line := range strings.Lines(d.text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			if fenced {
				d.fences = append(d.fences, strings.Join(fence, "\n"))
				fence = nil
			}
			fenced = !fenced
			continue
		case fenced:
			fence = append(fence, line)
			continue
		case strings.HasPrefix(line, "#"):
			d.headings = append(d.headings, line)
		case strings.HasPrefix(line, "|"):
			if !inTable {
				d.tables = append(d.tables, nil)
			}
			d.rows++
			last := &d.tables[len(d.tables)-1]
			*last = append(*last, wordsOfFirstCell(line)...)
		}
		inTable = strings.HasPrefix(line, "|")
		prose = append(prose, line)
	}
	if fenced {
		t.Errorf("%s: a fenced block is not closed", name)
	}
	d.prose = strings.Join(prose, "\n")
	return d
}

func wordsOfFirstCell(row string) []string {
	first, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
	var words []string
	for _, m := range codeStyle.FindAllStringSubmatch(first, -1) {
		words = append(words, m[1])
	}
	return words
}

// hasTable tells whether one table's first cells name exactly these words, in any order.
func (d document) hasTable(words []string) bool {
	want := slices.Sorted(slices.Values(words))
	return slices.ContainsFunc(d.tables, func(table []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(table)), want)
	})
}

// documents lists the Markdown files of the repository, generated and fetched ones left out.
func documents(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && name != "."
		if entry.IsDir() && (hidden || entry.Name() == "node_modules" || entry.Name() == "target") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, ".md") {
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < len(readmes) {
		t.Fatalf("found only the documents %v", names)
	}
	return names
}

func parseJSON(t *testing.T, name, src string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(src), &v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return v
}

func parseGo(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// stringLiteral is a string literal's value; "" for any other node.
func stringLiteral(n ast.Node) string {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(lit.Value) // the parser took it
	return text
}

// constants are the values of a typed string constant block, the empty one left out.
func constants(t *testing.T, file, typeName string) []string {
	t.Helper()
	var values []string
	ast.Inspect(parseGo(t, file), func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
			for _, value := range spec.Values {
				if text := stringLiteral(value); text != "" {
					values = append(values, text)
				}
			}
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("%s has no constants of type %s", file, typeName)
	}
	return values
}

// errorTypes are the types of a file that have a method Error.
func errorTypes(t *testing.T, file string) []string {
	t.Helper()
	var names []string
	for _, decl := range parseGo(t, file).Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || method.Recv == nil || method.Name.Name != "Error" {
			continue
		}
		receiver := method.Recv.List[0].Type
		if pointer, ok := receiver.(*ast.StarExpr); ok {
			receiver = pointer.X
		}
		if name, ok := receiver.(*ast.Ident); ok {
			names = append(names, name.Name)
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s has no error types", file)
	}
	return names
}
