package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// What a build of the function makes, and where Terraform and s.yaml look for the zip.
const (
	compiled = "target/main"
	packed   = "target/reactivate.zip"
)

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

// function builds for the go1 runtime, which is linux on x86_64. Function Compute runs the one file of the zip as it lies there, so it
// must be executable, whatever the umask here is.
func (r release) function(ctx context.Context) error {
	flags := []string{"-tags", tags}
	for _, pattern := range cold {
		flags = append(flags, "-gcflags="+pattern+"=-l")
	}
	if err := r.build(ctx, "linux", "amd64", compiled, flags...); err != nil {
		return err
	}
	content, err := os.ReadFile(compiled)
	if err != nil {
		return err
	}
	fmt.Printf("%s, version %s, commit %s\n", packed, r.version, r.commit)
	return r.zipped(packed, []entry{{"main", content, 0o755}})
}

// build compiles this program for a platform.
func (r release) build(ctx context.Context, system, arch, file string, flags ...string) error {
	stamp := fmt.Sprintf("-s -w -X main.version=%s -X main.commit=%s", r.version, r.commit)
	args := slices.Concat([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags", stamp}, flags, []string{"-o", file, "."})
	cmd := exec.CommandContext(ctx, "go", args...)
	// Variables that would change the bytes are set here, not inherited.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch,
		"GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build for %s/%s: %w", system, arch, err)
	}
	return nil
}
