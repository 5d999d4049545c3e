package notify

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// lists are what did not come back, most urgent first, and then the rest.
func (w *writer) lists() []List {
	grouped, groupedBefore := count(w.stuck, inGroup), count(w.before, inGroup) // they are in front
	lists := []List{w.scalingGroups(slices.Concat(w.stuck[:grouped], w.before[:groupedBefore]))}
	for same := range runsOf(w.stuck[grouped:], w.sameReason) {
		lists = append(lists, w.list(wording.Verbatim(w.headings[same[0]]), len(same), func(i int) string { return w.instanceAndTime(same[i]) }))
	}
	others := w.payers[min(maxPayers, len(w.payers)):] // the second line names the first
	low := slices.DeleteFunc(slices.Clone(w.low), func(b cloud.Balance) bool {
		return slices.ContainsFunc(w.payers, func(p payer) bool { return p.id == b.AccountID })
	})
	return append(lists,
		w.earlier(),
		w.list(wording.MustPay, len(others), func(i int) string { return w.payOf(others[i]) }),
		w.list(wording.NotLookedAt, len(w.run.Report.Errors), func(i int) string { return w.unseen(&w.run.Report.Errors[i]) }),
		w.list(wording.LowBalances, len(low), func(i int) string { return w.balance(&low[i]) }),
		w.list(wording.BeingStarted, len(w.started), func(i int) string { return w.instance(w.started[i]) }),
		w.list(wording.WouldBe, len(w.planned), func(i int) string { return w.instance(w.planned[i]) }),
		w.cameBack(),
	)
}

// list makes a list of n lines. It makes no more of them than are shown: a run may have ten thousand.
func (w *writer) list(heading wording.Words, n int, line func(i int) string) List {
	return cutList(heading.In(w.lang), n, maxItems, line)
}

func cutList(heading string, n, most int, line func(i int) string) List {
	list := List{Heading: heading, More: max(0, n-most)}
	for i := range min(n, most) {
		list.Items = append(list.Items, line(i))
	}
	return list
}

// maxMembers is how many members of a scaling group are named.
const maxMembers = 5

func inGroup(row *reactivate.Result) bool { return row.ScalingGroup != "" }

// scalingGroups has one line per group.
func (w *writer) scalingGroups(rows []*reactivate.Result) List {
	slices.SortFunc(rows, w.compare)
	groups := slices.Collect(runsOf(rows, func(a, b *reactivate.Result) bool { return a.ScalingGroup == b.ScalingGroup }))
	return w.list(wording.MayGo, len(groups), func(i int) string {
		members, first := groups[i], groups[i][0]
		names := w.some(len(members), maxMembers, wording.MoreInstances, func(i int) string { return short(members[i]) })
		where := known(cmp.Or(printable(first.AccountName), first.AccountID), first.RegionID)
		return wording.ScalingGroup.Say(w.lang, printable(first.ScalingGroup), where, names)
	})
}

// runsOf groups the neighbours that are the same.
func runsOf(rows []*reactivate.Result, same func(a, b *reactivate.Result) bool) iter.Seq[[]*reactivate.Result] {
	return func(yield func([]*reactivate.Result) bool) {
		for first, i := 0, 1; i <= len(rows); i++ {
			if i < len(rows) && same(rows[first], rows[i]) {
				continue
			}
			if !yield(rows[first:i]) {
				return
			}
			first = i
		}
	}
}

// earlier names the instance whose release the title names, if it is not among the news of the watch and in no scaling group.
func (w *writer) earlier() List {
	n := 0
	if len(w.before) > 0 && !inGroup(w.before[0]) && w.compare(w.before[0], w.stuck[0]) < 0 {
		n = 1
	}
	return w.list(wording.Besides.With(len(w.before)), n, func(int) string { return w.instanceAndTime(w.before[0]) })
}

// reason is what a heading is made of.
type reason struct {
	account, name string // of a row that waits for money
	outcome       reactivate.Outcome
	verdict       reactivate.Verdict
	advice, code  string
}

func (w *writer) reason(row *reactivate.Result) reason {
	if w.unpaid(row) {
		return reason{account: row.AccountID, name: row.AccountName}
	}
	return reason{outcome: row.Outcome, verdict: row.Verdict, advice: row.Advice, code: code(row)}
}

// heading is why a row is not coming back. How much must be paid is in the second line.
func (w *writer) heading(row *reactivate.Result) string {
	if w.unpaid(row) {
		return wording.Waiting.Say(w.lang, cmp.Or(w.nameAndNumber(row.AccountID, row.AccountName), wording.FunctionsOwn.In(w.lang)))
	}
	return wording.Heading(w.lang, row, printable(code(row)))
}

// sameReason tells whether two rows have the same heading, so that the same has to be done about them.
func (w *writer) sameReason(a, b *reactivate.Result) bool { return w.headings[a] == w.headings[b] }

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
	left := row.ReleaseAt.Sub(w.run.Now)
	hours, at := int(left/time.Hour), wording.Clock(w.lang, row.ReleaseAt.Time)
	switch {
	case !known:
		return wording.ReleaseUnknown.In(w.lang)
	case left <= 0:
		return wording.ReleaseNow.In(w.lang)
	case hours == 0:
		return wording.LastHour.In(w.lang) + wording.InBrackets.Say(w.lang, at)
	case hours < fewHours:
		return wording.ReleaseHours.Say(w.lang, hours, at)
	}
	return wording.ReleaseDays.Say(w.lang, days, at)
}

// instanceAndTime names an instance that is not coming back, and says how much time it has.
func (w *writer) instanceAndTime(row *reactivate.Result) string {
	return w.instance(row) + wording.Colon.In(w.lang) + w.left(row)
}

// instance names an instance: by name where it has one, and always by id.
func (w *writer) instance(row *reactivate.Result) string {
	name, id, account := printable(row.Name), row.InstanceID, printable(row.AccountName)
	if name == "" {
		name, id = id, ""
	}
	if account == "" && w.severalAccounts {
		account = row.AccountID
	}
	where := known(id, row.RegionID, account)
	if where == "" {
		return name
	}
	return name + wording.InBrackets.Say(w.lang, where)
}

// known joins those of some texts that are not empty.
func known(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ", ")
}

// unseen says why an account or a region could not be looked at.
func (w *writer) unseen(e *reactivate.RegionError) string {
	return w.unseenPlace(e) + wording.Colon.In(w.lang) + printable(e.Err.Error())
}

// unseenPlace is the account or region that could not be looked at.
func (w *writer) unseenPlace(e *reactivate.RegionError) string {
	return printable(known(cmp.Or(e.AccountName, e.AccountID, wording.FunctionsOwn.In(w.lang)), e.RegionID))
}

func (w *writer) balance(b *cloud.Balance) string {
	return w.nameAndNumber(b.AccountID, b.AccountName) + wording.Colon.In(w.lang) + printable(b.Available+" "+b.Currency)
}

// cameBack lists what came back. Instances with another address stand first, because DNS or firewalls may need a change.
func (w *writer) cameBack() List {
	var first, rest []*reactivate.Result
	for _, row := range w.back {
		if moved(row) {
			first = append(first, row)
		} else {
			rest = append(rest, row)
		}
	}
	rows := slices.Concat(first, rest)
	return cutList(wording.CameBack.In(w.lang), len(rows), maxBack, func(i int) string { return w.instance(rows[i]) + w.newAddress(rows[i]) })
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
