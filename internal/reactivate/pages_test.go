package reactivate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// refusing refuses what is asked of a region.
func refusing(region string, err *Error) func(*query) *Error {
	return refuses(err, func(q *query) bool { return q.region == region })
}

// regionsFail refuses the questions for the regions, one after the other.
func regionsFail(errs ...*Error) func(*query) *Error {
	asked := 0
	return func(q *query) *Error {
		if q.op != opRegions || asked >= len(errs) {
			return nil
		}
		asked++
		return errs[asked-1]
	}
}

// finding is what ECS shows to first looks, and what is to come of it.
type finding struct {
	name     string
	requests []Request
	fleet    []*simInstance
	regions  []string // nil: as DescribeRegions says
	all      []string
	shows    func(q *query, p Page) Page
	fault    func(*query) *Error
	limit    time.Duration
	latency  map[string]time.Duration // by region; else 20 ms
	rows     string                   // instance:region:verdict:outcome
	errors   string                   // region:message or code
	calls    int
	looks    int // describes at most, 0: any
}

func (tt *finding) check(t *testing.T) {
	s := &sim{t: t, policy: Policy{Regions: tt.regions}, limit: tt.limit, allRegions: tt.all, shows: tt.shows, fault: tt.fault}
	s.accounts = []*simAccount{{requests: tt.requests, instances: tt.fleet}}
	s.latency = func(q *query) time.Duration { return max(tt.latency[q.region], 20*time.Millisecond) }
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
	if tt.looks > 0 && s.looks > tt.looks {
		t.Errorf("made %d describes, want at most %d", s.looks, tt.looks)
	}
}

var three = []string{"cn-hangzhou", "cn-beijing", "cn-shanghai"}

// in are overdue instances of a region.
func in(region string, n ...int) (all []*simInstance) {
	for _, i := range n {
		all = append(all, &simInstance{id: simID(i), region: region})
	}
	return all
}

// TestPages plays what pages of first looks may hold, and how they may end.
func TestPages(t *testing.T) {
	for _, tt := range []finding{
		{
			name: "pages in a ring", requests: []Request{by(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1, looks: 6,
			shows: func(q *query, p Page) Page {
				if q.first() {
					p.NextToken = map[string]string{"": "a", "a": "b", "b": "a"}[q.token]
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:its pages have no end: ECS repeats itself or shows nothing new",
		},
		{
			name: "empty pages without end", requests: []Request{by(SourceManual)}, looks: 4,
			shows: func(q *query, p Page) Page { p.NextToken = q.token + "x"; return p },
			rows:  "", errors: "cn-hangzhou:its pages have no end: ECS repeats itself or shows nothing new",
		},
		{
			name: "pages without end that show the same", requests: []Request{by(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1, looks: 6,
			shows: func(q *query, p Page) Page {
				if q.ids == nil {
					p.NextToken = q.token + "x"
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:its pages have no end: ECS repeats itself or shows nothing new",
		},
		{
			name: "two empty pages are believed", requests: []Request{by(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(q *query, p Page) Page {
				if q.ids == nil && len(q.token) < 2 {
					return Page{NextToken: q.token + "x"}
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "a lookup by id goes on to the next page", requests: []Request{by(SourceManual, simID(1), simID(2))}, fleet: in("cn-hangzhou", 1, 2), calls: 2,
			shows: func(q *query, p Page) Page {
				if len(p.Instances) == 2 {
					if q.token == "" {
						return Page{Instances: p.Instances[:1], NextToken: "more"}
					}
					return Page{Instances: p.Instances[1:]}
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated 2:cn-hangzhou:reactivate:reactivated",
		},
		{
			name: "instances of another region, and what nobody asked for", requests: []Request{by(SourceManual, simID(1))}, fleet: in("cn-hangzhou", 1),
			shows: func(_ *query, p Page) Page {
				for i := range p.Instances {
					p.Instances[i].RegionID = "cn-beijing"
				}
				p.Instances = append(p.Instances, Instance{ID: simID(7), Status: StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
				return p
			},
			rows: "1:cn-hangzhou:missing:skipped",
		},
		{
			name: "invalid ids", requests: []Request{by(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(_ *query, p Page) Page {
				for _, id := range []string{"*", "../x", "i-\n", ""} {
					p.Instances = append(p.Instances, Instance{ID: id, Status: StatusStopped, ChargeType: "PostPaid", Locks: []string{"financial"}})
				}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:shows an instance with an invalid id",
		},
		{
			name: "one instance twice: the more forbidding row counts", requests: []Request{by(SourceManual, simID(1)), by(SourceManual)}, fleet: in("cn-hangzhou", 1, 2),
			shows: func(_ *query, p Page) Page {
				for _, in := range p.Instances {
					in.Tags = map[string]string{"reactivate": "never"}
					p.Instances = append([]Instance{in}, append(p.Instances, in)...)
				}
				return p
			},
			rows: "1:cn-hangzhou:excluded:skipped 2:cn-hangzhou:excluded:skipped",
		},
		{
			name: "what is shown in two regions is not called if one forbids it", requests: []Request{by(SourceManual)}, regions: three[:2], fleet: slices.Concat(in("cn-hangzhou", 1), in("cn-beijing", 2)), calls: 1,
			shows: func(q *query, p Page) Page {
				if q.region == "cn-hangzhou" && q.first() && q.token == "" {
					p.NextToken = "more" // so that its look is not complete yet
				}
				if q.region == "cn-beijing" && q.first() {
					p.Instances = append(p.Instances, Instance{ID: simID(1), Status: StatusStopped, ChargeType: "PostPaid", Locks: []string{"security"}})
				}
				return p
			},
			rows: "1:cn-hangzhou:security-locked:skipped 2:cn-beijing:reactivate:reactivated",
		},
		{
			name: "a row that cannot be read is an error and loses no other", requests: []Request{by(SourceManual)}, fleet: in("cn-hangzhou", 1), calls: 1,
			shows: func(_ *query, p Page) Page {
				p.Errors = []*Error{{Op: opDescribe, Class: ClassUnknown, Message: "odd"}}
				return p
			},
			rows: "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:odd",
		},
		{
			name: "a region that is down keeps what it had shown", requests: []Request{by(SourceManual)}, fleet: in("cn-hangzhou", 1, 2), calls: 1,
			shows: func(q *query, p Page) Page {
				if q.ids == nil {
					p.Instances, p.NextToken = p.Instances[:1], "more"
				}
				return p
			},
			fault: refuses(errDown, func(q *query) bool { return q.token == "more" }),
			rows:  "1:cn-hangzhou:reactivate:reactivated", errors: "cn-hangzhou:ServiceUnavailable", looks: 1 + 5 + 2,
		},
	} {
		t.Run(tt.name, tt.check)
	}
}
