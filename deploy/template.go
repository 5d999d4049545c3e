//go:build ignore

// Command template lays the project out as a template of Serverless Devs:
//
//	go run deploy/template.go
//
// run in the root of the repository, writes target/template, the layout that
// "s registry publish" takes and "s init --uri" reads: publish.yaml, and the
// project in src with a placeholder for each variable of s.yaml.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const target = "target/template"

// left are files that belong to the repository, not to what a user is given.
var left = []string{".ci/", "publish.yaml", "version.md", "recording.go", "deploy/fakeprovider/", "deploy/template.go", "deploy/template_test.go"}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "template:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	names, err := files()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := copyFile(name, filepath.Join("src", name)); err != nil {
			return err
		}
	}
	// Serverless Devs shows these three; a repository at work may lack a README still.
	for from, to := range map[string]string{"publish.yaml": "publish.yaml", "version.md": "version.md", "README.md": "readme.md"} {
		if err := copyFile(from, to); err != nil {
			return err
		}
	}
	if err := writeVersion(); err != nil {
		return err
	}
	src, err := os.ReadFile("s.yaml")
	if err != nil {
		return err
	}
	out, err := placeholders(src)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(target, "src", "s.yaml"), out, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s %d files\n", target, len(names))
	return nil
}

// files are those that git knows or would add, without what is left out.
func files() ([]string, error) {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var names []string
next:
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		for _, prefix := range left {
			if strings.HasPrefix(name, prefix) {
				continue next
			}
		}
		names = append(names, name)
	}
	return names, nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	to = filepath.Join(target, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm())
}

// writeVersion leaves the version for package.go, which finds no repository in
// what a user is given.
func writeVersion() error {
	src, err := os.ReadFile("publish.yaml")
	if err != nil {
		return err
	}
	found := version.FindSubmatch(src)
	if found == nil {
		return fmt.Errorf("publish.yaml has no Version such as 1.2.3")
	}
	return os.WriteFile(filepath.Join(target, "src", "VERSION"), append(found[1], '\n'), 0o644)
}

var (
	version  = regexp.MustCompile(`(?m)^Version: (\d+\.\d+\.\d+)$`)
	access   = regexp.MustCompile(`(?m)^access: .*$`)
	section  = regexp.MustCompile(`(?m)^vars:\n(?:(?:  .*)?\n)*`)
	variable = regexp.MustCompile(`(?m)^  (\w+): .*$`)
)

// placeholders replaces what a user chooses by what the tool asks for.
func placeholders(src []byte) ([]byte, error) {
	vars := section.Find(src)
	if vars == nil || !access.Match(src) {
		return nil, fmt.Errorf("s.yaml has no access or no vars at the left edge")
	}
	src = bytes.Replace(src, vars, variable.ReplaceAll(vars, []byte(`  $1: "{{ $1 }}"`)), 1)
	return access.ReplaceAll(src, []byte(`access: "{{ access }}"`)), nil
}
