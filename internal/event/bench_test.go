package event_test

import "testing"

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
	if race {
		t.Skip("the race detector allocates too")
	}
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
