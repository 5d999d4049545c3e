package wording

import (
	"slices"
	"strings"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// troubles say what a run's error means, before the counts.
var troubles = table[reactivate.Trouble, Text]{
	{reactivate.TroubleLimit, Text{"more instances than REACTIVATE_MAX_INSTANCES would be called, so none was: check the list, then raise it", "需调用的实例多于 REACTIVATE_MAX_INSTANCES，因此一台也未调用：请核对清单后再调高"}},
	{reactivate.TroubleFailed, Text{"no retry will help", "重试无效"}},
	{reactivate.TroubleUnfinished, Text{"another delivery could finish it", "尚未全部完成，再次投递有可能完成"}},
}

var (
	grantIt       = Text{"the role may not do what it must: check its credentials, and grant it %s", "角色缺少必需的权限：请检查其凭证，并授予 %s"}
	directoryOnly = Text{"%s (which answers the management account or a delegated administrator of the resource directory alone)", "%s（仅资源目录的管理账号或委派管理员账号可以调用）"}
	andMore       = Text{"and %d more", "另有 %d 项"}
	counted       = Text{"%[1]d %[2]s", "%[2]s %[1]d 台"}
	whereRegion   = Text{"%s region %s", "%s，地域 %s"}
)

// maxSummary is how long the message of an error may be, in bytes: for a person, not for a parser.
const maxSummary = 900

// Summary is the message of the error that a run ends in: what the trouble is, the counts, and then each instance or region with
// its error code, cut to a readable length. It is "" for a run without trouble.
func Summary(l Lang, report *reactivate.Report) string {
	trouble := report.Trouble()
	var lead string
	switch trouble {
	case reactivate.TroubleNone:
		return ""
	case reactivate.TroubleDenied:
		lead = DeniedRemedy(l, refusals(report))
	case reactivate.TroubleLimit, reactivate.TroubleFailed, reactivate.TroubleUnfinished:
		lead = strings.Join(append([]string{troubles.of(trouble).In(l)}, hintRemedies(l, refusals(report), cloud.ClassInvalid)...), Semicolon.In(l))
	}
	var b strings.Builder
	b.WriteString(lead)
	if counts := Counts(l, report); counts != "" {
		b.WriteString(Colon.In(l) + counts)
	}
	left := 0
	mention := func(who string, e *cloud.Error) {
		if e != nil {
			who += ": " + brief(e)
		}
		if left > 0 || b.Len()+len(who) > maxSummary {
			left++
			return
		}
		b.WriteString(Semicolon.In(l) + who)
	}
	for _, e := range report.Errors {
		if e.Trouble() == trouble {
			mention(where(l, e), e.Err)
		}
	}
	for i := range report.Results {
		if row := &report.Results[i]; row.Trouble() == trouble {
			mention(row.InstanceID, row.Err)
		}
	}
	if left > 0 {
		b.WriteString(Semicolon.In(l) + andMore.Say(l, left))
	}
	return b.String()
}

// Counts are a report's counts by outcome, such as "3 reactivated, 1 failed".
func Counts(l Lang, report *reactivate.Report) string {
	var counts []string
	for _, o := range reactivate.Outcomes {
		if n := report.Counts[o]; n > 0 {
			counts = append(counts, counted.Say(l, n, Outcome(l, o)))
		}
	}
	return strings.Join(counts, Comma.In(l))
}

// where names a region or an account, by its name too where one is known.
func where(l Lang, e reactivate.RegionError) string {
	account := OneAccount.Say(l, NumberOf(strings.TrimSpace(e.AccountID+" "+e.AccountName)))
	if e.RegionID == "" {
		return account
	}
	return whereRegion.Say(l, account, e.RegionID)
}

// brief is an error in a few words: its code, else what was wrong with the answer.
func brief(e *cloud.Error) string {
	const most = 80 // bytes
	switch {
	case e.Code != "":
		return e.Op + " " + e.Code
	case len(e.Message) > most:
		return e.Op + " " + strings.ToValidUTF8(e.Message[:most], "") + "…"
	}
	return e.Op + " " + e.Message
}

// hintRemedies are the remedies, each once, of the refusals of a class for which the class itself is no help.
func hintRemedies(l Lang, refused []*cloud.Error, class cloud.Class) (remedies []string) {
	for _, e := range refused {
		advice, ok := hintAdvice.find(e.Hint)
		if remedy := advice.In(l); ok && e.Class == class && !slices.Contains(remedies, remedy) {
			remedies = append(remedies, remedy)
		}
	}
	return remedies
}

// refusals are all refusals in a report, those of accounts and regions first.
func refusals(report *reactivate.Report) []*cloud.Error {
	var refused []*cloud.Error
	for _, e := range report.Errors {
		refused = append(refused, e.Err)
	}
	for i := range report.Results {
		refused = append(refused, report.Results[i].Err)
	}
	return slices.DeleteFunc(refused, func(e *cloud.Error) bool { return e == nil })
}

// DeniedRemedy names the actions that the role was denied, and the remedy; "" if it was denied none.
func DeniedRemedy(l Lang, refused []*cloud.Error) string {
	var actions []string
	for _, e := range refused {
		_, hinted := hintAdvice.find(e.Hint)
		if action := e.Action(); e.Class == cloud.ClassDenied && !hinted && !slices.Contains(actions, action) {
			actions = append(actions, action)
		}
	}
	remedies := hintRemedies(l, refused, cloud.ClassDenied)
	if len(actions) > 0 {
		grant := grantIt.Say(l, strings.Join(actions, Comma.In(l)))
		if slices.ContainsFunc(actions, func(action string) bool { return strings.HasPrefix(action, "resourcemanager:") }) {
			grant = directoryOnly.Say(l, grant)
		}
		remedies = append([]string{grant}, remedies...)
	}
	return strings.Join(remedies, Semicolon.In(l))
}
