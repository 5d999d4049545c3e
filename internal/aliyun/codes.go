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
	"ReopenInstance.InstanceStatusNotValid":        reactivate.Conflict,
	"ReactivateInstances.InstanceStatusNotValid":   reactivate.Conflict,
	"IncorrectInstanceStatus":                      reactivate.Conflict,
	"ReopenInstance.InstanceNotEnoughBalance":      reactivate.Arrears,
	"ReopenInstance.ImageNotEnoughBalance":         reactivate.Arrears,
	"ReactivateInstances.InstanceNotEnoughBalance": reactivate.Arrears,
	"InsufficientBalance":                          reactivate.Arrears,
	"InstanceLockedForSecurity":                    reactivate.LockedClass,
	"InvalidInstanceId.NotFound":                   reactivate.NotFound,
	"InvalidPayType.NotSupport":                    reactivate.Unsupported,
	"InternalError":                                reactivate.Transient,

	// StartInstance's, which an instance whose compute resources were reclaimed may meet.
	"OperationDenied.NoStock":  reactivate.Capacity,
	"QuotaExceed.ElasticQuota": reactivate.Capacity,
	"DiskInArrears":            reactivate.Arrears,
	"InstanceExpired":          reactivate.Arrears,
	"AccountInArrears":         reactivate.Arrears,
	"InstanceNotReady":         reactivate.Transient,
	"DiskError":                reactivate.Unsupported,
	"OperationDenied.SpotPriceLowerThanPublicPrice": reactivate.Unsupported,

	// The gateway's and ECS's common ones. Every other code that begins with Throttling is throttled too.
	"Throttling":                           reactivate.Throttled,
	"Throttling.User":                      reactivate.Throttled,
	"Throttling.Api":                       reactivate.Throttled,
	"Throttling.ConcurrentLimitExceeded":   reactivate.Throttled,
	"Rejected.Throttling":                  reactivate.Throttled,
	"ServiceUnavailable":                   reactivate.Transient,
	"ServiceUnavailable.RegionMaintaining": reactivate.Transient,
	"UnknownError":                         reactivate.Transient,
	"OperationConflict":                    reactivate.Transient,
	"LastTokenProcessing":                  reactivate.Transient,
	"SignatureNonceUsed":                   reactivate.Transient, // the next call has a nonce of its own

	"Forbidden.RAM":                              reactivate.Denied,
	"Forbidden.SubUser":                          reactivate.Denied,
	"Forbidden.Unauthorized":                     reactivate.Denied,
	"Forbidden.NotSupportRAM":                    reactivate.Denied,
	"Forbidden.RiskControl":                      reactivate.Denied,
	"Forbidden.AccessKeyDisabled":                reactivate.Denied,
	"NoPermission":                               reactivate.Denied,
	"RealNameAuthenticationError":                reactivate.Denied,
	"InvalidAccessKeyId.Inactive":                reactivate.Denied,
	"InvalidAccessKeyId.NotFound":                reactivate.Denied,
	"InvalidSecurityToken.Expired":               reactivate.Denied,
	"InvalidSecurityToken.Malformed":             reactivate.Denied,
	"InvalidSecurityToken.MismatchWithAccessKey": reactivate.Denied,
	"MissingSecurityToken":                       reactivate.Denied,
	"SignatureDoesNotMatch":                      reactivate.Denied,
	"IncompleteSignature":                        reactivate.Denied,
	"EntityNotExist.Role":                        reactivate.Denied, // STS: no such role to assume

	"InvalidTimeStamp.Expired":              reactivate.Invalid,
	"InvalidTimeStamp.Format":               reactivate.Invalid,
	"IllegalTimestamp":                      reactivate.Invalid,
	"MissingParameter":                      reactivate.Invalid,
	"InvalidParameter":                      reactivate.Invalid,
	"InvalidParameter.Format":               reactivate.Invalid,
	"InvalidRegionId.NotFound":              reactivate.Invalid,
	"InvalidOperation.NotSupportedEndpoint": reactivate.Invalid,
	"InvalidApi.NotFound":                   reactivate.Invalid,
	"InvalidAction":                         reactivate.Invalid,
	"InvalidAction.NotFound":                reactivate.Invalid,
	"InvalidVersion":                        reactivate.Invalid,
	"InvalidProduct.NotFound":               reactivate.Invalid,
	"UnsupportedHTTPMethod":                 reactivate.Invalid,
	"InvalidProtocol.NeedSsl":               reactivate.Invalid,
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
		return reactivate.Throttled
	case strings.HasPrefix(code, "Missing"), strings.HasPrefix(code, "Invalid"):
		return reactivate.Invalid
	}
	return reactivate.UnknownCode
}
