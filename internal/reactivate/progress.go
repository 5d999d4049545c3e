package reactivate

import (
	"sync"
	"sync/atomic"
	"time"
)

// progressInterval is how often a run says where it stands.
const progressInterval = 5 * time.Second

// tally counts what a run has done so far.
type tally struct {
	done, left       atomic.Int64 // instances
	calls, throttled atomic.Int64 // calls sent, throttled answers
}

// reportProgress calls the reactivator's Progress every interval until the function that it returns is called.
func (p *Plan) reportProgress() (stop func()) {
	report := p.reactivator.Progress
	if report == nil {
		return func() {}
	}
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for before := int64(0); ; {
			select {
			case <-over:
				return
			case <-ticker.C:
			}
			calls := p.tally.calls.Load()
			report(Progress{
				Done: int(p.tally.done.Load()), Left: int(p.tally.left.Load()),
				Rate: float64(calls-before) / progressInterval.Seconds(), Throttled: int(p.tally.throttled.Load()),
			})
			before = calls
		}
	})
	return func() { close(over); wg.Wait() }
}
