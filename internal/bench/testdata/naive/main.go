// Command naive is the function as one writes it first: the runtime, the SDK, and what the documents say of both. It takes the
// instance of a CloudMonitor event, looks, and reactivates it where it is stopped in arrears. It confirms nothing and reports
// nothing; it is here to be measured against.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	ecs "github.com/alibabacloud-go/ecs-20140526/v4/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aliyun/fc-runtime-go-sdk/fccontext"
)

type event struct {
	RegionID string `json:"regionId"`
	Content  struct {
		ResourceID string `json:"resourceId"`
	} `json:"content"`
}

func main() { fc.Start(handle) }

func handle(ctx context.Context, e event) (string, error) {
	client, err := newClient(ctx, e.RegionID)
	if err != nil {
		return "", err
	}
	ids, err := json.Marshal([]string{e.Content.ResourceID})
	if err != nil {
		return "", err
	}
	answer, err := client.DescribeInstances(&ecs.DescribeInstancesRequest{RegionId: tea.String(e.RegionID), InstanceIds: tea.String(string(ids))})
	if err != nil {
		return "", err
	}
	for _, instance := range answer.Body.Instances.Instance {
		if tea.StringValue(instance.Status) != "Stopped" || !overdue(instance) {
			return e.Content.ResourceID + ": " + tea.StringValue(instance.Status), nil
		}
		_, err := client.ReActivateInstances(&ecs.ReActivateInstancesRequest{RegionId: tea.String(e.RegionID), InstanceId: instance.InstanceId})
		return e.Content.ResourceID + ": called", err
	}
	return "", fmt.Errorf("%s is not there", e.Content.ResourceID)
}

func overdue(instance *ecs.DescribeInstancesResponseBodyInstancesInstance) bool {
	for _, lock := range instance.OperationLocks.LockReason {
		if tea.StringValue(lock.LockReason) == "financial" {
			return true
		}
	}
	return false
}

// newClient takes the endpoint's protocol and host from the environment, for the fake cloud.
func newClient(ctx context.Context, region string) (*ecs.Client, error) {
	fc, _ := fccontext.FromContext(ctx)
	return ecs.NewClient(&openapiutil.Config{
		AccessKeyId:     tea.String(fc.Credentials.AccessKeyId),
		AccessKeySecret: tea.String(fc.Credentials.AccessKeySecret),
		SecurityToken:   tea.String(fc.Credentials.SecurityToken),
		RegionId:        tea.String(region),
		Protocol:        tea.String(os.Getenv("ENDPOINT_PROTOCOL")),
		Endpoint:        tea.String(os.Getenv("ENDPOINT_HOST")),
	})
}
