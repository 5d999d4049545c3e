package history_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"reactivate/internal/fakefc"
)

// report is the function's report, as any client reads it.
type report struct {
	Ignored string         `json:"ignored"`
	Counts  map[string]int `json:"counts"`
	Errors  []place        `json:"errors"`
	Results []row          `json:"results"`
}

// place is what could not be looked at.
type place struct {
	AccountID string `json:"accountId"`
	RegionID  string `json:"regionId"` // "": the whole account
}

type row struct {
	InstanceID string `json:"instanceId"`
	AccountID  string `json:"accountId"`
	Verdict    string `json:"verdict"`
	Outcome    string `json:"outcome"`
	Error      struct {
		Class string `json:"class"`
	} `json:"error"`
}

// process is one process of the function at a time; fakefc starts the next where one was killed.
type process struct {
	function *fakefc.Function
	log      *childLog
}

func (r *round) environ(endpoint string) []string {
	env := []string{
		"REACTIVATE_ENDPOINT=" + endpoint,
		"REACTIVATE_REGIONS=" + strings.Join(regions, ","),
		"REACTIVATE_EXCLUDE_TAGS=keep=out",
		"REACTIVATE_GRACE=" + grace.String(),
		"REACTIVATE_WAIT=" + r.wait.String(),
		"REACTIVATE_MAX_INSTANCES=" + strconv.Itoa(r.limit),
		"REACTIVATE_BALANCE_FLOOR=" + r.floor,
	}
	var roles []string
	if r.fleet.Directory != nil {
		roles = append(roles, "*:role/"+roleName)
	} else {
		for _, account := range r.watched() {
			roles = append(roles, roleARN(account))
		}
	}
	if r.except != "" {
		roles = append(roles, "!"+r.except)
	}
	return append(env, "REACTIVATE_ROLES="+strings.Join(roles, ","))
}

// patience is how long a late answer is waited for, to measure how late it is.
const patience = 30 * time.Second

// start starts the processes. Each signs with keys of its own, so that the record of a call tells whose it is.
func (r *round) start(ctx context.Context, binary, endpoint string) ([]*process, error) {
	var all []*process
	for p, timeout := range r.timeouts {
		key := r.fleet.Accounts[0].AccessKeys[p]
		log := &childLog{}
		function := &fakefc.Function{
			Command: []string{binary}, Env: r.environ(endpoint), Timeout: timeout, Region: regions[0], AccountID: ownAccount,
			Name:        fmt.Sprintf("f%d", p),
			Credentials: fakefc.Credentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret, SecurityToken: key.Token},
			Stdout:      log, Patience: patience,
		}
		all = append(all, &process{function, log})
		if err := function.Start(ctx); err != nil {
			return all, err
		}
	}
	return all, nil
}

// serve hands a delivery to the process and writes down what came of it.
func (p *process) serve(ctx context.Context, d *delivery) error {
	if d.killed > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.killed)
		defer cancel()
	}
	d.start, d.timeout = time.Now(), p.function.Timeout
	stalled := cpuStalled()
	res, err := p.function.Invoke(ctx, fakefc.Invocation{RequestID: d.requestID, Payload: d.payload})
	d.end, d.stalled = time.Now(), cpuStalled()-stalled
	switch {
	case err != nil && errors.Is(err, context.DeadlineExceeded) && d.killed > 0:
		d.lost = true
		return nil
	case err != nil:
		return err
	case res.Error == nil:
		d.report = &report{}
		return json.Unmarshal(res.Payload, d.report)
	}
	d.errorType = res.Error.Type
	d.lost = res.Error.Cause == fakefc.TimedOut
	if !d.lost && res.Error.Cause != fakefc.Returned {
		return fmt.Errorf("%s: %w", d, res.Error)
	}
	return nil
}

// childLog keeps what a process logs. After a kill, two of them may write at once.
type childLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *childLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// readReports reads the reports of deliveries that ended in an error: they are in the log alone.
func readReports(closed []*process, deliveries []*delivery) error {
	logged := map[string]*report{} // by request
	for _, p := range closed {
		for line := range bytes.Lines(p.log.text.Bytes()) {
			readLine(line, logged)
		}
	}
	for _, d := range deliveries {
		if d.errorType == "" || d.errorType == "DecodeError" || d.lost {
			continue
		}
		if d.report = logged[d.requestID]; d.report == nil || d.report.Counts == nil {
			return fmt.Errorf("%s ended without a report", d)
		}
	}
	return nil
}

func readLine(line []byte, logged map[string]*report) {
	var entry struct {
		Msg       string `json:"msg"`
		RequestID string `json:"requestId"`
		Result    row    `json:"result"`
		Failure   place  `json:"failure"`
		Report    report `json:"report"`
	}
	if json.Unmarshal(line, &entry) != nil {
		return // the vendor's loop prints lines of its own
	}
	r := logged[entry.RequestID]
	if r == nil {
		r = &report{}
		logged[entry.RequestID] = r
	}
	switch entry.Msg {
	case "instance":
		r.Results = append(r.Results, entry.Result)
	case "not looked at":
		r.Errors = append(r.Errors, entry.Failure)
	case "run":
		r.Counts, r.Ignored = entry.Report.Counts, entry.Report.Ignored
	}
}

// String is the report on one line, for a failure.
func (r *report) String() string {
	if r == nil {
		return "no report"
	}
	var b strings.Builder
	for _, outcome := range slices.Sorted(maps.Keys(r.Counts)) {
		fmt.Fprintf(&b, "%d %s ", r.Counts[outcome], outcome)
	}
	return b.String() + r.Ignored
}

// cpuStalled is how long, in all since the machine started, some task has waited for a processor. Its growth over a time tells a
// process that starved from one that was late by itself. 0 where the machine does not tell.
// Source: https://docs.kernel.org/accounting/psi.html
func cpuStalled() time.Duration {
	text, err := os.ReadFile("/proc/pressure/cpu")
	if err != nil {
		return 0
	}
	_, total, _ := strings.Cut(string(text), "total=") // of the line "some", the first
	total, _, _ = strings.Cut(total, "\n")
	us, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}
