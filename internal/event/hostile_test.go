package event_test

import (
	"encoding/json"
	"strings"
)

// hostile makes payloads of about n bytes, each meant to be the worst of its kind.
var hostile = map[string]func(n int) string{
	"ids":           func(n int) string { return `{"instanceIds":[` + quotedIDs(n/25) + `]}` },
	"ids elsewhere": func(n int) string { return ce("recharge", `{"instanceIds":["`+strings.Repeat(`i-1","`, n/6)+`"]}`) },
	"nesting":       func(n int) string { return strings.Repeat(`[`, n/2) + strings.Repeat(`]`, n/2) },
	"objects":       func(n int) string { return strings.Repeat(`{"data":`, n/9) + `1` + strings.Repeat(`}`, n/9) },
	"nested wide":   func(n int) string { return `[[[[[[[[` + strings.Repeat(`{},`, n/3) + `{}]]]]]]]]` },
	"requests":      func(n int) string { return `[` + strings.Repeat(`{"sweep":1},`, n/12) + `{}]` },
	"one field":     func(n int) string { return `{"a":1` + strings.Repeat(`,"b":1`, n/6) + `}` },
	"fields":        func(n int) string { return `{` + fields(n) + `}` },
	"form":          func(n int) string { return "metricName=m&namespace=acs_ecs" + strings.Repeat("&a=b", n/4) },
	"commas": func(n int) string {
		return "metricName=m&namespace=acs_ecs&dimensions={" + strings.Repeat(",", n) + "}"
	},
	"dimensions": func(n int) string {
		return "metricName=m&namespace=acs_ecs&dimensions={" + strings.Repeat("instanceId="+idA+", ", n/35) + "}"
	},
	"base64":      func(n int) string { return strings.Repeat("W1tb", n/4) },
	"plain":       func(n int) string { return strings.Repeat("a", n) },
	"white space": func(n int) string { return strings.Repeat(" ", n) + "x" },
	"XML":         func(n int) string { return "<Notification>" + strings.Repeat("<a>", n/3) },
	"escapes":     func(n int) string { return `{"product":"ECS","name":"` + strings.Repeat(`\u0061`, n/6) + `"}` },
	"long id":     func(n int) string { return strings.Replace(stopped, `"e1"`, `"`+strings.Repeat(`x`, n)+`"`, 1) },
	"strings": func(n int) string { // each layer is longer than what it holds
		text := strings.Repeat(`[`, n/256)
		for range 7 {
			b, _ := json.Marshal(text)
			text = string(b)
		}
		return text
	},
	"fields of data": func(n int) string { return ce("recharge", `{`+fields(n)+`}`) },
	"joined names":   func(n int) string { return ce("recharge", `{"`+strings.Repeat(`_`, n)+`instanceId":1}`) },
	"timer":          func(n int) string { return `{"triggerTime":1,"triggerName":1,` + fields(n) + `}` },
	"HTTP":           func(n int) string { return string(httpEvent(`,"body":"` + strings.Repeat("x", n) + `"`)) },
	"query":          func(n int) string { return strings.Repeat(idA+",", n/23) },
}

// fields are members with different names of some 15 bytes each. A megabyte has fewer of them than an object may have.
func fields(n int) string { return list(n/15, `"b_%07d":1`) }

func ce(eventType, data string) string {
	return `{"specversion":"1.0","id":"e1","source":"my.billing","type":"` + eventType + `","data":` + data + `}`
}
