package fakecloud

// monitorVersion is CloudMonitor's.
const monitorVersion = "2019-01-01"

type customEventBody struct {
	Code      string `json:"Code"` // a text, or a number
	Message   string `json:"Message"`
	RequestID string `json:"RequestId"`
}

// putCustomEvent takes an event and sends it to nobody. The record of calls shows that it came.
// Source: https://www.alibabacloud.com/help/en/cms/developer-reference/api-putcustomevent
func (k *call) putCustomEvent() (any, *Error) {
	for _, name := range []string{"EventInfo.1.EventName", "EventInfo.1.Content"} {
		if k.q.params.Get(name) == "" {
			return nil, apiError(codeMissingParameter, name)
		}
	}
	if e := k.allowed(); e != nil {
		return nil, e
	}
	return customEventBody{Code: "200", Message: "success", RequestID: k.id}, nil
}
