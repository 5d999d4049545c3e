package local

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/fakefc"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// rig is this executable, running as the function, and the fake cloud that it calls.
type rig struct {
	function   *fakefc.Function
	closeCloud func()
	log        *childLog
	stderr     *stream
	said       bytes.Buffer // what the child wrote to its standard error since the last invocation
	turn       sync.Mutex   // held during an invocation
}

// startRig starts the fake cloud, unless the run is live, and the function with its variables. If it succeeds, the rig must be
// closed.
func (p *program) startRig(ctx context.Context, o options, env []string) (r *rig, err error) {
	r = &rig{log: &childLog{}, closeCloud: func() {}}
	r.stderr = &stream{w: &r.said}
	r.function = &fakefc.Function{Command: []string{p.executable}, Name: functionName, Env: env, Stdout: r.log, Stderr: r.stderr}
	if o.verbose {
		r.function.Stdout, r.function.Stderr = io.MultiWriter(r.log, p.stderr), io.MultiWriter(r.stderr, p.stderr)
	}
	if o.live {
		err = p.useRealCloud(ctx, r.function)
	} else {
		err = p.startFakeCloud(ctx, r, o.fleet)
	}
	if err != nil {
		return nil, err
	}
	if err := r.function.Start(ctx); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *rig) close() {
	r.function.Close()
	r.closeCloud()
}

// startFakeCloud starts a fake cloud for the function.
func (p *program) startFakeCloud(ctx context.Context, r *rig, fleet string) error {
	cloud, err := p.newCloud(ctx, fleet)
	if err != nil {
		return err
	}
	ln, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	r.closeCloud = serveOn(ctx, ln, cloud)
	c, f := cloud.Credentials(""), r.function
	f.Credentials = fakefc.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}
	f.Region, f.Timeout, f.AccountID = defaultRegion, fakeTimeout, c.AccountID
	f.Env = append([]string{"REACTIVATE_ENDPOINT=http://" + ln.Addr().String()}, f.Env...)
	return nil
}

// useRealCloud sets the function up for the real cloud, with the caller's own keys.
func (p *program) useRealCloud(ctx context.Context, f *fakefc.Function) error {
	creds, region, err := liveCaller(p.environ, f.Env)
	if err != nil {
		return err
	}
	f.Credentials, f.Region, f.Timeout = fakefc.Credentials(creds), region, liveTimeout
	f.AccountID = lookup(p.environ, "ALIBABA_CLOUD_ACCOUNT_ID")
	if f.AccountID != "" {
		if !cloud.ValidAccountID(f.AccountID) {
			return &usageError{wording.LiveAccountWrong}
		}
		return nil
	}
	cloud, err := p.build.Cloud(f.Env)
	if err != nil {
		return nil //nolint:nilerr // the function itself reports it, for each event
	}
	if f.AccountID, err = cloud.AccountOf(ctx, creds, region); err != nil && ctx.Err() == nil {
		// The run goes on. The function refuses requests that name an account, and reports what is wrong with the keys.
		p.say("reactivate", wording.WhoseKeys.With(wording.Printable(err.Error())))
	}
	return nil
}

// logDelay is the longest wait for the end of an invocation's log after its answer.
const logDelay = 2 * time.Second

// invoke hands an event to the function. Only one invocation runs at a time.
func (r *rig) invoke(ctx context.Context, requestID string, payload []byte, onProgress func(reactivate.Progress)) (a answer, err error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	run := newLoggedRun(requestID, onProgress)
	r.log.follow(run)
	a.Result, err = r.function.Invoke(ctx, fakefc.Invocation{RequestID: requestID, Payload: payload})
	lines := r.stderrLines()
	switch {
	case err != nil:
	case a.Error != nil && a.Error.Cause == fakefc.Exited:
		a.stderrLines = lines
	case a.Error == nil || a.Error.Cause != fakefc.TimedOut: // after a timeout the process is gone, and its log has been read to the end
		select { // the log is written before the answer, but through another pipe
		case <-run.ended:
		case <-time.After(logDelay):
		case <-ctx.Done():
		}
	}
	r.log.follow(nil)
	a.logged = run.logged
	a.decode()
	return a, err
}

// stderrLines returns the first lines of what the child wrote to its standard error since the last call. A Go program that panics prints
// the reason first, then the stack traces.
func (r *rig) stderrLines() []string {
	const most = 20
	r.stderr.mu.Lock()
	defer r.stderr.mu.Unlock()
	lines := strings.FieldsFunc(r.said.String(), func(r rune) bool { return r == '\n' })
	r.said.Reset()
	return lines[:min(most, len(lines))]
}

// listen listens on a loopback address and refuses any other: other machines must not reach the fakes.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.DefaultResolver.LookupPort(ctx, "tcp", port) // a number from 0 to 65535, or a service's name
	}
	if err != nil {
		return nil, &usageError{wording.AddrWrong.With(addr)}
	}
	if !cloud.Loopback(host) {
		return nil, &usageError{wording.AddrNotLoopback.With(addr)}
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, wording.ListenFailed.With(err)
	}
	return ln, nil
}

// serveOn serves in the background until stop is called. stop waits a moment for unfinished answers, even if ctx has ended.
func serveOn(ctx context.Context, ln net.Listener, h http.Handler) (stop func()) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	var wg sync.WaitGroup
	wg.Go(func() { server.Serve(ln) }) //nolint:errcheck // ends by stop, below, and by nothing else
	return func() {
		const patience = 2 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close() //nolint:errcheck // nothing is left to be done about it
		}
		wg.Wait()
	}
}
