package fakecloud

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is an error as the API answers it.
type Error struct {
	Code    string `json:"code,omitempty"`    // such as "Throttling.User"
	Status  int    `json:"status,omitempty"`  // HTTP; 0: as documented for the code
	Message string `json:"message,omitempty"` // "": as documented for the code
}

// codes are the documented errors that the fake answers, and those that faults
// commonly have. A code with two documented statuses has that of the operation's own table.
var codes = []Error{
	// ReActivateInstances: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
	{Code: "ReopenInstance.InstanceStatusNotValid", Status: 400, Message: "Instance status is not Expired, ImageExpired or EcsAndImageExpired."},
	{Code: "IncorrectInstanceStatus", Status: 403, Message: "The current status of the resource does not support this operation."},
	{Code: "ReopenInstance.InstanceNotEnoughBalance", Status: 400, Message: "Reopen instance must have enough account balance."},
	{Code: "ReopenInstance.ImageNotEnoughBalance", Status: 400, Message: "Reopen instance must have enough cash balance."},
	{Code: "InstanceLockedForSecurity", Status: 403, Message: "The specified operation is denied as your instance is locked for security reasons."},
	{Code: "InvalidInstanceId.NotFound", Status: 404, Message: "The specified InstanceId does not exist."},
	{Code: "InvalidPayType.NotSupport", Status: 404, Message: "The specified pre pay instance not support."},
	{Code: "InternalError", Status: 500, Message: "The request processing has failed due to some unknown error."},

	// StartInstance: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance
	{Code: "OperationDenied.NoStock", Status: 403, Message: "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones."},

	// DescribeInstances: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
	{Code: "DryRunOperation", Status: 400, Message: "Request validation has been passed with DryRun flag set."},
	{Code: "InvalidLockReason.NotFound", Status: 404, Message: "The specified LockReason is not found."},
	{Code: "InvalidStatus.NotFound", Status: 404, Message: "The specified Status is not found."},
	{Code: "InvalidInstanceChargeType.NotFound", Status: 404, Message: "The specified InstanceChargeType is not found."},

	// The resource directory: https://api.alibabacloud.com/document/ResourceManager/2020-03-31/errorCode
	{Code: "EntityNotExists.ResourceDirectory", Status: 404, Message: "The resource directory for the account is not enabled. We recommend that you first enable the resource directory for the account."},
	{Code: "EntityNotExists.Folder", Status: 404, Message: "The resource directory folder does not exist."},

	// QueryAccountBalance: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
	{Code: "NotAuthorized", Status: 400, Message: "This API is not authorized for caller."},

	// Errors of every call: https://github.com/AlibabaCloudDocs/ecs (Response results) and
	// https://help.aliyun.com/en/document_detail/434846.html
	{Code: "Throttling.User", Status: 400, Message: "Request was denied due to user flow control."},
	{Code: "ServiceUnavailable", Status: 503, Message: "The request has failed due to a temporary failure of the server."},
	{Code: "ServiceUnavailable.RegionMaintaining", Status: 503, Message: "System maintenance is in progress on the selected region, please wait a few minutes before trying again."},
	{Code: "UnknownError", Status: 400, Message: "The request processing has failed due to some unknown error."},
	{Code: "OperationConflict", Status: 409, Message: "Request was denied due to conflict with a previous request."},
	{Code: "Forbidden.RAM", Status: 403, Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM."},
	{Code: "InvalidAccessKeyId.Inactive", Status: 400, Message: "Specified access key is disabled."},
	{Code: "InvalidAccessKeyId.NotFound", Status: 404, Message: "Specified access key is not found."},
	{Code: "InvalidSecurityToken.Expired", Status: 400, Message: "Specified SecurityToken is expired."},
	{Code: "InvalidSecurityToken.MismatchWithAccessKey", Status: 400, Message: "Specified SecurityToken mismatch with the AccessKey."},
	{Code: "MissingSecurityToken", Status: 400, Message: "SecurityToken is mandatory for this action."},
	{Code: "SignatureDoesNotMatch", Status: 400, Message: "Specified signature is not matched with our calculation."},
	{Code: "IncompleteSignature", Status: 400, Message: "The request signature does not conform to Aliyun standards."},
	{Code: "SignatureNonceUsed", Status: 400, Message: "Specified signature nonce was used already."},
	{Code: "InvalidTimeStamp.Expired", Status: 400, Message: "Specified time stamp or date value is expired."},
	{Code: "InvalidTimeStamp.Format", Status: 400, Message: "Specified time stamp or date value is not well formatted."},
	{Code: "MissingParameter", Status: 400, Message: "The input parameter \"%s\" that is mandatory for processing this request is not supplied."},
	{Code: "InvalidParameter", Status: 400, Message: "The specified parameter \"%s\" is not valid."},
	{Code: "InvalidRegionId.NotFound", Status: 404, Message: "The specified RegionId does not exist."},
	{Code: "InvalidAction.NotFound", Status: 404, Message: "Specified api is not found, please check your url and method."},
	{Code: "FunctionNotFound", Status: 404, Message: "function '%s' does not exist"}, // of Function Compute
	{Code: "NotExist", Status: 404, Message: "%s does not exist"},                    // of Simple Log Service

	// STS AssumeRole: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
	{Code: "NoPermission", Status: 403, Message: "You are not authorized to do this action. You should be authorized by RAM."},
	{Code: "EntityNotExist.Role", Status: 404, Message: "The role not exists: %s."},
	{Code: "InvalidParameter.RoleArn", Status: 400, Message: "The parameter RoleArn is wrongly formed."},
	{Code: "InvalidParameter.RoleSessionName", Status: 400, Message: "The parameter RoleSessionName is wrongly formed."},
	{Code: "InvalidParameter.DurationSeconds", Status: 400, Message: "The parameter DurationSeconds is out of range."},
}

// documented is the documented error of a code.
func documented(code string) (e Error, known bool) {
	if i := slices.IndexFunc(codes, func(e Error) bool { return e.Code == code }); i >= 0 {
		return codes[i], true
	}
	return Error{}, false
}

// apiError is a documented error; args fill the message's verbs. It panics for a code that is not in the table above.
func apiError(code string, args ...any) *Error {
	e, known := documented(code)
	if !known {
		panic("fakecloud: no documented error has the code " + code)
	}
	if len(args) > 0 {
		e.Message = fmt.Sprintf(e.Message, args...)
	}
	return &e
}

func missing(name string) *Error { return apiError("MissingParameter", name) }

func invalid(name string) *Error { return apiError("InvalidParameter", name) }

// complete is an error of the fleet file, with the documented status and message where the file leaves them out.
func (e *Error) complete() *Error {
	standard, _ := documented(e.Code)
	return &Error{
		Code: e.Code, Status: cmp.Or(e.Status, standard.Status),
		Message: cmp.Or(e.Message, strings.ReplaceAll(standard.Message, "%s", "")),
	}
}
