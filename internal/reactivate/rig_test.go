package reactivate

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

// story is one run and what is expected of it. The fields that are left out make it a person's sweep of one account and one region, in
// which one instance is overdue.
type story struct {
	name     string
	policy   Policy
	limit    time.Duration
	requests []Request
	fleet    []*simInstance
	paid     []time.Duration
	stopped  map[string]time.Duration
	balance  string   // of the account, all the time; "": it may not be read
	regions  []string // that DescribeRegions names
	paging   int
	fault    func(*query) *cloud.Error
	lost     func(*query) *cloud.Error
	latency  func(*query) time.Duration
	shows    func(*query, cloud.Page) cloud.Page

	rows   string        // of the report, as shortly writes them
	calls  string        // when they were sent: see times; "": not checked
	errors string        // of the report, as region:code, or as region:class message
	by     time.Duration // when the run is over at the latest; 0: not checked
	looks  int           // how many describes at most; 0: not checked
}

// sim is the simulation of the story.
func (tt *story) sim(t *testing.T) *sim {
	account := &simAccount{requests: tt.requests, paid: tt.paid, stopped: tt.stopped}
	for _, in := range tt.fleet { // stories may share a fleet
		account.instances = append(account.instances, new(*in))
	}
	if tt.requests == nil {
		account.requests = []Request{by(SourceManual)}
	}
	if tt.fleet == nil {
		account.instances = one(nil)
	}
	if tt.balance != "" {
		account.balance = func(bool) string { return tt.balance }
	}
	s := &sim{
		t: t, policy: tt.policy, limit: tt.limit, paging: tt.paging, allRegions: tt.regions, accounts: []*simAccount{account},
		fault: tt.fault, lost: tt.lost, latency: tt.latency, shows: tt.shows,
	}
	s.ends = func(_ *simAccount, r *row) {
		left := r.outcome == OutcomeDeferred || r.outcome == OutcomeAwaitingPayment || r.outcome == OutcomeAccepted
		if age := s.now.Sub(r.look); left && r.verdict != VerdictUnknown && age > time.Minute {
			t.Errorf("%s: %s ends %s on a look %v old", tt.name, r.id, r.outcome, age)
		}
	}
	return s
}

// tell plays the story and checks what came of it.
func (tt *story) tell(t *testing.T) (*sim, *Report) {
	t.Helper()
	s := tt.sim(t)
	report := s.play()
	s.hold(tt, report)
	return s, report
}

// tell plays each story as a test of its own.
func tell(t *testing.T, stories []story) {
	t.Helper()
	for _, tt := range stories {
		t.Run(tt.name, func(t *testing.T) { tt.tell(t) })
	}
}

// hold compares a report and the calls with what the story expects.
func (s *sim) hold(tt *story, report *Report) {
	s.t.Helper()
	var errors []string
	for _, e := range report.Errors {
		errors = append(errors, e.RegionID+":"+cmp.Or(e.Err.Code, string(e.Err.Class)+" "+e.Err.Message))
	}
	for _, c := range []struct{ what, got, want string }{
		{"rows", shortly(report), tt.rows}, {"calls", s.when(), cmp.Or(tt.calls, s.when())}, {"errors", strings.Join(errors, " "), tt.errors},
	} {
		if c.got != c.want {
			s.t.Errorf("%s: got %s %s\nwant %s", tt.name, c.what, c.got, c.want)
		}
	}
	if took := s.accounts[0].ended; tt.by > 0 && (took == 0 || took > tt.by) {
		s.t.Errorf("%s: took %v, want at most %v", tt.name, took, tt.by)
	}
	if tt.looks > 0 && s.looks > tt.looks {
		s.t.Errorf("%s: made %d describes, want at most %d", tt.name, s.looks, tt.looks)
	}
	for _, in := range s.accounts[0].instances {
		if in.owner && in.called {
			s.t.Errorf("%s: started %s, which its owner had stopped", tt.name, in.id)
		}
	}
}

var reasonNames = map[Reason]string{
	ReasonTimeUp: "time-up", ReasonNoGrace: "no-grace", ReasonLook: "old-event", ReasonWatch: "watch", ReasonDryRun: "dry-run", ReasonOverCap: "over-cap",
}

// shortly writes a report in a few words: the counts of a large one, else each row with what is unusual in it, such as
// "0 failed conflict x5, 1@cn-beijing skipped excluded".
func shortly(report *Report) string {
	if len(report.Results) > 6 {
		return strings.TrimPrefix(fmt.Sprint(report.Counts), "map")
	}
	var rows []string
	for _, r := range report.Results {
		row := strings.TrimLeft(r.InstanceID, "i-0")
		if row = cmp.Or(row, "0"); r.RegionID != "cn-hangzhou" {
			row += "@" + r.RegionID
		}
		row += " " + string(r.Outcome)
		if r.Outcome == OutcomeSkipped {
			row += " " + string(r.Verdict)
		}
		if name := reasonNames[r.Reason]; name != "" {
			row += " " + name
		}
		if r.Err != nil {
			row += " " + string(r.Err.Class)
		}
		if r.Attempts > 1 {
			row += fmt.Sprint(" x", r.Attempts)
		}
		rows = append(rows, row)
	}
	return strings.Join(rows, ", ")
}

// when writes when the calls were sent, to the second. If they are many, it writes their number and the first and the last time.
func (s *sim) when() string {
	if len(s.calls) == 0 {
		return "none"
	}
	if n := len(s.calls); n > 6 {
		return fmt.Sprintf("%d from %v to %v", n, s.calls[0].at.Round(time.Second), s.calls[n-1].at.Round(time.Second))
	}
	var at []string
	for _, c := range s.calls {
		at = append(at, c.at.Round(time.Second).String())
	}
	return strings.Join(at, " ")
}

// by is a request from a source, with the usual standing of that source. Without ids it is a sweep.
func by(source Source, ids ...string) Request {
	standing := map[Source]Standing{
		SourceManual: StandingPerson, SourceHTTP: StandingPerson, SourceCloudMonitor: StandingFresh, SourceEventBridge: StandingFresh,
	}[source]
	return Request{InstanceIDs: ids, Sweep: len(ids) == 0, Source: source, Standing: standing}
}

// with edits a request.
func with(req Request, edit func(*Request)) Request {
	edit(&req)
	return req
}

func dry(req *Request) { req.DryRun = true }
func old(req *Request) { req.Standing = StandingLook }
func waits(d time.Duration) []Request {
	return []Request{with(by(SourceManual), func(req *Request) { req.Wait = &d })}
}

// within restricts a request to some regions.
func within(req Request, regions ...string) Request {
	req.RegionIDs = regions
	return req
}

// regionIDs are n regions, the last of them cn-hangzhou.
func regionIDs(n int) (all []string) {
	for i := range n - 1 {
		all = append(all, fmt.Sprintf("cn-region%d", i))
	}
	return append(all, "cn-hangzhou")
}

func simID(i int) string { return fmt.Sprintf("i-%08d", i) }

func simIDs(n int) (all []string) {
	for i := range n {
		all = append(all, simID(i))
	}
	return all
}

// overdueOnes are n overdue instances; edit may change each of them.
func overdueOnes(n int, edit func(i int, in *simInstance)) (all []*simInstance) {
	for i := range n {
		in := &simInstance{id: simID(i)}
		if edit != nil {
			edit(i, in)
		}
		all = append(all, in)
	}
	return all
}

// one is a fleet of one overdue instance; edit may change it.
func one(edit func(in *simInstance)) []*simInstance {
	return overdueOnes(1, func(_ int, in *simInstance) {
		if edit != nil {
			edit(in)
		}
	})
}

// starting is one overdue instance that takes so long to start.
func starting(takes time.Duration) []*simInstance {
	return one(func(in *simInstance) { in.starts = takes })
}

// seenAs is one overdue instance; onLook may change what looks show of it.
func seenAs(onLook func(at time.Duration, in *cloud.Instance)) []*simInstance {
	return one(func(in *simInstance) { in.onLook = onLook })
}

// times refuses the first n of some queries.
func times(n int, err *cloud.Error, which func(*query) bool) func(*query) *cloud.Error {
	return func(q *query) *cloud.Error {
		if n == 0 || !which(q) {
			return nil
		}
		n--
		return err
	}
}

// refuses refuses some queries.
func refuses(err *cloud.Error, which func(*query) bool) func(*query) *cloud.Error {
	return times(math.MaxInt, err, which)
}

// firstly refuses the first calls.
func firstly(n int, err *cloud.Error) func(*query) *cloud.Error {
	return times(n, err, func(q *query) bool { return q.calls("") })
}

// slow gives some queries a latency, and the others 20 ms.
func slow(latency time.Duration, which func(*query) bool) func(*query) time.Duration {
	return func(q *query) time.Duration {
		if which(q) {
			return latency
		}
		return 20 * time.Millisecond
	}
}

const (
	grace10 = 10 * time.Minute
	day     = 24 * time.Hour
	simName = "shop" // of each account
)

var (
	errThrottled = &cloud.Error{Op: cloud.OpReActivate, Code: "Throttling.User", Class: cloud.ClassThrottled}
	errTransient = &cloud.Error{Op: cloud.OpReActivate, Class: cloud.ClassTransient, Message: "no answer"}
	errSoldOut   = &cloud.Error{Op: cloud.OpReActivate, Code: "OperationDenied.NoStock", Class: cloud.ClassCapacity}
	errArrears   = &cloud.Error{Op: cloud.OpReActivate, Code: "InsufficientBalance", Class: cloud.ClassArrears}
	errConflict  = &cloud.Error{Op: cloud.OpReActivate, Code: "ReopenInstance.InstanceStatusNotValid", Class: cloud.ClassConflict}
	errDown      = &cloud.Error{Op: cloud.OpDescribe, Code: "ServiceUnavailable", Class: cloud.ClassTransient}
	errForbidden = &cloud.Error{Op: cloud.OpDescribe, Code: "Forbidden.RAM", Class: cloud.ClassDenied}
)
