package handler

import "reactivate/internal/reactivate"

type (
	// LimitError says that more instances than the cap would have been called, so none was. As with the next ones, Function Compute
	// publishes the name of its type as errorType, and its text is a summary for a person.
	LimitError string
	// DeniedError says that the role may not do what it must.
	DeniedError string
	// FailedError says that something failed, and that no retry will help.
	FailedError string
	// UnfinishedError says that another delivery could finish the work.
	UnfinishedError string
)

func (e LimitError) Error() string      { return string(e) }
func (e DeniedError) Error() string     { return string(e) }
func (e FailedError) Error() string     { return string(e) }
func (e UnfinishedError) Error() string { return string(e) }

// endError turns the trouble of a run into the error that publishes it, and TroubleNone into nil.
func endError(trouble reactivate.Trouble, summary string) error {
	switch trouble {
	case reactivate.TroubleLimit:
		return LimitError(summary)
	case reactivate.TroubleDenied:
		return DeniedError(summary)
	case reactivate.TroubleFailed:
		return FailedError(summary)
	case reactivate.TroubleUnfinished:
		return UnfinishedError(summary)
	case reactivate.TroubleNone:
	}
	return nil
}

// maxRows is how many rows an answer has at most. Nobody reads more, and their text alone would fill the memory of the smallest function.
const maxRows = 20_000

// answer is the report as the function answers it: with the first maxRows rows, and the number of rows that were cut.
func answer(r *reactivate.Report) *reactivate.Report {
	if len(r.Results) <= maxRows {
		return r
	}
	short := *r
	short.Results, short.Cut = r.Results[:maxRows], len(r.Results)-maxRows
	return &short
}
