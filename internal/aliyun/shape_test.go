package aliyun_test

import (
	"testing"

	"reactivate/internal/cloud"
)

// TestOddShapes: answers of an undocumented form are an error or show nothing, and never a panic.
func TestOddShapes(t *testing.T) {
	for _, body := range []string{
		`{"RequestId":"R","Instances":[],"InstanceSystemEventSet":[],"Data":[]}`,
		`{"RequestId":"R","Instances":"none","InstanceSystemEventSet":null,"Data":null}`,
		`{"RequestId":"R","Instances":{"Instance":{}},"InstanceSystemEventSet":{"InstanceSystemEventType":{}},"Data":{"AvailableAmount":[1]}}`,
		`{"RequestId":"R","Instances":{"Instance":[null,1,"x",[]]}}`,
		`{"RequestId":"R","Instances":{"Instance":[{"InstanceId":1,"OperationLocks":[],"Tags":{"Tag":{}}}]}}`,
		`{"RequestId":"R","Instances":{"Instance":[{"OperationLocks":{"LockReason":[null,{"LockReason":[]}]},"Tags":{"Tag":[null]}}]}}`,
		`{"RequestId":{},"Instances":null}`, `{"RequestId":["R"]}`, `{"RequestId":"R","NextToken":{}}`,
		`{"RequestId":"R","Regions":{"Region":[null,{"RegionId":[]}]}}`,
		`null`, `"text"`, `1`, `[[]]`, `{"body":{"RequestId":"R"}}`, `{}`, ``, `<html>`,
	} {
		e := serve(t, answer(200, body))
		page, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{})
		for _, in := range page.Instances {
			if err == nil && cloud.ValidInstanceID(in.ID) {
				t.Errorf("%s: shows the instance %q", body, in.ID)
			}
		}
		_, _ = e.ReActivateInstances(t.Context(), "cn-hangzhou", "i-bp1000000000000go2go")
		if regions, err := e.DescribeRegions(t.Context()); err == nil && len(regions) > 0 {
			t.Errorf("%s: shows the regions %q", body, regions)
		}
		if events, _, err := e.DescribeInstanceHistoryEvents(t.Context(), "cn-hangzhou", ""); err == nil && len(events) > 0 {
			t.Errorf("%s: shows %+v", body, events)
		}
		if balance, err := e.QueryAccountBalance(t.Context()); err == nil {
			t.Errorf("%s: shows the balance %+v", body, balance)
		}
	}
	for _, body := range []string{`{"Code":1}`, `{"Code":{}}`, `{"Code":null,"Message":[]}`, `[]`, `null`, `{"Code":"X","Message":{}}`} {
		if got := reactivateOne(t, serve(t, answer(400, body))); got.Class == cloud.ClassThrottled {
			t.Errorf("%s: got %+v", body, got)
		}
	}
}
