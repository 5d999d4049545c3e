package event

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

const (
	// maxWait is the longest wait in a request: the longest timeout of a function.
	// https://github.com/devsapp/fc3, src/schema.json (timeout)
	maxWait = 24 * time.Hour

	// The length of a watch. A shorter one would leave gaps when the timer is late; a longer one does no more than a daily sweep.
	minWatch = time.Minute
	maxWatch = 24 * time.Hour
)

// requestFields are the fields of a request, each decoded in setField.
var requestFields = []string{
	"instanceId", "instanceIds", "sweep", "watch", "regionId", "regionIds", "accountId", "dryRun", "force", "wait", "notify",
}

// request decodes a bare request. It is strict, because a typing error must not turn it into another request: unknown fields,
// fields that stand twice, wrong types and nulls are errors.
//
// The fields for one and for many may stand together (instanceId beside instanceIds). They are joined.
func (d Decoder) request(o object, source reactivate.Source) (reactivate.Request, *DecodeError) {
	req := reactivate.Request{Source: source, Standing: bareStanding(source)}
	if problem := o.repeated(); problem != nil {
		return req, problem
	}
	for _, f := range o {
		if problem := setField(&req, f.name, f.value); problem.Code != "" {
			return req, &DecodeError{Field: fieldName(string(f.name)), Problem: problem}
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
		return &DecodeError{Field: "instanceIds", Problem: say("too-many-ids", n, reactivate.MaxInstanceIDs)}
	case req.Watch > 0 && req.Sweep:
		return &DecodeError{Field: "watch", Problem: say("watch-beside-sweep")}
	case req.Watch > 0 && n > 0:
		return &DecodeError{Field: "watch", Problem: say("sweep-beside-ids")}
	case req.Sweep && n > 0:
		return &DecodeError{Field: "sweep", Problem: say("sweep-beside-ids")}
	case !everything && n == 0:
		return &DecodeError{Field: "instanceIds", Problem: say("asks-nothing")}
	case req.Force && everything:
		return &DecodeError{Field: "force", Problem: say("force-sweep")}
	case req.AccountID == "" && !everything && !d.serves("", req.Source):
		return &DecodeError{Field: "accountId", Problem: say("account-missing")}
	case req.AccountID != "" && !d.serves(req.AccountID, req.Source):
		return &DecodeError{Field: "accountId", Problem: say("account-unknown", quote(req.AccountID))}
	}
	return nil
}

// serves tells whether a payload of a source may concern an account.
func (d Decoder) serves(accountID string, source reactivate.Source) bool {
	return d.Serves == nil || d.Serves(accountID, source)
}

// setField sets one field of a request. It returns what is wrong with the field's value.
func setField(req *reactivate.Request, name []byte, raw json.RawMessage) (problem Said) {
	if string(raw) == "null" {
		return say("null")
	}
	switch string(name) {
	case "instanceId":
		return addOne(&req.InstanceIDs, raw, notInstanceID)
	case "instanceIds":
		return addAll(&req.InstanceIDs, raw, notInstanceID)
	case "regionId":
		return addOne(&req.RegionIDs, raw, notRegionID)
	case "regionIds":
		return addAll(&req.RegionIDs, raw, notRegionID)
	case "accountId":
		req.AccountID, problem = oneID(raw, notAccountID)
		return problem
	case "wait":
		req.Wait = new(time.Duration)
		return setDuration(req.Wait, raw, 0, maxWait, "wait-range")
	case "watch":
		return setDuration(&req.Watch, raw, minWatch, maxWatch, "watch-range")
	case "notify":
		return setNotify(req, raw)
	case "sweep":
		return setFlag(&req.Sweep, raw)
	case "dryRun":
		return setFlag(&req.DryRun, raw)
	case "force":
		return setFlag(&req.Force, raw)
	}
	if known := misspelled(string(name), requestFields); known != "" {
		return say("misspelled", known)
	}
	return say("unknown-field", strings.Join(requestFields, ", "))
}

// The next three return what is wrong with an id; zero if nothing is.
func notInstanceID(id string) Said { return unless(cloud.ValidInstanceID(id), "not-instance-id", id) }
func notRegionID(id string) Said   { return unless(cloud.ValidRegionID(id), "not-region-id", id) }
func notAccountID(id string) Said  { return unless(cloud.ValidAccountID(id), "not-account-id", id) }

func unless(valid bool, code, id string) Said {
	if valid {
		return Said{}
	}
	return say(code, quote(id))
}

func oneID(raw json.RawMessage, check func(string) Said) (id string, problem Said) {
	id, ok := stringValue(raw)
	if !ok {
		return "", say("not-string")
	}
	return id, check(id)
}

// addOne adds the one id of a field.
func addOne(ids *[]string, raw json.RawMessage, check func(string) Said) Said {
	id, problem := oneID(raw, check)
	*ids = append(*ids, id)
	return problem
}

// addAll adds the ids of a field, at least one.
func addAll(ids *[]string, raw json.RawMessage, check func(string) Said) Said {
	elements := array(raw)
	switch {
	case elements == nil:
		return say("not-strings")
	case len(elements) == 0:
		return say("no-elements")
	}
	for i, element := range elements {
		id, ok := stringValue(element)
		if !ok {
			return say("element-not-string", i+1)
		}
		if problem := check(id); problem.Code != "" {
			return say("element", i+1, problem)
		}
		*ids = append(*ids, id)
	}
	return Said{}
}

// setDuration sets a duration from low to high. outside is the code of what is wrong with any other duration.
func setDuration(to *time.Duration, raw json.RawMessage, low, high time.Duration, outside string) Said {
	value, ok := stringValue(raw)
	if !ok {
		return say("no-duration")
	}
	d, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return say("not-duration", quote(value))
	case d < low || d > high:
		return say(outside, quote(value))
	}
	*to = d
	return Said{}
}

func setNotify(req *reactivate.Request, raw json.RawMessage) Said {
	value, ok := stringValue(raw)
	if !ok {
		return say("no-occasion")
	}
	switch value {
	case "changes", "problems", "always":
		req.Notify = value
		return Said{}
	}
	return say("not-occasion", quote(value))
}

func setFlag(flag *bool, raw json.RawMessage) Said {
	*flag = string(raw) == "true"
	if !*flag && string(raw) != "false" {
		return say("not-flag")
	}
	return Said{}
}

// stringValue is the value of a JSON string. ok is false for any other value.
func stringValue(raw json.RawMessage) (value string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1]), true // there is nothing to unescape
	}
	return unescape(raw)
}

// unescape is a function of its own because it needs the value's address, which puts the value on the heap. Most strings need no
// unescaping.
func unescape(raw json.RawMessage) (value string, ok bool) {
	return value, json.Unmarshal(raw, &value) == nil
}

// unique removes repetitions and keeps the order.
func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	return slices.DeleteFunc(ids, func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}
