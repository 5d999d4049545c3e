package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// notDeployed are the packages, and the calls of verify, that the deployed build leaves out. A binary holds the names of its
// functions as text, even without symbols, because stack traces print them.
var notDeployed = []string{
	"reactivate/internal/local.", "reactivate/internal/fakecloud.", "reactivate/internal/fakefc.", "reactivate/internal/aliyun.(*Cloud).Look",
}

// TestTheDeployedBuildIsTheFunctionAlone reads the deployed binary, and for comparison this test's own, which has all packages.
func TestTheDeployedBuildIsTheFunctionAlone(t *testing.T) {
	t.Parallel()
	function := filepath.Join(t.TempDir(), "main")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "function", "-ldflags", "-s -w", "-o", function, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for binary, commands := range map[string]bool{function: false, own: true} {
		content, err := os.ReadFile(binary)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte("reactivate/handler.Start")) {
			t.Errorf("%s does not hold the handler: its functions cannot be read so", binary)
		}
		for _, name := range notDeployed {
			if bytes.Contains(content, []byte(name)) != commands {
				t.Errorf("%s holds functions of %s: %t, want %t", binary, name, !commands, commands)
			}
		}
	}
}
