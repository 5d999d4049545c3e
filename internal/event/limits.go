package event

// The most that a whole payload may name, in all its elements together. What passes fits into the time and memory of the
// smallest function.
const (
	maxIDs     = 20_000
	maxRegions = 100
)

// checkLimits returns the error of a payload that names too much, in one request or in many.
func checkLimits(decoded Decoded) *DecodeError {
	ids, regions := make(distinct), make(distinct)
	for i := range decoded.Requests {
		if ids.add(decoded.Requests[i].InstanceIDs, maxIDs) {
			return &DecodeError{Field: "instanceIds", Problem: say("payload-too-many-ids", maxIDs)}
		}
		if regions.add(decoded.Requests[i].RegionIDs, maxRegions) {
			return &DecodeError{Field: "regionIds", Problem: say("payload-too-many-regions", maxRegions)}
		}
	}
	return nil
}

// distinct is a set of names.
type distinct map[string]struct{}

// add adds names until there are more than most, and tells whether there are.
func (d distinct) add(names []string, most int) (tooMany bool) {
	for _, name := range names {
		if d[name] = struct{}{}; len(d) > most {
			return true
		}
	}
	return false
}
