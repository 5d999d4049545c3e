package event_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"reactivate/internal/event"
	"reactivate/internal/reactivate"
)

// httpContext is the context of an HTTP trigger's event.
const httpContext = `{"accountId":"` + own + `","domainName":"x.cn-hangzhou.fcapp.run","domainPrefix":"x","requestId":"1-0","time":"2026-01-01T00:00:00Z",` +
	`"timeEpoch":"1767225600000","http":{"method":"POST","path":"/a b","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":""}}`

// httpEvent is an HTTP trigger's event with the rest of its fields.
func httpEvent(rest string) []byte {
	headers := `"headers":{"Content-Type":"application/json","authorization":"b","Authorization":"a","AUTHORIZATION":"c"},`
	if strings.Contains(rest, `"headers"`) {
		headers = ""
	}
	query := `"queryParameters":{"token":"t","regionId":"cn-hangzhou"},`
	if strings.Contains(rest, `"queryParameters"`) {
		query = ""
	}
	return []byte(`{"version":"v1","rawPath":"/a%20b",` + headers + query + `"requestContext":` + httpContext + rest + `}`)
}

func TestParseHTTP(t *testing.T) {
	most := strings.Repeat("x", event.MaxBody)
	inBase64 := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	const large = "the body is over 1 MiB"
	for _, tt := range []struct {
		name, rest, body string
		wrong            string // what the error says
	}{
		{"text", `,"body":"{\"sweep\":true}","isBase64Encoded":false`, `{"sweep":true}`, ""},
		{"text by default", `,"body":"hi"`, "hi", ""},
		{"base64", `,"body":"aGk=","isBase64Encoded":true`, "hi", ""},
		{"empty base64", `,"body":"","isBase64Encoded":true`, "", ""},
		{"none", ``, "", ""},
		{"null", `,"body":null`, "", ""},
		{"the most", `,"body":"` + most + `"`, most, ""},
		{"the most in base64", `,"isBase64Encoded":true,"body":"` + inBase64(most) + `"`, most, ""},
		{"invalid base64", `,"isBase64Encoded":true,"body":"%%"`, "", `field "body" is not valid base64`},
		{"body of a wrong type", `,"body":{}`, "", `field "body" must be a string`},
		{"headers of a wrong type", `,"headers":{"a":["b"]}`, "", `field "headers" must be an object of strings`},
		{"query of a wrong type", `,"queryParameters":[]`, "", `field "queryParameters" must be`},
		{"invalid UTF-8", ",\"body\":\"\xff\"", "�", ""},
		{"too large", `,"body":"` + most + `x"`, "", large},
		{"too large in base64", `,"isBase64Encoded":true,"body":"` + inBase64(most+"x") + `"`, "", large},
		{"far too large in base64", `,"isBase64Encoded":true,"body":"` + most + most + `"`, "", large},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, ok, err := event.ParseHTTP(httpEvent(tt.rest))
			if !ok || req.AccountID != own || req.Method != http.MethodPost || string(req.Body) != tt.body {
				t.Errorf("got %v, %.300v", ok, req)
			}
			if tt.wrong != "" {
				_, isDecode := errors.AsType[*event.DecodeError](err)
				if err == nil || !strings.Contains(inWords(err), tt.wrong) || errors.Is(err, event.ErrBodyTooLarge) != (tt.wrong == large) || isDecode != (tt.wrong != large) {
					t.Errorf("got %T %v, want %s", err, err, tt.wrong)
				}
				return
			}
			if err != nil || req.Query["regionId"] != "cn-hangzhou" {
				t.Errorf("got %v, %.300v", err, req)
			}
			for name, want := range map[string]string{"content-type": "application/json", "Authorization": "a", "AuthorizatioN": "c", "Cookie": ""} {
				if got := req.Header(name); got != want {
					t.Errorf("header %s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestParseHTTPOther(t *testing.T) {
	whole := string(httpEvent(`,"body":"{}"`))
	payloads := []string{
		``, `[]`, `{`, `"v1"`, `{"sweep":true}`, `{"version":"v1"}`, `{"version":"v1","requestContext":{}}`,
		strings.Replace(whole, `"v1"`, `"v2"`, 1), stopped,
	}
	for _, field := range []string{"version", "requestContext", "http", "method"} {
		payloads = append(payloads,
			strings.Replace(whole, `"`+field+`":`, `"x":`, 1),
			strings.Replace(whole, `"`+field+`":`, `"`+field+`":"","x":`, 1),
			strings.Replace(whole, `"`+field+`":`, `"`+field+`":null,"x":`, 1),
			strings.Replace(whole, `"`+field+`":`, `"`+field+`":[],"x":`, 1))
	}
	for _, payload := range payloads {
		if req, ok, err := event.ParseHTTP([]byte(payload)); ok || err != nil || !reflect.DeepEqual(req, event.HTTPRequest{}) {
			t.Errorf("%s: got %v, %v, %v", payload, req, ok, err)
		}
	}
}

// TestParseHTTPReadsWhatItNeeds: the context of a trigger's event has more fields than are read, and an event may get more.
func TestParseHTTPReadsWhatItNeeds(t *testing.T) {
	for _, context := range []string{`"accountId":"` + own + `",`, `"accountId":7,`, `"accountId":null,`, ``} {
		payload := `{"version":"v1","cookies":[],"body":"{}","requestContext":{` + context + `"http":{"method":"POST"}}}`
		req, ok, err := event.ParseHTTP([]byte(payload))
		if !ok || err != nil || req.Method != http.MethodPost || string(req.Body) != "{}" {
			t.Errorf("%s: got %v, %v, %v", payload, req, ok, err)
		}
		if want := strings.Contains(context, own); (req.AccountID == own) != want {
			t.Errorf("%s: got account %q", payload, req.AccountID)
		}
	}
}

func TestDecodeQuery(t *testing.T) {
	for _, tt := range []struct {
		name  string
		query map[string]string
		want  reactivate.Request
	}{
		{"nothing", nil, reactivate.Request{Sweep: true}},
		{"token alone", map[string]string{"token": "secret"}, reactivate.Request{Sweep: true}},
		{"all", map[string]string{"instanceId": idA + "," + idB + "," + idA, "regionId": "cn-beijing,cn-hangzhou", "accountId": own},
			reactivate.Request{InstanceIDs: []string{idA, idB}, RegionIDs: []string{"cn-beijing", "cn-hangzhou"}, AccountID: own}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := event.Decoder{Source: reactivate.SourceHTTP, Serves: ownOnly}.DecodeQuery(tt.query)
			tt.want.DryRun, tt.want.Source, tt.want.Standing = true, reactivate.SourceHTTP, person
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v and %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestDecodeQueryRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, value, field, want string
	}{
		{"instanceId", "", "instanceId", `"" is not an instance id`},
		{"instanceId", idA + ",", "instanceId", `"" is not an instance id`},
		{"regionId", "*", "regionId", `"*" is not a region id`},
		{"accountId", "me", "accountId", `"me" is not an account's number`},
		{"accountId", "999", "accountId", `"999" is not an account that`},
		{"dryRun", "false", "dryRun", "is unknown"},
		{"Token", "very-secret", "Token", "is unknown"},
		{"instanceId", strings.Repeat(idA+",", 5) + manyIDs(1001), "instanceIds", "names 1002 instances"},
	} {
		t.Run(tt.name+"="+tt.value[:min(9, len(tt.value))], func(t *testing.T) {
			_, err := event.Decoder{Source: reactivate.SourceHTTP, Serves: ownOnly}.DecodeQuery(map[string]string{tt.name: tt.value})
			problem, ok := errors.AsType[*event.DecodeError](err)
			if !ok || problem.Field != tt.field || !strings.Contains(inWords(err), tt.want) || !strings.Contains(inWords(err), "GET /?instanceId=") {
				t.Errorf("got %v, want %s of %s", err, tt.want, tt.field)
			}
			if strings.Contains(inWords(err), "secret") {
				t.Errorf("got %v: it tells a secret", err)
			}
		})
	}
}
