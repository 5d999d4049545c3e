package event

import (
	"testing"

	"reactivate/internal/reactivate"
)

func TestMerge(t *testing.T) {
	dry := reactivate.Request{InstanceIDs: []string{"i-00000001"}, DryRun: true, Source: reactivate.SourceCloudMonitor, EventID: "a"}
	wet := reactivate.Request{InstanceIDs: []string{"i-00000002", "i-00000001"}, Source: reactivate.SourceCloudMonitor, EventID: "b"}
	more := reactivate.Request{InstanceIDs: []string{"i-00000003", "i-00000002"}, Source: reactivate.SourceCloudMonitor, EventID: "c"}
	got := merge([]reactivate.Request{dry, wet, more})
	if len(got) != 2 || !got[0].DryRun || len(got[0].InstanceIDs) != 1 || got[1].EventID != "b" || len(got[1].InstanceIDs) != 3 {
		t.Errorf("got %+v", got)
	}
	if len(wet.InstanceIDs) != 2 {
		t.Errorf("merge changed its input: %+v", wet)
	}
}
