package event_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// decodeFile decodes a sample as the handler does: an HTTP trigger's event by its method, anything else as it stands.
func decodeFile(t *testing.T, path string) (event.Decoded, error) {
	t.Helper()
	payload, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	req, ok, err := event.ParseHTTP(payload)
	if !ok {
		return event.Decoder{}.Decode(payload)
	}
	if err != nil {
		return event.Decoded{}, err
	}
	d := event.Decoder{Source: reactivate.SourceHTTP}
	if req.Method != http.MethodGet {
		return d.Decode(req.Body)
	}
	plan, err := d.DecodeQuery(req.Query)
	if err != nil {
		return event.Decoded{}, err
	}
	return event.Decoded{Requests: []reactivate.Request{plan}, Source: plan.Source, IsRequest: true}, nil
}

// asks is the result of a payload with one request.
func asks(req reactivate.Request) event.Decoded {
	return event.Decoded{Requests: []reactivate.Request{req}, Source: req.Source, EventID: req.EventID}
}

// sentBy is asks for a bare request.
func sentBy(req reactivate.Request) event.Decoded {
	decoded := asks(req)
	decoded.IsRequest = true
	return decoded
}

// doctor is the result of {"doctor": true}.
var doctor = event.Decoded{Source: reactivate.SourceManual, IsRequest: true, Doctor: true}

func ignored(source reactivate.Source, id, reason string) event.Decoded {
	return event.Decoded{Ignored: event.Said{Code: reason}, Source: source, EventID: id}
}

// sample is what a file decodes to: want, or an error that contains wantErr.
type sample struct {
	want    event.Decoded
	wantErr string
}

const (
	cms = reactivate.SourceCloudMonitor
	eb  = reactivate.SourceEventBridge

	plainText = "plain text: neither a JSON object or array nor a form that CloudMonitor sends"
)

var (
	hangzhou    = []string{"cn-hangzhou"}
	docInstance = []string{"i-bp1000000000000go2go"}
)

// documented are the results of the samples from public documents; see testdata/SOURCES.md.
var documented = map[string]sample{
	"cms_metric_alert_mns.json": {want: ignored(cms, "", `metric alarm that is over: "AlertOk"`)},
	"cms_metric_callback_current.txt": {want: asks(reactivate.Request{
		InstanceIDs: []string{"i-8psdh7l6lphbn10lk3m5"}, RegionIDs: hangzhou, AccountID: "1108034196790000",
		Source: cms, EventID: "53767d2a-ae72-11ed-b2ca-00163e2c****",
	})},
	"cms_metric_callback_current_urlencoded.txt": {want: ignored(cms, "53767d2a-ae72-11ed-b2ca-00163e2c****",
		`"i-8psdh7l6lphbn10l****" is not an instance id ("i-" and 8 to 32 lower-case letters or digits)`)},
	"cms_metric_callback_legacy_json.json": {want: ignored(cms, "",
		`"i-12345" is not an instance id ("i-" and 8 to 32 lower-case letters or digits)`)},
	"cms_subscription_webhook_post_form.txt": {want: ignored(cms, "1e944627-0000-4000-8000-000000000000",
		`CloudMonitor Instance:StateChange to "Stopping": only Stopped asks for a look`)},
	"cms_subscription_webhook_post_json.json": {want: ignored(cms, "testid",
		`CloudMonitor event "CloudAssistant:FirstHeartbeat" does not say that an instance may have stopped`)},
	"cms_sysevent_debug_statechange.json": {want: ignored(cms, "",
		`CloudMonitor Instance:StateChange to "St***ng": only Stopped asks for a look`)},
	"cms_sysevent_disk_overduepaymentrelease.json": {want: ignored(cms, "2256A988-0B26-4E2B-820A-8A0580D0B8E5",
		`CloudMonitor event "Disk:OverduePaymentRelease" does not say that an instance may have stopped`)},
	"cms_sysevent_dryrun_agent_status_stopped.json": {want: ignored(cms, "",
		`CloudMonitor event of product "CloudMonitor": only ECS concerns this function`)},
	"cms_sysevent_ecs_accountunbalanced_stop_executed.json": {want: docStopped},
	"cms_sysevent_ecs_statechange_running.json": {want: ignored(cms, docEventID,
		`CloudMonitor Instance:StateChange to "Running": only Stopped asks for a look`)},
	"cms_sysevent_ecs_statechange_stopped.json": {want: docStopped},
	"cms_sysevent_ecs_systemmaintenance_reboot_scheduled.json": {want: ignored(cms, docEventID,
		`CloudMonitor event "Instance:SystemMaintenance.Reboot:Scheduled" does not say that an instance may have stopped`)},
	"cms_sysevent_url_callback_legacy_statechange_stopped.json": {want: legacyStopped},
	"eb_acs_ecs_disk_converttopostpaid.json": {want: ignored(eb, "70c0414c-b260-4923-b584-1d6e5646****",
		`EventBridge event "Disk:ConvertToPostpaidCompleted" does not say that an instance may have stopped`)},
	"eb_acs_ecs_statechange_stopped.json": {want: asks(reactivate.Request{
		InstanceIDs: docInstance, RegionIDs: hangzhou, AccountID: "1234567890980000",
		Source: eb, EventID: "70c0414c-b260-4923-b584-1d6e5646****",
	})},
	"eb_custom_billing_recharge.json": {want: asks(reactivate.Request{
		InstanceIDs: docInstance, RegionIDs: hangzhou, Source: reactivate.SourceBilling, EventID: "recharge-20260101-0001",
	})},
	"eb_custom_putevents_request.json": {want: ignored(reactivate.SourceBilling, "A234-1234-1234",
		`custom event "com.github.pull_request.opened" names no instances and is not a recharge`)},
	"eb_event_overview_sample.json": {want: ignored(eb, "45ef4dewdwe1-7c35-447a-bd93-fab****",
		`EventBridge event "aliyuncvc:MeetingEvent:MemberOperate" of "acs:aliyuncvc": only those of acs.ecs concern this function`)},
	"fc_http_event_cms_metric_callback_form_base64.json": {want: ignored(cms, "53767d2a-ae72-11ed-b2ca-00163e2c****",
		`"i-8psdh7l6lphbn10l****" is not an instance id ("i-" and 8 to 32 lower-case letters or digits)`)},
	"fc_http_event_cms_sysevent_callback_json.json": {want: legacyStopped},
	"fc_http_event_doc_example.json":                {wantErr: `field "parameter1" is unknown`},
	"fc_http_event_get_empty_body.json":             {wantErr: `field "parameter1" is unknown`},
	"fc_http_event_post_json.json":                  {wantErr: `field "message" is unknown`},
	"fc_kafka_event_array_of_json_strings.json": {want: ignored(reactivate.SourceQueue, "",
		"no event: the message is "+plainText)},
	"fc_mns_queue_event_array.json": {want: ignored(reactivate.SourceQueue, "",
		"none of 2 elements asks for anything: no event: the message is "+plainText)},
	"fc_mns_queue_event_rawdata_array.json": {want: ignored(reactivate.SourceQueue, "",
		"none of 2 elements asks for anything: no event: the message is "+plainText)},
	"fc_mns_queue_event_single_object.json":         {want: ignored(reactivate.SourceQueue, "", "no event: the message is "+plainText)},
	"fc_mns_queue_event_wrapping_cms_sysevent.json": {want: docStopped},
	"fc_mns_topic_json.json":                        {want: ignored(reactivate.SourceQueue, "", "no event: the message is "+plainText)},
	"fc_mns_topic_json_wrapping_cms_sysevent.json":  {want: docStopped},
	"fc_mns_topic_stream.txt":                       {wantErr: "the payload is " + plainText},
	"fc_mns_topic_stream_cms_sysevent.json":         {want: docStopped},
	"fc_mns_topic_stream_with_attributes.json":      {want: ignored(reactivate.SourceQueue, "", "no event: the message is "+plainText)},
	"fc_timer_event.json":                           {wantErr: `field "payload" of the timer is not a JSON request: "awesome-fc"`},
	"fc_timer_event_json_payload.json": {want: sentBy(reactivate.Request{
		InstanceIDs: docInstance, RegionIDs: hangzhou, Source: reactivate.SourceTimer,
	})},
}

const docEventID = "2256A988-0B26-4E2B-820A-8A********E5"

var (
	docStopped = asks(reactivate.Request{
		InstanceIDs: docInstance, RegionIDs: hangzhou, Source: cms, EventID: docEventID, // its account is masked
	})
	legacyStopped = asks(reactivate.Request{
		InstanceIDs: docInstance, RegionIDs: hangzhou, AccountID: "1234567890980000",
		Source: cms, EventID: "bd5f9913-ec1d-412b-ace3-7a3618d7****",
	})
)

func TestDecodeDocumentedSamples(t *testing.T) { testSamples(t, "testdata", documented) }

func TestDecodeEvents(t *testing.T) { testSamples(t, filepath.Join("..", "..", "events"), shipped) }

// testSamples decodes every file of a directory but its documents. A file without a row and a row
// without a file are errors.
func testSamples(t *testing.T, dir string, samples map[string]sample) {
	t.Helper()
	for name := range samples {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%v", err)
		}
	}
	for _, name := range sampleNames(t, dir) {
		t.Run(name, func(t *testing.T) {
			s, ok := samples[name]
			if !ok {
				t.Fatal("is not in the table")
			}
			got, err := decodeFile(t, filepath.Join(dir, name))
			if s.wantErr != "" {
				if err == nil || !strings.Contains(inWords(err), s.wantErr) {
					t.Errorf("got error %v, want %q", err, s.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := unranked(got); !reflect.DeepEqual(got, s.want) {
				t.Errorf("got  %+v\nwant %+v", got, s.want)
			}
		})
	}
}

// sampleNames are the files of a directory, without documents and directories.
func sampleNames(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() && filepath.Ext(entry.Name()) != ".md" {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		t.Fatalf("no samples in %s", dir)
	}
	return names
}

// TestSamplesAreListed: the documents beside the samples list all of them, and no file that is gone.
func TestSamplesAreListed(t *testing.T) {
	for _, doc := range []string{filepath.Join("testdata", "SOURCES.md"), filepath.Join("..", "..", "events", "README.md")} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		listed := make(map[string]bool)
		for line := range strings.Lines(string(text)) {
			cells := strings.Split(line, "|")
			if name := strings.Trim(cells[min(1, len(cells)-1)], " `"); len(cells) > 2 && strings.Contains(name, ".") {
				listed[name] = true
			}
		}
		for _, name := range sampleNames(t, filepath.Dir(doc)) {
			if !listed[name] {
				t.Errorf("%s: %s is missing", doc, name)
			}
			delete(listed, name)
		}
		for name := range listed {
			t.Errorf("%s: %s is listed and does not exist", doc, name)
		}
	}
}
