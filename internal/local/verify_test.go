package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/fakecloud"
	"reactivate/internal/local"
	"reactivate/internal/wording"
)

// asAssumed is a cloud for which every assumption holds.
func asAssumed() fakecloud.Fleet {
	return fakecloud.Fleet{
		Accounts:  []fakecloud.Account{{ID: "1234567890123456"}, {ID: "2345678901234567"}},
		Directory: &fakecloud.Directory{Members: []fakecloud.Member{{ID: "2345678901234567"}}},
		Instances: []fakecloud.Instance{{
			ID: "i-bp1web{n}", Count: 15, Region: "cn-hangzhou", Locks: []string{"financial"}, Tags: map[string]string{"acs:autoscaling:scalingGroupId": "asg-1"},
		}},
		Deployment: &fakecloud.Deployment{
			Function: "reactivate", Project: "reactivate-logs", Asynchronous: true, Alerts: []string{"reactivate-no-sweep"},
			Dashboards: []string{"reactivate"}, Policies: []string{"reactivate.all"},
		},
	}
}

// verified runs verify against a fleet, and adds a header to its answers if one is named. It returns the judgements by assumption,
// the calls that were made, and what was shown.
func verified(t *testing.T, fleet fakecloud.Fleet, header string, args ...string) (map[string]wording.Judgement, []fakecloud.Call, string) {
	t.Helper()
	fake, err := fakecloud.New(fleet)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if header != "" {
			w.Header().Set(header, "uid=1234567890123456;instance=i-bp1web00000000000001,AY1207141147021234ab")
		}
		fake.ServeHTTP(w, r)
	}))
	defer server.Close()
	live(t)
	creds := fake.Credentials("")
	for name, value := range map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": creds.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": creds.AccessKeySecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN": creds.SecurityToken, "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou", "REACTIVATE_REGIONS": "",
	} {
		t.Setenv(name, value)
	}
	program := build
	program.Cloud = func([]string) (*aliyun.Cloud, error) {
		return aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL}), nil
	}
	var stdout, stderr bytes.Buffer
	args = append([]string{"verify", "-live", "-json", "-env", "REACTIVATE_ENDPOINT=" + server.URL}, args...)
	local.Main(t.Context(), program, args, strings.NewReader(""), &stdout, &stderr)
	var doc struct {
		Findings []struct {
			Assumption, Seen string
			Judgement        wording.Judgement
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil || stderr.Len() > 0 {
		t.Fatalf("%v: %s, %s", err, &stdout, &stderr)
	}
	judgements := map[string]wording.Judgement{}
	for _, f := range doc.Findings {
		judgements[f.Assumption] = f.Judgement
	}
	return judgements, fake.Calls(), stdout.String()
}

// instead is a fault: after some calls of an operation with the usual answer, count calls get another one.
func instead(action string, after, count int, body string) fakecloud.Fault {
	var object map[string]any
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		panic(err)
	}
	return fakecloud.Fault{Action: action, After: after, Count: count, Fault: fakecloud.FaultAct{Kind: fakecloud.OtherAnswer, Body: object}}
}

func TestVerifyOfWhatIsAsAssumed(t *testing.T) {
	judgements, calls, _ := verified(t, asAssumed(), "")
	for assumption, got := range judgements {
		want := wording.Holds
		switch assumption {
		case wording.AssumePublicDNS.EN, wording.AssumeVPCDNS.EN, wording.AssumeTestEvent.EN:
			want = wording.CannotTell
		}
		if got != want {
			t.Errorf("%s: %s, want %s", assumption, got, want)
		}
	}
	for _, call := range calls {
		if call.Action == "PutCustomEvent" || call.Action == "ReActivateInstances" || call.Action == "AssumeRole" {
			t.Errorf("%s was called: verify only reads", call.Action)
		}
	}
	if len(judgements) != 26 || len(calls) == 0 {
		t.Errorf("%d findings of %d calls", len(judgements), len(calls))
	}
}

func TestVerifySendsOneEventWhereItIsAsked(t *testing.T) {
	judgements, calls, _ := verified(t, asAssumed(), "", "-notify")
	sent := 0
	for _, call := range calls {
		if call.Action == "PutCustomEvent" {
			sent++
		}
	}
	if sent != 1 || judgements[wording.AssumeTestEvent.EN] != wording.Holds {
		t.Errorf("%d events sent, %s; want one, which holds", sent, judgements[wording.AssumeTestEvent.EN])
	}
}

// TestVerifyOfWhatDiffers has for each assumption a cloud that differs in it.
func TestVerifyOfWhatDiffers(t *testing.T) {
	const row = `{"Instances":{"Instance":[{"InstanceId":"i-bp1odd00000000000001","Status":"Running","InstanceChargeType":"PrePaid","StartTime":"2.1.2026"}]},"NextToken":"t","TotalCount":7}`
	describe := func(after, count int, body string) func(*fakecloud.Fleet) {
		return func(f *fakecloud.Fleet) {
			f.Faults = []fakecloud.Fault{instead("DescribeInstances", after, count, body)}
		}
	}
	answer := func(action, body string) func(*fakecloud.Fleet) {
		return func(f *fakecloud.Fleet) { f.Faults = []fakecloud.Fault{instead(action, 0, 1, body)} }
	}
	refuse := func(action, code string) func(*fakecloud.Fleet) {
		return func(f *fakecloud.Fleet) {
			f.Faults = []fakecloud.Fault{{Action: action, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: code}}}}
		}
	}
	for _, tt := range []struct {
		assumption wording.Text
		change     func(*fakecloud.Fleet)
		header     string
	}{
		{wording.AssumeIdentity, answer("GetCallerIdentity", `{"AccountId":"1234567890123456","Arn":"acs:ram::9:root"}`), ""},
		{wording.AssumeDirectory, answer("ListAccounts", `{"Accounts":{"Account":[{"AccountId":"1234567890123456","Status":"CreateSuccess"}]}}`), ""},
		{wording.AssumeRegions, refuse("DescribeRegions", "Forbidden.RAM"), ""},
		{wording.AssumeEndpoints, answer("DescribeRegions", `{"Regions":{"Region":[{"RegionId":"cn-qingdao","RegionEndpoint":"ecs.aliyuncs.com"}]}}`), ""},
		{wording.AssumeDryRun, describe(0, 1, row), ""},
		{wording.AssumeStartTime, describe(1, 1, row), ""},
		{wording.AssumeLocks, describe(1, 1, row), ""},
		{wording.AssumeTags, describe(1, 1, row), ""},
		{wording.AssumeAddresses, describe(1, 1, row), ""},
		{wording.AssumePaging, describe(2, 2, row), ""},
		{wording.AssumeNumbers, describe(4, 1, `{"Instances":{"Instance":[]}}`), ""},
		{wording.AssumeSweep, describe(6, 1, row), ""},
		{wording.AssumeFilter, describe(7, 1, `{"Instances":{"Instance":[]}}`), ""},
		{wording.AssumeHistory, refuse("DescribeInstanceHistoryEvents", "InvalidParameter"), ""},
		{wording.AssumeEvents, func(f *fakecloud.Fleet) {
			f.Faults = []fakecloud.Fault{instead("DescribeInstanceHistoryEvents", 1, 1, `{"InstanceSystemEventSet":{"InstanceSystemEventType":[{"InstanceId":"i-bp1web00000000000001"}]}}`)}
		}, ""},
		{wording.AssumeBalance, func(f *fakecloud.Fleet) { f.Accounts[0].BalanceShows = "much" }, ""},
		{wording.AssumeSite, func(f *fakecloud.Fleet) { f.Accounts[0].Site = fakecloud.International }, ""},
		{wording.AssumeAsync, func(f *fakecloud.Fleet) { f.Deployment.Asynchronous = false }, ""},
		{wording.AssumeAlerts, func(f *fakecloud.Fleet) { f.Deployment.Alerts = nil }, ""},
		{wording.AssumeDashboard, func(f *fakecloud.Fleet) { f.Deployment.Dashboards = nil }, ""},
		{wording.AssumePolicy, func(f *fakecloud.Fleet) { f.Deployment.Policies = nil }, ""},
		{wording.AssumeTestEvent, refuse("PutCustomEvent", "InvalidParameter"), ""},
		{wording.AssumeClock, func(f *fakecloud.Fleet) { f.ClockAhead = fakecloud.Duration(20 * time.Minute) }, ""},
		{wording.AssumeQuotas, func(*fakecloud.Fleet) {}, "X-RateLimit-Remaining"},
	} {
		t.Run(tt.assumption.EN, func(t *testing.T) {
			fleet := asAssumed()
			tt.change(&fleet)
			if got, _, all := verified(t, fleet, tt.header, "-notify"); got[tt.assumption.EN] != wording.Differs {
				t.Errorf("%s, want it to differ: %s", got[tt.assumption.EN], all)
			}
		})
	}
}

// What passes, and what a wrong key or clock causes, says nothing about an assumption.
func TestVerifyTellsNothingByOtherTroubles(t *testing.T) {
	always := func(code string, status int) func(*fakecloud.Fleet) {
		return func(f *fakecloud.Fleet) {
			f.Faults = []fakecloud.Fault{{Action: "*", Always: true, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: code, Status: status}}}}
		}
	}
	for name, change := range map[string]func(*fakecloud.Fleet){
		"a busy server":  always("InternalError", 500),
		"too many calls": always("Throttling.User", 400),
		"a wrong key":    always("SignatureDoesNotMatch", 400),
		"a wrong clock":  func(f *fakecloud.Fleet) { f.ClockAhead = fakecloud.Duration(20 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			fleet := asAssumed()
			change(&fleet)
			judgements, _, all := verified(t, fleet, "", "-notify")
			for assumption, got := range judgements {
				if got != wording.CannotTell && assumption != wording.AssumeClock.EN {
					t.Errorf("%s: %s: %s", assumption, got, all)
				}
			}
		})
	}
}

// An empty list confirms nothing.
func TestVerifyOfEmptyLists(t *testing.T) {
	fleet := asAssumed()
	fleet.Faults = []fakecloud.Fault{instead("DescribeRegions", 0, 1, `{}`), instead("ListAccounts", 0, 1, `{}`)}
	judgements, _, all := verified(t, fleet, "")
	for _, assumption := range []wording.Text{wording.AssumeDirectory, wording.AssumeEndpoints} {
		if got := judgements[assumption.EN]; got != wording.CannotTell {
			t.Errorf("%s: %s: %s", assumption.EN, got, all)
		}
	}
}

// Outside a VPC, the names for VPCs need not exist.
func TestVerifyLooksUpNames(t *testing.T) {
	known := func(context.Context, string) ([]string, error) { return nil, nil }
	unknown := func(_ context.Context, host string) ([]string, error) {
		if strings.HasPrefix(host, "sts") {
			return nil, errors.New("no such host")
		}
		return nil, nil
	}
	for _, tt := range []struct {
		vpc     bool
		resolve func(context.Context, string) ([]string, error)
		want    wording.Judgement
	}{{false, known, wording.Holds}, {true, known, wording.Holds}, {false, unknown, wording.Differs}, {true, unknown, wording.CannotTell}} {
		if got := local.VerifyNames(t.Context(), tt.vpc, tt.resolve); got != tt.want {
			t.Errorf("in a VPC %t: %s, want %s", tt.vpc, got, tt.want)
		}
	}
}

// What verify shows can be pasted into an issue.
func TestVerifyMasks(t *testing.T) {
	fleet := asAssumed()
	fleet.Accounts[0].AccessKeys = []fakecloud.AccessKey{{ID: "a-key-id", Secret: "a-secret", Deny: []string{"fc:GetFunction", "bss:DescribeAcccount"}}}
	fleet.Faults = []fakecloud.Fault{
		{Action: "DescribeInstances", Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: "Forbidden.RAM.acs:ecs:*:1234567890123456:instance/i-bp1web00000000000001", Status: 403}}},
		instead("DescribeRegions", 0, 1, `{"Regions":{"Region":[{"RegionId":"cn-1234567890123456","RegionEndpoint":"2345678901234567.invalid"}]}}`),
		instead("GetCallerIdentity", 0, 1, `{"AccountId":"1234567890123456","Arn":"acs:ram::2345678901234567:user/a"}`),
	}
	_, _, shown := verified(t, fleet, "X-Acs-Ratelimit-Info")
	if !strings.Contains(shown, "uid=12…56;instance=i-…,AY…") || !strings.Contains(shown, "Forbidden.RAM.acs:ecs:*:12…56:instance/i-…") {
		t.Errorf("it shows no header or no code: %s", shown)
	}
	for _, secret := range []string{"1234567890123456", "2345678901234567", "i-bp1", "AY12", "a-key-id", "a-secret", "reactivate-logs", "asg-1"} {
		if strings.Contains(shown, secret) {
			t.Errorf("it shows %s: %s", secret, shown)
		}
	}
}
