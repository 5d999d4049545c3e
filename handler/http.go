package handler

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// response is what Function Compute maps to an HTTP response. Without statusCode it would send the whole
// object with status 200, and for a Go error a bare 502.
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
type response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	Body            string            `json:"body"`
}

// webhookTime is what a webhook's answer may take: CloudMonitor gives up after 5 s.
// https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/use-the-alert-callback-feature-to-send-notifications-about-threshold-triggered-alerts
const webhookTime = 3500 * time.Millisecond

// webhookTell is what people may still be told in after that.
const webhookTell = 500 * time.Millisecond

// retryAfterSeconds is what a caller is asked to wait where another delivery could finish the work.
const retryAfterSeconds = 30

// serveHTTP answers an HTTP request: a response object always, never an error.
func (h *Handler) serveHTTP(ctx context.Context, in *invocation, req event.HTTPRequest, broken error) (json.RawMessage, error) {
	status, body, err := h.answer(ctx, in, req, broken)
	if err != nil {
		body = map[string]any{"error": map[string]string{"type": errorType(err), "message": h.config.Lang.Text(err.Error())}}
	}
	headers := map[string]string{"Content-Type": "application/json"}
	switch status {
	case http.StatusServiceUnavailable:
		headers["Retry-After"] = strconv.Itoa(retryAfterSeconds)
	case http.StatusMethodNotAllowed:
		headers["Allow"] = "GET, POST"
	case http.StatusUnauthorized:
		headers["WWW-Authenticate"] = "Bearer"
	}
	text, err := marshal(body)
	if err != nil {
		return nil, err
	}
	return marshal(response{StatusCode: status, Headers: headers, Body: string(text)})
}

// UnauthorizedError says that the caller is nobody whom the configuration lets in.
type UnauthorizedError struct{ Problem string }

func (e *UnauthorizedError) Error() string { return e.Problem }

// MethodNotAllowedError says that the method is neither GET nor POST.
type MethodNotAllowedError struct{}

func (*MethodNotAllowedError) Error() string {
	return "the method is not allowed: POST an event or a request, or GET a plan"
}

// BodyTooLargeError says that the body is over event.MaxBody.
type BodyTooLargeError struct{}

func (*BodyTooLargeError) Error() string { return event.ErrBodyTooLarge.Error() }

// answer returns the status and what the body shows, or the error that it shows. It decides in the order in which a
// stranger learns least.
func (h *Handler) answer(ctx context.Context, in *invocation, req event.HTTPRequest, broken error) (int, any, error) {
	status, err := h.admit(req, broken)
	if err != nil {
		return status, nil, h.refuse(in, err)
	}
	decoded, err := decodeHTTP(event.Decoder{Source: reactivate.SourceHTTP, Serves: in.serves}, req)
	switch {
	case err == nil && decoded.Doctor:
		return http.StatusOK, h.diagnose(ctx, in, decoded.DoctorNotify), nil
	case h.configErr != nil:
		return http.StatusInternalServerError, nil, h.refuse(in, h.configErr)
	case err != nil:
		return http.StatusBadRequest, nil, h.refuse(in, err)
	}
	statusOf := requestStatus
	if !decoded.IsRequest {
		statusOf = webhookStatus
		var cancel context.CancelFunc
		ctx, cancel = webhook(ctx, in, decoded)
		defer cancel()
	}
	report, err := h.run(ctx, in, decoded)
	if report == nil {
		return http.StatusInternalServerError, nil, err
	}
	return statusOf(report), report, nil
}

// admit refuses what never reaches a decoder.
func (h *Handler) admit(req event.HTTPRequest, broken error) (int, error) {
	if h.config.HTTP.Wrong {
		return http.StatusInternalServerError, h.configErr
	}
	if err := h.config.HTTP.authorize(req); err != nil {
		return http.StatusUnauthorized, err
	}
	switch {
	case req.Method != http.MethodGet && req.Method != http.MethodPost:
		return http.StatusMethodNotAllowed, &MethodNotAllowedError{}
	case errors.Is(broken, event.ErrBodyTooLarge):
		return http.StatusRequestEntityTooLarge, &BodyTooLargeError{}
	case broken != nil:
		return http.StatusBadRequest, broken
	}
	return http.StatusOK, nil
}

// decodeHTTP decodes a POST's body, or a GET's query, which never acts.
func decodeHTTP(decoder event.Decoder, req event.HTTPRequest) (event.Decoded, error) {
	if req.Method == http.MethodPost {
		return decoder.Decode(req.Body)
	}
	request, err := decoder.DecodeQuery(req.Query)
	return event.Decoded{Requests: []reactivate.Request{request}, Source: reactivate.SourceHTTP, IsRequest: true}, err
}

// webhook gives an event's run the time that its sender waits, and no watching.
func webhook(ctx context.Context, in *invocation, decoded event.Decoded) (context.Context, context.CancelFunc) {
	var unwatched time.Duration
	for i := range decoded.Requests {
		decoded.Requests[i].Wait = &unwatched
	}
	in.tellBefore(in.started.Add(webhookTime + webhookTell))
	return context.WithDeadline(ctx, in.started.Add(webhookTime))
}

// authorize tells whether a request may come in. All tokens are compared, each in constant time.
func (a HTTPAuth) authorize(req event.HTTPRequest) error {
	switch a.Mode {
	case "platform": // the trigger let nobody through whom it does not know
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
		return &UnauthorizedError{"send one of REACTIVATE_HTTP_TOKEN as Authorization: Bearer TOKEN, or as ?token=TOKEN"}
	}
	return &UnauthorizedError{"the HTTP trigger is closed: set REACTIVATE_HTTP_AUTH to platform or token to open it"}
}

// requestStatus is the status for a person, or a program of theirs: the first of these that applies.
func requestStatus(report *reactivate.Report) int {
	err := report.Err()
	switch {
	case isType[*reactivate.LimitError](err):
		return http.StatusConflict
	case isType[*reactivate.DeniedError](err):
		return http.StatusForbidden
	case isType[*reactivate.FailedError](err):
		return http.StatusInternalServerError
	case report.Counts[reactivate.OutcomeFailed] > 0 || len(report.Errors) > 0:
		if err != nil {
			return http.StatusServiceUnavailable
		}
		return http.StatusInternalServerError
	case report.Counts[reactivate.OutcomeAwaitingPayment] > 0:
		return http.StatusPaymentRequired
	case report.Counts[reactivate.OutcomeAccepted]+report.Counts[reactivate.OutcomeDeferred] > 0:
		return http.StatusAccepted
	}
	return http.StatusOK
}

// webhookStatus is the status for the sender of an event, who sends again on errors and understands nothing else.
func webhookStatus(report *reactivate.Report) int {
	if isType[*reactivate.UnfinishedError](report.Err()) {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
