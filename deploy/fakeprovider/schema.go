package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// schemaJSON is what "terraform providers schema -json" prints with the real provider, built from its source of 2026-08-21
// (after 1.289.0). Of each type in use it has the block; descriptions and timeouts are left out.
//
//go:embed schema.json
var schemaJSON []byte

type schemas struct {
	Data      map[string]block
	Resources map[string]block
}

type block struct {
	Attributes map[string]struct {
		Type                         attributeType
		Required, Optional, Computed bool
	}
	BlockTypes map[string]struct {
		Block       block
		NestingMode string `json:"nesting_mode"`
		MinItems    int    `json:"min_items"`
		MaxItems    int    `json:"max_items"`
	} `json:"block_types"`
}

func readSchema() (schemas, error) {
	var s schemas
	return s, json.Unmarshal(schemaJSON, &s)
}

func (s schemas) provider(a account) *schema.Provider {
	p := &schema.Provider{
		Schema:         map[string]*schema.Schema{"region": {Type: schema.TypeString, Optional: true}},
		DataSourcesMap: map[string]*schema.Resource{},
		ResourcesMap:   map[string]*schema.Resource{},
	}
	for name, b := range s.Data {
		p.DataSourcesMap[name] = &schema.Resource{Schema: b.schema(), ReadContext: a.create(name, b)}
	}
	for name, b := range s.Resources {
		arguments := b.schema()
		if argument := unique[name]; argument != "" && !strings.HasSuffix(name, "_service_linked_role") {
			arguments[argument].ForceNew = true // renamed is made anew; of a service-linked role the name is all there is
		}
		p.ResourcesMap[name] = &schema.Resource{
			Schema:        arguments,
			CreateContext: a.create(name, b), ReadContext: a.read(name), UpdateContext: a.read(name), DeleteContext: a.delete(name),
		}
	}
	return p
}

func (b block) schema() map[string]*schema.Schema {
	all := map[string]*schema.Schema{}
	for name, a := range b.Attributes {
		if name == "id" { // every resource has it
			continue
		}
		s := *a.Type.Schema
		s.Required, s.Optional, s.Computed = a.Required, a.Optional, a.Computed
		all[name] = &s
	}
	for name, inner := range b.BlockTypes {
		all[name] = &schema.Schema{
			Type: collections[inner.NestingMode], Required: inner.MinItems > 0, Optional: inner.MinItems == 0,
			MinItems: inner.MinItems, MaxItems: inner.MaxItems, Elem: &schema.Resource{Schema: inner.Block.schema()},
		}
	}
	return all
}

// attributeType is a type as Terraform writes it in JSON: a name, or a list of a collection's name and what is in it.
type attributeType struct{ *schema.Schema }

var (
	primitives  = map[string]schema.ValueType{"string": schema.TypeString, "number": schema.TypeFloat, "bool": schema.TypeBool}
	collections = map[string]schema.ValueType{"list": schema.TypeList, "set": schema.TypeSet, "map": schema.TypeMap}
)

func (t *attributeType) UnmarshalJSON(src []byte) error {
	var name string
	if json.Unmarshal(src, &name) == nil {
		t.Schema = &schema.Schema{Type: primitives[name]}
		return t.known(src)
	}
	var pair [2]json.RawMessage
	if err := json.Unmarshal(src, &pair); err != nil {
		return err
	}
	if err := json.Unmarshal(pair[0], &name); err != nil {
		return err
	}
	if name == "object" {
		return t.object(pair[1])
	}
	var element attributeType
	if err := json.Unmarshal(pair[1], &element); err != nil {
		return err
	}
	t.Schema = &schema.Schema{Type: collections[name], Elem: element.Schema}
	if element.Type == schema.TypeInvalid { // an object
		t.Elem = element.Elem
	}
	return t.known(src)
}

// object has no type of its own in the SDK: it is the element of a list.
func (t *attributeType) object(src []byte) error {
	var fields map[string]attributeType
	if err := json.Unmarshal(src, &fields); err != nil {
		return err
	}
	inner := map[string]*schema.Schema{}
	for name, field := range fields {
		field.Computed = true
		inner[name] = field.Schema
	}
	t.Schema = &schema.Schema{Elem: &schema.Resource{Schema: inner}}
	return nil
}

func (t *attributeType) known(src []byte) error {
	if t.Type == schema.TypeInvalid {
		return fmt.Errorf("the type %s is not known", src)
	}
	return nil
}
