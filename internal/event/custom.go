package event

import (
	"encoding/json"
	"strings"

	"reactivate/internal/reactivate"
)

// customEvent decodes an event that users publish on a bus of their own. No official event of a
// recharge exists, so one whose type contains "recharge" is a sweep, unless it names instances.
//
// Only ids, regions and the account of data are read. The envelope's aliyunaccountid and
// aliyunregionid are not: they say where the event was published, which is the function's own account
// and region, while the money may be another account's that the function watches. Without
// data.accountId a sweep is of every configured account, and ids are the function's own, as in a request.
//
// What is not an id is dropped, and where nothing is left the event is ignored: an event that
// was meant for something must not become one for everything.
func (d Decoder) customEvent(from origin, eventType string, data object) Decoded {
	ids := data.ids(reactivate.ValidInstanceID, "instanceId", "instanceIds")
	regions := data.ids(reactivate.ValidRegionID, "regionId", "regionIds")
	account := data.text("accountId")
	switch {
	case !ids.named && !strings.Contains(strings.ToLower(eventType), "recharge"):
		return from.ignored("custom event " + quote(eventType) + " names no instances and is no recharge")
	case ids.named && len(ids.valid) == 0:
		return from.ignored("custom event names instances, but none by an instance id")
	case len(ids.valid) > reactivate.MaxInstanceIDs:
		return from.ignored(tooMany(len(ids.valid)))
	case regions.named && len(regions.valid) == 0:
		return from.ignored("custom event names regions, but none by a region id")
	case data.given("accountId") && !reactivate.ValidAccountID(account):
		return from.ignored("custom event of an accountId that is no account's number: " + quote(account))
	case account != "" && !d.serves(account):
		return from.ignored(foreignAccount(account))
	}
	return asks(reactivate.Request{
		InstanceIDs: ids.valid, Sweep: !ids.named, RegionIDs: regions.valid, AccountID: account,
		Source: from.source, EventID: from.id,
	})
}

// list is the ids that fields of a custom event name.
type list struct {
	named bool     // the fields name something, ids or not
	valid []string // the ids among it, each once
}

// ids reads fields that hold an id or an array of ids.
func (o object) ids(valid func(string) bool, names ...string) list {
	var l list
	for _, name := range names {
		if !o.given(name) {
			continue
		}
		elements := array(o[name])
		if elements == nil {
			elements = []json.RawMessage{o[name]}
		}
		for _, element := range elements {
			l.named = true
			if id, ok := stringValue(element); ok && valid(id) {
				l.valid = append(l.valid, id)
			}
		}
	}
	l.valid = unique(l.valid)
	return l
}

// given tells whether a field says anything: null, "" and an empty array do not.
func (o object) given(name string) bool {
	switch string(o[name]) {
	case "", "null", `""`:
		return false
	}
	elements := array(o[name])
	return elements == nil || len(elements) > 0
}
