package handler_test

import (
	"math"
	"runtime/debug"
	"testing"

	"reactivate/handler"
	"reactivate/internal/fakecloud"
)

// TestLimitMemory: the collector knows what the platform gives, unless a person says otherwise or nobody says anything.
func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	const none = math.MaxInt64
	for _, tt := range []struct {
		name    string
		environ []string
		want    int64
	}{
		{"the smallest function", []string{"FC_FUNCTION_MEMORY_SIZE=128"}, 112 << 20},
		{"the largest", []string{"FC_FUNCTION_MEMORY_SIZE=32768"}, 28 << 30},
		{"untold", nil, none},
		{"empty", []string{"FC_FUNCTION_MEMORY_SIZE="}, none},
		{"no number", []string{"FC_FUNCTION_MEMORY_SIZE=128MB"}, none},
		{"nothing", []string{"FC_FUNCTION_MEMORY_SIZE=0"}, none},
		{"less than nothing", []string{"FC_FUNCTION_MEMORY_SIZE=-128"}, none},
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

// TestSpareMemory: the collector works harder from the first sweep on, not for an instance that is named, and not against GOGC.
func TestSpareMemory(t *testing.T) {
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	for _, tt := range []struct {
		payload, gogc string
		want          int
	}{
		{`{"instanceIds":["` + web1 + `"]}`, "", 100},
		{sweep, "", 50},
		{sweep, "200", 100},
	} {
		t.Setenv("GOGC", tt.gogc)
		r := newRig(t, fakecloud.Fleet{Instances: []fakecloud.Instance{{ID: web1, Region: "cn-hangzhou"}}})
		for range 2 {
			if _, err := r.invoke(t.Context(), tt.payload); err != nil {
				t.Fatal(err)
			}
		}
		if got := debug.SetGCPercent(100); got != tt.want {
			t.Errorf("%s with GOGC=%q: the collector works after %d %% of growth, want %d", tt.payload, tt.gogc, got, tt.want)
		}
	}
}
