package event_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"reactivate/internal/cloud"
	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// seed adds every sample, and the bodies of HTTP samples.
func seed(f *testing.F) {
	f.Helper()
	for _, dir := range []string{"testdata", shippedDir} {
		for _, name := range sampleNames(f, dir) {
			payload := read(f, dir, name)
			f.Add(payload)
			if req, ok, err := event.ParseHTTP(payload); ok && err == nil {
				f.Add(req.Body)
			}
		}
	}
	for _, payload := range []string{
		"metricName=cpu&namespace=acs_ecs&regionId=null&preTriggerLevel=null&dimensions={userId=None, instanceId=" + idA + "}",
		ce("my.RechargeFailed", `{"dryRun":"no","instance_ids":["`+idA+`"]}`), ce("recharge", `[]`), ce("recharge", `{"dryRun":1}`),
		`{"specversion":"1.0","source":"my","type":"recharge","data_base64":"e30="}`,
		`{"triggerTime":"t","triggerName":"n","payload":"{\"sweep\":true,\"notify\":\"problems\"}","Payload":""}`,
		`{"triggerTime":"t","triggerName":"n","payload":"null"}`, `{"doctor":true,"notify":"always"}`,
		`{"watch":"5m"}`, `{"triggerTime":"2026-03-01T12:00:00Z","triggerName":"n","payload":"{\"watch\":\"5m\"}"}`, `[{"watch":"5m"}]`,
		`{"sweep":true,"notify":"always"}`, `[{"sweep":true,"notify":"always"},{"sweep":true}]`,
		`{"product":"ECS","name":"Instance:StateChange","resourceId":"acs:ecs:null:-:instance/` + idA + `"}`,
		string(httpEvent(`,"body":"{\"instanceId\":\"` + idA + `\",\"force\":true}"`)), string(httpEvent(`,"body":"-","body":"nil"`)),
	} {
		f.Add([]byte(payload))
	}
	for _, payload := range hostile {
		f.Add([]byte(payload(200)))
	}
}

func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, source := range []reactivate.Source{reactivate.SourceManual, reactivate.SourceHTTP} {
			got, err := event.Decoder{Source: source, Serves: ownOnly}.Decode(payload)
			checkDecoded(t, source, payload, got, err)
		}
	})
}

func FuzzParseHTTP(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		req, ok, err := event.ParseHTTP(payload)
		switch {
		case !ok && (err != nil || req.Method != "" || req.Body != nil):
			t.Fatalf("no HTTP event, but %+v and %v", req, err)
		case len(req.Body) > event.MaxBody || err != nil && req.Body != nil:
			t.Fatalf("a body of %d bytes beside %v", len(req.Body), err)
		case err != nil && !errors.Is(err, event.ErrBodyTooLarge):
			checkError(t, err)
		}
		d := event.Decoder{Source: reactivate.SourceHTTP, Serves: ownOnly}
		if req.Method != http.MethodGet {
			got, err := d.Decode(req.Body)
			checkDecoded(t, reactivate.SourceHTTP, req.Body, got, err)
			return
		}
		plan, err := d.DecodeQuery(req.Query)
		if err != nil {
			checkError(t, err)
			return
		}
		checkRequest(t, plan, unfold(payload))
		if !plan.DryRun || plan.Force || plan.Wait != nil || plan.Sweep != (req.Query["instanceId"] == "") {
			t.Errorf("a query of %v asks for %+v", req.Query, plan)
		}
	})
}

// checkDecoded checks what must hold for every result.
func checkDecoded(t *testing.T, source reactivate.Source, payload []byte, got event.Decoded, err error) {
	t.Helper()
	if err != nil {
		checkError(t, err)
		return
	}
	if !one(len(got.Requests) > 0, got.Ignored.Code != "", got.Doctor) || got.Source == "" {
		t.Errorf("got %+v: want requests, a reason, or the doctor, and a source", got)
	}
	checkText(t, why(got), 600)
	checkText(t, got.EventID, 128)
	said := unfold(payload)
	for _, req := range got.Requests {
		checkRequest(t, req, said)
		if req.Force && (req.Source != source || !got.IsRequest) {
			t.Errorf("forced by %+v", req)
		}
		if req.Watch > 0 && !got.IsRequest {
			t.Errorf("a message asks for a watch: %+v", req)
		}
		if req.Notify != "" && !got.IsRequest {
			t.Errorf("a message decides who gets messages: %+v", req)
		}
		persons := req.Source == reactivate.SourceManual || req.Source == reactivate.SourceHTTP
		if persons != (req.Standing == person) || persons && (req.Source != source || !got.IsRequest) {
			t.Errorf("a message passes for a person, or the other way: %+v", req)
		}
	}
}

func checkRequest(t *testing.T, req reactivate.Request, said []string) {
	t.Helper()
	if !one(len(req.InstanceIDs) > 0, req.Sweep, req.Watch > 0) || req.Force && len(req.InstanceIDs) == 0 {
		t.Errorf("got %+v: want one of ids, a sweep and a watch", req)
	}
	if req.DryRun && req.Source != reactivate.SourceHTTP && !mentioned(said, "dryRun") {
		t.Errorf("got %+v: nobody asked for a dry run", req)
	}
	if req.AccountID != "" && req.AccountID != own {
		t.Errorf("got account %q", req.AccountID)
	}
	for _, id := range req.InstanceIDs {
		if !cloud.ValidInstanceID(id) || !mentioned(said, id) {
			t.Errorf("got the instance %q, of which the payload says nothing", id)
		}
	}
	for _, id := range req.RegionIDs {
		if !cloud.ValidRegionID(id) || !mentioned(said, id) {
			t.Errorf("got the region %q, of which the payload says nothing", id)
		}
	}
}

// one tells whether exactly one is true.
func one(of ...bool) bool {
	count := 0
	for _, is := range of {
		if is {
			count++
		}
	}
	return count == 1
}

func mentioned(said []string, id string) bool {
	return slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, id) })
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*event.DecodeError](err); !ok {
		t.Errorf("got %T", err)
	}
	checkText(t, inWords(err), 600)
}

// checkText checks a text that a person or a log reads.
func checkText(t *testing.T, text string, most int) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > most {
		t.Errorf("got %d characters: %s", n, text)
	}
	for _, r := range text {
		if !strconv.IsPrint(r) {
			t.Errorf("got %q, which does not print", text)
		}
	}
}

// unfold lists the texts that a payload may contain in some encoding. It is an independent and deliberately generous reading.
func unfold(payload []byte) []string {
	said := []string{string(payload)}
	for i := 0; i < len(said) && i < 10_000; i++ {
		text := said[i]
		for part := range strings.SplitSeq(text, "&") {
			if decoded, err := url.QueryUnescape(part); err == nil && decoded != text {
				said = append(said, decoded)
			}
		}
		if strings.Contains(text, "<") {
			said = append(said, xmlText(text))
		}
		said = append(said, jsonStrings(strings.TrimPrefix(strings.TrimSpace(text), "\ufeff"))...)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
			if decoded, err := encoding.DecodeString(strings.TrimSpace(text)); err == nil && len(decoded) > 0 {
				said = append(said, string(decoded))
			}
		}
	}
	return said
}

// jsonStrings are the strings in a JSON text.
func jsonStrings(text string) []string {
	var all []string
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	for {
		token, err := dec.Token()
		if err != nil {
			return all
		}
		if value, ok := token.(string); ok && value != text {
			all = append(all, value)
		}
	}
}

// xmlText is what stands between the tags of an XML text.
func xmlText(text string) string {
	var all strings.Builder
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := dec.Token()
		if err != nil {
			return all.String()
		}
		if chars, ok := token.(xml.CharData); ok {
			all.Write(chars)
		}
	}
}
