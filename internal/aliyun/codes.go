package aliyun

import (
	"cmp"
	"net/http"
	"strings"

	"reactivate/internal/reactivate"
)

// dryRunPassed is the code by which ECS answers a dry run that would have worked.
const dryRunPassed = "DryRunOperation"

// classOf returns what an error code means for us. A code that is listed, or that belongs to a family, decides alone, because
// documents print some codes with two different HTTP statuses. For an unknown code the status decides.
func classOf(code string, status int) reactivate.Class {
	if class := cmp.Or(listed(code), family(code)); class != "" {
		return class
	}
	switch {
	case status == http.StatusTooManyRequests:
		return reactivate.ClassThrottled
	case status >= http.StatusInternalServerError:
		return reactivate.ClassTransient
	case strings.HasPrefix(code, "Missing"): // Missing{Name} comes with 400 and 403
		return reactivate.ClassInvalid
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return reactivate.ClassDenied
	case strings.HasPrefix(code, "Invalid"): // Invalid{Name} is so general that a status above says more
		return reactivate.ClassInvalid
	}
	return reactivate.ClassUnknown
}

// listed returns the class of a code that the documents list and that no family covers; "" for any other code.
//
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/common-error-codes
//	https://api.aliyun.com/document/Sts/2015-04-01/errorCode
//	https://api.alibabacloud.com/document/ResourceManager/2020-03-31/errorCode
//	https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func listed(code string) reactivate.Class {
	switch code {
	// Codes of ReActivateInstances, today's names and those of 2018.
	case "ReopenInstance.InstanceStatusNotValid", "ReactivateInstances.InstanceStatusNotValid":
		return reactivate.ClassConflict
	case "InvalidInstanceId.NotFound":
		return reactivate.ClassNotFound
	case "InvalidPayType.NotSupport":
		return reactivate.ClassUnsupported
	case "InternalError":
		return reactivate.ClassTransient

	// Codes of StartInstance: an instance whose compute resources were reclaimed may get them.
	case "InstanceExpired":
		return reactivate.ClassArrears
	case "InstanceNotReady":
		return reactivate.ClassTransient
	case "DiskError", "InvalidInstance.NotFoundSystemDisk", "OperationDenied.SpotPriceLowerThanPublicPrice":
		return reactivate.ClassUnsupported

	// Codes of the gateway, and those that all of ECS's operations share.
	case "ServiceUnavailable",
		"ServiceUnavailable.RegionMaintaining",
		"UnknownError",
		"SignatureNonceUsed": // the next call has a nonce of its own
		return reactivate.ClassTransient
	case "RealNameAuthenticationError",
		"MissingSecurityToken",
		"SignatureDoesNotMatch",
		"IncompleteSignature",
		"EntityNotExist.Role": // STS: no such role to assume
		return reactivate.ClassDenied
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
		return reactivate.ClassInvalid

	// Codes of the resource directory.
	case "EntityNotExists.Folder", "EntityNotExists.ResourceDirectory", "ResourceDirectoryNotInUse":
		return reactivate.ClassNotFound

	// Codes of the billing API.
	case "NotAuthorized":
		return reactivate.ClassDenied
	case "NotApplicable":
		return reactivate.ClassUnsupported
	case "UndefinedError":
		return reactivate.ClassTransient
	}
	return ""
}

// family returns the class of a code by how it begins or ends, "" if that tells nothing. The first that applies counts: what a
// code says of money or of a busy server is more exact than its first word.
func family(code string) reactivate.Class {
	begins := func(with string) bool { return strings.HasPrefix(code, with) }
	ends := func(with string) bool { return strings.HasSuffix(code, with) }
	switch {
	case strings.Contains(code, "Throttling"):
		return reactivate.ClassThrottled
	case ends("NotEnoughBalance"), ends("InsufficientBalance"), ends("InArrears"), ends("Arrearage"): // also of other operations, such as RunInstances
		return reactivate.ClassArrears
	case ends("NoStock"), ends("NotEnoughResource"), ends("LackResource"), strings.Contains(code, "QuotaExceed"):
		return reactivate.ClassCapacity
	case ends("Conflict"), ends("Initializing"), ends("Busy"), ends("Processing"):
		return reactivate.ClassTransient
	case ends("LockedForSecurity"):
		return reactivate.ClassLocked
	case begins("IncorrectInstanceStatus"):
		return reactivate.ClassConflict
	case begins("InvalidParameter.KMSKeyId."): // StartInstance: the key of this instance's disks
		return reactivate.ClassUnsupported
	case begins("Forbidden"), begins("NoPermission"), begins("InvalidAccessKeyId"), begins("InvalidSecurityToken"):
		return reactivate.ClassDenied
	}
	return ""
}

// instanceOnly tells whether a code about money concerns one instance alone: its image must be paid in cash, or its disk has
// expired. Such a code says nothing about the account's other instances.
func instanceOnly(code string) bool {
	return code == "ReopenInstance.ImageNotEnoughBalance" || code == "DiskInArrears"
}

// hintOf returns a remedy that the code's class does not lead to; "" for none.
func hintOf(code string) reactivate.Hint {
	switch code {
	case "Forbidden.RiskControl":
		return reactivate.HintRiskControl
	case "EntityNotExist.Role":
		return reactivate.HintNoRole
	case "InvalidTimeStamp.Expired", "InvalidTimeStamp.Format", "IllegalTimestamp":
		return reactivate.HintClock
	}
	return ""
}
