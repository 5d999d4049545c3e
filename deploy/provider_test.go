package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// providerSchema is testdata/alicloud-schema.json: what the provider's
// documentation says of the resources that are used here. It stands in for
// "terraform validate", which needs the provider itself.
type providerSchema struct {
	Comment           string              `json:"comment"`
	Provider          string              `json:"provider"`
	Version           string              `json:"version"`
	Source            string              `json:"source"`
	ProviderArguments map[string]argument `json:"providerArguments"`
	DataSources       map[string]block    `json:"dataSources"`
	Resources         map[string]block    `json:"resources"`
}

// block is what a resource, or a block in it, may hold.
type block struct {
	Required  bool                `json:"required"` // at least one of it
	Max       int                 `json:"max"`      // 0: any number
	Arguments map[string]argument `json:"arguments"`
	Blocks    map[string]block    `json:"blocks"`
	Exports   map[string]string   `json:"exports"` // to their types: what is known after it was made
}

// argument is one argument. Types are written as Terraform writes them.
type argument struct {
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Enum     []string `json:"enum"`
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
	JSON     bool     `json:"json"` // a text that is JSON
}

var readProvider = sync.OnceValues(func() (providerSchema, error) {
	var s providerSchema
	src, err := os.ReadFile("testdata/alicloud-schema.json")
	if err != nil {
		return s, err
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	return s, dec.Decode(&s)
})

// find looks a kind up: "data.NAME" or "NAME".
func (s providerSchema) find(kind string) (block, bool) {
	if name, ok := cutData(kind); ok {
		b, found := s.DataSources[name]
		return b, found
	}
	b, found := s.Resources[kind]
	return b, found
}

func cutData(kind string) (string, bool) {
	const prefix = "data."
	if len(kind) > len(prefix) && kind[:len(prefix)] == prefix {
		return kind[len(prefix):], true
	}
	return "", false
}

// has tells whether an expression may name this of a block.
func (b block) has(name string) bool {
	_, argument := b.Arguments[name]
	_, inner := b.Blocks[name]
	_, exported := b.Exports[name]
	return argument || inner || exported
}

// typeOf reads a type as Terraform writes it.
func typeOf(text string) (cty.Type, error) {
	expr, diags := hclsyntax.ParseExpression([]byte(text), "type", hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilType, diags
	}
	t, diags := typeexpr.TypeConstraint(expr)
	if diags.HasErrors() {
		return cty.NilType, diags
	}
	return t, nil
}

// fault says what is wrong with a value for the argument, or "".
func (a argument) fault(value cty.Value) string {
	want, err := typeOf(a.Type)
	if err != nil {
		return err.Error()
	}
	got, err := convert.Convert(value, want)
	switch {
	case err != nil:
		return fmt.Sprintf("is %s, want %s: %v", value.Type().FriendlyName(), a.Type, err)
	case got.IsNull() && a.Required:
		return "is null, and required"
	case got.IsNull():
		return ""
	}
	if a.Enum != nil {
		text, err := convert.Convert(got, cty.String)
		if err != nil || !slices.Contains(a.Enum, text.AsString()) {
			return fmt.Sprintf("is %s, want one of %q", show(got), a.Enum)
		}
	}
	if a.Min != nil {
		if n, _ := got.AsBigFloat().Float64(); n < *a.Min || n > *a.Max {
			return fmt.Sprintf("is %v, want %v to %v", n, *a.Min, *a.Max)
		}
	}
	if a.JSON && !json.Valid([]byte(got.AsString())) {
		return fmt.Sprintf("is no JSON: %s", got.AsString())
	}
	return ""
}

func show(v cty.Value) string {
	if text, err := convert.Convert(v, cty.String); err == nil {
		return fmt.Sprintf("%q", text.AsString())
	}
	return v.GoString()
}
