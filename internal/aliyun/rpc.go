package aliyun

import (
	"context"
	"encoding/json"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"

	"reactivate/internal/jsonscan"
)

// API is an API in the version that this program was written for.
type API struct {
	product string // as Endpoint.host knows it
	version string
}

// The APIs that the function calls.
var (
	APIECS       = API{"ecs", "2014-05-26"}
	APISTS       = API{"sts", "2015-04-01"}
	APIDirectory = API{productDirectory, "2022-04-19"}
	APIBilling   = API{productBilling, "2017-12-14"}
	apiMonitor   = API{productMonitor, "2019-01-01"}
)

// operation is an operation of an API. All but one are called without a typed method of the SDK. The SDK has no such method, or the
// method lacks a field that we need, makes the function too large, or is slow. (The typed DescribeInstances spent a quarter of a first
// answer's processor time on reflection.)
type operation struct {
	api  API
	name string
	path string // of Function Compute's operations; the others have none
}

// rpc calls an operation. read decodes the answer and returns the request id in it. It must keep nothing of the body, because the
// next call reuses that buffer.
func (c *Cloud) rpc(ctx context.Context, s session, op operation, region string, query map[string]string, read func(*wire) (requestID string, err error)) error {
	return c.call(ctx, s, op, region, func(config *openapiutil.Config, w *wire) (string, error) {
		client, err := openapi.NewClient(config)
		if err != nil {
			return "", err
		}
		w.opaque = true
		if _, err := client.CallApi(op.params(), &openapiutil.OpenApiRequest{Query: pointers(query)}, &util.RuntimeOptions{}); err != nil {
			return "", err
		}
		return read(w)
	})
}

// into decodes an answer into a struct.
func into(answer any) func(*wire) (string, error) {
	return func(w *wire) (string, error) {
		var said struct {
			RequestId, Message string
			Code               looseText
		}
		if err := json.Unmarshal(w.body, &said); err != nil {
			return "", err
		}
		// The billing API and CloudMonitor refuse with status 200 and a code in the body.
		if code := string(said.Code); code != "" && code != "200" && !strings.EqualFold(code, "success") {
			w.refusal = refusal{Code: code, Message: said.Message, RequestID: said.RequestId}
			return "", nil
		}
		return said.RequestId, json.Unmarshal(w.body, answer)
	}
}

// looseText is a text that some answers write as a number. Documents print the code of PutCustomEvent in both ways.
// https://help.aliyun.com/document_detail/115012.html
type looseText string

// UnmarshalJSON accepts a text, or a number or boolean as it is written. null is "".
func (t *looseText) UnmarshalJSON(raw []byte) error {
	s := jsonscan.New(raw)
	*t = looseText(s.Text())
	return s.End()
}

func (op operation) params() *openapiutil.Params {
	params := &openapiutil.Params{
		Action: tea.String(op.name), Version: tea.String(op.api.version), Protocol: tea.String("HTTPS"),
		Pathname: tea.String("/"), Method: tea.String("POST"), AuthType: tea.String("AK"), Style: tea.String("RPC"),
		ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
	}
	if op.path != "" {
		params.Pathname, params.Method, params.Style = tea.String(op.path), tea.String("GET"), tea.String("ROA")
		params.ReqBodyType = tea.String("json")
	}
	return params
}

func pointers(query map[string]string) map[string]*string {
	values := make(map[string]*string, len(query))
	for name, value := range query {
		values[name] = tea.String(value)
	}
	return values
}

// rows decodes each element of a list by itself. An element that is null or of an unknown form is left out, and the others
// count.
func rows[T any](list []json.RawMessage) []T {
	decoded := make([]T, 0, len(list))
	for _, raw := range list {
		var row *T
		if err := json.Unmarshal(raw, &row); err == nil && row != nil {
			decoded = append(decoded, *row)
		}
	}
	return decoded
}
