package wording

import (
	"reactivate/internal/amount"
	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// minimumCNY is the balance, vouchers included, from which on the China site brings an instance back. Accounts of the
// international site are not billed in CNY.
// https://help.aliyun.com/document_detail/95987.html
const minimumCNY = "100"

// Owed is how much must be paid into an account before ECS takes a call, as a decimal; "" where nothing is missing, or where
// the balance is not known.
func Owed(b cloud.Balance) string {
	if b.Currency == "CNY" {
		return amount.Shortfall(b.Available, minimumCNY)
	}
	return amount.Shortfall(b.Available, "0")
}

// Short tells whether a balance is known and too low for ECS to take a call.
func Short(b cloud.Balance) bool { return Owed(b) != "" }

// WaitsForMoney tells whether a row was not called, and would be once its account has money.
func WaitsForMoney(row *reactivate.Result) bool {
	switch row.Outcome {
	case reactivate.OutcomePlanned:
		return true
	case reactivate.OutcomeAwaitingPayment:
		return row.Err == nil || !row.Err.InstanceOnly
	case reactivate.OutcomeDeferred:
		return row.Verdict == reactivate.VerdictReactivate
	case reactivate.OutcomeReactivated, reactivate.OutcomeAccepted, reactivate.OutcomeRecovered, reactivate.OutcomeSkipped, reactivate.OutcomeFailed:
	}
	return false
}

// payTexts say what must be paid into an account, by what is known of its balance.
type payTexts struct{ unknown, enough, cny, other Text }

// Payment says what one account pays.
var Payment = payTexts{
	unknown: Text{"settle all overdue bills (amount not known here, see the billing page; on the China site the balance must end at CNY 100 or more)", "请结清全部欠费账单（金额未知，请见费用页面；中国站付款后余额不得少于 100 元）"},
	enough:  Text{"settle all overdue bills (the balance of %s %s is enough)", "请结清全部欠费账单（余额 %s %s 已足够）"},
	cny:     Text{"pay at least CNY %s (the balance is %s and must reach 100, vouchers included)", "请至少充值 %s 元（余额 %s 元，含代金券须达到 100 元）"},
	other:   Text{"pay at least %s %s (balance %s)", "请至少充值 %s %s（余额 %s）"},
}

// ShortPayment says what one of several accounts pays.
var ShortPayment = payTexts{
	unknown: Text{"all overdue bills (amount not known here; on the China site the balance must end at CNY 100 or more)", "全部欠费账单（金额未知；中国站付款后余额不得少于 100 元）"},
	enough:  Text{"all overdue bills (the balance of %s %s is enough)", "全部欠费账单（余额 %s %s 已足够）"},
	cny:     Text{"at least CNY %s (the balance is %s and must reach 100)", "至少 %s 元（余额 %s 元，须达到 100 元）"},
	other:   Text{"at least %s %s (balance %s)", "至少 %s %s（余额 %s）"},
}

// Of says what must be paid, as far as the balance is known.
func (t payTexts) Of(b cloud.Balance) Phrase {
	owed := Owed(b)
	switch {
	case b.Available == "":
		return t.unknown.With()
	case owed == "":
		return t.enough.With(b.Available, b.Currency)
	case b.Currency == "CNY":
		return t.cny.With(owed, b.Available)
	}
	return t.other.With(b.Currency, owed, b.Available)
}

var (
	intoAccount = Text{"account %s: %s", "账号 %s：%s"}
	ownAccount  = Text{"of the function", "（函数所在账号）"}

	afterPayment = here{
		Text{"%s; then nothing is left to do: the platform starts it, and the next sweep checks", "%s；结清后无需操作：平台会自动恢复，下一次巡检会检查"},
		Text{"%s; then the platform starts it: run again to see whether it did", "%s；结清后平台会自动恢复，可再次运行以确认"},
	}
	afterDryRun = Text{
		"%s; and this function starts nothing in a dry run: to go live, dry_run = false (Terraform) or dryRun: 'false' (s.yaml), and deploy again",
		"%s；且试运行时本函数不会重开机：如需正式运行，请设置 dry_run = false（Terraform）或 dryRun: 'false'（s.yaml）并重新部署",
	}
)

// paymentAdvice says what to pay into a row's account, as far as the balance is known, and what happens then.
func paymentAdvice(row *reactivate.Result, b cloud.Balance, place Place) Phrase {
	pay := intoAccount.With(NumberOf(row.AccountID), Payment.Of(b))
	if place == Deployed && row.Outcome == reactivate.OutcomePlanned && row.Reason == reactivate.ReasonDryRun {
		return afterDryRun.With(pay)
	}
	return afterPayment.at(place).With(pay)
}

// NumberOf is an account's number; that of the function's own is not always known.
func NumberOf(accountID string) Words {
	if accountID == "" {
		return ownAccount
	}
	return Verbatim(accountID)
}
