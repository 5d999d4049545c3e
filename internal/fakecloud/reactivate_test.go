package fakecloud_test

import (
	"fmt"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// TestReactivateRules: each row is an instance and an account, and what
// ReActivateInstances says to them. The codes, statuses and messages are those
// of the API reference.
func TestReactivateRules(t *testing.T) {
	for _, tt := range []struct {
		name     string
		instance string // fields after id and region
		account  string // fields after id
		want     string
		message  string
	}{
		{"overdue and settled", `"locks": ["financial"]`, ``, "200", ""},
		{"reclaimed beside financial", `"locks": ["financial", "financial-recycling"]`, ``, "200", ""},
		{"reclaimed alone", `"locks": ["financial-recycling"]`, ``, "400 ReopenInstance.InstanceStatusNotValid", ""},
		{"running", `"status": "Running"`, ``, "400 ReopenInstance.InstanceStatusNotValid", "Instance status is not Expired, ImageExpired or EcsAndImageExpired."},
		{"stopped by its owner", `"status": "Stopped"`, ``, "400 ReopenInstance.InstanceStatusNotValid", ""},
		{"starting", `"status": "Starting"`, ``, "403 IncorrectInstanceStatus", "The current status of the resource does not support this operation."},
		{"stopping", `"status": "Stopping", "locks": ["financial"]`, ``, "403 IncorrectInstanceStatus", ""},
		{"pending", `"status": "Pending"`, ``, "403 IncorrectInstanceStatus", ""},
		{"locked for security", `"locks": ["financial", "security"]`, ``, "403 InstanceLockedForSecurity", "The specified operation is denied as your instance is locked for security reasons."},
		{"subscription", `"locks": ["financial"], "chargeType": "PrePaid"`, ``, "404 InvalidPayType.NotSupport", "The specified pre pay instance not support."},
		{"spot to be released", `"locks": ["financial", "Recycling"]`, ``, "403 IncorrectInstanceStatus", ""},
		{"refunded", `"locks": ["financial", "refunded"]`, ``, "403 IncorrectInstanceStatus", ""},
		{"overdue host", `"locks": ["financial", "dedicatedhostfinancial"]`, ``, "403 IncorrectInstanceStatus", ""},
		{"released", `"locks": ["financial"], "overdueFor": "361h"`, ``, "404 InvalidInstanceId.NotFound", "The specified InstanceId does not exist."},
		{"in arrears", `"locks": ["financial"]`, `, "balance": -0.01`, "400 ReopenInstance.InstanceNotEnoughBalance", "Reopen instance must have enough account balance."},
		{"CNY 99.99", `"locks": ["financial"]`, `, "balance": 99.99`, "400 ReopenInstance.InstanceNotEnoughBalance", ""},
		{"CNY 100", `"locks": ["financial"]`, `, "balance": 100`, "200", ""},
		{"nothing owed, international", `"locks": ["financial"]`, `, "balance": 0, "site": "international"`, "200", ""},
		{"in arrears, international", `"locks": ["financial"]`, `, "balance": -1, "site": "international"`, "400 ReopenInstance.InstanceNotEnoughBalance", ""},
		{"sold out", `"locks": ["financial"], "startFails": {"code": "OperationDenied.NoStock"}`, ``, "403 OperationDenied.NoStock", ""},
		{"its own error", `"locks": ["financial"], "startFails": {"code": "X.Y", "status": 418, "message": "m"}`, ``, "418 X.Y", "m"},
		{"denied", `"locks": ["financial"]`, `, "accessKeys": [{"id": "k", "secret": "s", "deny": ["ecs:ReActivateInstances"]}]`, "403 Forbidden.RAM", "User not authorized to operate on the specified resource, or this API doesn't support RAM."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newCloud(t, fmt.Sprintf(`{"accounts": [{"id": "1234567890123456"%s}],
				"instances": [{"id": %q, "region": "cn-hangzhou", %s}]}`, tt.account, web, tt.instance))
			before := c.Instances()[0]
			got := start(t, c, web)
			if got.short() != tt.want || (tt.message != "" && got.Message != tt.message) {
				t.Errorf("got %s %q, want %s %q", got.short(), got.Message, tt.want, tt.message)
			}
			after := c.Instances()[0]
			if started := after.Starts == 1 && after.Status == fakecloud.Starting; started != (tt.want == "200") {
				t.Errorf("got %+v after %d", after, got.Status)
			}
			if tt.want != "200" && after.Status != before.Status {
				t.Errorf("a refused call made it %s, it was %s", after.Status, before.Status)
			}
		})
	}
}

// TestReactivateWhere: an instance exists in its own account and region alone.
func TestReactivateWhere(t *testing.T) {
	c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "accounts": [{"id": "1234567890123456"}, {"id": "2345678901234567"}],
		"instances": [{"id": "`+web+`", "account": "2345678901234567", "region": "cn-beijing", "locks": ["financial"]}]}`)
	for _, tt := range []struct {
		account string
		params  []string
		want    string
	}{
		{"2345678901234567", []string{"RegionId", hz, "InstanceId", web}, "404 InvalidInstanceId.NotFound"},
		{"2345678901234567", []string{"RegionId", "cn-nowhere", "InstanceId", web}, "404 InvalidRegionId.NotFound"},
		{"2345678901234567", []string{"InstanceId", web}, "404 InvalidInstanceId.NotFound"}, // the first region
		{"2345678901234567", []string{"RegionId", "cn-beijing"}, "400 MissingParameter"},
		{"1234567890123456", []string{"RegionId", "cn-beijing", "InstanceId", web}, "404 InvalidInstanceId.NotFound"},
		{"2345678901234567", []string{"RegionId", "cn-beijing", "InstanceId", web}, "200"},
	} {
		if got := callAs(t, c, c.Credentials(tt.account), "ReActivateInstances", tt.params...); got.short() != tt.want {
			t.Errorf("%s by %s: got %d %s, want %s", tt.params, tt.account, got.Status, got.Text, tt.want)
		}
	}
}

func TestRecord(t *testing.T) {
	c, clk := newCloud(t, overdueFleet)
	var seen []fakecloud.Call
	c.OnCall = func(call fakecloud.Call) { seen = append(seen, call) }
	find(t, c, web)
	clk.advance(time.Second)
	got := start(t, c, "i-bp1gone0000000000001")
	if got.HostID != "127.0.0.1:80" || got.Message == "" || got.RequestID == "" {
		t.Errorf("got %s, want Message, HostId and RequestId", got.Text)
	}
	callAs(t, c, fakecloud.Credentials{AccessKeyID: "nobody"}, "DescribeRegions")
	calls := c.Calls()
	want := fakecloud.Call{
		Time: t0.Add(time.Second), Action: "ReActivateInstances", AccountID: "1234567890123456",
		Caller: "acs:ram::1234567890123456:role/function", RegionID: "cn-hangzhou",
		InstanceIDs: []string{"i-bp1gone0000000000001"}, Status: 404, Code: "InvalidInstanceId.NotFound",
		RequestID: got.RequestID,
	}
	if len(calls) != 3 || fmt.Sprint(calls[1]) != fmt.Sprint(want) {
		t.Fatalf("got %+v, want the second to be %+v", calls, want)
	}
	if first := calls[0]; !first.Done || first.Status != 200 || first.InstanceIDs[0] != web {
		t.Errorf("the first: got %+v, want it done", first)
	}
	if last := calls[2]; last.AccountID != "" || last.Code != "InvalidAccessKeyId.NotFound" {
		t.Errorf("the last: got %+v, want it refused, of no account", last)
	}
	if fmt.Sprint(seen) != fmt.Sprint(calls) {
		t.Errorf("OnCall saw %+v, recorded are %+v", seen, calls)
	}
}
