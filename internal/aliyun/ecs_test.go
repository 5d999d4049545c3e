package aliyun_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

var creds = aliyun.Credentials{AccessKeyID: "fakeAccessKeyId", AccessKeySecret: "fakeAccessKeySecret", SecurityToken: "fake+Security/Token=="}

// cloudAt returns a cloud whose calls all go to h.
func cloudAt(t *testing.T, h http.HandlerFunc) *aliyun.Cloud {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL})
}

// serve answers every call with h, and returns the ECS that asks it.
func serve(t *testing.T, h http.HandlerFunc) *aliyun.ECS {
	t.Helper()
	return cloudAt(t, h).Own(creds, "cn-hangzhou")
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func reactivateOne(t *testing.T, e *aliyun.ECS) *cloud.Error {
	t.Helper()
	return refusalOf(t, e, "i-bp1000000000000go2go")
}

// refusalOf is the error of a call for an instance.
func refusalOf(t *testing.T, e *aliyun.ECS, id string) *cloud.Error {
	t.Helper()
	requestID, err := e.ReActivateInstances(t.Context(), "cn-hangzhou", id)
	refused, ok := errors.AsType[*cloud.Error](err)
	if !ok {
		t.Fatalf("got request id %q and %v, want a *cloud.Error", requestID, err)
	}
	return refused
}

// TestCodes has each documented code with the documented statuses, which must not matter:
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reactivateinstances and the common ones. For a
// code that neither the list nor a family knows, the status decides.
func TestCodes(t *testing.T) {
	hints := map[string]cloud.Hint{
		"Forbidden.RiskControl": cloud.HintRiskControl, "EntityNotExist.Role": cloud.HintNoRole,
		"InvalidTimeStamp.Expired": cloud.HintClock, "InvalidTimeStamp.Format": cloud.HintClock, "IllegalTimestamp": cloud.HintClock,
	}
	for _, tt := range []struct {
		status int
		want   cloud.Class
		codes  string
	}{
		{400, cloud.ClassConflict, "ReopenInstance.InstanceStatusNotValid"},
		{403, cloud.ClassConflict, "ReactivateInstances.InstanceStatusNotValid IncorrectInstanceStatus"},
		{403, cloud.ClassConflict, "IncorrectInstanceStatus.Locked"},
		{400, cloud.ClassArrears, "ReopenInstance.InstanceNotEnoughBalance ReopenInstance.ImageNotEnoughBalance Account.Arrearage"},
		{400, cloud.ClassArrears, "InvalidAccount.InArrears Order.InsufficientBalance"},
		{403, cloud.ClassArrears, "ReactivateInstances.InstanceNotEnoughBalance InsufficientBalance DiskInArrears InstanceExpired"},
		{403, cloud.ClassArrears, "AccountInArrears InvalidAccountStatus.NotEnoughBalance"},
		{403, cloud.ClassLocked, "InstanceLockedForSecurity"},
		{404, cloud.ClassNotFound, "InvalidInstanceId.NotFound EntityNotExists.Folder EntityNotExists.ResourceDirectory"},
		{403, cloud.ClassNotFound, "ResourceDirectoryNotInUse"},
		{404, cloud.ClassUnsupported, "InvalidPayType.NotSupport"},
		{403, cloud.ClassUnsupported, "DiskError OperationDenied.SpotPriceLowerThanPublicPrice InvalidParameter.KMSKeyId.CMKNotEnabled"},
		{400, cloud.ClassUnsupported, "NotApplicable InvalidInstance.NotFoundSystemDisk"},
		{500, cloud.ClassTransient, "InternalError Surprise.AtTheServer InvalidSomething.AtTheServer"},
		{403, cloud.ClassTransient, "InstanceNotReady LastTokenProcessing IncorrectInstanceStatus.Initializing Forbidden.SystemBusy"},
		{503, cloud.ClassTransient, "ServiceUnavailable ServiceUnavailable.RegionMaintaining"},
		{400, cloud.ClassTransient, "UnknownError SignatureNonceUsed UndefinedError"},
		{409, cloud.ClassTransient, "OperationConflict TaskConflict"},
		{599, cloud.ClassTransient, "MissingSomething"},
		{403, cloud.ClassCapacity, "OperationDenied.NoStock QuotaExceed.ElasticQuota InvalidVSwitch.QuotaExceeded"},
		{400, cloud.ClassCapacity, "Invalid.PrivatePoolOptions.NoStock InvalidDedicatedHost.NotEnoughResource LackResource"},
		{400, cloud.ClassThrottled, "Throttling Throttling.User Throttling.Api Rejected.Throttling"},
		{429, cloud.ClassThrottled, "Surprise.TooMuch InvalidSomething.TooMuch"},
		{403, cloud.ClassDenied, "Forbidden.RAM Forbidden.Unauthorized Forbidden.RiskControl Forbidden.AccessKeyDisabled"},
		{403, cloud.ClassDenied, "NoPermission RealNameAuthenticationError Surprise.NotYou InvalidSomething.NotYours"},
		{400, cloud.ClassDenied, "InvalidAccessKeyId.Inactive InvalidSecurityToken.Expired"},
		{400, cloud.ClassDenied, "InvalidSecurityToken.MismatchWithAccessKey MissingSecurityToken SignatureDoesNotMatch"},
		{400, cloud.ClassDenied, "IncompleteSignature NotAuthorized"},
		{404, cloud.ClassDenied, "InvalidAccessKeyId.NotFound EntityNotExist.Role ForbiddenAction"},
		{401, cloud.ClassDenied, "Surprise.Who"},
		{400, cloud.ClassInvalid, "InvalidTimeStamp.Expired InvalidTimeStamp.Format IllegalTimestamp MissingParameter"},
		{400, cloud.ClassInvalid, "MissingRegionId InvalidParameter InvalidParameter.Format InvalidSomething InvalidVersion"},
		{400, cloud.ClassInvalid, "UnsupportedHTTPMethod InvalidProtocol.NeedSsl"},
		{404, cloud.ClassInvalid, "InvalidRegionId.NotFound InvalidOperation.NotSupportedEndpoint InvalidApi.NotFound"},
		{404, cloud.ClassInvalid, "InvalidAction InvalidAction.NotFound InvalidProduct.NotFound"},
		{403, cloud.ClassInvalid, "MissingParameter"},
		{400, cloud.ClassUnknown, "Surprise"},
		{418, cloud.ClassUnknown, "Surprise"},
	} {
		for code := range strings.FieldsSeq(tt.codes) {
			got := reactivateOne(t, serve(t, answer(tt.status, fmt.Sprintf(`{"RequestId":"R-1","HostId":"h","Code":%q,"Message":"why"}`, code))))
			want := cloud.Error{
				Op: "ReActivateInstances", Code: code, Class: tt.want, Message: "why", Status: tt.status, RequestID: "R-1", Hint: hints[code],
				InstanceOnly: code == "ReopenInstance.ImageNotEnoughBalance" || code == "DiskInArrears",
			}
			if *got != want {
				t.Errorf("%d %s: got %+v, want %+v", tt.status, code, *got, want)
			}
		}
	}
}

// TestNoAnswer lists answers that are not from ECS. Each may hide a call that worked, so each error is transient.
func TestNoAnswer(t *testing.T) {
	cut := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	half := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"RequestId":`)
	}
	halfRefusal := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"Code":"Thrott`)
	}
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		class   cloud.Class
		status  int
		says    string
		cause   error
	}{
		{"an HTML 502", answer(502, "<html><h1>Bad Gateway</h1></html>"), cloud.ClassTransient, 502, "HTTP 502 without an ECS error in it", nil},
		{"an empty 503", answer(503, ""), cloud.ClassTransient, 503, "HTTP 503 without an ECS error in it", nil},
		{"an empty 200", answer(200, ""), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a 200 without a RequestId", answer(200, "{}"), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a 200 with a RequestId of blanks", answer(200, `{"RequestId":" \t\u00a0"}`), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a 200 of HTML", answer(200, "<html>login</html>"), cloud.ClassTransient, 200, "an answer that cannot be read: invalid character '<'", nil},
		{"a 200 of the wrong shape", answer(200, `[1]`), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a 200 of null", answer(200, `null`), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a 200 of text", answer(200, `"text"`), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a 200 of the SDK's own shape", answer(200, `{"body":{"RequestId":"R"}}`), cloud.ClassTransient, 200, "an answer without a RequestId is not a success", nil},
		{"a refusal of null", answer(400, `null`), cloud.ClassTransient, 400, "HTTP 400 without an ECS error in it", nil},
		{"a code of the wrong shape", answer(400, `{"Code":{}}`), cloud.ClassTransient, 400, "HTTP 400 without an ECS error in it", nil},
		{"a 200 of the wrong shape in it", answer(200, `{"RequestId":{}}`), cloud.ClassTransient, 200, "an answer that cannot be read: ", nil},
		{"an HTML 403", answer(403, "<html>blocked</html>"), cloud.ClassTransient, 403, "HTTP 403 without an ECS error in it", nil},
		{"a throttling redirect", answer(302, ""), cloud.ClassThrottled, 302, "throttled by the gateway", nil},
		{"a 429 without a code", answer(429, ""), cloud.ClassThrottled, 429, "throttled by the gateway", nil},
		{"a reset", cut, cloud.ClassTransient, 0, "no answer: EOF", io.EOF},
		{"half a refusal", halfRefusal, cloud.ClassTransient, 400, "an answer that broke off: unexpected EOF", io.ErrUnexpectedEOF},
		{"half an answer", half, cloud.ClassTransient, 200, "an answer that broke off: unexpected EOF", io.ErrUnexpectedEOF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := reactivateOne(t, serve(t, tt.handler))
			if got.Class != tt.class || got.Status != tt.status || got.Code != "" || !strings.HasPrefix(got.Message, tt.says) {
				t.Errorf("got %+v, want class %s, status %d and the message %s", *got, tt.class, tt.status, tt.says)
			}
			if tt.cause != nil && !errors.Is(got, tt.cause) {
				t.Errorf("got the cause %v, want %v", got.Cause, tt.cause)
			}
		})
	}
}

// TestXMLRefusal: the gateway answers in XML if it did not read which format was asked for.
func TestXMLRefusal(t *testing.T) {
	for _, tt := range []struct {
		body string
		want cloud.Error
	}{
		{`<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>R-1</RequestId><HostId>h</HostId><Code>Throttling.User</Code><Message>why &amp; how</Message></Error>`,
			cloud.Error{Code: "Throttling.User", Class: cloud.ClassThrottled, Message: "why & how", RequestID: "R-1"}},
		{"\ufeff <Error>\n <Code>InsufficientBalance</Code></Error>", cloud.Error{Code: "InsufficientBalance", Class: cloud.ClassArrears}},
		{`<html><body><Code>Throttling</Code></body></html>`, cloud.Error{Class: cloud.ClassTransient, Message: "HTTP 400 without an ECS error in it"}},
		{`<html><Code>Throttling</Code></html>`, cloud.Error{Class: cloud.ClassTransient, Message: "HTTP 400 without an ECS error in it"}},
		{`<Error><Code>Thrott`, cloud.Error{Class: cloud.ClassTransient, Message: "HTTP 400 without an ECS error in it"}},
	} {
		tt.want.Op, tt.want.Status = "ReActivateInstances", 400
		if got := reactivateOne(t, serve(t, answer(400, tt.body))); *got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.body, *got, tt.want)
		}
	}
}

// TestAPackedAnswerIsBoundedUnpacked: few bytes on the wire may unpack to many.
func TestAPackedAnswerIsBoundedUnpacked(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(make([]byte, 16<<20+1)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	got := reactivateOne(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}))
	if got.Class != cloud.ClassTransient || got.Status != 200 || got.Message != "an answer that broke off: it is over 16 MiB" {
		t.Errorf("got %+v from %d bytes, want it refused", *got, packed.Len())
	}
}

// silence is a network in which no server answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestADeadlineCancelsTheCall. Without a deadline the call ends after ten seconds.
func TestADeadlineCancelsTheCall(t *testing.T) {
	for _, tt := range []struct{ deadline, want time.Duration }{
		{300 * time.Millisecond, 300 * time.Millisecond},
		{time.Hour, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := aliyun.NewCloud(aliyun.Endpoint{Loopback: "http://127.0.0.1:1"})
			c.Through(silence{})
			ctx, cancel := context.WithTimeout(t.Context(), tt.deadline)
			defer cancel()
			began := time.Now()
			_, err := c.Own(creds, "cn-hangzhou").ReActivateInstances(ctx, "cn-hangzhou", "i-bp1000000000000go2go")
			refused, ok := errors.AsType[*cloud.Error](err)
			if !ok || refused.Class != cloud.ClassTransient || refused.Message != "no answer in time" {
				t.Errorf("got %v, want a transient error", err)
			}
			if got := time.Since(began); got != tt.want {
				t.Errorf("a deadline of %v: ended after %v, want %v", tt.deadline, got, tt.want)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		header string
		want   time.Duration
	}{{"1500", 1500 * time.Millisecond}, {"", 0}, {"-1", 0}, {"soon", 0}, {"99999999999", time.Minute}} {
		e := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("x-acs-retry-after", tt.header)
			answer(400, `{"RequestId":"R","Code":"Throttling.User","Message":"m"}`)(w, nil)
		})
		if got := reactivateOne(t, e).RetryAfter; got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.header, got, tt.want)
		}
	}
}

// TestSecretsStayOut: ECS answers a wrong signature with the string that it signed.
func TestSecretsStayOut(t *testing.T) {
	signed := url.QueryEscape("AccessKeyId=" + creds.AccessKeyID + "&SecurityToken=" + url.QueryEscape(creds.SecurityToken))
	leak := "server string to sign is:POST&%2F&" + signed + " " + creds.SecurityToken + " " + creds.AccessKeySecret + "\n\x1b[31m"
	got := reactivateOne(t, serve(t, answer(400, fmt.Sprintf(`{"RequestId":%q,"Code":"SignatureDoesNotMatch","Message":%q}`, creds.SecurityToken, leak))))
	text := fmt.Sprintf("%+v %v", *got, got)
	for _, secret := range []string{creds.AccessKeyID, creds.AccessKeySecret, creds.SecurityToken, url.QueryEscape(creds.SecurityToken), "\x1b"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q stands in %q", secret, text)
		}
	}
	if printed := fmt.Sprintf("%v %+v %#v %s", creds, creds, creds, creds); strings.Contains(printed, "fake") {
		t.Errorf("credentials print as %s", printed)
	}
}

func TestWithoutCredentialsNothingIsSent(t *testing.T) {
	sent := false
	e := cloudAt(t, func(http.ResponseWriter, *http.Request) { sent = true }).Own(aliyun.Credentials{}, "cn-hangzhou")
	if got := reactivateOne(t, e); got.Class != cloud.ClassDenied || sent {
		t.Errorf("got %+v, sent %v; want denied and nothing sent", *got, sent)
	}
}

func TestAnInvalidRegionIsNeverAHost(t *testing.T) {
	e := serve(t, answer(200, `{"RequestId":"R"}`))
	_, err := e.ReActivateInstances(t.Context(), "cn-hangzhou.evil.invalid/", "i-bp1000000000000go2go")
	refused, ok := errors.AsType[*cloud.Error](err)
	if !ok || refused.Class != cloud.ClassInvalid {
		t.Errorf("got %v, want an invalid region refused", err)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	followed := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed = true }))
	defer other.Close()
	got := reactivateOne(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}))
	if followed || got.Class != cloud.ClassTransient {
		t.Errorf("got %+v, followed %v", *got, followed)
	}
}

func TestDescribe(t *testing.T) {
	e := serve(t, answer(200, `{"RequestId":"R","NextToken":"more","Instances":{"Instance":[
		{"InstanceId":"i-1","InstanceName":"web\u0007","RegionId":"cn-hangzhou","StartTime":"2026-11-01T08:30Z","Status":"Stopped","InstanceChargeType":"PostPaid",
		 "OperationLocks":{"LockReason":[{"LockReason":"financial"},{}]},"Tags":{"Tag":[{"TagKey":"env","TagValue":"prod"}]},
		 "PublicIpAddress":{"IpAddress":["203.0.113.7"]},"EipAddress":{"IpAddress":"203.0.113.8"}},
		{"InstanceId":"i-2"}]}}`))
	got, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{})
	want := cloud.Page{NextToken: "more", Instances: []cloud.Instance{
		{
			ID: "i-1", Name: "web", RegionID: "cn-hangzhou", Status: "Stopped", ChargeType: "PostPaid", Locks: []string{"financial", ""},
			Tags: map[string]string{"env": "prod"}, StartTime: time.Date(2026, 11, 1, 8, 30, 0, 0, time.UTC), PublicIP: "203.0.113.8",
		},
		{ID: "i-2"},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// TestUnreadableRows: a row that cannot be read is an error, and the other rows of the page count.
func TestUnreadableRows(t *testing.T) {
	const good = `{"InstanceId":"i-bp1000000000000go2go","RegionId":"cn-hangzhou","Status":"Stopped","InstanceChargeType":"PostPaid","OperationLocks":{"LockReason":[{"LockReason":"financial"}]}}`
	for _, tt := range []struct {
		name, row, says string
	}{
		{"null", `null`, "row 2 of a page cannot be read: it is null"},
		{"locks of another shape", `{"InstanceId":"i-bp1000000000000000bad","OperationLocks":[]}`, "i-bp1000000000000000bad, row 2 of a page, cannot be read: "},
		{"a status of another type", `{"InstanceId":"i-bp1000000000000000bad","Status":{}}`, "i-bp1000000000000000bad, row 2 of a page, cannot be read: "},
		{"an id of another type", `{"InstanceId":["x\u202e"],"Status":{}}`, "row 2 of a page cannot be read: "},
		{"a status that does not print", `{"InstanceId":"i-bp1000000000000000bad","Status":"Stop\u200bped"}`, "i-bp1000000000000000bad, row 2 of a page, cannot be read: a word of ECS's own holds what does not print"},
		{"an id that does not print", `{"InstanceId":"i-bp1000000000000000bad\n"}`, "row 2 of a page cannot be read: a word of ECS's own holds what does not print"},
		{"a region that does not print", `{"InstanceId":"i-bp1000000000000000bad","RegionId":"cn-hangzhou\u009b"}`, "i-bp1000000000000000bad, row 2 of a page, cannot be read: a word"},
		{"a charge type that does not print", `{"InstanceId":"i-bp1000000000000000bad","InstanceChargeType":"\u2028PostPaid"}`, "i-bp1000000000000000bad, row 2 of a page, cannot be read: a word"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := serve(t, answer(200, `{"RequestId":"R","NextToken":"more","Instances":{"Instance":[`+good+`,`+tt.row+`,`+good+`]}}`))
			page, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{})
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Instances) != 2 || page.NextToken != "more" || !page.Instances[1].Overdue() || page.Instances[1].ID != "i-bp1000000000000go2go" {
				t.Errorf("got %+v, want the two good rows and the token", page)
			}
			if len(page.Errors) != 1 {
				t.Fatalf("got the errors %v, want one", page.Errors)
			}
			got := page.Errors[0]
			if !strings.HasPrefix(got.Message, tt.says) || strings.ContainsFunc(got.Message, func(r rune) bool { return !strconv.IsPrint(r) }) {
				t.Errorf("got %q, want %q", got.Message, tt.says)
			}
			if got.Op != "DescribeInstances" || got.Class != cloud.ClassUnknown || got.Status != 200 || got.RequestID != "R" {
				t.Errorf("got %+v", *got)
			}
		})
	}
}

// TestForeignTextPrints: text that others wrote, or that ECS answered, can harm neither a terminal nor the reader of a report.
func TestForeignTextPrints(t *testing.T) {
	for in, want := range map[string]string{
		"web 1":                             "web 1",
		"重开机 🚀 é":                           "重开机 🚀 é",
		"two\r\nlines\tand\u2028more\u2029": "two  lines and more ",
		"\x1b[31mred\x07\x00\x7f":           "[31mred",
		"\u009b31m\u0085c1":                 "31m c1",
		"\u202egpj.exe\u2066x\u2069":        "gpj.exex",
		"\u200bzero\u200dwidth\ufeff":       "zerowidth",
		"private \ue000\U000f0000":          "private ",
		"tag\U000e0041":                     "tag",
	} {
		quoted, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		page, err := serve(t, answer(200, `{"RequestId":"R","Instances":{"Instance":[{"InstanceId":"i-1","InstanceName":`+string(quoted)+`}]}}`)).
			DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{})
		if err != nil || len(page.Instances) != 1 || page.Instances[0].Name != want {
			t.Errorf("the name %q: got %+v, %v, want %q", in, page, err, want)
		}
		if got := reactivateOne(t, serve(t, answer(400, `{"RequestId":"R","Code":"X","Message":`+string(quoted)+`}`))).Message; got != want {
			t.Errorf("the message %q: got %q, want %q", in, got, want)
		}
		id, err := serve(t, answer(200, `{"RequestId":`+string(quoted)+`}`)).ReActivateInstances(t.Context(), "cn-hangzhou", "i-bp1000000000000go2go")
		if err != nil || id != want {
			t.Errorf("the request id %q: got %q, %v, want %q", in, id, err, want)
		}
	}
}

// TestEveryCallSaysItsRegion: without RegionId, ECS would answer for the endpoint's region.
func TestEveryCallSaysItsRegion(t *testing.T) {
	asked := make(chan string, 1)
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Get("x-acs-action") + " " + r.URL.Query().Encode()
		_, _ = io.WriteString(w, `{"RequestId":"R","Regions":{"Region":[{"RegionId":"cn-beijing"},{"RegionId":"evil.invalid/"},null,{"RegionId":[]}]}}`)
	})
	describe := func(q cloud.Query) func() error {
		return func() error { _, err := e.DescribeInstances(t.Context(), "cn-beijing", q); return err }
	}
	for want, call := range map[string]func() error{
		"ReActivateInstances InstanceId=i-bp1000000000000go2go&RegionId=cn-beijing": func() error {
			_, err := e.ReActivateInstances(t.Context(), "cn-beijing", "i-bp1000000000000go2go")
			return err
		},
		"DescribeInstances DryRun=true&InstanceChargeType=PostPaid&MaxResults=100&RegionId=cn-beijing&Status=Stopped": describe(cloud.Query{DryRun: true}),
		"DescribeInstances InstanceChargeType=PostPaid&MaxResults=100&NextToken=t&RegionId=cn-beijing&Status=Stopped": describe(cloud.Query{NextToken: "t"}),
		"DescribeInstances InstanceIds=%5B%22i-1%22%2C%22i-2%22%5D&MaxResults=100&NextToken=t&RegionId=cn-beijing":    describe(cloud.Query{InstanceIDs: []string{"i-1", "i-2"}, NextToken: "t"}),
		"DescribeRegions ": func() error { // it is about no region
			regions, err := e.DescribeRegions(t.Context())
			if !slices.Equal(regions, []string{"cn-beijing"}) {
				t.Errorf("got the regions %q, want cn-beijing alone", regions)
			}
			return err
		},
	} {
		if err := call(); err != nil {
			t.Error(err)
		}
		if got := <-asked; got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
	}
}

func TestAnAnswerWithTooManyRegions(t *testing.T) {
	e := serve(t, answer(200, `{"RequestId":"R","Regions":{"Region":[{"RegionId":"cn-a"}`+strings.Repeat(`,{"RegionId":"cn-b"}`, 1000)+`]}}`))
	if got, err := e.DescribeRegions(t.Context()); err == nil {
		t.Errorf("got %d regions, want an error", len(got))
	}
}

func TestADryRunThatPassesIsNoError(t *testing.T) {
	e := serve(t, answer(400, `{"RequestId":"R","Code":"DryRunOperation","Message":"Request validation has been passed with DryRun flag set."}`))
	if _, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{DryRun: true}); err != nil {
		t.Errorf("got %v, want nil", err)
	}
	if _, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{}); err == nil {
		t.Error("got nil without DryRun, want the refusal")
	}
}
