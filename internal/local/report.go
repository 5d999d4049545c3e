package local

import (
	"encoding/json"
	"slices"
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
		Errors    []lookError    `json:"errors"`
		Results   []result       `json:"results"`
	}
	lookError struct {
		AccountID string    `json:"accountId"`
		RegionID  string    `json:"regionId"` // "": the whole account
		Error     *apiError `json:"error"`
	}
	result struct {
		InstanceID string    `json:"instanceId"`
		AccountID  string    `json:"accountId"`
		RegionID   string    `json:"regionId"`
		Name       string    `json:"name"`
		Verdict    string    `json:"verdict"`
		Outcome    string    `json:"outcome"`
		Before     string    `json:"before"`
		After      string    `json:"after"`
		Attempts   int       `json:"attempts"`
		RequestID  string    `json:"requestId"`
		Advice     string    `json:"advice"`
		Error      *apiError `json:"error,omitempty"`
	}
	apiError struct {
		Op        string `json:"op"`
		Code      string `json:"code"`
		Class     string `json:"class"`
		Message   string `json:"message"`
		Status    int    `json:"status"`
		RequestID string `json:"requestId"`
	}
)

// The outcomes, in the order in which a summary counts them.
var outcomes = []string{
	"reactivated", "recovered", "accepted", "planned", "skipped", "awaiting-payment", "deferred", "failed",
}

// settled are the outcomes that leave nothing to do. All others, those of a
// newer function included, leave something.
var settled = []string{"reactivated", "recovered", "planned", "skipped"}

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
