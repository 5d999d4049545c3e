package event

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// formFields are the fields of a form that are read.
var formFields = []string{
	"alert", "userId", // the newer subscriptions' webhook
	"metricName", "alertName", "namespace", "metricProject", "alertState", "triggerLevel", "dimensions", "regionId", "transId", // a metric alarm
	"body", "data", // the webhook's document gives the whole body one of these names
}

// form decodes a form, as CloudMonitor's callbacks send it.
func (d Decoder) form(o object, depth int) (Decoded, *DecodeError) {
	switch {
	case hasValue(o.value("alert")):
		return d.subscription(o)
	case o.isMetricAlarm():
		return d.metricAlarm(o)
	case o.has("body"):
		return d.text([]byte(o.text("body")), depth+1)
	}
	return d.text([]byte(o.text("data")), depth+1)
}

// parseForm reads application/x-www-form-urlencoded text, even if it is not percent-encoded, as in the document of the metric
// callback: a value that cannot be decoded is taken as it stands. The result is nil if the text is not a form of CloudMonitor.
// Each value becomes a JSON string, so that the fields of forms and of JSON are read in the same way. If a field stands twice,
// the first counts.
func parseForm(text string) object {
	var form object
	for pair := range strings.SplitSeq(text, "&") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || form.has(name) || !slices.Contains(formFields, name) {
			continue
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		quoted, _ := json.Marshal(value) // strings always marshal
		form = append(form, member{[]byte(name), quoted})
	}
	switch {
	case hasValue(form.value("alert")), form.isMetricAlarm():
		return form
	case strings.HasPrefix(cmp.Or(form.text("body"), form.text("data")), "{"):
		return form
	}
	return nil
}
