package aliyun

import (
	"bytes"
	"context"
	"net/http"
	"regexp"

	"reactivate/internal/cloud"
)

// APIFunction is Function Compute's API, which only the command verify reads. Its hosts are fcv3.REGION.aliyuncs.com:
// https://api.aliyun.com/product/FC
var APIFunction = API{"fcv3", "2023-03-30"}

// Answer is a whole answer.
type Answer struct {
	Body   []byte
	Header http.Header
}

// readsOnly tells whether an operation changes nothing, by its name. The pattern is made here, and not when the program starts,
// because the function never needs it.
func readsOnly(operation string) bool {
	return regexp.MustCompile(`^(Describe|List|Get|Query)[A-Z][A-Za-z]+$`).MatchString(operation)
}

// Look makes one call that only reads, and returns its whole answer, for the command verify. An operation with another name is an
// error, and nothing is sent. The path is that of Function Compute's operations; the others have none.
func (c *Cloud) Look(ctx context.Context, creds Credentials, api API, name, path, region string, query map[string]string) (Answer, error) {
	if !readsOnly(name) {
		return Answer{}, &cloud.Error{Op: name, Class: cloud.ClassInvalid, Message: "not a name of an operation that only reads"}
	}
	var answer Answer
	err := c.rpc(ctx, creds, operation{api, name, path}, region, query, answer.take)
	return answer, err
}

// take keeps a copy of what came, and returns the request id, which stands in the body of some APIs and in a header of others.
func (a *Answer) take(w *wire) (requestID string, err error) {
	a.Body, a.Header = bytes.Clone(w.body), w.header
	for _, name := range []string{"X-Acs-Request-Id", "X-Fc-Request-Id", "X-Log-Requestid"} {
		if id := w.header.Get(name); id != "" {
			return id, nil
		}
	}
	return into(&struct{}{})(w)
}

// APIHost is the host name of an API in a region, as this program builds it.
func APIHost(api API, region string, vpc bool) string {
	_, host := Endpoint{VPC: vpc}.host(api.product, region)
	return host
}

// FunctionPath is the path of a function's API. part is "" for the function itself, or a part of it such as "/triggers".
func FunctionPath(function, part string) string {
	return "/" + APIFunction.version + "/functions/" + function + part
}
