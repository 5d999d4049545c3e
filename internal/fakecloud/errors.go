package fakecloud

import "fmt"

// Error is an error as the API answers it.
type Error struct {
	Code    string `json:"code,omitempty"`    // such as "Throttling.User"
	Status  int    `json:"status,omitempty"`  // HTTP; 0: as documented for the code
	Message string `json:"message,omitempty"` // "": as documented for the code
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

// The codes that the fake itself answers with; codes, below, has the rest.
const (
	codeMissingParameter  = "MissingParameter"
	codeInvalidParameter  = "InvalidParameter"
	codeThrottlingUser    = "Throttling.User"
	codeForbiddenRAM      = "Forbidden.RAM"
	codeNoPermission      = "NoPermission"
	codeInstanceNotFound  = "InvalidInstanceId.NotFound"
	codeStatusNotValid    = "ReopenInstance.InstanceStatusNotValid"
	codeIncorrectStatus   = "IncorrectInstanceStatus"
	codeLockedForSecurity = "InstanceLockedForSecurity"
	codePrePaid           = "InvalidPayType.NotSupport"
	codeNoBalance         = "ReopenInstance.InstanceNotEnoughBalance"
	codeNoCash            = "ReopenInstance.ImageNotEnoughBalance"
	codeRegionNotFound    = "InvalidRegionId.NotFound"
	codeWrongEndpoint     = "InvalidOperation.NotSupportedEndpoint"
	codeDryRun            = "DryRunOperation"
	codeKeyNotFound       = "InvalidAccessKeyId.NotFound"
	codeKeyInactive       = "InvalidAccessKeyId.Inactive"
	codeTokenMissing      = "MissingSecurityToken"
	codeTokenMalformed    = "InvalidSecurityToken.Malformed"
	codeTokenMismatch     = "InvalidSecurityToken.MismatchWithAccessKey"
	codeTokenExpired      = "InvalidSecurityToken.Expired"
	codeSignature         = "SignatureDoesNotMatch"
	codeIncomplete        = "IncompleteSignature"
	codeNonceUsed         = "SignatureNonceUsed"
	codeTimeExpired       = "InvalidTimeStamp.Expired"
	codeTimeFormat        = "InvalidTimeStamp.Format"
	codeActionNotFound    = "InvalidAction.NotFound"
	codeVersion           = "InvalidVersion"
	codeMethod            = "UnsupportedHTTPMethod"
	codeRoleNotFound      = "EntityNotExist.Role"
	codeNoDirectory       = "EntityNotExists.ResourceDirectory"
	codeNotAuthorized     = "NotAuthorized"
)

// codes are the documented errors: HTTP status and message by code. A code
// with two documented statuses has the one of the operation's own table.
var codes = map[string]Error{
	// ReActivateInstances: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances
	"ReopenInstance.InstanceStatusNotValid":   {Status: 400, Message: "Instance status is not Expired, ImageExpired or EcsAndImageExpired."},
	"IncorrectInstanceStatus":                 {Status: 403, Message: "The current status of the resource does not support this operation."},
	"ReopenInstance.InstanceNotEnoughBalance": {Status: 400, Message: "Reopen instance must have enough account balance."},
	"ReopenInstance.ImageNotEnoughBalance":    {Status: 400, Message: "Reopen instance must have enough cash balance."},
	"InsufficientBalance":                     {Status: 403, Message: "Your account does not have enough balance."},
	"InstanceLockedForSecurity":               {Status: 403, Message: "The specified operation is denied as your instance is locked for security reasons."},
	"InvalidInstanceId.NotFound":              {Status: 404, Message: "The specified InstanceId does not exist."},
	"InvalidPayType.NotSupport":               {Status: 404, Message: "The specified pre pay instance not support."},
	"InternalError":                           {Status: 500, Message: "The request processing has failed due to some unknown error."},

	// The names of about 2018, of the same operation: https://github.com/AlibabaCloudDocs/ecs
	"ReactivateInstances.InstanceStatusNotValid":   {Status: 403, Message: "Instance status is not Expired, ImageExpired or EcsAndImageExpired."},
	"ReactivateInstances.InstanceNotEnoughBalance": {Status: 403, Message: "Reactivate instance must have enough account balance."},

	// StartInstance: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance
	"OperationDenied.NoStock":  {Status: 403, Message: "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones."},
	"QuotaExceed.ElasticQuota": {Status: 403, Message: "The number of the specified ECS instances has exceeded the quota."},
	"DiskInArrears":            {Status: 403, Message: "The specified operation is denied as your disk has expired."},
	"InstanceExpired":          {Status: 403, Message: "The postPaid instance has been expired. Please ensure your account have enough balance."},
	"InstanceNotReady":         {Status: 403, Message: "The specified instance is not ready for use."},
	"DiskError":                {Status: 403, Message: "The status of the specified disk is abnormal."},
	"OperationDenied.SpotPriceLowerThanPublicPrice": {Status: 403, Message: "The spot price limit is lower than the public price."},

	// DescribeInstances: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
	"DryRunOperation":                    {Status: 400, Message: "Request validation has been passed with DryRun flag set."},
	"InvalidLockReason.NotFound":         {Status: 404, Message: "The specified LockReason is not found."},
	"InvalidStatus.NotFound":             {Status: 404, Message: "The specified Status is not found."},
	"InvalidInstanceChargeType.NotFound": {Status: 404, Message: "The specified InstanceChargeType is not found."},
	"InvalidTagCount":                    {Status: 400, Message: "The specified tags are beyond the permitted range."},
	"InvalidTag.Mismatch":                {Status: 400, Message: "The specified Tag.n.Key and Tag.n.Value are not match."},

	// The resource directory: https://api.alibabacloud.com/document/ResourceManager/2020-03-31/errorCode
	"EntityNotExists.ResourceDirectory": {Status: 404, Message: "The resource directory for the account is not enabled. We recommend that you first enable the resource directory for the account."},
	"EntityNotExists.Folder":            {Status: 404, Message: "The resource directory folder does not exist."},
	"InvalidParameter.ParentFolderId":   {Status: 400, Message: "The ParentFolderId is invalid."},

	// QueryAccountBalance: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
	"NotAuthorized": {Status: 400, Message: "This API is not authorized for caller."},
	"NotApplicable": {Status: 400, Message: "This API is not applicable for caller."},

	// Errors of every call: https://github.com/AlibabaCloudDocs/ecs (Response results) and
	// https://help.aliyun.com/en/document_detail/434846.html
	"Throttling":                                 {Status: 400, Message: "Request was denied due to request throttling."},
	"Throttling.User":                            {Status: 400, Message: "Request was denied due to user flow control."},
	"Throttling.Api":                             {Status: 400, Message: "Request was denied due to api flow control."},
	"ServiceUnavailable":                         {Status: 503, Message: "The request has failed due to a temporary failure of the server."},
	"ServiceUnavailable.RegionMaintaining":       {Status: 503, Message: "System maintenance is in progress on the selected region, please wait a few minutes before trying again."},
	"UnknownError":                               {Status: 400, Message: "The request processing has failed due to some unknown error."},
	"OperationConflict":                          {Status: 409, Message: "Request was denied due to conflict with a previous request."},
	"LastTokenProcessing":                        {Status: 403, Message: "The last token request is processing."},
	"Forbidden.RAM":                              {Status: 403, Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM."},
	"Forbidden.SubUser":                          {Status: 403, Message: "The specified action is not available for you."},
	"Forbidden.Unauthorized":                     {Status: 403, Message: "User not authorized to operate on the specified resource."},
	"Forbidden.RiskControl":                      {Status: 403, Message: "This operation is forbidden by Aliyun RiskControl system."},
	"Forbidden.AccessKeyDisabled":                {Status: 403, Message: "The Access Key is disabled."},
	"InvalidAccessKeyId.Inactive":                {Status: 400, Message: "Specified access key is disabled."},
	"InvalidAccessKeyId.NotFound":                {Status: 404, Message: "Specified access key is not found."},
	"InvalidSecurityToken.Expired":               {Status: 400, Message: "Specified SecurityToken is expired."},
	"InvalidSecurityToken.Malformed":             {Status: 400, Message: "Specified SecurityToken is malformed."},
	"InvalidSecurityToken.MismatchWithAccessKey": {Status: 400, Message: "Specified SecurityToken mismatch with the AccessKey."},
	"MissingSecurityToken":                       {Status: 400, Message: "SecurityToken is mandatory for this action."},
	"SignatureDoesNotMatch":                      {Status: 400, Message: "Specified signature is not matched with our calculation."},
	"IncompleteSignature":                        {Status: 400, Message: "The request signature does not conform to Aliyun standards."},
	"SignatureNonceUsed":                         {Status: 400, Message: "Specified signature nonce was used already."},
	"InvalidTimeStamp.Expired":                   {Status: 400, Message: "Specified time stamp or date value is expired."},
	"InvalidTimeStamp.Format":                    {Status: 400, Message: "Specified time stamp or date value is not well formatted."},
	"MissingParameter":                           {Status: 400, Message: "The input parameter \"%s\" that is mandatory for processing this request is not supplied."},
	"InvalidParameter":                           {Status: 400, Message: "The specified parameter \"%s\" is not valid."},
	"InvalidRegionId.NotFound":                   {Status: 404, Message: "The specified RegionId does not exist."},
	"InvalidOperation.NotSupportedEndpoint":      {Status: 404, Message: "The specified endpoint cant operate this region. Please use API DescribeRegions to get the appropriate endpoint, or upgrade your SDK to latest version."},
	"InvalidAction.NotFound":                     {Status: 404, Message: "Specified api is not found, please check your url and method."},
	"InvalidApi.NotFound":                        {Status: 404, Message: "Specified api is not found, please check your url and method."},
	"InvalidVersion":                             {Status: 400, Message: "Specified parameter Version is not valid."},
	"UnsupportedHTTPMethod":                      {Status: 403, Message: "This http method is not supported."},
	"RealNameAuthenticationError":                {Status: 403, Message: "Your account has not passed the real-name authentication yet."},

	// STS AssumeRole: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
	"NoPermission":                     {Status: 403, Message: "You are not authorized to do this action. You should be authorized by RAM."},
	"EntityNotExist.Role":              {Status: 404, Message: "The role not exists: %s."},
	"InvalidParameter.RoleArn":         {Status: 400, Message: "The parameter RoleArn is wrongly formed."},
	"InvalidParameter.RoleSessionName": {Status: 400, Message: "The parameter RoleSessionName is wrongly formed."},
	"InvalidParameter.DurationSeconds": {Status: 400, Message: "The parameter DurationSeconds is out of range."},
}

// apiError is a documented error; args fill the message's verbs.
func apiError(code string, args ...any) *Error {
	e := codes[code]
	e.Code = code
	if len(args) > 0 {
		e.Message = fmt.Sprintf(e.Message, args...)
	}
	return &e
}
