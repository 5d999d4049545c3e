package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
)

// MaxBody is the largest body of an HTTP request, in bytes after decoding.
const MaxBody = 1 << 20

// ErrBodyTooLarge is the error of an HTTP request whose body is over MaxBody.
var ErrBodyTooLarge = errors.New("the body is over 1 MiB")

// HTTPRequest is the event of Function Compute 3.0's HTTP trigger, version v1.
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
type HTTPRequest struct {
	AccountID string // the account of the trigger, as the event says; "" if it does not
	Method    string
	Headers   map[string]string // several values are joined by commas; see Header
	Query     map[string]string // decoded; several values are joined by commas
	Body      []byte            // decoded; nil if it is broken or too large
}

// Header returns the value of a header, whatever the case of its name; "" if it is missing. If several names differ only in
// case, the one that is spelled as asked for counts, else the first in alphabetical order.
func (r HTTPRequest) Header(name string) string {
	if value, ok := r.Headers[name]; ok {
		return value
	}
	for _, key := range slices.Sorted(maps.Keys(r.Headers)) {
		if strings.EqualFold(key, name) {
			return r.Headers[key]
		}
	}
	return ""
}

// ParseHTTP reads the event of an HTTP trigger. ok tells whether it is one: it has the version and a method. Unknown fields are
// ignored, because the trigger may get more. If ok is true and err is not nil, the request is broken: err is ErrBodyTooLarge, or a
// *DecodeError that names the field. req then holds what could be read, so that the caller can check the authorisation first.
func ParseHTTP(payload []byte) (req HTTPRequest, ok bool, err error) {
	text := trim(payload)
	if len(payload) > maxPayload || len(text) == 0 || text[0] != '{' || !bytes.Contains(text, []byte(`"requestContext"`)) {
		return HTTPRequest{}, false, nil // most events end here, before they are parsed
	}
	o, _ := parseObject(text) // a text that is no object has no version
	context := o.object("requestContext")
	req.AccountID, req.Method = context.text("accountId"), context.object("http").text("method")
	if o.text("version") != "v1" || req.Method == "" {
		return HTTPRequest{}, false, nil
	}
	for _, m := range []struct {
		name string
		to   *map[string]string
	}{{"headers", &req.Headers}, {"queryParameters", &req.Query}} {
		if raw := o.value(m.name); len(raw) > 0 && json.Unmarshal(raw, m.to) != nil {
			return req, true, &DecodeError{Field: m.name, Problem: say("not-object-of-strings")}
		}
	}
	req.Body, err = httpBody(o)
	return req, true, err
}

// httpBody decodes the body. It is base64, unless the content type is one of text.
func httpBody(o object) ([]byte, error) {
	raw := o.value("body")
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	body, ok := stringValue(raw)
	if !ok {
		return nil, &DecodeError{Field: "body", Problem: say("not-string")}
	}
	decoded := []byte(body)
	if string(o.value("isBase64Encoded")) == "true" {
		if base64.StdEncoding.DecodedLen(len(body)) > MaxBody+3 {
			return nil, ErrBodyTooLarge
		}
		var err error
		if decoded, err = base64.StdEncoding.DecodeString(body); err != nil {
			return nil, &DecodeError{Field: "body", Problem: say("not-base64")}
		}
	}
	if len(decoded) > MaxBody {
		return nil, ErrBodyTooLarge
	}
	return decoded, nil
}

// DecodeQuery turns the query of a GET into a dry run: of instanceId, in regionId, of accountId, or of a sweep by default.
// Commas separate several ids or regions. The handler checks the query's token. Any other name is a *DecodeError, so that nobody
// believes that it had an effect.
func (d Decoder) DecodeQuery(query map[string]string) (reactivate.Request, error) {
	req, problem := d.query(query)
	if problem != nil {
		problem.Example = ExampleQuery
		return reactivate.Request{}, problem
	}
	return req, nil
}

func (d Decoder) query(query map[string]string) (reactivate.Request, *DecodeError) {
	req := reactivate.Request{DryRun: true, Source: d.source(), Standing: reactivate.StandingPerson}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if problem := setQuery(&req, name, query[name]); problem.Code != "" {
			return req, &DecodeError{Field: fieldName(name), Problem: problem}
		}
	}
	req.InstanceIDs, req.RegionIDs = unique(req.InstanceIDs), unique(req.RegionIDs)
	req.Sweep = len(req.InstanceIDs) == 0
	if problem := d.check(req); problem != nil {
		return req, problem
	}
	return req, checkLimits(asks(req))
}

// setQuery sets one name of a query. It returns what is wrong with its value.
func setQuery(req *reactivate.Request, name, value string) Said {
	switch name {
	case "token":
		return Said{}
	case "instanceId":
		return addSplit(&req.InstanceIDs, value, notInstanceID)
	case "regionId":
		return addSplit(&req.RegionIDs, value, notRegionID)
	case "accountId":
		req.AccountID = value
		return notAccountID(value)
	}
	return say("query-unknown")
}

// addSplit adds ids that are separated by commas.
func addSplit(ids *[]string, value string, check func(string) Said) Said {
	for id := range strings.SplitSeq(value, ",") {
		if problem := check(id); problem.Code != "" {
			return problem
		}
		*ids = append(*ids, id)
	}
	return Said{}
}
