package local

import (
	"io"
	"net/http"
	"time"
)

// What the tests see beside Main.
const LocalToken = localToken

var (
	Clean        = clean
	Width        = width
	Cut          = cut
	NewHTTPEvent = newHTTPEvent
	WriteOutput  = func(w http.ResponseWriter, output string) int { return writeOutput(w, []byte(output)) }
	LiveRegion   = liveRegion
	LiveEnviron  = liveEnviron
	HTTPEnviron  = httpEnviron
	Usages       = map[string]string{"invoke": invokeUsage, "serve": serveUsage, "fake-cloud": fakeCloudUsage, "doctor": doctorUsage}
)

// Render shows an answer of a function as invoke does on a terminal.
func Render(w io.Writer, colour bool, payload string) bool {
	p := &program{stdout: w, colour: colour}
	a := answer{}
	a.Payload = []byte(payload)
	return p.show(options{}, "event.json", a)
}

// Progress shows a progress line, given pieces of the child's output, for so
// long.
func Progress(w io.Writer, requestID string, output []string, elapsed time.Duration) {
	log := &childLog{}
	log.follow(requestID)
	line, stop := startProgress(w)
	log.tell(line.update)
	for _, piece := range output {
		log.Write([]byte(piece)) // never fails
	}
	time.Sleep(elapsed) // fake time
	stop()
}
