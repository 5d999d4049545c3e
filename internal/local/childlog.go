package local

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
)

// maxLine bounds one line of the child's log, in bytes: far more than the
// 32 KB that Function Compute keeps of one.
const maxLine = 16 << 20

// progress is where a run stands, as the function logs it every few seconds, in
// instances. A function of another version may leave some of it out.
type progress struct {
	Done      int     `json:"done"`
	Left      int     `json:"left"`      // of these:
	Grace     int     `json:"grace"`     // are left to the platform for now
	Calling   int     `json:"calling"`   // are being called, or wait for their turn
	Watching  int     `json:"watching"`  // are watched until they run
	Unpaid    int     `json:"unpaid"`    // wait for the bill to be settled
	Rate      float64 `json:"rate"`      // calls a second
	Throttled int     `json:"throttled"` // answers
}

// childLog reads the child's standard output, where the function logs JSON
// lines: its progress, its messages, and the report, which the answer lacks where
// it is an error. It is safe for concurrent use.
type childLog struct {
	passOn io.Writer // where all lines go too; nil: nowhere

	mu         sync.Mutex
	part       []byte         // of a line whose end has not come yet
	onProgress func(progress) // nil: nobody
	runs       map[string]*loggedRun
}

// tell sets who is told of progress, from the goroutine that reads; nil: nobody.
func (l *childLog) tell(onProgress func(progress)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onProgress = onProgress
}

// loggedRun is what the log tells of one invocation.
type loggedRun struct {
	report  json.RawMessage   // nil before it has come
	results []json.RawMessage // the rows that came one by one
	texts   []string          // the messages
	ended   bool
	end     chan struct{} // closed when the vendor's loop says that the handler has returned
}

// logLine is the union of the lines that are read.
type logLine struct {
	Msg       string          `json:"msg"`
	RequestID string          `json:"requestId"`
	Result    json.RawMessage `json:"result"` // of msg "instance": one row
	Report    json.RawMessage `json:"report"` // of msg "run", without rows, or "report", with them
	Text      string          `json:"text"`   // of msg "message"
	progress                  // of msg "progress"
}

// follow begins to keep what the log says of a request.
func (l *childLog) follow(requestID string) *loggedRun {
	run := &loggedRun{end: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runs == nil {
		l.runs = map[string]*loggedRun{}
	}
	l.runs[requestID] = run
	return run
}

// forget ends follow and returns the report as it would have been answered, nil
// if none was logged, and the messages.
func (l *childLog) forget(requestID string) (logged fields, messages []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	run := l.runs[requestID]
	delete(l.runs, requestID)
	if run == nil {
		return nil, nil
	}
	if run.report != nil {
		logged = parseFields(run.report)
	}
	if logged != nil && len(run.results) > 0 {
		logged.set("results", run.results)
	}
	return logged, run.texts
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
		l.onProgress(entry.progress)
	case entry.Msg == "message":
		run.texts = append(run.texts, entry.Text)
	case entry.Msg == "instance" && entry.Result != nil:
		run.results = append(run.results, entry.Result)
	case (entry.Msg == "run" || entry.Msg == "report") && entry.Report != nil:
		run.report = entry.Report
	}
}

// lastLines keeps the end of the child's standard error, for the case that it
// dies. It is safe for concurrent use.
type lastLines struct {
	passOn io.Writer // nil: nowhere

	mu   sync.Mutex
	kept []byte
}

const maxLastLines = 8 << 10 // bytes

func (l *lastLines) Write(b []byte) (int, error) {
	if l.passOn != nil {
		l.passOn.Write(b) //nolint:errcheck // the child must not stop because nobody reads its log
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, b...)
	if over := len(l.kept) - maxLastLines; over > 0 {
		l.kept = slices.Clone(l.kept[over:])
	}
	return len(b), nil
}

// take returns the last n lines, or n from where a Go program began to tell why
// it dies, and starts anew.
func (l *lastLines) take(n int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(l.kept)), "\n")
	l.kept = nil
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	reason := slices.IndexFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
	})
	if reason >= 0 {
		return lines[reason:min(len(lines), reason+n)]
	}
	return lines[max(0, len(lines)-n):]
}
