package fakecloud_test

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// dumpInstance is the instance that the dumps ask for.
const dumpInstance = "i-bp1fake00000000000000"

var dumpTime = regexp.MustCompile(`2026-11-23T\d\d(:|%3A)\d\d(:|%3A)\d\dZ`)

// dumpCloud is a cloud at the time of a dump, with the key that it is signed by.
func dumpCloud(t *testing.T, name, raw string) *fakecloud.Cloud {
	t.Helper()
	token := `"token": "fakeSecurityToken"`
	if strings.Contains(name, "-nosts-") {
		token = `"token": ""`
	}
	c, _ := newCloud(t, `{"accounts": [{"id": "1234567890123456", "accessKeys": [
		{"id": "fakeAccessKeyId", "secret": "fakeAccessKeySecret", `+token+`}]}],
		"instances": [{"id": "`+dumpInstance+`", "region": "cn-hangzhou", "locks": ["financial"], "tags": {"env": "x"}}]}`)
	stamp, err := time.Parse(time.RFC3339, strings.ReplaceAll(dumpTime.FindString(raw), "%3A", ":"))
	if err != nil {
		t.Fatalf("%s: no time in it: %v", name, err)
	}
	c.Now = func() time.Time { return stamp }
	return c
}

func sendRaw(t *testing.T, c *fakecloud.Cloud, raw string) reply {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return send(t, c, r.WithContext(t.Context()))
}

func dumps(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/client-requests/*.http")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d dumps, want all 6: %v", len(files), err)
	}
	all := map[string]string{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = string(b)
	}
	return all
}

func TestOfficialClients(t *testing.T) {
	for name, raw := range dumps(t) {
		t.Run(name, func(t *testing.T) {
			forged := strings.ReplaceAll(raw, dumpInstance, "i-bp1fake00000000000009")
			if got := sendRaw(t, dumpCloud(t, name, raw), forged); got.short() != "400 SignatureDoesNotMatch" {
				t.Errorf("for another instance: got %d %s, want SignatureDoesNotMatch", got.Status, got.Text)
			}
			c := dumpCloud(t, name, raw)
			got := sendRaw(t, c, raw)
			tagged := strings.Contains(raw, "Tag.1.Key") // a filter that is refused, after the signature
			if tagged != (got.Code == "FakeCloud.Unsupported") || !tagged && got.Status != http.StatusOK || got.RequestID == "" {
				t.Fatalf("got %d %s, want 200 with a RequestId, in JSON", got.Status, got.Text)
			}
			in := c.Instances()[0]
			if strings.Contains(name, "DescribeInstances") {
				if rows := got.Instances.Instance; !tagged && (len(rows) != 1 || rows[0].InstanceID != dumpInstance) {
					t.Errorf("got %s, want the instance", got.Text)
				}
			} else if in.Status != fakecloud.Starting || in.Starts != 1 {
				t.Errorf("got %+v, want it Starting", in)
			}
			if again := sendRaw(t, c, raw); again.short() != "400 SignatureNonceUsed" {
				t.Errorf("sent again: got %d %s, want SignatureNonceUsed", again.Status, again.Text)
			}
		})
	}
}

func FuzzRequest(f *testing.F) {
	for _, raw := range dumps(f) {
		f.Add(raw)
	}
	f.Add("GET /?Action=DescribeInstances&Version=2014-05-26 HTTP/1.1\r\nHost: a\r\n\r\n")
	f.Add("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: ACS3-HMAC-SHA256 ,=,=;Signature\r\nx-acs-action: AssumeRole\r\nx-acs-version: 2015-04-01\r\n\r\n")
	fleet := fakecloud.Demo()
	fleet.Latency, fleet.Faults = nil, nil
	c, err := fakecloud.New(fleet)
	if err != nil {
		f.Fatal(err)
	}
	c.Now = func() time.Time { return time.Date(2026, 11, 23, 8, 46, 25, 0, time.UTC) }
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
