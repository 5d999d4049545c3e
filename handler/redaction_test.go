package handler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"reactivate/handler"
	"reactivate/internal/fakecloud"
)

// The secrets that go in: told apart from anything that may stand in an output for another reason.
const (
	keyID      = "LTAI-redact-key-id"
	keySecret  = "redact/Secret+of=the&key"
	token      = "redact+Security/Token==of%the&session"
	httpToken  = "redact-http-token-one"
	spareToken = "redact-http-token-two"
)

// TestNoSecretComesOut searches every output, logs at debug included, for every secret that went in.
func TestNoSecretComesOut(t *testing.T) {
	echo := fmt.Sprintf("server string to sign is:POST&%%2F&%s %s %s %s",
		url.QueryEscape("AccessKeyId="+keyID+"&SecurityToken="+url.QueryEscape(token)), token, keySecret, keyID)
	echoing := func(f *fakecloud.Fleet, action, code string) {
		f.Faults = append(f.Faults, fakecloud.Fault{Action: action, Always: true, Fault: fakecloud.FaultAct{
			Error: fakecloud.Error{Code: code, Message: echo, Status: 400},
		}})
	}
	ids := `{"instanceIds":["` + web1 + `","` + web2 + `"]}`
	post := func(headers, query map[string]string, body string) string {
		return call{headers: headers, query: query, body: body}.event()
	}
	for _, tt := range []struct {
		name    string
		edit    func(*fakecloud.Fleet)
		wrong   string // a secret that is not the key's
		env     []string
		payload string
	}{
		{"all is well", func(*fakecloud.Fleet) {}, "", nil, ids},
		{"roles, one of them refused", func(*fakecloud.Fleet) {}, "", []string{"REACTIVATE_ROLES=" + watchedRole + "," + otherRole}, `{"sweep":true}`},
		{"a wrong signature", func(*fakecloud.Fleet) {}, "redact-another-secret", nil, ids},
		{"ECS echoes what it signed", func(f *fakecloud.Fleet) { echoing(f, "DescribeInstances", "SignatureDoesNotMatch") }, "", nil, ids},
		{"a call's refusal echoes", func(f *fakecloud.Fleet) { echoing(f, reactivateAction, "Surprise") }, "", nil, ids},
		{"a role's refusal echoes", func(f *fakecloud.Fleet) { echoing(f, "AssumeRole", "NoPermission") }, "", []string{"REACTIVATE_ROLES=" + watchedRole}, `{"sweep":true}`},
		{"an HTTP request with the token", func(*fakecloud.Fleet) {}, "", nil, post(map[string]string{"Authorization": "Bearer " + httpToken}, nil, ids)},
		{"with the token in the query", func(*fakecloud.Fleet) {}, "", nil, post(nil, map[string]string{"token": spareToken}, ids)},
		{"with a wrong token", func(*fakecloud.Fleet) {}, "", nil, post(map[string]string{"Authorization": "Bearer redact-guess"}, nil, ids)},
		{"with a broken body", func(*fakecloud.Fleet) {}, "", nil, post(map[string]string{"Authorization": "Bearer " + httpToken}, nil, `{"`)},
		{"secrets in the wrong variables", func(*fakecloud.Fleet) {}, "",
			[]string{"REACTIVATE_GRACE=" + keySecret, "REACTIVATE_REGIONS=" + token, "REACTIVATE_ENDPOINT=http://" + keyID + "@127.0.0.1/" + httpToken}, ids},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fleet := watching()
			fleet.Accounts[0].AccessKeys = []fakecloud.AccessKey{{ID: keyID, Secret: keySecret, Token: token, Principal: "acs:ram::" + home + ":role/function"}}
			tt.edit(&fleet)
			r := newRig(t, fleet)
			sessions := r.serveRecorded(append([]string{
				"REACTIVATE_GRACE=0s", "REACTIVATE_WAIT=0s", "REACTIVATE_LOG_LEVEL=debug", "REACTIVATE_ATTEMPTS=2",
				"REACTIVATE_HTTP_AUTH=token", "REACTIVATE_HTTP_TOKEN=" + httpToken + "," + spareToken,
			}, tt.env...))
			r.fc.Credentials.AccessKeyId, r.fc.Credentials.AccessKeySecret, r.fc.Credentials.SecurityToken = keyID, keySecret, token
			if tt.wrong != "" {
				r.fc.Credentials.AccessKeySecret = tt.wrong
			}
			answer, err := r.invoke(t.Context(), tt.payload)
			outputs := r.logs.String() + answer + fmt.Sprint(err)
			for _, secret := range append(sessions(), keyID, keySecret, token, httpToken, spareToken, "redact-guess", tt.wrong) {
				once := url.QueryEscape(secret)
				for _, form := range []string{secret, once, url.QueryEscape(once), quotedInJSON(secret)} {
					if secret != "" && strings.Contains(outputs, form) {
						t.Errorf("%q stands in the output:\n%s", form, outputs)
					}
				}
			}
		})
	}
}

func quotedInJSON(s string) string {
	text, _ := json.Marshal(s) // strings always marshal
	return strings.Trim(string(text), `"`)
}

// serveRecorded makes the handler anew in front of the same cloud, and returns what tells the keys of the sessions that
// STS gave.
func (r *rig) serveRecorded(env []string) (sessions func() []string) {
	var mu sync.Mutex
	var given []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("x-acs-action") != "AssumeRole" {
			r.cloud.ServeHTTP(w, req)
			return
		}
		record := httptest.NewRecorder()
		r.cloud.ServeHTTP(record, req)
		var answer struct {
			Credentials struct{ AccessKeyId, AccessKeySecret, SecurityToken string }
		}
		_ = json.Unmarshal(record.Body.Bytes(), &answer) // a refusal has none
		mu.Lock()
		given = append(given, answer.Credentials.AccessKeyId, answer.Credentials.AccessKeySecret, answer.Credentials.SecurityToken)
		mu.Unlock()
		for name, values := range record.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(record.Code)
		_, _ = w.Write(record.Body.Bytes())
	}))
	r.t.Cleanup(server.Close)
	r.logs = &bytes.Buffer{}
	r.handler = handler.New(append([]string{"REACTIVATE_ENDPOINT=" + server.URL}, env...), "test", r.logs)
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return given
	}
}
