package local

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"sync"

	"reactivate/internal/reactivate"
)

// maxLine bounds one line of the child's log, in bytes: far more than the
// 32 KB that Function Compute keeps of one.
const maxLine = 16 << 20

// childLog reads the child's standard output, where the function logs JSON
// lines: its progress, its messages, and the report, which the answer lacks where
// it is an error. It is safe for concurrent use.
type childLog struct {
	passOn io.Writer // where all lines go too; nil: nowhere

	mu         sync.Mutex
	part       []byte                    // of a line whose end has not come yet
	onProgress func(reactivate.Progress) // nil: nobody
	runs       map[string]*loggedRun
}

// tell sets who is told of progress, from the goroutine that reads; nil: nobody.
func (l *childLog) tell(onProgress func(reactivate.Progress)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onProgress = onProgress
}

// loggedRun is what the log tells of one invocation.
type loggedRun struct {
	report *reactivate.Report // nil before it has come; the log has its parts on lines of their own, before it
	parts  reactivate.Report  // those parts
	texts  []string           // the messages
	why    string             // a request was refused; "" if none was
	ended  bool
	end    chan struct{} // closed when the vendor's loop says that the handler has returned
}

// logLine is the union of the lines that are read.
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

// follow begins to keep what the log says of a request.
func (l *childLog) follow(requestID string) *loggedRun {
	run := &loggedRun{end: make(chan struct{})}
	run.parts.Results, run.parts.Errors, run.parts.Balances = []reactivate.Result{}, []reactivate.RegionError{}, []reactivate.Balance{}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runs == nil {
		l.runs = map[string]*loggedRun{}
	}
	l.runs[requestID] = run
	return run
}

// forget ends follow and returns what was logged, with the report as it would have been answered.
func (l *childLog) forget(requestID string) loggedRun {
	l.mu.Lock()
	defer l.mu.Unlock()
	run := l.runs[requestID]
	delete(l.runs, requestID)
	if run.report != nil {
		run.report.Results, run.report.Errors, run.report.Balances = run.parts.Results, run.parts.Errors, run.parts.Balances
	}
	return *run
}

// Write takes the child's output as it comes, in pieces of any size.
func (l *childLog) Write(b []byte) (int, error) {
	if l.passOn != nil {
		l.passOn.Write(b) //nolint:errcheck // the child must not stop because nobody reads its log
	}
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
	// The vendor's loop prints this after the handler has returned and before
	// it posts the answer: "FC Invoke End RequestId: ID" and, sometimes, more.
	if id, found := bytes.CutPrefix(line, []byte("FC Invoke End RequestId: ")); found {
		name, _, _ := strings.Cut(strings.TrimSpace(string(id)), ",")
		if run := l.runs[name]; run != nil && !run.ended {
			run.ended = true
			close(run.end)
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

// lastWords keeps the beginning of what the child writes to its standard error, where a Go program that dies says why first. It
// is safe for concurrent use.
type lastWords struct {
	passOn io.Writer // nil: nowhere

	mu   sync.Mutex
	kept []byte
}

const maxLastWords = 8 << 10 // bytes

func (l *lastWords) Write(b []byte) (int, error) {
	if l.passOn != nil {
		l.passOn.Write(b) //nolint:errcheck // the child must not stop because nobody reads its log
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, b[:min(len(b), maxLastWords-len(l.kept))]...)
	return len(b), nil
}

// take returns the first n lines and starts anew.
func (l *lastWords) take(n int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.FieldsFunc(string(l.kept), func(r rune) bool { return r == '\n' })
	l.kept = nil
	return lines[:min(n, len(lines))]
}
