package event_test

import (
	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

const (
	web1      = "i-bp1web00000000000001"
	web2      = "i-bp1web00000000000002"
	dbPrimary = "i-bp1db000000000000001"
	dbReplica = "i-bp1db000000000000002"
	cache1    = "i-bp1cache000000000001"
	api1      = "i-bp1api00000000000001"
)

var twoRegions = []string{"cn-hangzhou", "cn-beijing"}

// lookAt is the result of an event about instances in cn-hangzhou.
func lookAt(source reactivate.Source, eventID string, ids ...string) event.Decoded {
	return asks(reactivate.Request{
		InstanceIDs: ids, RegionIDs: hangzhou, AccountID: own, Source: source, EventID: eventID,
	})
}

// shipped are the results of the samples in events/; see events/README.md.
var shipped = map[string]event.Decoded{
	"manual.json": sentBy(reactivate.Request{
		InstanceIDs: []string{
			web1, "i-bp1web00000000000003", "i-bp1new00000000000001", "i-bp1wallet00000000001", "i-bp1crm00000000000001",
			"i-bp1host0000000000001", "i-bp1stage000000000001", "i-bp1build000000000001", "i-bp1gone0000000000001",
		},
		RegionIDs: hangzhou, Source: reactivate.SourceManual,
	}),
	"manual-sweep.json": sentBy(reactivate.Request{
		Sweep: true, RegionIDs: twoRegions, DryRun: true, Source: reactivate.SourceManual,
	}),
	"doctor.json": {Source: reactivate.SourceManual, IsRequest: true, Doctor: true},
	"http-post.json": sentBy(reactivate.Request{
		InstanceIDs: []string{web1, web2}, RegionIDs: hangzhou, Source: reactivate.SourceHTTP,
	}),
	"http-get.json": sentBy(reactivate.Request{
		Sweep: true, RegionIDs: hangzhou, DryRun: true, Source: reactivate.SourceHTTP,
	}),
	"timer.json":       sentBy(reactivate.Request{Sweep: true, RegionIDs: twoRegions, Source: reactivate.SourceTimer}),
	"timer-empty.json": sentBy(reactivate.Request{Sweep: true, Source: reactivate.SourceTimer}),
	"billing-recharge.json": asks(reactivate.Request{
		Sweep: true, RegionIDs: twoRegions, AccountID: own, Source: reactivate.SourceBilling, EventID: "recharge-20260102-1",
	}),
	"billing-instances.json":                lookAt(reactivate.SourceBilling, "paid-20260102-1", web1, web2),
	"cloudmonitor-statechange-stopped.json": lookAt(cms, "cms-stopped-1", web1),
	"cloudmonitor-statechange-running.json": ignored(cms, "cms-running-1",
		`CloudMonitor Instance:StateChange to "Running": only Stopped asks for a look`),
	"cloudmonitor-accountunbalanced.json": lookAt(cms, "cms-overdue-1", web2),
	"cloudmonitor-maintenance.json": ignored(cms, "cms-reboot-1",
		`CloudMonitor event "Instance:SystemMaintenance.Reboot:Scheduled" does not say that an instance may have stopped`),
	"cloudmonitor-debug.json": ignored(cms, "",
		`"<resource-id>" is not an instance id ("i-" and 8 to 32 lower-case letters or digits)`),
	"cloudmonitor-subscription.json":     lookAt(cms, "subscription-1", dbPrimary),
	"cloudmonitor-subscription-form.txt": lookAt(cms, "subscription-2", dbReplica),
	"http-cloudmonitor.json":             lookAt(cms, "cms-stopped-10", web1),
	"metric-alarm-form.txt":              lookAt(cms, "metric-1", web1),
	"metric-alarm.json":                  lookAt(cms, "", web2),
	"metric-alarm-mns.json": asks(reactivate.Request{
		InstanceIDs: []string{dbPrimary}, AccountID: own, Source: cms, // the message names no region
	}),
	"eventbridge-statechange-stopped.json": asks(reactivate.Request{
		InstanceIDs: []string{api1}, RegionIDs: []string{"cn-beijing"}, AccountID: own, Source: eb, EventID: "eb-stopped-1",
	}),
	"eventbridge-autoreactivate-completed.json": lookAt(eb, "eb-autoreactivate-1", cache1),
	"eventbridge-disk.json": ignored(eb, "eb-disk-1",
		`EventBridge event "Disk:ConvertToPostpaidCompleted" does not say that an instance may have stopped`),
	"mns-topic-json.json":   lookAt(cms, "cms-stopped-2", web1),
	"mns-topic-stream.json": lookAt(cms, "cms-stopped-3", web2),
	"http-mns.json":         lookAt(cms, "cms-stopped-11", web1),
	"mns-queue.json":        lookAt(cms, "cms-stopped-5", web1, web2),
	"kafka.json":            lookAt(cms, "cms-stopped-8", web1),
	"rocketmq.json":         lookAt(cms, "cms-stopped-9", web1),
}
