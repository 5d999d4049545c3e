package fakecloud_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// demo is the demo on a clock of the test's, without its latency.
func demo(t *testing.T) (*fakecloud.Cloud, *clock) {
	t.Helper()
	f := fakecloud.Demo()
	f.Latency = nil
	c, err := fakecloud.New(f)
	if err != nil {
		t.Fatal(err)
	}
	clk := &clock{}
	c.Now = clk.now
	return c, clk
}

// TestDemoSweepsEndWell: in the regions of the demo's sweeps, everything that
// may be called runs within three seconds, and what may not is there for each
// reason.
func TestDemoSweepsEndWell(t *testing.T) {
	for _, tt := range []struct {
		region string
		comes  []string // called, and throttled at most twice
		itself string   // brought back by the platform
		left   map[string]string
	}{
		{"cn-hangzhou", []string{"web-1", "web-2", "db-primary", "db-replica"}, "cache-1", map[string]string{
			"wallet-1": "security", "spot-batch-1": "Recycling", "host-tenant-1": "dedicatedhostfinancial", "build-agent-1": "reactivate=never",
		}},
		{"cn-beijing", []string{"api-1", "search-1"}, "", nil},
	} {
		t.Run(tt.region, func(t *testing.T) {
			c, clk := demo(t)
			rows := call(t, c, "DescribeInstances", "RegionId", tt.region, "InstanceChargeType", "PostPaid", "Status", "Stopped", "MaxResults", "100").Instances.Instance
			known := 0
			for _, in := range rows {
				switch locks := in.locks(); {
				case !strings.Contains(locks, "financial"):
				case tt.left[in.InstanceName] == "reactivate=never":
					known++
					if in.Tags == nil || in.Tags.Tag[1].TagValue != "never" {
						t.Errorf("%s: got tags %+v", in.InstanceName, in.Tags)
					}
				case tt.left[in.InstanceName] != "":
					known++
					if !strings.Contains(locks, tt.left[in.InstanceName]) {
						t.Errorf("%s: got locks %s, want %s", in.InstanceName, locks, tt.left[in.InstanceName])
					}
				case in.InstanceName == tt.itself, in.InstanceName == "mail-1":
					known++
				case slices.Contains(tt.comes, in.InstanceName):
					known++
					reactivate(t, c, tt.region, in.InstanceID)
				default:
					t.Errorf("%s with locks %s is in the sweep", in.InstanceName, locks)
				}
			}
			if want := len(tt.comes) + len(tt.left) + 1; known != want { // and cache-1 or mail-1
				t.Errorf("%d instances in the sweep, want %d", known, want)
			}
			clk.advance(3 * time.Second)
			for _, in := range c.Instances() {
				if in.RegionID == tt.region && (slices.Contains(tt.comes, in.Name) || in.Name == tt.itself) && in.Status != fakecloud.Running {
					t.Errorf("%s is %s after 3 s, want Running", in.Name, in.Status)
				}
			}
		})
	}
}

// reactivate calls until the demo's throttling is over, three times at most.
func reactivate(t *testing.T, c *fakecloud.Cloud, region, id string) {
	t.Helper()
	var got reply
	for range 3 {
		if got = call(t, c, "ReActivateInstances", "RegionId", region, "InstanceId", id); got.Code != "Throttling.User" {
			break
		}
	}
	if got.Status != http.StatusOK {
		t.Errorf("%s: got %d %s, want 200", id, got.Status, got.Text)
	}
}

// TestDemoShowsTheRest: what only a request by id meets.
func TestDemoShowsTheRest(t *testing.T) {
	c, clk := demo(t)
	for _, tt := range []struct{ region, id, status, locks, code string }{
		{"cn-hangzhou", "i-bp1web00000000000003", "Running", "", "ReopenInstance.InstanceStatusNotValid"},
		{"cn-hangzhou", "i-bp1new00000000000001", "Pending", "", "IncorrectInstanceStatus"},
		{"cn-hangzhou", "i-bp1stage000000000001", "Stopped", "", "ReopenInstance.InstanceStatusNotValid"},
		{"cn-hangzhou", "i-bp1crm00000000000001", "Stopped", "financial", "InvalidPayType.NotSupport"},
		{"cn-hangzhou", "i-bp1gone0000000000001", "", "", "InvalidInstanceId.NotFound"},
		{"cn-beijing", "i-bp1search00000000001", "Stopped", "financial", "Throttling.User"},
		{"cn-shenzhen", "i-bp1erp00000000000001", "Stopped", "financial,financial-recycling", "OperationDenied.NoStock"},
		{"cn-shenzhen", "i-bp1erp00000000000002", "Stopped", "financial", "ReopenInstance.ImageNotEnoughBalance"},
	} {
		clk.advance(time.Hour)
		status, locks := describe(t, c, tt.region, tt.id)
		got := call(t, c, "ReActivateInstances", "RegionId", tt.region, "InstanceId", tt.id)
		if status != tt.status || locks != tt.locks || got.Code != tt.code {
			t.Errorf("%s: got %s, %q, %s; want %s, %q, %s", tt.id, status, locks, got.Code, tt.status, tt.locks, tt.code)
		}
	}
	_, session := assume(t, c, c.Credentials(""), "acs:ram::2345678901234567:role/reactivate-watched")
	got := callAs(t, c, session, "ReActivateInstances", "RegionId", "cn-hangzhou", "InstanceId", "i-bp1team0000000000001")
	if got.Code != "ReopenInstance.InstanceNotEnoughBalance" {
		t.Errorf("the watched account: got %d %s, want InstanceNotEnoughBalance", got.Status, got.Text)
	}
}

// TestDemoLosesAnAnswer: the first call of mail-1 works, and nobody hears it.
func TestDemoLosesAnAnswer(t *testing.T) {
	c, _ := demo(t)
	resp, err := overTheWire(t.Context(), t, c, "ReActivateInstances", "RegionId", "cn-beijing", "InstanceId", "i-bp1mail0000000000001")
	if err == nil {
		_ = resp.Body.Close()
		t.Fatalf("got %s, want no answer", resp.Status)
	}
	if status, _ := describe(t, c, "cn-beijing", "i-bp1mail0000000000001"); status != "Starting" {
		t.Errorf("got %s, want Starting", status)
	}
}
