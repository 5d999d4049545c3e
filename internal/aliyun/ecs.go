package aliyun

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	ecs "github.com/alibabacloud-go/ecs-20140526/v4/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"

	"reactivate/internal/reactivate"
)

// ECS is one account's ECS: the credentials are bound to it when it is made, and cannot be given to a call. It is
// safe for concurrent use.
type ECS struct {
	cloud      *Cloud
	homeRegion string // where what is not about a region is asked
	session    session
}

var _ reactivate.ECS = (*ECS)(nil)

// session gives the credentials of one account.
type session interface {
	credentials(ctx context.Context) (Credentials, error)
}

// credentials makes a Credentials a session: the function's own, given with the invocation.
func (c Credentials) credentials(context.Context) (Credentials, error) { return c, nil }

// Own returns the ECS of the account whose credentials the invocation carries. The region is the function's own.
func (c *Cloud) Own(creds Credentials, region string) *ECS {
	return &ECS{cloud: c, homeRegion: region, session: creds}
}

// DescribeInstances implements reactivate.ECS.
func (e *ECS) DescribeInstances(ctx context.Context, region string, q reactivate.Query) (reactivate.Page, error) {
	req := describeRequest(region, q)
	var body *ecs.DescribeInstancesResponseBody
	err := e.call(ctx, "DescribeInstances", region, func(client *ecs.Client) (string, error) {
		resp, err := client.DescribeInstancesWithOptions(req, &util.RuntimeOptions{})
		if err != nil || resp == nil || resp.Body == nil {
			return "", err
		}
		body = resp.Body
		return tea.StringValue(body.RequestId), nil
	})
	if refused, ok := errors.AsType[*reactivate.Error](err); ok && q.DryRun && refused.Code == dryRunPassed {
		return reactivate.Page{}, nil
	}
	if err != nil {
		return reactivate.Page{}, err
	}
	return page(body), nil
}

func describeRequest(region string, q reactivate.Query) *ecs.DescribeInstancesRequest {
	req := &ecs.DescribeInstancesRequest{
		RegionId:   tea.String(region),
		MaxResults: tea.Int32(reactivate.PageSize),
	}
	if q.DryRun {
		req.DryRun = tea.Bool(true)
	}
	if q.NextToken != "" {
		req.NextToken = tea.String(q.NextToken)
	}
	if len(q.InstanceIDs) == 0 {
		req.InstanceChargeType = tea.String("PostPaid")
		req.Status = tea.String(string(reactivate.StatusStopped))
		return req
	}
	ids, _ := json.Marshal(q.InstanceIDs) // strings always marshal
	req.InstanceIds = tea.String(string(ids))
	return req
}

// page reads what the SDK decoded. Any pointer of it may be nil. Strings are cloned where they are kept, so that a page of
// instances that are not overdue does not stay in memory for the sake of one that is.
func page(body *ecs.DescribeInstancesResponseBody) reactivate.Page {
	p := reactivate.Page{NextToken: tea.StringValue(body.NextToken)}
	if body.Instances == nil {
		return p
	}
	for _, in := range body.Instances.Instance {
		if in == nil {
			continue
		}
		p.Instances = append(p.Instances, reactivate.Instance{
			ID:         strings.Clone(tea.StringValue(in.InstanceId)),
			Name:       strings.Clone(clean(tea.StringValue(in.InstanceName), Credentials{})),
			RegionID:   tea.StringValue(in.RegionId),
			Status:     reactivate.Status(tea.StringValue(in.Status)),
			ChargeType: tea.StringValue(in.InstanceChargeType),
			Locks:      locks(in),
			Tags:       tags(in),
			StartTime:  moment(tea.StringValue(in.StartTime)),
		})
	}
	return p
}

// moment reads ECS's times, which come without seconds and with them; what is none is the zero time.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/iso-8601-time-format
func moment(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04Z", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

func locks(in *ecs.DescribeInstancesResponseBodyInstancesInstance) []string {
	if in.OperationLocks == nil {
		return nil
	}
	var reasons []string
	for _, lock := range in.OperationLocks.LockReason {
		if lock != nil {
			reasons = append(reasons, tea.StringValue(lock.LockReason))
		}
	}
	return reasons
}

func tags(in *ecs.DescribeInstancesResponseBodyInstancesInstance) map[string]string {
	if in.Tags == nil || len(in.Tags.Tag) == 0 {
		return nil
	}
	values := make(map[string]string, len(in.Tags.Tag))
	for _, tag := range in.Tags.Tag {
		if tag != nil {
			values[tea.StringValue(tag.TagKey)] = tea.StringValue(tag.TagValue)
		}
	}
	return values
}

// ReActivateInstances implements reactivate.ECS. It is the one place where anything is changed.
func (e *ECS) ReActivateInstances(ctx context.Context, region, instanceID string) (string, error) {
	req := &ecs.ReActivateInstancesRequest{RegionId: tea.String(region), InstanceId: tea.String(instanceID)}
	var requestID string
	err := e.call(ctx, "ReActivateInstances", region, func(client *ecs.Client) (string, error) {
		resp, err := client.ReActivateInstancesWithOptions(req, &util.RuntimeOptions{})
		if err != nil || resp == nil || resp.Body == nil {
			return "", err
		}
		requestID = tea.StringValue(resp.Body.RequestId)
		return requestID, nil
	})
	return requestID, err
}

// DescribeRegions implements reactivate.ECS. What ECS names that is no region is left out.
func (e *ECS) DescribeRegions(ctx context.Context) ([]string, error) {
	regions := []string{}
	err := e.call(ctx, "DescribeRegions", e.homeRegion, func(client *ecs.Client) (string, error) {
		resp, err := client.DescribeRegionsWithOptions(&ecs.DescribeRegionsRequest{}, &util.RuntimeOptions{})
		if err != nil || resp == nil || resp.Body == nil || resp.Body.Regions == nil {
			return "", err
		}
		for _, region := range resp.Body.Regions.Region {
			if region != nil && reactivate.ValidRegionID(tea.StringValue(region.RegionId)) {
				regions = append(regions, tea.StringValue(region.RegionId))
			}
		}
		return tea.StringValue(resp.Body.RequestId), nil
	})
	if err != nil {
		return nil, err
	}
	return regions, nil
}

// call makes one ECS call with a client of its own.
func (e *ECS) call(ctx context.Context, op, region string, send func(*ecs.Client) (string, error)) error {
	creds, err := e.session.credentials(ctx)
	if err != nil {
		return err
	}
	return e.cloud.call(ctx, creds, op, "ecs", region, func(config *openapiutil.Config) (string, error) {
		client, err := ecs.NewClient(config)
		if err != nil {
			return "", err
		}
		return send(client)
	})
}
