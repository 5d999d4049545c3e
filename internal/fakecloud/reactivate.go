package fakecloud

import "slices"

// reactivateInstances starts one overdue instance whose bill is paid. Despite its
// plural name it takes one id. Success means that the instance is Starting.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
func (k *call) reactivateInstances() (any, *Error) {
	id := k.q.params.Get("InstanceId")
	if id == "" {
		return nil, missing("InstanceId")
	}
	in := k.key.account.instance(k.RegionID, id, k.at)
	if in == nil {
		return nil, apiError("InvalidInstanceId.NotFound")
	}
	if e := in.refusal(in.state(k.at)); e != nil {
		return nil, e
	}
	in.start(k.at)
	return object{"RequestId": k.RequestID}, nil
}

// refusal is why an instance is not started; nil: it is. The codes are
// documented, the order in which they are checked is not.
func (in *instance) refusal(m moment) *Error {
	switch {
	case in.prepaid():
		return apiError("InvalidPayType.NotSupport")
	case hasLock(m.locks, "security"):
		return apiError("InstanceLockedForSecurity")
	case slices.Contains(passing, m.status):
		return apiError("IncorrectInstanceStatus")
	case m.status != Stopped || !hasLock(m.locks, lockFinancial):
		// Running, or stopped by its owner: not expired.
		return apiError("ReopenInstance.InstanceStatusNotValid")
	case hasLock(m.locks, "recycling") || hasLock(m.locks, "refunded") || hasLock(m.locks, "dedicatedhostfinancial"):
		// An assumption: no document says how ECS answers for these locks beside financial.
		return apiError("IncorrectInstanceStatus")
	}
	if e := in.moneyRefusal(); e != nil {
		return e
	}
	if in.spec.StartFails != nil {
		// Sold out and its like; the documents list them for StartInstance.
		return in.spec.StartFails.complete()
	}
	return nil
}

// moneyRefusal is the balance rule: on the China site at least CNY 100, on the
// international site nothing owed.
// Source: https://help.aliyun.com/document_detail/95987.html
func (in *instance) moneyRefusal() *Error {
	least := int64(minimumFen)
	if in.account.Site == International {
		least = 0
	}
	if in.account.fen < least {
		return apiError("ReopenInstance.InstanceNotEnoughBalance")
	}
	return nil
}
