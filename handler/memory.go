package handler

import (
	"os"
	"runtime/debug"
	"slices"
	"strconv"

	"reactivate/internal/reactivate"
)

// limitMemory tells the collector the function's memory, so that it works harder near it: the platform kills what needs more, in the
// middle of a run. An eighth is left for the program itself and what Go does not count. GOMEMLIMIT, where set, is obeyed instead.
// https://github.com/aliyun-fc/fc-docs, 04/047
func limitMemory(environ []string) {
	megabytes, err := strconv.ParseInt(lookup(environ, "FC_FUNCTION_MEMORY_SIZE"), 10, 32)
	if err != nil || megabytes < leastMemory || lookup(environ, "GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(megabytes << 20 / 8 * 7)
}

// leastMemory is the smallest function's, in MB.
const leastMemory = 128

// spareMemory has the collector work after half the growth, from the first sweep on: a sweep then peaks a quarter lower, for a tenth
// more of the processor. Set at the start it would cost a first answer over TLS a sixth. GOGC, where set, is obeyed instead.
func (h *Handler) spareMemory(requests []reactivate.Request) {
	sweeps := slices.ContainsFunc(requests, func(req reactivate.Request) bool { return req.Sweep })
	if sweeps && os.Getenv("GOGC") == "" {
		h.sparing.Do(func() { debug.SetGCPercent(50) })
	}
}
