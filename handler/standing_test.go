package handler_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/internal/fakecloud"
)

// stoppedAt is CloudMonitor's event of an instance that stopped some time ago.
func stoppedAt(id string, ago time.Duration) string {
	return fmt.Sprintf(`{"product":"ECS","id":"e-%s","name":"Instance:StateChange","userId":%q,"regionId":"cn-hangzhou","eventTime":%q,"content":{"resourceId":%q,"state":"Stopped"}}`,
		id, home, time.Now().Add(-ago).UTC().Format("20060102T150405.000+0000"), id)
}

// TestOldEventsAreAnswered: each within a second, with 200 and without a call. The next sweep calls their instances.
func TestOldEventsAreAnswered(t *testing.T) {
	const events = 100
	fleet := fakecloud.Fleet{}
	for i := range 20 {
		fleet.Instances = append(fleet.Instances, fakecloud.Instance{ID: fmt.Sprintf("i-bp1old%013d", i), Region: "cn-hangzhou", Locks: []string{"financial"}})
	}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fleet, open, "REACTIVATE_GRACE=10m", "REACTIVATE_WAIT=10m")
		ctx, cancel := context.WithTimeout(fccontext.NewContext(t.Context(), &r.fc), 1500*time.Second)
		defer cancel()
		began := time.Now()
		for i := range events {
			in := fleet.Instances[i%len(fleet.Instances)]
			started := time.Now()
			answer, err := r.handler.Invoke(ctx, []byte(call{body: stoppedAt(in.ID, 11*time.Minute)}.event()))
			text, _ := json.Marshal(answer)
			if took := time.Since(started); err != nil || !strings.Contains(string(text), `"statusCode":200`) || !strings.Contains(string(text), `\"deferred\":1`) || took > time.Second {
				t.Fatalf("%s: got %s, %v after %v, want 200 and deferred within a second", in.ID, text, err, took)
			}
		}
		if called := r.called(reactivateAction); len(called) != 0 {
			t.Errorf("called %d instances, want none", len(called))
		}
		if took := time.Since(began); took > events*100*time.Millisecond {
			t.Errorf("all took %v", took)
		}
	})
}

// TestAWatchOverHTTP calls nothing and is answered with 200, because its sender has nothing left to do.
func TestAWatchOverHTTP(t *testing.T) {
	r := newRig(t, overdue(web1), open)
	got := r.send(call{body: `{"watch": "5m"}`})
	if got.StatusCode != 200 || len(r.called(reactivateAction)) != 0 || r.logged().Counts["deferred"] != 1 {
		t.Errorf("got %d %s, want 200 and a look", got.StatusCode, *got.Body)
	}
}

// TestARechargeByWebhook has no time for its grace while its sender waits. It looks, and leaves the rest to the next sweep.
func TestARechargeByWebhook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, overdue(web1), open, "REACTIVATE_GRACE=10m", "REACTIVATE_WAIT=10m")
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Second)
		defer cancel()
		const recharge = `{"specversion":"1.0","id":"e","source":"my","type":"recharge","data":{}}`
		answer, err := r.invoke(ctx, call{body: recharge}.event())
		if err != nil || !strings.Contains(answer, `"statusCode":200`) || !strings.Contains(answer, `\"deferred\":1`) || len(r.called(reactivateAction)) != 0 {
			t.Errorf("got %s, %v, want 200 and deferred", answer, err)
		}
	})
}
