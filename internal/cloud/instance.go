// Package cloud has the types of what Alibaba Cloud answers (instances, errors, ids), and the interface to ECS. It makes no call.
package cloud

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
	StatusStopped  Status = "Stopped"  // by its owner, or for overdue payment: the locks say which
)

// Instance is what one look at ECS shows.
type Instance struct {
	ID         string
	Name       string
	RegionID   string // where ECS says it is
	Status     Status
	ChargeType string            // "PostPaid" (pay-as-you-go) or "PrePaid" (subscription)
	Locks      []string          // lock reasons, a set, compared without case
	Tags       map[string]string // nil: no tags. A key that appears more than once has all its values, separated by TagSeparator
	StartTime  time.Time         // when it was last started; zero if it is not known
	PublicIP   string            // its public address, an elastic one's too; "" if it has none
}

// The lock reasons that decide. The documentation writes one of them in two ways ("Recycling"), so
// all are compared without case.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-behavior-when-an-instance-is-locked-for-security-reasons
const (
	lockFinancial = "financial"
	LockSecurity  = "security"
)

// lockRecycled comes with lockFinancial once the compute resources are reclaimed. It does not forbid a call.
const lockRecycled = "financial-recycling"

// Locked tells whether the instance carries the lock reason.
func (in *Instance) Locked(reason string) bool {
	return slices.ContainsFunc(in.Locks, func(lock string) bool { return strings.EqualFold(strings.TrimSpace(lock), reason) })
}

// Overdue tells whether the instance is locked for overdue payment. No other documented sign distinguishes
// it from an instance that its owner stopped.
func (in *Instance) Overdue() bool { return in.Locked(lockFinancial) }

// Forbidden tells whether the instance carries a lock that forbids a call, even together with a financial one. Such a lock is on a spot
// instance about to be released (recycling), on a refunded one, and on one whose dedicated host is overdue. An unknown lock forbids too.
func (in *Instance) Forbidden() bool {
	return slices.ContainsFunc(in.Locks, func(lock string) bool {
		lock = strings.TrimSpace(lock)
		return !strings.EqualFold(lock, lockFinancial) && (!strings.EqualFold(lock, lockRecycled) || !in.Overdue())
	})
}

// Tag is what a policy compares an instance's tags with.
type Tag struct {
	Key      string
	Value    string
	AnyValue bool // the key alone decides
}

// TagSeparator separates the values of a tag's key that an instance carries more than once. The console accepts no value with it.
const TagSeparator = "\n"

// On tells whether the instance carries the tag.
func (t Tag) On(in *Instance) bool {
	values, ok := in.Tags[t.Key]
	return ok && (t.AnyValue || hasValue(values, func(value string) bool { return value == t.Value }))
}

// hasValue tells whether one of a key's values is a wanted one.
func hasValue(values string, asked func(string) bool) bool {
	for value := range strings.SplitSeq(values, TagSeparator) {
		if asked(value) {
			return true
		}
	}
	return false
}

// Never tells whether the instance carries the tag reactivate=never, in upper or lower case. Such an instance is
// excluded whatever the policy says.
func (in *Instance) Never() bool {
	for key, values := range in.Tags {
		if strings.EqualFold(strings.TrimSpace(key), "reactivate") && hasValue(values, func(value string) bool {
			return strings.EqualFold(strings.TrimSpace(value), "never")
		}) {
			return true
		}
	}
	return false
}

// ScalingGroup is the scaling group that the instance belongs to; "" for none. Auto Scaling sets the tag itself.
// https://www.alibabacloud.com/help/en/auto-scaling/user-guide/overview-of-tags
func (in *Instance) ScalingGroup() string { return in.Tags["acs:autoscaling:scalingGroupId"] }
