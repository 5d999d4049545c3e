package handler_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reactivate/internal/fakecloud"
)

// invocationErrors are the only types of error that an invocation may return.
var invocationErrors = []string{"ConfigError", "DecodeError", "LimitError", "DeniedError", "FailedError", "UnfinishedError"}

// FuzzInvoke gives any bytes to the whole function. It must not panic, must return only the documented errors, and must call no
// instance that the payload neither names nor reaches by a sweep.
func FuzzInvoke(f *testing.F) {
	samples, err := filepath.Glob("../events/*.*")
	if err != nil || len(samples) < 20 {
		f.Fatalf("%d samples, %v", len(samples), err)
	}
	for _, name := range samples {
		payload, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	for _, payload := range []string{
		`{"instanceIds":["` + web1 + `"],"force":true,"wait":"0s"}`, "", "null", "[]", "42", `{"instanceId": "` + web1 + `", "colour": "blue"}`,
		`{"sweep": true, "force": true}`, `{"instanceId": "` + web1 + `", "accountId": "` + other + `"}`, `{"sweep": true, "regionId": "evil.invalid/"}`,
	} {
		f.Add([]byte(payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		r := newRig(t, fuzzFleet(), "REACTIVATE_HTTP_AUTH=platform", "REACTIVATE_ATTEMPTS=1")
		_, err := r.invoke(t.Context(), string(payload))
		if name := errorName(err); err != nil && !slices.Contains(invocationErrors, name) {
			t.Errorf("ended in %s: %v", name, err)
		} else if name == "DecodeError" && len(r.cloud.Calls()) > 0 {
			t.Errorf("ended in %v after %d calls", err, len(r.cloud.Calls()))
		}
		r.checkCalls(string(payload))
	})
}

func fuzzFleet() fakecloud.Fleet {
	fleet := overdue(web1, web2)
	fleet.Instances = append(fleet.Instances,
		fakecloud.Instance{ID: web3, Region: "cn-hangzhou", Locks: []string{"financial", "security"}},
		fakecloud.Instance{ID: "i-bp1stage000000000001", Region: "cn-hangzhou", Status: fakecloud.Stopped})
	return fleet
}

// checkCalls compares the calls with the payload. Escaped and encoded ids cannot be seen here, so only payloads of plain text
// are compared.
func (r *rig) checkCalls(payload string) {
	called := r.called(reactivateAction)
	if slices.Contains(called, web3) {
		r.t.Errorf("called for the security-locked one: %v", called)
	}
	sweeps := slices.ContainsFunc(r.cloud.Calls(), func(c fakecloud.Call) bool {
		return c.Action == "DescribeInstances" && len(c.InstanceIDs) == 0
	})
	plain := !strings.ContainsAny(payload, `\%`) && strings.HasPrefix(strings.TrimSpace(payload), "{") && !strings.Contains(payload, "ase64")
	for _, id := range called {
		if id != "i-00000000000000000000" && plain && !sweeps && !strings.Contains(payload, id) {
			r.t.Errorf("called for %s, which the payload does not name", id)
		}
	}
}
