package fakecloud

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// api is one operation.
type api struct {
	version    string
	name       string // case-sensitive
	permission string // RAM action; "": it needs none
	params     string // the parameters that it knows besides the common ones, without what follows a dot
	run        func(*call) (any, *Error)
}

// The versions of the services.
const (
	ecsVersion       = "2014-05-26"
	stsVersion       = "2015-04-01"
	directoryVersion = "2022-04-19"
	billingVersion   = "2017-12-14"
	monitorVersion   = "2019-01-01"
	functionVersion  = "2023-03-30" // of Function Compute
	logVersion       = "0.6.0"      // of Simple Log Service
)

// Lists of parameters.
const (
	commonParams = " AccessKeyId Action Format RegionId SecurityToken Timestamp Version" +
		" Signature SignatureMethod SignatureNonce SignatureType SignatureVersion"
	byToken        = " MaxResults NextToken" // the two ways of paging
	byNumber       = " PageNumber PageSize"
	instanceParams = "InstanceIds Status InstanceChargeType LockReason DryRun" + byToken + byNumber
	historyParams  = "InstanceEventType InstanceEventCycleStatus ResourceId" + byToken
	folderParams   = "ParentFolderId" + byNumber
)

// apis are the operations that the fake serves.
var apis = []api{
	{ecsVersion, "DescribeInstances", "ecs:DescribeInstances", instanceParams, (*call).describeInstances},
	{ecsVersion, "DescribeInstanceHistoryEvents", "ecs:DescribeInstanceHistoryEvents", historyParams, (*call).describeHistory},
	{ecsVersion, "DescribeRegions", "ecs:DescribeRegions", "", (*call).describeRegions},
	{ecsVersion, "ReActivateInstances", "ecs:ReActivateInstances", "InstanceId", (*call).reactivateInstances},
	{stsVersion, "AssumeRole", "sts:AssumeRole", "RoleArn RoleSessionName DurationSeconds", (*call).assumeRole},
	{stsVersion, "GetCallerIdentity", "", "", (*call).getCallerIdentity},
	{directoryVersion, "ListAccounts", "resourcemanager:ListAccounts", byNumber, (*call).listAccounts},
	{directoryVersion, "ListAccountsForParent", "resourcemanager:ListAccountsForParent", folderParams, (*call).listAccounts},
	{directoryVersion, "ListFoldersForParent", "resourcemanager:ListFoldersForParent", folderParams, (*call).listFoldersForParent},
	{billingVersion, "QueryAccountBalance", "bss:DescribeAcccount", "", (*call).queryBalance}, // the vendor's spelling
	{monitorVersion, "PutCustomEvent", "cms:PutCustomEvent", "EventInfo", (*call).putCustomEvent},
	{functionVersion, "GetFunction", "fc:GetFunction", "", (*call).getFunction},
	{functionVersion, "ListTriggers", "fc:ListTriggers", "", (*call).listTriggers},
	{logVersion, "ListAlerts", "log:ListAlerts", "", (*call).listAlerts},
	{logVersion, "GetDashboard", "log:GetDashboard", "", (*call).getDashboard},
	{logVersion, "GetResourceRecord", "log:GetResourceRecord", "", (*call).getResourceRecord},
}

// call is one call under way.
type call struct {
	*Cloud
	*Call // its record
	q     *request
	key   *key
	at    time.Duration // since the first use
	stale time.Duration // how old the state is that a describe shows
	act   FaultAct      // what goes wrong; Fault is its kind, "": nothing
	retry time.Duration // x-acs-retry-after of a throttled call; 0: no header
}

// Call is the record of an API call. It holds no secrets.
type Call struct {
	Time        time.Time // of its arrival
	Action      string
	AccountID   string   // whose credentials signed it; "": refused before that was known
	Caller      string   // ARN of the user, role or session that signed it
	RegionID    string   // "" for other services than ECS
	InstanceIDs []string // that it names
	Status      int      // HTTP status of the answer; 0: no answer, or not yet
	Code        string   // of the error; "": a success, or an answer that is not of the API
	Fault       FaultKind
	RequestID   string
	Done        bool // it was carried out, whatever the client saw
}

// Calls are the API calls in the order of their arrival.
func (c *Cloud) Calls() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Call, len(c.calls))
	for i, made := range c.calls {
		all[i] = *made
	}
	return all
}

// ServeHTTP answers one API call. A fault that cuts the connection hijacks it.
// Where that is impossible, as with a test's recorder, it panics with
// http.ErrAbortHandler.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", c.Now().UTC().Format(http.TimeFormat))
	k, apiErr := c.receive(r)
	a := k.decide(r.Context(), apiErr)
	k.finish(a)
	k.send(w, r, a)
}

// receive records a request, authenticates it, and picks its fault or throttling.
func (c *Cloud) receive(r *http.Request) (*call, *Error) {
	q, apiErr := parseRequest(r)
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	k := &call{Cloud: c, Call: &Call{Time: now, Action: q.action, RequestID: c.newRequestID()}, q: q}
	c.calls = append(c.calls, k.Call)
	if apiErr != nil {
		return k, apiErr
	}
	k.at = c.since(now)
	if q.version == ecsVersion {
		// One address stands for the endpoints of all regions. Without RegionId the first region is meant.
		k.RegionID = cmp.Or(q.params.Get("RegionId"), c.fleet.Regions[0])
		k.InstanceIDs = namedInstances(q)
	}
	if apiErr = k.authenticate(); apiErr != nil {
		return k, apiErr
	}
	k.AccountID, k.Caller = k.key.account.ID, k.key.caller()
	k.act = k.nextFault()
	if k.Fault = k.act.Kind; k.Fault != "" {
		return k, nil
	}
	return k, k.throttle()
}

// decide returns the answer to a call. With an error it is a refusal.
func (k *call) decide(ctx context.Context, apiErr *Error) answer {
	switch {
	case apiErr != nil:
		return k.refuse(apiErr)
	case !k.delay(ctx):
		return answer{} // the client is gone
	case !k.Fault.carriesOut():
		return k.misbehave()
	}
	body, apiErr := k.carryOut()
	switch {
	case k.Fault == Lost:
		return answer{done: apiErr == nil}
	case apiErr != nil:
		return k.refuse(apiErr)
	}
	a := k.respond(http.StatusOK, body)
	a.done = true
	return a
}

// carryOut does what the call asks for.
func (k *call) carryOut() (any, *Error) {
	now := k.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at = k.since(now)
	k.advance(k.at)
	if k.Fault == Stale {
		k.stale = k.act.Age.or(5 * time.Second)
	}
	if k.q.version == ecsVersion && !slices.Contains(k.fleet.Regions, k.RegionID) {
		return nil, apiError("InvalidRegionId.NotFound")
	}
	if e := k.denied(); e != nil && !k.hidesDenial() {
		return nil, e
	}
	if e := k.unsupported(); e != nil {
		return nil, e
	}
	return k.q.api.run(k)
}

// denied is the refusal of a call that the caller's policy denies; nil: it is allowed.
func (k *call) denied() *Error {
	switch {
	case k.q.api.permission == "" || k.key.may(k.q.api.permission):
		return nil
	case k.q.version == ecsVersion:
		return apiError("Forbidden.RAM")
	case k.q.version == billingVersion:
		return apiError("NotAuthorized")
	}
	return apiError("NoPermission")
}

// unsupported refuses a parameter that the fake does not know of the operation: to ignore a filter would show the wrong instances.
func (k *call) unsupported() *Error {
	known := strings.Fields(k.q.api.params + commonParams)
	for name := range k.q.params {
		if base, _, _ := strings.Cut(name, "."); k.q.params.Get(name) != "" && !slices.Contains(known, base) {
			return &Error{Code: "FakeCloud.Unsupported", Status: 400, Message: "This fake does not know the parameter " + name + "."}
		}
	}
	return nil
}

// namedInstances are the ids that a request names. They are nil for a malformed
// list, which the operation refuses later.
func namedInstances(q *request) []string {
	if id := q.params.Get("InstanceId"); id != "" {
		return []string{id}
	}
	var ids []string
	if json.Unmarshal([]byte(q.params.Get("InstanceIds")), &ids) != nil {
		return nil
	}
	return ids
}

// finish records the answer.
func (k *call) finish(a answer) {
	k.mu.Lock()
	k.Status, k.Code, k.Done = a.status, a.code, a.done
	record := *k.Call
	k.mu.Unlock()
	if k.OnCall != nil {
		k.OnCall(record)
	}
}

// delay waits for the fleet's latency. It returns false if the client gave up.
func (k *call) delay(ctx context.Context) bool {
	for _, l := range k.fleet.Latency {
		if l.Action != "*" && l.Action != k.Action {
			continue
		}
		return wait(ctx, time.Duration(l.Takes))
	}
	return true
}

// wait returns false if the client gives up first.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
