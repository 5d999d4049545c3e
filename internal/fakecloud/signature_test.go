package fakecloud_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// The official example of the RPC signature:
// https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
const officialRPC = "/?AccessKeyId=testid&Action=DescribeRegions&Format=XML&SignatureMethod=HMAC-SHA1" +
	"&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&SignatureVersion=1.0&Timestamp=2016-02-23T12%3A46%3A24Z" +
	"&Version=2014-05-26&Signature="

func rpcCloud(t testing.TB) *fakecloud.Cloud {
	t.Helper()
	c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", "accessKeys": [{"id": "testid", "secret": "testsecret"}]}]}`)
	c.Now = func() time.Time { return time.Date(2016, 2, 23, 12, 46, 24, 0, time.UTC) }
	return c
}

func TestOfficialRPCVector(t *testing.T) {
	c := rpcCloud(t)
	for _, tt := range []struct{ signature, want string }{
		{"OLeaidS1JvxuMvnyHOwuJ%2BuX5qZ%3D", "400 SignatureDoesNotMatch"},
		{"OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D", "200"},
		{"OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D", "400 SignatureNonceUsed"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://ecs.aliyuncs.com"+officialRPC+tt.signature, nil)
		if got := send(t, c, r); got.short() != tt.want {
			t.Errorf("signature %s: got %d %s, want %s", tt.signature, got.Status, got.Text, tt.want)
		}
	}
}

// TestPostedForm has a request as npm's @alicloud/pop-core 1.8.0 posts it, with all parameters in a form.
func TestPostedForm(t *testing.T) {
	const form = "AccessKeyId=fakeAccessKeyId&Action=ReActivateInstances&Format=JSON&InstanceId=i-bp1fake00000000000000&RegionId=cn-hangzhou" +
		"&SecurityToken=fakeSecurityToken&SignatureMethod=HMAC-SHA1&SignatureNonce=4578755711190125550f54dac614ae10&SignatureVersion=1.0" +
		"&Timestamp=2026-11-23T08%3A45%3A55Z&Version=2014-05-26&Signature=3fI3Nwy%2B8Fs8Y18O5UnwVwx8RS4%3D"
	c, _ := newCloud(t, `{"instances": [{"id": "i-bp1fake00000000000000", "region": "cn-hangzhou", "locks": ["financial"]}]}`)
	c.Now = func() time.Time { return time.Date(2026, 11, 23, 8, 45, 55, 0, time.UTC) }
	for _, tt := range []struct{ form, want string }{
		{strings.Replace(form, "cn-hangzhou", "cn-beijing", 1), "400 SignatureDoesNotMatch"},
		{form, "200"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:80/", strings.NewReader(tt.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := send(t, c, r); got.short() != tt.want {
			t.Errorf("got %d %s, want %s", got.Status, got.Text, tt.want)
		}
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("GET " + officialRPC + "OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D HTTP/1.1\r\nHost: a\r\n\r\n")
	f.Add("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: ACS3-HMAC-SHA256 ,=,=;Signature\r\nx-acs-action: AssumeRole\r\nx-acs-version: 2015-04-01\r\n\r\n")
	c := rpcCloud(f)
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			t.Skip()
		}
		got := send(t, c, r.WithContext(t.Context()))
		if got.Status == 0 || (got.Status != http.StatusOK && !strings.Contains(got.Text, "Code")) {
			t.Errorf("got %d %s, want an answer with a Code", got.Status, got.Text)
		}
	})
}

// The official example of the ACS3 signature:
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
func TestOfficialACS3Vector(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost,
		"http://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", nil)
	for name, value := range map[string]string{
		"x-acs-action": "RunInstances", "x-acs-version": "2014-05-26", "x-acs-date": "2023-10-26T10:22:32Z",
		"x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d", "x-acs-content-sha256": emptyHash,
	} {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=YourAccessKeyId")
	names := strings.Split("host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version", ";")
	canonical, signature := fakecloud.SignACS3(r, names, "YourAccessKeySecret")
	hash := sha256.Sum256([]byte(canonical))
	if got, want := hex.EncodeToString(hash[:]), "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"; got != want {
		t.Errorf("hash of the canonical request: got %s, want %s; it is\n%s", got, want, canonical)
	}
	if got, want := signature, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"; got != want {
		t.Errorf("signature: got %s, want %s", got, want)
	}
}

// TestAuthentication: each row spoils a good request in one way.
func TestAuthentication(t *testing.T) {
	const fleet = `{"accounts": [{"id": "1234567890123456", "accessKeys": [
		{"id": "sts", "secret": "s1", "token": "t1"}, {"id": "user", "secret": "s2"},
		{"id": "off", "secret": "s3", "disabled": true}, {"id": "short", "secret": "s4", "token": "t4", "expiresAfter": "10s"}]}]}`
	good := fakecloud.Credentials{AccessKeyID: "sts", AccessKeySecret: "s1", SecurityToken: "t1"}
	body := func(text string) func(*http.Request) {
		return func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(text)) }
	}
	for _, tt := range []struct {
		name string
		keys fakecloud.Credentials
		late time.Duration // how far the clock goes on before the request arrives
		edit func(r *http.Request)
		want string
	}{
		{name: "good", keys: good, want: "200"},
		{name: "long-lived key", keys: fakecloud.Credentials{AccessKeyID: "user", AccessKeySecret: "s2"}, want: "200"},
		{name: "15 minutes late", keys: good, late: 15 * time.Minute, want: "200"},
		{name: "later", keys: good, late: 15*time.Minute + time.Second, want: "400 InvalidTimeStamp.Expired"},
		{name: "unknown key", keys: fakecloud.Credentials{AccessKeyID: "nobody", AccessKeySecret: "s1", SecurityToken: "t1"}, want: "404 InvalidAccessKeyId.NotFound"},
		{name: "disabled key", keys: fakecloud.Credentials{AccessKeyID: "off", AccessKeySecret: "s3"}, want: "400 InvalidAccessKeyId.Inactive"},
		{name: "wrong secret", keys: fakecloud.Credentials{AccessKeyID: "sts", AccessKeySecret: "s2", SecurityToken: "t1"}, want: "400 SignatureDoesNotMatch"},
		{name: "no token", keys: fakecloud.Credentials{AccessKeyID: "sts", AccessKeySecret: "s1"}, want: "400 MissingSecurityToken"},
		{name: "another key's token", keys: fakecloud.Credentials{AccessKeyID: "sts", AccessKeySecret: "s1", SecurityToken: "t4"}, want: "400 InvalidSecurityToken.MismatchWithAccessKey"},
		{name: "a token beside a long-lived key", keys: fakecloud.Credentials{AccessKeyID: "user", AccessKeySecret: "s2", SecurityToken: "t1"}, want: "400 InvalidSecurityToken.MismatchWithAccessKey"},
		{name: "expiring key", keys: fakecloud.Credentials{AccessKeyID: "short", AccessKeySecret: "s4", SecurityToken: "t4"}, late: 10*time.Second - 1, want: "200"},
		{name: "expired key", keys: fakecloud.Credentials{AccessKeyID: "short", AccessKeySecret: "s4", SecurityToken: "t4"}, late: 10 * time.Second, want: "400 InvalidSecurityToken.Expired"},
		{name: "another host", keys: good, edit: func(r *http.Request) { r.Host = "127.0.0.1:81" }, want: "400 SignatureDoesNotMatch"},
		{name: "another hash", keys: good, edit: func(r *http.Request) { r.Header.Set("x-acs-content-sha256", "00") }, want: "400 SignatureDoesNotMatch"},
		{name: "a date in words", keys: good, edit: func(r *http.Request) { r.Header.Set("x-acs-date", "today") }, want: "400 InvalidTimeStamp.Format"},
		{name: "no signature", keys: good, edit: func(r *http.Request) { r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=sts") }, want: "400 IncompleteSignature"},
		{name: "another body", keys: good, edit: body("x"), want: "400 SignatureDoesNotMatch"},
		{name: "a huge body", keys: good, edit: body(strings.Repeat("a", 1<<20+1)), want: "400 InvalidParameter"},
		{name: "a broken query", keys: good, edit: func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, want: "400 IncompleteSignature"},
		{name: "nothing signed at all", keys: good, edit: func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "Action=DescribeRegions&Version=2014-05-26"
		}, want: "400 InvalidTimeStamp.Format"},
		{name: "a path", keys: good, edit: func(r *http.Request) { r.URL.Path = "/regions" }, want: "404 InvalidAction.NotFound"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, clk := newCloud(t, fleet)
			callAs(t, c, good, "DescribeRegions") // the first use
			r := sign(t, c, tt.keys, "DescribeRegions", "RegionId", hz)
			clk.advance(tt.late)
			if tt.keys.AccessKeyID == "short" { // signed at the time of its arrival
				r = sign(t, c, tt.keys, "DescribeRegions")
			}
			if tt.edit != nil {
				tt.edit(r)
			}
			if got := send(t, c, r); got.short() != tt.want {
				t.Errorf("got %d %s, want %s", got.Status, got.Text, tt.want)
			}
		})
	}
}

func TestUnknownOperations(t *testing.T) {
	c, _ := newCloud(t, overdueFleet)
	for _, tt := range []struct{ name, action, version, want string }{
		{"no such action", "StopTheWorld", "2014-05-26", "404 InvalidAction.NotFound"},
		{"the name of 2018", "ReactivateInstances", "2014-05-26", "404 InvalidAction.NotFound"},
		{"an action of the other service", "AssumeRole", "2014-05-26", "404 InvalidAction.NotFound"},
		{"no such version", "DescribeRegions", "2014-05-27", "404 InvalidAction.NotFound"},
		{"an event without its content", "PutCustomEvent", "2019-01-01", "400 MissingParameter"},
	} {
		r := sign(t, c, c.Credentials(""), tt.action)
		r.Header.Set("x-acs-version", tt.version) // the signature still fits if it is the action's own version
		if got := send(t, c, r); got.short() != tt.want {
			t.Errorf("%s: got %d %s, want %s", tt.name, got.Status, got.Text, tt.want)
		}
	}
}
