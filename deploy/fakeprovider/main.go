// Command terraform-provider-alicloud is a fake of the Terraform provider for
// Alibaba Cloud: it knows the resources of the schema file that FAKE_SCHEMA
// names, holds what it is given against it, and makes nothing. With it,
// Terraform itself can validate, plan and apply deploy/terraform without an
// account. How: .ci/run.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

// file is deploy/testdata/alicloud-schema.json, as far as it matters here.
type file struct {
	ProviderArguments map[string]argument `json:"providerArguments"`
	DataSources       map[string]block    `json:"dataSources"`
	Resources         map[string]block    `json:"resources"`
}

type block struct {
	Required  bool                `json:"required"`
	Max       int                 `json:"max"`
	Arguments map[string]argument `json:"arguments"`
	Blocks    map[string]block    `json:"blocks"`
	Exports   map[string]string   `json:"exports"`
}

type argument struct {
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Enum     []string `json:"enum"`
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
	JSON     bool     `json:"json"`
}

func main() {
	src, err := os.ReadFile(os.Getenv("FAKE_SCHEMA"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAKE_SCHEMA:", err)
		os.Exit(1)
	}
	var f file
	if err := json.Unmarshal(src, &f); err != nil {
		fmt.Fprintln(os.Stderr, "FAKE_SCHEMA:", err)
		os.Exit(1)
	}
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: f.provider})
}

func (f file) provider() *schema.Provider {
	p := &schema.Provider{
		Schema:         map[string]*schema.Schema{},
		DataSourcesMap: map[string]*schema.Resource{},
		ResourcesMap:   map[string]*schema.Resource{},
	}
	for name, a := range f.ProviderArguments {
		if name != "alias" { // Terraform's own
			p.Schema[name] = a.schema()
		}
	}
	for name, b := range f.DataSources {
		p.DataSourcesMap[name] = &schema.Resource{Schema: b.schema(), ReadContext: b.answer(name)}
	}
	for name, b := range f.Resources {
		p.ResourcesMap[name] = &schema.Resource{
			Schema: b.schema(), CreateContext: b.answer(name), ReadContext: nothing, UpdateContext: nothing, DeleteContext: nothing,
		}
	}
	return p
}

func (b block) schema() map[string]*schema.Schema {
	all := map[string]*schema.Schema{}
	for name, a := range b.Arguments {
		all[name] = a.schema()
	}
	for name, inner := range b.Blocks {
		all[name] = &schema.Schema{
			Type: schema.TypeList, Required: inner.Required, Optional: !inner.Required, MaxItems: inner.Max,
			Elem: &schema.Resource{Schema: inner.schema()},
		}
	}
	for name, text := range b.Exports {
		if name == "id" { // every resource has it
			continue
		}
		s := typeOf(text)
		s.Computed = true
		all[name] = s
	}
	return all
}

func (a argument) schema() *schema.Schema {
	s := typeOf(a.Type)
	s.Required, s.Optional = a.Required, !a.Required
	if s.Elem == nil && s.Type != schema.TypeMap {
		s.ValidateFunc = a.validate
	}
	return s
}

func (a argument) validate(value any, name string) (warnings []string, errs []error) {
	text := fmt.Sprint(value)
	if a.Enum != nil && !slices.Contains(a.Enum, text) {
		errs = append(errs, fmt.Errorf("%s is %q, want one of %q", name, text, a.Enum))
	}
	if n, err := strconv.ParseFloat(text, 64); a.Min != nil && (err != nil || n < *a.Min || n > *a.Max) {
		errs = append(errs, fmt.Errorf("%s is %s, want %v to %v", name, text, *a.Min, *a.Max))
	}
	if a.JSON && !json.Valid([]byte(text)) {
		errs = append(errs, fmt.Errorf("%s is no JSON", name))
	}
	return nil, errs
}

var object = regexp.MustCompile(`^(list|set)\(object\(\{(.*)\}\)\)$`)

// typeOf reads a type as Terraform writes it, as far as the file goes.
func typeOf(text string) *schema.Schema {
	if m := object.FindStringSubmatch(text); m != nil {
		fields := map[string]*schema.Schema{}
		for field := range strings.SplitSeq(m[2], ", ") {
			name, inner, _ := strings.Cut(field, "=")
			s := typeOf(inner)
			s.Computed = true
			fields[name] = s
		}
		return &schema.Schema{Type: schema.TypeList, Elem: &schema.Resource{Schema: fields}}
	}
	outer, rest, collection := strings.Cut(text, "(")
	s := &schema.Schema{Type: types[outer]}
	if s.Type == schema.TypeInvalid {
		panic("the schema file has the type " + text)
	}
	if collection {
		s.Elem = typeOf(strings.TrimSuffix(rest, ")"))
	}
	return s
}

var types = map[string]schema.ValueType{
	"string": schema.TypeString, "number": schema.TypeFloat, "bool": schema.TypeBool,
	"list": schema.TypeList, "set": schema.TypeSet, "map": schema.TypeMap,
}

// answer makes nothing, and tells of each export something of its type.
func (b block) answer(kind string) func(context.Context, *schema.ResourceData, any) diag.Diagnostics {
	return func(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
		d.SetId("1234567890123456")
		for name, text := range b.Exports {
			value := any(kind + "." + name)
			switch {
			case name == "id":
				continue
			case kind == "alicloud_ram_policy" && name == "type":
				value = "Custom"
			case object.MatchString(text):
				value = []any{map[string]any{}}
			case text == "number":
				value = 0
			}
			if err := d.Set(name, value); err != nil {
				return diag.FromErr(err)
			}
		}
		return nil
	}
}

func nothing(context.Context, *schema.ResourceData, any) diag.Diagnostics { return nil }
