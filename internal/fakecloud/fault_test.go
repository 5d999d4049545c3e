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

const web2 = "i-bp1web00000000000002"

// faultCloud has two overdue instances, and faults.
func faultCloud(t *testing.T, faults string) (*fakecloud.Cloud, *clock) {
	t.Helper()
	return newCloud(t, `{"regions": ["cn-hangzhou", "cn-beijing"], "faults": [`+faults+`],
		"instances": [{"id": "i-bp1web{n}", "count": 2, "region": "cn-hangzhou", "locks": ["financial"]}]}`)
}

func TestAnswersThatAreNone(t *testing.T) {
	for _, tt := range []struct{ fault, want, body string }{
		{`"html502"`, "502", "<h1>502 Bad Gateway</h1>"},
		{`"empty503"`, "503", ""},
		{`"empty200"`, "200", ""},
		{`"empty500json"`, "500", "{}"},
		{`"ServiceUnavailable"`, "503 ServiceUnavailable", "The request has failed due to a temporary failure of the server."},
		{`{"code": "My.Own", "status": 409, "message": "text"}`, "409 My.Own", `"Message":"text"`},
		{`{"kind": "error", "code": "InternalError", "message": "text"}`, "500 InternalError", `"Message":"text"`},
		{`{"kind": "answer", "body": {"TotalCount": 7}}`, "200", `"TotalCount":7`},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			c, _ := faultCloud(t, `{"action": "ReActivateInstances", "fault": `+tt.fault+`}`)
			got := start(t, c, web)
			if got.short() != tt.want || !strings.Contains(got.Text, tt.body) || (tt.body == "" && got.Text != "") {
				t.Errorf("got %d %q, want %s %q", got.Status, got.Text, tt.want, tt.body)
			}
			made := c.Calls()[0]
			if in := c.Instances()[0]; in.Starts != 0 || made.Done || made.Fault == "" || made.Status != got.Status || made.Code != got.Code {
				t.Errorf("got %+v by %+v, want no start", in, made)
			}
			if got := start(t, c, web); got.Status != http.StatusOK {
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
	signed := sign(t, c, c.Credentials(""), action, params...)
	r, err := http.NewRequestWithContext(ctx, signed.Method, server.URL+"/?"+signed.URL.RawQuery, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header, r.Host = signed.Header, signed.Host
	return server.Client().Do(r)
}

func TestLostAnswers(t *testing.T) {
	for fault, starts := range map[string]int{"reset": 0, "lost": 1} {
		c, _ := faultCloud(t, `{"action": "ReActivateInstances", "fault": "`+fault+`"}`)
		resp, err := overTheWire(t.Context(), t, c, "ReActivateInstances", "RegionId", hz, "InstanceId", web)
		if err == nil {
			_ = resp.Body.Close()
			t.Fatalf("%s: got %s, want a connection that is reset", fault, resp.Status)
		}
		if in := c.Instances()[0]; in.Starts != starts {
			t.Errorf("%s: %d starts, want %d", fault, in.Starts, starts)
		}
		if made := c.Calls()[0]; made.Status != 0 || made.Done != (starts == 1) {
			t.Errorf("%s: got the record %+v, want no status", fault, made)
		}
	}
}

// TestHang lasts until the client gives up.
func TestHang(t *testing.T) {
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

// TestSlowBodyOverTheWire sends a part at once. The client gives up then.
func TestSlowBodyOverTheWire(t *testing.T) {
	c, _ := faultCloud(t, `{"action": "*", "fault": {"kind": "slowBody", "takes": "1h"}}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	resp, err := overTheWire(ctx, t, c, "DescribeRegions")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.ReadFull(resp.Body, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if rest, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("got %q and %v, want the rest to take longer", rest, err)
	}
}

// TestSlowAnswers: a slow body comes whole in the end, and the first latency that fits counts.
func TestSlowAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newCloud(t, `{"latency": [{"action": "DescribeRegions", "takes": "20ms"}, {"action": "*", "takes": "5s"}],
			"faults": [{"action": "QueryAccountBalance", "fault": {"kind": "slowBody", "takes": "30s"}}]}`)
		c.Now = time.Now
		took := func(action string) time.Duration {
			begin := time.Now()
			if got := call(t, c, action); got.RequestID == "" {
				t.Errorf("%s: got %s, want the whole answer", action, got.Text)
			}
			return time.Since(begin)
		}
		if got := took("QueryAccountBalance"); got != 35*time.Second {
			t.Errorf("a slow body: %v, want 30 s and the latency", got)
		}
		if got := took("DescribeRegions"); got != 20*time.Millisecond {
			t.Errorf("another call: %v, want its own latency", got)
		}
	})
}

func TestStaleDescribe(t *testing.T) {
	c, clk := faultCloud(t, `{"action": "DescribeInstances", "always": true, "fault": {"kind": "stale", "age": "3s"}}`)
	start(t, c, web)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{0, "Stopped financial"}, {3*time.Second - 1, "Stopped financial"}, {1, "Starting"}, {5 * time.Second, "Running"}} {
		clk.advance(tt.after)
		wantState(t, c, tt.after.String()+" later", web, tt.want)
	}
}

// TestWhichCallsFail: F is a call that fails, o one that does not.
func TestWhichCallsFail(t *testing.T) {
	const action = "ReActivateInstances"
	calls := [][]string{
		{action, "RegionId", hz, "InstanceId", web}, {action, "RegionId", hz, "InstanceId", web2},
		{"DescribeInstances", "RegionId", hz, "InstanceIds", `["` + web + `","` + web2 + `"]`},
		{"DescribeInstances", "RegionId", "cn-beijing"}, {"DescribeRegions"},
	}
	for _, tt := range []struct{ fault, want string }{
		{`"action": "*"`, "Foooo ooooo"},
		{`"action": "*", "after": 1, "count": 5`, "oFFFF Foooo"},
		{`"action": "*", "always": true`, "FFFFF FFFFF"},
		{`"action": "DescribeInstances", "always": true`, "ooFFo ooFFo"},
		{`"action": "*", "region": "cn-beijing", "always": true`, "oooFo oooFo"},
		{`"action": "*", "instance": "` + web2 + `", "always": true`, "oFFoo oFFoo"},
		{`"action": "` + action + `", "instance": "` + web2 + `", "after": 1`, "ooooo oFooo"},
		{`"action": "*", "chance": 1, "always": true`, "FFFFF FFFFF"},
	} {
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
			t.Errorf("%s: got %s, want %s", tt.fault, got, tt.want)
		}
	}
}

// TestChanceIsSeeded: which calls of an instance fail depends on the seed, not
// on the calls of other instances that come between.
func TestChanceIsSeeded(t *testing.T) {
	run := func(seed int, order string) map[rune]string {
		c, _ := newCloud(t, fmt.Sprintf(`{"seed": %d, "instances": [{"id": "i-bp1web{n}", "count": 2, "region": "cn-hangzhou"}],
			"faults": [{"action": "*", "chance": 0.4, "always": true, "fault": "Throttling.User"}]}`, seed))
		got := map[rune]string{}
		for _, n := range order {
			got[n] += start(t, c, "i-bp1web0000000000000"+string(n)).Code[:1]
		}
		return got
	}
	turns, blocks := strings.Repeat("12", 60), strings.Repeat("1", 60)+strings.Repeat("2", 60)
	one, two := run(7, turns), run(7, blocks)
	if fmt.Sprint(one) != fmt.Sprint(two) {
		t.Errorf("in turns %v, in blocks %v, want the same", one, two)
	}
	if faults := strings.Count(one['1']+one['2'], "T"); faults < 30 || faults > 66 {
		t.Errorf("%d faults of 120 by a chance of 0.4", faults)
	}
	if other := run(8, turns); fmt.Sprint(one) == fmt.Sprint(other) {
		t.Error("another seed makes the same faults")
	}
}
