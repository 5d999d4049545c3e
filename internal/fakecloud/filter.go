package fakecloud

import (
	"encoding/json"
	"fmt"
	"slices"
)

// filter is what DescribeInstances is asked for; all of it must fit.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type filter struct {
	byIDs  bool
	ids    []string // without repeats
	status Status
	charge ChargeType
	lock   string
}

const maxIDs = 100

// unsupported are filters that the real API has and the fake has not. To
// ignore one would show instances that were not asked for.
var unsupported = []string{
	"DeviceAvailable", "EipAddresses", "ImageId", "InstanceNetworkType", "InstanceType", "InstanceTypeFamily",
	"InstanceName", "Tag.1.Key", "ResourceGroupId", "VSwitchId", "VpcId", "ZoneId", "HttpEndpoint", "HttpTokens", "InnerIpAddresses", "InternetChargeType", "IoOptimized",
	"Ipv6Address.1", "NeedSaleCycle", "PrivateIpAddresses", "PublicIpAddresses", "RdmaIpAddresses", "SecurityGroupId",
	"Filter.1.Key", "HpcClusterId", "KeyPairName",
}

func (k *call) readFilter() (filter, *Error) {
	p := k.q.params
	f := filter{
		status: Status(p.Get("Status")), charge: ChargeType(p.Get("InstanceChargeType")),
		lock: p.Get("LockReason"),
	}
	if e := k.refuseUnsupported(unsupported...); e != nil {
		return f, e
	}
	switch f.status {
	case "", Pending, Starting, Running, Stopping, Stopped:
	default:
		return f, apiError("InvalidStatus.NotFound")
	}
	if f.charge != "" && f.charge != PostPaid && f.charge != PrePaid {
		return f, apiError("InvalidInstanceChargeType.NotFound")
	}
	if f.lock != "" && !hasLock(knownLocks, f.lock) {
		return f, apiError("InvalidLockReason.NotFound")
	}
	return f, f.readIDs(p.Get("InstanceIds"))
}

// refuseUnsupported refuses filters that the fake does not know.
func (k *call) refuseUnsupported(names ...string) *Error {
	for _, name := range names {
		if k.q.params.Get(name) != "" {
			return &Error{Code: "FakeCloud.Unsupported", Status: 400, Message: fmt.Sprintf("This fake does not know the filter %s.", name)}
		}
	}
	return nil
}

// readIDs reads a JSON list as text: an empty list finds nothing, which is not
// the same as no list. How the real API refuses a bad list is not documented.
func (f *filter) readIDs(text string) *Error {
	if text == "" {
		return nil
	}
	var ids []string
	if err := json.Unmarshal([]byte(text), &ids); err != nil || len(ids) > maxIDs {
		return apiError(codeInvalidParameter, "InstanceIds")
	}
	f.byIDs = true
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			f.ids = append(f.ids, id)
		}
		seen[id] = true
	}
	return nil
}

// fits says whether an instance in a state is asked for.
func (f *filter) fits(in *instance, m moment) bool {
	return !m.released &&
		(f.status == "" || m.status == f.status) &&
		(f.charge == "" || in.chargeType() == f.charge) &&
		// Whether the real filter matches any of several locks is not documented. Here it does.
		(f.lock == "" || hasLock(m.locks, f.lock))
}

// candidates are the instances to look through, in a lasting order.
func (k *call) candidates(f *filter) []*instance {
	s := k.key.account.regions[k.region]
	if s == nil {
		return nil
	}
	if !f.byIDs {
		return s.ordered
	}
	var found []*instance
	for _, id := range f.ids {
		if in := s.byID[id]; in != nil {
			found = append(found, in)
		}
	}
	return slices.Clip(found)
}
