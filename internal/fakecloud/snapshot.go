package fakecloud

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// InstanceState is an instance as it truly is, whatever faults show to clients.
type InstanceState struct {
	AccountID string
	RegionID  string
	ID        string
	Name      string
	Status    Status
	Locks     []string // nil: none
	Released  bool     // it is gone for good; Status and Locks then mean nothing
	// Starts counts the ReActivateInstances calls that started it.
	Starts int
	// Epochs counts how often arrears stopped or locked it, the state in the
	// fleet file included. More starts than epochs are one too many.
	Epochs int
	// WasRunning: it has been Running at some time up to now, at the start
	// included; RunningSince is when it last became so, zero if from the start.
	WasRunning   bool
	RunningSince time.Time
	OwnerStopped bool   // its owner had stopped it before the arrears
	PublicIP     string // "": none
	// StoppedAt is when arrears last stopped it; zero: never.
	StoppedAt  time.Time
	ChargeType ChargeType
	Tags       map[string]string // shared: do not change
}

// Instances is a snapshot of the fleet, by account, region and id. It does not
// count as a use.
func (c *Cloud) Instances() []InstanceState {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	var at time.Duration
	if c.anchored {
		at = now.Sub(c.anchor)
		c.advance(at)
	}
	var all []InstanceState
	for _, a := range c.accounts {
		for _, s := range a.regions {
			for _, in := range s.ordered {
				all = append(all, c.snapshot(in, at))
			}
		}
	}
	slices.SortFunc(all, func(a, b InstanceState) int {
		return cmp.Or(strings.Compare(a.AccountID, b.AccountID),
			strings.Compare(a.RegionID, b.RegionID), strings.Compare(a.ID, b.ID))
	})
	return all
}

func (c *Cloud) snapshot(in *instance, at time.Duration) InstanceState {
	m := in.state(at)
	ran, since := in.wasRunning(at)
	state := InstanceState{
		AccountID: in.account.id, RegionID: in.region, ID: in.id, Name: in.name,
		Status: m.status, Locks: slices.Clone(m.locks), Released: m.released,
		Starts: in.starts, Epochs: in.epochs, WasRunning: ran, OwnerStopped: in.owner,
		ChargeType: in.chargeType(), Tags: in.spec.Tags, PublicIP: cmp.Or(in.spec.EIP, in.publicIP(at)),
	}
	if n := len(in.arrears); n > 0 {
		state.StoppedAt = c.anchor.Add(in.arrears[n-1].stop)
	}
	if ran && since != always && since != 0 {
		state.RunningSince = c.anchor.Add(since)
	}
	return state
}
