package fakecloud_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// t0 is where the clock of most tests stands.
var t0 = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// clock is a clock that a test turns.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time          { return t0.Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// newCloud is a cloud on a clock that stands still.
func newCloud(t testing.TB, fleet string) (*fakecloud.Cloud, *clock) {
	t.Helper()
	f, err := fakecloud.ParseFleet([]byte(fleet))
	if err != nil {
		t.Fatal(err)
	}
	return cloudOf(t, f)
}

func cloudOf(t testing.TB, f fakecloud.Fleet) (*fakecloud.Cloud, *clock) {
	t.Helper()
	c, err := fakecloud.New(f)
	if err != nil {
		t.Fatal(err)
	}
	clk := &clock{}
	c.Now = clk.now
	return c, clk
}

// reply is an answer as a test looks at it.
type reply struct {
	Status int
	Header http.Header
	Text   string
	body
}

// body has the fields of all answers.
type body struct {
	RequestID, HostID, Code, Message, NextToken string
	TotalCount                                  int
	Instances                                   struct{ Instance []row }
	InstanceSystemEventSet                      struct{ InstanceSystemEventType []eventRow }
	Credentials                                 struct{ AccessKeyID, AccessKeySecret, SecurityToken, Expiration string }
	AssumedRoleUser                             struct{ Arn, AssumedRoleID string }
	Accounts                                    struct {
		Account []struct{ DisplayName, FolderID, Status, DeletionStatus string }
	}
	Folders struct {
		Folder []struct{ FolderID, FolderName string }
	}
	Data struct{ AvailableAmount, Currency string }
}

type eventRow struct {
	EventType, EventCycleStatus                  struct{ Name string }
	EventPublishTime, NotBefore, EventFinishTime string
}

type row struct {
	InstanceID, InstanceName, Status, StartTime string
	OperationLocks                              struct{ LockReason []struct{ LockReason string } }
	Tags                                        struct {
		Tag []struct{ TagKey, TagValue string }
	}
}

// emptyHash is the SHA-256 of no body.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

var (
	nonce    atomic.Int64
	versions = map[string]string{
		"AssumeRole": "2015-04-01", "GetCallerIdentity": "2015-04-01", "QueryAccountBalance": "2017-12-14", "PutCustomEvent": "2019-01-01",
		"ListAccounts": "2022-04-19", "ListAccountsForParent": "2022-04-19", "ListFoldersForParent": "2022-04-19",
	}
)

// sign is an ACS3 request. TestOfficialACS3Vector and the requests of official clients check the signature.
func sign(t testing.TB, c *fakecloud.Cloud, keys fakecloud.Credentials, action string, params ...string) *http.Request {
	t.Helper()
	version := versions[action]
	if version == "" {
		version = "2014-05-26"
	}
	query := url.Values{}
	for i := 0; i < len(params); i += 2 {
		query.Set(params[i], params[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:80/?"+query.Encode(), nil)
	headers := map[string]string{
		"host": r.Host, "x-acs-action": action, "x-acs-version": version, "x-acs-content-sha256": emptyHash,
		"x-acs-date":            c.Now().UTC().Format("2006-01-02T15:04:05Z"),
		"x-acs-signature-nonce": fmt.Sprint(nonce.Add(1)),
	}
	if keys.SecurityToken != "" {
		headers["x-acs-security-token"] = keys.SecurityToken
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	names := slices.Sorted(maps.Keys(headers))
	_, signature := fakecloud.SignACS3(r, names, keys.AccessKeySecret)
	r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+keys.AccessKeyID+
		",SignedHeaders="+strings.Join(names, ";")+",Signature="+signature)
	return r
}

// call calls with the first account's credentials.
func call(t testing.TB, c *fakecloud.Cloud, action string, params ...string) reply {
	t.Helper()
	return callAs(t, c, c.Credentials(""), action, params...)
}

func callAs(t testing.TB, c *fakecloud.Cloud, keys fakecloud.Credentials, action string, params ...string) reply {
	t.Helper()
	return send(t, c, sign(t, c, keys, action, params...))
}

func send(t testing.TB, c *fakecloud.Cloud, r *http.Request) reply {
	t.Helper()
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	got := reply{Status: w.Code, Header: w.Header(), Text: w.Body.String()}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(w.Body.Bytes(), &got.body); err != nil {
			t.Fatalf("answer %s: %v", got.Text, err)
		}
	}
	return got
}

// short is the status and the code of an answer, such as "403 NoPermission".
func (r reply) short() string { return strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Code)) }

const (
	hz  = "cn-hangzhou"
	web = "i-bp1web00000000000001"

	overdueFleet = `{"startTakes": "5s", "instances": [{"id": "` + web + `", "name": "web-1", "region": "cn-hangzhou", "locks": ["financial"]}]}`
)

// start calls ReActivateInstances in cn-hangzhou.
func start(t testing.TB, c *fakecloud.Cloud, id string) reply {
	t.Helper()
	return call(t, c, "ReActivateInstances", "RegionId", hz, "InstanceId", id)
}

// find is an instance of cn-hangzhou as a client sees it.
func find(t testing.TB, c *fakecloud.Cloud, id string) row {
	t.Helper()
	got := call(t, c, "DescribeInstances", "RegionId", hz, "InstanceIds", `["`+id+`"]`)
	if got.Status != http.StatusOK || len(got.Instances.Instance) > 1 {
		t.Fatalf("DescribeInstances %s: %d %s", id, got.Status, got.Text)
	}
	return append(got.Instances.Instance, row{})[0]
}

// state is the status of an instance and its locks, such as "Stopped financial"; "": there is no such instance.
func state(t testing.TB, c *fakecloud.Cloud, id string) string {
	t.Helper()
	in := find(t, c, id)
	all := []string{in.Status}
	for _, l := range in.OperationLocks.LockReason {
		all = append(all, l.LockReason)
	}
	return strings.Join(all, " ")
}

func wantState(t *testing.T, c *fakecloud.Cloud, when, id, want string) {
	t.Helper()
	if got := state(t, c, id); got != want {
		t.Errorf("%s: %s is %q, want %q", when, id, got, want)
	}
}
