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
	cmd := exec.Command("go", "run", "./release", "-function")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return artefacts{}, fmt.Errorf("go run ./release: %w\n%s", err, out)
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
	long    bool          // it takes half a minute, or longer
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
	m := measured{calls: cloud.Calls(), fleet: cloud.Instances()}
	m.peak, m.cpu = used(b, string(bytes.TrimSpace(content(b, pidFile))))
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
	return &fakefc.Function{
		// The shell becomes the function, after it has told its process id.
		Command:     []string{"/bin/sh", "-c", `echo $$ >"$0"; exec "$1"`, pidFile, built.binary},
		Env:         append([]string{"REACTIVATE_ENDPOINT=" + endpoint}, s.env...),
		Timeout:     30 * time.Minute,
		Region:      "cn-hangzhou",
		AccountID:   ownAccount,
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

func content(b *testing.B, path string) []byte {
	b.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return content
}

// used is the most memory that a running process has held so far, in MiB, and its processor time, in the kernel's ticks of 10 ms.
func used(b *testing.B, pid string) (peak float64, cpu time.Duration) {
	b.Helper()
	_, memory, _ := strings.Cut(string(content(b, filepath.Join("/proc", pid, "status"))), "VmHWM:")
	if _, err := fmt.Sscan(memory, &peak); err != nil {
		b.Fatalf("VmHWM: %v", err)
	}
	_, stat, _ := strings.Cut(string(content(b, filepath.Join("/proc", pid, "stat"))), ") ") // behind the name
	fields := strings.Fields(stat)
	for _, field := range fields[11:13] { // utime and stime, the 14th and 15th of all
		ticks, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		cpu += time.Duration(ticks) * 10 * time.Millisecond
	}
	return peak / 1024, cpu
}

// check fails unless every instance that was asked for has one row with one outcome, and at most one call started it.
func (m *measured) check(b *testing.B) {
	b.Helper()
	rows, started, failed, counted := map[string]int{}, map[string]int{}, map[string]bool{}, 0
	for _, r := range m.report.Results {
		rows[r.InstanceID]++
	}
	for _, n := range m.report.Counts {
		counted += n
	}
	if counted != len(m.report.Results)+m.report.Cut {
		b.Fatalf("%d instances are counted, %d have rows, and %d rows are cut", counted, len(m.report.Results), m.report.Cut)
	}
	for _, c := range m.calls {
		if c.Action == act && c.Done {
			started[c.InstanceIDs[0]]++
		}
	}
	for _, e := range m.report.Errors {
		failed[e.AccountID] = true
	}
	for _, in := range m.fleet {
		wanted := strings.HasPrefix(in.Name, "web-") && !failed[in.AccountID] && m.report.Cut == 0
		if rows[in.ID] > 1 || wanted && rows[in.ID] == 0 || started[in.ID] > 1 {
			b.Fatalf("%s has %d rows, and was started %d times", in.ID, rows[in.ID], started[in.ID])
		}
	}
}

// acting is from the arrival of the first call of an API, "" being any, to the last answer to a call of ReActivateInstances.
func (m *measured) acting(since string) time.Duration {
	var first, last time.Time
	for _, c := range m.calls {
		if first.IsZero() && (since == "" || c.Action == since) {
			first = c.Time
		}
		if c.Action == act {
			last = c.Time
		}
	}
	return last.Sub(first) + latency
}

// inASecond is how many calls of an API came within one second, at most.
func (m *measured) inASecond(action string) int {
	var times []time.Time
	most, first := 0, 0
	for _, c := range m.calls {
		if c.Action != action {
			continue
		}
		times = append(times, c.Time)
		for c.Time.Sub(times[first]) >= time.Second {
			first++
		}
		most = max(most, len(times)-first)
	}
	return most
}

// count counts the calls of an API that were answered with a code; "" is any.
func (m *measured) count(action, code string) int {
	n := 0
	for _, c := range m.calls {
		if (action == "" || c.Action == action) && (code == "" || c.Code == code) {
			n++
		}
	}
	return n
}

// rows are the rows of the tables of docs/performance.md, in the order in which they were measured.
var rows [][3]string

func row(what, target, measured string) { rows = append(rows, [3]string{what, target, measured}) }

func TestMain(m *testing.M) {
	code := m.Run()
	if len(rows) > 0 {
		fmt.Println("\n| what | target | measured |\n|---|---|---|")
	}
	for _, r := range rows {
		fmt.Printf("| %s | %s | %s |\n", r[0], r[1], r[2])
	}
	os.Exit(code)
}
