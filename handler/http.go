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
	if status, err := h.readable(req, broken); err != nil {
		return h.refuseHTTP(in, status, err)
	}
	async := strings.EqualFold(req.Header("X-Fc-Invocation-Type"), "Async")
	serves := func(accountID string, source reactivate.Source) bool {
		if async || source == reactivate.SourceHTTP { // nobody waits, or a person, who waits longer than a webhook's sender
			return h.serves(ctx, in, accountID)
		}
		ctx, cancel := context.WithDeadline(ctx, in.started.Add(webhookTime))
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
	return respond(statusOf(report), answer(report))
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

type (
	// UnauthorizedError says that the configuration does not admit the caller.
	UnauthorizedError string
	// MethodNotAllowedError says that the method is not GET, HEAD or POST.
	MethodNotAllowedError string
	// BodyTooLargeError says that the body is over event.MaxBody.
	BodyTooLargeError string
)

func (e UnauthorizedError) Error() string     { return string(e) }
func (e MethodNotAllowedError) Error() string { return string(e) }
func (e BodyTooLargeError) Error() string     { return string(e) }

// authorize tells whether a request is authorised, and with which status it is refused otherwise.
func (h *Handler) authorize(in *invocation, req event.HTTPRequest) (status int, err error) {
	if h.config.HTTP.Wrong {
		return http.StatusInternalServerError, h.configErr
	}
	if problem := h.config.HTTP.refuses(in, req); problem != nil {
		return http.StatusUnauthorized, UnauthorizedError(problem.In(h.config.Lang))
	}
	return 0, nil
}

// readable tells whether an authorised request can be decoded, and with which status it is refused otherwise.
func (h *Handler) readable(req event.HTTPRequest, broken error) (status int, err error) {
	switch {
	case !isGet(req) && req.Method != http.MethodPost:
		return http.StatusMethodNotAllowed, MethodNotAllowedError(wording.HTTPMethod.In(h.config.Lang))
	case errors.Is(broken, event.ErrBodyTooLarge):
		return http.StatusRequestEntityTooLarge, BodyTooLargeError(wording.HTTPTooLarge.In(h.config.Lang))
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

// webhook gives the run of an event the time that its sender waits, and no time to watch.
func webhook(ctx context.Context, in *invocation, decoded event.Decoded) (context.Context, context.CancelFunc) {
	var unwatched time.Duration
	for i := range decoded.Requests {
		decoded.Requests[i].Wait = &unwatched
	}
	if by := in.started.Add(webhookTime + webhookTell); in.tellBy.IsZero() || by.Before(in.tellBy) {
		in.tellBy = by
	}
	return context.WithDeadline(ctx, in.started.Add(webhookTime))
}

// refuses returns why a request is not authorised; nil if it is. It compares all tokens, each in constant time.
func (a HTTPAuth) refuses(in *invocation, req event.HTTPRequest) wording.Words {
	switch a.Mode {
	case "platform": // the trigger has authenticated the caller
		if in.believes(req) {
			return nil
		}
		return wording.HTTPForeign
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
		return wording.HTTPToken
	}
	return wording.HTTPClosed
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
