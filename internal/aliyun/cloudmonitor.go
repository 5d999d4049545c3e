package aliyun

import (
	"context"
	"time"
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

var putCustomEvent = operation{api: apiMonitor, name: "PutCustomEvent"}

// PutCustomEvent sends one event.
// https://www.alibabacloud.com/help/en/cms/developer-reference/api-putcustomevent
func (m *CloudMonitor) PutCustomEvent(ctx context.Context, name, content string, at time.Time) error {
	return m.cloud.rpc(ctx, m.creds, putCustomEvent, m.region, map[string]string{
		"EventInfo.1.EventName": name,
		"EventInfo.1.Content":   content,
		"EventInfo.1.GroupId":   "0", // none
		"EventInfo.1.Time":      at.UTC().Format("20060102T150405.000-0700"),
	}, into(&struct{}{}))
}
