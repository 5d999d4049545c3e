package bench_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkColdStart is the time from the start of the process until it first asks for work, and until the answer to
// a first event, one that asks for nothing, is there. With it go the sizes of the binary and of the zip.
func BenchmarkColdStart(b *testing.B) {
	built, err := packaged()
	if err != nil {
		b.Fatal(err)
	}
	var next, answer []float64
	for b.Loop() {
		toNext, toAnswer := coldStart(b, built.binary)
		next = append(next, float64(toNext.Microseconds())/1000)
		answer = append(answer, float64(toAnswer.Microseconds())/1000)
	}
	slices.Sort(next)
	slices.Sort(answer)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(next[len(next)/2], "next-ms")
	b.ReportMetric(answer[len(answer)/2], "answer-ms")
	b.ReportMetric(megabytes(b, built.binary), "binary-MB")
	b.ReportMetric(megabytes(b, built.zip), "zip-MB")
}

// coldStart starts the function in front of a runtime API that has one event.
func coldStart(b *testing.B, path string) (next, answer time.Duration) {
	b.Helper()
	asked, answered := make(chan time.Time, 1), make(chan time.Time, 1)
	const event = `{"eventType":"ecs:none","source":"acs.none","specversion":"1.0","type":"ecs:none","id":"1","data":{}}`
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/next") {
			answered <- time.Now()
			return
		}
		select {
		case asked <- time.Now():
			for name, value := range map[string]string{
				"request-id": "1-1-1", "function-timeout": "60", "function-type": "0", "region": "cn-hangzhou",
				"function-deadline": strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10),
			} {
				w.Header().Set("x-fc-"+name, value)
			}
			io.WriteString(w, event) //nolint:errcheck // a missing answer fails the benchmark
		default:
			<-r.Context().Done() // there is no second event
		}
	}))
	defer api.Close()
	cmd := exec.CommandContext(b.Context(), path)
	cmd.Env = []string{"FC_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://"), "FC_REGION=cn-hangzhou"}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // by the kill
	}()
	select {
	case at := <-answered:
		return (<-asked).Sub(begin), at.Sub(begin)
	case <-time.After(10 * time.Second):
		b.Fatal("no answer in 10 s")
		return 0, 0
	}
}

func megabytes(b *testing.B, path string) float64 {
	b.Helper()
	file, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return float64(file.Size()) / 1e6
}
