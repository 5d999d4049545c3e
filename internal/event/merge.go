package event

import (
	"fmt"
	"time"

	"reactivate/internal/reactivate"
)

// merge joins requests that agree in everything but their ids: account, regions, every flag, source and standing. The order of
// first appearance is kept, and no request lends its flags to another. A merged request may have more than
// reactivate.MaxInstanceIDs ids, because that limit is for one request as it was sent.
func merge(requests []reactivate.Request) []reactivate.Request {
	if len(requests) < 2 {
		return requests
	}
	var merged []reactivate.Request
	index := make(map[string]int)
	for _, req := range requests {
		key := mergeKey(&req)
		at, found := index[key]
		if !found {
			index[key] = len(merged)
			merged = append(merged, req)
			continue
		}
		merged[at].InstanceIDs = append(merged[at].InstanceIDs, req.InstanceIDs...)
	}
	for i := range merged {
		merged[i].InstanceIDs = unique(merged[i].InstanceIDs)
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
