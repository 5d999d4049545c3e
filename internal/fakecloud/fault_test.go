package fakecloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/fakecloud"
)

// faultCloud has one overdue instance, and faults.
func faultCloud(t *testing.T, faults string) (*fakecloud.Cloud, *clock) {
	t.Helper()
	return newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "faults": [`+faults+`],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"]},
			{"id": "i-bp1web00000000000002", "region": "cn-hangzhou", "locks": ["financial"]}]}`)
}

func TestAnswersThatAreNone(t *testing.T) {
	for _, tt := range []struct {
		fault  string
		status int
		body   string
		code   string
	}{
		{`"html502"`, 502, "<center><h1>502 Bad Gateway</h1></center>", ""},
		{`"empty503"`, 503, "", ""},
		{`"empty200"`, 200, "", ""},
		{`"empty500json"`, 500, "{}", ""},
		{`"ServiceUnavailable"`, 503, "The request has failed due to a temporary failure of the server.", "ServiceUnavailable"},
		{`{"code": "Throttling.Api"}`, 400, "Request was denied due to api flow control.", "Throttling.Api"},
		{`{"code": "My.Own", "status": 409, "message": "text"}`, 409, `"Message":"text"`, "My.Own"},
		{`{"kind": "error", "code": "InternalError", "message": "text"}`, 500, `"Message":"text"`, "InternalError"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			c, _ := faultCloud(t, `{"action": "ReActivateInstances", "fault": `+tt.fault+`}`)
			got := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
			if got.Status != tt.status || !strings.Contains(got.Text, tt.body) || (tt.body == "" && got.Text != "") || got.Code != tt.code {
				t.Errorf("got %d %q, want %d %q %s", got.Status, got.Text, tt.status, tt.body, tt.code)
			}
			if in := c.Instances()[0]; in.Starts != 0 {
				t.Errorf("got %+v, want no start", in)
			}
			if last := c.Calls()[0]; last.Status != tt.status || last.Code != tt.code || last.Done || last.Fault == "" {
				t.Errorf("record: got %+v, want status %d, code %q, not done", last, tt.status, tt.code)
			}
			if got := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web); got.Status != http.StatusOK {
				t.Errorf("the second call: got %d %s, want 200", got.Status, got.Text)
			}
		})
	}
}

// overTheWire sends a signed request to a real server.
func overTheWire(ctx context.Context, t *testing.T, c *fakecloud.Cloud, action string, params ...string) (*http.Response, error) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	signed := signFor(t, c, server.Listener.Addr().String(), c.Credentials(""), action, params...)
	r, err := http.NewRequestWithContext(ctx, signed.Method, server.URL+"/?"+signed.URL.RawQuery, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = signed.Header
	return server.Client().Do(r)
}

func TestLostAnswers(t *testing.T) {
	for _, tt := range []struct {
		fault  string
		starts int
	}{{"reset", 0}, {"lost", 1}} {
		t.Run(tt.fault, func(t *testing.T) {
			c, _ := faultCloud(t, `{"action": "ReActivateInstances", "fault": "`+tt.fault+`"}`)
			resp, err := overTheWire(t.Context(), t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
			if err == nil {
				_ = resp.Body.Close()
				t.Fatalf("got %s, want a connection that is reset", resp.Status)
			}
			if in := c.Instances()[0]; in.Starts != tt.starts {
				t.Errorf("%d starts, want %d", in.Starts, tt.starts)
			}
			if last := c.Calls()[0]; last.Status != 0 || last.Done != (tt.starts == 1) {
				t.Errorf("record: got %+v, want no status", last)
			}
		})
	}
}

func TestHangLastsUntilTheClientGivesUp(t *testing.T) {
	c, _ := faultCloud(t, `{"action": "*", "fault": "hang"}`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	resp, err := overTheWire(ctx, t, c, "DescribeRegions")
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the client's own deadline", err)
	}
}

func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := faultCloud(t, `{"action": "*", "fault": {"kind": "slowBody", "takes": "30s"}}`)
		c.Now = time.Now
		begin := time.Now()
		got := call(t, c, "DescribeRegions")
		if took := time.Since(begin); took != 30*time.Second || got.RequestID == "" {
			t.Errorf("got %s after %v, want the whole answer after 30 s", got.Text, took)
		}
	})
}

func TestSlowBodyOverTheWire(t *testing.T) {
	c, _ := faultCloud(t, `{"action": "*", "fault": {"kind": "slowBody", "takes": "1h"}}`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	resp, err := overTheWire(ctx, t, c, "DescribeRegions")
	if err != nil {
		t.Fatalf("got %v, want headers at once", err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if !errors.Is(err, context.DeadlineExceeded) || len(b) == 0 {
		t.Errorf("got %q, %v, want a part of the body", b, err)
	}
}

func TestStaleDescribe(t *testing.T) {
	c, clk := faultCloud(t, `{"action": "DescribeInstances", "always": true, "fault": {"kind": "stale", "age": "3s"}}`)
	call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", web)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{0, "Stopped"}, {3*time.Second - 1, "Stopped"}, {1, "Starting"}, {5 * time.Second, "Running"}} {
		clk.advance(tt.after)
		if status, _ := describe(t, c, "cn-hangzhou", web); status != tt.want {
			t.Errorf("%v later: got %s, want %s", tt.after, status, tt.want)
		}
	}
}

// TestWhichCallsFail: F is a call that fails, o one that does not.
func TestWhichCallsFail(t *testing.T) {
	const action, two = "ReActivateInstances", "i-bp1web00000000000002"
	calls := [][]string{
		{action, "RegionId", "cn-hangzhou", "InstanceId", web}, {action, "RegionId", "cn-hangzhou", "InstanceId", two},
		{"DescribeInstances", "RegionId", "cn-hangzhou", "InstanceIds", `["` + web + `","` + two + `"]`},
		{"DescribeInstances", "RegionId", "cn-beijing"}, {"DescribeRegions"},
	}
	for _, tt := range []struct{ fault, want string }{
		{`"action": "*"`, "Foooo ooooo"},
		{`"action": "*", "count": 3`, "FFFoo ooooo"},
		{`"action": "*", "after": 1, "count": 5`, "oFFFF Foooo"},
		{`"action": "*", "always": true`, "FFFFF FFFFF"},
		{`"action": "DescribeInstances", "always": true`, "ooFFo ooFFo"},
		{`"action": "*", "region": "cn-beijing", "always": true`, "oooFo oooFo"},
		{`"action": "*", "instance": "` + two + `", "always": true`, "oFFoo oFFoo"},
		{`"action": "` + action + `", "instance": "` + two + `", "after": 1`, "ooooo oFooo"},
		{`"action": "*", "account": "1234567890123456", "always": true`, "FFFFF FFFFF"},
		{`"action": "*", "account": "2345678901234567", "always": true`, "ooooo ooooo"},
		{`"action": "*", "chance": 1, "always": true`, "FFFFF FFFFF"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			c, _ := faultCloud(t, `{`+tt.fault+`, "fault": {"code": "UnknownError", "message": "by the fleet"}}`)
			got := ""
			for range 2 {
				for _, one := range calls {
					mark := "o"
					if call(t, c, one[0], one[1:]...).Message == "by the fleet" {
						mark = "F"
					}
					got += mark
				}
				got += " "
			}
			if got = strings.TrimSpace(got); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestChanceIsSeeded: which calls of an instance fail depends on the seed, not
// on the calls of other instances that come between.
func TestChanceIsSeeded(t *testing.T) {
	run := func(seed int, order ...string) map[string]string {
		c, _ := newCloud(t, fmt.Sprintf(`{"seed": %d, "instances": [{"id": "i-bp1web{n}", "count": 2, "region": "cn-hangzhou"}],
			"faults": [{"action": "*", "chance": 0.4, "always": true, "fault": "Throttling.User"}]}`, seed))
		got := map[string]string{}
		for _, id := range order {
			code := call(t, c, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", "i-bp1web0000000000000"+id).Code
			got[id] += string(code[0])
		}
		return got
	}
	var turns, blocks []string
	for range 60 {
		turns = append(turns, "1", "2")
	}
	for n := range 120 {
		blocks = append(blocks, fmt.Sprint(1+n/60))
	}
	one, two := run(7, turns...), run(7, blocks...)
	if fmt.Sprint(one) != fmt.Sprint(two) {
		t.Errorf("in turns %v, in blocks %v, want the same", one, two)
	}
	if faults := strings.Count(one["1"]+one["2"], "T"); faults < 30 || faults > 66 {
		t.Errorf("%d faults of 120 by a chance of 0.4", faults)
	}
	if other := run(8, turns...); fmt.Sprint(one) == fmt.Sprint(other) {
		t.Error("another seed makes the same faults")
	}
}

func TestLatencySpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newCloud(t, `{"latency": [{"action": "DescribeRegions", "min": "20ms", "spread": "30ms"}, {"action": "*", "min": "5s"}]}`)
		c.Now = time.Now
		shortest, longest := time.Hour, time.Duration(0)
		for range 50 {
			begin := time.Now()
			call(t, c, "DescribeRegions")
			took := time.Since(begin)
			shortest, longest = min(shortest, took), max(longest, took)
		}
		if shortest < 20*time.Millisecond || longest >= 50*time.Millisecond || longest-shortest < 15*time.Millisecond {
			t.Errorf("from %v to %v, want 20 to 50 ms", shortest, longest)
		}
		begin := time.Now()
		call(t, c, "DescribeInstances", "RegionId", "cn-hangzhou")
		if took := time.Since(begin); took != 5*time.Second {
			t.Errorf("another action: %v, want 5 s", took)
		}
	})
}
