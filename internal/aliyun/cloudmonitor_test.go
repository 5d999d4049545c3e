package aliyun_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

func TestPutCustomEvent(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	for body, want := range map[string]cloud.Class{ // "": no error
		`{"Code":"200","Message":"success","RequestId":"R"}`:               "",
		`{"Code":{},"RequestId":"R"}`:                                      cloud.ClassTransient,
		`{"Code":"Forbidden.RAM","Message":"not allowed","RequestId":"R"}`: cloud.ClassDenied,
	} {
		asked := make(chan string, 1)
		monitor := cloudAt(t, func(w http.ResponseWriter, r *http.Request) {
			asked <- r.Header.Get("x-acs-action") + " " + r.Header.Get("x-acs-version") + " " + r.URL.Query().Encode()
			answer(200, body)(w, r)
		}).CloudMonitor(creds, "cn-hangzhou")
		var class cloud.Class
		err := monitor.PutCustomEvent(t.Context(), "reactivate", "3 台", at)
		if refused, ok := errors.AsType[*cloud.Error](err); ok {
			class = refused.Class
		}
		if class != want || (err == nil) != (want == "") {
			t.Errorf("%s: got %v, want the class %q", body, err, want)
		}
		const event = "EventInfo.1.Content=3+%E5%8F%B0&EventInfo.1.EventName=reactivate&EventInfo.1.GroupId=0&EventInfo.1.Time=20260102T030405.006%2B0000"
		if got := <-asked; got != "PutCustomEvent 2019-01-01 "+event {
			t.Errorf("asked %s, want %s", got, event)
		}
	}
}
