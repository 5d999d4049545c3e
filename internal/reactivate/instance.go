package reactivate

import (
	"slices"
	"strings"
	"time"
)

// Status is what DescribeInstances says of an instance. Expired, being recycled and locked are words of the
// console: in the API each of them is Stopped.
// https://www.alibabacloud.com/help/en/ecs/user-guide/instance-lifecycle
type Status string

const (
	StatusPending  Status = "Pending"  // being created
	StatusStarting Status = "Starting" // on its way to Running
	StatusRunning  Status = "Running"
	StatusStopping Status = "Stopping" // on its way to Stopped
	StatusStopped  Status = "Stopped"  // by its owner, or overdue: the locks tell
)

// Instance is what one look at ECS shows.
type Instance struct {
	ID         string
	Name       string
	RegionID   string // where ECS says it is
	Status     Status
	ChargeType string            // "PostPaid" (pay-as-you-go) or "PrePaid" (subscription)
	Locks      []string          // lock reasons, a set, compared without case
	Tags       map[string]string // nil means none
	StartTime  time.Time         // when it was last started; zero where ECS does not tell
}

// The lock reasons that decide. The documentation writes one of them in two ways ("Recycling"), so
// all are compared without case.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-behavior-when-an-instance-is-locked-for-security-reasons
const (
	lockFinancial = "financial"
	lockSecurity  = "security"
)

// forbiddingLocks are not ours to lift, even beside a financial lock: a spot instance about to be released, a
// refunded one, and one whose dedicated host is overdue. "financial-recycling", seen beside "financial"
// once the compute resources are reclaimed, is not among them.
var forbiddingLocks = []string{"recycling", "refunded", "dedicatedhostfinancial"}

// Locked tells whether the instance carries the lock reason.
func (in *Instance) Locked(reason string) bool {
	return slices.ContainsFunc(in.Locks, func(lock string) bool { return strings.EqualFold(lock, reason) })
}

// Overdue tells whether the instance is locked for overdue payment: the only documented sign that tells
// it from one that its owner stopped.
func (in *Instance) Overdue() bool { return in.Locked(lockFinancial) }

// Tag is what a policy compares an instance's tags with.
type Tag struct {
	Key      string
	Value    string
	AnyValue bool // the key alone decides
}

// On tells whether the instance carries the tag.
func (t Tag) On(in *Instance) bool {
	value, ok := in.Tags[t.Key]
	return ok && (t.AnyValue || value == t.Value)
}

// neverTag keeps its instance out whatever the policy says.
var neverTag = Tag{Key: "reactivate", Value: "never"}
