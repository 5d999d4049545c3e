//go:build !race

// The race detector allocates too, so its builds leave this file out.

package aliyun_test

import (
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// maxPageAllocations is a budget: seven per row, and a few for the page.
const maxPageAllocations = 725

func TestPageAllocations(t *testing.T) {
	body := []byte(fullPage())
	got := testing.AllocsPerRun(5, func() {
		if page, _, err := aliyun.ReadPage(body); err != nil || len(page.Instances) != cloud.PageSize {
			t.Errorf("got %d rows, %v", len(page.Instances), err)
		}
	})
	if got > maxPageAllocations {
		t.Errorf("a page of %d rows takes %v allocations, want %d at most", cloud.PageSize, got, maxPageAllocations)
	}
}

// BenchmarkPage decodes a page of 100 instances with all documented fields, by our decoder and by the SDK's.
func BenchmarkPage(b *testing.B) {
	body := fullPage()
	raw := []byte(body)
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if page, _, err := aliyun.ReadPage(raw); err != nil || len(page.Instances) != cloud.PageSize {
				b.Fatal(len(page.Instances), err)
			}
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if page, err := sdkPage(b, body); err != nil || len(page.Instances.Instance) != cloud.PageSize {
				b.Fatal(err)
			}
		}
	})
}
