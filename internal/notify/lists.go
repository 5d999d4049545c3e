package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// lists are what did not come back, most urgent first, and then the rest.
func (w *writer) lists(s *sorted, payers []payer) []List {
	grouped := count(s.stuck, func(row *reactivate.Result) bool { return row.ScalingGroup != "" }) // they are in front
	lists := []List{w.scalingGroups(s.stuck[:grouped])}
	lists = append(lists, w.stuck(s.stuck[grouped:])...)
	lists = append(lists, w.before(s), w.payers(payers), w.unseen(), w.low(s, payers))
	for _, of := range []struct {
		heading wording.Text
		rows    []*reactivate.Result
	}{{wording.BeingStarted, s.started}, {wording.WouldBe, s.planned}} {
		list := List{Heading: of.heading.In(w.lang)}
		for _, row := range of.rows {
			list.add(func() string { return w.instance(row) })
		}
		lists = append(lists, list)
	}
	return lists
}

// maxMembers is how many members of a scaling group are named.
const maxMembers = 5

// scalingGroups has one line per group.
func (w *writer) scalingGroups(rows []*reactivate.Result) List {
	list := List{Heading: wording.MayGo.In(w.lang)}
	for _, members := range groups(rows) {
		list.add(func() string {
			var names []string
			for _, row := range members[:min(maxMembers, len(members))] {
				names = append(names, short(cmp.Or(row.Name, row.InstanceID)))
			}
			if more := len(members) - len(names); more > 0 {
				names = append(names, wording.MoreInstances.Say(w.lang, more))
			}
			first := members[0]
			where := strings.Trim(cmp.Or(printable(first.AccountName), first.AccountID)+wording.Comma.In(w.lang)+first.RegionID, ", ，")
			return wording.ScalingGroup.Say(w.lang, printable(first.ScalingGroup), where, strings.Join(names, wording.Comma.In(w.lang)))
		})
	}
	return list
}

// groups are the rows by scaling group. Those of one stand together.
func groups(rows []*reactivate.Result) [][]*reactivate.Result {
	var all [][]*reactivate.Result
	for i, row := range rows {
		if i == 0 || row.ScalingGroup != rows[i-1].ScalingGroup {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], row)
	}
	return all
}

// stuck lists what is not coming back. Neighbours of one reason share its heading.
func (w *writer) stuck(rows []*reactivate.Result) []List {
	var lists []List
	for i, row := range rows {
		if i == 0 || !w.sameHeading(row, rows[i-1]) {
			lists = append(lists, List{Heading: w.heading(row)})
		}
		lists[len(lists)-1].add(func() string { return w.instance(row) + wording.Colon.In(w.lang) + w.left(row) })
	}
	return lists
}

// before names the instance whose release the title names, if it is not among the news of the watch.
func (w *writer) before(s *sorted) List {
	list := List{Heading: wording.Besides.Say(w.lang, len(s.before))}
	if len(s.before) > 0 && w.compare(s.before[0], s.stuck[0]) < 0 {
		list.add(func() string { return w.instance(s.before[0]) + wording.Colon.In(w.lang) + w.left(s.before[0]) })
	}
	return list
}

// heading is why a row is not coming back. The second line says who pays how much.
func (w *writer) heading(row *reactivate.Result) string {
	if w.unpaid(row) {
		return wording.Waiting.Say(w.lang, cmp.Or(w.nameAndNumber(row.AccountID, row.AccountName), wording.FunctionsOwn.In(w.lang)))
	}
	return wording.Heading(w.lang, row, printable(code(row)))
}

func (w *writer) sameHeading(a, b *reactivate.Result) bool {
	if w.unpaid(a) && w.unpaid(b) {
		return a.AccountID == b.AccountID
	}
	return w.unpaid(a) == w.unpaid(b) && sameReason(a, b)
}

// sameReason tells whether the same has to be done about two rows.
func sameReason(a, b *reactivate.Result) bool {
	return a.Outcome == b.Outcome && a.Verdict == b.Verdict && a.Advice == b.Advice && code(a) == code(b)
}

// code is an error's code; "" if it has no code, or if the outcome or the advice says the same.
func code(row *reactivate.Result) string {
	if row.Err == nil || row.Outcome == reactivate.OutcomeAwaitingPayment || fellBack(row) {
		return ""
	}
	return cmp.Or(row.Err.Code, row.Err.Message, string(row.Err.Class))
}

// fewHours: if less time than this is left, a message counts hours and not days.
const fewHours = 48

// left says how much time a row has before its release, and when that is.
func (w *writer) left(row *reactivate.Result) string {
	days, known := row.DaysLeft(w.run.Now)
	hours := int(row.ReleaseAt.Sub(w.run.Now) / time.Hour)
	switch {
	case row.ScalingGroup != "":
		return wording.ReleaseAnyTime.In(w.lang)
	case !known:
		return wording.ReleaseUnknown.In(w.lang)
	case hours <= 0:
		return wording.ReleaseNow.In(w.lang)
	case hours < fewHours:
		return wording.ReleaseHours.Say(w.lang, hours, wording.Clock(w.lang, row.ReleaseAt.Time))
	}
	return wording.ReleaseDays.Say(w.lang, days, wording.Clock(w.lang, row.ReleaseAt.Time))
}

// instance names an instance: by name where it has one, and always by id.
func (w *writer) instance(row *reactivate.Result) string {
	parts := []string{printable(row.Name), row.InstanceID, row.RegionID}
	if row.AccountName != "" || w.severalAccounts {
		parts = append(parts, printable(cmp.Or(row.AccountName, row.AccountID)))
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 1 {
		return parts[0]
	}
	return parts[0] + wording.InBrackets.Say(w.lang, strings.Join(parts[1:], ", "))
}

// payers lists the accounts for which the second line has no room.
func (w *writer) payers(payers []payer) List {
	list := List{Heading: wording.MustPay.In(w.lang)}
	for _, p := range payers[min(maxPayers, len(payers)):] {
		list.add(func() string { return w.payOf(p) })
	}
	return list
}

func (w *writer) unseen() List {
	list := List{Heading: wording.NotLookedAt.In(w.lang)}
	for _, e := range w.run.Report.Errors {
		list.add(func() string { return w.unseenPlace(&e) + wording.Colon.In(w.lang) + printable(e.Err.Error()) })
	}
	return list
}

// unseenPlace is the account or region that could not be looked at.
func (w *writer) unseenPlace(e *reactivate.RegionError) string {
	where := cmp.Or(e.AccountName, e.AccountID, wording.FunctionsOwn.In(w.lang))
	if e.RegionID != "" {
		where += ", " + e.RegionID
	}
	return printable(where)
}

// low lists the other balances below the floor. Its heading depends on whether instances have stopped already.
func (w *writer) low(s *sorted, payers []payer) List {
	heading := wording.LowBefore
	if len(s.stuck) > 0 {
		heading = wording.LowBalances
	}
	list := List{Heading: heading.In(w.lang)}
	for _, b := range s.low {
		if slices.ContainsFunc(payers, func(p payer) bool { return p.id == b.AccountID }) {
			continue // the second line has it
		}
		list.add(func() string {
			return w.nameAndNumber(b.AccountID, b.AccountName) + wording.Colon.In(w.lang) + printable(b.Available+" "+b.Currency)
		})
	}
	return list
}

// back lists what came back. Instances with another address stand first, because DNS or firewalls may need a change.
func (w *writer) back(rows []*reactivate.Result) List {
	list := List{Heading: wording.CameBack.In(w.lang)}
	for _, first := range []bool{true, false} {
		for _, row := range rows {
			if moved(row) == first {
				list.add(func() string { return w.instance(row) + w.newAddress(row) })
			}
		}
	}
	return list
}

// moved tells whether an instance came back with another public address, or without the one that it had.
func moved(row *reactivate.Result) bool { return row.IPBefore != row.IPAfter }

// newAddress says which address an instance has now; "" where it has the one that it had.
func (w *writer) newAddress(row *reactivate.Result) string {
	switch {
	case row.IPBefore == row.IPAfter:
		return ""
	case row.IPAfter == "":
		return wording.Colon.In(w.lang) + wording.AddressLost.Say(w.lang, printable(row.IPBefore))
	}
	return wording.Colon.In(w.lang) + wording.AddressChanged.Say(w.lang, printable(row.IPBefore), printable(row.IPAfter))
}
