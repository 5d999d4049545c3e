package deploy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
	"reactivate/internal/fakefc"
)

// What the built function writes into its log, in front of the fake cloud.

const (
	ownAccount     = "1234567890123456"
	watchedAccount = "2345678901234567"
	watchedRole    = "acs:ram::" + watchedAccount + ":role/reactivate-watched"
)

// logged is one run: a fleet, the function's variables, and what it is invoked with.
type logged struct {
	name  string
	fleet fakecloud.Fleet
	env   []string
	event string
}

// timer is the event of the timer with that payload.
func timer(payload string) string {
	event, err := json.Marshal(map[string]string{"triggerTime": "2026-01-02T03:00:00Z", "triggerName": "sweep", "payload": payload})
	if err != nil {
		panic(err) // impossible: texts
	}
	return string(event)
}

// logs are the runs whose lines queries are held against.
func logs() []logged {
	broke := -12.5
	own := fakecloud.Account{ID: ownAccount, AccessKeys: []fakecloud.AccessKey{{ID: "id", Secret: "secret", Token: "token"}}}
	denied := own
	denied.AccessKeys = []fakecloud.AccessKey{{ID: "id", Secret: "secret", Token: "token", Deny: []string{"ecs:ReActivateInstances"}}}
	watched := fakecloud.Account{ID: watchedAccount, Balance: &broke, Roles: []fakecloud.Role{{ARN: watchedRole, Trusted: []string{"acs:ram::" + ownAccount + ":root"}}}}
	overdue := func(account string) []fakecloud.Instance {
		return []fakecloud.Instance{
			{ID: "i-bp1web00000000000001", Name: "web-1", Account: account, Region: "cn-hangzhou", Locks: []string{"financial"}},
			{ID: "i-bp1web00000000000002", Name: "web-2", Account: account, Region: "cn-hangzhou", Locks: []string{"financial"}},
		}
	}
	running := []fakecloud.Instance{{ID: "i-bp1web00000000000001", Region: "cn-hangzhou"}}
	sweep := timer(`{"sweep": true}`)
	return []logged{
		{"arrears", fakecloud.Fleet{Accounts: []fakecloud.Account{own, watched}, Instances: overdue(watchedAccount)}, []string{"REACTIVATE_ROLES=" + watchedRole}, sweep},
		{"calm", fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: running}, nil, sweep},
		{"failed", fakecloud.Fleet{Accounts: []fakecloud.Account{denied}, Instances: overdue(ownAccount)}, nil, sweep},
		{"paid", fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: overdue(ownAccount), StartTakes: fakecloud.Duration(100 * time.Millisecond)}, nil, sweep},
		{"dry", fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: overdue(ownAccount)}, []string{"REACTIVATE_DRY_RUN=true"}, sweep},
		{"person", fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: running}, nil, `{"sweep": true}`},
		{"refused", fakecloud.Fleet{Accounts: []fakecloud.Account{own}}, []string{"REACTIVATE_WAIT=never"}, sweep},
	}
}

var readLogs = sync.OnceValues(func() (map[string][]row, error) {
	dir, err := os.MkdirTemp("", "reactivate")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // only this test's binary is in it
	binary := filepath.Join(dir, "main")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		found = map[string][]row{}
		errs  []error
	)
	for _, run := range logs() {
		wg.Go(func() {
			lines, err := run.lines(binary)
			mu.Lock()
			defer mu.Unlock()
			found[run.name] = lines
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return found, errors.Join(errs...)
})

// lines invokes the function once, and reads its log as Function Compute
// stores it.
func (l logged) lines(binary string) ([]row, error) {
	cloud, err := fakecloud.New(l.fleet)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.name, err)
	}
	server := httptest.NewServer(cloud)
	defer server.Close()
	var log bytes.Buffer
	function := &fakefc.Function{
		Command: []string{binary}, Name: "reactivate", Region: "cn-hangzhou", AccountID: ownAccount, Timeout: 20 * time.Second, Stdout: &log,
		Credentials: fakefc.Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: "token"},
		Env:         append([]string{"REACTIVATE_ENDPOINT=" + server.URL, "REACTIVATE_GRACE=0s", "REACTIVATE_WAIT=1s"}, l.env...),
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := function.Start(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", l.name, err)
	}
	_, err = function.Invoke(ctx, fakefc.Invocation{RequestID: "1-" + l.name, Payload: []byte(l.event)})
	function.Close() // after it, all of the log is there
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.name, err)
	}
	return stored(log.String()), nil
}

// stored are the lines with the fields that Function Compute adds:
// https://github.com/aliyun-fc/fc-docs (docs/zh-CN, 04, page 085).
func stored(log string) []row {
	var all []row
	at := float64(time.Now().Unix())
	for line := range strings.Lines(log) {
		line = strings.TrimSpace(line)
		var written struct{ Time time.Time }
		if json.Unmarshal([]byte(line), &written) == nil {
			at = float64(written.Time.Unix())
		}
		all = append(all, row{
			logTime: at, "__topic__": "FCLogs:/reactivate", "functionName": "reactivate", "message": line, "qualifier": "LATEST",
			"versionId": "LATEST", "requestID": "1-0", "instanceID": "c-0",
		})
	}
	return all
}

// linesOf are the lines of these runs, in this order.
func linesOf(t *testing.T, names ...string) []row {
	t.Helper()
	all, err := readLogs()
	if err != nil {
		t.Fatal(err)
	}
	var found []row
	for _, name := range names {
		if len(all[name]) == 0 {
			t.Fatalf("no line of the run %q", name)
		}
		found = append(found, all[name]...)
	}
	return found
}

// later are the lines as if they had been written so much later.
func later(lines []row, by time.Duration) []row {
	var moved []row
	for _, line := range lines {
		copied := row{}
		for name, value := range line {
			copied[name] = value
		}
		if at, ok := line[logTime].(float64); ok {
			copied[logTime] = at + by.Seconds()
		}
		moved = append(moved, copied)
	}
	return moved
}

// measured are lines on requests: https://github.com/aliyun-fc/fc-docs
// (docs/zh-CN, 04, page 091).
func measured(at time.Time, durations ...float64) []row {
	var all []row
	for _, ms := range durations {
		all = append(all, row{
			logTime: float64(at.Unix()), "__topic__": "FCRequestMetrics:/reactivate", "functionName": "reactivate", "durationMs": ms,
			"requestId": "1-0", "hasFunctionError": "false", "errorType": "", "invocationType": "Async",
		})
	}
	return all
}
