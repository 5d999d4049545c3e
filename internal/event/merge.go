package event

import (
	"fmt"
	"time"

	"reactivate/internal/reactivate"
)

// merge joins requests that agree in everything but their ids: account, regions, every flag, source and
// standing. The order of first appearance is kept, and no request lends its flags to another. A list of more
// than reactivate.MaxInstanceIDs ids stays in one request: the limit is on what one sender may ask for.
func merge(requests []reactivate.Request) []reactivate.Request {
	if len(requests) < 2 {
		return requests
	}
	var merged []reactivate.Request
	index := make(map[string]int)
	seen := make(map[string]map[string]bool)
	for _, req := range requests {
		key := mergeKey(&req)
		at, found := index[key]
		if !found {
			at = len(merged)
			index[key] = at
			seen[key] = make(map[string]bool, len(req.InstanceIDs))
			merged = append(merged, req)
			merged[at].InstanceIDs = nil
		}
		for _, id := range req.InstanceIDs {
			if !seen[key][id] {
				seen[key][id] = true
				merged[at].InstanceIDs = append(merged[at].InstanceIDs, id)
			}
		}
	}
	return merged
}

// mergeKey is equal for requests that agree in everything but ids and event id.
func mergeKey(r *reactivate.Request) string {
	wait := time.Duration(-1)
	if r.Wait != nil {
		wait = *r.Wait
	}
	return fmt.Sprint(r.Sweep, r.Watch, r.At.UnixMilli(), r.Standing, r.RegionIDs, r.AccountID, r.DryRun, r.Force, wait, r.Notify, r.Source)
}
