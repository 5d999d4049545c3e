package local

import (
	"context"
	"flag"
	"io"
	"time"

	"reactivate/internal/fakefc"
	"reactivate/internal/wording"
)

// What the tests use besides Main.
const LocalToken = localToken

var (
	Clean        = clean
	Width        = width
	Cut          = cut
	NewHTTPEvent = newHTTPEvent
	Wrap         = wrap
)

// Usages are the usage texts of all commands.
func Usages(l wording.Lang) map[string]string {
	all := map[string]string{}
	for _, c := range commands() {
		all[c.name] = c.usage.In(l)
	}
	return all
}

// Flags are the names of a command's flags, sorted.
func Flags(command string) (names []string) {
	c, _ := find(command)
	c.flagSet(&options{}).VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	return names
}

// Render shows an answer of a function as invoke does on a terminal of so many
// columns; 0 is a pipe.
func Render(w io.Writer, l wording.Lang, columns int, colour bool, payload string) bool {
	p := &program{stdout: &stream{w: w}, columns: columns, colour: colour, lang: l}
	a := answer{Result: fakefc.Result{Payload: []byte(payload)}}
	a.decode()
	return p.show(options{}, "event.json", a)
}

// RenderStatus shows a report as status does.
func RenderStatus(w io.Writer, l wording.Lang, columns int, payload string) {
	p := &program{stdout: &stream{w: w}, stderr: w, columns: columns, lang: l}
	a := answer{Result: fakefc.Result{Payload: []byte(payload)}}
	a.decode()
	p.page().status(a.report)
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

// VerifyNames looks up the endpoints' names in two regions as verify does.
func VerifyNames(ctx context.Context, vpc bool, resolve func(ctx context.Context, host string) ([]string, error)) wording.Judgement {
	v := &verifier{resolve: resolve}
	return v.names(ctx, []string{"cn-hangzhou", "ap-southeast-1"}, vpc).judgement
}
