package event

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"reactivate/internal/reactivate"
)

// maxWait is the longest wait in a request: the longest timeout of a function.
// https://github.com/devsapp/fc3, src/schema.json (timeout)
const maxWait = 24 * time.Hour

// requestFields are the fields of a request, each decoded in setField.
var requestFields = []string{
	"instanceId", "instanceIds", "sweep", "watch", "regionId", "regionIds", "accountId", "dryRun", "force", "wait", "notify",
}

const (
	notInstanceID = "not-instance-id"
	notRegionID   = "not-region-id"
	notAccountID  = "not-account-id"
)

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

// setField sets one field of a request.
func setField(req *reactivate.Request, f member) (problem *DecodeError) {
	if string(f.value) == "null" {
		return &DecodeError{Field: fieldName(string(f.name)), Problem: say("null")}
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

// unknownField is the error of an unknown field, with the right name if only its spelling is wrong.
func unknownField(name string) *DecodeError {
	problem := say("unknown-field", strings.Join(requestFields, ", "))
	if known := misspelled(name, requestFields); known != "" {
		problem = say("misspelled", known)
	}
	return &DecodeError{Field: fieldName(name), Problem: problem}
}

// addOne adds the one id of a field.
func addOne(ids *[]string, f member, valid func(string) bool, notValid string) *DecodeError {
	id, ok := stringValue(f.value)
	switch {
	case !ok:
		return &DecodeError{Field: string(f.name), Problem: say("not-string")}
	case !valid(id):
		return &DecodeError{Field: string(f.name), Problem: say(notValid, quote(id))}
	}
	*ids = append(*ids, id)
	return nil
}

// addAll adds the ids of a field, at least one.
func addAll(ids *[]string, f member, valid func(string) bool, notValid string) *DecodeError {
	elements := array(f.value)
	switch {
	case elements == nil:
		return &DecodeError{Field: string(f.name), Problem: say("not-strings")}
	case len(elements) == 0:
		return &DecodeError{Field: string(f.name), Problem: say("no-elements")}
	}
	for i, element := range elements {
		id, ok := stringValue(element)
		switch {
		case !ok:
			return &DecodeError{Field: string(f.name), Problem: say("element-not-string", i+1)}
		case !valid(id):
			return &DecodeError{Field: string(f.name), Problem: say("element", i+1, say(notValid, quote(id)))}
		}
		*ids = append(*ids, id)
	}
	return nil
}

func setAccount(req *reactivate.Request, f member) *DecodeError {
	id, ok := stringValue(f.value)
	switch {
	case !ok:
		return &DecodeError{Field: string(f.name), Problem: say("not-string")}
	case !reactivate.ValidAccountID(id):
		return &DecodeError{Field: string(f.name), Problem: say(notAccountID, quote(id))}
	}
	req.AccountID = id
	return nil
}

func setWait(req *reactivate.Request, f member) *DecodeError {
	value, ok := stringValue(f.value)
	if !ok {
		return &DecodeError{Field: string(f.name), Problem: say("no-duration")}
	}
	wait, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return &DecodeError{Field: string(f.name), Problem: say("not-duration", quote(value))}
	case wait < 0 || wait > maxWait:
		return &DecodeError{Field: string(f.name), Problem: say("wait-range", quote(value))}
	}
	req.Wait = &wait
	return nil
}

// The length of a watch. A shorter one would leave gaps when the timer is late; a longer one does no more than a daily sweep.
const (
	minWatch = time.Minute
	maxWatch = 24 * time.Hour
)

func setWatch(req *reactivate.Request, f member) *DecodeError {
	value, ok := stringValue(f.value)
	if !ok {
		return &DecodeError{Field: string(f.name), Problem: say("no-duration")}
	}
	watch, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return &DecodeError{Field: string(f.name), Problem: say("not-duration", quote(value))}
	case watch < minWatch || watch > maxWatch:
		return &DecodeError{Field: string(f.name), Problem: say("watch-range", quote(value))}
	}
	req.Watch = watch
	return nil
}

func setNotify(req *reactivate.Request, f member) *DecodeError {
	value, ok := stringValue(f.value)
	if !ok {
		return &DecodeError{Field: string(f.name), Problem: say("no-occasion")}
	}
	switch value {
	case "changes", "problems", "always":
		req.Notify = value
		return nil
	}
	return &DecodeError{Field: string(f.name), Problem: say("not-occasion", quote(value))}
}

func setFlag(flag *bool, f member) *DecodeError {
	switch string(f.value) {
	case "true":
		*flag = true
	case "false":
		*flag = false
	default:
		return &DecodeError{Field: string(f.name), Problem: say("not-flag")}
	}
	return nil
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
