package fakefc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"time"
)

// errGone says that a process ended before it took the event it was given.
var errGone = errors.New("the process is gone")

const memory = "128" // MB, as s.yaml and deploy/terraform have it; passed on and not enforced

// outputDelay bounds the wait for the output of a dead child. A process that it
// left behind may hold the pipe open.
const outputDelay = 500 * time.Millisecond

// instance is one process of the function with its runtime API.
type instance struct {
	api    *runtimeAPI
	cmd    *exec.Cmd
	cancel context.CancelFunc // kills the process and its group
	exited chan struct{}      // closed when the process is gone and its output read
}

// startInstance listens first and starts the process then, so that its first
// request for work never finds a closed port.
func (f *Function) startInstance() (*instance, error) {
	ctx, cancel := context.WithCancel(f.ctx)
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		cancel()
		return nil, fmt.Errorf("listen for the runtime API: %w", err)
	}
	in := &instance{api: newRuntimeAPI(), cancel: cancel, exited: make(chan struct{})}
	in.cmd = exec.CommandContext(ctx, f.Command[0], f.Command[1:]...)
	in.cmd.Env = f.environ(ln.Addr().String())
	in.cmd.Stdout, in.cmd.Stderr = f.Stdout, f.Stderr
	in.cmd.WaitDelay = outputDelay
	in.cmd.Cancel = func() error { return killGroup(in.cmd.Process) }
	setGroup(in.cmd)

	server := &http.Server{Handler: in.api, ReadHeaderTimeout: 10 * time.Second}
	f.children.Go(func() { server.Serve(ln) }) //nolint:errcheck // ends by Close, below, and by nothing else
	started := make(chan error)
	f.children.Go(func() {
		in.run(started)
		server.Close() //nolint:errcheck // nobody is left who could act on it
		close(in.exited)
	})
	if err := <-started; err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", f.Command[0], err)
	}
	return in, nil
}

// run starts the process, says so, and waits for its end.
func (in *instance) run(started chan<- error) {
	// Linux kills the child when the thread ends that started it (see setGroup),
	// so this thread lives as long as the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := in.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	in.cmd.Wait()             //nolint:errcheck // how it ended is in ProcessState
	in.cancel()               // frees the context
	killGroup(in.cmd.Process) //nolint:errcheck // what it left behind; usually nothing
}

// kill ends the process and all that it started, and waits until they are gone.
func (in *instance) kill() {
	in.cancel()
	<-in.exited
}

// invoke hands c to the process and waits for the answer, the end of the process,
// the timeout plus patience, or the end of ctx. In the last two cases it kills the
// process: nothing may go on working for an invocation that is over. errGone: the
// process ended before it took the event, so another one may have it.
func (in *instance) invoke(ctx context.Context, c *call, timeout, patience time.Duration) (Result, error) {
	select {
	case <-in.exited: // a request for work that it left behind might still take the event
		return Result{}, errGone
	default:
	}
	timer := time.NewTimer(timeout + patience)
	defer timer.Stop()
	in.api.give(c)
	var res Result
	select {
	case res = <-c.answer:
	case <-in.exited:
		if in.api.takeBack() {
			return Result{}, errGone
		}
		res = in.lastWords(c)
	case <-timer.C:
		in.kill()
		res = Result{RequestID: c.id, Error: timeoutError(timeout, time.Since(c.begin))}
	case <-ctx.Done():
		in.kill()
		return Result{}, context.Cause(ctx)
	}
	return res, nil
}

// lastWords is the answer that the process gave before it ended, else its end.
func (in *instance) lastWords(c *call) Result {
	select {
	case res := <-c.answer:
		return res
	default:
		state := in.cmd.ProcessState.String() // "exit status 2", "signal: killed"
		return Result{RequestID: c.id, Error: exitError(state, time.Since(c.begin))}
	}
}

// environ is the child's whole environment: what any process needs, the
// function's own variables, and last, so that they win, those of Function
// Compute that the function reads (https://github.com/aliyun-fc/fc-docs,
// docs/zh-CN/02.云函数/04.功能说明/047.配置环境变量.md).
func (f *Function) environ(api string) []string {
	env := append(baseEnviron(), f.Env...)
	return append(env,
		"FC_RUNTIME_API="+api,
		"FC_ACCOUNT_ID="+f.AccountID,
		"FC_REGION="+f.Region,
		"FC_FUNCTION_MEMORY_SIZE="+memory,
		"ALIBABA_CLOUD_ACCESS_KEY_ID="+f.Credentials.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET="+f.Credentials.AccessKeySecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN="+f.Credentials.SecurityToken,
	)
}
