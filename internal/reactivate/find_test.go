package reactivate

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

var three = []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}

// in are overdue instances of a region.
func in(region string, n ...int) (all []*simInstance) {
	for _, i := range n {
		all = append(all, &simInstance{id: simID(i), region: region})
	}
	return all
}

// TestFinding plays first looks, in three regions.
func TestFinding(t *testing.T) {
	named := []Request{by(SourceManual, simID(1))}
	namedTwice := []Request{by(SourceManual, simID(1), simID(9))}
	everywhere := Policy{Regions: three}
	there := slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2))
	region := func(id string) func(*query) bool { return func(q *query) bool { return q.region == id } }
	refused := refuses(errForbidden, region("cn-beijing"))
	regionsFail := func(errs ...*cloud.Error) func(*query) *cloud.Error { // one after the other
		return func(q *query) (err *cloud.Error) {
			if q.op == cloud.OpRegions && len(errs) > 0 {
				err, errs = errs[0], errs[1:]
			}
			return err
		}
	}
	force := func(req *Request) { req.Force = true }
	tell(t, []story{
		{name: "ids are looked for in all regions, in the request's order", policy: everywhere, requests: []Request{by(SourceManual, simID(2), simID(1), simID(9))}, fleet: there,
			rows: "2@cn-shanghai reactivated, 1@cn-beijing reactivated, 9@ skipped missing"},
		{name: "what is not there in one region has its region", requests: named, rows: "1 skipped missing"},
		{name: "a region that refuses keeps an id from being called missing", policy: everywhere, requests: namedTwice, fleet: in("cn-hangzhou", 1), fault: refused,
			rows: "1 reactivated, 9@ failed denied", errors: "cn-beijing:Forbidden.RAM"},
		{name: "and is no matter where every id is found", policy: everywhere, requests: named, fleet: in("cn-hangzhou", 1), fault: refused, rows: "1 reactivated"},
		{name: "the regions are asked for", regions: three, fleet: there, rows: "1@cn-beijing reactivated, 2@cn-shanghai reactivated"},
		{name: "no invalid region becomes a host", regions: []string{"cn-hangzhou.evil.invalid/", "cn-beijing"}, fleet: there, rows: "1@cn-beijing reactivated"},
		{name: "ids are looked for in the regions that were asked for", regions: three, requests: namedTwice, fleet: there, rows: "1@cn-beijing reactivated, 9@ skipped missing"},
		{name: "what two requests name is looked for once", requests: []Request{by(SourceBilling, simIDs(60)...), by(SourceManual, simIDs(60)...)}, fleet: in("cn-hangzhou", 1), looks: 1 + 2,
			rows: "[reactivated:1 skipped:59]"},
		{name: "the request that asks most of an instance counts", requests: []Request{named[0], with(named[0], force), named[0]}, fleet: in("cn-hangzhou", 1),
			shows: func(q *query, p cloud.Page) cloud.Page {
				if q.first() {
					p.Instances[0].Locks = nil
				}
				return p
			}, rows: "1 reactivated"},
		{name: "a dry request lends its flag to none", requests: []Request{with(named[0], dry), by(SourceManual)}, fleet: in("cn-hangzhou", 1, 2), rows: "1 reactivated, 2 reactivated"},
		{name: "there is no region", regions: []string{}, requests: named, rows: "1@ failed invalid", errors: ":invalid names no region to look in"},
		{name: "the regions are refused", regions: three, requests: named, fault: regionsFail(errForbidden), rows: "1@ failed denied", errors: ":Forbidden.RAM"},
		{name: "they are throttled, and down for a while", regions: three, fleet: there, fault: regionsFail(errThrottled, errDown, errThrottled, errDown),
			rows: "1@cn-beijing reactivated, 2@cn-shanghai reactivated"},
		{name: "they are not told before the time is up", limit: time.Second, regions: three, requests: named, fleet: there, fault: refuses(errDown, region("")),
			rows: "1@ deferred time-up transient", errors: ":ServiceUnavailable"},
		{name: "a request that names its region does not wait for the others", regions: three, fleet: there, requests: []Request{by(SourceManual), within(named[0], "cn-beijing")},
			rows: "2@cn-shanghai reactivated, 1@cn-beijing reactivated"},
		{name: "what is not answered before the time is up is no missing one", limit: time.Second, requests: append(named, by(SourceTimer)), fault: refuses(errDown, region("cn-hangzhou")),
			rows: "1 deferred time-up transient", errors: "cn-hangzhou:ServiceUnavailable"},
		{name: "the time ends while one region hangs and another has shown nothing", limit: 5 * time.Second, policy: Policy{Regions: three[:2]}, requests: named, fleet: in("cn-shanghai", 1),
			latency: slow(time.Hour, region("cn-beijing")), rows: "1@ deferred time-up transient", errors: "cn-beijing:transient no answer before the time was up"},
		{name: "what is named where it is not, and found by another request's sweep", policy: everywhere, fleet: in("cn-hangzhou", 1), latency: slow(time.Second, region("cn-hangzhou")),
			requests: []Request{within(named[0], "cn-beijing"), within(by(SourceManual), "cn-hangzhou")}, looks: 2 + 1, rows: "1 reactivated"},
		{name: "whether one may sweep is asked where nothing is shown", fleet: in("cn-beijing", 1), fault: refuses(errForbidden, func(q *query) bool { return q.dry }), errors: "cn-hangzhou:Forbidden.RAM"},
		{name: "a refusal that lasts counts before those that pass", policy: everywhere, requests: named, fault: func(q *query) *cloud.Error {
			return cmp.Or(refused(q), errDown)
		}, rows: "1@ failed denied", errors: "cn-hangzhou:ServiceUnavailable cn-beijing:Forbidden.RAM cn-shanghai:ServiceUnavailable"},
		{name: "whether one may look is asked of every region", policy: everywhere, fleet: in("cn-shanghai", 1), latency: slow(time.Second, region("cn-hangzhou")),
			requests: []Request{within(named[0], "cn-hangzhou"), within(by(SourceManual, simID(1)), "cn-hangzhou", "cn-beijing")},
			fault:    refuses(errForbidden, func(q *query) bool { return q.dry && q.region == "cn-beijing" }),
			rows:     "1@ failed denied", errors: "cn-beijing:Forbidden.RAM"},
		{name: "a sweep of all regions and a watch of one that is known before", regions: three, fleet: in("cn-hangzhou", 1),
			requests: []Request{within(Request{Watch: time.Minute}, "cn-hangzhou"), by(SourceManual)}, rows: "1 reactivated"},
	})
}

// TestPages plays what the pages of a look may show, and how they may end.
func TestPages(t *testing.T) {
	const endless = "cn-hangzhou:invalid its pages have no end"
	ids := []Request{by(SourceManual, simID(0), simID(1))}
	pages := func(next func(token string) string) func(*query, cloud.Page) cloud.Page { // of a sweep
		return func(q *query, p cloud.Page) cloud.Page {
			if q.ids == nil {
				p.NextToken = next(q.token)
			}
			return p
		}
	}
	more := func(token string) string { return token + "x" }
	sweeps := func(q *query) bool { return q.describes() && q.ids == nil }
	never := cloud.Instance{ID: simID(0), Status: cloud.StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}, Tags: map[string]string{"reactivate": "never"}}
	tell(t, []story{
		{name: "pages without end", shows: pages(more), looks: maxPages + 3, rows: "0 reactivated", errors: endless},
		{name: "a page that names itself", shows: pages(func(string) string { return "x" }), looks: 4, rows: "0 reactivated", errors: endless},
		{name: "two empty pages are believed", shows: func(q *query, p cloud.Page) cloud.Page {
			if q.ids == nil && len(q.token) < 2 {
				return cloud.Page{NextToken: more(q.token)}
			}
			return p
		}, rows: "0 reactivated"},
		{name: "a lookup by id goes on to the next page, which has its own tries", requests: ids, fleet: overdueOnes(2, nil), shows: inTwoPages,
			fault: refuses(errDown, func(q *query) bool { return q.sent < 3*time.Second || q.token == "more" && q.sent < 8*time.Second }), rows: "0 reactivated, 1 reactivated"},
		{name: "a region that is down keeps what it had shown", fleet: overdueOnes(2, nil), shows: func(q *query, p cloud.Page) cloud.Page {
			if q.ids == nil {
				p.Instances, p.NextToken = p.Instances[:1], "more"
			}
			return p
		}, fault: refuses(errDown, func(q *query) bool { return q.token == "more" }), looks: 1 + 5 + 2, rows: "0 reactivated", errors: "cn-hangzhou:ServiceUnavailable"},
		{name: "a later page that is throttled holds nothing", limit: grace10, paging: 5, looks: 50, fleet: overdueOnes(10, nil),
			fault: refuses(errThrottled, func(q *query) bool { return sweeps(q) && q.token != "" }),
			rows:  "0 reactivated, 1 reactivated, 2 reactivated, 3 reactivated, 4 reactivated", calls: "2s 2s 2s 2s 2s", errors: "cn-hangzhou:Throttling.User"},
		{name: "nor does a sweep that is", limit: grace10, policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceCloudMonitor, simID(0)), by(SourceTimer)},
			fault: refuses(errThrottled, sweeps), rows: "0 reactivated", calls: "2s", errors: "cn-hangzhou:Throttling.User"},
		// a hundred pages, each just before calls would begin without it
		{name: "a slow sweep leaves half the time to call", limit: 2 * time.Minute, paging: 20, fleet: overdueOnes(2000, nil), latency: slow(1900*time.Millisecond, sweeps),
			rows: "[reactivated:1004]", calls: "1004 from 1m0s to 1m37s"},
		{name: "instances of another region, and what nobody asked for", requests: ids[:1], fleet: overdueOnes(2, nil), shows: func(_ *query, p cloud.Page) cloud.Page {
			for i := range p.Instances {
				p.Instances[i].RegionID = map[string]string{simID(0): "cn-beijing"}[p.Instances[i].ID]
			}
			p.Instances = append(p.Instances, cloud.Instance{ID: simID(7), Status: cloud.StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
			return p
		}, rows: "0 skipped missing, 1 reactivated"},
		{name: "invalid ids", shows: func(_ *query, p cloud.Page) cloud.Page {
			for _, id := range []string{"*", "../x", "i-\n", ""} {
				p.Instances = append(p.Instances, cloud.Instance{ID: id, Status: cloud.StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
			}
			return p
		}, rows: "0 reactivated", errors: "cn-hangzhou:invalid shows an instance with an invalid id"},
		{name: "a row that cannot be read is an error and loses no other", shows: func(_ *query, p cloud.Page) cloud.Page {
			p.Errors = []*cloud.Error{{Op: cloud.OpDescribe, Class: cloud.ClassUnknown, Message: "odd"}}
			return p
		}, rows: "0 reactivated", errors: "cn-hangzhou:unknown odd"},
		{name: "nor is its instance missing", requests: ids, fleet: overdueOnes(2, nil), shows: func(_ *query, p cloud.Page) cloud.Page {
			p.Instances = slices.DeleteFunc(p.Instances, func(in cloud.Instance) bool { return in.ID == simID(0) })
			p.Errors = []*cloud.Error{{Op: cloud.OpDescribe, Class: cloud.ClassUnknown, Message: "odd"}}
			return p
		}, rows: "0 failed unknown, 1 reactivated", errors: "cn-hangzhou:unknown odd"},
		{name: "nor is it missing in a later look", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)}, shows: func(q *query, p cloud.Page) cloud.Page {
			if q.first() {
				return p
			}
			return cloud.Page{Errors: []*cloud.Error{{Op: cloud.OpDescribe, Class: cloud.ClassUnknown, Message: "odd"}}}
		}, rows: "0 failed unknown", calls: "none", errors: "cn-hangzhou:unknown odd"},
		{name: "one instance twice in a first look: the row that forbids a call counts", shows: func(_ *query, p cloud.Page) cloud.Page {
			p.Instances = append([]cloud.Instance{never}, p.Instances...)
			return p
		}, rows: "0 skipped excluded"},
		{name: "likewise in a later look", policy: Policy{Grace: time.Minute}, requests: []Request{by(SourceTimer)}, fleet: overdueOnes(2, nil), shows: func(q *query, p cloud.Page) cloud.Page {
			if q.first() {
				return p
			}
			tagged := slices.Clone(p.Instances)
			for i := range tagged {
				tagged[i].Tags = never.Tags
			}
			return cloud.Page{Instances: []cloud.Instance{p.Instances[0], tagged[0], tagged[1], p.Instances[1]}}
		}, rows: "0 skipped excluded, 1 skipped excluded"},
		{name: "what is shown in two regions is not called if one forbids it", policy: Policy{Regions: three[:2]}, fleet: slices.Concat(in("cn-hangzhou", 1), in("cn-beijing", 2)),
			shows: func(q *query, p cloud.Page) cloud.Page {
				if q.region == "cn-hangzhou" && q.first() && q.token == "" {
					p.NextToken = "more" // so that its look is not complete yet
				}
				if q.region == "cn-beijing" && q.first() {
					p.Instances = append(p.Instances, cloud.Instance{ID: simID(1), Status: cloud.StatusStopped, ChargeType: "PostPaid", Locks: []string{"security"}})
				}
				return p
			}, rows: "1 skipped security-locked, 2@cn-beijing reactivated"},
	})
}

// inTwoPages shows the instances after the first on a second page.
func inTwoPages(q *query, p cloud.Page) cloud.Page {
	switch {
	case len(p.Instances) < 2:
		return p
	case q.token == "":
		return cloud.Page{Instances: p.Instances[:1], NextToken: "more"}
	}
	return cloud.Page{Instances: p.Instances[1:]}
}

// TestTwoLooksAtOnce has a sweep, which is asked for again, overlap with the look at a named instance, and one look with the next.
func TestTwoLooksAtOnce(t *testing.T) {
	again := func() func(*query) *cloud.Error {
		return times(1, errDown, func(q *query) bool { return q.ids == nil })
	}
	requests, grace := []Request{by(SourceTimer, simID(0)), by(SourceTimer)}, Policy{Grace: grace10}
	down, downAgain, throttled, conflict := again(), again(), firstly(1, errThrottled), firstly(1, errConflict)
	tell(t, []story{
		// the arrears had not reached it
		{name: "the older one, answered later, tells nothing new", policy: grace, requests: requests, fault: again(), fleet: seenAs(func(at time.Duration, in *cloud.Instance) {
			if at == 0 {
				in.Locks = nil
			}
		}), latency: slow(5*time.Second, func(q *query) bool { return q.ids != nil && q.sent == 0 }), rows: "0 reactivated"},
		{name: "the newer one counts, though another request asked for it", policy: grace, requests: requests, fault: again(), paid: []time.Duration{0, 100 * time.Millisecond},
			fleet: one(func(in *simInstance) { in.restored, in.owner = 100*time.Millisecond, true }), rows: "0 skipped not-overdue", by: 5 * time.Second},
		{name: "the older one waits for one that is under way", requests: requests, fault: again(), fleet: seenAs(func(at time.Duration, in *cloud.Instance) {
			switch {
			case at == 0:
				in.Status = cloud.StatusStopping
			case at < time.Second:
				in.Locks = nil
			}
		}), latency: slow(2*time.Second, func(q *query) bool { return q.sent > 0 }), rows: "0 reactivated"},
		{name: "one that forbids the next call of what is called just now", requests: []Request{by(SourceManual, simID(0)), by(SourceManual)}, fault: func(q *query) *cloud.Error {
			return cmp.Or(down(q), throttled(q))
		}, fleet: seenAs(taggedFrom(1)), latency: slow(5*time.Second, func(q *query) bool { return q.sent > 0 }), rows: "0 skipped excluded", calls: "2s"},
		{name: "nor does one that forbids it cut its pause short", requests: []Request{by(SourceManual, simID(0)), by(SourceManual)}, fault: func(q *query) *cloud.Error {
			return cmp.Or(downAgain(q), conflict(q))
		}, fleet: seenAs(func(at time.Duration, in *cloud.Instance) {
			if at < time.Second {
				taggedFrom(1)(at, in)
			}
		}), latency: slow(5*time.Second, func(q *query) bool { return q.describes() && q.sent > 0 }), rows: "0 reactivated x2", calls: "2s 37s"},
		{name: "a page says nothing of what the page before showed", requests: []Request{by(SourceManual, simIDs(2)...)}, shows: inTwoPages,
			fleet:   overdueOnes(2, func(_ int, in *simInstance) { in.onLook = busyUntil(20 * time.Second) }),
			latency: slow(5*time.Second, func(q *query) bool { return q.sent > 1030*time.Millisecond }), rows: "0 reactivated, 1 reactivated"},
	})
}

// TestErrorsAreNotMoreThanAPersonReads reports the first hundred of very many, each once.
func TestErrorsAreNotMoreThanAPersonReads(t *testing.T) {
	tt := story{shows: func(_ *query, p cloud.Page) cloud.Page {
		for i := range 150 {
			p.Errors = append(p.Errors, &cloud.Error{Op: simID(i / 30 % 4), Code: simID(i / 5 % 6), Class: cloud.ClassUnknown, Message: simID(i % 5)}) // of 120 kinds
		}
		return p
	}}
	if report := tt.sim(t).play(); len(report.Errors) != maxNotes {
		t.Errorf("got %d errors", len(report.Errors))
	}
}

// TestAnAccountHasItsShare has an account with many regions and instances, and a region in which many ids are looked for. What is in
// flight at the same time is limited.
func TestAnAccountHasItsShare(t *testing.T) {
	for _, c := range []struct{ regions, instances, named, looks, calls int }{{80, 800, 800, 80, callsInFlight}, {1, 1, 1000, 4, 1}} {
		tt := story{policy: Policy{Regions: regionIDs(c.regions)}, requests: []Request{by(SourceManual, simIDs(c.named)...)}, latency: slow(time.Second, func(q *query) bool { return q.calls("") })}
		tt.fleet = overdueOnes(c.instances, func(i int, in *simInstance) { in.region = tt.policy.Regions[i%c.regions] })
		s := tt.sim(t)
		flying, most := map[string]int{}, map[string]int{}
		s.judge = func(q *query) {
			if flying[q.op]++; q.answered {
				flying[q.op] -= 2
			}
			most[q.op] = max(most[q.op], flying[q.op])
		}
		report := s.play()
		if most[cloud.OpDescribe] != c.looks || most[cloud.OpReActivate] != c.calls || report.Counts[OutcomeReactivated] != c.instances {
			t.Errorf("%d describes and %d calls in flight at most, want %d and %d; %v", most[cloud.OpDescribe], most[cloud.OpReActivate], c.looks, c.calls, report.Counts)
		}
	}
}
