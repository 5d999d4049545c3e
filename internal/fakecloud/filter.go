package fakecloud

import (
	"encoding/json"
	"slices"
)

// filter is what DescribeInstances is asked for; all of it must fit.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type filter struct {
	byIDs  bool
	ids    []string
	status Status
	charge ChargeType
	lock   string
}

const maxIDs = 100

// unsupported are filters that the real API has and the fake has not. To
// ignore one would show instances that were not asked for.
var unsupported = []string{
	"DeviceAvailable", "EipAddresses", "Filter.1.Key", "HpcClusterId", "HttpEndpoint", "HttpTokens", "ImageId", "InnerIpAddresses",
	"InstanceName", "InstanceNetworkType", "InstanceType", "InstanceTypeFamily", "InternetChargeType", "IoOptimized", "Ipv6Address.1",
	"KeyPairName", "NeedSaleCycle", "PrivateIpAddresses", "PublicIpAddresses", "RdmaIpAddresses", "ResourceGroupId", "SecurityGroupId",
	"Tag.1.Key", "VSwitchId", "VpcId", "ZoneId",
}

func (k *call) readFilter() (filter, *Error) {
	p := k.q.params
	f := filter{status: Status(p.Get("Status")), charge: ChargeType(p.Get("InstanceChargeType")), lock: p.Get("LockReason")}
	if e := k.refuseUnsupported(unsupported...); e != nil {
		return f, e
	}
	switch {
	case f.status != "" && !slices.Contains(statuses, f.status):
		return f, apiError("InvalidStatus.NotFound")
	case f.charge != "" && !slices.Contains(chargeTypes, f.charge):
		return f, apiError("InvalidInstanceChargeType.NotFound")
	case f.lock != "" && !hasLock(knownLocks, f.lock):
		return f, apiError("InvalidLockReason.NotFound")
	}
	return f, f.readIDs(p.Get("InstanceIds"))
}

// refuseUnsupported refuses filters that the fake does not know.
func (k *call) refuseUnsupported(names ...string) *Error {
	for _, name := range names {
		if k.q.params.Get(name) != "" {
			return &Error{Code: "FakeCloud.Unsupported", Status: 400, Message: "This fake does not know the filter " + name + "."}
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
	f.byIDs = true
	if err := json.Unmarshal([]byte(text), &f.ids); err != nil || len(f.ids) > maxIDs {
		return invalid("InstanceIds")
	}
	return nil
}

// fits says whether an instance in a state is asked for.
func (f *filter) fits(in *instance, m moment) bool {
	return !m.released &&
		(f.status == "" || m.status == f.status) &&
		(f.charge == "" || in.prepaid() == (f.charge == PrePaid)) &&
		// Whether the real filter matches any of several locks is not documented. Here it does.
		(f.lock == "" || hasLock(m.locks, f.lock))
}

// candidates are the instances to look through, in a lasting order: those of the ids, once each, or all of the account in all regions.
func (k *call) candidates(byIDs bool, ids []string) []*instance {
	if !byIDs {
		return k.key.account.instances
	}
	var found []*instance
	for _, id := range ids {
		if in := k.key.account.byPlace[place{k.region, id}]; in != nil && !slices.Contains(found, in) {
			found = append(found, in)
		}
	}
	return found
}
