// Package classic_test runs the older official Go SDK, which the vendor's command line uses too, against the fake cloud at
// FAKE_CLOUD (HOST:PORT, the demo fleet): RPC v1, signed by HMAC-SHA1, all parameters in a POST's query. It is a module of
// its own so that the function does not carry that SDK.
package classic_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
)

func TestClassicSDK(t *testing.T) {
	address := os.Getenv("FAKE_CLOUD")
	if address == "" {
		t.Skip("FAKE_CLOUD is not set: want HOST:PORT of reactivate fake-cloud")
	}
	client, err := sdk.NewClientWithStsToken("cn-hangzhou", "fakeAccessKeyId", "fakeAccessKeySecret", "fakeSecurityToken")
	if err != nil {
		t.Fatal(err)
	}
	call := func(action string, query map[string]string) (string, error) {
		r := requests.NewCommonRequest()
		r.Method, r.Scheme, r.Domain, r.Version, r.ApiName = "POST", "http", address, "2014-05-26", action
		r.QueryParams = query
		r.QueryParams["RegionId"] = "cn-hangzhou"
		resp, err := client.ProcessCommonRequest(r)
		if err != nil {
			return "", err
		}
		return resp.GetHttpContentString(), nil
	}

	const id = "i-bp1db000000000000002"
	body, err := call("DescribeInstances", map[string]string{"InstanceIds": `["` + id + `"]`})
	if err != nil {
		t.Fatal(err)
	}
	var page struct {
		Instances struct {
			Instance []struct{ InstanceId, Status string }
		}
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Instances.Instance) != 1 || page.Instances.Instance[0].Status != "Stopped" {
		t.Errorf("got %v, %s", err, body)
	}
	if _, err := call("ReActivateInstances", map[string]string{"InstanceId": id}); err != nil {
		t.Error(err)
	}
	_, err = call("ReActivateInstances", map[string]string{"InstanceId": "i-bp1gone0000000000001"})
	var refused sdkerrors.Error
	if !errors.As(err, &refused) || refused.ErrorCode() != "InvalidInstanceId.NotFound" || refused.HttpStatus() != 404 {
		t.Errorf("got %v, want InvalidInstanceId.NotFound with 404", err)
	}
}
