package reactivate

import "time"

// Progress is where a run stands.
type Progress struct {
	Done, Left int // instances that have an outcome, and those that have none yet
	Grace      int // of those left, the ones that wait for their grace to end
	Calling    int // their calls are in flight
	Watching   int // ECS took their call, or they are starting
	Unpaid     int // they wait for money
}

// progress is where the account's run stands.
func (a *accountRun) progress() Progress {
	return Progress{
		Done: a.phases[done], Left: len(a.rows) - a.phases[done], Grace: a.whys[whyGrace], Calling: a.phases[calling],
		Watching: a.whys[whyStarting], Unpaid: a.whys[whyUnpaid],
	}
}

func (p *Progress) add(q *Progress) {
	p.Done += q.Done
	p.Left += q.Left
	p.Grace += q.Grace
	p.Calling += q.Calling
	p.Watching += q.Watching
	p.Unpaid += q.Unpaid
}

// reportProgress calls report, if there is one, every five seconds until the run is over.
func reportProgress(report func(Progress), loops []*loop, over <-chan struct{}) {
	if report == nil {
		<-over
		return
	}
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-over:
			return
		case <-ticker.C:
		}
		var sum Progress
		for _, l := range loops {
			if stand := l.stand.Load(); stand != nil {
				sum.add(stand)
			}
		}
		report(sum)
	}
}
