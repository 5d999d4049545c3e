package lang_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"reactivate/internal/lang"
)

var known = func() map[string]bool {
	m := make(map[string]bool)
	for _, t := range lang.Texts {
		m[t[0]] = true
	}
	return m
}()

var verb = regexp.MustCompile(`%(?:\[\d\])?([sdvq])`)

func verbs(format string) []string {
	var all []string
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		all = append(all, m[1])
	}
	return all
}

// TestTheTwoLanguagesSayTheSame compares what can be compared: the values, the names that stay as they are, and that the
// Chinese is Chinese.
func TestTheTwoLanguagesSayTheSame(t *testing.T) {
	names := regexp.MustCompile(`REACTIVATE_[A-Z_]*[A-Z]|[a-z]+:[A-Z]\w+|cn-[a-z]+|\b\d+\b`)
	seen := make(map[string]bool)
	for _, text := range lang.Texts {
		en, zh := text[0], text[1]
		if seen[en] {
			t.Errorf("%q stands twice", en)
		}
		seen[en] = true
		if got, want := verbs(zh), verbs(en); !slices.Equal(got, want) {
			t.Errorf("%q has the values %q in this order, its Chinese %q", en, want, got)
		}
		if got, want := sorted(names.FindAllString(zh, -1)), sorted(names.FindAllString(en, -1)); !slices.Equal(got, want) {
			t.Errorf("%q names %q, its Chinese %q", en, want, got)
		}
		plain := verb.ReplaceAllString(en, "")
		if plain != en && len(strings.Trim(plain, " ,:%")) < 4 {
			t.Errorf("%q would be taken for the format of any text", en)
		}
		if strings.ContainsFunc(plain, unicode.IsLetter) && plain != "HTTP " && !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%q has the Chinese %q, which is none", en, zh)
		}
	}
}

func sorted(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// sources are where texts come from, and which of the string literals there are texts.
var sources = []struct {
	pattern string
	texts   func(file *ast.File) []string
}{
	{"../reactivate/*.go", advice},
	{"../reactivate/check.go", constants("Verdict")},
	{"../reactivate/report.go", constants("Outcome")},
	{"../../handler/doctor*.go", allSentences},
	{"../../handler/config.go", problems},
	{"../event/*.go", wholeProblems},
	{"../../handler/http.go", wholeProblems},
	{"../notify/answer.go", fields("Problem", "Remedy", "remedy")},
	{"../notify/target.go", newErrors},
	{"../notify/message.go", allSentences},
	{"../notify/message.go", said},
	{"../../handler/*.go", said},
	{"../local/words.go", allLiterals},
	{"../local/usage.go", named("Summary")},
	{"../local/flags.go", named("noOperands")},
	{"../local/*.go", usageErrors},
	{"../local/*.go", said},
	{"../local/*.go", newErrors},
}

// TestTheTableIsComplete finds the texts where they are said.
func TestTheTableIsComplete(t *testing.T) {
	for _, source := range sources {
		files, err := filepath.Glob(source.pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", source.pattern, len(files), err)
		}
		found := 0
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range source.texts(file) {
				found++
				if !known[text] {
					t.Errorf("%s says %q, for which the table has no Chinese", name, text)
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: no text found, so this test looks for them in the wrong way", source.pattern)
		}
	}
}

// TestTheTableHasNothingElse wants each text of the table to stand in the code that it is for, at least up to its first value.
func TestTheTableHasNothingElse(t *testing.T) {
	var code strings.Builder
	for _, pattern := range []string{"../*/*.go", "../../handler/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "../lang/") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range literals(file) {
				code.WriteString(oneLine(text) + "\n")
			}
		}
	}
	for _, text := range lang.Texts {
		for _, part := range verb.Split(text[0], -1) {
			part = strings.TrimSuffix(strings.TrimSuffix(strings.Trim(oneLine(part), " ,;?"), ":"), ", not") // the code may join with these
			if part != "" && !strings.Contains(code.String(), part) {
				t.Errorf("%q is said nowhere: %q is not in the code", text[0], part)
			}
		}
	}
}

// oneLine is a text without its layout.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func literals(node ast.Node) []string {
	var texts []string
	ast.Inspect(node, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			return false
		}
		if _, ok := n.(*ast.ImportSpec); ok {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value) // the parser took it
			texts = append(texts, text)
		}
		return true
	})
	return texts
}

func allSentences(file *ast.File) []string { return sentences(file) }

// sentences are literals of more than one word.
func sentences(node ast.Node) []string { return withSpaces(literals(node)) }

func withSpaces(texts []string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return !strings.Contains(strings.Trim(s, " "), " ") })
}

// advice is what the domain calls so: what functions of that name return, what tables named so hold, and what is put into fields
// of that name.
func advice(file *ast.File) []string {
	var texts []string
	named := func(n ast.Expr) bool {
		switch n := n.(type) {
		case *ast.Ident:
			return strings.HasSuffix(strings.ToLower(n.Name), "advice")
		case *ast.SelectorExpr:
			return n.Sel.Name == "Advice"
		}
		return false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if named(n.Name) {
				texts = append(texts, sentences(n.Body)...)
			}
		case *ast.ValueSpec:
			if len(n.Names) > 0 && named(n.Names[0]) {
				for _, v := range n.Values {
					texts = append(texts, sentences(v)...)
				}
			}
		case *ast.AssignStmt:
			if named(n.Lhs[0]) {
				for _, v := range n.Rhs {
					texts = append(texts, sentences(v)...)
				}
			}
		}
		return true
	})
	return texts
}

// constants are the values of an enum.
func constants(typeName string) func(*ast.File) []string {
	return func(file *ast.File) []string {
		var texts []string
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
				for _, v := range spec.Values {
					texts = append(texts, literals(v)...)
				}
			}
			return true
		})
		return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	}
}

// problems are what is said of a variable: "is not …", "has …", "names …".
func problems(file *ast.File) []string {
	return slices.DeleteFunc(sentences(file), func(s string) bool {
		return !strings.HasPrefix(s, "is ") && !strings.HasPrefix(s, "has ") && !strings.HasPrefix(s, "names ")
	})
}

// fields are the texts of such fields, and of constants whose names begin so.
func fields(names ...string) func(*ast.File) []string {
	return func(file *ast.File) []string {
		var texts []string
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && slices.Contains(names, key.Name) {
					texts = append(texts, withSpaces(literals(n.Value))...)
				}
			case *ast.ValueSpec:
				if slices.ContainsFunc(names, func(p string) bool { return strings.HasPrefix(n.Names[0].Name, p) }) {
					texts = append(texts, withSpaces(literals(n))...)
				}
			}
			return true
		})
		return texts
	}
}

// wholeProblems are problems of a request that are made of nothing else; what is put together is found by running it.
func wholeProblems(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		if field, ok := n.(*ast.KeyValueExpr); ok && fmt.Sprint(field.Key) == "Problem" {
			if _, whole := field.Value.(*ast.BasicLit); whole {
				texts = append(texts, literals(field.Value)...)
			}
		}
		return true
	})
	return texts
}

func allLiterals(file *ast.File) []string { return literals(file) }

// named are the constants whose names end so.
func named(ending string) func(*ast.File) []string {
	return func(file *ast.File) []string {
		var texts []string
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && strings.HasSuffix(spec.Names[0].Name, ending) {
				texts = append(texts, literals(spec)...)
			}
			return true
		})
		return texts
	}
}

// usageErrors are what is wrong with a command line, as it stands or as a format; what is put together is found by running it.
func usageErrors(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		wrong, ok := n.(*ast.CompositeLit)
		if !ok || fmt.Sprint(wrong.Type) != "usageError" || len(wrong.Elts) != 1 {
			return true
		}
		text := wrong.Elts[0]
		if call, ok := text.(*ast.CallExpr); ok && len(call.Args) > 0 {
			text = call.Args[0]
		}
		if lit, ok := text.(*ast.BasicLit); ok {
			texts = append(texts, literals(lit)...)
		}
		return true
	})
	return texts
}

func newErrors(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && fmt.Sprint(call.Fun) == "&{errors New}" {
			texts = append(texts, literals(call.Args[0])...)
		}
		return true
	})
	return texts
}

// said are the literals that are given to a language's methods, or to those that pass them on.
func said(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || method.Sel.Name != "Text" && method.Sel.Name != "Sprintf" && method.Sel.Name != "list" {
			return true
		}
		if x, ok := method.X.(*ast.Ident); ok && x.Name == "fmt" {
			return true
		}
		texts = append(texts, literals(call.Args[0])...)
		return true
	})
	return texts
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"of the table", "renew the subscription", "请续费"},
		{"made of a format", "grant the role ecs:DescribeInstances", "请为角色授予 ecs:DescribeInstances"},
		{"a value that is a text itself", "messages: timer", "消息通知：定时触发器"},
		{"several values, one of them a text", `field "x" must be a string; a right request is {}`, `字段 "x" 必须是字符串；正确的请求如 {}`},
		{"the most telling format", "account 1: act in cn-hangzhou", "账号 1：在 cn-hangzhou 执行"},
		{"a value with a verb in it", "grant the role ecs:100%d", "请为角色授予 ecs:100%d"},
		{"not known", "a text of somebody else", "a text of somebody else"},
		{"empty", "", ""},
		{"Chinese already", "请续费", "请续费"},
	} {
		if got := lang.Chinese.Text(tt.in); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		for _, english := range []lang.Lang{lang.English, ""} {
			if got := english.Text(tt.in); got != tt.in {
				t.Errorf("%s: got %q in English, want it as it is", tt.name, got)
			}
		}
	}
}

func TestSprintf(t *testing.T) {
	if got, want := lang.Chinese.Sprintf("%d came back", 3), "3 台已恢复运行"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := lang.English.Sprintf("%d came back", 3), "3 came back"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
