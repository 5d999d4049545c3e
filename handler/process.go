package handler

import (
	"cmp"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"

	"reactivate/internal/reactivate"
)

// debianBundle is the file in which Debian keeps all authorities of its certificate directory. Function Compute's other runtimes
// are built on Debian, and its documents name no other system for this one:
// https://www.alibabacloud.com/help/en/functioncompute/fc
const debianBundle = "/etc/ssl/certs/ca-certificates.crt"

// readAuthoritiesOnce prevents the first TLS connection from parsing the same certificates three times, which takes half the
// time of a first answer. crypto/x509 reads the bundle and then the directory, which holds each certificate again as a file of
// its own, and the bundle too. SSL_CERT_DIR is respected if it is set. Without a bundle the directory is all there is.
// https://pkg.go.dev/crypto/x509#SystemCertPool
func readAuthoritiesOnce() {
	if os.Getenv("SSL_CERT_DIR") != "" {
		return
	}
	bundle, err := os.Stat(cmp.Or(os.Getenv("SSL_CERT_FILE"), debianBundle))
	if err == nil && bundle.Mode().IsRegular() && bundle.Size() > 0 {
		_ = os.Setenv("SSL_CERT_DIR", os.DevNull) // a failure costs time and nothing else
	}
}

// leastMemory is the memory of the smallest function, in MB.
const leastMemory = 128

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

// largeRun is how many rows make a collection worth its time.
const largeRun = 1000

// collect frees what a large run held before its answer takes as much memory again. The peak is then that of the run, and not
// the sum of both.
func collect(report *reactivate.Report) {
	if len(report.Results) >= largeRun {
		runtime.GC()
	}
}
