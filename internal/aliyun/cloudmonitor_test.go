package aliyun_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"reactivate/internal/cloud"
)

func TestPutCustomEvent(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	for _, tt := range []struct {
		name string
		body string
		want cloud.Class // "" for none
		code string
	}{
		{"taken", `{"Code":"200","Message":"success","RequestId":"R"}`, "", ""},
		{"a code of another shape", `{"Code":{},"RequestId":"R"}`, cloud.ClassTransient, ""},
		{"refused in the body", `{"Code":"Forbidden.RAM","Message":"not allowed","RequestId":"R"}`, cloud.ClassDenied, "Forbidden.RAM"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var form url.Values
			var action string
			monitor := cloudAt(t, func(w http.ResponseWriter, r *http.Request) {
				if err := r.ParseForm(); err != nil {
					t.Error(err)
				}
				form, action = r.Form, r.Header.Get("x-acs-action")+" "+r.Header.Get("x-acs-version")
				answer(200, tt.body)(w, r)
			}).CloudMonitor(creds, "cn-hangzhou")
			err := monitor.PutCustomEvent(t.Context(), "reactivate", "3 台未恢复", at)
			refused, _ := errors.AsType[*cloud.Error](err)
			if (err == nil) != (tt.want == "") || refused != nil && (refused.Class != tt.want || refused.Code != tt.code || refused.Op != "PutCustomEvent") {
				t.Errorf("got %+v, want %s %s", err, tt.want, tt.code)
			}
			want := url.Values{
				"EventInfo.1.EventName": {"reactivate"}, "EventInfo.1.Content": {"3 台未恢复"}, "EventInfo.1.GroupId": {"0"}, "EventInfo.1.Time": {"20260102T030405.006+0000"},
			}
			for name := range want {
				if form.Get(name) != want.Get(name) {
					t.Errorf("sent %s = %q, want %q", name, form.Get(name), want.Get(name))
				}
			}
			if action != "PutCustomEvent 2019-01-01" {
				t.Errorf("called %s", action)
			}
		})
	}
}
