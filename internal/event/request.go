package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"reactivate/internal/reactivate"
)

// maxWait is the longest wait that a request may name: the longest run of a function.
// https://github.com/devsapp/fc3, src/schema.json (timeout)
const maxWait = 24 * time.Hour

// requestFields are the fields of a request, each decoded in setField.
var requestFields = []string{
	"instanceId", "instanceIds", "sweep", "watch", "regionId", "regionIds", "accountId", "dryRun", "force", "wait", "notify",
}

const (
	notInstanceID = `is not an instance id ("i-" and 8 to 32 lower-case letters or digits)`
	notRegionID   = `is not a region id (such as "cn-hangzhou")`
	notAccountID  = `is not an account's number (digits, in quotes)`
)

// request decodes a bare request. It is strict: a typing error must not become another request, so
// unknown fields, fields that stand twice, wrong types and nulls are errors.
//
// One and many may stand together (instanceId beside instanceIds): they are joined.
func (d Decoder) request(o object, source reactivate.Source) (reactivate.Request, *DecodeError) {
	req := reactivate.Request{Source: source, Standing: bareStanding(source)}
	if problem := o.repeated(); problem != nil {
		return req, problem
	}
	for _, f := range o {
		if problem := setField(&req, f); problem != nil {
			return req, problem
		}
	}
	req.InstanceIDs = unique(req.InstanceIDs)
	req.RegionIDs = unique(req.RegionIDs)
	return req, d.check(req)
}

// check finds what is wrong with a request as a whole.
func (d Decoder) check(req reactivate.Request) *DecodeError {
	n := len(req.InstanceIDs)
	everything := req.Sweep || req.Watch > 0
	switch {
	case n > reactivate.MaxInstanceIDs:
		return &DecodeError{Field: "instanceIds", Problem: fmt.Sprintf("names %d instances; one request may name %d", n, reactivate.MaxInstanceIDs)}
	case req.Watch > 0 && req.Sweep:
		return &DecodeError{Field: "watch", Problem: "stands beside a sweep; ask for one or the other"}
	case req.Watch > 0 && n > 0:
		return &DecodeError{Field: "watch", Problem: "stands beside instance ids; ask for one or the other"}
	case req.Sweep && n > 0:
		return &DecodeError{Field: "sweep", Problem: "stands beside instance ids; ask for one or the other"}
	case !everything && n == 0:
		return &DecodeError{Field: "instanceIds", Problem: `is missing; name instances, or ask for "sweep": true or "watch": "5m"`}
	case req.Force && everything:
		return &DecodeError{Field: "force", Problem: "goes only with instance ids, not with a sweep or a watch"}
	case req.AccountID == "" && !everything && !d.serves("", req.Source):
		return &DecodeError{Field: "accountId", Problem: "is missing, and the function's own account is not watched"}
	case req.AccountID != "" && !d.serves(req.AccountID, req.Source):
		return &DecodeError{Field: "accountId", Problem: quote(req.AccountID) + " is neither the function's own account nor a configured one"}
	}
	return nil
}

// serves tells whether an account is one of ours for what comes from a source.
func (d Decoder) serves(accountID string, source reactivate.Source) bool {
	return d.Serves == nil || d.Serves(accountID, source)
}

// setField sets one field of a request.
func setField(req *reactivate.Request, f member) (problem *DecodeError) {
	if string(f.value) == "null" {
		return &DecodeError{Field: fieldName(string(f.name)), Problem: "is null; leave it out instead"}
	}
	switch string(f.name) {
	case "instanceId":
		return addOne(&req.InstanceIDs, f, reactivate.ValidInstanceID, notInstanceID)
	case "instanceIds":
		return addAll(&req.InstanceIDs, f, reactivate.ValidInstanceID, notInstanceID)
	case "regionId":
		return addOne(&req.RegionIDs, f, reactivate.ValidRegionID, notRegionID)
	case "regionIds":
		return addAll(&req.RegionIDs, f, reactivate.ValidRegionID, notRegionID)
	case "accountId":
		return setAccount(req, f)
	case "wait":
		return setWait(req, f)
	case "watch":
		return setWatch(req, f)
	case "notify":
		return setNotify(req, f)
	case "sweep":
		return setFlag(&req.Sweep, f)
	case "dryRun":
		return setFlag(&req.DryRun, f)
	case "force":
		return setFlag(&req.Force, f)
	}
	return unknownField(string(f.name))
}

// unknownField refuses a field, with the right name if only its spelling is wrong.
func unknownField(name string) *DecodeError {
	problem := "is unknown; a request has " + strings.Join(requestFields, ", ")
	if known := misspelled(name, requestFields); known != "" {
		problem = "is unknown; did you mean " + known + "?"
	}
	return &DecodeError{Field: fieldName(name), Problem: problem}
}

// addOne adds the one id of a field.
func addOne(ids *[]string, f member, valid func(string) bool, notValid string) *DecodeError {
	id, ok := stringValue(f.value)
	switch {
	case !ok:
		return &DecodeError{Field: string(f.name), Problem: "must be a string"}
	case !valid(id):
		return &DecodeError{Field: string(f.name), Problem: quote(id) + " " + notValid}
	}
	*ids = append(*ids, id)
	return nil
}

// addAll adds the ids of a field, at least one.
func addAll(ids *[]string, f member, valid func(string) bool, notValid string) *DecodeError {
	elements := array(f.value)
	switch {
	case elements == nil:
		return &DecodeError{Field: string(f.name), Problem: "must be an array of strings"}
	case len(elements) == 0:
		return &DecodeError{Field: string(f.name), Problem: "is an empty array; name at least one, or leave it out"}
	}
	for i, element := range elements {
		id, ok := stringValue(element)
		switch {
		case !ok:
			return &DecodeError{Field: string(f.name), Problem: fmt.Sprintf("must be an array of strings; element %d is none", i+1)}
		case !valid(id):
			return &DecodeError{Field: string(f.name), Problem: fmt.Sprintf("element %d, %s, %s", i+1, quote(id), notValid)}
		}
		*ids = append(*ids, id)
	}
	return nil
}

func setAccount(req *reactivate.Request, f member) *DecodeError {
	id, ok := stringValue(f.value)
	switch {
	case !ok:
		return &DecodeError{Field: string(f.name), Problem: "must be a string"}
	case !reactivate.ValidAccountID(id):
		return &DecodeError{Field: string(f.name), Problem: quote(id) + " " + notAccountID}
	}
	req.AccountID = id
	return nil
}

func setWait(req *reactivate.Request, f member) *DecodeError {
	const want = `must be a duration such as "2m" or "90s", in quotes`
	value, ok := stringValue(f.value)
	if !ok {
		return &DecodeError{Field: string(f.name), Problem: want}
	}
	wait, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return &DecodeError{Field: string(f.name), Problem: want + ", not " + quote(value)}
	case wait < 0 || wait > maxWait:
		return &DecodeError{Field: string(f.name), Problem: "must be from 0 to 24h, not " + quote(value)}
	}
	req.Wait = &wait
	return nil
}

// The interval of a watch: shorter, and a delayed timer would leave gaps; longer, and it is a sweep's daily message.
const (
	minWatch = time.Minute
	maxWatch = 24 * time.Hour
)

func setWatch(req *reactivate.Request, f member) *DecodeError {
	const want = `must be a duration such as "5m" or "1h", in quotes`
	value, ok := stringValue(f.value)
	if !ok {
		return &DecodeError{Field: string(f.name), Problem: want}
	}
	watch, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return &DecodeError{Field: string(f.name), Problem: want + ", not " + quote(value)}
	case watch < minWatch || watch > maxWatch:
		return &DecodeError{Field: string(f.name), Problem: "must be from 1m to 24h, not " + quote(value)}
	}
	req.Watch = watch
	return nil
}

func setNotify(req *reactivate.Request, f member) *DecodeError {
	const want = `must be "changes", "problems" or "always"`
	value, ok := stringValue(f.value)
	if !ok {
		return &DecodeError{Field: string(f.name), Problem: want}
	}
	switch value {
	case "changes", "problems", "always":
		req.Notify = value
		return nil
	}
	return &DecodeError{Field: string(f.name), Problem: want + ", not " + quote(value)}
}

func setFlag(flag *bool, f member) *DecodeError {
	switch string(f.value) {
	case "true":
		*flag = true
	case "false":
		*flag = false
	default:
		return &DecodeError{Field: string(f.name), Problem: "must be true or false, without quotes"}
	}
	return nil
}

// stringValue is the value of a JSON string and of nothing else.
func stringValue(raw json.RawMessage) (value string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1]), true // it stands as it is
	}
	return unescape(raw)
}

// unescape is apart, because the address that it takes puts its value on the heap, where most are not needed.
func unescape(raw json.RawMessage) (value string, ok bool) {
	return value, json.Unmarshal(raw, &value) == nil
}

// unique keeps the first of each, in order.
func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	return slices.DeleteFunc(ids, func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}
