package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "reactivate"

// edges says what the files of one directory may import besides the standard
// library. The path of a module stands for all its packages.
type edges struct {
	own    []string // packages of this module, named by their directories
	others []string // packages of other modules
	tests  []string // packages of other modules, in test files only
}

const (
	fcSDK    = "github.com/aliyun/fc-runtime-go-sdk"
	cloudSDK = "github.com/alibabacloud-go"
	stsSDK   = "github.com/aliyun/credentials-go"
	golangX  = "golang.org/x"
	webhooks = "github.com/standard-webhooks/standard-webhooks"
)

// allowed says for each directory what its files may import. Imports go one way: see docs/architecture.md. A directory that is not
// named here may hold no Go file, so that a new package is first drawn and then written.
var allowed = map[string]edges{
	".":       {own: []string{"handler", "internal/local"}, others: []string{golangX}},
	"handler": {own: []string{"internal/amount", "internal/event", "internal/aliyun", "internal/notify", "internal/reactivate", "internal/wording"}, others: []string{fcSDK, golangX}},

	"internal/reactivate": {own: []string{"internal/amount", "internal/pace"}, others: []string{golangX}},
	"internal/amount":     {},
	"internal/pace":       {},
	"internal/event":      {own: []string{"internal/jsonscan", "internal/reactivate"}, others: []string{golangX}, tests: []string{"internal/wording"}},
	"internal/aliyun":     {own: []string{"internal/amount", "internal/jsonscan", "internal/reactivate"}, others: []string{cloudSDK, stsSDK, golangX}},
	"internal/notify":     {own: []string{"internal/reactivate", "internal/wording"}, tests: []string{webhooks}},
	"internal/wording":    {own: []string{"internal/amount", "internal/reactivate"}},
	"internal/jsonscan":   {},
	"internal/local":      {own: []string{"internal/aliyun", "internal/amount", "internal/fakecloud", "internal/fakefc", "internal/reactivate", "internal/wording"}, others: []string{golangX}},

	// The fakes share nothing with the rest, so that they are an independent
	// witness. Their tests may use the vendor's own clients.
	"internal/fakecloud": {tests: []string{cloudSDK}},
	"internal/fakefc":    {tests: []string{fcSDK}},

	"internal/bench":   {}, // benchmarks of the packaged binary: they know the fakes alone
	"internal/history": {}, // proof of the built binary: likewise

	"release": {}, // makes the files of a release

	"deploy": {own: []string{"handler", "internal/reactivate"}}, // what the environment may hold, and what an operation is called in a policy
}

// fakes may be imported by every test.
var fakes = []string{"internal/fakecloud", "internal/fakefc"}

// testLibraries may be imported by every test, and by nothing else.
var testLibraries = []string{
	"github.com/google/go-cmp",
	"github.com/rogpeppe/go-internal",
	"go.uber.org/goleak",
	"go.yaml.in/yaml/v3",
	golangX,
	"pgregory.net/rapid",
}

// forbidden lists the imports of one file that the table does not allow. The
// name is the file's path from the module root, with slashes.
func forbidden(name string, src []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	dir := path.Dir(name)
	rule, ok := allowed[dir]
	if !ok {
		return []string{fmt.Sprintf("%s: no package is drawn in the directory %s", name, dir)}, nil
	}
	own, others := rule.own, rule.others
	if strings.HasSuffix(name, "_test.go") {
		own = slices.Concat(own, rule.tests, fakes, []string{dir})
		others = slices.Concat(others, rule.tests, testLibraries)
	}
	var bad []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if !permitted(imported, own, others) {
			bad = append(bad, fmt.Sprintf("%s may not import %s", name, imported))
		}
	}
	return bad, nil
}

func permitted(imported string, own, others []string) bool {
	if imported == modulePath {
		return slices.Contains(own, ".")
	}
	if dir, ok := strings.CutPrefix(imported, modulePath+"/"); ok {
		return slices.Contains(own, dir) // exactly: a package below is a package of its own
	}
	if imported == "C" {
		return false // the binary is static
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library: its paths begin without a dot
	}
	return slices.ContainsFunc(others, func(root string) bool {
		return imported == root || strings.HasPrefix(imported, root+"/")
	})
}

func TestImportsGoOneWay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipDir(name)
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		seen++
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		bad, err := forbidden(filepath.ToSlash(name), src)
		for _, line := range bad {
			t.Error(line)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 2 {
		t.Errorf("read %d Go files, want this file and more", seen)
	}
}

// skipDir leaves out what the go command ignores, other modules and built files.
func skipDir(dir string) error {
	if dir == "." {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	name := filepath.Base(dir)
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "_"),
		name == "testdata", name == "target", name == "node_modules":
		return fs.SkipDir
	}
	return nil
}

func TestForbiddenImports(t *testing.T) {
	for _, tt := range []struct {
		name, file, imports string
		want                int // imports refused
	}{
		{"what is drawn", "handler/handler.go", `"context"; "reactivate/internal/event"; "github.com/aliyun/fc-runtime-go-sdk/fc"`, 0},
		{"a package of the module that is not", "internal/reactivate/run.go", `"reactivate/internal/aliyun"`, 1},
		{"a package below one that is", "handler/handler.go", `"reactivate/internal/event/sub"`, 1},
		{"another module", "internal/reactivate/run.go", `"github.com/cenkalti/backoff/v5"`, 1},
		{"a look-alike", "internal/reactivate/run.go", `"golang.org/xyz/sync"`, 1},
		{"a test and a fake", "internal/aliyun/ecs_test.go", `"reactivate/internal/aliyun"; "reactivate/internal/fakecloud"`, 0},
		{"a test library outside tests", "handler/handler.go", `"github.com/rogpeppe/go-internal/testscript"`, 1},
		{"named, blank and dot imports", "internal/fakefc/api.go", `x "reactivate/handler"; _ "reactivate/internal/local"; . "reactivate/internal/event"`, 3},
		{"a package that is not drawn", "internal/util/util.go", `"os"`, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bad, err := forbidden(tt.file, []byte("package p\nimport ("+tt.imports+")\n"))
			if err != nil {
				t.Fatal(err)
			}
			if got := len(bad); got != tt.want {
				t.Errorf("refused %d: %q, want %d", got, bad, tt.want)
			}
		})
	}
}
