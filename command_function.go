//go:build function

package main

import (
	"fmt"
	"os"
)

// command says that this build has no commands, and returns the exit status of wrong usage.
func command() int {
	fmt.Fprintf(os.Stderr, "reactivate %s, commit %s: this build is the function, which Function Compute starts. The commands are in a build without -tags function.\n", version, commit)
	return 2
}
