package handler

import (
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strconv"

	"reactivate/internal/reactivate"
)

// limitMemory has memory collected harder where a run comes near what the function has: the platform kills what needs more, in the
// middle of a run. By default the heap may double before it works. GOMEMLIMIT, where set, is obeyed instead.
// https://github.com/aliyun-fc/fc-docs, 04/047
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

// spareMemory has the collector work after half the growth, from the first sweep on: its rows take a quarter less then, for a tenth
// more of the processor. Set from the start it would cost every first answer a sixth. GOGC, where set, is obeyed instead.
func (h *Handler) spareMemory(requests []reactivate.Request) {
	sweeps := slices.ContainsFunc(requests, func(req reactivate.Request) bool { return req.Sweep })
	if sweeps && os.Getenv("GOGC") == "" {
		h.sparing.Do(func() { debug.SetGCPercent(50) })
	}
}
