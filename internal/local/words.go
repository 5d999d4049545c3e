package local

import "reactivate/internal/reactivate"

// What is said about reports, in one place. The words of the contract, such as
// outcomes, are translated where a person reads them, and nowhere else.
const (
	headInstance  = "INSTANCE"
	headName      = "NAME"
	headStatus    = "STATUS"
	headTimeLeft  = "STATUS, TIME LEFT"
	headOutcome   = "OUTCOME"
	nowhere       = "found nowhere"
	daysLeftText  = "%d d left"
	hoursLeftText = "%d h left"
	nowText       = "release due"
	anyTimeText   = "at any time!"
	firstRelease  = "The first to be released: %s, at %s."
	unknownText   = "not known"
	sourceText    = "source %s"
	eventText     = "event %s"
	dryRunText    = "dry run"
	accountText   = "account %s"
	ignoredText   = "Ignored: %s."
	notLookedAt   = "Not looked at: "
	ofAccountText = "%s of account %s"
	theAccount    = "the account"
	noReason      = "no reason given"
	balancesText  = "Balance: "

	balanceLowText = "The balance of account %s is below REACTIVATE_BALANCE_FLOOR."

	noneSeenText  = "No overdue instance was found where it could be looked."
	noneText      = "No overdue instance was found."
	oneInstance   = "1 instance"
	manyInstances = "%d instances"
	noReport      = "The answer is neither a report nor an HTTP response: "

	statusTitle = "What is overdue"
	statusHint  = `Nothing was changed. "planned" is what the function would bring back where the account can pay.`

	accountsText    = "accounts %s"
	liveAccountText = "the account of your access key"
	livePlanned     = "Dry run on %s: nothing was changed; %s would be reactivated."
	liveAddYes      = " Add -yes to do it."
	liveDone        = "Done on %s: %s reactivated, %d accepted and not seen running yet, %d not done."

	messageText    = "Message, shown here and not sent:"
	noNewsText     = "No message: REACTIVATE_NOTIFY_ON=changes tells of news alone, and this run has none."
	noProblemsText = "No message: REACTIVATE_NOTIFY_ON=problems tells of news and of what needs a person, and this run has neither."

	checksText = "%d ok, %d with a warning, %d failed"

	startingText  = "the function is at work"
	doneLeftText  = "%d done, %d left"
	graceText     = "%d in grace"
	callingText   = "%d calling"
	watchingText  = "%d watched"
	unpaidText    = "%d unpaid"
	rateText      = "%.1f calls a second"
	throttledText = "%d throttled"
)

// countTexts count the outcomes.
var countTexts = map[reactivate.Outcome]string{
	"reactivated":      "%d reactivated",
	"recovered":        "%d recovered",
	"accepted":         "%d accepted",
	"planned":          "%d planned",
	"skipped":          "%d skipped",
	"awaiting-payment": "%d awaiting-payment",
	"deferred":         "%d deferred",
	"failed":           "%d failed",
}
