// Reactivate brings back pay-as-you-go ECS instances that were stopped for overdue payment.
//
// There are two builds. The plain build has the local commands, which run the same file as the function in front of a fake cloud.
// The build with the tag function is deployed: it has the function alone, without the commands and the fakes.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"reactivate/handler"
)

// Set by the linker: see release/build.go.
var version, commit = "dev", ""

func main() {
	quietSDK()
	if os.Getenv("FC_RUNTIME_API") != "" {
		handler.Start(strings.TrimSpace(version + " " + commit))
		return
	}
	os.Exit(command())
}

// quietSDK starts the program again without DEBUG where DEBUG would make the SDK print every request, the token included. The
// SDK reads it while the program is loaded, before any line here runs, so unsetting it now would be too late.
func quietSDK() {
	loud := slices.ContainsFunc(strings.Split(os.Getenv("DEBUG"), ","), func(part string) bool { return part == "tea" || part == "dara" })
	if !loud {
		return
	}
	exe, err := os.Executable()
	if err == nil {
		err = os.Unsetenv("DEBUG")
	}
	if err == nil {
		err = syscall.Exec(exe, os.Args, os.Environ()) // returns only if it fails
	}
	fmt.Fprintln(os.Stderr, "DEBUG makes the SDK print secrets: unset it:", err)
	os.Exit(1)
}
