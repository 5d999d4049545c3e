//go:build !race

// The race detector allocates, and is ten times slower, so its builds leave this file out.

package event_test

import (
	"testing"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// families has one sample for each kind of event, that with the most envelopes, and how many allocations it may take: a tenth more
// than was measured.
var families = []struct {
	file   string
	budget float64
}{
	{"manual.json", 33},
	{"timer.json", 30},
	{"cloudmonitor-statechange-stopped.json", 26},
	{"cloudmonitor-subscription-form.txt", 72},
	{"eventbridge-statechange-stopped.json", 33},
	{"billing-recharge.json", 78},
	{"metric-alarm-form.txt", 79},
	{"metric-alarm-mns.json", 28},
	{"mns-topic-json.json", 32},
	{"mns-queue.json", 116},
	{"kafka.json", 40},
	{"rocketmq.json", 40},
	{"http-cloudmonitor.json", 70},
}

func BenchmarkDecode(b *testing.B) {
	for _, f := range families {
		b.Run(f.file, func(b *testing.B) {
			payload := read(b, shippedDir, f.file)
			b.ReportAllocs()
			b.SetBytes(int64(len(payload)))
			for b.Loop() {
				if _, err := decodeSample(payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestDecodeAllocations(t *testing.T) {
	for _, f := range families {
		payload := read(t, shippedDir, f.file)
		got := testing.AllocsPerRun(20, func() {
			if _, err := decodeSample(payload); err != nil {
				t.Errorf("%s: %v", f.file, err)
			}
		})
		if got > f.budget {
			t.Errorf("%s takes %v allocations, want %v at most", f.file, got, f.budget)
		}
	}
}

// TestDecodeIsLinear decodes half a megabyte, and a quarter of that, of everything. Four times the input may take
// four times as long, and eight times on a busy machine; sixteen times would be quadratic. Times too
// short to compare do not count.
func TestDecodeIsLinear(t *testing.T) {
	const size = 1 << 19
	for name, payload := range hostile {
		t.Run(name, func(t *testing.T) {
			large, small := []byte(payload(size)), []byte(payload(size/4))
			took, quarter := time.Hour, time.Hour
			for range 20 { // the shortest counts, because the machine may be busy
				took, quarter = min(took, decodeTime(large)), min(quarter, decodeTime(small))
				if took < 300*time.Millisecond || took < 8*quarter {
					return
				}
			}
			t.Errorf("%d bytes took %v, a quarter of them %v", len(large), took, quarter)
		})
	}
}

// decodeTime is how long decoding takes, through each function of the package.
func decodeTime(payload []byte) time.Duration {
	d := event.Decoder{Source: reactivate.SourceHTTP}
	start := time.Now()
	_, _ = d.Decode(payload)
	_, _, _ = event.ParseHTTP(payload)
	_, _ = d.DecodeQuery(map[string]string{"instanceId": string(payload)})
	return time.Since(start)
}
