package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
)

func reason(why reactivate.Reason) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Reason = why }
}

// fellBack is an instance that started and stopped again, after so many calls of this run.
func fellBack(attempts int) func(*reactivate.Result) {
	return func(r *reactivate.Result) {
		r.Attempts, r.Err = attempts, &cloud.Error{Op: "ReActivateInstances", Class: cloud.ClassFellBack, Message: "it started and stopped again"}
	}
}

func of(account, name string) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.AccountID, r.AccountName = account, name }
}

func inGroup(id string) func(*reactivate.Result) {
	return func(r *reactivate.Result) {
		r.ScalingGroup, r.ReleaseAt, r.ReleaseBasis = id, reactivate.Timestamp{}, reactivate.ReleaseScalingGroup
	}
}

func addresses(before, after string) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.IPBefore, r.IPAfter = before, after }
}

// stoppedNow is what a watch sees first.
func stoppedNow(r *reactivate.Result) {
	r.StoppedAt.Time, r.Reason = now.Add(-2*time.Minute), reactivate.ReasonWatch
	r.ReleaseAt.Time, r.ReleaseBasis = r.StoppedAt.Add(arrears.ReleaseAfter), reactivate.ReleaseStop
}

const (
	finance = "2345678901234567"
	shop    = "3456789012345678"
	board   = "https://sls.console.aliyun.com/lognext/project/p/dashboard/reactivate?a=(1)&b=2"
)

func balance(account, name, available, currency string) func(*reactivate.Report) {
	return func(r *reactivate.Report) {
		r.Balances = append(r.Balances, cloud.Balance{AccountID: account, AccountName: name, Available: available, Currency: currency})
	}
}

func watched(report *reactivate.Report) *notify.Run {
	return &notify.Run{Report: report, Requests: []reactivate.Request{{Watch: 5 * time.Minute, Source: reactivate.SourceTimer}}, Link: board}
}

func swept(report *reactivate.Report) *notify.Run {
	return &notify.Run{Report: report, Requests: []reactivate.Request{{Sweep: true, Source: reactivate.SourceTimer}}, Link: board}
}

// dry is a run where the dry run is configured, so that nothing is called until somebody goes live.
func dry(report *reactivate.Report) *reactivate.Report {
	report.DryRun, report.ConfiguredDryRun = true, true
	return report
}

func paid(report *reactivate.Report) *notify.Run {
	report.Source = reactivate.SourceBilling
	return &notify.Run{Report: report, Requests: []reactivate.Request{{Sweep: true, Source: reactivate.SourceBilling}}, Link: board}
}

// situations are runs as people meet them. Their messages stand in testdata, in both languages.
var situations = map[string]*notify.Run{
	"unpaid":        watched(edited(reportOf(slices.Repeat([]reactivate.Result{row("web-1", reactivate.OutcomeDeferred, stoppedNow, of(finance, "Finance"))}, 3)...), balance(finance, "Finance", "-350.50", "CNY"))),
	"unpaid-own":    watched(reportOf(row("web-1", reactivate.OutcomeDeferred, stoppedNow), row("web-2", reactivate.OutcomeDeferred, stoppedNow))),
	"unpaid-intl":   watched(edited(reportOf(row("web-1", reactivate.OutcomeDeferred, stoppedNow, of(shop, ""))), balance(shop, "", "-12.30", "USD"))),
	"unpaid-enough": watched(edited(reportOf(row("web-1", reactivate.OutcomeDeferred, stoppedNow)), balance(own, "", "1,000.00", "CNY"))),
	"unpaid-several": watched(edited(reportOf(append([]reactivate.Result{
		row("db-1", reactivate.OutcomeDeferred, stoppedNow, of(finance, "Finance")),
		row("node-1", reactivate.OutcomeDeferred, stoppedNow, of(shop, "Shop"), inGroup("asg-bp1nodes")),
		row("node-2", reactivate.OutcomeDeferred, stoppedNow, of(shop, "Shop"), inGroup("asg-bp1nodes")),
		row("node-3", reactivate.OutcomeDeferred, stoppedNow, of(shop, "Shop"), inGroup("asg-bp1nodes")),
	}, row("db-2", reactivate.OutcomeDeferred, stoppedNow, of(finance, "Finance")))...), balance(finance, "Finance", "-350.50", "CNY"))),
	"unpaid-unnamed": watched(edited(edited(reportOf(
		row("web-1", reactivate.OutcomeDeferred, stoppedNow, of(finance, "")),
		row("web-2", reactivate.OutcomeDeferred, stoppedNow, of(shop, "")),
		row("web-3", reactivate.OutcomeDeferred, stoppedNow),
	), balance(finance, "", "-30.00", "CNY")), balance(shop, "", "-12.50", "USD"))),
	"unpaid-many": swept(manyAccounts()),
	"still": watched(edited(reportOf(row("db-1", reactivate.OutcomeDeferred, of(finance, "Finance"), reason(reactivate.ReasonWatch), func(r *reactivate.Result) {
		r.StoppedAt.Time, r.ReleaseAt.Time = now.Add(-12*24*time.Hour-2*time.Minute), now.Add(3*24*time.Hour-2*time.Minute)
	}), row("new-1", reactivate.OutcomeDeferred, of(finance, "Finance"), days(9), reason(reactivate.ReasonWatch))), balance(finance, "Finance", "50.00", "CNY"))),
	"too-little":         paid(edited(reportOf(row("web-1", reactivate.OutcomeAwaitingPayment, days(9), of(finance, "Finance")), row("db-1", reactivate.OutcomeAwaitingPayment, days(0), of(finance, "Finance"))), balance(finance, "Finance", "0.00", "CNY"))),
	"too-little-unknown": paid(reportOf(row("web-1", reactivate.OutcomeAwaitingPayment, refused(cloud.Error{Code: "InsufficientBalance"})))),
	"security-locked":    swept(reportOf(row("wallet-1", reactivate.OutcomeSkipped, days(4), skipped(reactivate.VerdictSecurityLocked)))),
	"sold-out": swept(reportOf(
		row("sold-1", reactivate.OutcomeFailed, days(3), of(finance, "Finance"), refused(cloud.Error{Op: "ReActivateInstances", Code: "OperationDenied.NoStock", Class: cloud.ClassCapacity, Message: "no stock"})),
		row("sold-2", reactivate.OutcomeFailed, days(3), of(finance, "Finance"), refused(cloud.Error{Op: "ReActivateInstances", Code: "OperationDenied.NoStock", Class: cloud.ClassCapacity, Message: "no stock"})),
	)),
	"dry-run": swept(dry(edited(reportOf(
		row("web-1", reactivate.OutcomePlanned, days(1), of(finance, "Finance"), reason(reactivate.ReasonDryRun)),
		row("web-2", reactivate.OutcomePlanned, days(4), of(finance, "Finance"), reason(reactivate.ReasonDryRun)),
	), balance(finance, "Finance", "-350.50", "CNY")))),
	"dry-run-paid":     swept(dry(edited(reportOf(row("web-1", reactivate.OutcomePlanned, days(4), reason(reactivate.ReasonDryRun))), balance(own, "", "500.00", "CNY")))),
	"dry-run-over-cap": swept(dry(reportOf(row("web-1", reactivate.OutcomePlanned, days(4), reason(reactivate.ReasonOverCap)), row("web-2", reactivate.OutcomePlanned, days(4), reason(reactivate.ReasonOverCap))))),
	"dry-run-watch":    watched(dry(reportOf(row("web-1", reactivate.OutcomeDeferred, stoppedNow, of(finance, "Finance"))))),
	"unpaid-before": watched(reportOf(
		row("web-1", reactivate.OutcomeDeferred, stoppedNow, of(finance, "Finance")),
		row("db-1", reactivate.OutcomeDeferred, days(1), of(finance, "Finance"), reason(reactivate.ReasonWatch)),
		row("db-2", reactivate.OutcomeDeferred, days(5), of(finance, "Finance"), reason(reactivate.ReasonWatch)),
		row("gone-1", reactivate.OutcomeDeferred, days(0), of(shop, "Shop"), reason(reactivate.ReasonWatch)),
	)),
	"unpaid-before-group": watched(reportOf(
		row("web-1", reactivate.OutcomeDeferred, stoppedNow), row("node-1", reactivate.OutcomeDeferred, inGroup("asg-bp1nodes"), reason(reactivate.ReasonWatch)),
	)),
	"denied": swept(reportOf(
		row("web-1", reactivate.OutcomeFailed, days(3), refused(cloud.Error{Op: "ReActivateInstances", Code: "Forbidden.RAM", Class: cloud.ClassDenied, Message: "not allowed"})),
	)),
	"came-back": swept(reportOf(
		row("web-1", reactivate.OutcomeReactivated, of(finance, "Finance"), addresses("121.40.0.1", "121.40.0.99")), row("web-2", reactivate.OutcomeRecovered, of(finance, "Finance")),
		row("web-3", reactivate.OutcomeReactivated, of(finance, "Finance"), addresses("121.40.0.2", "")),
		row("staging-1", reactivate.OutcomeSkipped, of(finance, "Finance"), skipped(reactivate.VerdictNotOverdue)),
	)),
	"starting": swept(reportOf(row("web-1", reactivate.OutcomeReactivated), row("db-1", reactivate.OutcomeAccepted), row("db-2", reactivate.OutcomeAccepted))),
	"some-did-not": swept(reportOf(
		row("db-1", reactivate.OutcomeFailed, days(9), of(finance, "Finance"), refused(cloud.Error{Op: "ReActivateInstances", Code: "OperationDenied.NoStock", Class: cloud.ClassCapacity, Message: "no stock"})),
		row("wallet-1", reactivate.OutcomeSkipped, days(12), of(finance, "Finance"), skipped(reactivate.VerdictSecurityLocked)),
		row("web-1", reactivate.OutcomeReactivated, of(finance, "Finance")), row("web-2", reactivate.OutcomeRecovered, of(finance, "Finance")),
	)),
	"many-back": swept(reportOf(append(slices.Repeat([]reactivate.Result{row("web", reactivate.OutcomeReactivated)}, 900), row("db-1", reactivate.OutcomeAwaitingPayment, days(1)))...)),
	"fell-back": swept(reportOf(row("db-1", reactivate.OutcomeFailed, fellBack(1), of(finance, "Finance")))),
	"planned":   swept(edited(reportOf(row("web-1", reactivate.OutcomePlanned, days(4))), func(r *reactivate.Report) { r.DryRun = true })),
	"planned-low": swept(edited(reportOf(row("web-1", reactivate.OutcomePlanned, days(4))), func(r *reactivate.Report) {
		r.DryRun, r.Balances = true, []cloud.Balance{{AccountID: own, Available: "-350.50", Currency: "CNY", Low: true}}
	})),
	"balance-low": swept(edited(reportOf(), func(r *reactivate.Report) {
		r.Balances = []cloud.Balance{{AccountID: finance, AccountName: "Finance", Available: "150.00", Currency: "CNY", Low: true}, {AccountID: shop, Available: "900.00", Currency: "CNY"}}
	})),
	"unseen": swept(edited(reportOf(), func(r *reactivate.Report) {
		r.Errors = []reactivate.RegionError{{AccountID: finance, AccountName: "Finance", RegionID: "cn-beijing", Err: &cloud.Error{Op: "DescribeInstances", Code: "Forbidden.RAM", Class: cloud.ClassDenied, Message: "not allowed"}}}
	})),
	"arrears": swept(reportOf(
		row("web-1", reactivate.OutcomeAwaitingPayment, days(9)),
		row("web-2", reactivate.OutcomeAwaitingPayment, days(1)),
		row("web-3", reactivate.OutcomeAwaitingPayment),
		row("db-1", reactivate.OutcomeAwaitingPayment, func(r *reactivate.Result) { r.ReleaseAt.Time = now.Add(59 * time.Minute) }),
		row("wallet-1", reactivate.OutcomeSkipped, days(1), skipped(reactivate.VerdictSecurityLocked)),
	)),
	"every-trouble": swept(edited(reportOf(
		row("sold-out", reactivate.OutcomeFailed, days(3), refused(cloud.Error{Op: "ReActivateInstances", Code: "OperationDenied.NoStock", Class: cloud.ClassCapacity, Message: "no stock"})),
		row("late", reactivate.OutcomeDeferred, days(2), of(finance, "Finance")),
		row("locked", reactivate.OutcomeSkipped, skipped(reactivate.VerdictLocked)),
		row("tagged", reactivate.OutcomeSkipped, skipped(reactivate.VerdictExcluded)),
		row("many", reactivate.OutcomeSkipped, skipped(reactivate.VerdictOverLimit)),
		row("image", reactivate.OutcomeAwaitingPayment, refused(cloud.Error{Class: cloud.ClassArrears, InstanceOnly: true})),
	), func(r *reactivate.Report) {
		r.Errors = []reactivate.RegionError{
			{AccountID: finance, AccountName: "Finance", RegionID: "cn-beijing", Err: &cloud.Error{Op: "DescribeInstances", Code: "Forbidden.RAM", Class: cloud.ClassDenied, Message: "not allowed"}},
			{AccountID: shop, Err: &cloud.Error{Op: "AssumeRole", Class: cloud.ClassTransient, Message: "no answer in time"}},
		}
		r.Balances = []cloud.Balance{
			{AccountID: own, Available: "1,000.00", Currency: "CNY"},
			{AccountID: finance, AccountName: "Finance", Available: "-12.30", Currency: "CNY", Low: true},
		}
	})),
	"release-due": swept(reportOf(row("web-1", reactivate.OutcomeAwaitingPayment, func(r *reactivate.Result) {
		r.ReleaseAt, r.ReleaseBasis = reactivate.Timestamp{Time: now.Add(-time.Hour)}, reactivate.ReleaseStop
	}))),
	"nothing": swept(reportOf()),
	"foreign-names": {Report: reportOf(
		row("x", reactivate.OutcomeReactivated, named("line\nbreak \x1b[31mred\x1b[0m \u202eesrever")),
		row("y", reactivate.OutcomeAwaitingPayment, named("<at user_id=\"all\">all</at> [click](https://evil.invalid) **bold** _it_ a_b `c`")),
		row("z", reactivate.OutcomeAwaitingPayment, named(strings.Repeat("很长的名字", 40))),
		row("q", reactivate.OutcomeFailed, fellBack(1), of(finance, strings.Repeat("一个名字很长的部门", 9)), named(strings.Repeat("很长的名字", 40))),
	), Requests: []reactivate.Request{sweep}},
}

// manyAccounts has unpaid instances in more accounts than the second line names.
func manyAccounts() *reactivate.Report {
	report := reportOf()
	for i := range 6 {
		account := fmt.Sprintf("400000000000000%d", i)
		report.Results = append(report.Results, row(fmt.Sprintf("web-%d", i), reactivate.OutcomeAwaitingPayment, days(i+2), of(account, fmt.Sprintf("Team %d", i))))
		report.Counts[reactivate.OutcomeAwaitingPayment]++
		if i < 4 {
			report.Balances = append(report.Balances, cloud.Balance{AccountID: account, Available: "-10.00", Currency: []string{"CNY", "USD"}[i%2]})
		}
	}
	return report
}
