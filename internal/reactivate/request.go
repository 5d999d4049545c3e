package reactivate

import (
	"strings"
	"time"
)

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

// The three checks below are written by hand: as regular expressions they would be compiled at each cold start, for longer than
// a first event takes to decode.

// ValidInstanceID tells whether id can be an ECS instance's: "i-" and 8 to 32 lower-case letters or digits, or, for
// the oldest instances, "AY" and 10 to 30. An id that fails never reaches ECS.
// https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-resources
func ValidInstanceID(id string) bool {
	if rest, found := strings.CutPrefix(id, "i-"); found {
		return consists(rest, 8, 32, lowerOrDigit)
	}
	rest, found := strings.CutPrefix(id, "AY")
	return found && consists(rest, 10, 30, lowerOrDigit)
}

// ValidRegionID tells whether id can be a region's: two lower-case letters, then parts of lower-case letters and digits, each
// behind a hyphen, at most 32 in all. The check protects the role's token: the region becomes part of the host name to which the
// token is sent.
func ValidRegionID(id string) bool {
	country, parts, found := strings.Cut(id, "-")
	if !found || len(id) > maxRegionID || !consists(country, 2, 2, lower) {
		return false
	}
	for part := range strings.SplitSeq(parts, "-") {
		if !consists(part, 1, maxRegionID, lowerOrDigit) {
			return false
		}
	}
	return true
}

// ValidAccountID tells whether id is an account's number. The vendor's examples are masked with asterisks, and are not valid.
func ValidAccountID(id string) bool { return consists(id, 1, 32, digit) }

const maxRegionID = 32

// consists tells whether text has low to high bytes, all of one kind.
func consists(text string, low, high int, kind func(byte) bool) bool {
	if len(text) < low || len(text) > high {
		return false
	}
	for i := range len(text) {
		if !kind(text[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) bool        { return 'a' <= c && c <= 'z' }
func digit(c byte) bool        { return '0' <= c && c <= '9' }
func lowerOrDigit(c byte) bool { return lower(c) || digit(c) }
