package local

import (
	"context"
	"io"
	"net/http"
	"time"

	"reactivate/internal/fakefc"
	"reactivate/internal/wording"
)

// What the tests use besides Main.
const LocalToken = localToken

var (
	Width        = width
	Cut          = cut
	NewHTTPEvent = newHTTPEvent
	Wrap         = wrap
)

// Render shows an answer of the function as invoke does on a terminal of so many columns, or in a pipe: 0. Without an event it shows
// the answer as status does.
func Render(w io.Writer, l wording.Lang, columns int, colour bool, event, payload string) {
	p := page{w: w, columns: columns, colour: colour, lang: l}
	a := answer{Result: fakefc.Result{Payload: []byte(payload)}}
	a.decode()
	if event == "" {
		p.status(a.report)
		return
	}
	p.answer(event, a)
}

// Progress shows a progress line, given pieces of the child's output, for so
// long.
func Progress(w io.Writer, columns int, l wording.Lang, requestID string, output []string, elapsed time.Duration) {
	update, stop := startProgress(w, columns, l)
	log := &childLog{run: newLoggedRun(requestID, update)}
	for _, piece := range output {
		log.Write([]byte(piece)) // never fails
	}
	time.Sleep(elapsed) // fake time
	stop()
}

// Trigger is the HTTP trigger without a function, whose bodies have so long to come.
func Trigger(patience time.Duration) http.Handler {
	return &trigger{&rig{}, page{w: io.Discard}, patience}
}

// VerifyNames looks up the endpoints' names in two regions as verify does.
func VerifyNames(ctx context.Context, vpc bool, resolve func(ctx context.Context, host string) ([]string, error)) wording.Judgement {
	v := &verifier{resolve: resolve}
	return v.names(ctx, []string{"cn-hangzhou", "ap-southeast-1"}, vpc).judgement
}
