package reactivate

import (
	"time"

	"reactivate/internal/cloud"
)

// Outcome is what became of one instance.
type Outcome string

const (
	OutcomeReactivated     Outcome = "reactivated"      // ECS took our call, and the instance was seen Running
	OutcomeAccepted        Outcome = "accepted"         // ECS took our call; not seen Running before the time was up
	OutcomeRecovered       Outcome = "recovered"        // overdue at our first look, and back although ECS took no call of ours
	OutcomePlanned         Outcome = "planned"          // dry run: would be called
	OutcomeSkipped         Outcome = "skipped"          // the verdict is not Reactivate
	OutcomeAwaitingPayment Outcome = "awaiting-payment" // ECS wants money first
	OutcomeDeferred        Outcome = "deferred"         // left to the next sweep, or not finished in time: see Reason
	OutcomeFailed          Outcome = "failed"           // see the error
)

// Outcomes are all outcomes, in the order of summaries and messages.
var Outcomes = []Outcome{OutcomeReactivated, OutcomeAccepted, OutcomeRecovered, OutcomePlanned, OutcomeSkipped, OutcomeAwaitingPayment, OutcomeDeferred, OutcomeFailed}

// Report is what a run did, as Function Compute and every other client gets it.
type Report struct {
	RequestID string          `json:"requestId"` // the invocation's; the edge sets it
	Source    Source          `json:"source"`    // of the first asking element; the edge sets it
	EventID   string          `json:"eventId"`   // likewise
	DryRun    bool            `json:"dryRun"`    // nothing could be called
	Ignored   string          `json:"ignored"`   // why a valid event asks for nothing; "" otherwise; the edge sets it
	Regions   []string        `json:"regions"`   // looked at, or tried to
	Counts    map[Outcome]int `json:"counts"`    // zeros left out
	Balances  []cloud.Balance `json:"balances"`  // of the accounts whose balance was read
	Errors    []RegionError   `json:"errors"`    // what could not be looked at
	Results   []Result        `json:"results"`   // one row per instance

	Cut int `json:"cut,omitempty"` // how many rows the answer leaves out: the log has them all

	ConfiguredDryRun bool          `json:"-"` // the policy is a dry run, so nothing is called until somebody goes live
	Warnings         []RegionError `json:"-"` // errors that stopped nothing: for the log
}

// RegionError is a region, or with RegionID "" a whole account, that could not be looked at.
type RegionError struct {
	AccountID   string       `json:"accountId"`
	AccountName string       `json:"accountName,omitempty"` // the resource directory's; "" if it is not known
	RegionID    string       `json:"regionId"`
	Err         *cloud.Error `json:"error"`
}

// Result is one instance's row.
type Result struct {
	InstanceID   string       `json:"instanceId"`
	AccountID    string       `json:"accountId"`
	AccountName  string       `json:"accountName,omitempty"` // the resource directory's; "" if it is not known
	RegionID     string       `json:"regionId"`              // "" if it was found nowhere
	Name         string       `json:"name"`
	Verdict      Verdict      `json:"verdict"`
	Outcome      Outcome      `json:"outcome"`
	Before       cloud.Status `json:"before"`          // at the first look; "" if it was not seen
	After        cloud.Status `json:"after"`           // at the last look
	Attempts     int          `json:"attempts"`        // calls of ReActivateInstances that were not throttled
	RequestID    string       `json:"requestId"`       // of the call that ECS took; "" if none
	Advice       string       `json:"advice"`          // what a person does next; "" if nothing; the edge sets it
	StoppedAt    Timestamp    `json:"stoppedAt"`       // when ECS stopped it for arrears; zero: not known
	ReleaseAt    Timestamp    `json:"releaseAt"`       // when ECS may release it, of a row that is still overdue; zero: not known
	ReleaseBasis ReleaseBasis `json:"releaseBasis"`    // how that is known
	ScalingGroup string       `json:"scalingGroup"`    // the scaling group that it belongs to; "" for none
	IPBefore     string       `json:"publicIpBefore"`  // of a row that came back with another public address, or without one; else ""
	IPAfter      string       `json:"publicIpAfter"`   // likewise; "" if it gave its address back
	Err          *cloud.Error `json:"error,omitempty"` // the last refusal, if that is how it ended

	Reason Reason `json:"-"` // why it was not called; its advice depends on it
}

// ReleaseBasis says how the time of an instance's release is known.
type ReleaseBasis string

const (
	ReleaseUnknown      ReleaseBasis = ""              // it is not known
	ReleaseEvent        ReleaseBasis = "event"         // by the platform's own release event
	ReleaseStop         ReleaseBasis = "stop"          // by its stop event: ReleaseAfter later
	ReleaseScalingGroup ReleaseBasis = "scaling-group" // Auto Scaling may release it at any time
)

// Reason says why a row was not called, if neither its verdict nor its error does.
type Reason int8

const (
	ReasonNone       Reason = iota
	ReasonTimeUp            // the time was up
	ReasonNoGrace           // its grace does not fit into the run's time: the next sweep takes it up
	ReasonLook              // an old event or a metric alarm: the next sweep takes it up
	ReasonWatch             // a watch calls nothing
	ReasonDryRun            // the configuration is a dry run, which no request lifts
	ReasonOverCap           // of a planned row: more are planned than the cap allows
	ReasonNotOverdue        // of a skipped row: it is not overdue
)

// OnPurpose tells whether a deferred row was left to the next sweep on purpose. Another delivery of the same event would leave it too.
func (r Reason) OnPurpose() bool { return r == ReasonNoGrace || r == ReasonLook || r == ReasonWatch }

// Changed tells whether the instance came back, or was called.
func (r *Result) Changed() bool {
	return r.Outcome == OutcomeReactivated || r.Outcome == OutcomeAccepted || r.Outcome == OutcomeRecovered
}

// Stuck tells whether the instance is overdue and not coming back, as far as this run can tell: a person is needed, or money,
// or another run.
func (r *Result) Stuck() bool {
	switch r.Outcome {
	case OutcomeAwaitingPayment, OutcomeFailed, OutcomeDeferred:
		return true
	case OutcomeSkipped:
		kept := r.Verdict == VerdictSecurityLocked || r.Verdict == VerdictLocked || r.Verdict == VerdictExcluded
		return kept && r.Reason != ReasonNotOverdue || r.Verdict == VerdictOverLimit
	case OutcomeReactivated, OutcomeAccepted, OutcomeRecovered, OutcomePlanned:
	}
	return false
}

// DaysLeft returns how many whole days are left until the instance may be released, rounded down, 0 for today and for what is
// past; known is false if the time of its release is not known.
func (r *Result) DaysLeft(now time.Time) (days int, known bool) {
	if r.ReleaseAt.IsZero() {
		return 0, false
	}
	return max(0, int(r.ReleaseAt.Sub(now)/(24*time.Hour))), true
}
