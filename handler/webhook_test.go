package handler_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/fakecloud"
)

// stoppedAt is CloudMonitor's event of an instance that stopped some time ago.
func stoppedAt(id string, ago time.Duration) string {
	return fmt.Sprintf(`{"product":"ECS","id":"e-%s","name":"Instance:StateChange","userId":%q,"regionId":"cn-hangzhou","eventTime":%q,"content":{"resourceId":%q,"state":"Stopped"}}`,
		id, home, time.Now().Add(-ago).UTC().Format("20060102T150405.000+0000"), id)
}

// TestOldEventsAreAnswered: each within a second, with 200 and without a call. The next sweep calls their instances.
func TestOldEventsAreAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, overdue(web1), open, "REACTIVATE_GRACE=10m", "REACTIVATE_WAIT=10m")
		for range 100 {
			started := time.Now()
			got := r.send(call{body: stoppedAt(web1, 11*time.Minute)})
			if took := time.Since(started); got.StatusCode != 200 || !strings.Contains(got.Body, `"deferred":1`) || took > 100*time.Millisecond {
				t.Fatalf("got %d %s after %v, want 200 and deferred at once", got.StatusCode, got.Body, took)
			}
		}
		if called := r.called(reactivateAction); len(called) != 0 {
			t.Errorf("called %d instances, want none", len(called))
		}
	})
}

// TestAWatchOverHTTP calls nothing and is answered with 200, because its sender has nothing left to do.
func TestAWatchOverHTTP(t *testing.T) {
	r := newRig(t, overdue(web1), open)
	got := r.send(call{body: `{"watch": "5m"}`})
	if got.StatusCode != 200 || len(r.called(reactivateAction)) != 0 || r.logged().Counts["deferred"] != 1 {
		t.Errorf("got %d %s, want 200 and a look", got.StatusCode, got.Body)
	}
}

// TestARechargeByWebhook has no time for its grace while its sender waits. It looks, and leaves the rest to the next sweep.
func TestARechargeByWebhook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, overdue(web1), open, "REACTIVATE_GRACE=10m", "REACTIVATE_WAIT=10m")
		got := r.send(call{body: `{"specversion":"1.0","id":"e","source":"my","type":"recharge","data":{}}`})
		if got.StatusCode != 200 || !strings.Contains(got.Body, `"deferred":1`) || len(r.called(reactivateAction)) != 0 {
			t.Errorf("got %d %s, want 200 and deferred", got.StatusCode, got.Body)
		}
	})
}

// TestHTTPWebhookIsAnsweredThoughECSHangs: CloudMonitor waits 5 s for an answer.
func TestHTTPWebhookIsAnsweredThoughECSHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, edited(overdue(web1), func(f *fakecloud.Fleet) {
			f.Faults = []fakecloud.Fault{{Action: "*", Always: true, Fault: fakecloud.FaultAct{Kind: fakecloud.Hang}}}
		}), open, "REACTIVATE_WAIT=10m")
		start := time.Now()
		got := r.send(call{body: stopped(home)})
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("took %v, want less than 4 s", took)
		}
		if got.StatusCode != 503 {
			t.Errorf("got %d %s, want 503: another delivery could finish it", got.StatusCode, got.Body)
		}
	})
}

// A webhook body that came asynchronously has the function's whole time and ends as an event-triggered invocation does. Function
// Compute has answered its sender long ago, and tries again what ends in an error.
func TestHTTPAsynchronousWebhookEndsAsAnEventDoes(t *testing.T) {
	slow := edited(overdue(web1), func(f *fakecloud.Fleet) { f.StartTakes = fakecloud.Duration(4 * time.Second) })
	flaky := failing(overdue(web1), web1, "InternalError")
	for _, tt := range []struct {
		name    string
		fleet   fakecloud.Fleet
		env     []string
		headers map[string]string
		query   map[string]string
		body    string
		err     string // the error's type, if it ends in one
		status  int    // of the response object, if it is one
		counts  map[string]int
	}{
		{"watched beyond a webhook's time", slow, []string{open, "REACTIVATE_WAIT=20s"}, async("X-Fc-Invocation-Type", "Async"), nil, stopped(home), "", 0, map[string]int{"reactivated": 1}},
		{"not watched", slow, []string{open, "REACTIVATE_WAIT=20s"}, async("X-Fc-Invocation-Type", "Sync"), nil, stopped(home), "", 200, map[string]int{"accepted": 1}},
		{"any case", overdue(web1), []string{open, "REACTIVATE_WAIT=20s"}, async("x-fc-invocation-type", "ASYNC"), nil, stopped(home), "", 0, map[string]int{"reactivated": 1}},
		{"ignored", overdue(web1), []string{open}, async("X-Fc-Invocation-Type", "async"), nil, stopped(other), "", 0, nil},
		{"a failure", flaky, []string{open, "REACTIVATE_ATTEMPTS=1"}, async("X-Fc-Invocation-Type", "Async"), nil, stopped(home), "UnfinishedError", 0, map[string]int{"failed": 1}},
		{"denied", denying(overdue(web1), "ecs:ReActivateInstances"), []string{open}, async("X-Fc-Invocation-Type", "Async"), nil, stopped(home), "DeniedError", 0, map[string]int{"failed": 1}},
		{"a wrong configuration", overdue(web1), []string{open, "REACTIVATE_WAIT=soon"}, async("X-Fc-Invocation-Type", "Async"), nil, stopped(home), "ConfigError", 0, nil},
		{"a request", flaky, []string{open, "REACTIVATE_ATTEMPTS=1"}, async("X-Fc-Invocation-Type", "Async"), nil, askWeb1, "", 503, map[string]int{"failed": 1}},
		{"neither", overdue(web1), []string{open}, async("X-Fc-Invocation-Type", "Async"), nil, `{}`, "", 400, nil},
		{"not authorised", overdue(web1), nil, async("X-Fc-Invocation-Type", "Async"), nil, stopped(home), "", 401, nil},
		{"in the query it says nothing", flaky, []string{open, "REACTIVATE_ATTEMPTS=1"}, nil, async("X-Fc-Invocation-Type", "Async"), stopped(home), "", 503, map[string]int{"failed": 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.fleet, tt.env...)
				answer, err := r.invoke(t.Context(), call{headers: tt.headers, query: tt.query, body: tt.body}.event())
				if got := errorName(err); got != tt.err {
					t.Errorf("got %s (%v), want %q", got, err, tt.err)
				}
				var got response
				_ = json.Unmarshal([]byte(answer), &got) // a report has no status
				if got.StatusCode != tt.status || (err == nil) != (answer != "") {
					t.Errorf("got %s, want the status %d", answer, tt.status)
				}
				if logged := r.logged(); !maps.Equal(logged.Counts, tt.counts) {
					t.Errorf("got the report %+v, want the counts %v", logged, tt.counts)
				}
			})
		})
	}
}

func async(name, value string) map[string]string { return map[string]string{name: value} }
