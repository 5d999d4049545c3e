package fakefc

import (
	"encoding/json"
	"fmt"
	"time"
)

// Result is the outcome of one invocation.
type Result struct {
	RequestID string
	Payload   []byte         // what the function returned, byte for byte; nil beside an Error
	Error     *FunctionError // nil: the function returned
}

// Cause is the way in which an invocation failed.
type Cause string

// The causes.
const (
	Returned Cause = "returned" // the function returned an error, or panicked and lives on
	Exited   Cause = "exited"   // the process ended before it answered
	TimedOut Cause = "timed-out"
)

// FunctionError is how an invocation failed, in Function Compute's own words:
// errorType and errorMessage of the answer.
type FunctionError struct {
	Cause   Cause
	Type    string // the Go type's name; of a timeout or a dead process the name in the request metrics
	Message string
}

// Error gives type and message.
func (e *FunctionError) Error() string {
	if e.Type == "" {
		return e.Message
	}
	return e.Type + ": " + e.Message
}

// parseError reads the document that a function posts to /error. One that is
// not such a document is kept as the message, since it is all there is.
func parseError(body []byte) *FunctionError {
	var doc struct {
		Message *string `json:"errorMessage"`
		Type    string  `json:"errorType"`
	}
	if err := json.Unmarshal(body, &doc); err != nil || doc.Message == nil {
		return &FunctionError{Cause: Returned, Message: fmt.Sprintf("the error is not a JSON object with an errorMessage: %.1000q", body)}
	}
	return &FunctionError{Cause: Returned, Type: doc.Type, Message: *doc.Message}
}

// timeoutError and exitError follow the wording of Function Compute
// (https://github.com/aliyun-fc/fc-docs, docs/zh-CN/02.云函数/08.常见问题, number 062);
// the types are those of its request metrics (04.功能说明, number 091), since the
// answers themselves have none.
func timeoutError(timeout, took time.Duration) *FunctionError {
	return &FunctionError{Cause: TimedOut, Type: "FunctionTimeoutError", Message: fmt.Sprintf(
		"Function timed out after %v seconds (duration: %dms)", timeout.Seconds(), took.Milliseconds())}
}

func exitError(state string, took time.Duration) *FunctionError {
	return &FunctionError{Cause: Exited, Type: "FunctionUnhandledError", Message: fmt.Sprintf(
		"Process exited unexpectedly before completing request (duration: %dms, %s)", took.Milliseconds(), state)}
}
