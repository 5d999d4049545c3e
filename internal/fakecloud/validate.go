package fakecloud

import (
	"cmp"
	"fmt"
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
	// Source: https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-listfoldersforparent
	folderPattern = regexp.MustCompile(`^fd-[0-9A-Za-z]{10}$`)
)

// maxCount bounds the instances of an entry. A million take over a second and
// some hundred MiB.
const maxCount = 1_000_000

var (
	statuses    = []Status{Pending, Starting, Running, Stopping, Stopped}
	passing     = []Status{Pending, Starting, Stopping}
	chargeTypes = []ChargeType{PostPaid, PrePaid}
	faultKinds  = []FaultKind{
		ErrorAnswer, HTML502, Empty503, Empty200, Empty500, Reset, Hang, Lost, SlowBody, Stale, OtherAnswer,
	}
)

// knownLocks are the documented lock reasons, and financial-recycling, which
// was seen in the field beside financial. The documents write recycling with
// either case.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
var knownLocks = []string{
	lockFinancial, lockFinancialRecycling, "security", "recycling", "Recycling", "dedicatedhostfinancial", "refunded",
}

// validate names the first field that is wrong.
func (f *Fleet) validate() error {
	accounts, keys := map[string]bool{}, map[string]bool{}
	return cmp.Or(
		oneOf("deniedDescribe", f.DeniedDescribe, DeniedEmpty, DeniedForbidden),
		each("accounts", f.Accounts, func(a *Account) error { return a.validate(accounts, keys) }),
		each("instances", f.Instances, func(in *Instance) error { return in.validate(accounts, f.Regions) }),
		matching("regions", f.Regions, regionPattern.MatchString, `a region; write one such as "cn-hangzhou"`), // with those of the instances
		within("directory.", f.Directory.validate()),
		each("quotas", f.Quotas, (*Quota).validate),
		each("latency", f.Latency, func(l *Latency) error { return checkAction(l.Action) }),
		each("faults", f.Faults, (*Fault).validate),
	)
}

func (a *Account) validate(accounts, keys map[string]bool) error {
	return cmp.Or(
		refuseIf(!accountPattern.MatchString(a.ID), `id: %q is not an account; write digits such as "1234567890123456"`, a.ID),
		refuseIf(again(accounts, a.ID), "id: %s is listed twice", a.ID),
		oneOf("site", a.Site, China, International),
		refuseIf(a.SettlesAfter > 0 && a.SettlesAfter < a.FallsAfter, "settlesAfter: is before fallsAfter"),
		each("accessKeys", a.AccessKeys, func(k *AccessKey) error { return k.validate(keys) }),
		each("roles", a.Roles, func(r *Role) error { return r.validate(a.ID) }),
	)
}

func (k *AccessKey) validate(keys map[string]bool) error {
	return cmp.Or(
		refuseIf(k.ID == "", "id: is missing"),
		refuseIf(again(keys, k.ID), "id: the same access key is listed twice"),
		refuseIf(k.Secret == "", "secret: is missing"),
		refuseIf(k.Principal != "" && !principal.MatchString(k.Principal),
			`principal: %q is not one; write it like "acs:ram::1234567890123456:role/function"`, k.Principal),
		checkDeny(k.Deny),
	)
}

func (r *Role) validate(account string) error {
	m := roleARNPattern.FindStringSubmatch(r.ARN)
	return cmp.Or(
		refuseIf(m == nil || m[1] != account,
			`arn: %q is not a role of this account; write it like "acs:ram::%s:role/reactivate-watched"`, r.ARN, account),
		matching("trusted", r.Trusted, principal.MatchString, `a principal; write it like "acs:ram::1234567890123456:root"`),
		checkDeny(r.Deny),
	)
}

func (in *Instance) validate(accounts map[string]bool, regions []string) error {
	id, _ := in.numbered(1)
	return cmp.Or(
		refuseIf(!instancePattern.MatchString(id),
			`id: %q is not an instance id; write i- and 20 lower-case letters or digits, such as "i-bp1web00000000000001"`, in.ID),
		refuseIf(in.Count < 0 || in.Count > maxCount, "count: %d is not between 0 and %d", in.Count, maxCount),
		refuseIf(in.Count > 1 && !strings.Contains(in.ID, numberMark), `id: %q has no {n}, so %d instances would have one id`, in.ID, in.Count),
		refuseIf(in.Account != "" && !accounts[in.Account], "account: %q is not one of the fleet's accounts", in.Account),
		refuseIf(!regionPattern.MatchString(in.Region), `region: %q is not a region; write one such as "cn-hangzhou"`, in.Region),
		refuseIf(!slices.Contains(regions, in.Region), "region: %q is not one of the fleet's regions", in.Region),
		oneOf("chargeType", in.ChargeType, chargeTypes...),
		oneOf("events", in.Events, StopOnly, NoEvents),
		oneOf("status", in.Status, statuses...),
		checkLocks("locks", in.Locks),
		checkLocks("fallsBack.locks", in.FallsBack.Locks),
		within("startFails.", in.StartFails.validate()),
		in.validateCourse(),
	)
}

// validateCourse checks that what happens to the instance can happen to it.
func (in *Instance) validateCourse() error {
	overdue := hasLock(in.Locks, lockFinancial)
	return cmp.Or(
		refuseIf(!slices.Contains(passing, in.Status) && in.Then != Then{}, "then: only Pending, Starting and Stopping end by themselves, the status is %q", in.Status),
		oneOf("then.status", in.Then.Status, Running, Stopped),
		refuseIf(in.Platform.After > 0 && !overdue, "platform.after: only an instance with the lock financial is brought back"),
		refuseIf(in.Platform.After > 0 && in.Platform.Fails, "platform.fails: contradicts platform.after"),
		refuseIf(len(in.FallsBack.Locks) > 0 && in.FallsBack.After == 0, "fallsBack.after: is missing"),
		refuseIf(in.OverdueFor > 0 && !overdue, "overdueFor: only an instance with the lock financial is overdue"),
	)
}

func (d *Directory) validate() error {
	if d == nil {
		return nil
	}
	folders, members := map[string]bool{"": true}, map[string]bool{}
	return cmp.Or(
		refuseIf(d.Management != "" && !accountPattern.MatchString(d.Management), "management: %q is not an account", d.Management),
		each("folders", d.Folders, func(f *Folder) error {
			return cmp.Or(
				refuseIf(!folderPattern.MatchString(f.ID), `id: %q is not a folder; write fd- and 10 letters or digits, such as "fd-team000001"`, f.ID),
				refuseIf(!folders[f.Parent], "parent: %q is not one of the folders above", f.Parent),
				refuseIf(again(folders, f.ID), "id: %s is listed twice", f.ID),
			)
		}),
		each("members", d.Members, func(m *Member) error {
			return cmp.Or(
				refuseIf(!accountPattern.MatchString(m.ID), `id: %q is not an account; write digits such as "2345678901234567"`, m.ID),
				refuseIf(again(members, m.ID), "id: %s is listed twice", m.ID),
				refuseIf(!folders[m.Folder], "folder: %q is not one of the folders", m.Folder),
				refuseIf(m.LeavesAfter > 0 && m.LeavesAfter < m.JoinsAfter, "leavesAfter: is before joinsAfter"),
			)
		}),
	)
}

func (q *Quota) validate() error {
	return cmp.Or(
		checkAction(q.Action),
		refuseIf(q.Rate < 0 || q.Burst < 0 || q.PerMinute < 0, "rate, burst, perMinute: must not be below 0"),
		refuseIf((q.Rate > 0) == (q.PerMinute > 0), "rate, perMinute: set one of them, above 0"),
		refuseIf(q.Burst > 0 && q.PerMinute > 0, "burst: goes with rate, not with perMinute"),
	)
}

func (f *Fault) validate() error {
	return cmp.Or(
		checkAction(f.Action),
		refuseIf(f.Instance != "" && !instancePattern.MatchString(f.Instance), "instance: %q is not an instance id", f.Instance),
		refuseIf(f.After < 0 || f.Count < 0, "after, count: must not be below 0"),
		refuseIf(f.Always && f.Count > 0, "always: contradicts count"),
		refuseIf(f.Chance < 0 || f.Chance > 1, "chance: %v is not between 0 and 1", f.Chance),
		within("fault: ", f.Fault.validate()),
	)
}

func (f *FaultAct) validate() error {
	kind := cmp.Or(f.Kind, ErrorAnswer)
	if kind == ErrorAnswer {
		return f.Error.validate()
	}
	return cmp.Or(
		oneOf("kind", kind, faultKinds...),
		refuseIf(f.Error != Error{}, "code, status, message: go with an error, not with %s", kind),
		refuseIf(f.Body != nil && kind != OtherAnswer, "body: goes with answer, not with %s", kind),
		refuseIf(f.Takes > 0 && kind != SlowBody, "takes: goes with slowBody, not with %s", kind),
		refuseIf(f.Age > 0 && kind != Stale, "age: goes with stale, not with %s", kind),
	)
}

// validate refuses an error that cannot be sent: a code that the fake does not know needs
// a status. No error is fine.
func (e *Error) validate() error {
	if e == nil {
		return nil
	}
	_, known := documented(e.Code)
	return cmp.Or(
		refuseIf(e.Code == "", `code: is missing; write one such as "Throttling.User"`),
		refuseIf(!known && e.Status == 0,
			`code: %q is not a code that the fake knows, so it needs a status: {"code": %q, "status": 400}`, e.Code, e.Code),
		refuseIf(e.Status != 0 && (e.Status < 300 || e.Status > 599), "status: %d is not an HTTP status of an error, 300 to 599", e.Status),
	)
}

func checkDeny(deny []string) error {
	return matching("deny", deny, ramAction.MatchString, `a RAM action; write one such as "ecs:ReActivateInstances" or "ecs:*"`)
}

func checkLocks(field string, locks []string) error {
	known := func(lock string) bool { return slices.Contains(knownLocks, lock) }
	return matching(field, locks, known, "one of "+strings.Join(knownLocks, ", "))
}

func checkAction(action string) error {
	known := []string{"*"}
	for _, a := range apis {
		known = append(known, a.name)
	}
	return refuseIf(!slices.Contains(known, action), "action: %q is not served; known are %s", action, strings.Join(known, ", "))
}

// refuseIf is an error if a value is wrong, and else nil.
func refuseIf(wrong bool, format string, args ...any) error {
	if wrong {
		return fmt.Errorf(format, args...)
	}
	return nil
}

// within prefixes an error with the name of what holds the field.
func within(holder string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s%w", holder, err)
}

// again says whether an id was seen before, and remembers it.
func again(seen map[string]bool, id string) bool {
	before := seen[id]
	seen[id] = true
	return before
}

// each checks the elements of a list. The error names the element.
func each[T any](list string, all []T, check func(*T) error) error {
	for i := range all {
		if err := check(&all[i]); err != nil {
			return fmt.Errorf("%s[%d].%w", list, i, err)
		}
	}
	return nil
}

// matching refuses the first text of a list that is not what is wanted.
func matching(list string, all []string, fits func(string) bool, wanted string) error {
	for i, text := range all {
		if !fits(text) {
			return fmt.Errorf("%s[%d]: %q is not %s", list, i, text, wanted)
		}
	}
	return nil
}

// oneOf refuses an unknown value. "" is the default.
func oneOf[T ~string](field string, value T, known ...T) error {
	var names []string
	for _, k := range known {
		names = append(names, string(k))
	}
	return refuseIf(value != "" && !slices.Contains(known, value), "%s: %q is not one of %s", field, value, strings.Join(names, ", "))
}
