// Package reactivate is the domain: it looks overdue ECS instances up, judges them, calls ReActivateInstances where that is
// right, watches until they run, and reports.
//
//	[]Request -Run-> Report
//
// Each account has its own state (accountRun). Its step method takes one event, changes the state, and returns the calls to make;
// loop.go makes them. So one function decides everything, and tests can play answers, timers and deadlines in any order.
//
// Each instance is a row. Its phase says where it is, and only move changes the phase. gate says when a row may be called and, until
// then, why not. Each question to the cloud is a read (read.go), which handles pages, retries and pacing.
//
// The package knows neither the payloads that requests come from nor how ECS is reached. It keeps no state between runs: each starts with a
// look, so a duplicate, late or lost request does no harm.
package reactivate

import (
	"slices"
	"time"

	"reactivate/internal/cloud"
)

// Account is one Alibaba Cloud account that the function may work in.
type Account struct {
	ID   string // its number; "" if the runtime does not say
	Name string // the resource directory's display name; "" if it is not known
	ECS  cloud.ECS

	Close func() // called when the account's run is over; may be nil
}

// Policy is what the operator configured.
type Policy struct {
	Regions      []string    // where to look by default; nil means all that DescribeRegions names
	DryRun       bool        // never call; no request lifts it
	IncludeTags  []cloud.Tag // only instances with all of them
	ExcludeTags  []cloud.Tag // never instances with any of them
	Cap          int         // if more instances would be called, call none; 0 means no cap
	BalanceFloor string      // sweeps read balances, and an account below this decimal needs a person; "": balances are not read

	Grace time.Duration // how long the platform may restore an instance itself before we call; not for persons and fresh events; 0: no grace
	Wait  time.Duration // how long an accepted instance is watched for Running
	Retry time.Duration // the pause before another try after arrears or a conflict; a look is valid for twice as long

	Concurrency int // calls in flight per account and region; at least 1
	Attempts    int // failed calls per instance; at least 1
	MaxQPS      int // ReActivateInstances calls a second per account and region; 0 means adaptive only
}

// DefaultRetry gives the times in docs/reference.md: after arrears a call is tried every 30 s, after a conflict in 30 s and then in 60 s,
// and no call is made on a look older than a minute.
const DefaultRetry = 30 * time.Second

// Reactivator runs requests. Its fields are set before the first Run and not changed after.
type Reactivator struct {
	Own      Account        // the function's own account
	Watched  []Account      // what sweeps cover by default; empty means Own
	Policy   Policy         // what the operator configured
	Progress func(Progress) // called every few seconds of a run, from one goroutine; may be nil
}

// accountsOf returns the accounts that a request is about: none if it names an account that is neither watched nor our own.
func (r *Reactivator) accountsOf(req *Request) []Account {
	switch {
	case req.AccountID == "" && req.sweeps() && len(r.Watched) > 0:
		return r.Watched
	case req.AccountID == "":
		return []Account{r.Own}
	}
	for _, account := range append(slices.Clone(r.Watched), r.Own) {
		if account.ID == req.AccountID {
			return []Account{account}
		}
	}
	return nil
}
