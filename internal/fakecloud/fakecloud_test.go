package fakecloud_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
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
	RequestID  string `json:"RequestId"`
	HostID     string `json:"HostId"`
	Code       string
	Message    string
	TotalCount int
	PageNumber int
	PageSize   int
	NextToken  string
	Instances  struct{ Instance []row }
	Regions    struct {
		Region []struct{ RegionID, RegionEndpoint string }
	}
	Credentials     struct{ AccessKeyID, AccessKeySecret, SecurityToken, Expiration string }
	AssumedRoleUser struct{ Arn, AssumedRoleID string }
	// of the history, the directory and the balance
	InstanceSystemEventSet struct{ InstanceSystemEventType []eventRow }
	Accounts               struct {
		Account []struct{ AccountID, DisplayName, FolderID, Status, DeletionStatus string }
	}
	Folders struct {
		Folder []struct{ FolderID, FolderName string }
	}
	Success bool
	Data    struct{ AvailableAmount, Currency string }
}

type eventRow struct {
	InstanceID                                   string
	EventType, EventCycleStatus                  struct{ Name string }
	EventPublishTime, NotBefore, EventFinishTime string
}

type row struct {
	InstanceID         string `json:"InstanceId"`
	InstanceName       string
	Status             string
	RegionID           string `json:"RegionId"`
	InstanceChargeType string
	SpotStrategy       string
	OperationLocks     struct {
		LockReason []struct{ LockReason, LockMsg string }
	}
	Tags *struct {
		Tag []struct{ TagKey, TagValue string }
	}
	PublicIPAddress struct{ IPAddress []string } `json:"PublicIpAddress"`
	EIPAddress      struct{ IPAddress string }   `json:"EipAddress"`
}

func (r row) locks() string {
	var locks []string
	for _, l := range r.OperationLocks.LockReason {
		locks = append(locks, l.LockReason)
	}
	return strings.Join(locks, ",")
}

var nonce atomic.Int64

// sign is an ACS3 request, as a client of its own making signs it.
func sign(t testing.TB, c *fakecloud.Cloud, keys fakecloud.Credentials, action string, params ...string) *http.Request {
	t.Helper()
	return signFor(t, c, "", keys, action, params...)
}

// signFor signs for a host; "" is a loopback address.
func signFor(t testing.TB, c *fakecloud.Cloud, host string, keys fakecloud.Credentials, action string, params ...string) *http.Request {
	t.Helper()
	if host == "" {
		host = "127.0.0.1:80"
	}
	version := "2014-05-26"
	switch action {
	case "AssumeRole":
		version = "2015-04-01"
	case "ListAccounts", "ListAccountsForParent", "ListFoldersForParent":
		version = "2022-04-19"
	case "QueryAccountBalance":
		version = "2017-12-14"
	}
	if action == "PutCustomEvent" {
		version = "2019-01-01"
	}
	query := url.Values{}
	for i := 0; i < len(params); i += 2 {
		query.Set(params[i], params[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+host+"/?"+query.Encode(), nil)
	empty := sha256.Sum256(nil)
	headers := map[string]string{
		"host": r.Host, "x-acs-action": action, "x-acs-version": version,
		"x-acs-date":            c.Now().UTC().Format("2006-01-02T15:04:05Z"),
		"x-acs-signature-nonce": fmt.Sprint(nonce.Add(1)),
		"x-acs-content-sha256":  hex.EncodeToString(empty[:]),
	}
	if keys.SecurityToken != "" {
		headers["x-acs-security-token"] = keys.SecurityToken
	}
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	canonical := "POST\n/\n" + strings.ReplaceAll(query.Encode(), "+", "%20") + "\n"
	for _, name := range names {
		canonical += name + ":" + headers[name] + "\n"
		r.Header.Set(name, headers[name])
	}
	canonical += "\n" + strings.Join(names, ";") + "\n" + headers["x-acs-content-sha256"]
	hash := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(keys.AccessKeySecret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hash[:])))
	r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+keys.AccessKeyID+
		",SignedHeaders="+strings.Join(names, ";")+",Signature="+hex.EncodeToString(mac.Sum(nil)))
	r.Header.Set("Accept", "application/json")
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
	return readReply(t, w.Result())
}

func readReply(t testing.TB, resp *http.Response) reply {
	t.Helper()
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := reply{Status: resp.StatusCode, Header: resp.Header, Text: string(b)}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(b, &got.body); err != nil {
			t.Fatalf("answer %s: %v", b, err)
		}
	}
	return got
}

// describe is the state of one instance as a client sees it; "": there is no such instance.
func describe(t testing.TB, c *fakecloud.Cloud, region, id string) (status, locks string) {
	t.Helper()
	got := call(t, c, "DescribeInstances", "RegionId", region, "InstanceIds", `["`+id+`"]`)
	if got.Status != http.StatusOK {
		t.Fatalf("DescribeInstances %s: %d %s", id, got.Status, got.Text)
	}
	if len(got.Instances.Instance) == 0 {
		return "", ""
	}
	in := got.Instances.Instance[0]
	return in.Status, in.locks()
}

const (
	web = "i-bp1web00000000000001"

	overdueFleet = `{"startTakes": "5s", "instances": [
		{"id": "i-bp1web00000000000001", "name": "web-1", "region": "cn-hangzhou", "locks": ["financial"]}]}`
)

func TestReactivateStartsAnOverdueInstance(t *testing.T) {
	c, clk := newCloud(t, overdueFleet)
	if status, locks := describe(t, c, "cn-hangzhou", web); status != "Stopped" || locks != "financial" {
		t.Fatalf("before: %s, locks %q", status, locks)
	}
	got := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
	if got.Status != http.StatusOK || got.RequestID == "" {
		t.Fatalf("got %d %s, want 200 with a RequestId", got.Status, got.Text)
	}
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{0, "Starting"}, {5*time.Second - 1, "Starting"}, {1, "Running"}} {
		clk.advance(tt.after)
		if status, locks := describe(t, c, "cn-hangzhou", web); status != tt.want || locks != "" {
			t.Errorf("got %s, locks %q, want %s without locks", status, locks, tt.want)
		}
	}
	in := c.Instances()[0]
	if in.Starts != 1 || !in.WasRunning {
		t.Errorf("got %+v, want one start, and that it ran", in)
	}
}
