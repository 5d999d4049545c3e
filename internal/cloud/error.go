package cloud

import (
	"errors"
	"fmt"
	"time"
)

// The names of the APIs.
const (
	OpDescribe   = "DescribeInstances"
	OpRegions    = "DescribeRegions"
	OpReActivate = "ReActivateInstances"
	OpHistory    = "DescribeInstanceHistoryEvents"
	OpBalance    = "QueryAccountBalance"
	OpAssumeRole = "AssumeRole" // if the account's role cannot be assumed, every call fails with it
)

// Class is what an ECS error means for us, whatever its code.
type Class string

const (
	ClassThrottled   Class = "throttled"   // too many calls: paced and tried again, not counted
	ClassTransient   Class = "transient"   // passing, or no answer at all: tried again after a look
	ClassConflict    Class = "conflict"    // the instance is not (any longer) what the call needs
	ClassArrears     Class = "arrears"     // ECS wants money first
	ClassCapacity    Class = "capacity"    // sold out, or a quota
	ClassLocked      Class = "locked"      // locked for security
	ClassDenied      Class = "denied"      // no permission, or no valid credentials
	ClassUnsupported Class = "unsupported" // not for this kind of instance
	ClassNotFound    Class = "not-found"   // no such instance in this account and region
	ClassInvalid     Class = "invalid"     // the request itself
	ClassFellBack    Class = "fell-back"   // it started after a call, and was then seen Stopped again
	ClassUnknown     Class = "unknown"     // a code that we do not know
)

// Passing tells whether another delivery may find the error gone.
func (c Class) Passing() bool {
	return c == ClassThrottled || c == ClassTransient || c == ClassConflict || c == ClassCapacity
}

// Error is a refusal of ECS or STS, or the lack of an answer, as the report shows it.
type Error struct {
	Op        string `json:"op"`        // the API's action
	Code      string `json:"code"`      // ECS's own; "" where there was no answer
	Class     Class  `json:"class"`     // what it means
	Message   string `json:"message"`   // ECS's own, or what was wrong with the answer
	Status    int    `json:"status"`    // HTTP; 0 where there was no answer
	RequestID string `json:"requestId"` // ECS's own; "" where there was none

	Cause        error         `json:"-"` // what broke the answer; nil where the message says all
	Hint         Hint          `json:"-"` // a remedy other than its class's; "" means the class's
	RetryAfter   time.Duration `json:"-"` // what ECS asks to wait before the next call; 0 means it did not say
	InstanceOnly bool          `json:"-"` // of arrears: they concern this instance alone, not its account
	TimeUp       bool          `json:"-"` // of a passing class: our own deadline ended it
	Warning      bool          `json:"-"` // it is reported, but no run fails because of it
}

func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("%s: %s", e.Op, e.Message)
	}
	return fmt.Sprintf("%s: %s: %s", e.Op, e.Code, e.Message)
}

// Unwrap returns what broke the answer.
func (e *Error) Unwrap() error { return e.Cause }

// AsError returns err as the *Error that ECS implementations promise, nil for nil. Any other error becomes a transient one with
// err's text.
func AsError(op string, err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Op: op, Class: ClassTransient, Message: err.Error()}
}

// Hint names a remedy other than the one of the error's class.
type Hint string

const (
	HintRiskControl Hint = "risk-control" // of denied: the platform's risk control refuses, and no grant helps; a notice or a ticket does
	HintClock       Hint = "clock"        // of invalid: the time in the call is too far from the API's; a clock is wrong
	HintNoRole      Hint = "no-role"      // of denied: the role to assume does not exist; roll it out
)

// Action is the operation's name in a RAM policy.
func (e *Error) Action() string {
	switch e.Op {
	case OpAssumeRole:
		return "sts:AssumeRole"
	case "ListAccounts", "ListAccountsForParent", "ListFoldersForParent":
		return "resourcemanager:" + e.Op
	case "PutCustomEvent":
		return "cms:PutCustomEvent"
	case OpBalance:
		return "bss:DescribeAcccount" // so spelt: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
	}
	return "ecs:" + e.Op
}
