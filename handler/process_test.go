package handler_test

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"reactivate/handler"
	"reactivate/internal/fakecloud"
)

// TestLimitMemory: the collector gets the platform's limit, unless GOMEMLIMIT is set or no limit is known.
func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	const none = math.MaxInt64
	for _, tt := range []struct {
		name    string
		environ []string
		want    int64
	}{
		{"the smallest function", []string{"FC_FUNCTION_MEMORY_SIZE=128"}, 96 << 20},
		{"the largest", []string{"FC_FUNCTION_MEMORY_SIZE=32768"}, 24 << 30},
		{"untold", nil, none},
		{"no number", []string{"FC_FUNCTION_MEMORY_SIZE=128MB"}, none},
		{"less than the platform gives", []string{"FC_FUNCTION_MEMORY_SIZE=127"}, none},
		{"more than there is", []string{"FC_FUNCTION_MEMORY_SIZE=9223372036854775807"}, none},
		{"a person's word", []string{"FC_FUNCTION_MEMORY_SIZE=128", "GOMEMLIMIT=64MiB"}, none},
	} {
		debug.SetMemoryLimit(none)
		handler.LimitMemory(tt.environ)
		if got := debug.SetMemoryLimit(-1); got != tt.want {
			t.Errorf("%s: the limit is %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestCollect: memory is freed before the answer of a run with a thousand rows. A smaller run holds too little.
func TestCollect(t *testing.T) {
	for rows, want := range map[int]uint32{999: 0, 1000: 1} {
		r := newRig(t, fakecloud.Fleet{Instances: []fakecloud.Instance{{ID: "i-bulk{n}", Count: rows, Region: "cn-hangzhou", Status: fakecloud.Stopped, Locks: []string{"financial"}}}})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := r.invoke(t.Context(), `{"sweep":true,"dryRun":true}`); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if got := after.NumForcedGC - before.NumForcedGC; got != want {
			t.Errorf("%d rows: collected %d times, want %d", rows, got, want)
		}
	}
}

func TestAuthoritiesAreReadOnce(t *testing.T) {
	dir := t.TempDir()
	bundle, empty := filepath.Join(dir, "bundle.pem"), filepath.Join(dir, "empty.pem")
	for name, content := range map[string]string{bundle: "certificates", empty: ""} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ name, file, dir, want string }{
		{"a bundle", bundle, "", os.DevNull},
		{"a bundle and a directory that somebody wants", bundle, dir, dir},
		{"no bundle", filepath.Join(dir, "none.pem"), "", ""},
		{"an empty bundle", empty, "", ""},
		{"a directory for a bundle", dir, "", ""},
	} {
		t.Setenv("SSL_CERT_FILE", tt.file)
		t.Setenv("SSL_CERT_DIR", tt.dir)
		handler.ReadAuthoritiesOnce()
		if got := os.Getenv("SSL_CERT_DIR"); got != tt.want {
			t.Errorf("%s: SSL_CERT_DIR is %q, want %q", tt.name, got, tt.want)
		}
	}
}
