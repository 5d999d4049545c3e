package aliyun

import (
	"cmp"
	"net/http"
	"strings"

	"reactivate/internal/cloud"
)

// dryRunPassed is the code by which ECS answers a dry run that would have worked.
const dryRunPassed = "DryRunOperation"

// classOf returns what an error code means for us. A code that is listed, or that belongs to a family, decides alone, because
// documents print some codes with two different HTTP statuses. For an unknown code the status decides.
func classOf(code string, status int) cloud.Class {
	if class := cmp.Or(listed(code), family(code)); class != "" {
		return class
	}
	switch {
	case status == http.StatusTooManyRequests:
		return cloud.ClassThrottled
	case status >= http.StatusInternalServerError:
		return cloud.ClassTransient
	case strings.HasPrefix(code, "Missing"): // Missing{Name} comes with 400 and 403
		return cloud.ClassInvalid
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return cloud.ClassDenied
	case strings.HasPrefix(code, "Invalid"): // Invalid{Name} says less than the statuses above
		return cloud.ClassInvalid
	}
	return cloud.ClassUnknown
}

// listed returns the class of a code that the documents list and that no family covers; "" for any other code.
//
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/common-error-codes
//	https://api.aliyun.com/document/Sts/2015-04-01/errorCode
//	https://api.alibabacloud.com/document/ResourceManager/2020-03-31/errorCode
//	https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func listed(code string) cloud.Class {
	switch code {
	// Codes of ReActivateInstances, today's names and those of 2018.
	case "ReopenInstance.InstanceStatusNotValid", "ReactivateInstances.InstanceStatusNotValid":
		return cloud.ClassConflict
	case "InvalidInstanceId.NotFound":
		return cloud.ClassNotFound
	case "InvalidPayType.NotSupport":
		return cloud.ClassUnsupported
	case "InternalError":
		return cloud.ClassTransient

	// Codes of StartInstance: an instance whose compute resources were reclaimed may get them.
	case "InstanceExpired":
		return cloud.ClassArrears
	case "InstanceNotReady":
		return cloud.ClassTransient
	case "DiskError", "InvalidInstance.NotFoundSystemDisk", "OperationDenied.SpotPriceLowerThanPublicPrice":
		return cloud.ClassUnsupported

	// Codes of the gateway, and those that all of ECS's operations share.
	case "ServiceUnavailable",
		"ServiceUnavailable.RegionMaintaining",
		"UnknownError",
		"SignatureNonceUsed": // the next call has a nonce of its own
		return cloud.ClassTransient
	case "RealNameAuthenticationError",
		"MissingSecurityToken",
		"SignatureDoesNotMatch",
		"IncompleteSignature",
		"EntityNotExist.Role": // STS: no such role to assume
		return cloud.ClassDenied
	case "InvalidTimeStamp.Expired",
		"InvalidTimeStamp.Format",
		"IllegalTimestamp",
		"MissingParameter",
		"InvalidParameter",
		"InvalidParameter.Format",
		"InvalidRegionId.NotFound",
		"InvalidOperation.NotSupportedEndpoint",
		"InvalidApi.NotFound",
		"InvalidAction",
		"InvalidAction.NotFound",
		"InvalidVersion",
		"InvalidProduct.NotFound",
		"UnsupportedHTTPMethod",
		"InvalidProtocol.NeedSsl":
		return cloud.ClassInvalid

	// Codes of the resource directory.
	case "EntityNotExists.Folder", "EntityNotExists.ResourceDirectory", "ResourceDirectoryNotInUse":
		return cloud.ClassNotFound

	// Codes of the billing API.
	case "NotAuthorized":
		return cloud.ClassDenied
	case "NotApplicable":
		return cloud.ClassUnsupported
	case "UndefinedError":
		return cloud.ClassTransient
	}
	return ""
}

// family returns the class of a code by how it begins or ends, "" if that tells nothing. The first that applies counts: what a
// code says of money or of a busy server is more exact than its first word.
func family(code string) cloud.Class {
	begins := func(with string) bool { return strings.HasPrefix(code, with) }
	ends := func(with string) bool { return strings.HasSuffix(code, with) }
	switch {
	case strings.Contains(code, "Throttling"):
		return cloud.ClassThrottled
	case ends("NotEnoughBalance"), ends("InsufficientBalance"), ends("InArrears"), ends("Arrearage"): // also of other operations, such as RunInstances
		return cloud.ClassArrears
	case ends("NoStock"), ends("NotEnoughResource"), ends("LackResource"), strings.Contains(code, "QuotaExceed"):
		return cloud.ClassCapacity
	case ends("Conflict"), ends("Initializing"), ends("Busy"), ends("Processing"):
		return cloud.ClassTransient
	case ends("LockedForSecurity"):
		return cloud.ClassLocked
	case begins("IncorrectInstanceStatus"):
		return cloud.ClassConflict
	case begins("InvalidParameter.KMSKeyId."): // StartInstance: the key of this instance's disks
		return cloud.ClassUnsupported
	case begins("Forbidden"), begins("NoPermission"), begins("InvalidAccessKeyId"), begins("InvalidSecurityToken"):
		return cloud.ClassDenied
	}
	return ""
}

// instanceOnly tells whether a code about money concerns one instance alone: its image must be paid in cash, or its disk has
// expired. Such a code says nothing about the account's other instances.
func instanceOnly(code string) bool {
	return code == "ReopenInstance.ImageNotEnoughBalance" || code == "DiskInArrears"
}

// hintOf returns a remedy that the code's class does not lead to; "" for none.
func hintOf(code string) cloud.Hint {
	switch code {
	case "Forbidden.RiskControl":
		return cloud.HintRiskControl
	case "EntityNotExist.Role":
		return cloud.HintNoRole
	case "InvalidTimeStamp.Expired", "InvalidTimeStamp.Format", "IllegalTimestamp":
		return cloud.HintClock
	}
	return ""
}
