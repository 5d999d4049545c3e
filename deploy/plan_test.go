package deploy_test

import (
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// plan is what Terraform would make of a module and its variables: every
// expression evaluated, every value held against the provider's schema. What
// only the cloud knows is a placeholder, so nothing stays unknown.
type plan struct {
	made     map[string][]made // by "TYPE.NAME"; nothing for what count or for_each leaves out
	outputs  map[string]cty.Value
	warnings []string // of check blocks
	faults   []string
}

// made is one instance of a resource, or a block in one.
type made struct {
	key    string // of for_each
	values map[string]cty.Value
	blocks map[string][]made
}

// text is an argument that is a text.
func (m made) text(name string) string {
	v, ok := m.values[name]
	if !ok || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// block is the one block of that name.
func (m made) block(name string) made {
	if len(m.blocks[name]) != 1 {
		return made{}
	}
	return m.blocks[name][0]
}

// answers are what the cloud tells where a placeholder would not do, by kind
// and export.
var answers = map[string]string{
	"data.alicloud_account.id": "1234567890123456",
	"alicloud_ram_policy.type": "Custom",
}

// planner makes a plan. Locals and resources are evaluated when an expression
// first needs them.
type planner struct {
	provider  providerSchema
	dir       string
	module    *module
	variables map[string]cty.Value
	exprs     map[string]hclsyntax.Expression // of locals
	locals    map[string]cty.Value
	resources map[string]*hclsyntax.Block // by "TYPE.NAME", "data." before those of data sources
	values    map[string]cty.Value        // likewise, as expressions see them
	busy      map[string]bool
	plan      plan
}

// planModule plans the module in a directory.
func planModule(dir string, given map[string]cty.Value) (plan, error) {
	m, err := readModule(dir)
	if err != nil {
		return plan{}, err
	}
	return m.plan(dir, given)
}

func (m *module) plan(dir string, given map[string]cty.Value) (plan, error) {
	provider, err := readProvider()
	if err != nil {
		return plan{}, err
	}
	p := &planner{
		provider: provider, dir: dir, module: m,
		variables: map[string]cty.Value{}, exprs: map[string]hclsyntax.Expression{}, locals: map[string]cty.Value{},
		resources: map[string]*hclsyntax.Block{}, values: map[string]cty.Value{}, busy: map[string]bool{},
		plan: plan{made: map[string][]made{}, outputs: map[string]cty.Value{}},
	}
	p.declare(given)
	for _, name := range slices.Sorted(maps.Keys(p.exprs)) {
		p.needLocal(name)
	}
	for _, address := range slices.Sorted(maps.Keys(p.resources)) {
		p.needResource(address)
	}
	p.finish()
	return p.plan, nil
}

func (p *planner) fault(format string, args ...any) {
	p.plan.faults = append(p.plan.faults, fmt.Sprintf(format, args...))
}

func (p *planner) each(kind string, do func(*hclsyntax.Block)) {
	for _, name := range slices.Sorted(maps.Keys(p.module.bodies)) {
		for _, b := range p.module.bodies[name].Blocks {
			if b.Type == kind {
				do(b)
			}
		}
	}
}

func (p *planner) declare(given map[string]cty.Value) {
	known := map[string]bool{}
	p.each("variable", func(b *hclsyntax.Block) {
		known[b.Labels[0]] = true
		p.declareVariable(b, given)
	})
	for name := range given {
		if !known[name] {
			p.fault("there is no variable %q", name)
		}
	}
	p.each("variable", func(b *hclsyntax.Block) {
		for _, rule := range b.Body.Blocks {
			if v, ok := p.eval(rule.Body.Attributes["condition"].Expr, nil); ok && v.False() {
				p.fault("var.%s is %s: %s", b.Labels[0], show(p.variables[b.Labels[0]]), p.message(rule.Body))
			}
		}
	})
	p.each("locals", func(b *hclsyntax.Block) {
		for name, attribute := range b.Body.Attributes {
			p.exprs[name] = attribute.Expr
		}
	})
	p.each("resource", func(b *hclsyntax.Block) { p.resources[strings.Join(b.Labels, ".")] = b })
	p.each("data", func(b *hclsyntax.Block) { p.resources["data."+strings.Join(b.Labels, ".")] = b })
}

func (p *planner) declareVariable(b *hclsyntax.Block, given map[string]cty.Value) {
	name := b.Labels[0]
	t, diags := typeexpr.TypeConstraint(b.Body.Attributes["type"].Expr)
	if diags.HasErrors() {
		p.fault("variable %s: %v", name, diags)
		return
	}
	value, ok := given[name]
	if attribute := b.Body.Attributes["default"]; !ok && attribute != nil {
		value, ok = p.eval(attribute.Expr, nil)
	}
	if !ok {
		p.fault("var.%s is not given", name)
		return
	}
	value, err := convert.Convert(value, t)
	if err != nil {
		p.fault("var.%s: %v", name, err)
		return
	}
	p.variables[name] = value
}

// message is what a rule or an assertion says.
func (p *planner) message(body *hclsyntax.Body) string {
	v, ok := p.eval(body.Attributes["error_message"].Expr, nil)
	if !ok {
		return ""
	}
	return v.AsString()
}

// finish evaluates what nothing refers to: calls of modules, outputs and checks.
func (p *planner) finish() {
	p.each("module", func(b *hclsyntax.Block) { p.call(b) })
	p.each("output", func(b *hclsyntax.Block) {
		if v, ok := p.eval(b.Body.Attributes["value"].Expr, nil); ok {
			p.plan.outputs[b.Labels[0]] = v
		}
	})
	p.each("check", func(b *hclsyntax.Block) {
		for _, assertion := range b.Body.Blocks {
			if v, ok := p.eval(assertion.Body.Attributes["condition"].Expr, nil); ok && v.False() {
				p.plan.warnings = append(p.plan.warnings, p.message(assertion.Body))
			}
		}
	})
}

// call plans the module that is called, if it is.
func (p *planner) call(b *hclsyntax.Block) {
	for _, scope := range p.instances(b.Body) {
		given := map[string]cty.Value{}
		source := ""
		for name, attribute := range b.Body.Attributes {
			if slices.Contains(metaArguments, name) {
				continue
			}
			v, ok := p.eval(attribute.Expr, scope.variables)
			if !ok {
				return
			}
			if name == "source" {
				source = v.AsString()
				continue
			}
			given[name] = v
		}
		inner, err := planModule(filepath.Join(p.dir, source), given)
		if err != nil {
			p.fault("module %s: %v", b.Labels[0], err)
			continue
		}
		for _, fault := range inner.faults {
			p.fault("module %s: %s", b.Labels[0], fault)
		}
		for address, all := range inner.made {
			p.plan.made["module."+b.Labels[0]+"."+address] = all
		}
	}
}

// eval evaluates an expression, and first what it names. ok is false where that
// is impossible, and the fault is written down.
func (p *planner) eval(expr hclsyntax.Expression, more map[string]cty.Value) (value cty.Value, ok bool) {
	for _, traversal := range expr.Variables() {
		p.need(traversal)
	}
	variables := map[string]cty.Value{
		"var":   cty.ObjectVal(p.variables),
		"local": cty.ObjectVal(p.locals),
		"path":  cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(p.dir)}),
	}
	byType := map[string]map[string]cty.Value{}
	data := map[string]map[string]cty.Value{}
	for address, value := range p.values {
		kind, name, _ := strings.Cut(address, ".")
		into := byType
		if kind == "data" {
			kind, name, _ = strings.Cut(name, ".")
			into = data
		}
		if into[kind] == nil {
			into[kind] = map[string]cty.Value{}
		}
		into[kind][name] = value
	}
	for kind, values := range byType {
		variables[kind] = cty.ObjectVal(values)
	}
	sources := map[string]cty.Value{}
	for kind, values := range data {
		sources[kind] = cty.ObjectVal(values)
	}
	variables["data"] = cty.ObjectVal(sources)
	maps.Copy(variables, more)
	value, diags := expr.Value(&hcl.EvalContext{Variables: variables, Functions: p.functions()})
	if diags.HasErrors() {
		p.fault("%v", diags)
		return cty.NilVal, false
	}
	if !value.IsWhollyKnown() {
		p.fault("%s: not known", expr.Range())
		return cty.NilVal, false
	}
	return value, true
}

// need evaluates what a traversal names.
func (p *planner) need(traversal hcl.Traversal) {
	var names []string
	for _, step := range traversal {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			names = append(names, attribute.Name)
		}
	}
	switch root := traversal.RootName(); {
	case root == "local" && len(names) > 0:
		p.needLocal(names[0])
	case root == "data" && len(names) > 1:
		p.needResource("data." + names[0] + "." + names[1])
	case strings.HasPrefix(root, "alicloud_") && len(names) > 0:
		p.needResource(root + "." + names[0])
	}
}

func (p *planner) needLocal(name string) {
	expr, declared := p.exprs[name]
	if _, done := p.locals[name]; done || !declared || p.busy["local."+name] {
		return // what is not declared is the expression's fault
	}
	p.busy["local."+name] = true
	if v, ok := p.eval(expr, nil); ok {
		p.locals[name] = v
	}
}

func (p *planner) needResource(address string) {
	b, declared := p.resources[address]
	if !declared || p.busy[address] {
		return
	}
	p.busy[address] = true
	kind := address[:strings.LastIndex(address, ".")]
	known, ok := p.provider.find(kind)
	if !ok {
		p.fault("%s: %s is not in the provider's schema", address, kind)
		return
	}
	var all []cty.Value
	byKey := map[string]cty.Value{}
	for _, scope := range p.instances(b.Body) {
		it := p.fill(b.Body, known, scope.variables, address+scope.suffix())
		it.key = scope.key
		value := p.visible(it, known, address)
		all, byKey[scope.key] = append(all, value), value
		if !strings.HasPrefix(address, "data.") {
			p.plan.made[address] = append(p.plan.made[address], it)
		}
	}
	switch {
	case b.Body.Attributes["for_each"] != nil:
		p.values[address] = cty.ObjectVal(byKey)
	case b.Body.Attributes["count"] != nil:
		p.values[address] = cty.TupleVal(all)
	case len(all) == 1:
		p.values[address] = all[0]
	}
}

// scope is one instance that count or for_each asks for.
type scope struct {
	key       string
	variables map[string]cty.Value
}

func (s scope) suffix() string {
	if s.key == "" {
		return ""
	}
	return fmt.Sprintf("[%q]", s.key)
}

func (p *planner) instances(body *hclsyntax.Body) []scope {
	if attribute := body.Attributes["count"]; attribute != nil {
		v, ok := p.eval(attribute.Expr, nil)
		if !ok {
			return nil
		}
		n, _ := v.AsBigFloat().Int64()
		return make([]scope, n)
	}
	attribute := body.Attributes["for_each"]
	if attribute == nil {
		return make([]scope, 1)
	}
	v, ok := p.eval(attribute.Expr, nil)
	if !ok {
		return nil
	}
	var all []scope
	for key, value := range elements(v) {
		all = append(all, scope{key.AsString(), map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}})
	}
	return all
}

// fill evaluates a body and holds it against the schema.
func (p *planner) fill(body *hclsyntax.Body, known block, more map[string]cty.Value, where string) made {
	it := made{values: map[string]cty.Value{}, blocks: map[string][]made{}}
	for name, attribute := range body.Attributes {
		if slices.Contains(metaArguments, name) {
			continue
		}
		schema, ok := known.Arguments[name]
		if !ok {
			p.fault("%s has no argument %q", where, name)
			continue
		}
		v, ok := p.eval(attribute.Expr, more)
		if !ok {
			continue
		}
		if fault := schema.fault(v); fault != "" {
			p.fault("%s: %s %s", where, name, fault)
		}
		it.values[name] = v
	}
	for _, b := range body.Blocks {
		name := b.Type
		if slices.Contains(metaBlocks, name) {
			continue
		}
		contents := []*hclsyntax.Body{b.Body}
		scopes := []map[string]cty.Value{more}
		if name == "dynamic" {
			name, contents, scopes = p.repeat(b, more)
		}
		for i := range contents {
			it.blocks[name] = append(it.blocks[name], p.fill(contents[i], known.Blocks[name], scopes[i], where+"."+name))
		}
	}
	for name, inner := range known.Blocks {
		n := len(it.blocks[name])
		if inner.Required && n == 0 {
			p.fault("%s needs a block %q", where, name)
		}
		if inner.Max > 0 && n > inner.Max {
			p.fault("%s has %d blocks %q, want at most %d", where, n, name, inner.Max)
		}
	}
	return it
}

// repeat is what a dynamic block comes to.
func (p *planner) repeat(b *hclsyntax.Block, more map[string]cty.Value) (name string, contents []*hclsyntax.Body, scopes []map[string]cty.Value) {
	name = b.Labels[0]
	v, ok := p.eval(b.Body.Attributes["for_each"].Expr, more)
	if !ok {
		return name, nil, nil
	}
	for key, value := range elements(v) {
		inner := map[string]cty.Value{name: cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
		maps.Copy(inner, more)
		contents, scopes = append(contents, b.Body.Blocks[0].Body), append(scopes, inner)
	}
	return name, contents, scopes
}

// visible is a resource as expressions see it: its arguments, and placeholders
// for what the cloud tells.
func (p *planner) visible(it made, known block, address string) cty.Value {
	values := map[string]cty.Value{}
	for name, schema := range known.Arguments {
		t, err := typeOf(schema.Type)
		if err != nil {
			p.fault("%s: %v", address, err)
			continue
		}
		values[name] = cty.NullVal(t)
		if v, ok := it.values[name]; ok {
			if converted, err := convert.Convert(v, t); err == nil {
				values[name] = converted
			}
		}
	}
	for name, typeText := range known.Exports {
		t, err := typeOf(typeText)
		if err != nil {
			p.fault("%s: %v", address, err)
			continue
		}
		text, answered := answers[address[:strings.LastIndex(address, ".")]+"."+name]
		if !answered {
			text = "<" + address + "." + name + ">"
		}
		values[name] = placeholder(t, text)
	}
	return cty.ObjectVal(values)
}

func placeholder(t cty.Type, text string) cty.Value {
	switch {
	case t == cty.Number:
		return cty.Zero
	case t == cty.Bool:
		return cty.False
	case t.IsListType():
		return cty.ListVal([]cty.Value{placeholder(t.ElementType(), text)})
	case t.IsObjectType():
		values := map[string]cty.Value{}
		for name, inner := range t.AttributeTypes() {
			values[name] = placeholder(inner, text+"."+name)
		}
		return cty.ObjectVal(values)
	}
	return cty.StringVal(text)
}

// elements are the keys and values of a collection, in its order.
func elements(v cty.Value) iter.Seq2[cty.Value, cty.Value] {
	return func(yield func(key, value cty.Value) bool) {
		for it := v.ElementIterator(); it.Next(); {
			if !yield(it.Element()) {
				return
			}
		}
	}
}

// functions are those of Terraform that the files here call.
func (p *planner) functions() map[string]function.Function {
	return map[string]function.Function{
		"can": tryfunc.CanFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "floor": stdlib.FloorFunc,
		"join": stdlib.JoinFunc, "jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc,
		"merge": stdlib.MergeFunc, "regex": stdlib.RegexFunc, "substr": stdlib.SubstrFunc, "trimsuffix": stdlib.TrimSuffixFunc,
		"tostring": stdlib.MakeToFunc(cty.String),

		"length": unary(cty.Number, cty.DynamicPseudoType, func(args []cty.Value) (cty.Value, error) { // of an object too
			return cty.NumberIntVal(int64(args[0].LengthInt())), nil
		}),
		"nonsensitive": unary(cty.DynamicPseudoType, cty.DynamicPseudoType, func(args []cty.Value) (cty.Value, error) { return args[0], nil }),
		"alltrue": unary(cty.Bool, cty.DynamicPseudoType, func(args []cty.Value) (cty.Value, error) {
			all := true
			for _, v := range elements(args[0]) {
				all = all && v.True()
			}
			return cty.BoolVal(all), nil
		}),
		"one": unary(cty.DynamicPseudoType, cty.DynamicPseudoType, func(args []cty.Value) (cty.Value, error) {
			for _, v := range elements(args[0]) {
				return v, nil
			}
			return cty.NullVal(cty.DynamicPseudoType), nil
		}),
		"file": unary(cty.String, cty.String, func(args []cty.Value) (cty.Value, error) { return readText(args[0]) }),
		// The package is not built here, and its bytes do not matter.
		"filebase64": unary(cty.String, cty.String, func(args []cty.Value) (cty.Value, error) { return cty.StringVal("UEsDBA=="), nil }),
		"filesha256": unary(cty.String, cty.String, func(args []cty.Value) (cty.Value, error) { return cty.StringVal(strings.Repeat("0", 64)), nil }),
		"fileset": function.New(&function.Spec{
			Params: []function.Parameter{{Name: "dir", Type: cty.String}, {Name: "pattern", Type: cty.String}},
			Type:   function.StaticReturnType(cty.Set(cty.String)),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				files, err := filepath.Glob(filepath.Join(args[0].AsString(), args[1].AsString()))
				var names []cty.Value
				for _, file := range files {
					names = append(names, cty.StringVal(filepath.Base(file)))
				}
				return cty.SetVal(names), err
			},
		}),
		"templatefile": function.New(&function.Spec{
			Params: []function.Parameter{{Name: "file", Type: cty.String}, {Name: "variables", Type: cty.DynamicPseudoType}},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				text, err := readText(args[0])
				if err != nil {
					return cty.NilVal, err
				}
				expr, diags := hclsyntax.ParseTemplate([]byte(text.AsString()), args[0].AsString(), hcl.InitialPos)
				if diags.HasErrors() {
					return cty.NilVal, diags
				}
				v, diags := expr.Value(&hcl.EvalContext{Variables: args[1].AsValueMap()})
				if diags.HasErrors() {
					return cty.NilVal, diags
				}
				return v, nil
			},
		}),
	}
}

// unary is a function of one parameter. With a result of any type, that of the
// value which it returns.
func unary(result, parameter cty.Type, impl func([]cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: parameter, AllowNull: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if result != cty.DynamicPseudoType {
				return result, nil
			}
			v, err := impl(args)
			if err != nil {
				return cty.NilType, err
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return impl(args) },
	})
}

func readText(name cty.Value) (cty.Value, error) {
	src, err := os.ReadFile(name.AsString())
	return cty.StringVal(string(src)), err
}

// mustPlan plans deploy/terraform and wants no fault.
func mustPlan(t *testing.T, given map[string]cty.Value) plan {
	t.Helper()
	p, err := planModule("terraform", given)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range p.faults {
		t.Error(fault)
	}
	return p
}

// choices reads a file of variables as Terraform does.
func choices(t *testing.T, src []byte) map[string]cty.Value {
	t.Helper()
	file, diags := hclsyntax.ParseConfig(src, "terraform.tfvars", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	given := map[string]cty.Value{}
	for name, attribute := range attributes {
		v, diags := attribute.Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		given[name] = v
	}
	return given
}
