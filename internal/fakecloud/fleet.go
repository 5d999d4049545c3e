package fakecloud

import _ "embed"

// Fleet is the fleet file: accounts, instances and misbehaviour. It is written
// as JSON, durations as Go writes them ("1.5s", "48h"). Times are counted from
// the fleet's first use: its first API call.
type Fleet struct {
	Comment   string     `json:"comment,omitempty"`
	Regions   []string   `json:"regions,omitempty"`   // all that exist; nil: five common ones, and those that instances name
	Accounts  []Account  `json:"accounts,omitempty"`  // nil: one settled account, 1234567890123456
	Instances []Instance `json:"instances,omitempty"` // nil: none
	Directory *Directory `json:"directory,omitempty"` // nil: the accounts are in no resource directory
	LifeCycle LifeCycle  `json:"lifeCycle,omitzero"`

	Deployment *Deployment `json:"deployment,omitempty"` // nil: no function is deployed
	// StartTakes is how long Starting lasts; 0: 5 s. The real one takes about
	// 10 minutes: https://github.com/AlibabaCloudDocs/ecs (reactivate an instance).
	StartTakes     Duration       `json:"startTakes,omitzero"`
	ClockAhead     Duration       `json:"clockAhead,omitzero"`      // how far the cloud's clock is ahead of this machine's; the Date of an answer shows it
	DeniedDescribe DeniedDescribe `json:"deniedDescribe,omitempty"` // "": DeniedEmpty
	Quotas         []Quota        `json:"quotas,omitempty"`
	Latency        []Latency      `json:"latency,omitempty"`
	Faults         []Fault        `json:"faults,omitempty"`
	// Seed picks the faults that happen by chance. The same seed and the same
	// calls give the same faults, whatever the order in which calls for different
	// instances arrive.
	Seed uint64 `json:"seed,omitempty"`
}

// DeniedDescribe is an answer to a DescribeInstances without the permission.
// Alibaba Cloud announced that DeniedForbidden replaces DeniedEmpty on
// 2025-12-20. A client has to understand both.
// Source: https://www.alibabacloud.com/help/en/ecs/announcement-of-changes-to-the-authentication-mechanism-for-alibaba-cloud-ecs-query-type-apis
type DeniedDescribe string

// The answers.
const (
	DeniedEmpty     DeniedDescribe = "empty"     // 200 and no instances; only a dry run is refused
	DeniedForbidden DeniedDescribe = "forbidden" // 403 Forbidden.RAM
)

// LifeCycle is how long the steps of the overdue life cycle take.
// Source: https://help.aliyun.com/zh/ecs/overdue-payments
type LifeCycle struct {
	RestoreAfter Duration `json:"restoreAfter,omitzero"` // from settlement until the platform starts instances again; 0: 1m. The real delay is not public
	// StopNotice is how long before its time a stop was announced; StopTakes is how long after that time it was done.
	StopNotice Duration `json:"stopNotice,omitzero"`
	StopTakes  Duration `json:"stopTakes,omitzero"`
}

// Site is the Alibaba Cloud site of an account; it decides the balance rule.
type Site string

// The sites.
const (
	China         Site = "china"         // a balance of at least CNY 100
	International Site = "international" // nothing owed
)

// Account is an Alibaba Cloud account.
type Account struct {
	Comment string `json:"comment,omitempty"`
	ID      string `json:"id"` // digits
	Site    Site   `json:"site,omitempty"`

	Balance      *float64    `json:"balance,omitempty"`      // cash in CNY, below 0 in arrears; absent: 1000
	BalanceShows string      `json:"balanceShows,omitempty"` // what QueryAccountBalance shows; "": the balance
	FallsAfter   Duration    `json:"fallsAfter,omitzero"`    // when arrears begin; 0: never
	SettlesAfter Duration    `json:"settlesAfter,omitzero"`  // when they are paid; 0: never
	AccessKeys   []AccessKey `json:"accessKeys,omitempty"`   // nil: one, see Cloud.Credentials
	Roles        []Role      `json:"roles,omitempty"`
}

// AccessKey is a key that a caller signs with.
type AccessKey struct {
	ID           string   `json:"id"`
	Secret       string   `json:"secret"`
	Token        string   `json:"token,omitempty"`       // STS token that a request must carry; "": none, since the key is long-lived
	Principal    string   `json:"principal,omitempty"`   // ARN of its owner; "": role/function of a key with a token, else user/operator
	ExpiresAfter Duration `json:"expiresAfter,omitzero"` // 0: never
	Disabled     bool     `json:"disabled,omitempty"`
	Deny         []string `json:"deny,omitempty"` // RAM actions such as "ecs:ReActivateInstances" or "ecs:*"
}

// Role is a RAM role. AssumeRole opens sessions of it.
type Role struct {
	ARN     string   `json:"arn"`     // acs:ram::<this account>:role/<name>
	Trusted []string `json:"trusted"` // principals that may assume it: a role or user, or acs:ram::<account>:root for all of an account
	Deny    []string `json:"deny,omitempty"`

	RevokedAfter Duration `json:"revokedAfter,omitzero"` // when a session ends, in spite of the expiry in its answer; 0: at that expiry
}

// Status is an instance's status as the API shows it.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type Status string

// The statuses. The console's Expired and Locked are all Stopped here.
const (
	Pending  Status = "Pending"
	Starting Status = "Starting"
	Running  Status = "Running"
	Stopping Status = "Stopping"
	Stopped  Status = "Stopped"
)

// ChargeType is how an instance is paid for.
type ChargeType string

// The charge types.
const (
	PostPaid ChargeType = "PostPaid" // pay-as-you-go
	PrePaid  ChargeType = "PrePaid"  // subscription
)

// Instance is one entry of the fleet: an instance, or Count of them.
type Instance struct {
	Comment string `json:"comment,omitempty"`
	ID      string `json:"id"`              // i- and 8 to 32 lower-case letters or digits; {n} is the number, padded so that 20 follow the dash
	Name    string `json:"name,omitempty"`  // {n} is the number
	Count   int    `json:"count,omitempty"` // 0 and 1: one instance
	Account string `json:"account,omitempty"`
	Region  string `json:"region"`

	Status     Status            `json:"status,omitempty"` // "": Stopped if it has locks, else Running
	Locks      []string          `json:"locks,omitempty"`
	ChargeType ChargeType        `json:"chargeType,omitempty"` // "": PostPaid
	Tags       map[string]string `json:"tags,omitempty"`       // the system's too, such as acs:autoscaling:scalingGroupId

	OwnerStopped bool      `json:"ownerStopped,omitempty"` // before the arrears, so that the platform restores it to stopped and unlocked
	OverdueFor   Duration  `json:"overdueFor,omitzero"`    // how long ago arrears stopped it; 0: 1h. Only with the lock financial
	Events       Events    `json:"events,omitempty"`       // that tell of its arrears; "": of its stop and of its release
	StartTakes   Duration  `json:"startTakes,omitzero"`    // 0: the fleet's
	StartFails   *Error    `json:"startFails,omitempty"`
	StartedAgo   Duration  `json:"startedAgo,omitzero"` // how long before the first use it was last started; 0: when it was created
	FallsBack    FallsBack `json:"fallsBack,omitzero"`
	Platform     Platform  `json:"platform,omitzero"`
	Then         Then      `json:"then,omitzero"`
}

// Platform is what Alibaba Cloud itself does with an overdue instance.
// Source: https://www.alibabacloud.com/en/notice/ecs0406
type Platform struct {
	After Duration `json:"after,omitzero"`  // counted from the first use it is brought back; 0: not before the account is settled
	Fails bool     `json:"fails,omitempty"` // it is not brought back after a settlement either
}

// FallsBack stops an instance again after each start, as happens where an encrypted disk has lost its key.
type FallsBack struct {
	After Duration `json:"after,omitzero"`  // counted from the start; less than StartTakes: it never runs. 0: it stays
	Locks []string `json:"locks,omitempty"` // its locks from then on
}

// Then ends a passing status: Pending, Starting or Stopping.
type Then struct {
	After  Duration `json:"after,omitzero"`   // counted from the first use; 0: it never ends
	Status Status   `json:"status,omitempty"` // "": Running after Starting, else Stopped
}

// Quota limits an API. It is kept for each account, region and API, as
// https://help.aliyun.com/zh/ecs/developer-reference/api-throttling says.
// Exactly one of Rate and PerMinute is set; the numbers of the real quotas are
// not public.
type Quota struct {
	Action    string  `json:"action"`              // an API, or "*" for each of them
	Rate      float64 `json:"rate,omitempty"`      // token bucket: calls a second
	Burst     int     `json:"burst,omitempty"`     // token bucket: its size; 0: 1
	PerMinute int     `json:"perMinute,omitempty"` // window: calls in each minute of the clock

	RetryAfter bool `json:"retryAfter,omitempty"` // sends the header x-acs-retry-after, in milliseconds
}

// Latency delays answers.
type Latency struct {
	Action string   `json:"action"` // an API, or "*"; the first entry that fits counts
	Takes  Duration `json:"takes,omitzero"`
}

// Fault makes calls go wrong. Of several that fit a call, the first that is
// not used up happens.
type Fault struct {
	Comment  string   `json:"comment,omitempty"`
	Action   string   `json:"action"`             // an API, or "*"
	Region   string   `json:"region,omitempty"`   // "": any
	Instance string   `json:"instance,omitempty"` // whose id the call names; "": any call
	After    int      `json:"after,omitempty"`    // how many fitting calls succeed first
	Count    int      `json:"count,omitempty"`    // how often it happens; 0: once
	Always   bool     `json:"always,omitempty"`   // instead of Count
	Chance   float64  `json:"chance,omitempty"`   // that it happens to a fitting call, up to 1; 0: certain
	Fault    FaultAct `json:"fault"`
}

// FaultKind is a way to go wrong.
type FaultKind string

// The faults. Only Lost, SlowBody and Stale carry the call out.
const (
	ErrorAnswer FaultKind = "error"        // an ECS error
	HTML502     FaultKind = "html502"      // a proxy's page with status 502
	Empty503    FaultKind = "empty503"     // status 503, no body
	Empty200    FaultKind = "empty200"     // status 200, no body
	Empty500    FaultKind = "empty500json" // status 500, the body {}
	Reset       FaultKind = "reset"        // the connection is reset before the call is done
	Hang        FaultKind = "hang"         // no answer until the client gives up
	Lost        FaultKind = "lost"         // the call is done, then the connection is reset
	SlowBody    FaultKind = "slowBody"     // the answer trickles in over Takes
	Stale       FaultKind = "stale"        // a describe shows the state of Age ago
	OtherAnswer FaultKind = "answer"       // a success with Body instead of the real one
)

// FaultAct is what happens. In the file it is a kind ("html502"), an error
// code ("Throttling.User"), or an object with these fields.
type FaultAct struct {
	Kind  FaultKind      `json:"kind,omitempty"` // "": error
	Error                // of the kind error
	Takes Duration       `json:"takes,omitzero"` // of slowBody; 0: 5s
	Age   Duration       `json:"age,omitzero"`   // of stale; 0: 5s
	Body  map[string]any `json:"body,omitempty"` // of answer; it is given a RequestId
}

//go:embed demo.json
var demoJSON []byte

// Demo is the built-in fleet. It has an instance for each case that the
// function distinguishes. docs/fake-cloud.md describes it.
func Demo() Fleet {
	f, err := ParseFleet(demoJSON)
	if err != nil {
		panic("fakecloud: the built-in fleet: " + err.Error()) // a test parses it
	}
	return f
}
