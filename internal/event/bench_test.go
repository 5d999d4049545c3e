package event_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"reactivate/internal/event"
)

// families are the ways in which events arrive, by the sample that has the most around it, and how many allocations each may take:
// a tenth above what it takes.
var families = []struct {
	file   string
	budget float64
}{
	{"manual.json", 102},
	{"timer.json", 164},
	{"cloudmonitor-statechange-stopped.json", 99},
	{"cloudmonitor-subscription-form.txt", 212},
	{"eventbridge-statechange-stopped.json", 106},
	{"billing-recharge.json", 445},
	{"metric-alarm-form.txt", 73},
	{"metric-alarm-mns.json", 148},
	{"mns-topic-json.json", 138},
	{"mns-queue.json", 424},
	{"kafka.json", 193},
	{"rocketmq.json", 184},
	{"http-cloudmonitor.json", 319},
}

// decodes decodes a sample as the handler does, and returns how to.
func decodes(tb testing.TB, file string) (payload []byte, decode func() error) {
	tb.Helper()
	payload, err := os.ReadFile(filepath.Join("..", "..", "events", file))
	if err != nil {
		tb.Fatal(err)
	}
	return payload, func() error {
		req, ok, err := event.ParseHTTP(payload)
		if ok && err == nil && req.Method == http.MethodPost {
			_, err = event.Decoder{}.Decode(req.Body)
			return err
		}
		_, err = event.Decoder{}.Decode(payload)
		return err
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, f := range families {
		b.Run(f.file, func(b *testing.B) {
			payload, decode := decodes(b, f.file)
			b.ReportAllocs()
			b.SetBytes(int64(len(payload)))
			for b.Loop() {
				if err := decode(); err != nil {
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
		_, decode := decodes(t, f.file)
		got := testing.AllocsPerRun(20, func() {
			if err := decode(); err != nil {
				t.Errorf("%s: %v", f.file, err)
			}
		})
		if got > f.budget {
			t.Errorf("%s takes %v allocations, want %v at most", f.file, got, f.budget)
		}
	}
}
