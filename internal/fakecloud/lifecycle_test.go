package fakecloud_test

import (
	"fmt"
	"testing"
	"time"
)

// TestOverdueLifeCycle walks through arrears, settlement and release as
// https://help.aliyun.com/zh/ecs/overdue-payments tells them.
func TestOverdueLifeCycle(t *testing.T) {
	const (
		runs    = "i-bp1runs0000000000001"
		idle    = "i-bp1idle0000000000001"
		fails   = "i-bp1fail0000000000001"
		prepaid = "i-bp1paid0000000000001"
		secured = "i-bp1lock0000000000001"
		soldOut = "i-bp1sold0000000000001"
	)
	c, clk := newCloud(t, `{"startTakes": "10m", "lifeCycle": {"restoreAfter": "3m"},
		"accounts": [{"id": "1234567890123456", "fallsAfter": "1h", "settlesAfter": "50h"}], "instances": [
		{"id": "i-bp1runs0000000000001", "region": "cn-hangzhou"},
		{"id": "i-bp1idle0000000000001", "region": "cn-hangzhou", "status": "Stopped"},
		{"id": "i-bp1fail0000000000001", "region": "cn-hangzhou", "platform": {"fails": true}},
		{"id": "i-bp1paid0000000000001", "region": "cn-hangzhou", "chargeType": "PrePaid"},
		{"id": "i-bp1lock0000000000001", "region": "cn-hangzhou", "status": "Running", "locks": ["security"]},
		{"id": "i-bp1sold0000000000001", "region": "cn-hangzhou", "startFails": {"code": "OperationDenied.NoStock"}}]}`)
	wantState(t, c, "before", runs, "Running")
	clk.advance(time.Hour)
	wantState(t, c, "in arrears", runs, "Stopped financial")
	wantState(t, c, "in arrears", idle, "Stopped financial")
	wantState(t, c, "in arrears", prepaid, "Running")
	wantState(t, c, "in arrears", secured, "Stopped security financial")
	if got := start(t, c, runs); got.short() != "400 ReopenInstance.InstanceNotEnoughBalance" {
		t.Errorf("in arrears: got %d %s, want InstanceNotEnoughBalance", got.Status, got.Text)
	}
	clk.advance(48*time.Hour - 1)
	wantState(t, c, "just before 48 hours", runs, "Stopped financial")
	clk.advance(1)
	wantState(t, c, "48 hours later", runs, "Stopped financial financial-recycling")
	clk.advance(time.Hour)
	wantState(t, c, "just settled", runs, "Stopped financial financial-recycling")
	clk.advance(3 * time.Minute)
	wantState(t, c, "restored", runs, "Starting")
	wantState(t, c, "restored", idle, "Stopped")
	wantState(t, c, "restored", secured, "Stopped security")
	wantState(t, c, "not restored", fails, "Stopped financial financial-recycling")
	wantState(t, c, "not restored", soldOut, "Stopped financial financial-recycling")
	clk.advance(10 * time.Minute)
	wantState(t, c, "restored", runs, "Running")

	for id, want := range map[string]string{runs: "ReopenInstance.InstanceStatusNotValid", idle: "ReopenInstance.InstanceStatusNotValid",
		soldOut: "OperationDenied.NoStock", fails: ""} {
		if got := start(t, c, id); got.Code != want {
			t.Errorf("settled, %s: got %q, want %q", id, got.Code, want)
		}
	}
	clk.advance(15 * 24 * time.Hour)
	wantState(t, c, "15 days later", fails, "Running")
	wantState(t, c, "15 days later", soldOut, "")
	for _, in := range c.Instances() {
		if in.Released != (in.ID == soldOut) {
			t.Errorf("got %+v, want only %s released", in, soldOut)
		}
		if in.ID == fails && (in.Starts != 1 || in.Epochs != 1 || !in.WasRunning) {
			t.Errorf("got %+v, want that it ran, and one start in one epoch", in)
		}
	}
}

// TestCourses: each step lets time pass and then looks at the instance, or calls ReActivateInstances.
func TestCourses(t *testing.T) {
	const (
		s        = time.Second
		called   = "called"
		overdue  = `"locks": ["financial"]`
		restored = overdue + `, "platform": {"after": "1500ms"}`
	)
	type step struct {
		after time.Duration
		want  string
	}
	for _, tt := range []struct {
		instance string
		steps    []step

		starts            int // in the end
		ran, ownerStopped bool
	}{
		{restored, []step{
			{0, "Stopped financial"}, {1500*time.Millisecond - 1, "Stopped financial"}, {1, "Starting"}, {5*s - 1, "Starting"}, {1, "Running"},
		}, 0, true, false},
		{restored, []step{{0, called}, {2 * s, "Starting"}, {3 * s, "Running"}}, 1, true, false}, // the platform does not start it again
		{restored + `, "ownerStopped": true`, []step{{0, "Stopped financial"}, {2 * s, "Stopped"}}, 0, false, true},
		{restored + `, "ownerStopped": true`, []step{{0, called}, {5 * s, "Running"}}, 1, true, false},
		{overdue + `, "fallsBack": {"after": "10s"}`, []step{{0, called}, {5 * s, "Running"}, {5*s - 1, "Running"}, {1, "Stopped"}}, 1, true, false},
		{overdue + `, "fallsBack": {"after": "4s"}`, []step{{0, called}, {0, "Starting"}, {5 * s, "Stopped"}}, 1, false, false},
		{restored + `, "fallsBack": {"after": "10s", "locks": ["financial"]}`, []step{
			{0, "Stopped financial"}, {1500 * time.Millisecond, "Starting"}, {9 * s, "Running"}, {s, "Stopped financial"},
		}, 0, true, false},
		{`"status": "Pending"`, []step{{0, "Pending"}, {9 * s, "Pending"}}, 0, false, false},
		{`"status": "Pending", "then": {"after": "9s"}`, []step{{0, "Pending"}, {9*s - 1, "Pending"}, {1, "Stopped"}}, 0, false, false},
		{`"status": "Starting", "then": {"after": "9s"}`, []step{{0, "Starting"}, {9 * s, "Running"}}, 0, true, false},
		{`"status": "Pending", "then": {"after": "9s", "status": "Running"}`, []step{{0, "Pending"}, {9 * s, "Running"}}, 0, true, false},
		{overdue + `, "status": "Stopping", "then": {"after": "9s"}, "overdueFor": "60h"`, []step{
			{0, "Stopping financial"}, {9 * s, "Stopped financial"},
		}, 0, false, false},
	} {
		c, clk := newCloud(t, `{"instances": [{"id": "`+web+`", "region": "cn-hangzhou", `+tt.instance+`}]}`)
		_ = c.Instances() // no use, so that the times do not count from here
		clk.advance(time.Hour)
		for i, step := range tt.steps {
			clk.advance(step.after)
			if step.want == called {
				start(t, c, web)
				continue
			}
			wantState(t, c, fmt.Sprint(tt.instance, ", step ", i), web, step.want)
		}
		if in := c.Instances()[0]; in.Starts != tt.starts || in.WasRunning != tt.ran || in.OwnerStopped != tt.ownerStopped {
			t.Errorf("%s: got %+v in the end", tt.instance, in)
		}
	}
}

// TestAccountsFallAndSettle when the fleet file says so.
func TestAccountsFallAndSettle(t *testing.T) {
	c, clk := newCloud(t, `{"startTakes": "1s", "lifeCycle": {"restoreAfter": "1s"},
		"accounts": [{"id": "1234567890123456", "fallsAfter": "10s", "settlesAfter": "2h"}, {"id": "2345678901234567"}],
		"instances": [{"id": "i-bp1runs0000000000001", "region": "cn-hangzhou"},
			{"id": "i-bp1runs0000000000002", "region": "cn-hangzhou", "account": "2345678901234567"}]}`)
	call(t, c, "DescribeRegions") // the first use
	for _, tt := range []struct {
		at   time.Duration
		want string
	}{
		{9 * time.Second, "[Running Running]"},
		{10 * time.Second, "[Stopped Running]"},
		{2 * time.Hour, "[Stopped Running]"},
		{2*time.Hour + time.Second, "[Starting Running]"},
		{2*time.Hour + 2*time.Second, "[Running Running]"},
	} {
		clk.advance(tt.at - c.Now().Sub(t0))
		var got []any
		for _, in := range c.Instances() {
			got = append(got, in.Status)
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("at %v: got %v, want %s", tt.at, got, tt.want)
		}
	}
}

// TestReleasedStaysReleased: a settlement that comes too late restores nothing.
func TestReleasedStaysReleased(t *testing.T) {
	c, clk := newCloud(t, `{"lifeCycle": {"restoreAfter": "2h"}, "accounts": [{"id": "1234567890123456", "settlesAfter": "1s"}],
		"instances": [{"id": "`+web+`", "region": "cn-hangzhou", "locks": ["financial"], "overdueFor": "359h"}]}`)
	wantState(t, c, "an hour before its release", web, "Stopped financial financial-recycling")
	clk.advance(3 * time.Hour)
	wantState(t, c, "after it", web, "")
}
