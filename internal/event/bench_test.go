package event_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"reactivate/internal/event"
)

// families are the kinds of event, each by its sample with the most envelopes, and how many allocations each may take: a tenth
// more than it takes.
var families = []struct {
	file   string
	budget float64
}{
	{"manual.json", 33},
	{"timer.json", 50},
	{"cloudmonitor-statechange-stopped.json", 26},
	{"cloudmonitor-subscription-form.txt", 72},
	{"eventbridge-statechange-stopped.json", 29},
	{"billing-recharge.json", 131},
	{"metric-alarm-form.txt", 79},
	{"metric-alarm-mns.json", 28},
	{"mns-topic-json.json", 32},
	{"mns-queue.json", 116},
	{"kafka.json", 40},
	{"rocketmq.json", 40},
	{"http-cloudmonitor.json", 70},
}

// decodes returns a sample and a function that decodes it as the handler does.
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
