//go:build ignore

// Command package builds the function and packs it for Function Compute:
//
//	go run package.go
//
// writes target/main, a static linux/amd64 binary, and target/reactivate.zip,
// which holds it with mode 0755. The same source, version, commit and Go
// release give the same bytes, on any machine. It needs only Go, and git if no
// version is given. s.yaml and the Makefile call it.
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func main() {
	version := flag.String("version", "", "the version to stamp; empty: git describe, else dev")
	commit := flag.String("commit", "", "the commit to stamp; empty: git rev-parse, else unknown")
	flag.Parse()
	if err := run(*version, *commit); err != nil {
		fmt.Fprintln(os.Stderr, "package:", err)
		os.Exit(1)
	}
}

func run(version, commit string) error {
	version = cmp.Or(version, git("describe", "--tags", "--always", "--dirty"), "dev")
	commit = cmp.Or(commit, git("rev-parse", "HEAD"), "unknown")
	for _, stamp := range []string{version, commit} {
		if !regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._+/-]*$`).MatchString(stamp) {
			return fmt.Errorf("%q is not a version or commit: letters, digits and . _ + / - only", stamp)
		}
	}
	binary := filepath.Join("target", "main")
	if err := build(binary, version, commit); err != nil {
		return err
	}
	archive := filepath.Join("target", "reactivate.zip")
	if err := pack(archive, binary); err != nil {
		return err
	}
	content, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	fmt.Printf("%s %d bytes sha256 %x version %s commit %s\n", archive, len(content), sha256.Sum256(content), version, commit)
	return nil
}

// git gives one line of git's answer, or "" without git or a repository.
func git(args ...string) string {
	out, err := exec.Command("git", args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// tags are those of the deployed build: the function without the local commands
// and the fakes, and no HTTP/2, which neither the runtime API nor the SDK
// speaks. So the binary is smaller and starts sooner.
const tags = "function,nethttpomithttp2"

// cold are packages whose code runs at most a few times in an invocation, or
// never. The compiler does not inline in them, which takes some 130 KB off the
// zip. (json-iterator is not among them: its start would allocate more.)
var cold = []string{
	"github.com/alibabacloud-go/...", "github.com/aliyun/...", "github.com/tjfoc/...",
	"vendor/golang.org/...", "encoding/xml", "math/big", "regexp/...",
	"reactivate/handler", "reactivate/internal/notify", "reactivate/internal/wording",
}

// build compiles for the go1 runtime, which is linux on x86_64.
func build(binary, version, commit string) error {
	args := []string{
		"build", "-trimpath", "-buildvcs=false", "-tags", tags,
		"-ldflags", fmt.Sprintf("-s -w -X main.version=%s -X main.commit=%s", version, commit),
	}
	for _, pattern := range cold {
		args = append(args, "-gcflags="+pattern+"=-l")
	}
	cmd := exec.Command("go", append(args, "-o", binary, ".")...)
	// Variables that would change the bytes are set here, not inherited.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64",
		"GOAMD64=v1", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return nil
}

// pack writes a zip of the one file main. Function Compute runs it as it lies
// in the zip, so it must be executable there, whatever the umask here is.
func pack(archive, binary string) error {
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	header := &zip.FileHeader{
		Name:     "main",
		Method:   zip.Deflate,
		Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC), // the first that a zip can hold
	}
	header.SetMode(0o755)
	file, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(archive, buf.Bytes(), 0o644)
}
