package handler

import (
	"math"
	"runtime/debug"
	"strconv"
)

// limitMemory has memory collected harder where a run comes near what the function has: the platform kills what needs more, in the
// middle of a run. By default the collector lets the heap double before it works. GOMEMLIMIT, where set, is obeyed instead.
// https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/environment-variables
func limitMemory(environ []string) {
	if limit := memoryLimit(environ); limit < math.MaxInt64 && lookup(environ, "GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// memoryLimit is seven eighths of the function's memory, in bytes: the rest is for the program itself and what Go does not count.
// Where the platform tells none there is no limit.
func memoryLimit(environ []string) int64 {
	megabytes, err := strconv.ParseInt(lookup(environ, "FC_FUNCTION_MEMORY_SIZE"), 10, 32)
	if err != nil || megabytes <= 0 {
		return math.MaxInt64
	}
	return megabytes << 20 / 8 * 7
}
