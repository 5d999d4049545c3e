package queries_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"reactivate/handler"
	"reactivate/internal/fakecloud"
)

// What the function logs, in front of the fake cloud.

const (
	functionName   = "reactivate"
	ownAccount     = "1234567890123456"
	watchedAccount = "2345678901234567"
	watchedRole    = "acs:ram::" + watchedAccount + ":role/reactivate-watched"

	web1 = "i-bp1web00000000000001"
	web2 = "i-bp1web00000000000002"
)

// run is one invocation: a fleet, the function's variables, and the event.
type run struct {
	fleet fakecloud.Fleet
	event string
	env   []string
}

func timer(payload string) string {
	event, err := json.Marshal(map[string]string{"triggerTime": time.Now().UTC().Format(time.RFC3339), "triggerName": "sweep", "payload": payload})
	if err != nil {
		panic(err) // impossible: texts
	}
	return string(event)
}

var (
	sweep   = timer(`{"sweep": true}`)
	own     = fakecloud.Account{ID: ownAccount}
	denied  = fakecloud.Account{ID: ownAccount, AccessKeys: []fakecloud.AccessKey{{ID: "id", Secret: "secret", Token: "token", Deny: []string{"ecs:ReActivateInstances"}}}}
	broke   = -12.5
	watched = fakecloud.Account{ID: watchedAccount, Balance: &broke, Roles: []fakecloud.Role{{ARN: watchedRole, Trusted: []string{"acs:ram::" + ownAccount + ":root"}}}}
)

func overdue(account string, since time.Duration) []fakecloud.Instance {
	instance := fakecloud.Instance{Account: account, Region: "cn-hangzhou", Locks: []string{"financial"}, OverdueFor: fakecloud.Duration(since)}
	first, second := instance, instance
	first.ID, first.Name = web1, "web-1"
	second.ID, second.Name = web2, "web-2"
	return []fakecloud.Instance{first, second}
}

// arrears are a watched account that has been unpaid for so long.
func arrears(since time.Duration, event string) run {
	return run{fakecloud.Fleet{Accounts: []fakecloud.Account{own, watched}, Instances: overdue(watchedAccount, since)}, event, []string{"REACTIVATE_ROLES=" + watchedRole}}
}

// inGroup puts the run's instances into a scaling group, which may release them at any time.
func inGroup(r run) run {
	for i := range r.fleet.Instances {
		r.fleet.Instances[i].Tags = map[string]string{"acs:autoscaling:scalingGroupId": "asg-bp1"}
	}
	return r
}

// many are enough overdue instances for a message that a log store cuts.
var many = []fakecloud.Instance{{ID: "i-bp1many{n}", Name: "a-name-of-some-length-{n}", Count: 60, Region: "cn-hangzhou", Locks: []string{"financial"}}}

const day = 24 * time.Hour

// runs are those whose lines queries are held against.
var runs = map[string]run{
	"calm":    {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: []fakecloud.Instance{{ID: web1, Region: "cn-hangzhou"}}}, sweep, nil},
	"paid":    {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: overdue(ownAccount, day), StartTakes: fakecloud.Duration(100 * time.Millisecond)}, sweep, nil},
	"denied":  {fakecloud.Fleet{Accounts: []fakecloud.Account{denied}, Instances: overdue(ownAccount, day)}, sweep, nil},
	"dry":     {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: overdue(ownAccount, day)}, sweep, []string{"REACTIVATE_DRY_RUN=true"}},
	"person":  {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: []fakecloud.Instance{{ID: web1, Region: "cn-hangzhou"}}}, `{"sweep": true}`, nil},
	"refused": {fakecloud.Fleet{Accounts: []fakecloud.Account{own}}, sweep, []string{"REACTIVATE_WAIT=never"}},
	"capped":  {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: overdue(ownAccount, day)}, sweep, []string{"REACTIVATE_MAX_INSTANCES=1"}},
	"all":     {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: everyVerdict(), StartTakes: fakecloud.Duration(100 * time.Millisecond)}, sweep, nil},
	"wide":    wide(),
	"many":    {fakecloud.Fleet{Accounts: []fakecloud.Account{own}, Instances: many}, sweep, []string{"REACTIVATE_DRY_RUN=true", "REACTIVATE_NOTIFY=print", "REACTIVATE_NOTIFY_ON=always"}},

	"arrears":    arrears(day, sweep),
	"ids":        arrears(day, `{"instanceIds": ["`+web1+`", "`+web2+`"], "accountId": "`+watchedAccount+`"}`),
	"watch":      arrears(day, timer(`{"watch": "5m"}`)),
	"group":      inGroup(arrears(day, sweep)),
	"12 days":    arrears(12*day-time.Hour, sweep),
	"12 days on": arrears(12*day+time.Hour, sweep),
}

// everyVerdict are instances of which some are overdue and stay so, some come back, and some are no matter of ours.
func everyVerdict() []fakecloud.Instance {
	kinds := []fakecloud.Instance{
		{Name: "running"},
		{Name: "owner-stopped", Status: "Stopped"},
		{Name: "paid", Locks: []string{"financial"}},
		{Name: "security", Locks: []string{"financial", "security"}},
		{Name: "recycling", Locks: []string{"financial", "recycling"}},
		{Name: "never", Locks: []string{"financial"}, Tags: map[string]string{"reactivate": "never"}},
		{Name: "prepaid", Locks: []string{"financial"}, ChargeType: "PrePaid"},
		{Name: "fallen", Locks: []string{"financial"}, OverdueFor: fakecloud.Duration(2 * time.Hour), StartedAgo: fakecloud.Duration(time.Hour)},
		{Name: "broken", Locks: []string{"financial"}, StartFails: &fakecloud.Error{Code: "IncorrectInstanceStatus"}},
	}
	for i := range kinds {
		kinds[i].ID, kinds[i].Region = fmt.Sprintf("i-bp1all%014d", i), "cn-hangzhou"
	}
	return kinds
}

// wide is a large organization on a bad day: 30 regions, 20 balances, and 6 accounts that refuse the role.
func wide() run {
	var fleet fakecloud.Fleet
	var roles, regions []string
	for i := range 30 {
		regions = append(regions, fmt.Sprintf("cn-region-%02d", i))
	}
	for i := range 26 {
		account := watched
		account.ID = fmt.Sprintf("23456789012345%02d", i)
		arn := "acs:ram::" + account.ID + ":role/reactivate-watched"
		account.Roles = []fakecloud.Role{{ARN: arn, Trusted: []string{"acs:ram::" + ownAccount + ":root"}}}
		if i >= 20 {
			account.Roles[0].Trusted = []string{"acs:ram::9999999999999999:root"}
		}
		roles = append(roles, arn)
		fleet.Accounts = append(fleet.Accounts, account)
	}
	fleet.Accounts = append(fleet.Accounts, own)
	fleet.Regions = regions
	fleet.Instances = []fakecloud.Instance{{ID: web1, Name: "web-1", Account: "2345678901234500", Region: regions[0], Locks: []string{"financial"}}}
	return run{fleet, sweep, []string{"REACTIVATE_ROLES=" + strings.Join(roles, ","), "REACTIVATE_REGIONS=" + strings.Join(regions, ","), "REACTIVATE_BALANCE_FLOOR=200"}}
}

// logged are the lines of all runs by name, each as if it had ended at the zero time.
var logged = sync.OnceValues(func() (map[string][]line, error) {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		found = map[string][]line{}
		errs  []error
	)
	for name, run := range runs {
		wg.Go(func() {
			lines, err := run.lines(name)
			mu.Lock()
			defer mu.Unlock()
			found[name] = lines
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return found, errors.Join(errs...)
})

// lines invokes the function once, and gives its log as Function Compute stores it: each line in message, and a line on the request.
// https://github.com/aliyun-fc/fc-docs (docs/zh-CN, 04, pages 085 and 091)
func (r run) lines(name string) ([]line, error) {
	cloud, err := fakecloud.New(r.fleet)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	server := httptest.NewServer(cloud)
	defer server.Close()
	keys := cloud.Credentials(ownAccount)
	fc := fccontext.FcContext{
		RequestID: "1-" + name, Region: "cn-hangzhou", AccountId: ownAccount, Function: fccontext.Function{Name: functionName},
		Credentials: fccontext.Credentials{AccessKeyId: keys.AccessKeyID, AccessKeySecret: keys.AccessKeySecret, SecurityToken: keys.SecurityToken},
	}
	ctx, cancel := context.WithTimeout(fccontext.NewContext(context.Background(), &fc), 30*time.Second)
	defer cancel()
	environ := append([]string{"REACTIVATE_ENDPOINT=" + server.URL, "REACTIVATE_GRACE=0s", "REACTIVATE_WAIT=1s", "FC_REGION=cn-hangzhou"}, r.env...)
	var log bytes.Buffer
	_, failed := handler.New(environ, "test", &log).Invoke(ctx, []byte(r.event))
	var all []line
	for text := range strings.Lines(log.String()) {
		all = append(all, line{fields: map[string]any{"functionName": functionName, "message": strings.TrimSpace(text)}})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s logs nothing", name)
	}
	errorType := ""
	if failed != nil {
		errorType = "FunctionUnhandledError"
	}
	return append(all, measured("1-"+name, 1500, errorType)), nil
}

// measured is Function Compute's own line on a request.
func measured(requestID string, ms float64, errorType string) line {
	fields := map[string]any{"functionName": functionName, "requestId": requestID, "durationMs": ms, "hasFunctionError": "false"}
	if errorType != "" {
		fields["hasFunctionError"], fields["errorType"] = "true", errorType
	}
	return line{fields: fields}
}

// ended are the lines of a run that ended at a time.
func ended(t testing.TB, name string, at time.Time) []line {
	t.Helper()
	all, err := logged()
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Clone(all[name])
	if len(lines) == 0 {
		t.Fatalf("there is no run %q, but %q", name, slices.Sorted(maps.Keys(all)))
	}
	for i := range lines {
		lines[i].at = at
	}
	return lines
}

// everything are the lines of all runs.
func everything(t testing.TB, at time.Time) (lines []line) {
	t.Helper()
	for name := range runs {
		lines = append(lines, ended(t, name, at)...)
	}
	return lines
}

// died are the lines of a run that was ended by Function Compute: it has no last line of its own.
func died(t testing.TB, name, errorType string, at time.Time) []line {
	t.Helper()
	lines := ended(t, name, at)
	lines = slices.DeleteFunc(lines, func(l line) bool {
		return l.message() == "" || strings.Contains(l.message(), `"msg":"run"`)
	})
	last := measured("1-"+name, 1_500_000, errorType)
	last.at = at
	return append(lines, last)
}
