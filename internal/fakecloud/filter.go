package fakecloud

import "slices"

const maxIDs = 100

// readFilter reads the filters of DescribeInstances: the instances to look through, and whether one of them fits.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (k *call) readFilter() (candidates []*instance, fits func(*instance, moment) bool, e *Error) {
	p := k.q.params
	status, charge, lock := Status(p.Get("Status")), ChargeType(p.Get("InstanceChargeType")), p.Get("LockReason")
	switch {
	case p.Get("RegionId") == "":
		return nil, nil, missing("RegionId")
	case status != "" && !slices.Contains(statuses, status):
		return nil, nil, apiError("InvalidStatus.NotFound")
	case charge != "" && !slices.Contains(chargeTypes, charge):
		return nil, nil, apiError("InvalidInstanceChargeType.NotFound")
	case lock != "" && !hasLock(knownLocks, lock):
		return nil, nil, apiError("InvalidLockReason.NotFound")
	}
	candidates = k.key.account.instances
	if p.Get("InstanceIds") != "" {
		// An empty list finds nothing; without a list, all are found. How the real API refuses a bad list is not documented.
		if k.InstanceIDs == nil || len(k.InstanceIDs) > maxIDs {
			return nil, nil, invalid("InstanceIds")
		}
		candidates = k.named(k.InstanceIDs)
	}
	return candidates, func(in *instance, m moment) bool {
		return !m.released && (status == "" || m.status == status) && (charge == "" || in.prepaid() == (charge == PrePaid)) &&
			// Whether the real filter matches any of several locks is not documented. Here it does.
			(lock == "" || hasLock(m.locks, lock))
	}, nil
}

// named are the instances of the call's region that have one of the ids, once each.
func (k *call) named(ids []string) []*instance {
	var found []*instance
	for _, id := range ids {
		if in := k.key.account.byPlace[place{k.RegionID, id}]; in != nil && !slices.Contains(found, in) {
			found = append(found, in)
		}
	}
	return found
}
