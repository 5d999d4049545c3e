package reactivate

import "time"

// Source is the event source of a request: the innermost event's. A CloudMonitor event inside an MNS message inside an HTTP request
// is CloudMonitor.
type Source string

const (
	SourceManual       Source = "manual"       // a bare request that a person sent
	SourceHTTP         Source = "http"         // a bare request through the HTTP trigger
	SourceTimer        Source = "timer"        // the timer trigger
	SourceBilling      Source = "billing"      // a custom event: a recharge, or named instances
	SourceCloudMonitor Source = "cloudmonitor" // a system event or a metric alarm
	SourceEventBridge  Source = "eventbridge"  // an official EventBridge event
	SourceQueue        Source = "queue"        // a bare request in a message of a queue or topic, or in an array
)

// Standing says how soon a request may act, by who sent it and how old it is.
type Standing int8

const (
	StandingOther  Standing = iota // sweeps, billing events, timers, queues: the platform goes first
	StandingPerson                 // manual or http: served at once
	StandingFresh                  // an event of ECS itself, at most 10 minutes old: served at once
	StandingLook                   // an older one, or a metric alarm: one look, and the next sweep does the rest
)

// Request is what one event asks for: to look at instances, and to reactivate those that are
// overdue. It names instances, asks for a sweep, or is a watch: exactly one of the three.
type Request struct {
	InstanceIDs []string       // ids that passed ValidInstanceID, each once; empty for a sweep and a watch
	Sweep       bool           // every overdue instance of the regions
	Watch       time.Duration  // the interval whose news a watch reports; 0: not a watch. A watch calls nothing
	At          time.Time      // when a watch takes place, by its timer; zero: by the clock
	Standing    Standing       // how soon it may act; a watch only looks, whatever this says
	RegionIDs   []string       // regions that passed ValidRegionID, each once; empty means the configured ones
	AccountID   string         // "" means the function's own for ids, every configured account for a sweep
	DryRun      bool           // judge and report, change nothing
	Force       bool           // lifts VerdictNotOverdue; only with ids, only from SourceManual and SourceHTTP
	Wait        *time.Duration // how long to watch for Running; nil means as configured
	Notify      string         // "changes", "problems" or "always": whether a message is sent about the run; "" means as configured
	Source      Source         // the innermost event's
	EventID     string         // that event's id; "" if it has none
}

// MaxInstanceIDs is how many instances one request may name.
const MaxInstanceIDs = 1000
