package aliyun

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"time"

	"reactivate/internal/cloud"
)

// wire is the HTTP client of one SDK call. It binds the call to the invocation's context, which the SDK's methods do not take.
// Of the answer it keeps what the SDK does not return: the whole body, the headers, and the status of an answer that is not from
// ECS.
type wire struct {
	ctx     context.Context
	client  *http.Client
	reused  bool          // the connection was kept from an earlier call
	opaque  bool          // only we read the body of a success; the SDK gets an empty object
	buffer  *bytes.Buffer // from buffers, for the body of a success; nil before there is one
	status  int           // 0: no answer
	header  http.Header
	body    []byte // of a success, in the buffer
	refusal refusal
	err     error // why there is no answer, or no whole one
}

// refusal is ECS's error body.
type refusal struct {
	XMLName   xml.Name `json:"-" xml:"Error"`
	Code      string
	Message   string
	RequestID string `json:"RequestId" xml:"RequestId"`
}

// How much of an unpacked answer is read, in bytes.
const (
	maxRefusal = 64 << 10
	maxAnswer  = 16 << 20 // a page of 100 instances is some 280 KB
)

// buffers are reused for the bodies of answers: reading a page into a new buffer allocates several times its size.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxBuffer is the largest buffer that is kept for the next call: twice a page.
const maxBuffer = 1 << 20

var errTooLarge = errors.New("it is over 16 MiB")

// Call implements the SDK's HttpClient. The SDK's own transport is not used.
func (w *wire) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	ctx := httptrace.WithClientTrace(w.ctx, &httptrace.ClientTrace{GotConn: func(conn httptrace.GotConnInfo) { w.reused = conn.Reused }})
	resp, err := w.client.Do(req.WithContext(ctx))
	if err != nil {
		w.err = err
		return nil, err
	}
	defer resp.Body.Close()
	w.status, w.header = resp.StatusCode, resp.Header
	body, err := w.read(resp.Body)
	if err != nil {
		w.err = err
		return nil, err
	}
	if w.opaque && w.status == http.StatusOK {
		body = []byte("{}")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// wasDead tells whether the call used a connection that was kept from an earlier one and that broke before the first byte of an
// answer. The server may have closed it while the function was frozen.
func (w *wire) wasDead() bool {
	timeout, ok := errors.AsType[net.Error](w.err)
	return w.reused && w.status == 0 && w.err != nil && w.ctx.Err() == nil && (!ok || !timeout.Timeout())
}

// read reads a body. A success is read whole or not at all. A refusal is decoded here, because the SDK loses the status of a
// body that it cannot parse, and turns a missing code into the text "<nil>".
func (w *wire) read(from io.Reader) ([]byte, error) {
	if w.status != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(from, maxRefusal))
		if err == nil {
			w.refusal = parseRefusal(body)
		}
		return body, err
	}
	w.buffer, _ = buffers.Get().(*bytes.Buffer) // not earlier, because a call that hangs needs none
	w.buffer.Reset()
	_, err := w.buffer.ReadFrom(io.LimitReader(from, maxAnswer+1))
	if err == nil && w.buffer.Len() > maxAnswer {
		return nil, errTooLarge
	}
	w.body = w.buffer.Bytes()
	return w.body, err
}

// release returns the buffer, and the body in it, for the next call.
func (w *wire) release() {
	if w.buffer != nil && w.buffer.Cap() <= maxBuffer {
		buffers.Put(w.buffer)
	}
	w.buffer, w.body = nil, nil
}

// parseRefusal reads JSON, which we ask for, or XML, which the gateway may send all the same. A body that is not an error of ECS
// leaves the code empty.
func parseRefusal(body []byte) (r refusal) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if bytes.HasPrefix(body, []byte("<")) {
		if xml.Unmarshal(body, &r) != nil {
			return refusal{}
		}
		return r
	}
	_ = json.Unmarshal(body, &r)
	return r
}

// classify returns the error of the call. It is nil only for an answer with a request id that is not blank.
func (w *wire) classify(op string, creds Credentials, requestID string, err error) error {
	switch {
	case w.status == http.StatusOK && err == nil && strings.TrimSpace(clean(requestID, creds)) != "":
		return nil
	case w.refusal.Code != "":
		return &cloud.Error{
			Op: op, Code: clean(w.refusal.Code, creds), Class: classOf(w.refusal.Code, w.status), Message: clean(w.refusal.Message, creds),
			Status: w.status, RequestID: clean(w.refusal.RequestID, creds),
			Hint: hintOf(w.refusal.Code), RetryAfter: w.retryAfter(), InstanceOnly: instanceOnly(w.refusal.Code),
		}
	}
	e := &cloud.Error{Op: op, Class: cloud.ClassTransient, Status: w.status, RetryAfter: w.retryAfter()}
	switch {
	case w.status == http.StatusFound || w.status == http.StatusTooManyRequests:
		// Throttling may show as a 302 without a body:
		// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-errorcodes
		e.Class, e.Message = cloud.ClassThrottled, "throttled by the gateway"
	case w.status != 0 && w.err != nil:
		e.Message, e.Cause = clean("an answer that broke off: "+w.err.Error(), creds), w.err
	case w.status == http.StatusOK && err != nil:
		e.Message, e.Cause = clean("an answer that cannot be read: "+err.Error(), creds), err
	case w.status == http.StatusOK:
		e.Message = "an answer without a RequestId is not a success"
	case w.status != 0:
		e.Message = fmt.Sprintf("HTTP %d without an ECS error in it", w.status)
	case w.err == nil && err != nil:
		// The SDK itself refused: nothing was sent.
		e.Class, e.Message = cloud.ClassInvalid, clean(err.Error(), creds)
	default:
		e.Cause = w.err
		if inner := errors.Unwrap(w.err); inner != nil {
			e.Cause = inner // without the *url.Error's text, which holds the query
		}
		e.Message = noAnswer(e.Cause, creds)
	}
	return e
}

func noAnswer(cause error, creds Credentials) string {
	switch {
	case errors.Is(cause, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(cause, context.Canceled):
		return "canceled before the answer"
	case cause == nil:
		return "no answer"
	}
	return clean("no answer: "+cause.Error(), creds)
}

// maxRetryAfter is the longest wait that a server may ask of us.
const maxRetryAfter = time.Minute

// retryAfter is how long a throttled answer asks to wait. The header counts milliseconds, as the vendor's own command line tool
// reads it.
func (w *wire) retryAfter() time.Duration {
	ms, err := strconv.ParseInt(w.header.Get("x-acs-retry-after"), 10, 64)
	if err != nil || ms <= 0 {
		return 0
	}
	return time.Duration(min(ms, maxRetryAfter.Milliseconds())) * time.Millisecond
}
