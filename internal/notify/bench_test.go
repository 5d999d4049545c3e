package notify_test

import (
	"testing"

	"reactivate/internal/wording"
)

// BenchmarkTenThousand makes the message of ten thousand instances, in Chinese, and its largest form's text.
func BenchmarkTenThousand(b *testing.B) {
	report := many(10_000)
	b.ReportAllocs()
	for b.Loop() {
		_ = message(report, wording.Chinese).Text()
	}
}
