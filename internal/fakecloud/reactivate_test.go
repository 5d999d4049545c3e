package fakecloud_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
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
		status   int
		code     string
		message  string
	}{
		{"overdue and settled", `"locks": ["financial"]`, ``, 200, "", ""},
		{"reclaimed beside financial", `"locks": ["financial", "financial-recycling"]`, ``, 200, "", ""},
		{"reclaimed alone", `"locks": ["financial-recycling"]`, ``, 400, "ReopenInstance.InstanceStatusNotValid", ""},
		{"running", `"status": "Running"`, ``, 400, "ReopenInstance.InstanceStatusNotValid", "Instance status is not Expired, ImageExpired or EcsAndImageExpired."},
		{"stopped by its owner", `"status": "Stopped"`, ``, 400, "ReopenInstance.InstanceStatusNotValid", ""},
		{"starting", `"status": "Starting"`, ``, 403, "IncorrectInstanceStatus", "The current status of the resource does not support this operation."},
		{"stopping", `"status": "Stopping", "locks": ["financial"]`, ``, 403, "IncorrectInstanceStatus", ""},
		{"pending", `"status": "Pending"`, ``, 403, "IncorrectInstanceStatus", ""},
		{"locked for security", `"locks": ["financial", "security"]`, ``, 403, "InstanceLockedForSecurity", "The specified operation is denied as your instance is locked for security reasons."},
		{"subscription", `"locks": ["financial"], "chargeType": "PrePaid"`, ``, 404, "InvalidPayType.NotSupport", "The specified pre pay instance not support."},
		{"spot to be released", `"locks": ["financial", "Recycling"], "spot": true`, ``, 403, "IncorrectInstanceStatus", ""},
		{"refunded", `"locks": ["financial", "refunded"]`, ``, 403, "IncorrectInstanceStatus", ""},
		{"overdue host", `"locks": ["financial", "dedicatedhostfinancial"]`, ``, 403, "IncorrectInstanceStatus", ""},
		{"released", `"locks": ["financial"], "overdueFor": "361h"`, ``, 404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist."},
		{"in arrears", `"locks": ["financial"]`, `, "balance": -0.01`, 400, "ReopenInstance.InstanceNotEnoughBalance", "Reopen instance must have enough account balance."},
		{"CNY 99.99", `"locks": ["financial"]`, `, "balance": 99.99`, 400, "ReopenInstance.InstanceNotEnoughBalance", ""},
		{"CNY 100", `"locks": ["financial"]`, `, "balance": 100`, 200, "", ""},
		{"CNY 100 with vouchers", `"locks": ["financial"]`, `, "balance": 99.99, "vouchers": 0.01`, 200, "", ""},
		{"nothing owed, international", `"locks": ["financial"]`, `, "balance": 0, "site": "international"`, 200, "", ""},
		{"in arrears, international", `"locks": ["financial"]`, `, "balance": -1, "site": "international"`, 400, "ReopenInstance.InstanceNotEnoughBalance", ""},
		{"paid image, vouchers", `"locks": ["financial"], "paidImage": true`, `, "balance": 50, "vouchers": 100`, 400, "ReopenInstance.ImageNotEnoughBalance", "Reopen instance must have enough cash balance."},
		{"paid image, cash", `"locks": ["financial"], "paidImage": true`, `, "balance": 100`, 200, "", ""},
		{"sold out", `"locks": ["financial"], "startFails": {"code": "OperationDenied.NoStock"}`, ``, 403, "OperationDenied.NoStock", ""},
		{"its own error", `"locks": ["financial"], "startFails": {"code": "X.Y", "status": 418, "message": "m"}`, ``, 418, "X.Y", "m"},
		{"denied", `"locks": ["financial"]`, `, "accessKeys": [{"id": "k", "secret": "s", "deny": ["ecs:ReActivateInstances"]}]`, 403, "Forbidden.RAM", "User not authorized to operate on the specified resource, or this API doesn't support RAM."},
		{"all of ECS denied", `"locks": ["financial"]`, `, "accessKeys": [{"id": "k", "secret": "s", "deny": ["ecs:*"]}]`, 403, "Forbidden.RAM", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newCloud(t, fmt.Sprintf(`{"accounts": [{"id": "1234567890123456"%s}],
				"instances": [{"id": %q, "region": "cn-hangzhou", %s}]}`, tt.account, web, tt.instance))
			before := c.Instances()[0]
			got := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
			if got.Status != tt.status || got.Code != tt.code || (tt.message != "" && got.Message != tt.message) {
				t.Errorf("got %d %s %q, want %d %s %q", got.Status, got.Code, got.Message, tt.status, tt.code, tt.message)
			}
			after := c.Instances()[0]
			if started := after.Starts == 1 && after.Status == fakecloud.Starting; started != (tt.status == 200) {
				t.Errorf("got %+v after %d", after, got.Status)
			}
			if tt.status != 200 && after.Status != before.Status {
				t.Errorf("a refused call made it %s, it was %s", after.Status, before.Status)
			}
		})
	}
}

func TestReactivateWhere(t *testing.T) {
	for _, tt := range []struct {
		name   string
		host   string
		params []string
		status int
		code   string
	}{
		{"its region", "", []string{"RegionId", "cn-beijing", "InstanceId", web}, 200, ""},
		{"another region", "", []string{"RegionId", "cn-hangzhou", "InstanceId", web}, 404, "InvalidInstanceId.NotFound"},
		{"no such region", "", []string{"RegionId", "cn-nowhere", "InstanceId", web}, 404, "InvalidRegionId.NotFound"},
		{"no region: the first", "", []string{"InstanceId", web}, 404, "InvalidInstanceId.NotFound"},
		{"a central endpoint", "ecs-cn-hangzhou.aliyuncs.com", []string{"RegionId", "cn-beijing", "InstanceId", web}, 200, ""},
		{"no instance", "", []string{"RegionId", "cn-beijing"}, 400, "MissingParameter"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"],
				"instances": [{"id": "`+web+`", "region": "cn-beijing", "locks": ["financial"]}]}`)
			r := signFor(t, c, tt.host, c.Credentials(""), "ReActivateInstances", tt.params...)
			if got := send(t, c, r); got.Status != tt.status || got.Code != tt.code {
				t.Errorf("got %d %s, want %d %s", got.Status, got.Text, tt.status, tt.code)
			}
		})
	}
}

func TestAnotherAccountsInstanceDoesNotExist(t *testing.T) {
	c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456"}, {"id": "2345678901234567"}],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "account": "2345678901234567", "locks": ["financial"]}]}`)
	params := []string{"RegionId", "cn-hangzhou", "InstanceId", web}
	if got := call(t, c, "ReActivateInstances", params...); got.Code != "InvalidInstanceId.NotFound" {
		t.Errorf("by the first account: got %d %s, want InvalidInstanceId.NotFound", got.Status, got.Text)
	}
	if got := callAs(t, c, c.Credentials("2345678901234567"), "ReActivateInstances", params...); got.Status != http.StatusOK {
		t.Errorf("by its own: got %d %s, want 200", got.Status, got.Text)
	}
}

// TestOneEffectiveStart: of many calls at once, one starts the instance.
func TestOneEffectiveStart(t *testing.T) {
	c, _ := newCloud(t, `{"instances": [{"id": "i-bp1web{n}", "count": 50, "region": "cn-hangzhou", "locks": ["financial"]}]}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 50 {
				id := fmt.Sprintf("i-bp1web%014d", n+1)
				call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", id)
				call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou", "InstanceIds", `["`+id+`"]`)
			}
		})
	}
	wg.Wait()
	for _, in := range c.Instances() {
		if in.Starts != 1 || in.Status != fakecloud.Starting {
			t.Errorf("%s: %d starts, %s; want one start, Starting", in.ID, in.Starts, in.Status)
		}
	}
	if got, want := len(c.Calls()), 8*50*2; got != want {
		t.Errorf("%d calls recorded, want %d", got, want)
	}
}

// TestWorksInABubble: with the fake clock of synctest, latency and starting
// take exactly as long as the fleet says.
func TestWorksInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, err := fakecloud.ParseFleet([]byte(`{"startTakes": "10m", "latency": [{"action": "*", "min": "40ms"}],
			"instances": [{"id": "` + web + `", "region": "cn-hangzhou", "locks": ["financial"]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		c, err := fakecloud.New(f)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		if got := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web); got.Status != http.StatusOK {
			t.Fatal(got.Text)
		}
		if got, want := time.Since(begin), 40*time.Millisecond; got != want {
			t.Errorf("the call took %v, want %v", got, want)
		}
		looks := 0
		for status := ""; status != "Running"; looks++ {
			status, _ = describe(t, c, "cn-hangzhou", web)
		}
		// The look that first sees Running began 40 ms before it answers.
		if got, want := time.Since(begin), 10*time.Minute+40*time.Millisecond; got != want {
			t.Errorf("Running was seen after %v, want %v", got, want)
		}
	})
}

func TestRecord(t *testing.T) {
	c, clk := newCloud(t, overdueFleet)
	var told []fakecloud.Call
	c.OnCall = func(call fakecloud.Call) { told = append(told, call) }
	call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou", "InstanceIds", `["`+web+`"]`)
	clk.advance(time.Second)
	got := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", "i-bp1gone0000000000001")
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
	if fmt.Sprint(told) != fmt.Sprint(calls) {
		t.Errorf("told %+v, recorded %+v", told, calls)
	}
}
