package fakefc

import (
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

const apiPath = "/2020-11-11/runtime/invocation/"

// call is one invocation that the runtime API hands out.
type call struct {
	id      string
	header  http.Header
	payload []byte
	begin   time.Time
	answer  chan Result // has room for the one answer, so nobody waits to give it
}

// newCall gives inv the headers of the runtime API. The SDK needs the id, the
// deadline (epoch milliseconds) and the timeout (whole seconds); without the
// latter two it drops the event and never answers.
func (f *Function) newCall(inv Invocation) *call {
	now := time.Now()
	h := http.Header{}
	h.Set("x-fc-request-id", inv.RequestID)
	h.Set("x-fc-function-deadline", strconv.FormatInt(now.Add(f.Timeout).UnixMilli(), 10))
	h.Set("x-fc-function-timeout", strconv.Itoa(int(math.Ceil(f.Timeout.Seconds()))))
	h.Set("x-fc-function-type", "0") // an invocation, no life cycle hook
	h.Set("x-fc-access-key-id", f.Credentials.AccessKeyID)
	h.Set("x-fc-access-key-secret", f.Credentials.AccessKeySecret)
	h.Set("x-fc-security-token", f.Credentials.SecurityToken)
	h.Set("x-fc-function-name", f.Name)
	h.Set("x-fc-function-memory", memory)
	h.Set("x-fc-region", f.Region)
	h.Set("x-fc-account-id", f.AccountID)
	return &call{id: inv.RequestID, header: h, payload: inv.Payload, begin: now, answer: make(chan Result, 1)}
}

// NewRequestID returns a new id in the form that Function Compute gives its
// request ids.
func NewRequestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return fmt.Sprintf("1-%x-%x-%x", b[:4], b[4:10], b[10:])
}

// runtimeAPI is the runtime API of one instance. Each instance has its own, so
// a request that a dead one left behind cannot take the work of the next.
type runtimeAPI struct {
	http.ServeMux
	work    chan *call           // has room for one: there is never more than one
	current atomic.Pointer[call] // handed out or about to be, not yet answered
}

func newRuntimeAPI() *runtimeAPI {
	a := &runtimeAPI{work: make(chan *call, 1)}
	a.HandleFunc("GET "+apiPath+"next", a.next)
	a.HandleFunc("POST "+apiPath+"{id}/response", func(w http.ResponseWriter, r *http.Request) {
		a.answer(w, r, func(body []byte) Result { return Result{Payload: body} })
	})
	a.HandleFunc("POST "+apiPath+"{id}/error", func(w http.ResponseWriter, r *http.Request) {
		a.answer(w, r, func(body []byte) Result { return Result{Error: parseError(body)} })
	})
	return a
}

// give hands c to the next request for work.
func (a *runtimeAPI) give(c *call) {
	a.current.Store(c)
	a.work <- c
}

// takeBack reports whether nobody had taken the work.
func (a *runtimeAPI) takeBack() bool {
	select {
	case <-a.work:
		return true
	default:
		return false
	}
}

// next waits for work as long as its client does.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case c := <-a.work:
		if r.Context().Err() != nil {
			a.work <- c // the client has gone: keep the work for the next request
			return
		}
		maps.Copy(w.Header(), c.header)
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(c.payload)))
		// No Flush: header and body leave together. Two writes cost the
		// 40 ms of a delayed acknowledgement each time.
		w.Write(c.payload) //nolint:errcheck // a client that is gone is a child that died, which is noticed elsewhere
	}
}

// answer takes the answer to the invocation that the path names. Only the first
// answer to the running invocation counts; all others are refused with 400.
func (a *runtimeAPI) answer(w http.ResponseWriter, r *http.Request, result func([]byte) Result) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away in the middle: it has not answered
	}
	if !a.settle(r.PathValue("id"), result(body)) {
		http.Error(w, `{"errorMessage":"no invocation of this id waits for an answer"}`, http.StatusBadRequest)
	}
}

func (a *runtimeAPI) settle(id string, res Result) bool {
	c := a.current.Load()
	if c == nil || c.id != id || !a.current.CompareAndSwap(c, nil) {
		return false
	}
	res.RequestID = id
	c.answer <- res
	return true
}
