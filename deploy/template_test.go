package deploy_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// template is publish.yaml, which Serverless Devs reads.
type template struct {
	Edition      string                    `yaml:"Edition"`
	Type         string                    `yaml:"Type"`
	Name         string                    `yaml:"Name"`
	Version      string                    `yaml:"Version"`
	Provider     []string                  `yaml:"Provider"`
	Description  string                    `yaml:"Description"`
	Tags         []string                  `yaml:"Tags"`
	Category     string                    `yaml:"Category"`
	Service      map[string]map[string]any `yaml:"Service"`
	Organization string                    `yaml:"Organization"`
	Effective    string                    `yaml:"Effective"`
	Parameters   struct {
		Type                 string               `yaml:"type"`
		AdditionalProperties bool                 `yaml:"additionalProperties"`
		Required             []string             `yaml:"required"`
		Properties           map[string]parameter `yaml:"properties"`
	} `yaml:"Parameters"`
}

type parameter struct {
	Title       string   `yaml:"title"`
	Type        string   `yaml:"type"`
	Default     any      `yaml:"default"`
	Description string   `yaml:"description"`
	Pattern     string   `yaml:"pattern"`
	Enum        []string `yaml:"enum"`
}

// asks says where the template's questions differ from the variables of s.yaml.
func (p template) asks(vars map[string]any) []string {
	var bad []string
	for name, value := range vars {
		question, ok := p.Parameters.Properties[name]
		switch {
		case !ok:
			bad = append(bad, fmt.Sprintf("does not ask for %s", name))
		case question.Default != value:
			bad = append(bad, fmt.Sprintf("offers %v for %s, s.yaml has %v", question.Default, name, value))
		case question.Enum != nil && !slices.Contains(question.Enum, fmt.Sprint(value)):
			bad = append(bad, fmt.Sprintf("%s: the default is not among the choices", name))
		case question.Pattern != "" && !regexp.MustCompile(question.Pattern).MatchString(fmt.Sprint(value)):
			bad = append(bad, fmt.Sprintf("%s: the default does not match the pattern", name))
		}
	}
	for name := range p.Parameters.Properties {
		if _, ok := vars[name]; !ok {
			bad = append(bad, fmt.Sprintf("asks for %s, which s.yaml does not have", name))
		}
	}
	for _, name := range p.Parameters.Required {
		if _, ok := p.Parameters.Properties[name]; !ok {
			bad = append(bad, fmt.Sprintf("requires %s, for which it does not ask", name))
		}
	}
	return bad
}

func readTemplate(t *testing.T) template {
	t.Helper()
	src, err := os.ReadFile("../publish.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p template
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTemplateAsksForTheVariables(t *testing.T) {
	p := readTemplate(t)
	project, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range p.asks(project.vars) {
		t.Errorf("publish.yaml %s", line)
	}
	if p.Edition != "3.0.0" || p.Type != "Project" || p.Name != "reactivate" {
		t.Errorf("edition %q, type %q, name %q, want 3.0.0, Project, reactivate", p.Edition, p.Type, p.Name)
	}
}

func TestTemplateOffersRegionsThatTheComponentKnows(t *testing.T) {
	src, err := os.ReadFile("testdata/fc3-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	known := decode(t, src)["definitions"].(object)["IRegion"].(object)["enum"].([]any)
	for _, region := range readTemplate(t).Parameters.Properties["region"].Enum {
		if !slices.Contains(known, any(region)) {
			t.Errorf("publish.yaml offers %s, which fc3 does not know", region)
		}
	}
}

// TestTemplateTakesNamesThatTheAPITakes: 1 to 64 characters, by CreateFunctionInput of
// https://github.com/alibabacloud-go/fc-20230330 (c3dd5f5). The Terraform provider's documents say 128.
func TestTemplateTakesNamesThatTheAPITakes(t *testing.T) {
	pattern := regexp.MustCompile(readTemplate(t).Parameters.Properties["functionName"].Pattern)
	for length, want := range map[int]bool{0: false, 1: true, 64: true, 65: false} {
		if got := pattern.MatchString(strings.Repeat("f", length)); got != want {
			t.Errorf("a name of %d characters is taken: %v, want %v", length, got, want)
		}
	}
}

func TestTemplateAsks(t *testing.T) {
	p := readTemplate(t)
	project, err := parseProject(readProject(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		edit func(vars map[string]any)
	}{
		{"a variable more", func(vars map[string]any) { vars["more"] = "" }},
		{"a variable less", func(vars map[string]any) { delete(vars, "roles") }},
		{"another default", func(vars map[string]any) { vars["regions"] = "*" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vars := maps.Clone(project.vars)
			tt.edit(vars)
			if got := p.asks(vars); len(got) != 1 {
				t.Errorf("found %q, want one difference", got)
			}
		})
	}
}
