package handler_test

import (
	"slices"
	"strings"
	"testing"

	"reactivate/internal/fakecloud"
)

// check is a line of the doctor's answer.
type check struct{ Name, Status, Detail, Remedy string }

// named returns the checks with a name.
func named(all []check, name string) []check {
	return slices.DeleteFunc(slices.Clone(all), func(c check) bool { return c.Name != name })
}

// TestDoctorLooksForTags: a configured tag that no instance carries, whatever its status, is probably misspelled. It would
// exclude nothing, and nobody would notice.
func TestDoctorLooksForTags(t *testing.T) {
	fleet := overdue(web1, web2)
	fleet.Regions = []string{"cn-hangzhou", "cn-beijing"}
	fleet.Instances[0].Tags = map[string]string{"env": "prod"}
	fleet.Instances[1] = fakecloud.Instance{ID: web2, Region: "cn-beijing", Status: fakecloud.Running, Tags: map[string]string{"keep": "yes"}}
	unreadable := edited(fleet, func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "DescribeInstances", Region: "cn-beijing", Always: true, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: "Forbidden.RAM"}}}}
	})
	broken := edited(fleet, func(f *fakecloud.Fleet) { // the look is allowed, and its page does not come
		f.Faults = []fakecloud.Fault{{Action: "DescribeInstances", Region: "cn-beijing", After: 1, Always: true, Fault: fakecloud.FaultAct{Kind: fakecloud.HTML502}}}
	})
	large := fakecloud.Fleet{Instances: []fakecloud.Instance{{ID: "i-bp1many{n}", Region: "cn-hangzhou", Status: fakecloud.Running, Count: 2001}}}
	for _, tt := range []struct {
		name  string
		fleet fakecloud.Fleet
		env   []string
		want  []check
	}{
		{"a page that does not come", broken, []string{"REACTIVATE_EXCLUDE_TAGS=team"}, nil},
		{"more pages than are read", large, []string{"REACTIVATE_EXCLUDE_TAGS=team"}, nil},
		{"none is configured", fleet, nil, nil},
		{"each is found", fleet, []string{"REACTIVATE_INCLUDE_TAGS=env=prod", "REACTIVATE_EXCLUDE_TAGS=keep"}, []check{{Status: "ok", Detail: "each configured tag is on some instance"}}},
		{"one is not", fleet, []string{"REACTIVATE_INCLUDE_TAGS=env", "REACTIVATE_EXCLUDE_TAGS=keep=no,env=prod,team"}, []check{
			{Status: "warning", Detail: "REACTIVATE_EXCLUDE_TAGS: no instance carries keep=no"}, {Status: "warning", Detail: "REACTIVATE_EXCLUDE_TAGS: no instance carries team"},
		}},
		{"nobody knows of a region", unreadable, []string{"REACTIVATE_EXCLUDE_TAGS=team"}, nil},
		{"no instance at all", fakecloud.Fleet{}, []string{"REACTIVATE_EXCLUDE_TAGS=team"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.fleet, append(tt.env, "REACTIVATE_REGIONS=*")...)
			got := named(diagnosed(t, r, askDoctor), "tags")
			if len(got) != len(tt.want) {
				t.Fatalf("got %+v, want %+v", got, tt.want)
			}
			for i, want := range tt.want {
				if got[i].Status != want.Status || got[i].Detail != want.Detail || (got[i].Remedy == "") != (want.Status == "ok") {
					t.Errorf("got %+v, want %+v", got[i], want)
				}
			}
		})
	}
}

// TestDoctorNamesTheRegionToLeaveOut: it names the setting that leaves a refusing region out, and that setting works.
func TestDoctorNamesTheRegionToLeaveOut(t *testing.T) {
	fleet := overdue(web1)
	fleet.Regions = []string{"cn-hangzhou", "cn-beijing"}
	fleet.Faults = []fakecloud.Fault{{Action: "DescribeInstances", Region: "cn-beijing", Always: true, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: "Forbidden.RAM"}}}}
	got := named(diagnosed(t, newRig(t, fleet, "REACTIVATE_REGIONS=*"), askDoctor), "account "+home+": look in cn-beijing")
	if len(got) != 1 || got[0].Status != "failed" || !strings.HasSuffix(got[0].Remedy, "; or leave the region out: REACTIVATE_REGIONS=*,!cn-beijing") {
		t.Errorf("got %+v, want a way to leave it out", got)
	}
	r := newRig(t, fleet, "REACTIVATE_REGIONS=*,!cn-beijing")
	for _, c := range diagnosed(t, r, askDoctor) {
		if c.Status == "failed" {
			t.Errorf("left out: got %+v", c)
		}
	}
	if _, err := r.invoke(t.Context(), sweep); err != nil || !slices.Contains(r.called(reactivateAction), web1) {
		t.Errorf("left out: got %v, called %v, want the other region's", err, r.called(reactivateAction))
	}
	for _, call := range r.cloud.Calls() {
		if call.RegionID == "cn-beijing" {
			t.Errorf("%s was asked in the region that is left out", call.Action)
		}
	}
	if _, err := r.invoke(t.Context(), `{"instanceId": "`+web1+`", "regionId": "cn-beijing"}`); errorName(err) != "DeniedError" {
		t.Errorf("a request that names it: got %v, want its refusal", err)
	}
}

// TestDoctorWarnsOfProxies, which other programs use.
func TestDoctorWarnsOfProxies(t *testing.T) {
	if got := named(diagnosed(t, newRig(t, overdue(web1)), askDoctor), "proxy"); len(got) != 0 {
		t.Errorf("without a proxy: got %+v", got)
	}
	got := named(diagnosed(t, newRig(t, overdue(web1), "HTTPS_PROXY=http://user:secret@proxy.invalid:1", "http_proxy=x", "NO_PROXY=y"), askDoctor), "proxy")
	if len(got) != 1 || got[0].Status != "warning" || !strings.HasPrefix(got[0].Detail, "HTTPS_PROXY, http_proxy is set, and ignored") || strings.Contains(got[0].Detail, "secret") {
		t.Errorf("got %+v, want a warning without the values", got)
	}
}

// TestDoctorTellsTheFunctionsTimeout, however long ago the invocation began.
func TestDoctorTellsTheFunctionsTimeout(t *testing.T) {
	for seconds, want := range map[int]check{
		0:    {Status: "ok", Detail: "none"},
		1500: {Status: "ok", Detail: "24m50s to work in, enough for 10m0s of grace and 10m0s of watching"},
		900:  {Status: "warning", Detail: "14m50s to work in, but a sweep may take 10m0s of grace and 10m0s of watching"},
		600:  {Status: "failed", Detail: "9m50s to work in, but sweeps wait 10m0s before they act"},
	} {
		r := newRig(t, overdue(web1), "REACTIVATE_GRACE=10m", "REACTIVATE_WAIT=10m")
		r.fc.Function.Timeout = seconds
		if got := named(diagnosed(t, r, askDoctor), "timeout"); len(got) != 1 || got[0].Status != want.Status || got[0].Detail != want.Detail {
			t.Errorf("%d s: got %+v, want %+v", seconds, got, want)
		}
	}
}
