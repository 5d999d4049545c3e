package history_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"reactivate/internal/fakefc"
)

// report is the function's report, as any client reads it.
type report struct {
	DryRun  bool           `json:"dryRun"`
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
	InstanceID   string `json:"instanceId"`
	AccountID    string `json:"accountId"`
	Verdict      string `json:"verdict"`
	Outcome      string `json:"outcome"`
	StoppedAt    string `json:"stoppedAt"`
	ReleaseAt    string `json:"releaseAt"`
	ReleaseBasis string `json:"releaseBasis"`
	ScalingGroup string `json:"scalingGroup"`
	IPBefore     string `json:"publicIpBefore"`
	IPAfter      string `json:"publicIpAfter"`
	Error        struct {
		Class string `json:"class"`
	} `json:"error"`
}

// process is one process of the function at a time; fakefc starts the next where one was killed.
type process struct {
	function *fakefc.Function
	log      *childLog
}

func (r *round) environ(endpoint, targets string) []string {
	env := []string{
		"REACTIVATE_ENDPOINT=" + endpoint,
		"REACTIVATE_REGIONS=" + strings.Join(regions, ","),
		"REACTIVATE_EXCLUDE_TAGS=keep=out",
		"REACTIVATE_GRACE=" + grace.String(),
		"REACTIVATE_WAIT=" + r.wait.String(),
		"REACTIVATE_MAX_INSTANCES=" + strconv.Itoa(r.limit),
	}
	if r.told {
		env = append(env, "REACTIVATE_NOTIFY="+targets, "REACTIVATE_NOTIFY_ON=always")
	}
	if r.floor != "" {
		env = append(env, "REACTIVATE_BALANCE_FLOOR="+r.floor)
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
func (r *round) start(ctx context.Context, binary, endpoint, targets string) ([]*process, error) {
	var all []*process
	for p, timeout := range r.timeouts {
		key := r.fleet.Accounts[0].AccessKeys[p]
		log := &childLog{done: make(map[string]chan struct{}), rows: make(map[string][]row), errors: make(map[string][]place), runs: make(map[string]*report)}
		function := &fakefc.Function{
			Command: []string{binary}, Env: r.environ(endpoint, targets), Timeout: timeout, Region: regions[0], AccountID: ownAccount,
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
	logged := p.log.expect(d.requestID)
	d.start, d.timeout = time.Now(), p.function.Timeout
	stalled := cpuStalled()
	res, err := p.function.Invoke(ctx, fakefc.Invocation{RequestID: d.requestID, Payload: d.payload, RetryCount: d.retries})
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
	if res.Error.Cause == fakefc.TimedOut {
		d.lost = true
		return nil
	}
	if d.errorType == "DecodeError" {
		return nil // nothing was run; violations tells whether that is right
	}
	if res.Error.Cause != fakefc.Returned {
		return fmt.Errorf("%s: %w", d, res.Error)
	}
	// The log was written before the answer, but comes by another way.
	select {
	case <-logged:
	case <-time.After(patience):
	}
	if d.report = p.log.report(d.requestID); d.report == nil {
		return fmt.Errorf("%s ended without a report: %w", d, res.Error)
	}
	return nil
}

// childLog keeps the reports that a process logs: it is where they stand if an invocation ends in an error.
type childLog struct {
	mu     sync.Mutex
	part   []byte // of a line whose end has not come yet
	done   map[string]chan struct{}
	rows   map[string][]row
	errors map[string][]place
	runs   map[string]*report
}

// expect returns what is closed when the report of a request was logged.
func (l *childLog) expect(requestID string) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done[requestID] = make(chan struct{})
	return l.done[requestID]
}

func (l *childLog) report(requestID string) *report {
	l.mu.Lock()
	defer l.mu.Unlock()
	run := l.runs[requestID]
	if run != nil {
		run.Results, run.Errors = l.rows[requestID], l.errors[requestID]
	}
	return run
}

// Write takes the output as it comes, in pieces of any size.
func (l *childLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part = append(l.part, b...)
	for {
		line, rest, found := bytes.Cut(l.part, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.read(line)
		l.part = rest
	}
}

func (l *childLog) read(line []byte) {
	var entry struct {
		Msg       string  `json:"msg"`
		RequestID string  `json:"requestId"`
		Result    *row    `json:"result"`
		Failure   *place  `json:"failure"`
		Report    *report `json:"report"`
	}
	if json.Unmarshal(line, &entry) != nil {
		return // the vendor's loop prints lines of its own
	}
	switch {
	case entry.Msg == "instance" && entry.Result != nil:
		l.rows[entry.RequestID] = append(l.rows[entry.RequestID], *entry.Result)
	case entry.Msg == "not looked at" && entry.Failure != nil:
		l.errors[entry.RequestID] = append(l.errors[entry.RequestID], *entry.Failure)
	case entry.Msg == "run" && entry.Report != nil:
		l.runs[entry.RequestID] = entry.Report
		if done := l.done[entry.RequestID]; done != nil {
			close(done)
			delete(l.done, entry.RequestID)
		}
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
