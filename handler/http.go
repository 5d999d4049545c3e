package handler

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// response is what Function Compute turns into an HTTP response. Without statusCode it would send the whole object with status
// 200, and for a Go error a bare 502.
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
type response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	Body            string            `json:"body"`
}

// webhookTime is how long the answer to a webhook may take: CloudMonitor gives up after 5 s.
// https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/use-the-alert-callback-feature-to-send-notifications-about-threshold-triggered-alerts
const webhookTime = 3500 * time.Millisecond

// webhookTell is the time for messages after that.
const webhookTell = 500 * time.Millisecond

// retryAfterSeconds is how long a caller is asked to wait if another delivery could finish the work.
const retryAfterSeconds = 30

// serveHTTP answers an HTTP request. The answer is always a response object and never an error, unless an event came
// asynchronously: then Function Compute has already answered the sender, who does not wait, and the run ends as for any other
// event.
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
func (h *Handler) serveHTTP(ctx context.Context, in *invocation, req event.HTTPRequest, broken error) (any, error) {
	if status, err := h.authorize(in, req); err != nil {
		// A caller without authorisation learns the type of the error. The log has the rest.
		return respond(status, problem(h.refuse(in, err), wording.HTTPSeeLog.In(h.config.Lang)))
	}
	if status, err := readable(req, broken); err != nil {
		return h.refuseHTTP(in, status, err)
	}
	async := strings.EqualFold(req.Header("X-Fc-Invocation-Type"), "Async")
	serves := func(accountID string, source reactivate.Source) bool {
		ctx, cancel := decodeTime(ctx, in, async || source == reactivate.SourceHTTP)
		defer cancel()
		return h.serves(ctx, in, accountID)
	}
	decoded, err := decodeHTTP(event.Decoder{Source: reactivate.SourceHTTP, Now: in.started, Serves: serves}, in, req)
	async = async && err == nil && !decoded.IsRequest
	switch {
	case err == nil && decoded.Doctor:
		return respond(http.StatusOK, h.diagnose(ctx, in, decoded.DoctorNotify))
	case h.configErr != nil && async:
		return nil, h.refuse(in, h.configErr)
	case h.configErr != nil:
		return h.refuseHTTP(in, http.StatusInternalServerError, h.configErr)
	case err != nil:
		return h.refuseHTTP(in, http.StatusBadRequest, err)
	case async:
		return h.runEvent(ctx, in, decoded)
	case decoded.IsRequest:
		return h.runHTTP(ctx, in, decoded, requestStatus)
	}
	ctx, cancel := webhook(ctx, in, decoded)
	defer cancel()
	return h.runHTTP(ctx, in, decoded, webhookStatus)
}

// runHTTP runs what a request asks for and answers with the report.
func (h *Handler) runHTTP(ctx context.Context, in *invocation, decoded event.Decoded, statusOf func(*reactivate.Report) int) (any, error) {
	report, err := h.run(ctx, in, decoded)
	if report == nil {
		return respond(http.StatusInternalServerError, problem(err, err.Error()))
	}
	return respond(statusOf(report), report.Answer())
}

// refuseHTTP logs why an authorised request is not run, and answers so.
func (h *Handler) refuseHTTP(in *invocation, status int, err error) (any, error) {
	err = h.refuse(in, err)
	return respond(status, problem(err, err.Error()))
}

// problem is the body of an answer without a report.
func problem(err error, message string) any {
	return map[string]any{"error": map[string]string{"type": errorType(err), "message": message}}
}

func respond(status int, body any) (any, error) {
	headers := map[string]string{"Content-Type": "application/json"}
	switch status {
	case http.StatusServiceUnavailable:
		headers["Retry-After"] = strconv.Itoa(retryAfterSeconds)
	case http.StatusMethodNotAllowed:
		headers["Allow"] = "GET, HEAD, POST"
	case http.StatusUnauthorized:
		headers["WWW-Authenticate"] = "Bearer"
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // it is not for browsers
	if err := e.Encode(body); err != nil {
		return nil, fmt.Errorf("marshal the body: %w", err)
	}
	return response{StatusCode: status, Headers: headers, Body: strings.TrimSpace(text.String())}, nil
}

// spoken is a refusal of a request, which is made before its language is known.
type spoken interface {
	error
	in(l wording.Lang) error
}

// UnauthorizedError says that the configuration does not admit the caller.
type UnauthorizedError struct {
	Problem wording.Words
	lang    wording.Lang
}

func (e *UnauthorizedError) Error() string           { return e.Problem.In(e.lang) }
func (e *UnauthorizedError) in(l wording.Lang) error { return &UnauthorizedError{e.Problem, l} }

// MethodNotAllowedError says that the method is not GET, HEAD or POST.
type MethodNotAllowedError struct{ lang wording.Lang }

func (e *MethodNotAllowedError) Error() string         { return wording.HTTPMethod.In(e.lang) }
func (*MethodNotAllowedError) in(l wording.Lang) error { return &MethodNotAllowedError{l} }

// BodyTooLargeError says that the body is over event.MaxBody.
type BodyTooLargeError struct{ lang wording.Lang }

func (e *BodyTooLargeError) Error() string         { return wording.HTTPTooLarge.In(e.lang) }
func (*BodyTooLargeError) in(l wording.Lang) error { return &BodyTooLargeError{l} }

// authorize tells whether a request is authorised, and with which status it is refused otherwise.
func (h *Handler) authorize(in *invocation, req event.HTTPRequest) (status int, err error) {
	if h.config.HTTP.Wrong {
		return http.StatusInternalServerError, h.configErr
	}
	return http.StatusUnauthorized, h.config.HTTP.authorize(in, req)
}

// readable tells whether an authorised request can be decoded, and with which status it is refused otherwise.
func readable(req event.HTTPRequest, broken error) (status int, err error) {
	switch {
	case !isGet(req) && req.Method != http.MethodPost:
		return http.StatusMethodNotAllowed, &MethodNotAllowedError{}
	case errors.Is(broken, event.ErrBodyTooLarge):
		return http.StatusRequestEntityTooLarge, &BodyTooLargeError{}
	}
	return http.StatusBadRequest, broken
}

// isGet tells whether a request is a GET or a HEAD, which are answered alike. HTTP itself keeps the body of a HEAD's answer back.
func isGet(req event.HTTPRequest) bool {
	return req.Method == http.MethodGet || req.Method == http.MethodHead
}

// decodeHTTP decodes a POST's body, or a GET's query, which never acts.
func decodeHTTP(decoder event.Decoder, in *invocation, req event.HTTPRequest) (event.Decoded, error) {
	if isGet(req) {
		request, err := decoder.DecodeQuery(req.Query)
		return event.Decoded{Requests: []reactivate.Request{request}, Source: reactivate.SourceHTTP, IsRequest: true}, err
	}
	decoded, err := decoder.Decode(req.Body)
	if err == nil && !in.believes(req) && slices.ContainsFunc(decoded.Requests, func(r reactivate.Request) bool { return r.Force }) {
		return event.Decoded{}, &event.DecodeError{Field: "force", Problem: event.Said{Code: "force-account"}}
	}
	return decoded, err
}

// decodeTime limits how long the directory is asked whether an event's account is watched: as long as the sender waits.
// There is no limit for a person, who waits longer, and for an asynchronous event, for which nobody waits.
func decodeTime(ctx context.Context, in *invocation, patient bool) (context.Context, context.CancelFunc) {
	if patient {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, in.started.Add(webhookTime))
}

// webhook gives the run of an event the time that its sender waits, and no time to watch.
func webhook(ctx context.Context, in *invocation, decoded event.Decoded) (context.Context, context.CancelFunc) {
	var unwatched time.Duration
	for i := range decoded.Requests {
		decoded.Requests[i].Wait = &unwatched
	}
	in.tellBefore(in.started.Add(webhookTime + webhookTell))
	return context.WithDeadline(ctx, in.started.Add(webhookTime))
}

// authorize tells whether a request is authorised. It compares all tokens, each in constant time.
func (a HTTPAuth) authorize(in *invocation, req event.HTTPRequest) error {
	switch a.Mode {
	case "platform": // the trigger has authenticated the caller
		if !in.believes(req) {
			return &UnauthorizedError{Problem: wording.HTTPForeign}
		}
		return nil
	case "token":
		given := req.Query["token"]
		if scheme, token, ok := strings.Cut(req.Header("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
			given = strings.TrimSpace(token)
		}
		matches := 0
		sum := sha256.Sum256([]byte(given))
		for _, token := range a.Tokens {
			want := sha256.Sum256([]byte(token))
			matches += subtle.ConstantTimeCompare(sum[:], want[:])
		}
		if matches > 0 {
			return nil
		}
		return &UnauthorizedError{Problem: wording.HTTPToken}
	}
	return &UnauthorizedError{Problem: wording.HTTPClosed}
}

// requestStatus is the status for a person or their program: the first that applies.
func requestStatus(report *reactivate.Report) int {
	trouble := report.Trouble()
	switch {
	case trouble == reactivate.TroubleLimit:
		return http.StatusConflict
	case trouble == reactivate.TroubleDenied:
		return http.StatusForbidden
	case trouble == reactivate.TroubleFailed:
		return http.StatusInternalServerError
	case report.Counts[reactivate.OutcomeFailed] > 0 || slices.ContainsFunc(report.Errors, notWarning):
		if trouble != reactivate.TroubleNone {
			return http.StatusServiceUnavailable
		}
		return http.StatusInternalServerError
	case report.Counts[reactivate.OutcomeAwaitingPayment] > 0:
		return http.StatusPaymentRequired
	case slices.ContainsFunc(report.Results, goesOn):
		return http.StatusAccepted
	}
	return http.StatusOK
}

// goesOn tells whether a row is still starting, or was not reached in time. A row that was left to the next sweep on purpose is
// finished for now.
func goesOn(row reactivate.Result) bool {
	return row.Outcome == reactivate.OutcomeAccepted || row.Outcome == reactivate.OutcomeDeferred && !row.Reason.OnPurpose()
}

func notWarning(e reactivate.RegionError) bool { return !e.Err.Warning }

// webhookStatus is the status for the sender of an event. It sends the event again after an error,
// and makes no other distinction.
func webhookStatus(report *reactivate.Report) int {
	if report.Trouble() == reactivate.TroubleUnfinished {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}
