package handler

import (
	"runtime"
	"runtime/debug"
	"strconv"

	"reactivate/internal/reactivate"
)

// limitMemory tells the collector the function's memory, so that it works harder near it: the platform kills what needs more, in the
// middle of a run. A quarter is left for the program itself and what Go does not count. GOMEMLIMIT, where set, is obeyed instead.
// https://github.com/aliyun-fc/fc-docs, 04/047
func limitMemory(environ []string) {
	megabytes, err := strconv.ParseInt(lookup(environ, "FC_FUNCTION_MEMORY_SIZE"), 10, 32)
	if err != nil || megabytes < leastMemory || lookup(environ, "GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(megabytes << 20 / 4 * 3)
}

// leastMemory is the smallest function's, in MB.
const leastMemory = 128

// collect has what a large run held collected before its answer takes as much again: the peak is then the run's, not the sum.
func collect(report *reactivate.Report) {
	if len(report.Results) >= largeRun {
		runtime.GC()
	}
}

// largeRun is from how many rows on a collection is worth its time.
const largeRun = 1000
