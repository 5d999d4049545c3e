package local

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"reactivate/internal/fakecloud"
	"reactivate/internal/fakefc"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// fakeAccount is the account of a fleet that names none: see package fakecloud.
const fakeAccount = "1234567890123456"

// rig is this executable, run as the function, and the cloud in front of it. newRig makes it; start starts it.
type rig struct {
	function *fakefc.Function
	cloud    *fakecloud.Cloud // nil: the real one
	given    []string         // variables that the caller gave
	shows    bool             // the function prints its messages into its log
	log      *childLog
	stderr   *lastWords
	close    func()
}

// newRig makes a rig with the fake cloud or, live, with the real one. Its error is a *usageError, or ctx has ended.
func (p *program) newRig(ctx context.Context, o options) (*rig, error) {
	r := &rig{given: o.env, log: &childLog{}, stderr: &lastWords{}}
	if o.verbose {
		r.log.passOn, r.stderr.passOn = p.stderr, p.stderr
	}
	r.function = &fakefc.Function{
		Command: []string{p.executable}, Name: functionName, Stdout: r.log, Stderr: r.stderr,
	}
	if o.live {
		return r, p.goLive(ctx, r.function, o)
	}
	fleet, err := p.readFleet(ctx, o.fleet)
	if err != nil {
		return nil, err
	}
	if r.cloud, err = fakecloud.New(fleet); err != nil {
		return nil, &usageError{wording.FleetFileWrong.With(o.fleet, err)}
	}
	c := r.cloud.Credentials("")
	r.function.Credentials = fakefc.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}
	r.function.Region, r.function.Timeout = defaultRegion, fakeTimeout
	r.function.AccountID = fakeAccount
	if len(fleet.Accounts) > 0 {
		r.function.AccountID = fleet.Accounts[0].ID
	}
	return r, nil
}

// startRig makes a rig, prepares it, and starts it. If it succeeds, the rig must be closed.
func (p *program) startRig(ctx context.Context, o options, prepare func(*rig)) (*rig, error) {
	r, err := p.newRig(ctx, o)
	if err != nil {
		return nil, err
	}
	prepare(r)
	return r, r.start(ctx)
}

// adviseHere tells the function that its advice is read at this terminal, and not in a deployment.
const adviseHere = "LOCAL_COMMAND=1"

// goLive sets the function up for the real cloud, with the caller's own keys.
func (p *program) goLive(ctx context.Context, f *fakefc.Function, o options) (err error) {
	f.Timeout = liveTimeout
	f.Env = append(liveEnviron(p.environ, o.env, o.yes), adviseHere)
	if f.Credentials, err = liveCredentials(p.environ); err != nil {
		return err
	}
	if f.Region, err = liveRegion(p.environ, f.Env); err != nil {
		return err
	}
	if f.AccountID, err = liveAccount(p.environ); err != nil || f.AccountID != "" || p.build.AccountOf == nil {
		return err
	}
	c := f.Credentials
	if f.AccountID, err = p.build.AccountOf(ctx, f.Env, f.Region, c.AccessKeyID, c.AccessKeySecret, c.SecurityToken); err != nil {
		// The run goes on: requests that name an account are refused, and the keys' own problem is reported by the function.
		p.say("reactivate", wording.WhoseKeys.With(clean(err.Error())))
	}
	return nil
}

// start starts the fake cloud, if there is one, and the function. If it succeeds, r.close must be called.
func (r *rig) start(ctx context.Context) error {
	closeCloud := func() {}
	if r.cloud != nil {
		ln, err := listen(ctx, "127.0.0.1:0")
		if err != nil {
			return err
		}
		closeCloud = serveOn(ctx, ln, r.cloud)
		r.function.Env = append(fakeEnviron("http://"+ln.Addr().String(), r.given), adviseHere)
	}
	r.shows = slices.Contains(targets(lookup(r.function.Env, notifyVariable)), printTarget)
	r.close = func() {
		r.function.Close() //nolint:errcheck // never fails
		closeCloud()
	}
	if err := r.function.Start(ctx); err != nil {
		r.close()
		return err
	}
	return nil
}

// answer is the result of an invocation.
type answer struct {
	fakefc.Result
	messages  []string           // the texts that would have been sent
	logged    *reactivate.Report // of an invocation that ended in an error; nil if the function logged none
	why       string             // the reason why an HTTP request was refused; ""
	lastWords []string           // of a process that died
}

// report returns the function's report, from the answer, the body of an HTTP answer, or the log; nil: it gave no report.
func (a answer) report() *reactivate.Report {
	if a.Error != nil {
		return a.logged
	}
	if r, ok := parseReport(a.Payload); ok {
		return r
	}
	if h, ok := parseHTTPAnswer(a.Payload); ok {
		return h.report
	}
	return nil
}

// refused reports whether an answer refuses an HTTP request. The reason is only in the function's log.
func refused(payload []byte) bool {
	response, ok := parseResponse(payload)
	return ok && response.StatusCode >= http.StatusBadRequest
}

// invoke hands an event to the function.
func (r *rig) invoke(ctx context.Context, requestID string, payload []byte) (answer, error) {
	run := r.log.follow(requestID)
	res, err := r.function.Invoke(ctx, fakefc.Invocation{RequestID: requestID, Payload: payload})
	switch {
	case err != nil:
	case res.Error != nil:
		run.await(ctx, res.Error.Cause)
	case r.shows || refused(res.Payload):
		run.await(ctx, "")
	}
	logged := r.log.forget(requestID)
	a := answer{Result: res, messages: logged.texts, logged: logged.report, why: logged.why}
	if res.Error != nil && res.Error.Cause == fakefc.Exited {
		const most = 20
		a.lastWords = r.stderr.take(most)
	}
	return a, err
}

// logDelay is how long the log is waited for after an answer.
const logDelay = 2 * time.Second

// await waits until the log of a run has been read. It is written before the answer, but comes by another pipe.
func (r *loggedRun) await(ctx context.Context, cause fakefc.Cause) {
	if cause == fakefc.Exited || cause == fakefc.TimedOut {
		return // its output has been read to the end
	}
	timer := time.NewTimer(logDelay)
	defer timer.Stop()
	select {
	case <-r.end:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// listen listens on a loopback address and refuses any other: other machines must not reach the fakes.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &usageError{wording.AddrWrong.With(addr)}
	}
	if !isLoopback(host) {
		return nil, &usageError{wording.AddrNotLoopback.With(addr)}
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, wording.ListenFailed.With(err)
	}
	// What localhost means is the resolver's choice.
	if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		ln.Close() //nolint:errcheck // it was never used
		return nil, wording.ListenFailed.With(host + " is not a loopback address here")
	}
	return ln, nil
}

// isLoopback reports whether a host, by its name or address, can only be this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
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
