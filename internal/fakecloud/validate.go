package fakecloud

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

var (
	accountPattern  = regexp.MustCompile(`^[0-9]{4,20}$`)
	regionPattern   = regexp.MustCompile(`^[a-z]{2}(-[a-z0-9]+)+$`)
	instancePattern = regexp.MustCompile(`^i-[a-z0-9]{8,32}$`)
	roleARNPattern  = regexp.MustCompile(`^acs:ram::([0-9]+):role/([A-Za-z0-9.@_-]+)$`)
	principal       = regexp.MustCompile(`^acs:ram::([0-9]+):(root|user/\S+|role/\S+)$`)
	ramAction       = regexp.MustCompile(`^(ecs|sts|resourcemanager|bss|cms|fc|log):(\*|[A-Za-z]+)$`)
)

// maxCount bounds the instances of an entry: a million take a good second and
// some hundred MiB.
const maxCount = 1_000_000

// knownActions are the APIs that the fake serves.
var knownActions = []string{
	"DescribeInstances", "DescribeInstanceHistoryEvents", "DescribeRegions", "ReActivateInstances", "AssumeRole", "GetCallerIdentity",
	"ListAccounts", "ListAccountsForParent", "ListFoldersForParent", "QueryAccountBalance", "PutCustomEvent",
	"GetFunction", "ListTriggers", "ListAlerts", "GetDashboard", "GetResourceRecord",
}

// knownLocks are the documented lock reasons, and financial-recycling, which
// was seen in the field beside financial. The documents write recycling with
// either case.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
var knownLocks = []string{
	lockFinancial, lockFinancialRecycling, "security", "recycling", "Recycling", "dedicatedhostfinancial", "refunded",
}

// validate names the first field that is wrong.
func (f *Fleet) validate() error {
	for i, id := range f.Regions {
		if !regionPattern.MatchString(id) || len(id) > 32 {
			return fmt.Errorf(`regions[%d]: %q is not a region; write one such as "cn-hangzhou"`, i, id)
		}
	}
	if d := f.DeniedDescribe; d != "" && d != DeniedEmpty && d != DeniedForbidden {
		return fmt.Errorf(`deniedDescribe: %q is neither "empty" nor "forbidden"`, d)
	}
	accounts := map[string]bool{}
	keys := map[string]bool{}
	for i := range f.Accounts {
		if err := f.Accounts[i].validate(accounts, keys); err != nil {
			return fmt.Errorf("accounts[%d].%w", i, err)
		}
	}
	if len(f.Accounts) == 0 {
		accounts[defaultAccount] = true
	}
	for i := range f.Instances {
		if err := f.Instances[i].validate(accounts, f.Regions); err != nil {
			return fmt.Errorf("instances[%d].%w", i, err)
		}
	}
	if f.Directory != nil {
		if err := f.Directory.validate(); err != nil {
			return fmt.Errorf("directory.%w", err)
		}
	}
	return f.validateTrouble()
}

func (f *Fleet) validateTrouble() error {
	for i, q := range f.Quotas {
		if err := q.validate(); err != nil {
			return fmt.Errorf("quotas[%d].%w", i, err)
		}
	}
	for i, l := range f.Latency {
		if err := checkAction(l.Action); err != nil {
			return fmt.Errorf("latency[%d].%w", i, err)
		}
	}
	for i := range f.Faults {
		if err := f.Faults[i].validate(); err != nil {
			return fmt.Errorf("faults[%d].%w", i, err)
		}
	}
	return nil
}

func (a *Account) validate(accounts, keys map[string]bool) error {
	switch {
	case !accountPattern.MatchString(a.ID):
		return fmt.Errorf(`id: %q is not an account; write digits such as "1234567890123456"`, a.ID)
	case accounts[a.ID]:
		return fmt.Errorf("id: %s is listed twice", a.ID)
	case a.Site != "" && a.Site != China && a.Site != International:
		return fmt.Errorf(`site: %q is neither "china" nor "international"`, a.Site)
	case a.Vouchers < 0:
		return fmt.Errorf("vouchers: %v is below 0", a.Vouchers)
	case a.SettlesAfter > 0 && a.FallsAfter > 0 && a.SettlesAfter < a.FallsAfter:
		return fmt.Errorf("settlesAfter: is before fallsAfter")
	}
	accounts[a.ID] = true
	for i := range a.AccessKeys {
		if err := a.AccessKeys[i].validate(keys); err != nil {
			return fmt.Errorf("accessKeys[%d].%w", i, err)
		}
	}
	for i := range a.Roles {
		if err := a.Roles[i].validate(a.ID); err != nil {
			return fmt.Errorf("roles[%d].%w", i, err)
		}
	}
	return nil
}

func (k *AccessKey) validate(keys map[string]bool) error {
	switch {
	case k.ID == "":
		return fmt.Errorf("id: is missing")
	case keys[k.ID]:
		return fmt.Errorf("id: the same access key is listed twice")
	case k.Secret == "":
		return fmt.Errorf("secret: is missing")
	case k.Principal != "" && !principal.MatchString(k.Principal):
		return fmt.Errorf(`principal: %q is not one; write it like "acs:ram::1234567890123456:role/function"`, k.Principal)
	}
	keys[k.ID] = true
	return checkDeny(k.Deny)
}

func (r *Role) validate(account string) error {
	m := roleARNPattern.FindStringSubmatch(r.ARN)
	if m == nil || m[1] != account {
		return fmt.Errorf(`arn: %q is not a role of this account; write it like "acs:ram::%s:role/reactivate-watched"`, r.ARN, account)
	}
	for i, p := range r.Trusted {
		if !principal.MatchString(p) {
			return fmt.Errorf(`trusted[%d]: %q is not a principal; write it like "acs:ram::1234567890123456:root"`, i, p)
		}
	}
	return checkDeny(r.Deny)
}

func checkDeny(deny []string) error {
	for i, a := range deny {
		if !ramAction.MatchString(a) {
			return fmt.Errorf(`deny[%d]: %q is not a RAM action; write one such as "ecs:ReActivateInstances" or "ecs:*"`, i, a)
		}
	}
	return nil
}

func checkAction(action string) error {
	if action == "*" || slices.Contains(knownActions, action) {
		return nil
	}
	return fmt.Errorf(`action: %q is not served; known are "*", %s`, action, strings.Join(knownActions, ", "))
}

func (in *Instance) validate(accounts map[string]bool, regions []string) error {
	id, _ := in.numbered(1)
	switch {
	case !instancePattern.MatchString(id):
		return fmt.Errorf(`id: %q is not an instance id; write i- and 20 lower-case letters or digits, such as "i-bp1web00000000000001"`, in.ID)
	case in.Count < 0 || in.Count > maxCount:
		return fmt.Errorf("count: %d is not between 0 and %d", in.Count, maxCount)
	case in.Count > 1 && !strings.Contains(in.ID, numberMark):
		return fmt.Errorf(`id: %q has no {n}, so %d instances would have one id`, in.ID, in.Count)
	case in.Account != "" && !accounts[in.Account]:
		return fmt.Errorf("account: %q is not one of the fleet's accounts", in.Account)
	case !regionPattern.MatchString(in.Region) || len(in.Region) > 32:
		return fmt.Errorf(`region: %q is not a region; write one such as "cn-hangzhou"`, in.Region)
	case len(regions) > 0 && !slices.Contains(regions, in.Region):
		return fmt.Errorf("region: %q is not one of the fleet's regions", in.Region)
	case in.ChargeType != "" && in.ChargeType != PostPaid && in.ChargeType != PrePaid:
		return fmt.Errorf(`chargeType: %q is neither "PostPaid" nor "PrePaid"`, in.ChargeType)
	case in.Events != StopAndDelete && in.Events != StopOnly && in.Events != NoEvents:
		return fmt.Errorf(`events: %q is neither "stop" nor "none"`, in.Events)
	case in.StartFails != nil && in.StartFails.Code == "":
		return fmt.Errorf(`startFails.code: is missing; write one such as "OperationDenied.NoStock"`)
	}
	if in.StartFails != nil {
		if err := in.StartFails.complete(); err != nil {
			return fmt.Errorf("startFails.%w", err)
		}
	}
	if err := in.validateAddresses(); err != nil {
		return err
	}
	return in.validateState()
}

func (in *Instance) validateAddresses() error {
	for _, a := range []struct{ field, ip string }{{"publicIp", in.PublicIP}, {"eip", in.EIP}, {"publicIpAtStart", in.PublicIPAtStart}} {
		if _, err := netip.ParseAddr(a.ip); err != nil && a.ip != "" && (a.field != "publicIpAtStart" || a.ip != noAddress) {
			return fmt.Errorf(`%s: %q is not an address; write one such as "203.0.113.7"`, a.field, a.ip)
		}
		if in.Count > 1 && a.ip != "" {
			return fmt.Errorf("%s: %d instances would have one address", a.field, in.Count)
		}
	}
	return nil
}

func checkLocks(locks []string) error {
	for i, lock := range locks {
		if !slices.Contains(knownLocks, lock) {
			return fmt.Errorf("locks[%d]: %q is unknown; known are %s", i, lock, strings.Join(knownLocks, ", "))
		}
	}
	return nil
}

func (in *Instance) validateState() error {
	if err := checkLocks(in.Locks); err != nil {
		return err
	}
	if err := checkLocks(in.FallsBack.Locks); err != nil {
		return fmt.Errorf("fallsBack.%w", err)
	}
	overdue := slices.Contains(in.Locks, lockFinancial)
	passing := false
	switch in.Status {
	case Pending, Starting, Stopping:
		passing = true
	case "", Running, Stopped:
	default:
		return fmt.Errorf("status: %q is not one of Pending, Starting, Running, Stopping, Stopped", in.Status)
	}
	switch {
	case !passing && in.Then != (Then{}):
		return fmt.Errorf("then: only Pending, Starting and Stopping end by themselves, the status is %q", in.Status)
	case in.Then.Status != "" && in.Then.Status != Running && in.Then.Status != Stopped:
		return fmt.Errorf("then.status: %q is neither Running nor Stopped", in.Then.Status)
	case in.Platform.After > 0 && !overdue:
		return fmt.Errorf("platform.after: only an instance with the lock financial is brought back")
	case in.Platform.After > 0 && in.Platform.Fails:
		return fmt.Errorf("platform.fails: contradicts platform.after")
	case len(in.FallsBack.Locks) > 0 && in.FallsBack.After == 0:
		return fmt.Errorf("fallsBack.after: is missing")
	case in.OverdueFor > 0 && !overdue:
		return fmt.Errorf("overdueFor: only an instance with the lock financial is overdue")
	}
	return nil
}

func (q *Quota) validate() error {
	if err := checkAction(q.Action); err != nil {
		return err
	}
	switch {
	case q.Rate < 0 || q.Burst < 0 || q.PerMinute < 0:
		return fmt.Errorf("rate, burst, perMinute: must not be below 0")
	case (q.Rate > 0) == (q.PerMinute > 0):
		return fmt.Errorf("rate, perMinute: set one of them, above 0")
	case q.Burst > 0 && q.PerMinute > 0:
		return fmt.Errorf("burst: goes with rate, not with perMinute")
	}
	if q.Code == "" {
		return nil
	}
	e := Error{Code: q.Code}
	return e.complete()
}

func (f *Fault) validate() error {
	if err := checkAction(f.Action); err != nil {
		return err
	}
	switch {
	case f.Instance != "" && !instancePattern.MatchString(f.Instance):
		return fmt.Errorf("instance: %q is not an instance id", f.Instance)
	case f.After < 0 || f.Count < 0:
		return fmt.Errorf("after, count: must not be below 0")
	case f.Always && f.Count > 0:
		return fmt.Errorf("always: contradicts count")
	case f.Chance < 0 || f.Chance > 1:
		return fmt.Errorf("chance: %v is not between 0 and 1", f.Chance)
	}
	if err := f.Fault.validate(); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	return nil
}

func (f *FaultAct) validate() error {
	switch f.Kind {
	case "", ErrorAnswer:
		return f.complete()
	case HTML502, Empty503, Empty200, Empty500, Reset, Hang, Lost, SlowBody, Stale, OtherAnswer:
	default:
		return fmt.Errorf("kind: %q is unknown; known are error, html502, empty503, empty200, empty500json, reset, hang, lost, slowBody, stale, answer", f.Kind)
	}
	switch {
	case f.Body != nil && f.Kind != OtherAnswer:
		return fmt.Errorf("body: goes with answer, not with %s", f.Kind)
	case f.Error != Error{}:
		return fmt.Errorf("code, status, message: go with an error, not with %s", f.Kind)
	case f.Takes > 0 && f.Kind != SlowBody:
		return fmt.Errorf("takes: goes with slowBody, not with %s", f.Kind)
	case f.Age > 0 && f.Kind != Stale:
		return fmt.Errorf("age: goes with stale, not with %s", f.Kind)
	}
	return nil
}

// complete says whether the error can be answered: a code that is unknown here
// needs its status.
func (e *Error) complete() error {
	switch _, known := documented(e.Code); {
	case e.Code == "":
		return fmt.Errorf(`code: is missing; write one such as "Throttling.User"`)
	case !known && e.Status == 0:
		return fmt.Errorf(`code: %q is not a code that the fake knows, so it needs a status: {"code": %q, "status": 400}`, e.Code, e.Code)
	case e.Status != 0 && (e.Status < 300 || e.Status > 599):
		return fmt.Errorf("status: %d is not an HTTP status of an error, 300 to 599", e.Status)
	}
	return nil
}
