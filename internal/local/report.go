package local

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"time"
)

// The report of the contract, as a client reads it. Fields that are not known
// here are passed over.
type (
	report struct {
		RequestID string         `json:"requestId"`
		Source    string         `json:"source"`
		EventID   string         `json:"eventId"`
		DryRun    bool           `json:"dryRun"`
		Ignored   string         `json:"ignored"` // why the event asks for nothing
		Regions   []string       `json:"regions"`
		Counts    map[string]int `json:"counts"`
		Balances  []balance      `json:"balances"` // of the accounts whose balance was read
		Errors    []lookError    `json:"errors"`
		Results   []result       `json:"results"`
	}
	account struct {
		AccountID   string `json:"accountId"`
		AccountName string `json:"accountName"` // "" where none is known
	}
	balance struct {
		account
		Available string `json:"available"` // a decimal, maybe negative
		Currency  string `json:"currency"`  // such as CNY
		Low       bool   `json:"low"`       // below the floor
	}
	lookError struct {
		account
		RegionID string    `json:"regionId"` // "": the whole account
		Error    *apiError `json:"error"`
	}
	result struct {
		account
		InstanceID   string    `json:"instanceId"`
		RegionID     string    `json:"regionId"`
		Name         string    `json:"name"`
		Verdict      string    `json:"verdict"`
		Outcome      string    `json:"outcome"`
		Before       string    `json:"before"`
		After        string    `json:"after"`
		Advice       string    `json:"advice"`
		ReleaseAt    string    `json:"releaseAt"`    // in RFC 3339; "": not known
		ReleaseBasis string    `json:"releaseBasis"` // how it is known
		Error        *apiError `json:"error"`
	}
	apiError struct {
		Op      string `json:"op"`
		Code    string `json:"code"`
		Class   string `json:"class"`
		Message string `json:"message"`
	}
)

// The outcomes, in the order in which a summary counts them.
var outcomes = []string{
	"reactivated", "recovered", "accepted", "planned", "skipped", "awaiting-payment", "deferred", "failed",
}

// settled are the outcomes that leave nothing to do. All others, those of a
// newer function included, leave something.
var settled = []string{"reactivated", "recovered", "planned", "skipped"}

// untouched are the verdicts of skipped instances that are overdue all the same.
var untouched = []string{"security-locked", "locked", "excluded", "over-limit"}

// overdue tells whether an instance is overdue still, and so will be released
// one day.
func (r *result) overdue() bool {
	switch r.Outcome {
	case "planned", "awaiting-payment", "failed":
		return true
	case "deferred":
		return r.Verdict != "busy" || r.ReleaseAt != ""
	case "skipped":
		return slices.Contains(untouched, r.Verdict) || r.ReleaseAt != ""
	}
	return r.ReleaseAt != ""
}

// daysLeft is how many whole days are left until an overdue instance may be
// released, 0 for today and for what is past. Not known: the report does not say.
func (r *result) daysLeft(now time.Time) (days int, known bool) {
	at, err := time.Parse(time.RFC3339, r.ReleaseAt)
	if err != nil {
		return 0, false
	}
	return max(0, int(at.Sub(now)/(24*time.Hour))), true
}

// fewDays is how many days make an instance urgent. What is not known comes
// after it and before all others.
const fewDays = 3

// urgency sorts rows: first what will be released soonest, then what else is
// left to do, then what is settled.
func (r *result) urgency(now time.Time) int {
	days, known := r.daysLeft(now)
	switch {
	case !r.overdue() && !slices.Contains(settled, r.Outcome):
		return math.MaxInt - 1
	case !r.overdue():
		return math.MaxInt
	case !known:
		return fewDays
	case days < fewDays:
		return days
	}
	return days + 1
}

func sortedByUrgency(rows []result, now time.Time) []result {
	return slices.SortedStableFunc(slices.Values(rows), func(a, b result) int { return cmp.Compare(a.urgency(now), b.urgency(now)) })
}

// left tells whether something is left to do.
func (r *report) left() bool {
	if len(r.Errors) > 0 {
		return true
	}
	return slices.ContainsFunc(r.Results, func(row result) bool {
		return !slices.Contains(settled, row.Outcome) || row.Verdict == "over-limit" && !r.DryRun
	})
}

// parseReport reads an answer that is a report. Results, a list, is what every
// report has.
func parseReport(payload []byte) (*report, bool) {
	var probe struct {
		Results json.RawMessage `json:"results"`
	}
	if json.Unmarshal(payload, &probe) != nil || probe.Results == nil {
		return nil, false
	}
	r := &report{}
	if json.Unmarshal(payload, r) != nil {
		return nil, false
	}
	return r, true
}

// httpAnswer is an answer to an HTTP trigger, as far as a person reads it.
type httpAnswer struct {
	status int
	body   []byte
	report *report // nil if the body is none
}

// parseHTTPAnswer reads an answer that Function Compute would map to an HTTP
// response.
func parseHTTPAnswer(payload []byte) (*httpAnswer, bool) {
	response, ok := parseResponse(payload)
	if !ok {
		return nil, false
	}
	a := &httpAnswer{status: response.StatusCode, body: response.content()}
	a.report, _ = parseReport(a.body)
	return a, true
}

func (a *httpAnswer) left() bool {
	return a.status < 200 || a.status > 299 || a.status == 202 || a.report != nil && a.report.left()
}
