package wording_test

import (
	"strings"
	"testing"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

const account = "1234567890123456"

func refusedFor(o reactivate.Outcome, e *cloud.Error) *reactivate.Result {
	return &reactivate.Result{AccountID: account, Verdict: reactivate.VerdictReactivate, Outcome: o, Err: e}
}

func failed(class cloud.Class) *reactivate.Result {
	return refusedFor(reactivate.OutcomeFailed, &cloud.Error{Class: class, Code: "Code"})
}

func left(outcome reactivate.Outcome, reason reactivate.Reason) *reactivate.Result {
	return &reactivate.Result{AccountID: account, Verdict: reactivate.VerdictReactivate, Outcome: outcome, Reason: reason}
}

func skipped(v reactivate.Verdict) *reactivate.Result {
	return &reactivate.Result{AccountID: account, Verdict: v, Outcome: reactivate.OutcomeSkipped}
}

// everyRow has a row of each kind for which something is to be done.
func everyRow() []*reactivate.Result {
	rows := []*reactivate.Result{
		left(reactivate.OutcomeAccepted, 0), left(reactivate.OutcomeAwaitingPayment, 0),
		refusedFor(reactivate.OutcomeAwaitingPayment, &cloud.Error{Class: cloud.ClassArrears}),
		refusedFor(reactivate.OutcomeAwaitingPayment, &cloud.Error{Class: cloud.ClassArrears, InstanceOnly: true}),
		refusedFor(reactivate.OutcomeFailed, &cloud.Error{Class: cloud.ClassDenied, Hint: cloud.HintNoRole}),
		refusedFor(reactivate.OutcomeFailed, &cloud.Error{Class: cloud.ClassDenied, Hint: cloud.HintRiskControl}),
		{AccountID: account, Outcome: reactivate.OutcomeDeferred, Verdict: reactivate.VerdictBusy},
	}
	for _, v := range []reactivate.Verdict{
		reactivate.VerdictMissing, reactivate.VerdictSecurityLocked, reactivate.VerdictSubscription, reactivate.VerdictLocked,
		reactivate.VerdictNotOverdue, reactivate.VerdictExcluded, reactivate.VerdictOverLimit,
	} {
		rows = append(rows, skipped(v))
	}
	for _, c := range []cloud.Class{
		cloud.ClassThrottled, cloud.ClassTransient, cloud.ClassConflict, cloud.ClassArrears, cloud.ClassCapacity, cloud.ClassLocked,
		cloud.ClassDenied, cloud.ClassUnsupported, cloud.ClassNotFound, cloud.ClassInvalid, cloud.ClassFellBack, cloud.ClassUnknown,
	} {
		rows = append(rows, failed(c))
	}
	for _, r := range []reactivate.Reason{reactivate.ReasonNone, reactivate.ReasonTimeUp, reactivate.ReasonNoGrace, reactivate.ReasonLook, reactivate.ReasonWatch} {
		rows = append(rows, left(reactivate.OutcomeDeferred, r))
	}
	for _, r := range []reactivate.Reason{reactivate.ReasonNone, reactivate.ReasonDryRun, reactivate.ReasonOverCap} {
		rows = append(rows, left(reactivate.OutcomePlanned, r))
	}
	return rows
}

// TestEveryRowThatNeedsSomebodyHasAdvice in both languages and places. Nobody runs the deployed function again: its next sweep
// comes by itself.
func TestEveryRowThatNeedsSomebodyHasAdvice(t *testing.T) {
	for _, b := range []cloud.Balance{{}, {Available: "-12.50", Currency: "CNY"}, {Available: "500.00", Currency: "CNY"}} {
		for _, row := range everyRow() {
			for _, l := range languages {
				for _, place := range []wording.Place{wording.Deployed, wording.Local} {
					got := wording.AdviceFor(l, place, row, b)
					if got == "" || hasHan(got) != (l == wording.Chinese) || strings.Contains(got, "%!") {
						t.Errorf("%+v with %v in %s: got %q", *row, b, l, got)
					}
					if place == wording.Deployed && (strings.Contains(got, "run again") || strings.Contains(got, "run it again") || strings.Contains(got, "再运行") || strings.Contains(got, "再次运行")) {
						t.Errorf("%+v: the deployed function says %q", *row, got)
					}
					if place == wording.Local && (strings.Contains(got, "tries again by itself") || strings.Contains(got, "自动重试")) {
						t.Errorf("%+v: the local command, which ends, says %q", *row, got)
					}
				}
			}
		}
	}
	for _, o := range []reactivate.Outcome{reactivate.OutcomeReactivated, reactivate.OutcomeRecovered} {
		if got := wording.AdviceFor(wording.English, wording.Deployed, left(o, 0), cloud.Balance{Available: "-5", Currency: "CNY"}); got != "" {
			t.Errorf("%s: got %q, want nothing to do", o, got)
		}
	}
}

// TestWhoMustPayIsToldHowMuch, with the account's number, as far as the balance is known. If the balance is known
// to be too low, the advice is to pay, whatever else is to be done afterwards.
func TestWhoMustPayIsToldHowMuch(t *testing.T) {
	const then = "; then nothing is left to do: the platform starts it, and the next sweep checks"
	unpaid := left(reactivate.OutcomeAwaitingPayment, 0)
	for _, tt := range []struct {
		name                string
		row                 *reactivate.Result
		available, currency string
		want                string
	}{
		{"unknown", unpaid, "", "", "account 1234567890123456: settle all overdue bills (amount not known here, see the billing page; on the China site the balance must end at CNY 100 or more)" + then},
		{"below zero", unpaid, "-12.50", "CNY", "account 1234567890123456: pay at least CNY 112.50 (the balance is -12.50 and must reach 100, vouchers included)" + then},
		{"below what ECS asks for", unpaid, "50.00", "CNY", "account 1234567890123456: pay at least CNY 50.00 (the balance is 50.00 and must reach 100, vouchers included)" + then},
		{"another currency", unpaid, "-12.50", "USD", "account 1234567890123456: pay at least USD 12.50 (balance -12.50)" + then},
		{"enough in dollars", unpaid, "50.00", "USD", "account 1234567890123456: settle all overdue bills (the balance of 50.00 USD is enough)" + then},
		{"enough", unpaid, "1,000.00", "CNY", "account 1234567890123456: settle all overdue bills (the balance of 1,000.00 CNY is enough)" + then},
		{"a watch", left(reactivate.OutcomeDeferred, reactivate.ReasonWatch), "-1", "USD", "account 1234567890123456: pay at least USD 1.00 (balance -1)" + then},
		{"a plan", left(reactivate.OutcomePlanned, reactivate.ReasonNone), "-1", "USD", "account 1234567890123456: pay at least USD 1.00 (balance -1)" + then},
		{"a plan with money", left(reactivate.OutcomePlanned, reactivate.ReasonNone), "1", "USD", "send it without dryRun to reactivate it"},
		{"a configured dry run", left(reactivate.OutcomePlanned, reactivate.ReasonDryRun), "-1", "USD",
			"account 1234567890123456: pay at least USD 1.00 (balance -1); and this function starts nothing in a dry run: to go live, dry_run = false (Terraform) or dryRun: 'false' (s.yaml), and deploy again"},
		{"sold out", failed(cloud.ClassCapacity), "-1", "USD", "sold out or over quota: this function tries again by itself; if it lasts, raise the quota or ask for stock by ticket"},
		{"an image", &reactivate.Result{AccountID: account, Outcome: reactivate.OutcomeAwaitingPayment, Err: &cloud.Error{InstanceOnly: true}}, "-1", "USD",
			"account 1234567890123456: pay for this instance's image (in cash) or disks; this function then tries again by itself"},
		{"a number that is not known", &reactivate.Result{Outcome: reactivate.OutcomeAwaitingPayment}, "", "", "account of the function: settle all overdue bills (amount not known here, see the billing page; on the China site the balance must end at CNY 100 or more)" + then},
	} {
		got := wording.AdviceFor(wording.English, wording.Deployed, tt.row, cloud.Balance{Available: tt.available, Currency: tt.currency})
		if got != tt.want {
			t.Errorf("%s: got\n%q, want\n%q", tt.name, got, tt.want)
		}
	}
}

// TestAReportsAdviceIsEachRows: rows share advice only if they are equal in all that it depends on.
func TestAReportsAdviceIsEachRows(t *testing.T) {
	known := map[string]cloud.Balance{account: {AccountID: account, Available: "-5.00", Currency: "CNY"}}
	report := &reactivate.Report{Balances: []cloud.Balance{known[account]}}
	for _, row := range everyRow() {
		other := *row
		other.AccountID = "2345678901234567"
		report.Results = append(report.Results, *row, other)
	}
	wording.Advise(wording.English, wording.Deployed, report)
	for _, row := range report.Results {
		if want := wording.AdviceFor(wording.English, wording.Deployed, &row, known[row.AccountID]); row.Advice != want {
			t.Errorf("%+v: want %q", row, want)
		}
	}
}
