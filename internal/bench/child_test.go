// Package bench_test measures the function as Function Compute runs it: the packaged binary in a process of its
// own, over real HTTP, in front of the fake cloud. It knows the program by its report and its calls alone.
//
//	go test ./internal/bench -run='^$' -bench=. -benchtime=1x
//
// docs/performance.md has the targets and the figures.
package bench_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
	"reactivate/internal/fakefc"
)

// packaged builds and packs the function once, as it is deployed, and returns where binary and zip are.
var packaged = sync.OnceValues(func() (artefacts, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return artefacts{}, err
	}
	cmd := exec.Command("go", "run", "package.go")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return artefacts{}, fmt.Errorf("go run package.go: %w\n%s", err, out)
	}
	return artefacts{filepath.Join(root, "target", "main"), filepath.Join(root, "target", "reactivate.zip")}, nil
})

type artefacts struct{ binary, zip string }

// scenario is a fleet and what the function is asked to do with it.
type scenario struct {
	fleet   fakecloud.Fleet
	env     []string
	payload string
	phase   time.Duration // where in a minute of the cloud's clock the run begins
}

// measured is what one run came to.
type measured struct {
	report report
	calls  []fakecloud.Call
	fleet  []fakecloud.InstanceState
	peak   float64 // the most memory that the process ever held, MiB
	cpu    time.Duration
}

// report is what the run's report says, as any client reads it.
type report struct {
	Counts  map[string]int
	Errors  []failure
	Results []result
	Cut     int
}

type failure struct{ AccountID string }

type result struct{ InstanceID, AccountID, Outcome string }

// run runs a scenario in a new process of the function.
func (s *scenario) run(b *testing.B) measured {
	b.Helper()
	cloud, err := fakecloud.New(s.fleet)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	shift := now.Truncate(time.Minute).Add(s.phase).Sub(now)
	cloud.Now = func() time.Time { return time.Now().Add(shift) }
	server := httptest.NewServer(cloud)
	defer server.Close()

	var logs bytes.Buffer
	pidFile := filepath.Join(b.TempDir(), "pid")
	function := s.function(b, cloud, server.URL, pidFile)
	function.Stdout = &logs
	if err := function.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	result, err := function.Invoke(b.Context(), fakefc.Invocation{Payload: []byte(s.payload)})
	if err != nil {
		b.Fatal(err)
	}
	m := measured{peak: peak(b, pidFile), cpu: cpu(b, pidFile), calls: cloud.Calls(), fleet: cloud.Instances()}
	function.Close() // after it the logs are whole
	if result.Error != nil {
		m.report = reportOf(b, logs.Bytes())
	} else if err := json.Unmarshal(result.Payload, &m.report); err != nil {
		b.Fatal(err)
	}
	return m
}

func (s *scenario) function(b *testing.B, cloud *fakecloud.Cloud, endpoint, pidFile string) *fakefc.Function {
	b.Helper()
	built, err := packaged()
	if err != nil {
		b.Fatal(err)
	}
	keys := cloud.Credentials("")
	account := "1234567890123456" // the fake cloud's, where the fleet names none
	if len(s.fleet.Accounts) > 0 {
		account = s.fleet.Accounts[0].ID
	}
	return &fakefc.Function{
		// The shell becomes the function, after it has told its process id.
		Command:     []string{"/bin/sh", "-c", `echo $$ >"$0"; exec "$1"`, pidFile, built.binary},
		Env:         append([]string{"REACTIVATE_ENDPOINT=" + endpoint}, s.env...),
		Timeout:     30 * time.Minute,
		Memory:      128,
		Region:      "cn-hangzhou",
		AccountID:   account,
		Name:        "reactivate",
		Credentials: fakefc.Credentials{AccessKeyID: keys.AccessKeyID, AccessKeySecret: keys.AccessKeySecret, SecurityToken: keys.SecurityToken},
	}
}

// reportOf puts the report together from the log. It stands only there if the invocation ended in an error.
func reportOf(b *testing.B, logs []byte) report {
	b.Helper()
	var whole report
	for line := range bytes.Lines(logs) {
		var entry struct {
			Msg     string
			Report  report
			Result  result
			Failure failure
		}
		if json.Unmarshal(line, &entry) != nil {
			continue
		}
		switch entry.Msg {
		case "instance":
			whole.Results = append(whole.Results, entry.Result)
		case "not looked at":
			whole.Errors = append(whole.Errors, entry.Failure)
		case "run":
			whole.Counts = entry.Report.Counts
		}
	}
	return whole
}

// kernelFile is a file of the kernel about a running process.
func kernelFile(b *testing.B, pidFile, name string) string {
	b.Helper()
	pid := strings.TrimSpace(string(content(b, pidFile)))
	return string(content(b, filepath.Join("/proc", pid, name)))
}

func content(b *testing.B, path string) []byte {
	b.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return content
}

// peak is the most memory that a running process has held so far, in MiB.
func peak(b *testing.B, pidFile string) float64 {
	b.Helper()
	for line := range strings.Lines(kernelFile(b, pidFile, "status")) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	b.Fatal("the kernel does not tell VmHWM")
	return 0
}

// cpu is the processor time of a running process so far, in the kernel's ticks of 10 ms.
func cpu(b *testing.B, pidFile string) time.Duration {
	b.Helper()
	_, fields, _ := strings.Cut(kernelFile(b, pidFile, "stat"), ") ") // behind the name; utime and stime are the 14th and 15th of all
	ticks := 0
	for _, field := range strings.Fields(fields)[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
