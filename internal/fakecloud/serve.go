package fakecloud

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// api is one operation.
type api struct {
	version    string
	name       string // case-sensitive
	permission string // RAM action
	run        func(*call) (any, *Error)
}

// apis are all that are served.
var apis = []api{
	{ecsVersion, "DescribeInstances", "ecs:DescribeInstances", (*call).describeInstances},
	{ecsVersion, "DescribeInstanceHistoryEvents", "ecs:DescribeInstanceHistoryEvents", (*call).describeHistory},
	{ecsVersion, "DescribeRegions", "ecs:DescribeRegions", (*call).describeRegions},
	{ecsVersion, "ReActivateInstances", "ecs:ReActivateInstances", (*call).reactivateInstances},
	{monitorVersion, "PutCustomEvent", "cms:PutCustomEvent", (*call).putCustomEvent},
	{stsVersion, "AssumeRole", "sts:AssumeRole", (*call).assumeRole},
	{stsVersion, "GetCallerIdentity", "sts:GetCallerIdentity", (*call).getCallerIdentity},
	{directoryVersion, "ListAccounts", "resourcemanager:ListAccounts", (*call).listAccounts},
	{directoryVersion, "ListAccountsForParent", "resourcemanager:ListAccountsForParent", (*call).listAccountsForParent},
	{directoryVersion, "ListFoldersForParent", "resourcemanager:ListFoldersForParent", (*call).listFoldersForParent},
	{billingVersion, "QueryAccountBalance", "bss:DescribeAcccount", (*call).queryBalance}, // so spelt
	{functionVersion, "GetFunction", "fc:GetFunction", (*call).getFunction},
	{functionVersion, "ListTriggers", "fc:ListTriggers", (*call).listTriggers},
	{logVersion, "ListAlerts", "log:ListAlerts", (*call).listAlerts},
	{logVersion, "GetDashboard", "log:GetDashboard", (*call).getDashboard},
	{logVersion, "GetResourceRecord", "log:GetResourceRecord", (*call).getResourceRecord},
}

// apiOf is nil for an operation that is not served.
func apiOf(version, name string) *api {
	if i := slices.IndexFunc(apis, func(a api) bool { return a.version == version && a.name == name }); i >= 0 {
		return &apis[i]
	}
	return nil
}

// call is one call under way.
type call struct {
	*Cloud
	q      *request
	api    *api
	key    *key
	now    time.Time
	at     time.Duration // since the first use
	region string
	ids    []string
	stale  time.Duration // how old the state is that a describe shows
	id     string        // of the request
	record *Call
	fault  *FaultAct     // nil: none
	retry  time.Duration // x-acs-retry-after of a throttled call; 0: no header
}

// Call is the record of an API call. It holds no secret.
type Call struct {
	Time        time.Time // of its arrival
	Action      string
	AccountID   string   // whose credentials signed it; "": refused before that was known
	Caller      string   // ARN of the user, role or session that signed it
	RegionID    string   // "" for all APIs but that of ECS
	InstanceIDs []string // that it names
	Status      int      // HTTP status of the answer; 0: none, yet or ever
	Code        string   // of the error; "": a success, or an answer that is not of the API
	Fault       FaultKind
	RequestID   string
	Done        bool // it was carried out, whatever the client saw
}

// Calls are the API calls in the order of their arrival.
func (c *Cloud) Calls() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := make([]Call, len(c.calls))
	for i, made := range c.calls {
		calls[i] = *made
	}
	return calls
}

// ServeHTTP answers one API call. A fault that cuts the connection hijacks it;
// where that cannot be done, such as in a test's recorder, it panics with
// http.ErrAbortHandler, as handlers do that abort.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", c.Now().UTC().Format(http.TimeFormat))
	q, apiErr := parseRequest(r)
	k, apiErr := c.receive(q, apiErr)
	if apiErr != nil {
		k.finish(apiErr.Status, apiErr.Code, false)
		k.writeError(w, apiErr)
		return
	}
	if !c.delay(r.Context(), q.action) {
		k.finish(0, "", false) // the client is gone
		return
	}
	if k.fault != nil && !k.fault.carriesOut() {
		k.finish(k.fault.status(), k.fault.Code, false)
		k.misbehave(w, r)
		return
	}
	body, apiErr := k.carryOut()
	if apiErr != nil {
		k.finish(apiErr.Status, apiErr.Code, false)
	} else {
		k.finish(http.StatusOK, "", true)
	}
	switch {
	case k.fault != nil && k.fault.Kind == Lost:
		cutOff(w)
	case apiErr != nil:
		k.writeError(w, apiErr)
	default:
		k.write(w, r, body)
	}
}

// receive records a request, authenticates it, and picks its fault or throttling.
func (c *Cloud) receive(q *request, apiErr *Error) (*call, *Error) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serial++
	k := &call{Cloud: c, q: q, now: now, id: requestID(c.serial)}
	k.record = &Call{Time: now, Action: q.action, RequestID: k.id}
	c.calls = append(c.calls, k.record)
	if apiErr != nil {
		return k, apiErr
	}
	k.at = c.since(now)
	k.api = apiOf(q.version, q.action)
	if q.version == ecsVersion {
		k.region, k.ids = c.regionOf(q), namedInstances(q)
	}
	k.key, apiErr = c.authenticate(q, now)
	if apiErr != nil {
		return k, apiErr
	}
	r := k.record
	r.AccountID, r.Caller, r.RegionID, r.InstanceIDs = k.key.account.id, k.key.arn(), k.region, k.ids
	if k.fault = c.nextFault(k); k.fault != nil {
		r.Fault = k.fault.kind()
		return k, nil
	}
	k.retry, apiErr = c.quotas.take(c.fleet.Quotas, k)
	return k, apiErr
}

// carryOut does what the call asks for.
func (k *call) carryOut() (any, *Error) {
	k.now = k.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at = k.since(k.now)
	k.advance(k.at)
	if k.fault != nil && k.fault.Kind == Stale {
		k.stale = k.fault.Age.or(5 * time.Second)
	}
	if k.q.version == ecsVersion {
		if !slices.Contains(k.regions, k.region) {
			return nil, apiError(codeRegionNotFound)
		}
	}
	return k.api.run(k)
}

// allowed refuses what the caller's policy denies.
func (k *call) allowed() *Error {
	if k.key.may(k.api.permission) {
		return nil
	}
	switch k.q.version {
	case ecsVersion:
		return apiError(codeForbiddenRAM)
	case billingVersion:
		return apiError(codeNotAuthorized)
	}
	return apiError(codeNoPermission)
}

// regionOf is the region that a request names, else the fleet's first: one
// loopback endpoint stands for those of all regions.
func (c *Cloud) regionOf(q *request) string {
	return cmp.Or(q.params.Get("RegionId"), c.regions[0])
}

// namedInstances are the ids that a request names. Of a malformed list it
// returns nil, and the operation refuses the request later.
func namedInstances(q *request) []string {
	if id := q.params.Get("InstanceId"); id != "" {
		return []string{id}
	}
	var ids []string
	if json.Unmarshal([]byte(q.params.Get("InstanceIds")), &ids) == nil {
		return ids
	}
	return nil
}

func (k *call) finish(status int, code string, done bool) {
	k.mu.Lock()
	if k.fault != nil && k.fault.Kind == Lost {
		status = 0
	}
	k.record.Status, k.record.Code, k.record.Done = status, code, done
	told := *k.record
	k.mu.Unlock()
	if k.OnCall != nil {
		k.OnCall(told)
	}
}

// delay waits for the fleet's latency. It returns false if the client gave up.
func (c *Cloud) delay(ctx context.Context, action string) bool {
	for _, l := range c.fleet.Latency {
		if l.Action != "*" && l.Action != action {
			continue
		}
		d := time.Duration(l.Min)
		if l.Spread > 0 {
			c.mu.Lock()
			d += time.Duration(c.random.Int64N(int64(l.Spread)))
			c.mu.Unlock()
		}
		return wait(ctx, d)
	}
	return true
}

func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
