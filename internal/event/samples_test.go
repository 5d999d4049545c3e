package event_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// read reads a sample.
func read(tb testing.TB, dir, name string) []byte {
	tb.Helper()
	payload, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return payload
}

// shippedDir has the samples for users.
var shippedDir = filepath.Join("..", "..", "events")

// decodeSample decodes a sample as the handler does: an HTTP trigger's event by its method, anything else as it stands.
func decodeSample(payload []byte) (event.Decoded, error) {
	d := event.Decoder{Source: reactivate.SourceHTTP}
	req, ok, err := event.ParseHTTP(payload)
	switch {
	case !ok:
		return event.Decoder{}.Decode(payload)
	case err != nil:
		return event.Decoded{}, err
	case req.Method == http.MethodGet:
		plan, err := d.DecodeQuery(req.Query)
		return sentBy(plan), err
	}
	return d.Decode(req.Body)
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

func TestDecodeEvents(t *testing.T) { testSamples(t, shippedDir, shipped) }

// testSamples decodes every file of a directory but its documents. A file without a row is an error.
func testSamples(t *testing.T, dir string, samples map[string]event.Decoded) {
	t.Helper()
	for _, name := range sampleNames(t, dir) {
		t.Run(name, func(t *testing.T) {
			want, ok := samples[name]
			if !ok {
				t.Fatal("is not in the table")
			}
			got, err := decodeSample(read(t, dir, name))
			if err != nil || !reflect.DeepEqual(unranked(got), want) {
				t.Errorf("got  %+v, %v\nwant %+v", unranked(got), err, want)
			}
		})
	}
}

// sampleNames are the files of a directory, without documents and directories.
func sampleNames(tb testing.TB, dir string) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no samples in %s: %v", dir, err)
	}
	var names []string
	for _, file := range files {
		if name := filepath.Base(file); filepath.Ext(name) != ".md" {
			names = append(names, name)
		}
	}
	return names
}

// TestSamplesAreListed: the documents beside the samples list all of them.
func TestSamplesAreListed(t *testing.T) {
	for doc, dir := range map[string]string{"SOURCES.md": "testdata", "README.md": shippedDir, "README.zh-CN.md": shippedDir} {
		text := string(read(t, dir, doc))
		for _, name := range sampleNames(t, dir) {
			if !strings.Contains(text, "| "+name+" |") {
				t.Errorf("%s: %s is missing", doc, name)
			}
		}
	}
}

// why is the reason for which an event is ignored, in words; "" if it is not ignored.
func why(d event.Decoded) string { return wording.Reason(wording.English, d.Ignored) }

// inWords is an error in words.
func inWords(err error) string {
	if wrong, ok := errors.AsType[*event.DecodeError](err); ok {
		return wording.DecodeError(wording.English, wrong, string(wrong.Example))
	}
	return err.Error()
}
