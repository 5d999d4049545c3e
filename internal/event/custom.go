package event

import (
	"encoding/json"
	"slices"
	"strings"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// dataFields are the fields of a custom event's data that are read.
var dataFields = []string{"instanceId", "instanceIds", "regionId", "regionIds", "accountId", "dryRun"}

// customEvent decodes an event that users publish on a bus of their own. There is no official event for a recharge, so an event
// whose type contains "recharge" is a sweep, unless it names instances.
//
// Of data only ids, regions, the account and dryRun are read. The envelope's aliyunaccountid and aliyunregionid are not read:
// they say where the event was published, which is the function's own account and region, but the money may be that of another
// watched account. Without data.accountId a sweep covers every configured account, and ids are the function's own, as in a
// request.
//
// Values that are not ids are dropped. If nothing is left, or data cannot be read, the event is ignored: an event that was meant
// for some instances must not become one for all.
func (d Decoder) customEvent(from origin, o object) Decoded {
	eventType, data := o.text("type"), o.object("data")
	ids := data.ids(cloud.ValidInstanceID, "instanceId", "instanceIds")
	regions := data.ids(cloud.ValidRegionID, "regionId", "regionIds")
	account := data.text("accountId")
	problem := unreadable(o, data)
	if problem.Code == "" && !ids.named {
		problem = notForAll(eventType, o)
	}
	switch {
	case problem.Code != "":
		return from.ignored(say("custom", quote(eventType), problem))
	case ids.named && len(ids.valid) == 0:
		return from.ignored(say("custom-no-instance-id"))
	case len(ids.valid) > reactivate.MaxInstanceIDs:
		return from.ignored(tooMany(len(ids.valid)))
	case regions.named && len(regions.valid) == 0:
		return from.ignored(say("custom-no-region-id"))
	case hasValue(data.value("accountId")) && !cloud.ValidAccountID(account):
		return from.ignored(say("custom-no-account-id", quote(account)))
	case (account != "" || ids.named) && !d.serves(account, from.source):
		return from.ignored(foreignAccount(account))
	}
	return asks(reactivate.Request{
		InstanceIDs: ids.valid, Sweep: !ids.named, RegionIDs: regions.valid, AccountID: account,
		DryRun: narrows(data.value("dryRun")), Source: from.source, EventID: from.id,
	})
}

// unreadable says why the data of a custom event cannot be used: a field stands twice, or has a name that may be a misspelling
// of one that is read. It is zero if nothing is wrong, or if there is no data.
func unreadable(o, data object) Said {
	raw := o.value("data")
	_, isText := stringValue(raw)
	switch {
	case hasValue(o.value("data_base64")):
		return say("data-base64")
	case hasValue(raw) && (data == nil || isText):
		return say("data-not-object")
	case data == nil:
		return Said{}
	}
	if problem := data.repeated(); problem != nil {
		return say("data-wrong", problem.said("json"))
	}
	for _, f := range data {
		if right := misspelled(string(f.name), dataFields); right != "" {
			return say("data-misspelled", quote(string(f.name)), right)
		}
	}
	return Said{}
}

// notForAll says why a custom event that names no instances is not a sweep: it is not a recharge, the recharge failed, or a field
// beside data was probably meant to stand in it. It is zero if the event is a sweep.
func notForAll(eventType string, o object) Said {
	switch {
	case !contains(eventType, "recharge"):
		return say("no-recharge")
	case contains(eventType, "fail", "refund", "cancel", "reject"):
		return say("recharge-failed")
	}
	if problem := o.repeated(); problem != nil {
		return say("ambiguous", problem.said("json"))
	}
	for _, f := range o {
		if name := string(f.name); slices.Contains(dataFields, name) || misspelled(name, dataFields) != "" || misspelled(name, []string{"data", "data_base64"}) != "" {
			return say("beside-data", quote(name))
		}
	}
	return Said{}
}

// contains tells whether a type contains one of the words, in any case.
func contains(eventType string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(strings.ToLower(eventType), word) })
}

// narrows reads dryRun. Every value but false counts as true, because a dry run can only do less.
func narrows(raw json.RawMessage) bool {
	value, isText := stringValue(raw)
	return hasValue(raw) && string(raw) != "false" && (!isText || !strings.EqualFold(value, "false"))
}

// list is the ids that some fields of a custom event name.
type list struct {
	named bool     // the fields name something, ids or not
	valid []string // the ids among it, each once
}

// ids reads fields that hold an id or an array of ids.
func (o object) ids(valid func(string) bool, names ...string) list {
	var l list
	for _, name := range names {
		elements := array(o.value(name))
		if elements == nil {
			elements = []json.RawMessage{o.value(name)}
		}
		for _, element := range elements {
			if !hasValue(element) {
				continue
			}
			l.named = true
			if id, ok := stringValue(element); ok && valid(id) {
				l.valid = append(l.valid, id)
			}
		}
	}
	l.valid = unique(l.valid)
	return l
}
