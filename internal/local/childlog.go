package local

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	"reactivate/internal/reactivate"
)

// maxLine is the longest line of the log that is kept, in bytes: far more than the 32 KB that Function Compute keeps.
const maxLine = 16 << 20

// childLog reads what the function logs as JSON lines on its standard output: its progress, its messages, and its report, which
// is not in the answer if that is an error. It is safe for concurrent use.
type childLog struct {
	mu         sync.Mutex
	part       []byte                    // the beginning of a line that is not complete yet
	onProgress func(reactivate.Progress) // nil: nobody
	runs       map[string]*loggedRun
}

// tell sets the function that progress is reported to; nil: none. It is called from the goroutine that reads the log.
func (l *childLog) tell(onProgress func(reactivate.Progress)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onProgress = onProgress
}

// logged is what the log says of one invocation.
type logged struct {
	report *reactivate.Report // nil: none was logged
	texts  []string           // the messages
	why    string             // the reason why an HTTP request was refused; ""
}

type loggedRun struct {
	logged
	parts reactivate.Report // the rows, errors and balances of the report, which are logged before it, on their own lines
	end   func()            // says that the log of the run is complete
}

// logLine has the fields of all lines that are read.
type logLine struct {
	Msg                 string                  `json:"msg"`
	RequestID           string                  `json:"requestId"`
	Result              *reactivate.Result      `json:"result"`  // of msg "instance": one row
	Failure             *reactivate.RegionError `json:"failure"` // of msg "not looked at"
	Balance             *reactivate.Balance     `json:"balance"` // of msg "balance" and of that which warns of one
	Report              *reactivate.Report      `json:"report"`  // of msg "run", without what has lines of its own
	Text                string                  `json:"text"`    // of msg "message"
	Error               string                  `json:"error"`   // of msg "refused": why
	reactivate.Progress                         // of msg "progress"
}

// follow starts to collect the lines of a request. The channel is closed when the vendor's loop says that the handler has
// returned.
func (l *childLog) follow(requestID string) (ended <-chan struct{}) {
	end := make(chan struct{})
	run := &loggedRun{end: sync.OnceFunc(func() { close(end) })}
	run.parts.Results, run.parts.Errors, run.parts.Balances = []reactivate.Result{}, []reactivate.RegionError{}, []reactivate.Balance{}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runs == nil {
		l.runs = map[string]*loggedRun{}
	}
	l.runs[requestID] = run
	return end
}

// forget stops collecting, and returns what was logged, with the report put together as it would have been answered.
func (l *childLog) forget(requestID string) logged {
	l.mu.Lock()
	defer l.mu.Unlock()
	run := l.runs[requestID]
	delete(l.runs, requestID)
	if run.report != nil {
		run.report.Results, run.report.Errors, run.report.Balances = run.parts.Results, run.parts.Errors, run.parts.Balances
	}
	return run.logged
}

// Write takes the output in pieces of any size.
func (l *childLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part = append(l.part, b...)
	for {
		line, rest, found := bytes.Cut(l.part, []byte("\n"))
		if !found {
			break
		}
		l.read(line)
		l.part = rest
	}
	if len(l.part) > maxLine {
		l.part = nil
	}
	return len(b), nil
}

func (l *childLog) read(line []byte) {
	// The vendor's loop prints "FC Invoke End RequestId: ID", sometimes with more behind it, after the handler has returned and
	// before it posts the answer.
	if id, found := bytes.CutPrefix(line, []byte("FC Invoke End RequestId: ")); found {
		name, _, _ := strings.Cut(strings.TrimSpace(string(id)), ",")
		if run := l.runs[name]; run != nil {
			run.end()
		}
		return
	}
	var entry logLine
	if !bytes.HasPrefix(line, []byte("{")) || json.Unmarshal(line, &entry) != nil {
		return
	}
	run := l.runs[entry.RequestID]
	switch {
	case run == nil:
	case entry.Msg == "progress" && l.onProgress != nil:
		l.onProgress(entry.Progress)
	case entry.Msg == "message":
		run.texts = append(run.texts, entry.Text)
	case entry.Msg == "refused":
		run.why = entry.Error
	case entry.Msg == "instance" && entry.Result != nil:
		run.parts.Results = append(run.parts.Results, *entry.Result)
	case entry.Msg == "not looked at" && entry.Failure != nil:
		run.parts.Errors = append(run.parts.Errors, *entry.Failure)
	case entry.Balance != nil:
		run.parts.Balances = append(run.parts.Balances, *entry.Balance)
	case entry.Msg == "run" && entry.Report != nil:
		run.report = entry.Report
	}
}

// lastWords keeps the first part of the child's standard error. A Go program that dies says there why, before the stack traces.
// It is safe for concurrent use.
type lastWords struct {
	mu   sync.Mutex
	kept []byte
}

const maxLastWords = 8 << 10 // bytes

func (l *lastWords) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, b[:min(len(b), maxLastWords-len(l.kept))]...)
	return len(b), nil
}

// take returns the first n lines, and forgets all.
func (l *lastWords) take(n int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.FieldsFunc(string(l.kept), func(r rune) bool { return r == '\n' })
	l.kept = nil
	return lines[:min(n, len(lines))]
}
