package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"time"
)

// component is a module, or the whole program, in a CycloneDX document. https://cyclonedx.org/docs/1.6/json/
type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	URL     string `json:"purl"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// bom writes which modules are in a binary, as the binary itself says ("go version -m").
func (r release) bom(of, binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	program := describe("application", info.Main.Path, r.version, "")
	components := []component{describe("library", "std", info.GoVersion, "")}
	for _, module := range info.Deps {
		if module.Replace != nil {
			continue // by a directory of this repository: part of the program itself
		}
		components = append(components, describe("library", module.Path, module.Version, module.Sum))
	}
	refs := make([]string, 0, len(components))
	for _, c := range components {
		refs = append(refs, c.Ref)
	}
	document, err := json.MarshalIndent(map[string]any{
		"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":     map[string]any{"timestamp": r.at.Format(time.RFC3339), "component": program},
		"components":   components,
		"dependencies": []any{map[string]any{"ref": program.Ref, "dependsOn": refs}},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(r.path(of+".cdx.json"), append(document, '\n'), 0o644)
}

// describe names a module as a package URL does: https://github.com/package-url/purl-spec (golang).
func describe(kind, name, version, sum string) component {
	reference := "pkg:golang/" + name + "@" + url.QueryEscape(version)
	c := component{Type: kind, Ref: reference, Name: name, Version: version, URL: reference}
	if digest, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:")); err == nil && len(digest) == sha256.Size {
		c.Hashes = []hash{{"SHA-256", hex.EncodeToString(digest)}}
	}
	return c
}
