package aliyun

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"

	"reactivate/internal/reactivate"
)

// API is an API whose answers are looked at as they come, for the command verify. The deployed function does not use it.
type API int

// The APIs, with the versions that this program was written for.
const (
	APIECS       API = iota // 2014-05-26
	APISTS                  // 2015-04-01
	APIDirectory            // the resource directory, 2022-04-19
	APIBilling              // 2017-12-14
	APIFunction             // Function Compute, 2023-03-30: a path instead of an operation's parameters
)

// products says of each API how Endpoint.host knows it, and its version. Function Compute's hosts are fcv3.REGION.aliyuncs.com:
// https://api.aliyun.com/product/FC
var products = [...][2]string{
	APIECS: {"ecs", "2014-05-26"}, APISTS: {"sts", "2015-04-01"}, APIDirectory: {productDirectory, "2022-04-19"},
	APIBilling: {productBilling, "2017-12-14"}, APIFunction: {"fcv3", "2023-03-30"},
}

// Answer is a whole answer.
type Answer struct {
	Body   []byte
	Header http.Header
}

// readsOnly tells whether an operation changes nothing, by its name. (A pattern made while the program starts would cost the
// function its time, although it never looks.)
func readsOnly(operation string) bool {
	return regexp.MustCompile(`^(Describe|List|Get|Query)[A-Z][A-Za-z]+$`).MatchString(operation)
}

// Look makes one call that only reads, and returns its whole answer. An operation with another name is an error, and nothing is
// sent. The path is that of Function Compute's operations; the others have none.
func (c *Cloud) Look(ctx context.Context, creds Credentials, api API, operation, path, region string, query map[string]string) (Answer, error) {
	if !readsOnly(operation) {
		return Answer{}, &reactivate.Error{Op: operation, Class: reactivate.ClassInvalid, Message: "not a name of an operation that only reads"}
	}
	var answer Answer
	product, version := products[api][0], products[api][1]
	err := c.call(ctx, creds, operation, product, region, func(config *openapiutil.Config, w *wire) (string, error) {
		client, err := openapi.NewClient(config)
		if err != nil {
			return "", err
		}
		params := lookParams(operation, version, path)
		w.opaque = true
		if _, err := client.CallApi(params, &openapiutil.OpenApiRequest{Query: pointers(query)}, &util.RuntimeOptions{}); err != nil {
			return "", err
		}
		return answer.take(w)
	})
	return answer, err
}

func lookParams(name, version, path string) *openapiutil.Params {
	params := operation{"", version, name}.params()
	if path != "" {
		params.Pathname, params.Method, params.Style = tea.String(path), tea.String("GET"), tea.String("ROA")
		params.ReqBodyType = tea.String("json")
	}
	return params
}

// take keeps a copy of what came, and returns the request id, which stands in the body of some APIs and in a header of others.
func (a *Answer) take(w *wire) (requestID string, err error) {
	a.Body, a.Header = bytes.Clone(w.body), w.header
	for _, name := range []string{"X-Acs-Request-Id", "X-Fc-Request-Id", "X-Log-Requestid"} {
		if id := w.header.Get(name); id != "" {
			return id, nil
		}
	}
	return into(&struct{}{})(w.body)
}

// APIHost is the host name of an API in a region, as this program builds it.
func APIHost(api API, region string, vpc bool) string {
	_, host := Endpoint{VPC: vpc}.host(products[api][0], region)
	return host
}

// FunctionPath is the path of a function's API, whose last part may be more than the function itself, such as "/triggers".
func FunctionPath(function, part string) string {
	return "/" + products[APIFunction][1] + "/functions/" + function + strings.TrimSuffix(part, "/")
}
