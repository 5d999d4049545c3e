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

// maxInstances keeps a fleet within this machine's memory.
const maxInstances = 200_000

// validate names the first field whose value is invalid. It does not look for values that contradict each other.
func (f *Fleet) validate() error {
	var accounts []string
	size := 0
	return cmp.Or(
		oneOf("deniedDescribe", f.DeniedDescribe, DeniedEmpty, DeniedForbidden),
		each("accounts", f.Accounts, func(a *Account) error {
			again := slices.Contains(accounts, a.ID)
			accounts = append(accounts, a.ID)
			return cmp.Or(a.validate(), refuseIf(again, "id: %s is listed twice", a.ID))
		}),
		each("instances", f.Instances, func(in *Instance) error {
			size += max(1, in.Count)
			tooMany := refuseIf(size > maxInstances, "count: a fleet has at most %d instances", maxInstances)
			return cmp.Or(in.validate(accounts, f.Regions), tooMany)
		}),
		matching("regions", f.Regions, regionPattern.MatchString, `a region; write one such as "cn-hangzhou"`), // with those of the instances
		f.Directory.validate(),
		each("quotas", f.Quotas, func(q *Quota) error {
			return cmp.Or(checkAction(q.Action), refuseIf((q.Rate > 0) == (q.PerMinute > 0), "rate, perMinute: set one of them, above 0"))
		}),
		each("latency", f.Latency, func(l *Latency) error { return checkAction(l.Action) }),
		each("faults", f.Faults, (*Fault).validate),
	)
}

func (a *Account) validate() error {
	return cmp.Or(
		checkAccount(a.ID),
		oneOf("site", a.Site, China, International),
		each("accessKeys", a.AccessKeys, func(k *AccessKey) error {
			return cmp.Or(refuseIf(k.ID == "" || k.Secret == "", "id, secret: one is missing"), checkDeny(k.Deny))
		}),
		each("roles", a.Roles, func(r *Role) error {
			m := roleARNPattern.FindStringSubmatch(r.ARN)
			return cmp.Or(
				refuseIf(m == nil || m[1] != a.ID,
					`arn: %q is not a role of this account; write it like "acs:ram::%s:role/reactivate-watched"`, r.ARN, a.ID),
				matching("trusted", r.Trusted, principal.MatchString, `a principal; write it like "acs:ram::1234567890123456:root"`),
				checkDeny(r.Deny),
			)
		}),
	)
}

func (in *Instance) validate(accounts, regions []string) error {
	id, _ := in.numbered(1)
	return cmp.Or(
		refuseIf(!instancePattern.MatchString(id),
			`id: %q is not an instance id; write i- and 20 lower-case letters or digits, such as "i-bp1web00000000000001"`, in.ID),
		refuseIf(in.Account != "" && !slices.Contains(accounts, in.Account), "account: %q is not one of the fleet's accounts", in.Account),
		refuseIf(!regionPattern.MatchString(in.Region), `region: %q is not a region; write one such as "cn-hangzhou"`, in.Region),
		refuseIf(!slices.Contains(regions, in.Region), "region: %q is not one of the fleet's regions", in.Region),
		refuseIf(in.Count < 0, "count: %d is below 0", in.Count),
		oneOf("chargeType", in.ChargeType, chargeTypes...),
		oneOf("events", in.Events, StopOnly, NoEvents),
		oneOf("status", in.Status, statuses...),
		oneOf("then.status", in.Then.Status, Running, Stopped),
		checkLocks("locks", in.Locks),
		checkLocks("fallsBack.locks", in.FallsBack.Locks),
		in.StartFails.validate("startFails"),
	)
}

func (d *Directory) validate() error {
	if d == nil {
		return nil
	}
	folders := []string{""}
	return cmp.Or(
		each("directory.folders", d.Folders, func(f *Folder) error {
			known := slices.Contains(folders, f.Parent)
			folders = append(folders, f.ID)
			return cmp.Or(
				refuseIf(!folderPattern.MatchString(f.ID), `id: %q is not a folder; write fd- and 10 letters or digits, such as "fd-team000001"`, f.ID),
				refuseIf(!known, "parent: %q is not one of the folders above", f.Parent),
			)
		}),
		each("directory.members", d.Members, func(m *Member) error {
			known := slices.Contains(folders, m.Folder)
			return cmp.Or(checkAccount(m.ID), refuseIf(!known, "folder: %q is not one of the folders", m.Folder))
		}),
	)
}

func (f *Fault) validate() error {
	act := oneOf("fault.kind", f.Fault.Kind, faultKinds...)
	if cmp.Or(f.Fault.Kind, ErrorAnswer) == ErrorAnswer {
		act = f.Fault.validate("fault")
	}
	return cmp.Or(
		checkAction(f.Action),
		refuseIf(f.Instance != "" && !instancePattern.MatchString(f.Instance), "instance: %q is not an instance id", f.Instance),
		act,
	)
}

// validate refuses an error that cannot be sent: a code that the fake does not know needs
// a status. No error is fine.
func (e *Error) validate(field string) error {
	if e == nil {
		return nil
	}
	_, known := documented(e.Code)
	return cmp.Or(
		refuseIf(e.Code == "", `%s.code: is missing; write one such as "Throttling.User"`, field),
		refuseIf(!known && e.Status == 0,
			`%s.code: %q is not a code that the fake knows, so it needs a status: {"code": %q, "status": 400}`, field, e.Code, e.Code),
		refuseIf(e.Status != 0 && (e.Status < 300 || e.Status > 599),
			"%s.status: %d is not an HTTP status of an error, 300 to 599", field, e.Status),
	)
}

func checkAccount(id string) error {
	return refuseIf(!accountPattern.MatchString(id), `id: %q is not an account; write digits such as "1234567890123456"`, id)
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
