package bench_test

import (
	"bytes"
	"encoding/pem"
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
	"sync"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

var (
	rounds = flag.Int("rounds", 41, "how often BenchmarkStart starts each program")
	share  = flag.Float64("share", 0, "the share of a CPU that BenchmarkStart gives the programs, by a control group of version 1; 0: no limit")
)

// BenchmarkStart starts the packaged function, a hello world and a naive function for the same event, which makes one API call, in
// turn and in rotated order. Its figures are medians, and ratios within a round: what else the machine does meets all three. Beside
// the times it has the CPU that each process took, in which other work shows less.
func BenchmarkStart(b *testing.B) {
	programs, wrap := startPrograms(b), limited(b)
	hello, naive, naiveTLS := start{"hello", false}, start{"naive", false}, start{"naive", true}
	ours, oursTLS := start{"ours", false}, start{"ours", true}
	order := []start{hello, naive, ours, naiveTLS, oursTLS}
	for b.Loop() {
		var all []started
		for round := range *rounds {
			of := started{}
			for i := range order {
				s := order[(i+round)%len(order)]
				of[s] = startOnce(b, s, programs[s.program], wrap)
			}
			all = append(all, of)
		}
		b.ReportMetric(0, "ns/op")
		next, answer, cpu := first(func(o once) time.Duration { return o.next }), first(func(o once) time.Duration { return o.answer }), first(func(o once) time.Duration { return o.cpu })
		next.ratio(b, all, ours, hello, "next/hello", "start of the process until it asks for work, over hello world's", "1.15 at most")
		next.ratio(b, all, naive, hello, "naive-next/hello", "the naive function's, over hello world's", "")
		answer.ratio(b, all, ours, naive, "answer/naive", "first answer, over the naive function's", "1.0 at most")
		answer.ratio(b, all, oursTLS, naiveTLS, "tls-answer/naive", "first answer over TLS, over the naive function's", "1.0 at most")
		cpu.ratio(b, all, ours, naive, "cpu/naive", "CPU until the first answer, over the naive function's", "")
		cpu.ratio(b, all, oursTLS, naiveTLS, "tls-cpu/naive", "the same over TLS", "")
		next.median(b, all, ours, "next-ms", "start of the process until it asks for work")
		answer.median(b, all, ours, "answer-ms", "start until the first answer, with an API call")
		answer.median(b, all, oursTLS, "tls-answer-ms", "start until the first answer, with an API call over TLS")
		b.ReportMetric(megabytes(b, programs["ours"]), "binary-MB")
		built, err := packaged()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(megabytes(b, built.zip), "zip-MB")
		row("size of the binary, and of the zip", "zip under 4 MiB", fmt.Sprintf("%.2f MB, %.2f MB", megabytes(b, built.binary), megabytes(b, built.zip)))
	}
}

// startPrograms builds what is started, all by the flags of package.go, and says where it is.
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

// written copies a program, as a platform does that unpacks it. How a file was written counts for a tenth of its start: the linker
// writes through a map of memory, which leaves it in the kernel's cache in smaller pieces.
func written(b *testing.B, program string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), filepath.Base(program))
	if err := os.WriteFile(path, content(b, program), 0o755); err != nil {
		b.Fatal(err)
	}
	return path
}

// limited returns the command that starts a program in its share of a CPU: none where the whole is given.
func limited(b *testing.B) []string {
	b.Helper()
	if *share == 0 {
		return nil
	}
	dir := fmt.Sprintf("/sys/fs/cgroup/cpu/reactivate-bench-%d", os.Getpid())
	err := os.Mkdir(dir, 0o755)
	if err == nil {
		b.Cleanup(func() { os.Remove(dir) }) //nolint:errcheck // an empty group is no harm
		err = os.WriteFile(filepath.Join(dir, "cpu.cfs_quota_us"), []byte(strconv.Itoa(int(*share*100_000))), 0o644)
	}
	if err != nil {
		b.Fatalf("-share needs a control group of version 1 that may be made: %v", err)
	}
	return []string{"/bin/sh", "-c", `echo $$ >"$0"; exec "$1"`, filepath.Join(dir, "cgroup.procs")}
}

// start is a program, and whether it calls over TLS.
type start struct {
	program string
	tls     bool
}

// once is what one start took.
type once struct{ next, answer, cpu time.Duration }

// started is what a round came to.
type started map[start]once

const startEvent = `{"ver":"1.0","id":"cms-stopped-1","product":"ECS","resourceId":"acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1web00000000000001",
"level":"INFO","name":"Instance:StateChange","status":"Normal","userId":"1234567890123456","eventTime":"20260102T030405.678+0800","regionId":"cn-hangzhou",
"content":{"resourceId":"i-bp1web00000000000001","resourceType":"ALIYUN::ECS::Instance","state":"Stopped"}}`

// startOnce starts a program in front of a runtime API that has one event, whose instance is found Running.
func startOnce(b *testing.B, s start, path string, wrap []string) once {
	b.Helper()
	cloud, err := fakecloud.New(fakecloud.Fleet{Instances: []fakecloud.Instance{{ID: "i-bp1web00000000000001", Region: "cn-hangzhou", Tags: tags}}})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewUnstartedServer(cloud)
	env := []string{"FC_REGION=cn-hangzhou", "FC_FUNCTION_MEMORY_SIZE=128"}
	if s.tls {
		server.StartTLS()
		env = append(env, "SSL_CERT_FILE="+authorities(b, server))
	} else {
		server.Start()
	}
	defer server.Close()
	protocol, host, _ := strings.Cut(server.URL, "://")
	env = append(env, "REACTIVATE_ENDPOINT="+server.URL, "ENDPOINT_PROTOCOL="+protocol, "ENDPOINT_HOST="+host)

	asked, answered := make(chan time.Time, 1), make(chan answeredAt, 1)
	api := httptest.NewServer(oneEvent(cloud.Credentials(""), asked, answered))
	defer api.Close()
	args := slices.Concat(wrap, []string{path})
	cmd := exec.CommandContext(b.Context(), args[0], args[1:]...)
	cmd.Env = slices.Concat(env, []string{"FC_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://")})
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var end answeredAt
	select {
	case end = <-answered:
	case <-time.After(time.Minute):
		end.err = errors.New("no answer in a minute")
	}
	cmd.Process.Kill() //nolint:errcheck // it may have ended
	cmd.Wait()         //nolint:errcheck // by the kill
	calls := cloud.Calls()
	if s.program != "hello" && end.err == nil && (len(calls) != 1 || calls[0].Status != http.StatusOK) {
		end.err = fmt.Errorf("the calls were %+v, want one", calls)
	}
	if end.err != nil {
		b.Fatalf("%s: %v", s.program, end.err)
	}
	return once{(<-asked).Sub(begin), end.at.Sub(begin), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
}

type answeredAt struct {
	at  time.Time
	err error
}

// oneEvent is a runtime API that has one event, and says when it was asked for it and when it was answered.
func oneEvent(keys fakecloud.Credentials, asked chan<- time.Time, answered chan<- answeredAt) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/next") {
			end := answeredAt{at: time.Now()}
			if !strings.HasSuffix(r.URL.Path, "/response") {
				body, _ := io.ReadAll(r.Body) // of an error, as much as there is
				end.err = fmt.Errorf("answered %s: %.200s", r.URL.Path, body)
			}
			answered <- end
			return
		}
		select {
		case asked <- time.Now():
			for name, value := range map[string]string{
				"request-id": "1-1-1", "function-timeout": "60", "function-type": "0", "region": "cn-hangzhou", "account-id": "1234567890123456",
				"function-deadline": strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10),
				"access-key-id":     keys.AccessKeyID, "access-key-secret": keys.AccessKeySecret, "security-token": keys.SecurityToken,
			} {
				w.Header().Set("x-fc-"+name, value)
			}
			io.WriteString(w, startEvent) //nolint:errcheck // a missing answer fails the benchmark
		default:
			<-r.Context().Done() // there is no second event
		}
	})
}

// systemAuthorities are where the certificates of this machine's authorities stand.
var systemAuthorities = sync.OnceValue(func() []byte {
	for _, name := range []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"} {
		if content, err := os.ReadFile(name); err == nil {
			return content
		}
	}
	return nil
})

// authorities is a file of those and the server's own, as many as a real one has.
func authorities(b *testing.B, server *httptest.Server) string {
	b.Helper()
	var all bytes.Buffer
	all.Write(systemAuthorities())
	if err := pem.Encode(&all, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "authorities.pem")
	if err := os.WriteFile(path, all.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	return path
}

// first picks a figure of a start.
type first func(once) time.Duration

func (f first) ratio(b *testing.B, all []started, of, over start, unit, what, target string) {
	b.Helper()
	var ratios []float64
	for _, s := range all {
		ratios = append(ratios, float64(f(s[of]))/float64(f(s[over])))
	}
	slices.Sort(ratios)
	n := len(ratios)
	b.ReportMetric(ratios[n/2], unit)
	row(what, target, fmt.Sprintf("%.2f times (half of %d between %.2f and %.2f)", ratios[n/2], n, ratios[n/4], ratios[n*3/4]))
}

func (f first) median(b *testing.B, all []started, of start, unit, what string) {
	b.Helper()
	var values []time.Duration
	for _, s := range all {
		values = append(values, f(s[of]))
	}
	slices.Sort(values)
	ms := float64(values[len(values)/2].Microseconds()) / 1000
	b.ReportMetric(ms, unit)
	row(what, "", fmt.Sprintf("%.1f ms", ms))
}

func megabytes(b *testing.B, path string) float64 {
	b.Helper()
	file, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return float64(file.Size()) / 1e6
}
