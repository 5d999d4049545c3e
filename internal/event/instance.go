package event

import (
	"fmt"
	"strings"

	"reactivate/internal/reactivate"
)

// sighting is all that one event says about which instance it is of. Documents and channels put it in
// different places, and the same fact may stand in several.
type sighting struct {
	names    []string // ids or ARNs as they stand there; "" for none
	regions  []string // besides the ARNs', the better first
	accounts []string // likewise
}

// instance asks for the instance of an event, unless the event contradicts itself, holds a placeholder
// where an id or a region should be, or is of an account that is not ours.
func (d Decoder) instance(from origin, s sighting) Decoded {
	var found reference
	for _, name := range s.names {
		if name == "" {
			continue
		}
		ref, reason := parseReference(name)
		if reason == "" {
			reason = found.join(ref)
		}
		if reason != "" {
			return from.ignored(reason)
		}
	}
	if found.id == "" {
		return from.ignored("the event names no instance")
	}
	for _, region := range s.regions {
		if region != "" && !reactivate.ValidRegionID(region) {
			return from.ignored(quote(region) + " " + notRegionID)
		}
		if found.region == "" {
			found.region = region
		}
	}
	if found.account == "" {
		found.account = firstAccount(s.accounts...)
	}
	return d.ask(from, []string{found.id}, found.region, found.account)
}

// ask asks for instances of one region and account; "" where the event does not say.
func (d Decoder) ask(from origin, ids []string, region, account string) Decoded {
	if !d.serves(account, from.source) {
		return from.ignored(foreignAccount(account))
	}
	req := reactivate.Request{InstanceIDs: ids, AccountID: account, Source: from.source, EventID: from.id, Standing: from.standing}
	if region != "" {
		req.RegionIDs = []string{region}
	}
	return asks(req)
}

func foreignAccount(account string) string {
	if account == "" {
		return "the event names no account, and this function does not watch its own"
	}
	return "the event is of account " + quote(account) + ", which this function does not watch"
}

// firstAccount is the first that is a number: documents and some channels mask them, and a masked
// one is unknown.
func firstAccount(accounts ...string) string {
	for _, account := range accounts {
		if reactivate.ValidAccountID(account) {
			return account
		}
	}
	return ""
}

// reference is an instance as one place of an event names it.
type reference struct {
	id      string
	region  string // "" if it does not say
	account string // "" if it does not say, or masks it
}

// join adds what another place of the same event says. The reason is "" if the two agree.
func (r *reference) join(other reference) (reason string) {
	for _, part := range []struct {
		what      string
		old, more *string
	}{
		{"instances", &r.id, &other.id},
		{"regions", &r.region, &other.region},
		{"accounts", &r.account, &other.account},
	} {
		switch {
		case *part.more == "":
		case *part.old == "":
			*part.old = *part.more
		case *part.old != *part.more:
			return fmt.Sprintf("the event contradicts itself: it names two %s, %s and %s", part.what, quote(*part.old), quote(*part.more))
		}
	}
	return ""
}

// parseReference reads an instance id, or an instance's ARN, acs:ecs:<region>:<account>:instance/<id>.
// https://www.alibabacloud.com/help/en/ecs/user-guide/instance-event-notification
func parseReference(name string) (ref reference, reason string) {
	if strings.HasPrefix(name, "acs:") {
		parts := strings.SplitN(name, ":", 5)
		if len(parts) < 5 || parts[1] != "ecs" {
			return ref, quote(name) + " names no ECS instance"
		}
		id, ok := strings.CutPrefix(parts[4], "instance/")
		if !ok {
			return ref, quote(name) + " names no ECS instance"
		}
		name = id
		if !isNothing(parts[2]) {
			ref.region = parts[2]
		}
		ref.account = firstAccount(parts[3])
	}
	if !reactivate.ValidInstanceID(name) {
		return ref, quote(name) + " " + notInstanceID
	}
	if ref.region != "" && !reactivate.ValidRegionID(ref.region) {
		return ref, quote(ref.region) + " " + notRegionID
	}
	ref.id = name
	return ref, ""
}
