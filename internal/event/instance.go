package event

import (
	"cmp"
	"strings"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// sighting is all that one event says about its instance. Documents and channels put that in different places, and the same fact
// may stand in several.
type sighting struct {
	names    []string // ids or ARNs as they stand there; "" for none
	regions  []string // beside those in the ARNs, the most reliable first
	accounts []string // likewise
}

// instance asks for the instance of an event. The event is ignored if it contradicts itself, has a placeholder instead of an id
// or a region, or belongs to an account that is not watched.
func (d Decoder) instance(from origin, s sighting) Decoded {
	var found reference
	for _, name := range s.names {
		if name == "" {
			continue
		}
		ref, reason := parseReference(name)
		if reason.Code == "" {
			reason = found.join(ref)
		}
		if reason.Code != "" {
			return from.ignored(reason)
		}
	}
	if found.id == "" {
		return from.ignored(say("no-instance"))
	}
	return d.ask(from, []string{found.id}, found, s)
}

// ask asks for instances of one region and account: those that the reference names, else the first ones of the sighting. The event
// is ignored if a region of the sighting is not a region id.
func (d Decoder) ask(from origin, ids []string, found reference, s sighting) Decoded {
	account := cmp.Or(found.account, firstAccount(s.accounts...))
	req := reactivate.Request{InstanceIDs: ids, AccountID: account, Source: from.source, EventID: from.id, Standing: from.standing}
	for _, region := range s.regions {
		if region == "" {
			continue
		}
		if reason := notRegionID(region); reason.Code != "" {
			return from.ignored(reason)
		}
		found.region = cmp.Or(found.region, region)
	}
	if found.region != "" {
		req.RegionIDs = []string{found.region}
	}
	if !d.serves(account, from.source) {
		return from.ignored(foreignAccount(account))
	}
	return asks(req)
}

func foreignAccount(account string) Said {
	if account == "" {
		return say("own-not-watched")
	}
	return say("account-not-watched", quote(account))
}

// firstAccount is the first account that is a number. Documents and some channels mask account numbers, and a masked one is
// unknown.
func firstAccount(accounts ...string) string {
	for _, account := range accounts {
		if cloud.ValidAccountID(account) {
			return account
		}
	}
	return ""
}

// reference is an instance as one place in an event names it; "" stands for what it does not say.
type reference struct {
	id      string
	region  string
	account string // the instance's owner; "" for a masked number
}

// join adds what another place in the same event says. The reason is zero if the two agree.
func (r *reference) join(other reference) (reason Said) {
	for _, part := range []struct {
		code      string
		old, more *string
	}{
		{"two-instances", &r.id, &other.id},
		{"two-regions", &r.region, &other.region},
		{"two-accounts", &r.account, &other.account},
	} {
		switch {
		case *part.more == "":
		case *part.old == "":
			*part.old = *part.more
		case *part.old != *part.more:
			return say(part.code, quote(*part.old), quote(*part.more))
		}
	}
	return Said{}
}

// parseReference reads an instance id, or an instance's ARN, acs:ecs:<region>:<account>:instance/<id>.
// https://www.alibabacloud.com/help/en/ecs/user-guide/instance-event-notification
func parseReference(name string) (ref reference, reason Said) {
	ref.id = name
	if strings.HasPrefix(name, "acs:") {
		parts := strings.SplitN(name, ":", 5)
		id, ok := strings.CutPrefix(parts[len(parts)-1], "instance/")
		if !ok || len(parts) < 5 || parts[1] != "ecs" {
			return ref, say("not-ecs-instance", quote(name))
		}
		ref.id, ref.account = id, firstAccount(parts[3])
		if !isNothing(parts[2]) {
			ref.region, reason = parts[2], notRegionID(parts[2])
		}
	}
	if reason.Code == "" {
		reason = notInstanceID(ref.id)
	}
	return ref, reason
}
