package handler

import (
	"runtime"
	"runtime/debug"
	"strconv"

	"reactivate/internal/reactivate"
)

// limitMemory tells Go's collector how much memory the function has, so that it works harder near the limit: the platform kills
// a function that needs more, in the middle of a run. A quarter is left for the program itself and for memory that Go does not
// count. If GOMEMLIMIT is set, it counts instead.
// https://github.com/aliyun-fc/fc-docs, 04/047
func limitMemory(environ []string) {
	megabytes, err := strconv.ParseInt(lookup(environ, "FC_FUNCTION_MEMORY_SIZE"), 10, 32)
	if err != nil || megabytes < leastMemory || lookup(environ, "GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(megabytes << 20 / 4 * 3)
}

// leastMemory is the memory of the smallest function, in MB.
const leastMemory = 128

// collect frees what a large run held before its answer takes as much memory again. The peak is then that of the run, and not
// the sum of both.
func collect(report *reactivate.Report) {
	if len(report.Results) >= largeRun {
		runtime.GC()
	}
}

// largeRun is how many rows make a collection worth its time.
const largeRun = 1000
