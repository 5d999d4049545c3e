package aliyun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
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
	var page reactivate.Page
	err := e.call(ctx, "DescribeInstances", region, func(client *ecs.Client) (string, error) {
		resp, err := client.DescribeInstancesWithOptions(req, &util.RuntimeOptions{})
		if err != nil {
			return readRows(client, &page, err)
		}
		if resp == nil || resp.Body == nil {
			return "", nil
		}
		return readPage(resp.Body, &page), nil
	})
	if refused, ok := errors.AsType[*reactivate.Error](err); ok && q.DryRun && refused.Code == dryRunPassed {
		return reactivate.Page{}, nil
	}
	if err != nil {
		return reactivate.Page{}, err
	}
	return page, nil
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

// readPage reads what the SDK decoded. Any pointer of it may be nil.
func readPage(body *ecs.DescribeInstancesResponseBody, page *reactivate.Page) (requestID string) {
	requestID = tea.StringValue(body.RequestId)
	page.NextToken = tea.StringValue(body.NextToken)
	if body.Instances == nil {
		return requestID
	}
	for i, row := range body.Instances.Instance {
		if row == nil {
			page.Errors = append(page.Errors, unreadable(i, "", errors.New("it is null"), requestID))
			continue
		}
		addRow(page, i, row, requestID)
	}
	return requestID
}

// readRows reads a page row by row, where the SDK gave it up as a whole for the sake of one row. Its error stands
// where it was not a row's fault.
func readRows(client *ecs.Client, page *reactivate.Page, undecoded error) (requestID string, err error) {
	w, ok := client.HttpClient.(*wire)
	if !ok || len(w.body) == 0 {
		return "", undecoded
	}
	var body struct {
		RequestId string // as ECS spells it: the SDK's decoder knows no other
		NextToken string
		Instances struct{ Instance []json.RawMessage }
	}
	if tea.Convert(json.RawMessage(w.body), &body) != nil || body.Instances.Instance == nil {
		return "", undecoded
	}
	page.NextToken = body.NextToken
	for i, raw := range body.Instances.Instance {
		var row ecs.DescribeInstancesResponseBodyInstancesInstance
		if err := tea.Convert(raw, &row); err != nil {
			page.Errors = append(page.Errors, unreadable(i, tea.StringValue(row.InstanceId), err, body.RequestId))
			continue
		}
		addRow(page, i, &row, body.RequestId)
	}
	return body.RequestId, nil
}

var errNotPrinting = errors.New("a word of ECS's own holds what does not print")

// addRow adds a row of a page. What its owner wrote is cleaned; ECS's own words are taken to the letter or not at all,
// since a word that is cleaned may become another.
func addRow(page *reactivate.Page, i int, row *ecs.DescribeInstancesResponseBodyInstancesInstance, requestID string) {
	for _, word := range []*string{row.InstanceId, row.RegionId, row.Status, row.InstanceChargeType} {
		if word := tea.StringValue(word); word != clean(word, Credentials{}) {
			page.Errors = append(page.Errors, unreadable(i, tea.StringValue(row.InstanceId), errNotPrinting, requestID))
			return
		}
	}
	page.Instances = append(page.Instances, reactivate.Instance{
		ID:         tea.StringValue(row.InstanceId),
		Name:       clean(tea.StringValue(row.InstanceName), Credentials{}),
		RegionID:   tea.StringValue(row.RegionId),
		Status:     reactivate.Status(tea.StringValue(row.Status)),
		ChargeType: tea.StringValue(row.InstanceChargeType),
		Locks:      locks(row),
		Tags:       tags(row),
		StartTime:  moment(tea.StringValue(row.StartTime)),
	})
}

// unreadable is the error of row i of a page, from 0. Asking again would show the same row.
func unreadable(i int, id string, cause error, requestID string) *reactivate.Error {
	where := fmt.Sprintf("row %d of a page", i+1)
	if reactivate.ValidInstanceID(id) {
		where = id + ", " + where + ","
	}
	return &reactivate.Error{
		Op: "DescribeInstances", Class: reactivate.ClassUnknown, Status: http.StatusOK, RequestID: clean(requestID, Credentials{}),
		Message: clean(where+" cannot be read: "+cause.Error(), Credentials{}), Cause: cause,
	}
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
		requestID = clean(tea.StringValue(resp.Body.RequestId), Credentials{})
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
