package fakecloud

// putCustomEvent of CloudMonitor takes an event and sends it to nobody. The record of calls shows that it came.
// Source: https://www.alibabacloud.com/help/en/cms/developer-reference/api-putcustomevent
func (k *call) putCustomEvent() (any, *Error) {
	for _, name := range []string{"EventInfo.1.EventName", "EventInfo.1.Content"} {
		if k.q.params.Get(name) == "" {
			return nil, missing(name)
		}
	}
	return object{"Code": "200", "Message": "success", "RequestId": k.RequestID}, nil
}
