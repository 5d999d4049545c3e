package notify

import (
	"slices"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// payer is an account whose instances wait for money. Its balance is zero if it was not read.
type payer struct {
	id, name string
	balance  cloud.Balance
}

// maxPayers is how many accounts the second line names. A list below has the others.
const maxPayers = 5

// unpaid tells whether a row waits for a payment into its account, as far as the run knows. It is false where only the image or the disks
// of the instance must be paid.
func (w *writer) unpaid(row *reactivate.Result) bool {
	switch {
	case !wording.WaitsForMoney(row):
		return false
	case row.Outcome == reactivate.OutcomePlanned && w.balances[row.AccountID].Available == "":
		return w.run.Report.ConfiguredDryRun // which never learns from ECS whether money is missing
	}
	return row.Outcome == reactivate.OutcomeAwaitingPayment || row.Reason == reactivate.ReasonWatch || w.short[row.AccountID]
}

// payersOf are the accounts of the rows that wait for money, in the rows' order.
func (w *writer) payersOf(rows []*reactivate.Result) []payer {
	var payers []payer
	known := map[string]bool{}
	for _, row := range rows {
		if w.unpaid(row) && !known[row.AccountID] {
			known[row.AccountID] = true
			payers = append(payers, payer{row.AccountID, row.AccountName, w.balances[row.AccountID]})
		}
	}
	return payers
}

// payOf says what one of several accounts pays.
func (w *writer) payOf(p payer) string {
	return wording.PayOf.Say(w.lang, w.nameAndNumber(p.id, p.name), wording.ShortPayment.Of(p.balance))
}

// accountInFull names the account that pays by its number, and by its name if it has one.
func (w *writer) accountInFull(p payer) string {
	if p.id == "" {
		return wording.FunctionsOwn.In(w.lang)
	}
	account := wording.AccountNumber.Say(w.lang, p.id)
	if p.name != "" {
		account += wording.InBrackets.Say(w.lang, printable(p.name))
	}
	return account
}

// nameAndNumber names an account among others.
func (w *writer) nameAndNumber(id, name string) string {
	if name == "" {
		return id
	}
	return printable(name) + wording.InBrackets.Say(w.lang, id)
}

// The pages on which one pays, by site. https://help.aliyun.com/zh/model-studio/new-free-quota links that of the China site. The
// descriptions of orders in the SDKs, such as https://github.com/alibabacloud-go/vpc-20160428, link that of the international site.
const (
	payChina = "https://billing-cost.console.aliyun.com/fortune/fund-management/recharge"
	payIntl  = "https://usercenter2-intl.aliyun.com/billing/#/account/overview"
)

// instanceList is the ECS console's list of a region's instances; the region follows. ECS documents link it without the region, such
// as https://help.aliyun.com/zh/ecs/user-guide/modify-the-properties-of-an-instance, and the one on private DNS names with it.
const instanceList = "https://ecs.console.aliyun.com/server/region/"

// Link is a link of the third line.
type Link struct{ Text, URL string }

// links are where to pay, where a person looks an instance up, and what the operator configured.
func (w *writer) links() []Link {
	var links []Link
	add := func(text wording.Text, url string) { links = append(links, Link{text.In(w.lang), url}) }
	china, intl := w.sites()
	switch {
	case china && intl:
		add(wording.LinkPayChina, payChina)
		add(wording.LinkPayIntl, payIntl)
	case china:
		add(wording.LinkPay, payChina)
	case intl:
		add(wording.LinkPay, payIntl)
	}
	look := slices.IndexFunc(w.stuck, func(row *reactivate.Result) bool { return !w.unpaid(row) && row.RegionID != "" })
	if look >= 0 {
		add(wording.LinkInstances, instanceList+w.stuck[look].RegionID)
	}
	if w.run.Link != "" {
		add(wording.LinkDashboard, w.run.Link)
	}
	return links
}

// sites are the sites of the payers' accounts, by the currency of their balances. Without a balance it may be either.
func (w *writer) sites() (china, intl bool) {
	balances := slices.Clone(w.low)
	for _, p := range w.payers {
		balances = append(balances, p.balance)
	}
	for _, b := range balances {
		china = china || b.Currency == "CNY" || b.Currency == ""
		intl = intl || b.Currency != "CNY"
	}
	return china, intl
}
