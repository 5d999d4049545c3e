package fakecloud

import (
	"slices"
	"time"
)

// InstanceState is an instance as it truly is, whatever faults show to clients.
type InstanceState struct {
	AccountID string
	ID        string
	Name      string
	Status    Status
	Locks     []string // nil: none
	Released  bool     // it is gone for good; Status and Locks then mean nothing
	// Starts counts the ReActivateInstances calls that started it.
	Starts int
	// Epochs counts how often arrears stopped or locked it, the state in the
	// fleet file included. It may not be started more often than that.
	Epochs       int
	WasRunning   bool // it has been Running at some time up to now, at the start included
	OwnerStopped bool // its owner had stopped it before the arrears
}

// Instances is a snapshot of the fleet, by account and in the order of the fleet file. It does not
// count as a use.
func (c *Cloud) Instances() []InstanceState {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	var at time.Duration
	if !c.anchor.IsZero() {
		at = now.Sub(c.anchor)
		c.advance(at)
	}
	var all []InstanceState
	for _, a := range c.accounts {
		for _, in := range a.instances {
			m := in.state(at)
			all = append(all, InstanceState{
				AccountID: a.ID, ID: in.id, Name: in.name,
				Status: m.status, Locks: slices.Clone(m.locks), Released: m.released,
				Starts: in.starts, Epochs: in.epochs, WasRunning: in.wasRunning(at), OwnerStopped: in.ownerStopped,
			})
		}
	}
	return all
}
