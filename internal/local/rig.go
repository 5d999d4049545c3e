package local

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"reactivate/internal/fakecloud"
	"reactivate/internal/fakefc"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// fakeAccount is the first account of a fleet that names none, as fakecloud
// documents it.
const fakeAccount = "1234567890123456"

// rig is this executable as the function, with what it runs in front of. Make it
// with newRig, which starts nothing, then start it.
type rig struct {
	function *fakefc.Function
	cloud    *fakecloud.Cloud // nil: the real one
	given    []string         // the function's variables, by the caller
	shows    bool             // the function prints messages into its log
	log      *childLog
	stderr   *lastWords
	close    func()
}

// newRig makes the rig that o asks for: in front of the fake cloud, or live.
// All that can be wrong with o is a *usageError; the other error is that ctx has ended.
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

// adviseHere tells the function that its advice is read at this terminal, and not in a deployment.
const adviseHere = "LOCAL_COMMAND=1"

// goLive points the function at the real ECS, with the caller's own keys.
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
		// What names an account is refused then, and the run says itself what is wrong with the keys.
		p.say("reactivate", wording.WhoseKeys.With(clean(err.Error())))
	}
	return nil
}

// start starts the fake cloud, if there is one, and the function. After it has
// succeeded, r.close ends both.
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

// answer is what an invocation came to.
type answer struct {
	fakefc.Result
	messages  []string           // that people would have been sent, as texts
	logged    *reactivate.Report // of an invocation that ended in an error; nil if the function logged none
	why       string             // the function refused an HTTP request; "" where it did not
	lastWords []string           // of a process that died
}

// report is what the function reported, wherever it stands: in the answer, in
// the body of an HTTP answer, or in the log. nil: nowhere.
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

// refused tells whether an answer refuses an HTTP request: why, the function says in its log alone.
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

// logDelay is how long a log is waited for after an answer, at most.
const logDelay = 2 * time.Second

// await waits until the log of a run has come through the child's output: it
// was written before the answer, and the two take different ways.
func (r *loggedRun) await(ctx context.Context, cause fakefc.Cause) {
	if cause == fakefc.Exited || cause == fakefc.TimedOut {
		return // the output was read to its end before the process was given up
	}
	timer := time.NewTimer(logDelay)
	defer timer.Stop()
	select {
	case <-r.end:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// listen listens on a loopback address and refuses any other: nothing here is
// made to be reached from other machines.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &usageError{wording.AddrWrong.With(addr)}
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil, &usageError{wording.AddrNotLoopback.With(addr)}
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, wording.ListenFailed.With(err)
	}
	// localhost is whatever the resolver says.
	if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		ln.Close() //nolint:errcheck // it was never used
		return nil, wording.ListenFailed.With(host + " is not a loopback address here")
	}
	return ln, nil
}

// serveOn serves in the background until the function that it returns is called,
// which waits a moment for answers that are under way: ctx may have ended then.
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
