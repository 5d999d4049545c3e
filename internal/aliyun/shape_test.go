package aliyun_test

import (
	"testing"

	"reactivate/internal/reactivate"
)

// TestOddShapes: answers in JSON of an undocumented form are an error or an empty page, never a panic.
func TestOddShapes(t *testing.T) {
	for _, body := range []string{
		`{"RequestId":"R","Instances":[]}`,
		`{"RequestId":"R","Instances":"none"}`,
		`{"RequestId":"R","Instances":{"Instance":{}}}`,
		`{"RequestId":"R","Instances":{"Instance":[null,1,"x",[]]}}`,
		`{"RequestId":"R","Instances":{"Instance":[{"InstanceId":1,"OperationLocks":[],"Tags":{"Tag":{}}}]}}`,
		`{"RequestId":"R","Instances":{"Instance":[{"OperationLocks":{"LockReason":[null,{"LockReason":[]}]},"Tags":{"Tag":[null]}}]}}`,
		`{"RequestId":{},"Instances":null}`,
		`{"RequestId":["R"]}`,
		`{"RequestId":"R","Regions":{"Region":[null,{"RegionId":[]}]}}`,
		`{"RequestId":"R","NextToken":{}}`,
		`null`, `"text"`, `1`, `[[]]`, `{"body":{"RequestId":"R"}}`,
	} {
		e := serve(t, answer(200, body))
		if page, err := e.DescribeInstances(t.Context(), "cn-hangzhou", reactivate.Query{}); err == nil {
			for _, in := range page.Instances {
				if reactivate.ValidInstanceID(in.ID) {
					t.Errorf("%s: shows the instance %q", body, in.ID)
				}
			}
		}
		_, _ = e.ReActivateInstances(t.Context(), "cn-hangzhou", "i-bp1000000000000go2go")
		_, _ = e.DescribeRegions(t.Context())
	}
	for _, body := range []string{`{"Code":1}`, `{"Code":{}}`, `{"Code":null,"Message":[]}`, `[]`, `null`, `{"Code":"X","Message":{}}`} {
		if got := reactivateOne(t, serve(t, answer(400, body))); got.Class == reactivate.ClassThrottled {
			t.Errorf("%s: got %+v", body, got)
		}
	}
}
