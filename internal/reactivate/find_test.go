package reactivate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var errDown = &Error{Op: opDescribe, Code: "ServiceUnavailable", Class: ClassTransient}

// refusing refuses what a describe of some region asks for.
func refusing(region string, err *Error) func(effect) *Error {
	return func(e effect) *Error {
		if d, ok := e.(describe); ok && d.look.region.id == region {
			return err
		}
		return nil
	}
}

// regionsFail refuses the questions for the regions, one after the other.
func regionsFail(errs ...*Error) func(effect) *Error {
	asked := 0
	return func(e effect) *Error {
		if _, ok := e.(askRegions); !ok || asked >= len(errs) {
			return nil
		}
		asked++
		return errs[asked-1]
	}
}

// TestFinding plays first looks at what ECS may show, in three regions.
func TestFinding(t *testing.T) {
	three := []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}
	in := func(region string, n ...int) (all []*simInstance) {
		for _, i := range n {
			all = append(all, &simInstance{id: simID(i), region: region})
		}
		return all
	}
	denied := &Error{Op: opDescribe, Code: "Forbidden.RAM", Class: ClassDenied}
	late := nameBy(SourceManual, simID(1))
	late.RegionIDs = []string{"cn-beijing"}
	dry := nameBy(SourceManual, simID(1))
	dry.DryRun = true
	forced := nameBy(SourceManual, simID(1))
	forced.Force = true
	for _, tt := range []struct {
		name     string
		requests []Request
		fleet    []*simInstance
		regions  []string // nil: as DescribeRegions says
		all      []string
		shows    func(e describe, p Page) Page
		fault    func(effect) *Error
		limit    time.Duration
		rows     string // instance:region:verdict:outcome
		errors   string // region:message or code
		calls    int
		looks    int // describes at most, 0: any
	}{
		{
			name: "ids are looked for in all regions, in the request's order", requests: []Request{nameBy(SourceManual, simID(2), simID(1), simID(9))}, regions: three,
			fleet: slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2)), calls: 2,
			rows: "2:cn-shanghai:reactivate:reactivated 1:cn-beijing:reactivate:reactivated 9::missing:skipped",
		},
		{
			name: "what is not there in one region has its region", requests: []Request{nameBy(SourceManual, simID(9))}, fleet: in("cn-hangzhou", 1),
			rows: "9:cn-hangzhou:missing:skipped",
		},
		{
			name: "a region that refuses keeps an id from being called missing", requests: []Request{nameBy(SourceManual, simID(1), simID(9))}, regions: three, fleet: in("cn-hangzhou", 1),
			fault: refusing("cn-beijing", denied), calls: 1,
			rows: "1:cn-hangzhou:reactivate:reactivated 9:::failed", errors: "cn-beijing:Forbidden.RAM",
		},
		{
			name: "a region that refuses is no matter where every id is found", requests: []Request{nameBy(SourceManual, simID(1))}, regions: three, fleet: in("cn-hangzhou", 1),
			fault: refusing("cn-beijing", denied), calls: 1, rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "the regions are asked for", requests: []Request{sweepBy(SourceManual)}, all: three, fleet: slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2)), calls: 2,
			rows: "1:cn-beijing:reactivate:reactivated 2:cn-shanghai:reactivate:reactivated",
		},
		{
			name: "no region becomes a host that is none", requests: []Request{sweepBy(SourceManual)}, all: []string{"cn-hangzhou.evil.invalid/", "cn-beijing"}, fleet: in("cn-beijing", 1), calls: 1,
			rows: "1:cn-beijing:reactivate:reactivated",
		},
		{
			name: "ids are looked for in the regions that were asked for", requests: []Request{nameBy(SourceManual, simID(1), simID(9))}, all: three, fleet: in("cn-shanghai", 1), calls: 1,
			rows: "1:cn-shanghai:reactivate:reactivated 9::missing:skipped",
		},
		{
			name: "what two requests name is looked for once", requests: []Request{nameBy(SourceBilling, simID(1)), nameBy(SourceManual, simID(1))}, fleet: in("cn-hangzhou", 1), calls: 1, looks: 1 + 2,
			rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "the request that asks most of an instance counts", requests: []Request{nameBy(SourceManual, simID(1)), forced, nameBy(SourceManual, simID(1))}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(e describe, p Page) Page {
				if e.look.first {
					p.Instances[0].Locks = nil
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "there is no region", requests: []Request{nameBy(SourceManual, simID(1))}, all: []string{}, rows: "1:::failed", errors: ":names no region to look in",
		},
		{
			name: "the regions are refused", requests: []Request{nameBy(SourceManual, simID(1))}, all: three,
			fault: func(e effect) *Error {
				if _, ok := e.(askRegions); ok {
					return &Error{Op: opRegions, Code: "Forbidden.RAM", Class: ClassDenied}
				}
				return nil
			},
			rows: "1:::failed", errors: ":Forbidden.RAM",
		},
		{
			name: "the regions are throttled, and down for a while", requests: []Request{sweepBy(SourceManual)}, all: three, fleet: in("cn-beijing", 1), calls: 1,
			fault: regionsFail(errThrottled, errDown, errThrottled, errDown), rows: "1:cn-beijing:reactivate:reactivated",
		},
		{
			name: "the regions are down", requests: []Request{nameBy(SourceManual, simID(1))}, all: three, fleet: in("cn-beijing", 1),
			fault: regionsFail(errDown, errDown, errDown, errDown, errDown), rows: "1:::failed", errors: ":ServiceUnavailable",
		},
		{
			name: "the regions are not told before the time is up", requests: []Request{nameBy(SourceManual, simID(1))}, all: three, fleet: in("cn-beijing", 1), limit: time.Second,
			fault: regionsFail(errDown, errDown, errDown, errDown, errDown), rows: "1:::deferred", errors: ":no answer before the time was up",
		},
		{
			name: "a request that names its region does not wait for the others (B6)", requests: []Request{late, sweepBy(SourceManual)}, all: three,
			fleet: slices.Concat(in("cn-beijing", 1), in("cn-shanghai", 2)), calls: 2,
			rows: "1:cn-beijing:reactivate:reactivated 2:cn-shanghai:reactivate:reactivated",
		},
		{
			name: "a dry request lends its flag to none", requests: []Request{dry, sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1, 2), calls: 2,
			rows: "1:cn-hangzhou:reactivate:reactivated 2:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "a page that comes again and again (B8)", requests: []Request{sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1, looks: 5,
			shows: func(e describe, p Page) Page {
				if e.look.first {
					p.NextToken = "again"
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:its pages have no end: ECS repeats itself or shows nothing new",
		},
		{
			name: "pages in a ring", requests: []Request{sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1, looks: 6,
			shows: func(e describe, p Page) Page {
				if e.look.first {
					p.NextToken = map[string]string{"": "a", "a": "b", "b": "a"}[e.query.NextToken]
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:its pages have no end: ECS repeats itself or shows nothing new",
		},
		{
			name: "empty pages without end (attack 7)", requests: []Request{sweepBy(SourceManual)}, looks: 4,
			shows: func(e describe, p Page) Page { p.NextToken = e.query.NextToken + "x"; return p },
			rows:  "", errors: "cn-hangzhou:its pages have no end: ECS repeats itself or shows nothing new",
		},
		{
			name: "two empty pages are believed", requests: []Request{sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(e describe, p Page) Page {
				if e.query.InstanceIDs == nil && len(e.query.NextToken) < 2 {
					return Page{NextToken: e.query.NextToken + "x"}
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "a lookup by id goes on to the next page", requests: []Request{nameBy(SourceManual, simID(1), simID(2))}, fleet: in("cn-hangzhou", 1, 2), calls: 2,
			shows: func(e describe, p Page) Page {
				if len(p.Instances) == 2 {
					if e.query.NextToken == "" {
						return Page{Instances: p.Instances[:1], NextToken: "more"}
					}
					return Page{Instances: p.Instances[1:]}
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated 2:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "instances of another region, and what nobody asked for (attack 6)", requests: []Request{nameBy(SourceManual, simID(1))}, fleet: in("cn-hangzhou", 1),
			shows: func(_ describe, p Page) Page {
				for i := range p.Instances {
					p.Instances[i].RegionID = "cn-beijing"
				}
				p.Instances = append(p.Instances, Instance{ID: simID(7), Status: StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
				return p
			},
			rows: "1:cn-hangzhou:missing:skipped",
		},
		{
			name: "ids that are none", requests: []Request{sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(_ describe, p Page) Page {
				for _, id := range []string{"*", "../x", "i-\n", ""} {
					p.Instances = append(p.Instances, Instance{ID: id, Status: StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:shows an instance whose id is none",
		},
		{
			name: "one instance twice: the more forbidding row counts", requests: []Request{nameBy(SourceManual, simID(1)), sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1, 2),
			shows: func(_ describe, p Page) Page {
				for _, in := range p.Instances {
					in.Tags = map[string]string{"reactivate": "never"}
					p.Instances = append([]Instance{in}, append(p.Instances, in)...)
				}
				return p
			},
			rows: "1:cn-hangzhou:excluded:skipped 2:cn-hangzhou:excluded:skipped",
		},
		{
			name: "one instance in two regions is left alone", requests: []Request{sweepBy(SourceManual)}, regions: three[:2], fleet: slices.Concat(in("cn-hangzhou", 1), in("cn-beijing", 2)), calls: 1,
			shows: func(e describe, p Page) Page {
				if e.look.region.id == "cn-hangzhou" && e.look.first && e.query.NextToken == "" {
					p.NextToken = "more" // so that its look is not complete yet
				}
				if e.look.region.id == "cn-beijing" && e.look.first {
					p.Instances = append(p.Instances, Instance{ID: simID(1), Status: StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:failed 2:cn-beijing:reactivate:reactivated", errors: "cn-beijing:i-00000001 is shown in two regions",
		},
		{
			name: "a row that cannot be read is an error and loses no other", requests: []Request{sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(_ describe, p Page) Page {
				p.Errors = []*Error{{Op: opDescribe, Class: ClassUnknown, Message: "odd"}}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:odd",
		},
		{
			name: "a region that is down keeps what it had shown", requests: []Request{sweepBy(SourceManual)}, fleet: in("cn-hangzhou", 1, 2), calls: 1,
			shows: func(e describe, p Page) Page {
				if e.query.InstanceIDs == nil {
					p.Instances, p.NextToken = p.Instances[:1], "more"
				}
				return p
			},
			fault: func(e effect) *Error {
				if d, ok := e.(describe); ok && d.query.NextToken == "more" {
					return errDown
				}
				return nil
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:ServiceUnavailable", looks: 1 + 5 + 2,
		},
		{
			name: "what is not answered before the time is up is no missing one", requests: []Request{nameBy(SourceManual, simID(1)), sweepBy(SourceTimer)}, fleet: in("cn-hangzhou", 1), limit: time.Second,
			fault: refusing("cn-hangzhou", errDown), rows: "1:cn-hangzhou::deferred", errors: "cn-hangzhou:ServiceUnavailable",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sim{t: t, policy: Policy{Regions: tt.regions}, limit: tt.limit, allRegions: tt.all, shows: tt.shows, fault: tt.fault}
			s.accounts = []*simAccount{{requests: tt.requests, instances: tt.fleet}}
			looks := 0
			s.judge = func(_ *sim, d *delivery) {
				if _, ok := d.effect.(describe); ok && !d.answered {
					looks++
				}
			}
			report := s.play()
			var rows, errors []string
			for _, r := range report.Results {
				rows = append(rows, fmt.Sprintf("%s:%s:%s:%s", strings.TrimLeft(r.InstanceID, "i-0"), r.RegionID, r.Verdict, r.Outcome))
			}
			for _, e := range report.Errors {
				what := e.Err.Code
				if what == "" {
					what = e.Err.Message
				}
				errors = append(errors, e.RegionID+":"+what)
			}
			if got := strings.Join(rows, " "); got != tt.rows {
				t.Errorf("got rows %s\nwant     %s", got, tt.rows)
			}
			if got := strings.Join(errors, " "); got != tt.errors {
				t.Errorf("got errors %q, want %q", got, tt.errors)
			}
			if len(s.calls) != tt.calls {
				t.Errorf("made %d calls, want %d", len(s.calls), tt.calls)
			}
			if tt.looks > 0 && looks > tt.looks {
				t.Errorf("made %d describes, want at most %d", looks, tt.looks)
			}
		})
	}
}
