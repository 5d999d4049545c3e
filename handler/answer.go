package handler

import "reactivate/internal/reactivate"

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
