package main_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
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

// allowed says for each directory what its files may import. Imports go one way: see docs/architecture.md. A new package needs an
// entry here.
var allowed = map[string]edges{
	".":       {own: []string{"handler", "internal/local"}, others: []string{golangX}},
	"handler": {own: []string{"internal/amount", "internal/cloud", "internal/event", "internal/aliyun", "internal/notify", "internal/reactivate", "internal/wording"}, others: []string{fcSDK, golangX}},

	"internal/reactivate": {own: []string{"internal/amount", "internal/arrears", "internal/cloud", "internal/pace"}, others: []string{golangX}},
	"internal/amount":     {},
	"internal/arrears":    {},
	"internal/cloud":      {own: []string{"internal/arrears"}},
	"internal/pace":       {},
	"internal/event":      {own: []string{"internal/cloud", "internal/jsonscan", "internal/reactivate"}, others: []string{golangX}, tests: []string{"internal/wording"}},
	"internal/aliyun":     {own: []string{"internal/amount", "internal/arrears", "internal/cloud", "internal/jsonscan", "internal/pace"}, others: []string{cloudSDK, stsSDK, golangX}, tests: []string{"internal/reactivate"}},
	"internal/notify":     {own: []string{"internal/arrears", "internal/cloud", "internal/reactivate", "internal/wording"}, tests: []string{webhooks}},
	"internal/wording":    {own: []string{"internal/amount", "internal/cloud", "internal/reactivate"}},
	"internal/jsonscan":   {},
	"internal/local":      {own: []string{"internal/aliyun", "internal/amount", "internal/cloud", "internal/fakecloud", "internal/fakefc", "internal/reactivate", "internal/wording"}, others: []string{golangX}},

	// The fakes share nothing with the rest, so that they are an independent
	// witness. Their tests may use the vendor's own clients.
	"internal/fakecloud": {tests: []string{cloudSDK}},
	"internal/fakefc":    {tests: []string{fcSDK}},

	// The tests of the built binary know the fakes alone. The measurements are of the domain too.
	"internal/bench":   {tests: []string{"internal/arrears", "internal/cloud", "internal/reactivate"}},
	"internal/history": {},

	"release": {}, // makes the files of a release

	"deploy": {own: []string{"handler", "internal/cloud", "internal/reactivate"}}, // what the environment may hold, and what an operation is called in a policy
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

// imports are what go list says of a package.
type imports struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// forbidden lists the imports that the table does not allow.
func (p imports) forbidden() (bad []string) {
	dir := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, modulePath), "/")
	dir = cmp.Or(dir, ".")
	rule, ok := allowed[dir]
	if !ok {
		return []string{fmt.Sprintf("the directory %s has no entry in the table", dir)}
	}
	own, others := rule.own, rule.others
	for _, name := range p.Imports {
		if !permitted(name, own, others) {
			bad = append(bad, fmt.Sprintf("%s may not import %s", dir, name))
		}
	}
	own = slices.Concat(own, rule.tests, fakes, []string{dir})
	others = slices.Concat(others, rule.tests, testLibraries)
	for _, name := range slices.Concat(p.TestImports, p.XTestImports) {
		if !permitted(name, own, others) {
			bad = append(bad, fmt.Sprintf("the tests of %s may not import %s", dir, name))
		}
	}
	return bad
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

// TestImportsGoOneWay reads the imports of both builds.
func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	for _, tags := range []string{"", "function"} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-tags", tags, "-json=ImportPath,Imports,TestImports,XTestImports", "./...").Output()
		if err != nil {
			t.Fatal(err)
		}
		packages := json.NewDecoder(bytes.NewReader(out))
		for packages.More() {
			var p imports
			if err := packages.Decode(&p); err != nil {
				t.Fatal(err)
			}
			for _, line := range p.forbidden() {
				t.Error(line)
			}
		}
	}
	bad := imports{
		ImportPath:   "reactivate/internal/reactivate",
		Imports:      []string{"os", "reactivate/internal/pace", "reactivate/internal/pace/sub", "golang.org/xyz/sync", "github.com/rogpeppe/go-internal/testscript"},
		XTestImports: []string{"github.com/rogpeppe/go-internal/testscript", "reactivate/internal/fakecloud", "reactivate/internal/aliyun"},
	}
	if got := bad.forbidden(); len(got) != 4 {
		t.Errorf("refused %q, want four of them", got)
	}
}
