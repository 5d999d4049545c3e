package aliyun

import (
	"context"
	"net/http"
	"time"

	"reactivate/internal/reactivate"
)

// CloudMonitor takes events of the user's own, for which the user's own alert rules tell the user's own contacts.
type CloudMonitor struct {
	cloud  *Cloud
	creds  Credentials
	region string
}

// CloudMonitor returns the one of the account and region that the credentials come from.
func (c *Cloud) CloudMonitor(creds Credentials, region string) *CloudMonitor {
	return &CloudMonitor{c, creds, region}
}

// PutCustomEvent sends one event. An answer may refuse with 200, and its code in the body.
// https://www.alibabacloud.com/help/en/cms/developer-reference/api-putcustomevent
func (m *CloudMonitor) PutCustomEvent(ctx context.Context, name, content string, at time.Time) error {
	op := operation{m.product(), "2019-01-01", "PutCustomEvent"}
	var answer struct{ RequestId, Code, Message string }
	err := m.cloud.rpc(ctx, m.creds, op, m.region, map[string]string{
		"EventInfo.1.EventName": name,
		"EventInfo.1.Content":   content,
		"EventInfo.1.GroupId":   "0", // none
		"EventInfo.1.Time":      at.UTC().Format("20060102T150405.000-0700"),
	}, into(&answer))
	if err != nil || answer.Code == "" || answer.Code == "200" {
		return err
	}
	return &reactivate.Error{
		Op: op.name, Code: clean(answer.Code, m.creds), Class: classOf(answer.Code, http.StatusOK), Message: clean(answer.Message, m.creds),
		Status: http.StatusOK, RequestID: clean(answer.RequestId, m.creds),
	}
}

// product is the first part of the host's name, as Endpoint.host makes it: metrics.cn-hangzhou in the open, and
// cms-vpc.cn-hangzhou in a VPC.
// https://www.alibabacloud.com/help/en/cms/developer-reference/request-methods
func (m *CloudMonitor) product() string {
	if m.cloud.endpoint.VPC {
		return "cms"
	}
	return "metrics"
}
