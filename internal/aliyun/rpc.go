package aliyun

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
)

// operation is an operation of an API that is called without a typed method: the SDK for it cannot be had, lacks a field that we
// need, would make the function too large, or is slow. (The typed DescribeInstances spent a quarter of a first answer's
// processor time on reflection.)
type operation struct {
	product string // as Endpoint.host knows it
	version string // of the API
	name    string
}

// rpc calls an operation. read decodes the answer and returns the request id in it. It must keep nothing of body, because the
// next call reuses that buffer.
func (c *Cloud) rpc(ctx context.Context, creds Credentials, op operation, region string, query map[string]string, read func(body []byte) (requestID string, err error)) error {
	return c.call(ctx, creds, op.name, op.product, region, func(config *openapiutil.Config, w *wire) (string, error) {
		client, err := openapi.NewClient(config)
		if err != nil {
			return "", err
		}
		w.opaque = true
		if _, err := client.CallApi(op.params(), &openapiutil.OpenApiRequest{Query: pointers(query)}, &util.RuntimeOptions{}); err != nil {
			return "", err
		}
		return read(w.body)
	})
}

// into decodes an answer into a struct.
func into(answer any) func([]byte) (string, error) {
	return func(body []byte) (string, error) {
		var id struct{ RequestId string }
		if err := json.Unmarshal(body, &id); err != nil {
			return "", err
		}
		return id.RequestId, json.Unmarshal(body, answer)
	}
}

// looseText is a text that some answers write as a number. Documents print the code of PutCustomEvent in both ways.
// https://help.aliyun.com/document_detail/115012.html
type looseText string

// UnmarshalJSON accepts a text, or a number as it is written. null is "".
func (t *looseText) UnmarshalJSON(raw []byte) error {
	var text any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&text); err != nil {
		return err
	}
	switch text := text.(type) {
	case nil:
		*t = ""
	case string:
		*t = looseText(text)
	case json.Number:
		*t = looseText(text)
	default:
		return errors.New("neither a text nor a number")
	}
	return nil
}

func (op operation) params() *openapiutil.Params {
	return &openapiutil.Params{
		Action: tea.String(op.name), Version: tea.String(op.version), Protocol: tea.String("HTTPS"),
		Pathname: tea.String("/"), Method: tea.String("POST"), AuthType: tea.String("AK"), Style: tea.String("RPC"),
		ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
	}
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
