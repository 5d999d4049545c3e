package reactivate

import (
	"fmt"
	"slices"
	"strings"
)

// The errors that an invocation ends in where a person or another delivery is needed. Function Compute publishes
// the names of these types as errorType, so they are part of the contract.
type (
	// LimitError says that more instances than the cap would have been called, and none was.
	LimitError struct{ Summary string }
	// DeniedError says that the role may not do what it must.
	DeniedError struct{ Summary string }
	// FailedError says that something failed that no retry will help.
	FailedError struct{ Summary string }
	// UnfinishedError says that another delivery could finish what is left.
	UnfinishedError struct{ Summary string }
)

func (e *LimitError) Error() string      { return e.Summary }
func (e *DeniedError) Error() string     { return e.Summary }
func (e *FailedError) Error() string     { return e.Summary }
func (e *UnfinishedError) Error() string { return e.Summary }

// Err is what an event-triggered invocation returns for the report: nil where no person and no other delivery is
// needed. Arrears, locks and ids that do not exist are reports, not errors: no retry cures them.
func (r *Report) Err() error {
	switch {
	case r.has(overLimit):
		return &LimitError{r.summary("more instances than REACTIVATE_MAX_INSTANCES would be called, so none was: check the list, then raise it", overLimit)}
	case r.has(denied):
		return &DeniedError{r.summary(r.deniedRemedy(), denied)}
	case r.has(failed):
		return &FailedError{r.summary("no retry will help", failed)}
	case r.has(unfinished):
		return &UnfinishedError{r.summary("another delivery could finish it", unfinished)}
	}
	return nil
}

// trouble is a kind of reason to call for help.
type trouble int

const (
	none trouble = iota
	overLimit
	denied
	failed
	unfinished
)

func (r *Result) trouble() trouble {
	switch r.Outcome {
	case OutcomeSkipped:
		if r.Verdict == VerdictOverLimit {
			return overLimit
		}
	case OutcomeFailed:
		if r.Err != nil {
			return r.Err.trouble()
		}
		return failed
	case OutcomeDeferred:
		if !r.Reason.OnPurpose() {
			return unfinished
		}
	case OutcomeReactivated, OutcomeAccepted, OutcomeRecovered, OutcomePlanned, OutcomeAwaitingPayment:
	}
	return none
}

func (e *Error) trouble() trouble {
	if e.Warning {
		return none
	}
	switch e.Class {
	case ClassDenied:
		return denied
	case ClassThrottled, ClassTransient, ClassConflict, ClassCapacity:
		return unfinished
	case ClassUnsupported, ClassInvalid, ClassUnknown:
		return failed
	case ClassArrears, ClassLocked, ClassNotFound:
	}
	return none
}

func (r *Report) has(t trouble) bool {
	if t == overLimit && r.DryRun {
		return false
	}
	return slices.ContainsFunc(r.Results, func(row Result) bool { return row.trouble() == t }) ||
		slices.ContainsFunc(r.Errors, func(e RegionError) bool { return e.trouble() == t })
}

// trouble of a region: one that does not exist refuses for good, unlike an instance that does not.
func (e RegionError) trouble() trouble {
	if t := e.Err.trouble(); t != none || e.Err.Warning {
		return t
	}
	return failed
}

// maxSummary is how long the message of an error may be, in bytes: for a person, not for a parser.
const maxSummary = 900

// summary says what the trouble is, the counts, and then who is concerned with which code, cut to a readable length.
func (r *Report) summary(lead string, of trouble) string {
	var b strings.Builder
	b.WriteString(lead)
	sep := ": "
	for _, outcome := range Outcomes {
		if n := r.Counts[outcome]; n > 0 {
			fmt.Fprintf(&b, "%s%d %s", sep, n, outcome)
			sep = ", "
		}
	}
	concerned := r.concerned(of)
	for i, line := range concerned {
		if b.Len()+len(line) > maxSummary {
			fmt.Fprintf(&b, "; and %d more", len(concerned)-i)
			break
		}
		b.WriteString("; " + line)
	}
	return b.String()
}

func (r *Report) concerned(of trouble) []string {
	var lines []string
	for _, e := range r.Errors {
		if e.trouble() == of {
			lines = append(lines, e.where()+": "+e.Err.brief())
		}
	}
	for i := range r.Results {
		row := &r.Results[i]
		if row.trouble() != of {
			continue
		}
		line := row.InstanceID
		if row.Err != nil {
			line += ": " + row.Err.brief()
		}
		lines = append(lines, line)
	}
	return lines
}

// where names the region or the account, by its name too where one is known.
func (e RegionError) where() string {
	where := strings.TrimSpace("account " + e.AccountID + " " + e.AccountName)
	if e.RegionID != "" {
		where += " region " + e.RegionID
	}
	return where
}

// brief is the error in a few words: its code, else what was wrong with the answer.
func (e *Error) brief() string {
	if e.Code != "" {
		return e.Op + " " + e.Code
	}
	return e.Op + " " + cut(e.Message, 80)
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// deniedRemedy names the actions that were refused, and the remedy.
func (r *Report) deniedRemedy() string {
	var ops, hints []string
	add := func(e *Error) {
		switch {
		case e == nil || e.Class != ClassDenied:
		case e.Hint != "" && !slices.Contains(hints, e.Hint.Advice()):
			hints = append(hints, e.Hint.Advice())
		case e.Hint == "" && !slices.Contains(ops, e.Action()):
			ops = append(ops, e.Action())
		}
	}
	for _, e := range r.Errors {
		add(e.Err)
	}
	for i := range r.Results {
		add(r.Results[i].Err)
	}
	if len(ops) == 0 {
		return strings.Join(hints, "; ")
	}
	remedy := "the role may not do what it must: check its credentials, and grant it " + strings.Join(ops, ", ")
	if slices.ContainsFunc(ops, func(action string) bool { return strings.HasPrefix(action, "resourcemanager:") }) {
		remedy += " (which answers the management account or a delegated administrator of the resource directory alone)"
	}
	return strings.Join(append([]string{remedy}, hints...), "; ")
}

// Action is the operation's name in a RAM policy.
func (e *Error) Action() string {
	switch e.Op {
	case opAssumeRole:
		return "sts:AssumeRole"
	case "ListAccounts", "ListAccountsForParent", "ListFoldersForParent":
		return "resourcemanager:" + e.Op
	case "PutCustomEvent":
		return "cms:PutCustomEvent"
	case opBalance:
		return "bss:DescribeAcccount" // so spelt: https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
	}
	return "ecs:" + e.Op
}
