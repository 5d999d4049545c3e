package bench_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

var rounds = flag.Int("rounds", 41, "how often BenchmarkStart starts each program")

// BenchmarkStart starts the packaged function, a hello world and a naive function for the same event, which makes one API call, in
// turn and in rotated order. Its figures are medians of ratios within a round: whatever else the machine does meets all three.
func BenchmarkStart(b *testing.B) {
	programs := startPrograms(b)
	order := []string{"hello", "naive", "ours"}
	for b.Loop() {
		var starts, answers []float64
		for round := range *rounds {
			took := map[string]*start{}
			for i := range order {
				name := order[(i+round)%len(order)]
				took[name] = startOnce(b, name, programs[name])
			}
			starts = append(starts, float64(took["ours"].next)/float64(took["hello"].next))
			answers = append(answers, float64(took["ours"].answer)/float64(took["naive"].answer))
		}
		b.ReportMetric(0, "ns/op")
		ratio(b, starts, "next/hello", "start of the process until it asks for work, over hello world's", "1.10 at most")
		ratio(b, answers, "answer/naive", "first answer, over the naive function's", "0.9 at most")
		built, err := packaged()
		if err != nil {
			b.Fatal(err)
		}
		row("size of the binary, and of the zip", "zip under 3.6 MB", fmt.Sprintf("%.2f MB, %.2f MB", megabytes(b, built.binary), megabytes(b, built.zip)))
	}
}

// ratio reports the median, and between which values the middle half lies.
func ratio(b *testing.B, all []float64, unit, what, target string) {
	b.Helper()
	slices.Sort(all)
	n := len(all)
	b.ReportMetric(all[n/2], unit)
	row(what, target, fmt.Sprintf("%.2f times (half of %d between %.2f and %.2f)", all[n/2], n, all[n/4], all[n*3/4]))
}

// startPrograms builds the programs with the flags of release/build.go, and returns where they are.
func startPrograms(b *testing.B) map[string]string {
	b.Helper()
	built, err := packaged()
	if err != nil {
		b.Fatal(err)
	}
	programs := map[string]string{"ours": written(b, built.binary)}
	for _, name := range []string{"hello", "naive"} {
		path := filepath.Join(b.TempDir(), name)
		cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-tags", "nethttpomithttp2", "-ldflags", "-s -w", "-o", path, "./testdata/"+name)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOAMD64=v1", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("go build: %v\n%s", err, out)
		}
		programs[name] = written(b, path)
	}
	return programs
}

// written copies a program, as a platform does when it unpacks one. How a file was written changes its start by a tenth: the linker
// writes through mapped memory, which leaves the file in smaller pieces in the kernel's cache.
func written(b *testing.B, program string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), filepath.Base(program))
	if err := os.WriteFile(path, content(b, program), 0o755); err != nil {
		b.Fatal(err)
	}
	return path
}

const startEvent = `{"ver":"1.0","id":"cms-stopped-1","product":"ECS","resourceId":"acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1web00000000000001",
"level":"INFO","name":"Instance:StateChange","status":"Normal","userId":"1234567890123456","regionId":"cn-hangzhou",
"content":{"resourceId":"i-bp1web00000000000001","resourceType":"ALIYUN::ECS::Instance","state":"Stopped"}}`

// startOnce starts a program in front of a runtime API that has one event, whose instance is found Running.
func startOnce(b *testing.B, name, path string) *start {
	b.Helper()
	cloud, err := fakecloud.New(fakecloud.Fleet{Instances: []fakecloud.Instance{{ID: "i-bp1web00000000000001", Region: "cn-hangzhou", Tags: tags}}})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(cloud)
	defer server.Close()
	s := &start{keys: cloud.Credentials(""), answered: make(chan error, 1)}
	api := httptest.NewServer(s)
	defer api.Close()
	cmd := exec.CommandContext(b.Context(), path)
	cmd.Env = []string{
		"FC_REGION=cn-hangzhou", "FC_FUNCTION_MEMORY_SIZE=128", "FC_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://"), "REACTIVATE_ENDPOINT=" + server.URL,
		"ENDPOINT_PROTOCOL=http", "ENDPOINT_HOST=" + strings.TrimPrefix(server.URL, "http://"), // the naive function's own variables
	}
	s.begin = time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	select {
	case err = <-s.answered:
	case <-time.After(time.Minute):
		err = errors.New("no answer in a minute")
	}
	cmd.Process.Kill() //nolint:errcheck // it may have ended
	cmd.Wait()         //nolint:errcheck // by the kill
	calls := cloud.Calls()
	if err != nil || name != "hello" && (len(calls) != 1 || calls[0].Status != http.StatusOK) {
		b.Fatalf("%s: %v; the calls were %+v, want one", name, err, calls)
	}
	return s
}

// start is a runtime API with one event, and how long after the start of a program the event was asked for and answered.
type start struct {
	keys         fakecloud.Credentials
	begin        time.Time
	next, answer time.Duration
	answered     chan error
}

func (s *start) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/response"):
		s.answer = time.Since(s.begin)
		s.answered <- nil
	case !strings.HasSuffix(r.URL.Path, "/next"):
		body, _ := io.ReadAll(r.Body) // of an error, as much as there is
		s.answered <- fmt.Errorf("answered %s: %.200s", r.URL.Path, body)
	case s.next > 0:
		<-r.Context().Done() // there is no second event
	default:
		s.next = time.Since(s.begin)
		for name, value := range map[string]string{
			"request-id": "1-1-1", "function-timeout": "60", "function-type": "0", "region": "cn-hangzhou", "account-id": ownAccount,
			"function-deadline": strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10),
			"access-key-id":     s.keys.AccessKeyID, "access-key-secret": s.keys.AccessKeySecret, "security-token": s.keys.SecurityToken,
		} {
			w.Header().Set("x-fc-"+name, value)
		}
		io.WriteString(w, startEvent) //nolint:errcheck // a missing answer fails the benchmark
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
