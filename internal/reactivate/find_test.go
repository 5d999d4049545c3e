package reactivate

import (
	"slices"
	"testing"
	"time"
)

// TestFinding plays first looks at what ECS may show, in three regions.
func TestFinding(t *testing.T) {
	late := by(SourceManual, simID(1))
	late.RegionIDs = []string{"cn-beijing"}
	dry := by(SourceManual, simID(1))
	dry.DryRun = true
	forced := by(SourceManual, simID(1))
	forced.Force = true
	within := func(req Request, regions ...string) Request {
		req.RegionIDs = regions
		return req
	}
	for _, tt := range []finding{
		{
			name: "ids are looked for in all regions, in the request's order", requests: []Request{by(SourceManual, simID(2), simID(1), simID(9))}, regions: three,
			fleet: slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2)), calls: 2,
			rows: "2:cn-shanghai:reactivate:reactivated 1:cn-beijing:reactivate:reactivated 9::missing:skipped",
		},
		{
			name: "what is not there in one region has its region", requests: []Request{by(SourceManual, simID(9))}, fleet: in("cn-hangzhou", 1),
			rows: "9:cn-hangzhou:missing:skipped",
		},
		{
			name: "a region that refuses keeps an id from being called missing", requests: []Request{by(SourceManual, simID(1), simID(9))}, regions: three, fleet: in("cn-hangzhou", 1),
			fault: refusing("cn-beijing", errForbidden), calls: 1,
			rows: "1:cn-hangzhou:reactivate:reactivated 9:::failed", errors: "cn-beijing:Forbidden.RAM",
		},
		{
			name: "a region that refuses is no matter where every id is found", requests: []Request{by(SourceManual, simID(1))}, regions: three, fleet: in("cn-hangzhou", 1),
			fault: refusing("cn-beijing", errForbidden), calls: 1, rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "the regions are asked for", requests: []Request{by(SourceManual)}, all: three, fleet: slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2)), calls: 2,
			rows: "1:cn-beijing:reactivate:reactivated 2:cn-shanghai:reactivate:reactivated",
		},
		{
			name: "no invalid region becomes a host", requests: []Request{by(SourceManual)}, all: []string{"cn-hangzhou.evil.invalid/", "cn-beijing"}, fleet: in("cn-beijing", 1), calls: 1,
			rows: "1:cn-beijing:reactivate:reactivated",
		},
		{
			name: "ids are looked for in the regions that were asked for", requests: []Request{by(SourceManual, simID(1), simID(9))}, all: three, fleet: in("cn-shanghai", 1), calls: 1,
			rows: "1:cn-shanghai:reactivate:reactivated 9::missing:skipped",
		},
		{
			name: "what two requests name is looked for once", requests: []Request{by(SourceBilling, simID(1)), by(SourceManual, simID(1))}, fleet: in("cn-hangzhou", 1), calls: 1, looks: 1 + 2,
			rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "the request that asks most of an instance counts", requests: []Request{by(SourceManual, simID(1)), forced, by(SourceManual, simID(1))}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(q *query, p Page) Page {
				if q.first() {
					p.Instances[0].Locks = nil
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "there is no region", requests: []Request{by(SourceManual, simID(1))}, all: []string{}, rows: "1:::failed", errors: ":names no region to look in",
		},
		{
			name: "the regions are refused", requests: []Request{by(SourceManual, simID(1))}, all: three,
			fault: regionsFail(errForbidden),
			rows:  "1:::failed", errors: ":Forbidden.RAM",
		},
		{
			name: "the regions are throttled, and down for a while", requests: []Request{by(SourceManual)}, all: three, fleet: in("cn-beijing", 1), calls: 1,
			fault: regionsFail(errThrottled, errDown, errThrottled, errDown), rows: "1:cn-beijing:reactivate:reactivated",
		},
		{
			name: "the regions are down", requests: []Request{by(SourceManual, simID(1))}, all: three, fleet: in("cn-beijing", 1),
			fault: regionsFail(errDown, errDown, errDown, errDown, errDown), rows: "1:::failed", errors: ":ServiceUnavailable",
		},
		{
			name: "the regions are not told before the time is up", requests: []Request{by(SourceManual, simID(1))}, all: three, fleet: in("cn-beijing", 1), limit: time.Second,
			fault: regionsFail(errDown, errDown, errDown, errDown, errDown), rows: "1:::deferred", errors: ":ServiceUnavailable",
		},
		{
			name: "a request that names its region does not wait for the others", requests: []Request{late, by(SourceManual)}, all: three,
			fleet: slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2)), calls: 2,
			rows: "1:cn-beijing:reactivate:reactivated 2:cn-shanghai:reactivate:reactivated",
		},
		{
			name: "a dry request lends its flag to none", requests: []Request{dry, by(SourceManual)}, fleet: in("cn-hangzhou", 1, 2), calls: 2,
			rows: "1:cn-hangzhou:reactivate:reactivated 2:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "what is not answered before the time is up is no missing one", requests: []Request{by(SourceManual, simID(1)), by(SourceTimer)}, fleet: in("cn-hangzhou", 1), limit: time.Second,
			fault: refusing("cn-hangzhou", errDown), rows: "1:cn-hangzhou::deferred", errors: "cn-hangzhou:ServiceUnavailable",
		},
		{
			name: "what is named where it is not, and found by another request's sweep", regions: three, fleet: in("cn-hangzhou", 1), calls: 1,
			requests: []Request{within(by(SourceManual, simID(1)), "cn-beijing"), within(by(SourceManual), "cn-hangzhou")},
			latency:  map[string]time.Duration{"cn-hangzhou": time.Second}, rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "whether one may look is asked of every region", regions: three,
			requests: []Request{within(by(SourceManual, simID(1)), "cn-hangzhou"), within(by(SourceManual, simID(2)), "cn-hangzhou", "cn-beijing")},
			latency:  map[string]time.Duration{"cn-hangzhou": time.Second},
			fault:    refuses(errForbidden, func(q *query) bool { return q.dry && q.region == "cn-beijing" }),
			rows:     "1:cn-hangzhou::failed 2:::failed", errors: "cn-beijing:Forbidden.RAM",
		},
		{
			name: "the time ends while one region hangs and another has shown nothing", regions: three[:2], requests: []Request{by(SourceManual, simID(1))},
			limit: 5 * time.Second, latency: map[string]time.Duration{"cn-beijing": time.Hour},
			rows: "1:::deferred", errors: "cn-beijing:no answer before the time was up",
		},
		{
			name: "a sweep of all regions and a watch of one that is known before", all: three, fleet: in("cn-hangzhou", 1), calls: 1,
			requests: []Request{within(Request{Watch: time.Minute}, "cn-hangzhou"), by(SourceManual)}, rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "there is nowhere to look", regions: []string{}, requests: []Request{by(SourceManual, simID(1))}, rows: "1:::failed",
		},
	} {
		t.Run(tt.name, tt.check)
	}
}
