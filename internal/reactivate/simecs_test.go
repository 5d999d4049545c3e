package reactivate

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
)

// simAccount is one account.
type simAccount struct {
	id        string
	requests  []Request // about this account
	instances []*simInstance
	paid      []time.Duration          // when the account becomes unpaid, paid, unpaid and so on; it begins as paid
	stopped   map[string]time.Duration // when an instance was stopped for arrears, before the run
	balance   func(paid bool) string   // nil: it may not be read
	closed    int                      // how often

	run   *accountRun
	ended time.Duration
	done  map[string]bool
}

// simInstance is an instance. Unless it has a status, it is overdue from the start.
type simInstance struct {
	id       string
	region   string
	status   cloud.Status  // "" is Stopped and overdue
	owner    bool          // stopped by its owner before the arrears: the platform gives it back stopped
	restored time.Duration // after a payment, by the platform; 0: never
	starts   time.Duration // from a call to Running; 0: 2 s
	falls    time.Duration // from a call to Stopped again; 0: never
	ips      [2]string     // its public address before and after it starts
	onLook   func(at time.Duration, in *cloud.Instance)

	unlocked time.Duration // when the lock ends; 0: not known
	runs     time.Duration // when it runs; 0: it does not
	fallen   time.Duration // when it has fallen back
	called   bool
}

// query is one API call as ECS sees it.
type query struct {
	sim      *sim
	account  *simAccount
	op       string
	region   string
	ids      []string // of a describe or a call
	token    string
	dry      bool
	sent     time.Duration
	takes    time.Duration // until it is answered
	answered bool
	page     cloud.Page
	balance  string
	err      *cloud.Error
}

func (q *query) describes() bool { return q.op == cloud.OpDescribe && !q.dry }
func (q *query) calls(id string) bool {
	return q.op == cloud.OpReActivate && (id == "" || q.ids[0] == id)
}

// first tells whether the query is part of a first look.
func (q *query) first() bool { return q.describes() && (q.ids == nil || q.sent == 0) }

func (c *simAccount) isPaid(at time.Duration) bool {
	paid := true
	for _, change := range c.paid {
		if at >= change {
			paid = !paid
		}
	}
	return paid
}

// simECS is the ECS of an account. In play it answers at once and keeps the query in noted; play delivers the answer later.
type simECS struct {
	s       *sim
	account *simAccount
	noted   *query
}

// serve takes a query to ECS, and the answer back.
func (e simECS) serve(ctx context.Context, q query, answer func(q *query)) (*query, error) {
	s, kept := e.s, cmp.Or(e.noted, &query{})
	s.mu.Lock()
	defer s.mu.Unlock()
	q.sim, q.account, q.sent, q.takes = s, e.account, s.at(), 20*time.Millisecond
	*kept = q
	if s.latency != nil {
		kept.takes = s.latency(kept)
	}
	switch s.tell(kept, false); {
	case kept.op == cloud.OpDescribe:
		s.looks++
	case kept.calls(""):
		s.calls = append(s.calls, simCall{q.ids[0], q.region, q.sent})
	}
	back := time.Duration(0)
	if s.returns {
		back = kept.takes / 2
	}
	arrived := s.travel(ctx, kept.takes-back)
	if arrived {
		if s.fault != nil {
			kept.err = s.fault(kept)
		}
		if kept.err == nil {
			answer(kept)
		}
		arrived = s.travel(ctx, back)
	}
	if !arrived {
		return kept, &cloud.Error{Op: q.op, Class: cloud.ClassTransient, Message: "canceled before the answer"}
	}
	if s.inBubble {
		s.tell(kept, true)
	}
	if kept.err != nil {
		return kept, kept.err
	}
	return kept, nil
}

// travel waits, in a bubble alone, with the simulation unlocked. It tells whether the run still had time.
func (s *sim) travel(ctx context.Context, d time.Duration) bool {
	if !s.inBubble || d == 0 {
		return true
	}
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func (e simECS) DescribeInstances(ctx context.Context, region string, q cloud.Query) (cloud.Page, error) {
	got, err := e.serve(ctx, query{op: cloud.OpDescribe, region: region, ids: q.InstanceIDs, token: q.NextToken, dry: q.DryRun}, func(q *query) {
		if !q.dry {
			q.page = e.account.page(e.s, q)
		}
		if e.s.shows != nil {
			q.page = e.s.shows(q, q.page)
		}
	})
	return got.page, err
}

func (e simECS) ReActivateInstances(ctx context.Context, region, id string) (string, error) {
	_, err := e.serve(ctx, query{op: cloud.OpReActivate, region: region, ids: []string{id}}, func(q *query) {
		q.err = e.account.call(e.s, id, e.s.at())
		if e.s.lost != nil {
			if lost := e.s.lost(q); lost != nil {
				q.err = lost
			}
		}
	})
	return "r", err
}

func (e simECS) DescribeRegions(ctx context.Context) ([]string, error) {
	_, err := e.serve(ctx, query{op: cloud.OpRegions}, func(*query) {})
	return slices.Clone(e.s.allRegions), err
}

func (e simECS) DescribeInstanceHistoryEvents(ctx context.Context, region, token string) (events []arrears.Event, next string, err error) {
	_, err = e.serve(ctx, query{op: cloud.OpHistory, region: region, token: token}, func(q *query) {
		if e.s.history != nil {
			var page reply
			page, q.err = e.s.history(q)
			events, next = page.events, page.next
			return
		}
		for id, ago := range e.account.stopped {
			events = append(events, arrears.Event{InstanceID: id, Status: "Executed", Finished: e.s.start.Add(-ago).Unix()})
		}
	})
	return events, next, err
}

func (e simECS) QueryAccountBalance(ctx context.Context) (cloud.Balance, error) {
	got, err := e.serve(ctx, query{op: cloud.OpBalance}, func(q *query) {
		if e.account.balance == nil {
			q.err = &cloud.Error{Op: cloud.OpBalance, Code: "NoPermission", Class: cloud.ClassDenied}
			return
		}
		q.balance = e.account.balance(e.account.isPaid(e.s.at()))
	})
	return cloud.Balance{Available: got.balance, Currency: "CNY"}, err
}

// advance returns the state of an instance at a time, after what the platform and our calls have done.
func (c *simAccount) advance(in *simInstance, at time.Duration) (cloud.Status, bool) {
	if in.restored > 0 {
		paid := true
		for _, change := range c.paid {
			if paid = !paid; paid && in.unlocked == 0 && at >= change+in.restored {
				in.unlocked = change + in.restored
				if !in.owner && in.runs == 0 {
					in.runs = in.unlocked + cmp.Or(in.starts, 2*time.Second)
				}
			}
		}
	}
	locked := in.status == "" && (in.unlocked == 0 || at < in.unlocked)
	switch {
	case in.status != "":
		return in.status, locked
	case in.fallen > 0 && at >= in.fallen:
		return cloud.StatusStopped, true
	case locked || in.runs == 0:
		return cloud.StatusStopped, locked
	case at < in.runs:
		return cloud.StatusStarting, false
	}
	return cloud.StatusRunning, false
}

func (c *simAccount) page(s *sim, q *query) cloud.Page {
	var page cloud.Page
	named := map[string]bool{}
	for _, id := range q.ids[:min(len(q.ids), cloud.PageSize)] {
		named[id] = true
	}
	for _, in := range c.instances {
		if cmp.Or(in.region, "cn-hangzhou") != q.region || q.ids != nil && !named[in.id] {
			continue
		}
		status, locked := c.advance(in, s.at())
		if q.ids == nil && status != cloud.StatusStopped {
			continue
		}
		shown := cloud.Instance{ID: in.id, Name: "web", RegionID: q.region, Status: status, ChargeType: "PostPaid"}
		if locked {
			shown.Locks = []string{"financial"}
		}
		if shown.PublicIP = in.ips[0]; status == cloud.StatusStarting || status == cloud.StatusRunning {
			shown.PublicIP = in.ips[1]
		}
		if in.onLook != nil {
			in.onLook(s.at(), &shown)
		}
		page.Instances = append(page.Instances, shown)
	}
	if s.paging > 0 && q.ids == nil {
		from, _ := strconv.Atoi(q.token)
		to := min(from+s.paging, len(page.Instances))
		if page.Instances = page.Instances[min(from, to):to]; to == from+s.paging {
			page.NextToken = strconv.Itoa(to)
		}
	}
	return page
}

func (c *simAccount) call(s *sim, id string, at time.Duration) *cloud.Error {
	in := c.instances[slices.IndexFunc(c.instances, func(in *simInstance) bool { return in.id == id })]
	status, locked := c.advance(in, at)
	switch {
	case !c.isPaid(at):
		return &cloud.Error{Op: cloud.OpReActivate, Code: "InsufficientBalance", Class: cloud.ClassArrears}
	case in.status == cloud.StatusStopped: // its owner's: a forced call
		in.status = ""
	case status != cloud.StatusStopped || !locked:
		return &cloud.Error{Op: cloud.OpReActivate, Code: "ReopenInstance.InstanceStatusNotValid", Class: cloud.ClassConflict}
	}
	in.called = true
	in.unlocked, in.runs, in.fallen = at, at+cmp.Or(in.starts, 2*time.Second), 0
	if in.falls > 0 {
		in.fallen = at + in.falls
	}
	return nil
}
