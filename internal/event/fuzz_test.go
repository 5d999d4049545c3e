package event_test

import (
	"errors"
	"net/http"
	"strconv"
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
			checkDecoded(t, source, got, err)
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
			checkDecoded(t, reactivate.SourceHTTP, got, err)
			return
		}
		plan, err := d.DecodeQuery(req.Query)
		if err != nil {
			checkError(t, err)
			return
		}
		checkRequest(t, plan)
		if !plan.DryRun || plan.Force || plan.Wait != nil || plan.Sweep != (req.Query["instanceId"] == "") {
			t.Errorf("a query of %v asks for %+v", req.Query, plan)
		}
	})
}

// checkDecoded checks what must hold for every result.
func checkDecoded(t *testing.T, source reactivate.Source, got event.Decoded, err error) {
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
	for _, req := range got.Requests {
		checkRequest(t, req)
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

func checkRequest(t *testing.T, req reactivate.Request) {
	t.Helper()
	if !one(len(req.InstanceIDs) > 0, req.Sweep, req.Watch > 0) || req.Force && len(req.InstanceIDs) == 0 {
		t.Errorf("got %+v: want one of ids, a sweep and a watch", req)
	}
	if req.AccountID != "" && req.AccountID != own {
		t.Errorf("got account %q", req.AccountID)
	}
	for _, id := range req.InstanceIDs {
		if !cloud.ValidInstanceID(id) {
			t.Errorf("got the instance %q", id)
		}
	}
	for _, id := range req.RegionIDs {
		if !cloud.ValidRegionID(id) {
			t.Errorf("got the region %q", id)
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
