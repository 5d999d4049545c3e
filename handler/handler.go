// Package handler is the edge of the function: a payload comes in, a report goes out. It reads the configuration, decodes the
// event, runs what it asks for with the credentials of the invocation, logs, and answers as the trigger needs it.
//
// Only this package logs. It logs what reports hold, and never a payload, a header or a credential.
package handler

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/event"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// Handler serves invocations. Make it with New; it is safe for concurrent use.
type Handler struct {
	version   string
	config    Config
	configErr error         // a *ConfigError, returned by every invocation
	region    string        // the function's own, where an invocation does not tell it
	accountID string        // likewise
	place     wording.Place // where its advice is read
	cloud     *aliyun.Cloud
	lists     sync.Map // a memberList for each folder
	log       *slog.Logger
	client    *http.Client // for messages
	proxies   []string     // the proxy variables that are set, and ignored
}

// localVariable is set by the local commands for the function that they run: its advice is for the person at the terminal.
const localVariable = "LOCAL_COMMAND"

// New makes a Handler from an environment of "NAME=value" strings, once per process. If the environment is wrong, that is the
// answer to every invocation. Logs are JSON lines.
func New(environ []string, version string, logs io.Writer) *Handler {
	h := &Handler{version: version, proxies: proxyVariables(environ), client: notify.NewClient()}
	h.config, h.configErr = ParseConfig(environ)
	h.accountID, h.region = lookup(environ, "FC_ACCOUNT_ID"), lookup(environ, "FC_REGION")
	if h.region == "" && len(h.config.Policy.Regions) > 0 {
		h.region = h.config.Policy.Regions[0] // it only names endpoints: the regions to look in are configured
	}
	if lookup(environ, localVariable) != "" {
		h.place = wording.Local
	}
	h.cloud = aliyun.NewCloud(h.config.Endpoint)
	h.log = slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: h.config.LogLevel}))
	return h
}

// Start serves the function until the process ends. Call it where FC_RUNTIME_API is set. The Handler is made when the first
// event has come, so that the process asks for that event sooner.
func Start(version string) {
	made := sync.OnceValue(func() *Handler {
		environ := os.Environ()
		readAuthoritiesOnce()
		limitMemory(environ)
		return New(environ, version, os.Stdout)
	})
	// A function, not an fc.Handler: that interface fails at every invocation (SDK v0.3.1).
	fc.Start(func(ctx context.Context, payload []byte) (any, error) { return made().Invoke(ctx, payload) })
}

// Invoke serves one invocation. The SDK turns the answer into JSON: JSON made here would be in memory twice more. The error, if
// any, has one of the types that docs/reference.md lists under Errors, because Function Compute publishes the type's bare name
// as errorType.
func (h *Handler) Invoke(ctx context.Context, payload []byte) (answer any, err error) {
	in := h.invocation(ctx)
	ctx, cancel := in.workTime(ctx)
	defer cancel()
	if req, ok, err := event.ParseHTTP(payload); ok {
		return h.serveHTTP(ctx, in, req, err)
	}
	serves := func(accountID string, _ reactivate.Source) bool { return h.serves(ctx, in, accountID) }
	decoded, err := event.Decoder{Now: in.started, Serves: serves}.Decode(payload)
	switch {
	case err == nil && decoded.Doctor:
		return h.diagnose(ctx, in, decoded.DoctorNotify), nil
	case h.configErr != nil:
		return nil, h.refuse(in, h.configErr)
	case err != nil:
		return nil, h.refuse(in, err)
	}
	return h.runEvent(ctx, in, decoded)
}

// runEvent runs what an event asks for, and answers as an event-triggered invocation does.
func (h *Handler) runEvent(ctx context.Context, in *invocation, decoded event.Decoded) (any, error) {
	report, err := h.run(ctx, in, decoded)
	if err != nil {
		return nil, err
	}
	return answer(report), nil
}

// invocation is what the runtime tells about an event. It is not kept after the event.
type invocation struct {
	requestID string
	region    string // the function's own
	accountID string // the number of the function's own account; "" if the runtime does not tell it
	function  string
	creds     aliyun.Credentials
	started   time.Time
	timeout   time.Duration // the function's; 0: no timeout
	tellBy    time.Time     // until when messages may be sent; zero: no limit
	listing   *listing      // nil: the directory was not asked
}

func (h *Handler) invocation(ctx context.Context) *invocation {
	in := &invocation{region: h.region, accountID: h.accountID, started: time.Now()}
	if deadline, ok := ctx.Deadline(); ok {
		in.timeout = deadline.Sub(in.started)
		in.tellBy = deadline.Add(-reserve(in.timeout) / 2)
	}
	if fc, ok := fccontext.FromContext(ctx); ok {
		in.requestID, in.function = fc.RequestID, fc.Function.Name
		in.creds = aliyun.Credentials{
			AccessKeyID: fc.Credentials.AccessKeyId, AccessKeySecret: fc.Credentials.AccessKeySecret, SecurityToken: fc.Credentials.SecurityToken,
		}
		in.region, in.accountID = cmp.Or(fc.Region, in.region), cmp.Or(fc.AccountId, in.accountID)
		if fc.Function.Timeout > 0 { // the whole timeout, not the time left
			in.timeout = time.Duration(fc.Function.Timeout) * time.Second
		}
	}
	return in
}

// workTime ends early enough that the report can still be given.
func (in *invocation) workTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve(deadline.Sub(in.started))))
}

// reserve is the time that is kept for the report: a tenth of the timeout, at least 0.3 and at most 10 s. That is enough for a
// report of ten thousand instances on the smallest function.
func reserve(timeout time.Duration) time.Duration {
	return min(max(timeout/10, 300*time.Millisecond), 10*time.Second)
}

// believes tells whether an HTTP request may come from a trigger of this function: its context does not name another account. If
// the function's own number is not known, every account may be its own.
func (in *invocation) believes(req event.HTTPRequest) bool {
	return in.accountID == "" || req.AccountID == in.accountID || !cloud.ValidAccountID(req.AccountID)
}

// refuse logs why an invocation did nothing. It fills the summary of a DecodeError, which is made without a language.
func (h *Handler) refuse(in *invocation, err error) error {
	if wrong, ok := errors.AsType[*event.DecodeError](err); ok {
		wrong.Summary = wording.DecodeError(h.config.Lang, wrong, string(wrong.Example))
	}
	h.log.Error("refused", "requestId", in.requestID, "type", errorType(err), "error", err.Error())
	return err
}

// run runs what an event asks for and logs the report. The error is that of an event-triggered invocation. It
// returns a report even with an error, unless nothing could be run in this environment.
func (h *Handler) run(ctx context.Context, in *invocation, decoded event.Decoded) (*reactivate.Report, error) {
	reactivator, unlisted, err := h.reactivator(ctx, in, decoded.Requests)
	if err != nil {
		return nil, h.refuse(in, err)
	}
	report := reactivator.Run(ctx, h.servable(in, decoded.Requests, reactivator.Watched))
	collect(report)
	report.Errors = append(report.Errors, unlisted...)
	report.RequestID, report.Source, report.EventID, report.Ignored = in.requestID, decoded.Source, decoded.EventID, wording.Reason(h.config.Lang, decoded.Ignored)
	wording.Advise(h.config.Lang, h.place, report)
	err = endError(report.Trouble(), wording.Summary(h.config.Lang, report))
	h.logReport(asked(decoded.Requests), report, err)
	h.tell(ctx, in, decoded.Requests, report)
	return report, err
}

// reactivator makes a Reactivator for one invocation, because the credentials come with it. Its accounts are those that the
// requests are about. The errors say which of them could not be listed.
func (h *Handler) reactivator(ctx context.Context, in *invocation, requests []reactivate.Request) (*reactivate.Reactivator, []reactivate.RegionError, error) {
	if !cloud.ValidRegionID(in.region) {
		return nil, nil, &ConfigError{[]string{"FC_REGION, " + wording.NotTheFCRegion.In(h.config.Lang)}, h.config.Lang}
	}
	policy := h.config.Policy
	policy.Retry = retry()
	if policy.Regions != nil && len(policy.Regions) == 0 {
		policy.Regions = []string{in.region}
	}
	watched, unlisted := h.watched(ctx, in, requests)
	own := reactivate.Account{ID: in.accountID, ECS: someRegions{h.cloud.Own(in.creds, in.region), h.config.ExceptRegions}}
	if i := slices.IndexFunc(watched, func(a reactivate.Account) bool { return a.ID == own.ID }); i >= 0 {
		own = watched[i] // if it is watched too, by the role that is configured for it
	}
	return &reactivate.Reactivator{
		Own: own, Watched: watched, Policy: policy,
		Progress: func(p reactivate.Progress) { h.logProgress(in, p) },
	}, unlisted, nil
}

func lookup(environ []string, name string) string {
	for _, entry := range environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
