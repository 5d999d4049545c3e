package local_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"reactivate/internal/local"
)

// The documented types come as text, all others in base64.
func TestHTTPEventBody(t *testing.T) {
	for contentType, text := range map[string]bool{
		"text/plain":                        true,
		"application/json":                  true,
		"Application/JSON ; charset":        true,
		"application/json; charset":         true,
		"application/cloudevents+json":      false,
		"application/x-www-form-urlencoded": false,
		"application/octet-stream":          false,
		"":                                  false,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		event := eventOf(t, r, `{"a":"é<"}`)
		got, err := event.Body, error(nil)
		if event.IsBase64Encoded {
			var b []byte
			b, err = base64.StdEncoding.DecodeString(event.Body)
			got = string(b)
		}
		if err != nil || event.IsBase64Encoded == text || got != `{"a":"é<"}` {
			t.Errorf("%q: base64 %v, body %q (%v); want base64 %v", contentType, event.IsBase64Encoded, got, err, !text)
		}
	}
}

type httpEvent struct {
	Version, RawPath, Body string
	Headers                map[string]string
	QueryParameters        map[string]string
	IsBase64Encoded        bool
	RequestContext         map[string]any
}

func eventOf(t *testing.T, r *http.Request, body string) (e httpEvent) {
	t.Helper()
	b := local.NewHTTPEvent(r, []byte(body), "1234567890123456", "1-2-3")
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestHTTPEvent(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://fn.cn-hangzhou.fcapp.run:8080/a%20b/%2F?x=1&x=2&y=%26&empty=", nil)
	r.RemoteAddr = "192.0.2.7:1234"
	r.Header["X-Twice"] = []string{"1", "2"}
	r.Header.Set("User-Agent", "curl/8.7.1")
	got := eventOf(t, r, "")
	want := httpEvent{
		Version: "v1", RawPath: "/a%20b/%2F", IsBase64Encoded: true,
		Headers:         map[string]string{"X-Twice": "1,2", "User-Agent": "curl/8.7.1"},
		QueryParameters: map[string]string{"x": "1,2", "y": "&", "empty": ""},
		RequestContext: map[string]any{
			"accountId": "1234567890123456", "domainName": "fn.cn-hangzhou.fcapp.run", "requestId": "1-2-3",
			"http": map[string]any{"method": "GET", "path": "/a b//", "sourceIp": "192.0.2.7"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// reply is an HTTP response whose body has been read.
type reply struct {
	status int
	header http.Header
	body   string
}

func call(t *testing.T, method, url, contentType, body string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) reply {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(b)}
}

func TestServe(t *testing.T) {
	s := launch(t, "serve", "-addr", "127.0.0.1:0")
	got := call(t, http.MethodPut, s.url+"/some/path?q=1", "application/json", `{"hello":1}`)
	var e httpEvent
	if err := json.Unmarshal([]byte(got.body), &e); err != nil {
		t.Fatalf("%v: %+v", err, got)
	}
	if got.status != 200 || e.RawPath != "/some/path" || e.Body != `{"hello":1}` || e.QueryParameters["q"] != "1" || e.Headers["Content-Type"] != "application/json" {
		t.Errorf("got %+v", e)
	}
	if id := got.header.Get("X-Fc-Request-Id"); id == "" || e.RequestContext["requestId"] != id {
		t.Errorf("request id %v in the event, %q in the answer", e.RequestContext["requestId"], id)
	}
	if got := call(t, http.MethodPost, s.url, "application/json", say(`{"statusCode":402,"headers":{"Retry-After":"30"},"body":"pay"}`)); got.status != 402 ||
		got.body != "pay" || got.header.Get("Retry-After") != "30" {
		t.Errorf("got %+v", got)
	}
	for _, failing := range []string{`{"do":"fail","type":"X","message":"a detail"}`, `{"do":"die"}`} {
		if got := call(t, http.MethodPost, s.url+"/p?token=do-not-log-me", "application/json", failing); got.status != 502 || got.body != "Internal Server Error" {
			t.Errorf("%s: got %+v, want 502 and no detail", failing, got)
		}
	}
	if got := call(t, http.MethodPost, s.url, "application/json", say(`"verbatim"`)); got.status != 200 || got.body != `"verbatim"` {
		t.Errorf("got %+v", got)
	}
	pid := call(t, http.MethodPost, s.url, "application/json", `{"do":"pid"}`).body
	if status := s.stop(); status != 0 {
		t.Errorf("status %d after an interrupt, want 0", status)
	}
	checkGone(t, pid)
	log := regexp.MustCompile(`(?m)^request 1-\S+: X: a detail\nPOST /p 502 in \d+m?s, request 1-\S+$`)
	if got := s.stderr.String(); !log.MatchString(got) || strings.Contains(got, "do-not-log-me") {
		t.Errorf("log %q, want %s", got, log)
	}
	if want := "curl -H 'Authorization: Bearer " + local.LocalToken + "' " + s.url + "/\n"; !strings.Contains(s.stdout.String(), want) {
		t.Errorf("it says\n%s\nwant %s", s.stdout, want)
	}
}

func TestServeReadsNoEndlessBody(t *testing.T) {
	s := launch(t, "serve", "-addr", "localhost:0")
	if got := call(t, http.MethodPost, s.url, "", strings.Repeat("b", 32<<20+1)).status; got != 413 {
		t.Errorf("a body of 32 MB: %d, want 413", got)
	}
}

// A body that never ends does not hold its request for ever.
func TestServeWaitsForNoEndlessBody(t *testing.T) {
	server := httptest.NewServer(local.Trigger(50 * time.Millisecond))
	defer server.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nand then"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn) // until the server closes it
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 Request Timeout\r\n") {
		t.Errorf("%v: %s", err, answer)
	}
}

func TestServeEnvironment(t *testing.T) {
	t.Setenv("REACTIVATE_HTTP_AUTH", "platform") // the caller's own does not count
	for _, tt := range []struct {
		name, given string
		want, curl  string
	}{
		{"nothing given", "MINE=1", `"REACTIVATE_HTTP_TOKEN=` + local.LocalToken + `,an-example-token-not-a-secret"`, "Bearer " + local.LocalToken},
		{"own token", "REACTIVATE_HTTP_TOKEN=my-own-secret-token", `"REACTIVATE_HTTP_TOKEN=my-own-secret-token"`, "Bearer YOUR-TOKEN"},
		{"platform", "REACTIVATE_HTTP_AUTH=platform", `"REACTIVATE_HTTP_AUTH=platform","REACTIVATE_WAIT=8s"`, "curl http"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := launch(t, "serve", "-addr", "127.0.0.1:0", "-env", tt.given)
			if got := call(t, http.MethodPost, s.url, "application/json", `{"do":"environ"}`).body; !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			s.stop()
			if got := s.stdout.String(); !strings.Contains(got, tt.curl) || strings.Contains(got, "my-own-secret-token") {
				t.Errorf("it says\n%s\nwant %q, and no secret", got, tt.curl)
			}
		})
	}
}

// A request that comes from a web page is recognized by its Host or Origin.
func TestServeIsForThisMachine(t *testing.T) {
	s := launch(t, "serve", "-addr", "127.0.0.1:0")
	own := strings.TrimPrefix(s.url, "http://")
	_, port, _ := strings.Cut(own, ":")
	for _, tt := range []struct {
		host, origin string
		want         int
	}{
		{own, "", 200},
		{"[::1]:" + port, "", 200},
		{own, "http://" + own, 200},
		{"localhost:" + port, "http://localhost:" + port, 200},
		{"evil.invalid:" + port, "", 403},
		{"192.0.2.7:" + port, "", 403},
		{own, "http://evil.invalid", 403},
		{own, "http://localhost:" + port, 403},
		{own, "null", 403},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(say(`1`)))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = tt.host
		req.Header.Set("Content-Type", "application/json")
		if tt.origin != "" {
			req.Header.Set("Origin", tt.origin)
		}
		if got := do(t, req); got.status != tt.want {
			t.Errorf("Host %q, Origin %q: %d %s, want %d", tt.host, tt.origin, got.status, got.body, tt.want)
		}
	}
}

// The function keeps running when its client goes away. When the program ends, waiting clients get an answer.
func TestServeEndsInOrder(t *testing.T) {
	addr, there, gone := await(t)
	s := launch(t, "serve", "-addr", "127.0.0.1:0", "-env", "TEST_ADDR="+addr)
	ctx, leave := context.WithCancel(t.Context())
	post := func(ctx context.Context, body string) (int, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		resp.Body.Close()
		return resp.StatusCode, nil
	}
	left := make(chan error, 1)
	go func() { _, err := post(ctx, `{"do":"hang"}`); left <- err }()
	<-there
	leave()
	if err := <-left; err == nil {
		t.Fatal("the client did not go away")
	}
	statuses := make(chan string, 1)
	go func() { status, err := post(t.Context(), say(`1`)); statuses <- fmt.Sprint(status, err) }()
	select {
	case got := <-statuses:
		t.Fatalf("the second request was answered, %s, while the first still ran", got)
	case <-gone:
		t.Fatal("the function was ended with its client")
	case <-time.After(100 * time.Millisecond):
	}
	if status := s.stop(); status != 0 {
		t.Errorf("status %d, want 0", status)
	}
	<-gone
	if got := <-statuses; got != "503 <nil>" {
		t.Errorf("who still waited got %s, want 503", got)
	}
}
