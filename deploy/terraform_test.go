package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// module is one directory of Terraform files.
type module struct {
	provider providerSchema
	files    map[string][]byte
	bodies   map[string]*hclsyntax.Body
	found    []string // what is wrong
}

// metaArguments and metaBlocks belong to Terraform itself, not to a resource.
var (
	metaArguments = []string{"count", "for_each", "depends_on", "provider"}
	metaBlocks    = []string{"lifecycle"}
)

func parseModule(files map[string][]byte) (*module, error) {
	provider, err := readProvider()
	if err != nil {
		return nil, err
	}
	m := &module{provider: provider, files: files, bodies: map[string]*hclsyntax.Body{}}
	for name, src := range files {
		file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			return nil, diags
		}
		m.bodies[name] = file.Body.(*hclsyntax.Body)
	}
	return m, nil
}

func (m *module) fault(at hcl.Range, format string, args ...any) {
	m.found = append(m.found, fmt.Sprintf("%s:%d: %s", at.Filename, at.Start.Line, fmt.Sprintf(format, args...)))
}

// check looks at format, blocks, arguments and references of the module.
func (m *module) check() []string {
	declared := m.declarations()
	for name, body := range m.bodies {
		if string(hclwrite.Format(m.files[name])) != string(m.files[name]) {
			m.fault(hcl.Range{Filename: name}, "not formatted: terraform fmt would change it")
		}
		for _, b := range body.Blocks {
			m.checkTop(b)
		}
		for _, traversal := range references(body) {
			m.checkReference(traversal, declared)
		}
	}
	slices.Sort(m.found)
	return m.found
}

func (m *module) checkTop(b *hclsyntax.Block) {
	switch b.Type {
	case "resource":
		m.checkProvided(b, b.Labels[0])
	case "data":
		m.checkProvided(b, "data."+b.Labels[0])
	case "module":
		m.checkModuleCall(b)
	case "provider":
		m.checkBlock(b.Body, block{Arguments: m.provider.ProviderArguments}, "provider")
	case "check", "locals", "output", "terraform", "variable":
	default:
		m.fault(b.Range(), "block %q is not used here", b.Type)
	}
}

func (m *module) checkProvided(b *hclsyntax.Block, kind string) {
	known, ok := m.provider.find(kind)
	if !ok {
		m.fault(b.Range(), "%s is not in the provider's schema", kind)
		return
	}
	m.checkBlock(b.Body, known, kind)
}

// checkBlock holds the names in one block against the provider's schema. What
// the values are is for the plan.
func (m *module) checkBlock(body *hclsyntax.Body, known block, kind string) {
	for name, attribute := range body.Attributes {
		if _, ok := known.Arguments[name]; !ok && !slices.Contains(metaArguments, name) {
			m.fault(attribute.Range(), "%s has no argument %q", kind, name)
		}
	}
	for name, schema := range known.Arguments {
		if _, ok := body.Attributes[name]; !ok && schema.Required {
			m.fault(body.Range(), "%s needs the argument %q", kind, name)
		}
	}
	for _, inner := range body.Blocks {
		if slices.Contains(metaBlocks, inner.Type) {
			continue
		}
		name, content := inner.Type, inner.Body
		if name == "dynamic" {
			name, content = inner.Labels[0], inner.Body.Blocks[0].Body
		}
		child, ok := known.Blocks[name]
		if !ok {
			m.fault(inner.Range(), "%s has no block %q", kind, name)
			continue
		}
		m.checkBlock(content, child, kind+"."+name)
	}
}

// checkModuleCall compares the arguments of a call with the variables of the
// module in that directory.
func (m *module) checkModuleCall(b *hclsyntax.Block) {
	source, diags := attributeValue(b.Body, "source")
	if diags.HasErrors() {
		m.fault(b.Range(), "source: %v", diags)
		return
	}
	called, err := readModule(filepath.Join("terraform", source))
	if err != nil {
		m.fault(b.Range(), "module: %v", err)
		return
	}
	variables := called.declarations()
	for name, attribute := range b.Body.Attributes {
		if name != "source" && !slices.Contains(metaArguments, name) && !variables["var."+name] {
			m.fault(attribute.Range(), "module %s has no variable %q", source, name)
		}
	}
	for _, body := range called.bodies {
		for _, v := range body.Blocks {
			if v.Type != "variable" || v.Body.Attributes["default"] != nil {
				continue
			}
			if b.Body.Attributes[v.Labels[0]] == nil {
				m.fault(b.Range(), "module %s needs %q", source, v.Labels[0])
			}
		}
	}
}

// declarations are the names that the module may refer to. What is declared
// twice is a fault.
func (m *module) declarations() map[string]bool {
	declared := map[string]bool{}
	declare := func(at hcl.Range, names ...string) {
		name := strings.Join(names, ".")
		if declared[name] {
			m.fault(at, "%s is declared twice", name)
		}
		declared[name] = true
	}
	for _, body := range m.bodies {
		for _, b := range body.Blocks {
			switch b.Type {
			case "variable":
				declare(b.Range(), "var", b.Labels[0])
			case "module":
				declare(b.Range(), "module", b.Labels[0])
			case "resource":
				declare(b.Range(), b.Labels...)
			case "data":
				declare(b.Range(), "data", strings.Join(b.Labels, "."))
			case "provider":
				if alias, diags := attributeValue(b.Body, "alias"); !diags.HasErrors() {
					declare(b.Range(), b.Labels[0], alias)
				}
			case "locals":
				for name, attribute := range b.Body.Attributes {
					declare(attribute.Range(), "local", name)
				}
			}
		}
	}
	return declared
}

// attributeValue is a literal text; "" where there is no such attribute.
func attributeValue(body *hclsyntax.Body, name string) (string, hcl.Diagnostics) {
	attribute := body.Attributes[name]
	if attribute == nil {
		return "", nil
	}
	v, diags := attribute.Expr.Value(nil)
	if diags.HasErrors() {
		return "", diags
	}
	return v.AsString(), nil
}

// checkReference follows names of the module: variables, locals, resources, and
// the attribute of a resource, past an index or splat.
func (m *module) checkReference(traversal hcl.Traversal, declared map[string]bool) {
	var names []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		}
	}
	size := 2
	switch {
	case names[0] == "data":
		size = 3
	case names[0] == "var", names[0] == "local", names[0] == "module", names[0] == "alicloud": // the last is a provider's
	case strings.HasPrefix(names[0], "alicloud_"):
	default:
		return // each, path, or the iterator of a dynamic block
	}
	if len(names) < size || !declared[strings.Join(names[:size], ".")] {
		m.fault(traversal.SourceRange(), "%s is not declared", strings.Join(names, "."))
		return
	}
	kind := strings.Join(names[:size-1], ".")
	known, ok := m.provider.find(kind)
	if ok && len(names) > size && !known.has(names[size]) {
		m.fault(traversal.SourceRange(), "%s has no attribute %q", kind, names[size])
	}
}

// references are all the traversals in a body, however deep. An attribute that
// stands behind a splat is put behind the splat's source.
func references(body *hclsyntax.Body) []hcl.Traversal {
	var found []hcl.Traversal
	diags := hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		switch node := node.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			found = append(found, node.Traversal)
		case *hclsyntax.SplatExpr:
			source, ok := node.Source.(*hclsyntax.ScopeTraversalExpr)
			each, relative := node.Each.(*hclsyntax.RelativeTraversalExpr)
			if ok && relative {
				found = append(found, slices.Concat(source.Traversal, each.Traversal))
			}
		}
		return nil
	})
	if diags.HasErrors() {
		panic(diags) // the visitor above returns none
	}
	return found
}

func readModule(dir string) (*module, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no Terraform file", dir)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return parseModule(files)
}

func TestTerraform(t *testing.T) {
	for _, dir := range []string{"terraform", "terraform/recharge-bus", "terraform/watched-account"} {
		t.Run(dir, func(t *testing.T) {
			m, err := readModule(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range m.check() {
				t.Error(line)
			}
		})
	}
}

func TestTerraformFaults(t *testing.T) {
	const good = "resource \"alicloud_ram_role_policy_attachment\" \"a\" {\n  role_name   = \"r\"\n  policy_name = \"p\"\n  policy_type = \"Custom\"\n}\n"
	for _, tt := range []struct{ name, src, want string }{
		{"sound", good, ""},
		{"not formatted", strings.Replace(good, "role_name   =", "role_name =", 1), "not formatted"},
		{"an unknown argument", strings.Replace(good, "role_name  ", "roll_name  ", 1), `no argument "roll_name"`},
		{"a missing argument", strings.Replace(good, "role_name  ", "roll_name  ", 1), `needs the argument "role_name"`},
		{"an unknown resource", "resource \"alicloud_fc_function\" \"f\" {\n}\n", "alicloud_fc_function is not in the provider's schema"},
		{"an unknown block", "resource \"alicloud_ram_role\" \"r\" {\n  policy {\n  }\n}\n", `no block "policy"`},
		{"an unknown argument of a block", "resource \"alicloud_fcv3_function\" \"f\" {\n  handler = \"main\"\n  runtime = \"go1\"\n  code {\n    file = \"x\"\n  }\n}\n", `alicloud_fcv3_function.code has no argument "file"`},
		{"an unknown argument of a dynamic block", "resource \"alicloud_fcv3_function\" \"f\" {\n  handler = \"main\"\n  runtime = \"go1\"\n  dynamic \"code\" {\n    for_each = [1]\n    content {\n      file = \"x\"\n    }\n  }\n}\n", `alicloud_fcv3_function.code has no argument "file"`},
		{"an undeclared variable", "output \"o\" {\n  value = var.nothing\n}\n", "var.nothing is not declared"},
		{"a variable that is declared twice", "variable \"v\" {\n}\n\nvariable \"v\" {\n}\n", "var.v is declared twice"},
		{"an undeclared provider", strings.Replace(good, "  role_name ", "  provider    = alicloud.elsewhere\n  role_name ", 1), "alicloud.elsewhere is not declared"},
		{"an undeclared resource", "output \"o\" {\n  value = alicloud_ram_role.r.arn\n}\n", "alicloud_ram_role.r.arn is not declared"},
		{"an unknown attribute", good + "\noutput \"o\" {\n  value = alicloud_ram_role_policy_attachment.a.arn\n}\n", `no attribute "arn"`},
		{"an unknown attribute behind a splat", good + "\noutput \"o\" {\n  value = alicloud_ram_role_policy_attachment.a[*].arn\n}\n", `no attribute "arn"`},
		{"an argument that the module does not take", "module \"m\" {\n  source        = \"./recharge-bus\"\n  function_name = \"f\"\n  function_arn  = \"a\"\n  bus           = \"b\"\n}\n", `no variable "bus"`},
		{"an argument that the module needs", "module \"m\" {\n  source        = \"./recharge-bus\"\n  function_name = \"f\"\n}\n", `needs "function_arn"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := parseModule(map[string][]byte{"x.tf": []byte(tt.src)})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(m.check(), "\n")
			if !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
	if _, err := parseModule(map[string][]byte{"x.tf": []byte("resource {")}); err == nil {
		t.Error("a broken file passes, want an error")
	}
}
