package event

// The most that a whole payload may name, in all its elements together. Within these limits a run fits into the time and memory of
// the smallest function.
const (
	maxIDs     = 20_000
	maxRegions = 100
)

// checkLimits returns the error of a payload that names too much, in one request or in many.
func checkLimits(decoded Decoded) *DecodeError {
	ids, regions := make(map[string]bool), make(map[string]bool)
	for i := range decoded.Requests {
		for _, id := range decoded.Requests[i].InstanceIDs {
			if ids[id] = true; len(ids) > maxIDs {
				return &DecodeError{Field: "instanceIds", Problem: say("payload-too-many-ids", maxIDs)}
			}
		}
		for _, id := range decoded.Requests[i].RegionIDs {
			if regions[id] = true; len(regions) > maxRegions {
				return &DecodeError{Field: "regionIds", Problem: say("payload-too-many-regions", maxRegions)}
			}
		}
	}
	return nil
}
