package aliyun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	ecs "github.com/alibabacloud-go/ecs-20140526/v4/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"

	"reactivate/internal/cloud"
)

// ECS is the ECS of one account, for one invocation. It is safe for concurrent use.
type ECS struct {
	cloud      *Cloud
	homeRegion string // for questions that are not about a region
	session    session
}

var _ cloud.ECS = (*ECS)(nil)

// session gives the credentials of one account.
type session interface {
	credentials(ctx context.Context) (Credentials, error)
}

// credentials lets Credentials be a session: the function's own credentials, which came with the invocation.
func (c Credentials) credentials(context.Context) (Credentials, error) { return c, nil }

// Own returns the ECS of the account whose credentials the invocation carries. The region is the function's own.
func (c *Cloud) Own(creds Credentials, region string) *ECS {
	return &ECS{cloud: c, homeRegion: region, session: creds}
}

var describeInstances = operation{api: APIECS, name: "DescribeInstances"}

// DescribeInstances implements cloud.ECS.
func (e *ECS) DescribeInstances(ctx context.Context, region string, q cloud.Query) (cloud.Page, error) {
	var page cloud.Page
	err := e.cloud.rpc(ctx, e.session, describeInstances, region, describeQuery(region, q), func(w *wire) (requestID string, err error) {
		page, requestID, err = readPage(w.body)
		return requestID, err
	})
	if refused, ok := errors.AsType[*cloud.Error](err); ok && q.DryRun && refused.Code == dryRunPassed {
		return cloud.Page{}, nil
	}
	if err != nil {
		return cloud.Page{}, err
	}
	return page, nil
}

func describeQuery(region string, q cloud.Query) map[string]string {
	query := map[string]string{"RegionId": region, "MaxResults": strconv.Itoa(cloud.PageSize)}
	if q.DryRun {
		query["DryRun"] = "true"
	}
	if q.NextToken != "" {
		query["NextToken"] = q.NextToken
	}
	if q.AnyStatus {
		return query
	}
	if len(q.InstanceIDs) == 0 {
		query["InstanceChargeType"] = "PostPaid"
		query["Status"] = string(cloud.StatusStopped)
		return query
	}
	ids, _ := json.Marshal(q.InstanceIDs) // strings always marshal
	query["InstanceIds"] = string(ids)
	return query
}

// reactivateInstances is the one operation that changes an instance.
var reactivateInstances = operation{api: APIECS, name: "ReActivateInstances"}

// ReActivateInstances implements cloud.ECS. It is the one place where an instance is changed, and the
// only call through a typed method of the SDK.
func (e *ECS) ReActivateInstances(ctx context.Context, region, instanceID string) (string, error) {
	req := &ecs.ReActivateInstancesRequest{RegionId: tea.String(region), InstanceId: tea.String(instanceID)}
	var requestID string
	err := e.cloud.call(ctx, e.session, reactivateInstances, region, func(config *openapiutil.Config, _ *wire) (string, error) {
		client, err := ecs.NewClient(config) // one per call, because the SDK writes to its clients
		if err != nil {
			return "", err
		}
		resp, err := client.ReActivateInstancesWithOptions(req, &util.RuntimeOptions{})
		if err != nil || resp == nil || resp.Body == nil {
			return "", err
		}
		requestID = clean(tea.StringValue(resp.Body.RequestId), Credentials{})
		return requestID, nil
	})
	return requestID, err
}

var describeRegions = operation{api: APIECS, name: "DescribeRegions"}

// DescribeRegions implements cloud.ECS. It leaves out names that are not region ids.
func (e *ECS) DescribeRegions(ctx context.Context) ([]string, error) {
	type region struct{ RegionId string }
	var answer struct {
		Regions struct{ Region []json.RawMessage }
	}
	if err := e.cloud.rpc(ctx, e.session, describeRegions, e.homeRegion, nil, into(&answer)); err != nil {
		return nil, err
	}
	regions := []string{}
	for _, r := range rows[region](answer.Regions.Region) {
		if cloud.ValidRegionID(r.RegionId) {
			regions = append(regions, r.RegionId)
		}
	}
	if len(regions) > mostRegions {
		return nil, &cloud.Error{
			Op: describeRegions.name, Class: cloud.ClassTransient, Status: 200,
			Message: fmt.Sprintf("an answer with %d regions, want at most %d", len(regions), mostRegions),
		}
	}
	return regions, nil
}

// mostRegions is far more than there are. To look in as many as a damaged answer can name would take a run past its deadline.
const mostRegions = 1000
