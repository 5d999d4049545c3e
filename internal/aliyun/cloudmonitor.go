package aliyun

import (
	"context"
	"net/http"
	"time"

	"reactivate/internal/reactivate"
)

// CloudMonitor accepts custom events. The user's own alert rules then notify the user's own contacts.
type CloudMonitor struct {
	cloud  *Cloud
	creds  Credentials
	region string
}

// CloudMonitor returns the CloudMonitor of the account and region that the credentials belong to.
func (c *Cloud) CloudMonitor(creds Credentials, region string) *CloudMonitor {
	return &CloudMonitor{c, creds, region}
}

var putCustomEvent = operation{productMonitor, "2019-01-01", "PutCustomEvent"}

// PutCustomEvent sends one event. A refusal may come with status 200 and a code in the body.
// https://www.alibabacloud.com/help/en/cms/developer-reference/api-putcustomevent
func (m *CloudMonitor) PutCustomEvent(ctx context.Context, name, content string, at time.Time) error {
	var answer struct {
		RequestId, Message string
		Code               looseText
	}
	err := m.cloud.rpc(ctx, m.creds, putCustomEvent, m.region, map[string]string{
		"EventInfo.1.EventName": name,
		"EventInfo.1.Content":   content,
		"EventInfo.1.GroupId":   "0", // none
		"EventInfo.1.Time":      at.UTC().Format("20060102T150405.000-0700"),
	}, into(&answer))
	if err != nil || answer.Code == "" || answer.Code == "200" {
		return err
	}
	code := string(answer.Code)
	return &reactivate.Error{
		Op: putCustomEvent.name, Code: clean(code, m.creds), Class: classOf(code, http.StatusOK), Message: clean(answer.Message, m.creds),
		Status: http.StatusOK, RequestID: clean(answer.RequestId, m.creds),
	}
}
