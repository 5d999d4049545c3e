package local

import (
	"bytes"
	"encoding/json"
	"sync"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// childLog reads the JSON lines that the function logs to its standard output, and keeps what they say of one invocation. It is safe
// for concurrent use.
type childLog struct {
	mu      sync.Mutex
	partial []byte     // the beginning of a line that is not complete yet
	run     *loggedRun // the invocation; nil: none
}

// logged is what the log says of one invocation.
type logged struct {
	report *reactivate.Report // nil: none was logged
	texts  []string           // the messages
	why    string             // why an HTTP request was refused; "" if it was not
}

type loggedRun struct {
	logged
	requestID  string
	onProgress func(reactivate.Progress) // nil: nobody
	parts      reactivate.Report         // the report's rows, errors and balances, which are logged before it, on their own lines
	ended      chan struct{}             // yields when the vendor's loop says that the handler has returned
}

// logLine has the fields of all lines that are read.
type logLine struct {
	Msg                 string                  `json:"msg"`
	RequestID           string                  `json:"requestId"`
	Result              *reactivate.Result      `json:"result"`  // of msg "instance": one row
	Failure             *reactivate.RegionError `json:"failure"` // of msg "not looked at"
	Balance             *cloud.Balance          `json:"balance"` // of msg "balance", and of a warning about one
	Report              *reactivate.Report      `json:"report"`  // of msg "run"; its rows, errors and balances come on their own lines
	Text                string                  `json:"text"`    // of msg "message"
	Error               string                  `json:"error"`   // of msg "refused": why
	reactivate.Progress                         // of msg "progress"
}

// follow collects what is logged of one invocation; nil: of none.
func (l *childLog) follow(run *loggedRun) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.run = run
}

func newLoggedRun(requestID string, onProgress func(reactivate.Progress)) *loggedRun {
	empty := reactivate.Report{Results: []reactivate.Result{}, Errors: []reactivate.RegionError{}, Balances: []cloud.Balance{}}
	return &loggedRun{requestID: requestID, onProgress: onProgress, parts: empty, ended: make(chan struct{}, 1)}
}

// Write takes the output in pieces of any size.
func (l *childLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, b...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			break
		}
		if l.run != nil {
			l.run.read(line)
		}
		l.partial = rest
	}
	return len(b), nil
}

func (r *loggedRun) read(line []byte) {
	// The vendor's loop prints "FC Invoke End RequestId: ID", sometimes with more text after it. It does so when the handler has
	// returned, and before it posts the answer.
	if bytes.HasPrefix(line, []byte("FC Invoke End RequestId: "+r.requestID)) {
		select {
		case r.ended <- struct{}{}:
		default:
		}
		return
	}
	var entry logLine
	if !bytes.HasPrefix(line, []byte("{")) || json.Unmarshal(line, &entry) != nil || entry.RequestID != r.requestID {
		return
	}
	switch {
	case entry.Msg == "progress" && r.onProgress != nil:
		r.onProgress(entry.Progress)
	case entry.Msg == "message":
		r.texts = append(r.texts, entry.Text)
	case entry.Msg == "refused":
		r.why = entry.Error
	case entry.Msg == "instance" && entry.Result != nil:
		r.parts.Results = append(r.parts.Results, *entry.Result)
	case entry.Msg == "not looked at" && entry.Failure != nil:
		r.parts.Errors = append(r.parts.Errors, *entry.Failure)
	case entry.Balance != nil:
		r.parts.Balances = append(r.parts.Balances, *entry.Balance)
	case entry.Msg == "run" && entry.Report != nil:
		r.report = entry.Report
		r.report.Results, r.report.Errors, r.report.Balances = r.parts.Results, r.parts.Errors, r.parts.Balances
	}
}
