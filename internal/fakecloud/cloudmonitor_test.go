package fakecloud_test

import (
	"fmt"
	"testing"
)

func TestPutCustomEvent(t *testing.T) {
	event := []string{"EventInfo.1.EventName", "reactivate", "EventInfo.1.Content", "3 came back"}
	for _, tt := range []struct {
		name   string
		deny   string
		params []string
		status int
		code   string
	}{
		{"taken", "", event, 200, "200"},
		{"without a content", "", event[:2], 400, "MissingParameter"},
		{"denied", `"cms:PutCustomEvent"`, event, 403, "NoPermission"},
	} {
		c, _ := newCloud(t, fmt.Sprintf(`{"accounts": [{"id": "1234567890123456", "accessKeys": [
			{"id": "fakeAccessKeyId", "secret": "fakeAccessKeySecret", "token": "fakeSecurityToken", "deny": [%s]}]}]}`, tt.deny))
		got := call(t, c, "PutCustomEvent", tt.params...)
		if got.Status != tt.status || got.Code != tt.code {
			t.Errorf("%s: got %d %s, want %d %s", tt.name, got.Status, got.Code, tt.status, tt.code)
		}
		if calls := c.Calls(); len(calls) != 1 || calls[0].Action != "PutCustomEvent" || calls[0].Done != (tt.status == 200) {
			t.Errorf("%s: recorded %+v", tt.name, calls)
		}
	}
}
