package aliyun

import (
	"strings"

	"reactivate/internal/reactivate"
)

// classes says what each documented error code means for us. Several codes come with two HTTP statuses in two
// documents, so the code alone decides.
//
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance
//	https://www.alibabacloud.com/help/en/ecs/developer-reference/common-error-codes
//	https://api.aliyun.com/document/Sts/2015-04-01/errorCode
var classes = map[string]reactivate.Class{
	// ReActivateInstances, today's names and those of 2018.
	"ReopenInstance.InstanceStatusNotValid":        reactivate.ClassConflict,
	"ReactivateInstances.InstanceStatusNotValid":   reactivate.ClassConflict,
	"IncorrectInstanceStatus":                      reactivate.ClassConflict,
	"ReopenInstance.InstanceNotEnoughBalance":      reactivate.ClassArrears,
	"ReopenInstance.ImageNotEnoughBalance":         reactivate.ClassArrears,
	"ReactivateInstances.InstanceNotEnoughBalance": reactivate.ClassArrears,
	"InsufficientBalance":                          reactivate.ClassArrears,
	"InstanceLockedForSecurity":                    reactivate.ClassLocked,
	"InvalidInstanceId.NotFound":                   reactivate.ClassNotFound,
	"InvalidPayType.NotSupport":                    reactivate.ClassUnsupported,
	"InternalError":                                reactivate.ClassTransient,

	// StartInstance's, which an instance whose compute resources were reclaimed may meet.
	"OperationDenied.NoStock":  reactivate.ClassCapacity,
	"QuotaExceed.ElasticQuota": reactivate.ClassCapacity,
	"DiskInArrears":            reactivate.ClassArrears,
	"InstanceExpired":          reactivate.ClassArrears,
	"AccountInArrears":         reactivate.ClassArrears,
	"InstanceNotReady":         reactivate.ClassTransient,
	"DiskError":                reactivate.ClassUnsupported,
	"OperationDenied.SpotPriceLowerThanPublicPrice": reactivate.ClassUnsupported,

	// The gateway's and ECS's common ones. Every other code that begins with Throttling is throttled too.
	"Throttling":                           reactivate.ClassThrottled,
	"Throttling.User":                      reactivate.ClassThrottled,
	"Throttling.Api":                       reactivate.ClassThrottled,
	"Throttling.ConcurrentLimitExceeded":   reactivate.ClassThrottled,
	"Rejected.Throttling":                  reactivate.ClassThrottled,
	"ServiceUnavailable":                   reactivate.ClassTransient,
	"ServiceUnavailable.RegionMaintaining": reactivate.ClassTransient,
	"UnknownError":                         reactivate.ClassTransient,
	"OperationConflict":                    reactivate.ClassTransient,
	"LastTokenProcessing":                  reactivate.ClassTransient,
	"SignatureNonceUsed":                   reactivate.ClassTransient, // the next call has a nonce of its own

	"Forbidden.RAM":                              reactivate.ClassDenied,
	"Forbidden.SubUser":                          reactivate.ClassDenied,
	"Forbidden.Unauthorized":                     reactivate.ClassDenied,
	"Forbidden.NotSupportRAM":                    reactivate.ClassDenied,
	"Forbidden.RiskControl":                      reactivate.ClassDenied,
	"Forbidden.AccessKeyDisabled":                reactivate.ClassDenied,
	"NoPermission":                               reactivate.ClassDenied,
	"RealNameAuthenticationError":                reactivate.ClassDenied,
	"InvalidAccessKeyId.Inactive":                reactivate.ClassDenied,
	"InvalidAccessKeyId.NotFound":                reactivate.ClassDenied,
	"InvalidSecurityToken.Expired":               reactivate.ClassDenied,
	"InvalidSecurityToken.Malformed":             reactivate.ClassDenied,
	"InvalidSecurityToken.MismatchWithAccessKey": reactivate.ClassDenied,
	"MissingSecurityToken":                       reactivate.ClassDenied,
	"SignatureDoesNotMatch":                      reactivate.ClassDenied,
	"IncompleteSignature":                        reactivate.ClassDenied,
	"EntityNotExist.Role":                        reactivate.ClassDenied, // STS: no such role to assume

	"InvalidTimeStamp.Expired":              reactivate.ClassInvalid,
	"InvalidTimeStamp.Format":               reactivate.ClassInvalid,
	"IllegalTimestamp":                      reactivate.ClassInvalid,
	"MissingParameter":                      reactivate.ClassInvalid,
	"InvalidParameter":                      reactivate.ClassInvalid,
	"InvalidParameter.Format":               reactivate.ClassInvalid,
	"InvalidRegionId.NotFound":              reactivate.ClassInvalid,
	"InvalidOperation.NotSupportedEndpoint": reactivate.ClassInvalid,
	"InvalidApi.NotFound":                   reactivate.ClassInvalid,
	"InvalidAction":                         reactivate.ClassInvalid,
	"InvalidAction.NotFound":                reactivate.ClassInvalid,
	"InvalidVersion":                        reactivate.ClassInvalid,
	"InvalidProduct.NotFound":               reactivate.ClassInvalid,
	"UnsupportedHTTPMethod":                 reactivate.ClassInvalid,
	"InvalidProtocol.NeedSsl":               reactivate.ClassInvalid,

	// The resource directory's: https://api.alibabacloud.com/document/ResourceManager/2020-03-31/errorCode
	"EntityNotExists.Folder":            reactivate.ClassNotFound,
	"EntityNotExists.ResourceDirectory": reactivate.ClassNotFound,
	"ResourceDirectoryNotInUse":         reactivate.ClassNotFound,

	// The billing API's: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
	"NotAuthorized":  reactivate.ClassDenied,
	"NotApplicable":  reactivate.ClassUnsupported,
	"UndefinedError": reactivate.ClassTransient,
}

// instanceOnly are the codes of Arrears that concern one instance: its image wants cash, or its disk has expired.
// They say nothing about the account's other instances.
var instanceOnly = map[string]bool{
	"ReopenInstance.ImageNotEnoughBalance": true,
	"DiskInArrears":                        true,
}

// dryRunPassed is the code with which a dry run says that all is well.
const dryRunPassed = "DryRunOperation"

// classOf returns the class of a code. The documents name families of codes, Missing{Name} and Invalid{Name}, that cannot be listed.
func classOf(code string) reactivate.Class {
	if class, ok := classes[code]; ok {
		return class
	}
	switch {
	case strings.HasPrefix(code, "Throttling"):
		return reactivate.ClassThrottled
	case strings.HasPrefix(code, "NoPermission"):
		return reactivate.ClassDenied
	case strings.HasPrefix(code, "Missing"), strings.HasPrefix(code, "Invalid"):
		return reactivate.ClassInvalid
	}
	return reactivate.ClassUnknown
}
