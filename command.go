//go:build !function

package main

import (
	"context"
	"os"

	"reactivate/handler"
	"reactivate/internal/local"
)

// command runs the local command that the arguments name, and returns its exit status.
func command() int {
	build := local.Build{Version: version, Commit: commit, Variables: handler.Variables(), Cloud: handler.CloudOf}
	return local.Main(context.Background(), build, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
