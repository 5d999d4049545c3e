package reactivate

import "time"

// Progress is where a run stands.
type Progress struct {
	Done, Left int     // instances settled, and not yet
	Grace      int     // of those left: the platform goes first
	Calling    int     // their calls are in flight
	Watching   int     // ECS took their call, or they are starting
	Unpaid     int     // they wait for money
	Rate       float64 // calls sent a second, over the last interval
	Throttled  int     // throttled calls so far

	calls int
}

// progressInterval is how often a run says where it stands.
const progressInterval = 5 * time.Second

// progress counts where the account's run stands.
func (a *accountRun) progress(now time.Time) Progress {
	p := Progress{Done: len(a.rows) - a.unsettled, Left: a.unsettled, Calling: a.calling, Throttled: a.throttled, calls: a.calls}
	for _, r := range a.rows {
		switch {
		case r.settled:
		case !r.acceptedAt.IsZero() || r.Verdict == VerdictRunning:
			p.Watching++
		case r.region == nil || r.Verdict != VerdictReactivate:
		case a.arrears != nil:
			p.Unpaid++
		case r.patient && r.lookedAt.Before(a.callableFrom(r, now)):
			p.Grace++
		}
	}
	return p
}

func (p *Progress) add(q Progress) {
	p.Done += q.Done
	p.Left += q.Left
	p.Grace += q.Grace
	p.Calling += q.Calling
	p.Watching += q.Watching
	p.Unpaid += q.Unpaid
	p.Throttled += q.Throttled
	p.calls += q.calls
}

// reportProgress calls report, if there is one, every interval until the run is over.
func reportProgress(report func(Progress), loops []*loop, over <-chan struct{}) {
	if report == nil {
		<-over
		return
	}
	ticker := time.NewTicker(progressInterval)
	defer ticker.Stop()
	for before := 0; ; {
		select {
		case <-over:
			return
		case <-ticker.C:
		}
		var sum Progress
		for _, l := range loops {
			sum.add(l.progress())
		}
		sum.Rate = float64(sum.calls-before) / progressInterval.Seconds()
		before = sum.calls
		report(sum)
	}
}

// progress asks a loop where its account stands, or looks where it stood when it ended.
func (l *loop) progress() Progress {
	if !l.begun.Load() {
		return Progress{}
	}
	answer := make(chan Progress, 1)
	select {
	case l.where <- answer:
		return <-answer
	case <-l.ended:
		return l.account.progress(time.Now())
	}
}
