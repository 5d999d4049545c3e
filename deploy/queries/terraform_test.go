package queries_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// What deploy/terraform says of alarms, dashboard and index. Terraform itself, not this, is asked whether the files are right:
// here only literals are read.

const terraform = "../terraform/"

type alarm struct {
	Text, Condition string
	Minutes         int
	Groups          []string
	NoData          bool `json:"no_data"`
}

type chart struct {
	Title, Query string
	Minutes      int
	X, Y         []string
}

type logIndex struct {
	Token  string
	Fields map[string]string
	Bytes  int
}

func alarms(t testing.TB, lang string) map[string]alarm {
	t.Helper()
	var found map[string]alarm
	local(t, "alarms.tf", "alarms", lang, &found)
	return found
}

func charts(t testing.TB) []chart {
	t.Helper()
	var found []chart
	local(t, "dashboard.tf", "charts", "en", &found)
	return found
}

func terraformLog(t testing.TB) (found logIndex) {
	t.Helper()
	local(t, "log.tf", "log_token", "en", &found.Token)
	local(t, "log.tf", "log_fields", "en", &found.Fields)
	local(t, "log.tf", "log_text_bytes", "en", &found.Bytes)
	return found
}

// local reads one value of a file's locals.
func local(t testing.TB, file, name, lang string, into any) {
	t.Helper()
	parsed, diags := hclparse.NewParser().ParseHCLFile(terraform + file)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
		if attribute := block.Body.Attributes[name]; block.Type == "locals" && attribute != nil {
			value, diags := attribute.Expr.Value(&hcl.EvalContext{Variables: map[string]cty.Value{
				"var":   cty.ObjectVal(map[string]cty.Value{"sweep_window": cty.NumberIntVal(60)}),
				"local": cty.ObjectVal(map[string]cty.Value{"chinese": cty.BoolVal(lang == "zh")}),
			}})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			text, err := ctyjson.Marshal(value, value.Type())
			if err == nil {
				err = json.Unmarshal(text, into)
			}
			if err != nil {
				t.Fatalf("%s, local.%s: %v", file, name, err)
			}
			return
		}
	}
	t.Fatalf("%s has no local.%s", file, name)
}

// query is a file of queries as Terraform sends it.
func query(t testing.TB, name string) string {
	t.Helper()
	src := read(t, terraform+"queries/"+name+".sql")
	template, diags := hclsyntax.ParseTemplate([]byte(src), name, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	value, diags := template.Value(&hcl.EvalContext{Variables: map[string]cty.Value{
		"function": cty.StringVal(functionName),
		"rows":     cty.StringVal(read(t, terraform+"queries/parts/rows.sql")),
		"failures": cty.StringVal(read(t, terraform+"queries/parts/failures.sql")),
		"any_time": cty.StringVal("at any time"),
	}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return value.AsString()
}

// queries are all of them, and those of the documents, by where they stand.
func queries(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range glob(t, terraform+"queries/*.sql") {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		all[name] = query(t, name)
	}
	for _, file := range append(glob(t, "../../docs/*.md"), glob(t, "../../README*.md")...) {
		_, rest, _ := strings.Cut(read(t, file), "```")
		for block := range strings.SplitSeq(rest, "```") {
			if _, text, _ := strings.Cut(block, "\n"); strings.HasPrefix(text, "functionName:") {
				all[fmt.Sprintf("%s, query %d", filepath.Base(file), len(all))] = text
			}
		}
	}
	return all
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

func read(t testing.TB, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}
