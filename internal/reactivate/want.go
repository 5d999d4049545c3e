package reactivate

import "time"

// claim is what a request allows for its rows. A higher claim allows more.
type claim int8

const (
	claimWatch claim = iota // one look; nothing is called
	claimDry                // one look that says what would be called
	claimLook               // one look; the next sweep calls what is still overdue then
	claimGrace              // called after the platform's grace
	claimNow                // called at once
)

// want is what requests ask of one instance.
type want struct {
	claim   claim
	person  bool          // a person asks: an instance that fell back is called once more
	hopeful bool          // a billing event asks: money may be on its way
	force   bool          // lifts VerdictNotOverdue
	wait    time.Duration // how long to watch for Running
}

// wants is what one request asks of each of its instances.
func (p *Policy) wants(req *Request) want {
	w := want{
		claim: p.claim(req), person: req.Standing == StandingPerson, hopeful: req.Source == SourceBilling, force: req.Force, wait: p.Wait,
	}
	if req.Wait != nil {
		w.wait = *req.Wait
	}
	return w
}

func (p *Policy) claim(req *Request) claim {
	switch {
	case req.Watch > 0:
		return claimWatch
	case req.DryRun || p.DryRun:
		return claimDry
	case p.Grace <= 0 || req.Standing == StandingPerson || req.Standing == StandingFresh:
		return claimNow
	case req.Standing == StandingLook:
		return claimLook
	}
	return claimGrace
}

// calls tells whether the claim may end in a call.
func (c claim) calls() bool { return c >= claimGrace }

// and joins what two requests ask for. If one allows more than the other, it counts alone. If they allow the same, or both allow a call,
// the more permissive value of each field counts.
func (w want) and(v want) want {
	switch a, b := min(w.claim, claimGrace), min(v.claim, claimGrace); {
	case a > b:
		return w
	case a < b:
		return v
	}
	return want{
		claim: max(w.claim, v.claim), person: w.person || v.person, hopeful: w.hopeful || v.hopeful, force: w.force || v.force, wait: max(w.wait, v.wait),
	}
}

// asked is a request as one account's run sees it.
type asked struct {
	*Request
	index int32 // among the run's requests
	want  want
}

// sweeps tells whether the request is about every overdue instance of its regions.
func (r *Request) sweeps() bool { return r.Sweep || r.Watch > 0 }
