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

func ignored(source reactivate.Source, id, reason string) event.Decoded {
	return event.Decoded{Ignored: event.Said{Code: reason}, Source: source, EventID: id}
}

const (
	cms = reactivate.SourceCloudMonitor
	eb  = reactivate.SourceEventBridge

	plainText = "plain text: neither a JSON object or array nor a form that CloudMonitor sends"
)

var hangzhou = []string{"cn-hangzhou"}

// documented are the results of the samples from public documents; see testdata/SOURCES.md.
var documented = map[string]event.Decoded{
	"cms_metric_alert_mns.json": ignored(cms, "", `metric alarm that is over: "AlertOk"`),
	"cms_metric_callback_current.txt": asks(reactivate.Request{
		InstanceIDs: []string{"i-8psdh7l6lphbn10lk3m5"}, RegionIDs: hangzhou, AccountID: "1108034196790000",
		Source: cms, EventID: "53767d2a-ae72-11ed-b2ca-00163e2c****",
	}),
	"cms_subscription_webhook_post_form.txt": ignored(cms, "1e944627-0000-4000-8000-000000000000",
		`CloudMonitor Instance:StateChange to "Stopping": only Stopped asks for a look`),
	"cms_subscription_webhook_post_json.json": ignored(cms, "testid",
		`CloudMonitor event "CloudAssistant:FirstHeartbeat" does not say that an instance may have stopped`),
	"cms_sysevent_disk_overduepaymentrelease.json": ignored(cms, "2256A988-0B26-4E2B-820A-8A0580D0B8E5",
		`CloudMonitor event "Disk:OverduePaymentRelease" does not say that an instance may have stopped`),
	"cms_sysevent_dryrun_agent_status_stopped.json": ignored(cms, "",
		`CloudMonitor event of product "CloudMonitor": only ECS concerns this function`),
	"eb_event_overview_sample.json": ignored(eb, "45ef4dewdwe1-7c35-447a-bd93-fab****",
		`EventBridge event "aliyuncvc:MeetingEvent:MemberOperate" of "acs:aliyuncvc": only those of acs.ecs concern this function`),
	"fc_kafka_event_array_of_json_strings.json": ignored(reactivate.SourceQueue, "",
		"no event: the message is "+plainText),
}

func TestDecodeDocumentedSamples(t *testing.T) { testSamples(t, "testdata", documented) }

func TestDecodeEvents(t *testing.T) { testSamples(t, filepath.Join("..", "..", "events"), shipped) }

// testSamples decodes every file of a directory but its documents. A file without a row is an error.
func testSamples(t *testing.T, dir string, samples map[string]event.Decoded) {
	t.Helper()
	for _, name := range sampleNames(t, dir) {
		t.Run(name, func(t *testing.T) {
			want, ok := samples[name]
			if !ok {
				t.Fatal("is not in the table")
			}
			got, err := decodeFile(t, filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if got := unranked(got); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
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

// TestSamplesAreListed: the documents beside the samples list all of them.
func TestSamplesAreListed(t *testing.T) {
	events := filepath.Join("..", "..", "events")
	for _, doc := range []string{filepath.Join("testdata", "SOURCES.md"), filepath.Join(events, "README.md"), filepath.Join(events, "README.zh-CN.md")} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range sampleNames(t, filepath.Dir(doc)) {
			if !strings.Contains(string(text), "| "+name+" |") {
				t.Errorf("%s: %s is missing", doc, name)
			}
		}
	}
}
